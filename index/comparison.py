"""Which pairs of texts are alike indeed: comparing them by all their shingles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.shingles import SHINGLE, rolled
from index.word_hashes import U64, hashes_of_texts

THRESHOLD = 0.75
"""Shingles that two contents must have in common, of all that either has."""

_TEXTS = 1 << 10  # texts that are read at once
_KEPT = 1 << 21  # shingles that are kept; of texts with more, some are read again
_SETS = 1 << 12  # sets of shingles that are kept, and those of one part more
_PAIRS = 1 << 14  # pairs of marks that are compared at once
_BITS = 512  # in which the shingles of a text leave their marks
_STEP = np.uint64(0xD1342543DE82EF95)

Mask = npt.NDArray[np.bool_]
Texts = Callable[[Ints], Sequence[bytes]]
"""Reads the texts of ascending paragraphs, UTF-8."""


class Joined:
    """Numbers that are joined to groups, in any order: union-find."""

    def __init__(self) -> None:
        self._parents: dict[int, int] = {}

    def find(self, number: int) -> int:
        """The smallest number of the group."""
        parents = self._parents
        root = number
        while (parent := parents.get(root, root)) != root:
            root = parent
        while (parent := parents.get(number, number)) != root:
            parents[number], number = root, parent
        return root

    def join(self, first: int, second: int) -> None:
        """Make the groups of two numbers one."""
        first, second = self.find(first), self.find(second)
        self._parents[max(first, second)] = min(first, second)

    def numbers(self) -> list[int]:
        """All numbers that were joined to smaller ones."""
        return list(self._parents)


class _Read(NamedTuple):
    """What is known of texts that were read.

    Attributes:
        marks: uint64[n, _BITS / 64], the marks that their shingles leave in rows of bits.
        sizes: int64[n], how many shingles each has.
        hashes: their shingles, text by text; None if they are too many to keep.
    """

    marks: U64
    sizes: Ints
    hashes: U64 | None

    @property
    def starts(self) -> Ints:
        """Where the shingles of each begin; int64[n]."""
        return starts_of(self.sizes)[:-1]


class Comparison:
    """Compares texts by all their shingles."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def alike(
        self, docs: Ints, left: Ints, right: Ints, joined: Joined
    ) -> Iterator[tuple[int, int]]:
        """Of some pairs those that are alike and not joined yet; they are joined.

        Args:
            docs: int64[n], ascending paragraphs.
            left: int64[p], one of each pair, by its place among them.
            right: int64[p], the other one.
            joined: which of the places are joined.
        """
        needed = np.zeros(len(docs), np.bool_)
        needed[left] = needed[right] = True
        places = np.flatnonzero(needed)
        docs = docs[places]
        read = self._read(docs)
        numbers = np.cumsum(needed) - 1
        left, right = numbers[left], numbers[right]
        kept = _may_have_most(read, left, right)
        pairs = zip(left[kept].tolist(), right[kept].tolist(), strict=True)
        names = places.tolist()
        shingles: dict[int, frozenset[int]] = {}
        while some := list(islice(pairs, _TEXTS // 2)):
            some = [
                pair for pair in some if joined.find(names[pair[0]]) != joined.find(names[pair[1]])
            ]
            if len(shingles) > _SETS:
                shingles = {}
            shingles |= self._sets(docs, read, {at for pair in some for at in pair} - set(shingles))
            for one, other in some:
                if joined.find(names[one]) == joined.find(names[other]):
                    continue
                if _are_alike(shingles[one], shingles[other]):
                    joined.join(names[one], names[other])
                    yield names[one], names[other]

    def _read(self, docs: Ints) -> _Read:
        """The marks and the shingles of paragraphs."""
        marks = np.zeros((len(docs), _BITS // 64), np.uint64)
        sizes = np.zeros(len(docs), np.int64)
        parts = [np.empty(0, np.uint64)]
        count = 0
        for first in range(0, len(docs), _TEXTS):
            some = slice(first, first + _TEXTS)
            hashes, sizes[some] = self._shingles(docs[some])
            bits = np.zeros((len(sizes[some]), _BITS), np.bool_)
            owners = np.repeat(np.arange(len(bits)), sizes[some])
            bits[owners, (hashes >> np.uint64(40)) % np.uint64(_BITS)] = True
            marks[some] = np.packbits(bits, axis=1).view(np.uint64)
            count += len(hashes)
            parts = [*parts, hashes] if count <= _KEPT else []
        return _Read(marks, sizes, np.concatenate(parts) if parts else None)

    def _sets(self, docs: Ints, read: _Read, places: set[int]) -> dict[int, frozenset[int]]:
        """The shingles of some paragraphs that were read, by their places."""
        ordered = sorted(places)
        if read.hashes is None:
            hashes, sizes = self._shingles(docs[ordered])
            starts = starts_of(sizes)[:-1]
        else:
            hashes, sizes, starts = read.hashes, read.sizes[ordered], read.starts[ordered]
        edges = zip(ordered, starts.tolist(), (starts + sizes).tolist(), strict=True)
        return {each: frozenset(hashes[low:high].tolist()) for each, low, high in edges}

    def _shingles(self, docs: Ints) -> tuple[U64, Ints]:
        """The shingles of paragraphs, and how many each has; int64[n]."""
        words, counts = hashes_of_texts(self._texts(docs))
        sizes = np.maximum(counts - SHINGLE + 1, 0)
        return rolled(words, _STEP)[ragged(starts_of(counts)[:-1], sizes)], sizes


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common > 0 and common >= THRESHOLD * (len(one) + len(other) - common)


def _may_have_most(read: _Read, left: Ints, right: Ints) -> Mask:
    """Whether texts can be alike, by the marks of their shingles; bool[p].

    Each mark that only one of them has is a shingle that only that one has. So this leaves out
    none that are alike.
    """
    marks, sizes = read.marks, read.sizes
    kept = np.zeros(len(left), np.bool_)
    for first in range(0, len(left), _PAIRS):
        some = slice(first, first + _PAIRS)
        one, other = marks[left[some]], marks[right[some]]
        only_one = np.bitwise_count(one & ~other).sum(axis=1, dtype=np.int64)
        only_other = np.bitwise_count(other & ~one).sum(axis=1, dtype=np.int64)
        both = np.minimum(sizes[left[some]] - only_one, sizes[right[some]] - only_other)
        kept[some] = both >= THRESHOLD * (both + only_one + only_other)
    return kept
