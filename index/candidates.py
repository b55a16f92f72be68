"""Paragraphs that may be alike, by their sketches alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, starts_of
from index.shingles import MOST, SHINGLE, U32, Sketches

SURE = 0.8
"""Shingles in common from which on a pair is found; of pairs between, only some are."""

_LENGTH = (3, 4)  # of the longer one, at least
_FIRST_BYTES = np.array([(1 << (8 * size)) - 1 for size in range(MOST + 1)], np.uint64)  # masks
_UNLIKELY = 1e-4  # how seldom a pair is left out that should be compared

Lengths = npt.NDArray[np.int16]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Candidates:
    """The paragraphs among which pairs are looked for.

    Attributes:
        docs: int64[n], their numbers, ascending.
        sketches: of each.
        fresh: bool[n], those that were not compared before with any other.
    """

    docs: Ints
    sketches: Sketches
    fresh: Mask

    @cached_property
    def sizes(self) -> npt.NDArray[np.uint8]:
        """How many hashes each has; uint8[n]."""
        return self.sketches.sizes

    @cached_property
    def starts(self) -> Ints:
        """Where the hashes of each begin; int64[n + 1]."""
        return starts_of(self.sizes)

    @cached_property
    def lengths(self) -> npt.NDArray[np.int16]:
        """The shingles of each, if none comes twice; of the longest at least so many; int16[n]."""
        return np.maximum(self.sketches.words.astype(np.int16) - SHINGLE + 1, 0)

    @cached_property
    def lasts(self) -> U32:
        """The last hash of each; uint32[n]. None may be without words."""
        return self.sketches.hashes[self.starts[1:] - 1]

    @cached_property
    def rows(self) -> npt.NDArray[np.void]:
        """The MOST hashes from each place on, as one item each; a view, [hashes]."""
        hashes = np.concatenate((self.sketches.hashes, np.zeros(MOST, np.uint32)))
        count = len(self.sketches.hashes)
        return np.ndarray((count,), f"V{MOST * hashes.itemsize}", hashes.data, 0, hashes.strides)


def in_both(found: Candidates, left: Ints, right: Ints) -> Ints:
    """How many hashes both sketches have, of each pair; int64[p]."""
    hashes, sizes, starts = found.sketches.hashes, found.sizes, found.starts
    shared = np.zeros(len(left), np.int64)
    for at in range(MOST):
        own = hashes.take(starts[left] + at, mode="clip")
        here = sizes[left] > at
        if at:  # the last hash may be repeated
            here &= own != hashes.take(starts[left] + at - 1, mode="clip")
        met = np.zeros(len(left), np.bool_)
        for other in range(MOST):
            there = sizes[right] > other
            met |= there & (hashes.take(starts[right] + other, mode="clip") == own)
        shared += here & met
    return shared


def similar_length(one: Lengths, other: Lengths) -> Mask:
    """Whether sets of these sizes can be alike."""
    kept: Mask = np.minimum(one, other) * _LENGTH[1] >= np.maximum(one, other) * _LENGTH[0]
    return kept


def may_be_alike(found: Candidates, left: Ints, right: Ints, shared: Ints) -> Mask:
    """Whether enough can be in both, by what the sketches share; they share all of ``shared``.

    Up to the smaller one of their last hashes, both sets are known. Behind it, whatever is
    not known can be in both; and before it, of the hashes of either, so many are in both as
    are likely to be: fewer are in one of ten thousand pairs that are four fifths the same.
    """
    lasts, lengths = found.lasts, found.lengths
    is_first = lasts[left] <= lasts[right]
    # Of the one whose last hash is the smaller one, all are up to it.
    one, other = np.where(is_first, left, right), np.where(is_first, right, left)
    seen = found.sizes[one].astype(np.int64), _up_to(found, other, lasts[one])
    rest = np.minimum(lengths[one] - seen[0], lengths[other] - seen[1])
    long = np.maximum(found.sketches.words[left], found.sketches.words[right]) == 255
    least = (lengths[left] + lengths[right]) * (SURE / (1 + SURE))
    likely = _LEAST_SHARED[seen[0] + seen[1] - shared]
    kept: Mask = (long | (shared + rest >= least)) & (shared >= likely)
    return kept


def _up_to(found: Candidates, places: Ints, last: U32) -> Ints:
    """How many hashes of each sketch are up to a limit; int64[p]."""
    rows = found.rows[found.starts[places]].view(np.uint32).reshape(-1, MOST)
    below = rows <= last[:, np.newaxis]
    # Each is a byte, one or zero: those of one sketch are eight, of which the first are its own.
    bits = below.view("<u8").ravel() & _FIRST_BYTES[found.sizes[places]]
    counts: Ints = np.bitwise_count(bits).astype(np.int64)
    return counts


def _least_shared() -> Ints:
    """Of so many different hashes, how many are in both sets, at least; int64[2 * MOST + 1]."""
    least = []
    for count in range(2 * MOST + 1):
        chance, shared = 0.0, 0
        while chance < _UNLIKELY:
            chance += comb(count, shared) * SURE**shared * (1 - SURE) ** (count - shared)
            shared += 1
        least.append(shared - 1)
    return np.array(least)


_LEAST_SHARED = _least_shared()
