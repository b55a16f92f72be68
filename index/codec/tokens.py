"""The tokens of one term, read document by document: a phrase looks at few of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints

Bytes = npt.NDArray[np.uint8]
_NEAR = 32  # times the bits asked for: if they are within so many, all of them are looked at
_BITS_SET = np.array([number.bit_count() for number in range(256)], np.uint8)


class PackedForms(NamedTuple):
    """The numbers of the forms of a term's tokens, as they are packed.

    Attributes:
        bits: uint8, the packed numbers, low bits first.
        width: bits of a number: 0, 1, 2, 4 or 8.
        at: int64, ascending, the tokens whose number did not fit.
        big: those numbers.
    """

    bits: Bytes
    width: int
    at: Ints
    big: AnyInts

    def of(self, tokens: Ints) -> npt.NDArray[np.int32]:
        """The numbers of the forms of some tokens; a new int32[n]."""
        if self.width == 0:
            forms = np.zeros(len(tokens), np.int32)
        else:
            first = tokens * self.width
            shifts = (first & 7).astype(np.uint8)
            mask = np.uint8((1 << self.width) - 1)
            forms = ((self.bits[first >> 3] >> shifts) & mask).astype(np.int32)
        if len(self.at):
            found = self.at.searchsorted(tokens)
            patched = self.at.take(found, mode="clip") == tokens
            forms[patched] = self.big[found[patched]]
        return forms


class Bits:
    """A run of bits, of which one can ask which are set, and how many are before one."""

    def __init__(self, packed: Bytes, first: int) -> None:
        """Begin.

        Args:
            packed: uint8, low bits first.
            first: which bit of ``packed`` is bit 0; below 8.
        """
        self._packed, self._first = packed, first
        self._ranks = np.zeros(len(packed) + 1, np.int32)
        np.cumsum(_BITS_SET.take(packed), out=self._ranks[1:])
        if first:
            self._ranks -= int(packed[0] & np.uint8((1 << first) - 1)).bit_count()

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        return self._ranks.nbytes

    def among(self, numbers: Ints) -> tuple[Ints, AnyInts]:
        """Which of some bits are set, by their places in ``numbers``; how many are before each.

        Args:
            numbers: int64[n], ascending, at least one.
        """
        low, high = int(numbers[0]), int(numbers[-1])
        if high - low > _NEAR * len(numbers):
            places, ranks = self.before(numbers)
            return places, ranks.take(places)
        start = (low + self._first) >> 3
        packed = self._packed[start : ((high + self._first) >> 3) + 1]
        bits = np.unpackbits(packed, bitorder="little").view(np.bool_)
        found = bits.nonzero()[0] + ((start << 3) - self._first)
        found = found[found.searchsorted(low) :]
        at = numbers.searchsorted(found)
        same = (numbers.take(at, mode="clip") == found).nonzero()[0]
        return at.take(same), same + self.before(numbers[:1])[1]

    def before(self, numbers: Ints) -> tuple[Ints, Ints]:
        """Which of some bits are set, as places in ``numbers``; how many are before each of all."""
        bits = numbers + self._first if self._first else numbers
        byte = bits >> 3
        stored = self._packed.take(byte)
        shifts = (bits & 7).astype(np.uint8)
        below = stored & ((np.uint8(1) << shifts) - np.uint8(1))
        ranks = self._ranks.take(byte) + _BITS_SET.take(below)
        return np.flatnonzero((stored >> shifts) & np.uint8(1)), ranks


class TermTokens:
    """The tokens of one term in one segment, by the row of their posting.

    A token's number counts the tokens of the term from 0. Only bits are counted beforehand;
    frequencies and positions are read where they are asked for.
    """

    def __init__(
        self,
        repeated: Bits | None,
        freqs: npt.NDArray[np.int32],
        low: Bytes,
        high: Bits | None,
        highs: Bytes,
        patches: tuple[Ints, AnyInts],
        forms: PackedForms,
    ) -> None:
        """Begin.

        Args:
            repeated: a bit a row, whether the term comes more than once there; None if nowhere.
            freqs: int32[r], how often it comes there.
            low: uint8[tokens], positions modulo 256.
            high: a bit a token, whether its position is above 255; None if none is.
            highs: uint8, position / 256 of those.
            patches: the tokens with a position that does not fit, and those positions.
            forms: of the tokens.
        """
        self._repeated = repeated
        self._freqs = freqs
        fits = len(low) < 1 << 31
        self._extra = np.zeros(len(freqs) + 1, np.int32 if fits else np.int64)
        np.cumsum(freqs - 1, out=self._extra[1:], dtype=self._extra.dtype)
        self._low, self._high, self._highs, self._patches = low, high, highs, patches
        self.forms = forms

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        bits = sum(each.nbytes for each in (self._repeated, self._high) if each)
        return bits + self._freqs.nbytes + self._extra.nbytes + self.forms.at.nbytes

    def of_rows(self, rows: npt.NDArray[Any]) -> tuple[Ints, Ints]:
        """The first token of each row and how many tokens it has; int64[n] both.

        Args:
            rows: integers [n], ascending.
        """
        rows = rows.astype(np.int64)
        counts = np.ones(len(rows), np.int64)
        if self._repeated is None or not len(rows):
            return rows, counts
        places, ranks = self._repeated.before(rows)
        counts[places] = self._freqs.take(ranks.take(places))
        return rows + self._extra.take(ranks), counts

    def positions(self, tokens: Ints) -> npt.NDArray[np.int32]:
        """The positions of some tokens in their documents; a new int32[n]."""
        positions = self._low[tokens].astype(np.int32)
        if self._high is not None and len(tokens):
            places, ranks = self._high.among(tokens)
            positions[places] += self._highs.take(ranks).astype(np.int32) << 8
            at, big = self._patches
            if len(at):
                found = at.searchsorted(tokens)
                patched = at.take(found, mode="clip") == tokens
                positions[patched] = big[found[patched]]
        return positions
