"""Which paragraphs are alike: pairs by their sketches, and the pairs that are so indeed.

Paragraphs with the same words are one *content*, of which one stands for all. Two contents are
compared if their sketches share a hash and enough of the rest may be the same; then their texts
are read, and they are alike if THRESHOLD of all their shingles are in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import comb
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.shingles import MOST, SHINGLE, U64, Sketcher, Sketches
from index.tokens import BatchTokenizer

THRESHOLD = 0.75
"""Shingles that two contents must have in common, of all that either has."""
SURE = 0.8
"""Shingles in common from which on a pair is found; of pairs between, only some are."""

_SLICE = 1 << 22  # hashes that are sorted at once
_PAIRS = 1 << 20  # pairs that are compared at once
_TEXTS = 1 << 12  # texts that are read at once
_SETS = 1 << 12  # sets of shingles that are kept
_LENGTH = (3, 4)  # of the longer one, at least
_UNLIKELY = 1e-4  # how seldom a pair is left out that should be compared
_CROWD = 2_000  # contents with one hash; of more, each is compared with the next so many

Lengths = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Texts = Callable[[list[int]], Sequence[str]]
"""Reads the texts of paragraphs."""


class Candidates(NamedTuple):
    """The paragraphs among which pairs are looked for.

    Attributes:
        docs: int64[n], their numbers, ascending.
        sketches: of each.
        fresh: bool[n], those that were not compared before with any other.
    """

    docs: Ints
    sketches: Sketches
    fresh: npt.NDArray[np.bool_]


def same_words(sketches: Sketches) -> Ints:
    """For each paragraph the first one with the same words: int64[n], its own place if none.

    None may be without words.
    """
    firsts = sketches.hashes[starts_of(sketches.sizes)[:-1]]
    same = np.arange(len(firsts))
    for low, high in _slices(len(firsts)):
        within = np.flatnonzero((sketches.keys >= low) & (sketches.keys <= high))
        texts = sketches.keys[within].astype(np.uint64) << np.uint64(32) | firsts[within]
        order = np.argsort(texts, kind="stable")
        ordered = texts[order]
        new = np.ones(len(order), np.bool_)
        new[1:] = ordered[1:] != ordered[:-1]
        begins = np.flatnonzero(new)
        runs = np.diff(np.append(begins, len(order)))
        same[within[order]] = np.repeat(within[order[begins]], runs)
    return same


def alike(found: Candidates, same: Ints, texts: Texts) -> list[tuple[int, int]]:
    """The pairs of contents that are alike, as places among the candidates.

    Pairs are left out that others join already, and those of which none is fresh.
    """
    joined = Joined()
    comparison = _Comparison(texts)
    links = []
    for left, right in _pairs(found, same):
        for first, second in comparison.alike(found.docs, left, right, joined):
            links.append((first, second))
    return links


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


class _Comparison:
    """Compares texts by all their shingles."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._tokenizer = BatchTokenizer()
        self._sketcher = Sketcher()

    def alike(
        self, docs: Ints, left: Ints, right: Ints, joined: Joined
    ) -> Iterator[tuple[int, int]]:
        """Of some pairs those that are alike and not joined yet; they are joined."""
        needed = np.unique(np.concatenate((left, right)))
        hashes, starts = self._shingles(docs[needed].tolist())
        edges = dict(zip(needed.tolist(), pairwise(starts.tolist()), strict=True))
        shingles: dict[int, frozenset[int]] = {}
        for one, other in zip(left.tolist(), right.tolist(), strict=True):
            if joined.find(one) == joined.find(other):
                continue
            if len(shingles) > _SETS:
                shingles = {}
            for each in (one, other):
                if each not in shingles:
                    shingles[each] = frozenset(hashes[slice(*edges[each])].tolist())
            if _are_alike(shingles[one], shingles[other]):
                joined.join(one, other)
                yield one, other

    def _shingles(self, docs: list[int]) -> tuple[U64, Ints]:
        """The shingles of paragraphs, and where those of each begin; [n + 1]."""
        hashes, counts = [np.empty(0, np.uint64)], [np.empty(0, np.int64)]
        for first in range(0, len(docs), _TEXTS):
            tokens = self._tokenizer.add(self._texts(docs[first : first + _TEXTS]))
            found, starts = self._sketcher.shingles(self._tokenizer.vocabulary, tokens)
            hashes.append(found)
            counts.append(np.diff(starts))
        return np.concatenate(hashes), starts_of(np.concatenate(counts))


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common > 0 and common >= THRESHOLD * (len(one) + len(other) - common)


def _pairs(found: Candidates, same: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of contents that may be alike, in parts; of one, those first that share most."""
    owners, later = _shared(found, same)
    lengths, sizes = _lengths(found), found.sketches.sizes
    by_owner = np.zeros(len(found.docs) + 1, np.int64)
    np.add.at(by_owner, owners + 1, later)
    ends = np.cumsum(by_owner)
    first = 0
    while first < len(found.docs) and len(owners):
        last = int(np.searchsorted(ends, ends[first] + _PAIRS, "right")) - 1
        last = max(last, first + 1)
        at = np.flatnonzero((owners >= first) & (owners < last) & (later > 0))
        left = np.repeat(owners[at], later[at])
        right = owners[ragged(at + 1, later[at])]
        first = last
        kept = _similar_length(lengths[left], lengths[right])
        both, shared = np.unique(left[kept] << 32 | right[kept], return_counts=True)
        # If both sketches are full, one hash that they share is not enough.
        several = (shared > 1) | (np.minimum(sizes[both >> 32], sizes[both & 0xFFFFFFFF]) < MOST)
        both, shared = both[several], shared[several]
        left, right = both >> 32, both & 0xFFFFFFFF
        kept = _may_be_alike(found, left, right, shared)
        order = np.lexsort((-shared[kept], left[kept]))
        yield left[kept][order], right[kept][order]


def _shared(found: Candidates, same: Ints) -> tuple[Ints, Ints]:
    """The contents of the hashes that several have, by hash, and of each the fresh ones first.

    Returns:
        The contents, by their places; with how many of those that follow each is compared.
    """
    sizes = found.sketches.sizes
    fresh = np.zeros(len(same), np.bool_)
    fresh[found.fresh] = True
    known = np.zeros(len(same), np.uint64)
    known[same[~fresh]] = 1  # a content of which one paragraph was compared before
    contents = (same == np.arange(len(same))) & (sizes > 1)
    owners = np.repeat(np.arange(len(same)), np.where(contents, sizes, 0))
    starts = starts_of(sizes)
    at = np.flatnonzero(contents)
    hashes = found.sketches.hashes[ragged(starts[at], sizes[at])]
    parts = []
    for low, high in _slices(len(hashes)):
        within = np.flatnonzero((hashes >= low) & (hashes <= high))
        entries = hashes[within].astype(np.uint64) << np.uint64(32)
        entries |= known[owners[within]] << np.uint64(31) | owners[within].astype(np.uint64)
        entries = distinct(entries)
        own = entries >> np.uint64(32)
        equal = own[1:] == own[:-1]
        several = np.zeros(len(own), np.bool_)
        several[1:] = equal
        several[:-1] |= equal
        parts.append(entries[several])
    entries = np.concatenate(parts)
    own = entries >> np.uint64(32)
    begins = np.flatnonzero(np.concatenate(([True], own[1:] != own[:-1]))) if len(own) else own
    runs = np.diff(np.append(begins, len(own))).astype(np.int64)
    ends = np.repeat(begins.astype(np.int64) + runs, runs)
    later = np.minimum(ends - np.arange(len(own)) - 1, _CROWD)
    later[(entries >> np.uint64(31)) & np.uint64(1) == 1] = 0
    return (entries & np.uint64(0x7FFFFFFF)).astype(np.int64), later


def distinct(values: U64) -> U64:
    """The values in ascending order, each once; np.unique takes ten times as long."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]


def _similar_length(one: Lengths, other: Lengths) -> Mask:
    """Whether sets of these sizes can be alike."""
    return np.minimum(one, other) * _LENGTH[1] >= np.maximum(one, other) * _LENGTH[0]


def _may_be_alike(found: Candidates, left: Ints, right: Ints, shared: Ints) -> Mask:
    """Whether enough can be in both, by what the sketches share; they share all of ``shared``.

    Up to the smaller one of their last hashes, both sets are known. Behind it, whatever is
    not known can be in both; and before it, of the hashes of either, so many are in both as
    are likely to be: fewer are in one of ten thousand pairs that are four fifths the same.
    """
    sizes = found.sketches.sizes.astype(np.int64)
    starts = starts_of(sizes)
    lengths = _lengths(found)
    hashes = found.sketches.hashes
    last = np.minimum(hashes[starts[left + 1] - 1], hashes[starts[right + 1] - 1])
    seen = [np.zeros(len(left), np.int64) for _ in range(2)]
    for at in range(MOST):
        for count, each in zip(seen, (left, right), strict=True):
            there = sizes[each] > at
            count += there & (hashes.take(starts[each] + at, mode="clip") <= last)
    rest = np.minimum(lengths[left] - seen[0], lengths[right] - seen[1])
    long = np.maximum(found.sketches.words[left], found.sketches.words[right]) == 255
    least = (lengths[left] + lengths[right]) * (SURE / (1 + SURE))
    likely = _LEAST_SHARED[seen[0] + seen[1] - shared]
    kept: Mask = (long | (shared + rest >= least)) & (shared >= likely)
    return kept


def _lengths(found: Candidates) -> Lengths:
    """The shingles of each paragraph, if none comes twice; of the longest at least so many."""
    return np.maximum(found.sketches.words.astype(np.int32) - SHINGLE + 1, 0)


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


def _slices(count: int) -> Iterator[tuple[int, int]]:
    """Ranges of 32 bits, each with about _SLICE of so many random numbers: first and last."""
    slices = count // _SLICE + 1
    edges = [(1 << 32) * each // slices for each in range(slices + 1)]
    for low, high in pairwise(edges):
        yield low, high - 1
