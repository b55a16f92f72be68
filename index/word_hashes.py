"""Hashes of the words of many texts at once: runs of letters and digits, without regard to case.

They are the words of ``index.tokens``, cut once more at whatever is no letter and no digit:
"350-mln-dlr" has three, "country's" two. They are found and hashed in the bytes, by arrays: no
word becomes an object. A hash is the same in every process and on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from index.analysis import MAX_TOKEN_LENGTH
from index.codec.arrays import Ints, ragged, starts_of
from index.tokens import BatchTokenizer

U64 = npt.NDArray[np.uint64]

# Odd numbers whose bits are mixed well; any others would do, but they are part of the format.
_NEXT = np.uint64(0xD1342543DE82EF95)
_WORD = np.uint64(0x9E3779B97F4A7C15)

_READ = 8  # bytes of a word that are read at once
_FIRST_BYTES = np.array([(1 << (8 * size)) - 1 for size in range(_READ + 1)], np.uint64)  # masks
_MARK = b"\n"  # the end of a text
_SPACE, _OTHER = 0x20, 0x21  # what white space becomes, and whatever else is in no word
_PADDING = bytes([_SPACE]) * _READ
_BETWEEN = re.compile(r"[\W_]+")

# What a character beyond ASCII is; found out when it is first met.
_UNKNOWN, _INSIDE, _OUTSIDE, _ODD = range(4)
_KINDS = np.full(1 << 16, _UNKNOWN, np.uint8)
# Letters from Latin to Cyrillic that have one form, and punctuation. In texts of these, tokens
# fall into words at whatever is no letter and no digit. What is invisible is not among them.
_USUAL = re.compile("[\xa0-\xac\xae-\u024f\u0400-\u0482\u048a-\u052f\u2000-\u200b\u200e-\u205f]")


def _byte_table() -> bytes:
    """What each byte becomes: capitals small, what is in no word a separator."""
    table = bytearray(range(256))
    for code in range(128):
        char = chr(code).lower()
        table[code] = ord(char) if char.isalnum() else _SPACE if char.isspace() else _OTHER
    table[_MARK[0]] = _MARK[0]
    return bytes(table)


_TABLE = _byte_table()


def hashes_of_forms(forms: Sequence[str]) -> tuple[U64, Ints]:
    """The hashes of the words of printed forms, and how many words each has; int64[n].

    >>> hashes_of_forms(["Mid-East's", "east"])[1].tolist()
    [3, 1]
    """
    joined = "\n".join((*forms, ""))
    if not joined.isascii():
        joined = "\n".join([*(form if form.isascii() else _folded(form) for form in forms), ""])
    codes = _codes(joined.encode())
    return _hashed(codes, np.flatnonzero(codes == _MARK[0]))


def hashes_of_texts(texts: Sequence[bytes]) -> tuple[U64, Ints]:
    """The hashes of the words of texts, and how many words each has; int64[n].

    Args:
        texts: UTF-8.
    """
    codes = _codes(_MARK.join((*texts, b"")))
    marks = np.flatnonzero(codes == _MARK[0])
    if len(marks) != len(texts):
        return hashes_of_texts([text.replace(_MARK, b" ") for text in texts])
    odd = np.unique(marks.searchsorted(np.concatenate((_blank(codes), _long(codes)))))
    hashes, counts = _hashed(codes, marks)
    if not len(odd):
        return hashes, counts
    # They follow the others, and are put into their places.
    starts = starts_of(counts)
    more, counts[odd] = hashes_of_forms(_words([texts[at].decode() for at in odd.tolist()]))
    starts[odd] = starts_of(counts[odd])[:-1] + len(hashes)
    return np.concatenate((hashes, more))[ragged(starts[:-1], counts)], counts


def _folded(form: str) -> str:
    """The words of a form that is not of ASCII, in small letters."""
    return _BETWEEN.sub(" ", form.casefold())


def _codes(data: bytes) -> npt.NDArray[np.uint8]:
    """The bytes of texts as ``_hashed`` takes them; a new uint8[n]."""
    return np.frombuffer(bytearray(_PADDING + data.translate(_TABLE) + _PADDING), np.uint8)


def _hashed(codes: npt.NDArray[np.uint8], marks: Ints) -> tuple[U64, Ints]:
    """The hashes of words, and how many each text has.

    Args:
        codes: uint8[n], padded; words are what is above ``_OTHER``.
        marks: where texts end.
    """
    inside = codes > _OTHER
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    edges += 1
    starts, ends = edges[0::2], edges[1::2]
    sizes = ends - starts
    halves: U64 = np.ndarray((len(codes) - _READ + 1,), "<u8", codes.data, 0, (1,))
    hashes = halves[starts]
    hashes &= _FIRST_BYTES[np.minimum(sizes, _READ)]
    hashes *= _WORD
    rest = np.flatnonzero(sizes > _READ)
    at = _READ
    while len(rest):
        more = halves[starts[rest] + at]
        more &= _FIRST_BYTES[np.minimum(sizes[rest] - at, _READ)]
        hashes[rest] = (hashes[rest] + more) * _NEXT
        at += _READ
        rest = rest[sizes[rest] > at]
    hashes ^= hashes >> np.uint64(32)
    hashes *= _NEXT
    hashes ^= hashes >> np.uint64(29)
    return hashes, np.diff(starts.searchsorted(marks), prepend=0)


def _long(codes: npt.NDArray[np.uint8]) -> Ints:
    """Where runs end that may hold a token which is cut, as it is too long."""
    spaces = np.flatnonzero(codes <= _SPACE)
    long: Ints = spaces[1:][np.diff(spaces) > MAX_TOKEN_LENGTH]
    return long


def _blank(codes: npt.NDArray[np.uint8]) -> Ints:
    """Blank what is in no word of the characters beyond ASCII; where those are that are odd."""
    leads = np.flatnonzero(codes >= 0xC0)
    if not len(leads):
        return leads
    lead, second = codes[leads].astype(np.int64), codes[leads + 1] & 0x3F
    code = (lead & 0x1F) << 6 | second
    three = np.flatnonzero((lead >= 0xE0) & (lead < 0xF0))
    third = codes[leads[three] + 2] & 0x3F
    code[three] = (lead[three] & 0x0F) << 12 | second[three].astype(np.int64) << 6 | third
    kinds = _kinds(code)
    kinds[lead >= 0xF0] = _ODD
    outside = kinds == _OUTSIDE
    at = leads[outside]
    codes[at] = codes[at + 1] = _OTHER
    at = leads[outside & (lead >= 0xE0)]
    codes[at + 2] = _OTHER
    odd: Ints = leads[kinds == _ODD]
    return odd


def _kinds(codes: Ints) -> npt.NDArray[np.uint8]:
    """What characters below 2^16 are; uint8[n]."""
    kinds = _KINDS[codes]
    if (kinds == _UNKNOWN).any():
        for code in np.unique(codes[kinds == _UNKNOWN]).tolist():
            _KINDS[code] = _kind(chr(code))
        kinds = _KINDS[codes]
    return kinds


def _kind(char: str) -> int:
    if not _USUAL.fullmatch(char):
        return _ODD
    if not char.isalnum():
        return _OUTSIDE
    return _INSIDE if char.casefold() == char else _ODD


def _words(texts: list[str]) -> list[str]:
    """The printed words of texts, as tokens have them, side by side."""
    tokenizer = BatchTokenizer()
    tokens = tokenizer.add(texts)
    forms = tokens.forms.tolist()
    for at in tokens.joined.tolist():
        forms[at] = -1
    printed = [*tokenizer.form_texts, ""]
    edges = starts_of(tokens.counts).tolist()
    return [" ".join([printed[form] for form in forms[low:high]]) for low, high in pairwise(edges)]
