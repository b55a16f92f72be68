"""The tokens of one term, read document by document: a phrase looks at few of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints

Bytes = npt.NDArray[np.uint8]
_BITS_SET = np.array([number.bit_count() for number in range(256)], np.uint8)


@dataclass(frozen=True, slots=True)
class PackedForms:
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


class TermTokens:
    """The tokens of one term in one segment, by the row of their posting.

    A token's number counts the tokens of the term from 0. Only bits are worked through
    beforehand; positions are read where they are asked for.
    """

    def __init__(
        self,
        repeated: Ints,
        freqs: npt.NDArray[np.int32],
        low: Bytes,
        high_bits: tuple[Bytes, int],
        highs: Bytes,
        patches: tuple[Ints, AnyInts],
        forms: PackedForms,
    ) -> None:
        """Begin.

        Args:
            repeated: int64[r], ascending, the rows in which the term comes more than once.
            freqs: int32[r], how often it comes there.
            low: uint8[tokens], positions modulo 256.
            high_bits: the bits that tell positions above 255, and which of them is the first.
            highs: uint8, position / 256 of those; empty if there are none.
            patches: the tokens with a position that does not fit, and those positions.
            forms: of the tokens.
        """
        self._repeated = repeated
        self._extra = np.zeros(len(repeated) + 1, np.int64)
        np.cumsum(freqs - 1, out=self._extra[1:])
        self._low, self._highs, self._patches = low, highs, patches
        self._bits, self._first_bit = high_bits
        self.forms = forms
        self._ranks: npt.NDArray[np.int32] | None = None
        if len(highs):
            self._ranks = np.zeros(len(self._bits) + 1, np.int32)
            np.cumsum(_BITS_SET[self._bits], out=self._ranks[1:])
            before = self._bits[0] & np.uint8((1 << self._first_bit) - 1)
            self._ranks -= int(_BITS_SET[before])

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        ranks = 0 if self._ranks is None else self._ranks.nbytes
        return self._repeated.nbytes + self._extra.nbytes + ranks + self.forms.at.nbytes

    def of_rows(self, rows: npt.NDArray[Any]) -> tuple[Ints, Ints]:
        """The first token of each row and how many tokens it has; int64[n] both."""
        found = self._repeated.searchsorted(rows)
        firsts = rows + self._extra[found]
        counts = np.ones(len(rows), np.int64)
        if len(self._repeated):
            more = self._repeated.take(found, mode="clip") == rows
            counts[more] += self._extra[found[more] + 1] - self._extra[found[more]]
        return firsts, counts

    def positions(self, tokens: Ints) -> npt.NDArray[np.int32]:
        """The positions of some tokens in their documents; a new int32[n]."""
        positions = self._low[tokens].astype(np.int32)
        if self._ranks is None:
            return positions
        bits = tokens + self._first_bit
        byte = bits >> 3
        shifts = (bits & 7).astype(np.uint8)
        stored = self._bits[byte]
        high = np.flatnonzero((stored >> shifts) & np.uint8(1))
        if len(high):
            below = stored[high] & ((np.uint8(1) << shifts[high]) - np.uint8(1))
            ranks = self._ranks[byte[high]] + _BITS_SET[below]
            positions[high] += self._highs[ranks].astype(np.int32) << 8
            at, big = self._patches
            if len(at):
                found = at.searchsorted(tokens)
                patched = at.take(found, mode="clip") == tokens
                positions[patched] = big[found[patched]]
        return positions
