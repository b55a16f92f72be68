"""Patterns with wildcards -> the terms of a dictionary that they match.

The beginning before the first wildcard is a range of the sorted dictionary; there the rest is
compared to many terms at once, byte by byte. What that cannot decide, because there are stars
in the middle or characters of several bytes, is decided term by term.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from search.deadline import check_time
from search.sets import Ints, Mask

if TYPE_CHECKING:
    from index.codec.terms import TermDictionary

_ANY = 0x3F  # the question mark
_NON_ASCII = 0x80


def matching(terms: TermDictionary, pattern: str) -> Ints:
    """The terms that match a pattern of ``*``, any characters, and ``?``, one; ascending."""
    head = re.split(r"[*?]", pattern)[0].encode("utf-8", "surrogatepass")
    low, high = terms.prefix(head)
    if low >= high:
        return np.empty(0, np.int64)
    check_time()
    blob, offsets = terms.blob(low, high)
    may = _may_match(blob, offsets, pattern.encode("utf-8", "surrogatepass"))
    found = np.flatnonzero(may)
    if pattern.count("*") > 1 or not _is_ascii(pattern, blob):
        test = compile_wildcard(pattern)
        texts = [blob[offsets[at] : offsets[at + 1] - 1].tobytes() for at in found.tolist()]
        found = found[[test.fullmatch(text) is not None for text in texts]]
    return found + low


def compile_wildcard(pattern: str) -> re.Pattern[bytes]:
    """A pattern for whole terms in UTF-8."""
    wild = {"*": rb".*", "?": rb"[^\x80-\xbf][\x80-\xbf]*"}
    body = (wild.get(each) or re.escape(each.encode("utf-8", "surrogatepass")) for each in pattern)
    return re.compile(b"".join(body), re.DOTALL)


def _is_ascii(pattern: str, blob: npt.NDArray[np.uint8]) -> bool:
    """Whether a question mark is one byte in all terms, and nothing else is asked in several."""
    return "?" not in pattern or int(blob.max(initial=0)) < _NON_ASCII


def _may_match(blob: npt.NDArray[np.uint8], offsets: Ints, pattern: bytes) -> Mask:
    """Which terms a pattern may match by what stands before its first and behind its last star.

    Args:
        blob: uint8, terms that are followed by one byte each.
        offsets: int64[n + 1], where each begins.
        pattern: in UTF-8.
    """
    head, star, rest = pattern.partition(b"*")
    tail = rest.rpartition(b"*")[2]
    starts, ends = offsets[:-1], offsets[1:] - 1
    sizes = ends - starts
    if b"?" in pattern and int(blob.max(initial=0)) >= _NON_ASCII:
        return np.ones(len(sizes), np.bool_)  # a question mark may be several bytes
    may: Mask = sizes >= len(head) + len(tail) if star else sizes == len(head)
    for at, byte in enumerate(head):
        if byte != _ANY:
            may &= blob.take(starts + at, mode="clip") == byte
    for at, byte in enumerate(reversed(tail), start=1):
        if byte != _ANY:
            may &= blob.take(ends - at, mode="clip") == byte
    return may
