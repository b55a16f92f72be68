"""Texts -> pieces: the shortest stretches that can be analysed by themselves, and their numbers.

A text can be cut at every character that is no part of words (shape space, see
``index.characters``) without any change to its tokens: no token contains one, and to what
stands beside it, it is like the end of the text. What lies between is a *piece*: mostly one
word, at times ``U.S.-led`` or ``275,000``. Few pieces are new, so the real analyzer runs once
for each distinct one.

The bytes of a batch fall into *word bytes* (ASCII letters and digits, and all of other
characters), *joiners* (``' . , -``) and separators. Joiners at the end of a piece are trimmed:
they change neither terms nor positions, and of the printed form only the last point, which
does not count.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.characters import shape

Ints = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

KEY_SIZE = 16  # bytes of a piece that its key holds
_FIRST_BYTES = np.array([(1 << (8 * size)) - 1 for size in range(9)], np.uint64)  # masks

_MARK = "\0"  # the end of a text; it separates, like every control character
_PADDING = b" " * KEY_SIZE
_FIRST_WORD_BYTE = ord("0")
_TRIMS = 3  # of more joiners the rest stays, which is rare and does no harm


def _byte_table() -> bytes:
    """What each byte becomes: separators a space, but for the mark; apostrophes straight."""
    table = bytearray(range(256))
    for code in range(1, 128):
        kind = shape(chr(code))
        table[code] = code if kind in "a0" else ord(kind)
    return bytes(table)


_TABLE = _byte_table()
# Quotes that are apostrophes too. Before a combining mark (in UTF-8 from byte CC on) they
# must stay: folding takes it from a straight one, but not from them.
_CURLY = re.compile(b"\xe2\x80[\x98\x99](?![\xcc-\xff])")
_CURLY_MARKED = re.compile(b"\xe2\x80[\x98\x99][\xcc-\xff]")
# Of each code point below 2^16, whether it separates; found out when it is first met.
_UNKNOWN = 2
_KINDS = np.full(1 << 16, _UNKNOWN, np.uint8)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a batch of texts.

    Attributes:
        data: the bytes of the batch, padded, so that KEY_SIZE bytes can be read anywhere.
        starts: int64[pieces], ascending, where each piece begins in the data.
        ends: int64[pieces], where it ends.
        bounds: int64[texts + 1], the first piece of each text, and the number of pieces.
    """

    data: bytes
    starts: Ints
    ends: Ints
    bounds: Ints

    def raw(self, numbers: Ints) -> list[bytes]:
        """The bytes of some pieces."""
        data = self.data
        spans = zip(self.starts[numbers].tolist(), self.ends[numbers].tolist(), strict=True)
        return [data[start:end] for start, end in spans]

    def keys(self) -> tuple[Keys, Keys]:
        """The first 8 bytes of each piece and the next 8, as numbers, filled with zeros."""
        words: Keys = np.ndarray((len(self.data) - 7,), "<u8", self.data, 0, (1,))
        sizes = self.ends - self.starts
        low = words[self.starts]
        low &= _FIRST_BYTES[np.minimum(sizes, 8)]
        high = np.zeros(len(low), np.uint64)
        longer = np.flatnonzero(sizes > 8)
        high[longer] = words[self.starts[longer] + 8]
        high[longer] &= _FIRST_BYTES[np.minimum(sizes[longer] - 8, 8)]
        return low, high


def cut(texts: Sequence[str]) -> Pieces:
    """The pieces of texts."""
    joined = _MARK.join(("", *texts, ""))
    if joined.count(_MARK) != len(texts) + 1:
        return cut([text.replace(_MARK, " ") for text in texts])
    data = joined.encode("utf-8", "replace")  # lone surrogates separate, and so does "?"
    if joined.isascii():
        data = (data + _PADDING).translate(_TABLE)
    else:
        data = _straightened(_blanked(data)).translate(_TABLE) + _PADDING
    codes = np.frombuffer(data, np.uint8)
    inside, is_word = codes > ord(" "), codes >= _FIRST_WORD_BYTE
    for _ in range(_TRIMS):
        inside[:-1] &= is_word[:-1] | inside[1:]
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    edges += 1
    starts, ends = edges[0::2].copy(), edges[1::2].copy()
    return Pieces(data, starts, ends, np.searchsorted(starts, np.flatnonzero(codes == 0)))


def _straightened(data: bytes) -> bytes:
    """UTF-8 with straight apostrophes for curly ones, where that changes no token."""
    if _CURLY_MARKED.search(data):
        return _CURLY.sub(b"'", data)
    return data.replace("’".encode(), b"'").replace("‘".encode(), b"'")


def _blanked(data: bytes) -> bytes:
    """UTF-8 with spaces for separators of two and three bytes."""
    codes = np.frombuffer(data, np.uint8).copy()
    leads = np.flatnonzero(codes >= 0xC0)
    lead = codes[leads].astype(np.int64)
    second = codes[leads + 1] & 0x3F
    two = (lead < 0xE0).nonzero()[0]
    at = leads[two]
    at = at[_are_separators((lead[two] & 0x1F) << 6 | second[two])]
    codes[at] = codes[at + 1] = ord(" ")
    three = ((lead >= 0xE0) & (lead < 0xF0)).nonzero()[0]
    at = leads[three]
    code = (lead[three] & 0x0F) << 12 | second[three].astype(np.int64) << 6 | codes[at + 2] & 0x3F
    at = at[_are_separators(code)]
    codes[at] = codes[at + 1] = codes[at + 2] = ord(" ")
    return codes.tobytes()


def _are_separators(codes: Ints) -> npt.NDArray[np.bool_]:
    """Which of these code points, below 2^16, are no part of words: bool[n]."""
    known = _KINDS[codes]
    if (known == _UNKNOWN).any():
        new = np.unique(codes[known == _UNKNOWN])
        _KINDS[new] = [shape(chr(code)) == " " for code in new.tolist()]
        known = _KINDS[codes]
    separators: npt.NDArray[np.bool_] = known.view(np.bool_)
    return separators
