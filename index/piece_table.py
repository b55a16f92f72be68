"""A hash table in arrays, from the bytes of pieces to numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from index.pieces import Ints, Keys


class PieceTable:
    """Pieces of up to KEY_SIZE bytes -> numbers: an open-addressing hash table in arrays.

    Its random factors differ between processes, so that no text can be made to collide; the
    answers do not depend on them.
    """

    _SPARE = 4  # slots for each piece

    def __init__(self) -> None:
        self._factors = np.random.default_rng().integers(1 << 64, size=2, dtype=np.uint64)
        self._factors |= np.uint64(1)
        self._count = 0
        self._allocate(16)

    @property
    def nbytes(self) -> int:
        """The size of the arrays."""
        return self._low.nbytes + self._high.nbytes + self._numbers.nbytes

    def find(self, low: Keys, high: Keys) -> npt.NDArray[np.int32]:
        """The numbers of pieces, int32[n], -1 for a piece that is not in the table.

        Args:
            low: uint64[n], the first halves of the keys (``Pieces.keys``).
            high: uint64[n], the second halves.
        """
        slots = self._slots(low, high)
        found: npt.NDArray[np.int32] = self._numbers[slots]
        rest = np.flatnonzero((self._low[slots] != low) | (self._high[slots] != high))
        slots = slots[rest]
        while len(rest):
            used = self._low[slots] != 0
            found[rest[~used]] = -1
            rest, slots = rest[used], (slots[used] + 1) & self._mask
            same = (self._low[slots] == low[rest]) & (self._high[slots] == high[rest])
            found[rest[same]] = self._numbers[slots[same]]
            rest, slots = rest[~same], slots[~same]
        return found

    def add(self, low: Keys, high: Keys, numbers: npt.NDArray[Any]) -> None:
        """Put pieces into the table that it does not hold; they are distinct."""
        self._count += len(low)
        if self._count * self._SPARE > len(self._low):
            used = np.flatnonzero(self._low)
            old = self._low[used], self._high[used], self._numbers[used]
            self._allocate((self._count * self._SPARE - 1).bit_length())
            self._insert(*old)
        self._insert(low, high, numbers)

    def _insert(self, low: Keys, high: Keys, numbers: npt.NDArray[Any]) -> None:
        slots = self._slots(low, high)
        while len(low):
            free = self._low[slots] == 0
            self._numbers[slots[free]] = numbers[free]
            # Several may have written to one slot; the last one has it.
            won = free.copy()
            won[free] = self._numbers[slots[free]] == numbers[free]
            self._low[slots[won]], self._high[slots[won]] = low[won], high[won]
            low, high, numbers = low[~won], high[~won], numbers[~won]
            slots = (slots[~won] + 1) & self._mask

    def _allocate(self, bits: int) -> None:
        self._mask = (1 << bits) - 1
        self._shift = np.uint64(64 - bits)
        self._low = np.zeros(1 << bits, np.uint64)  # 0 is a free slot: no piece begins with it
        self._high = np.zeros(1 << bits, np.uint64)
        self._numbers = np.zeros(1 << bits, np.int32)

    def _slots(self, low: Keys, high: Keys) -> Ints:
        hashes = low * self._factors[0]
        hashes += high * self._factors[1]
        hashes >>= self._shift
        slots: Ints = hashes.view(np.int64)
        return slots
