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
_CROWD = 128  # contents with one hash; of more, those are not compared that are joined already
_AT_ONCE = 1 << 15  # pairs of which the texts are kept at once
_BITS = 512  # in which the shingles of a text leave their marks

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
    links: list[tuple[int, int]] = []
    shared = _shared(found, same)
    for left, right in _neighbours(found, shared):
        links += comparison.alike(found.docs, left, right, joined)
    for left, right in _pairs(found, _apart(shared, joined, len(same))):
        links += comparison.alike(found.docs, left, right, joined)
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
        for first in range(0, len(left), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            yield from self._alike(docs, left[some], right[some], joined)

    def _alike(
        self, docs: Ints, left: Ints, right: Ints, joined: Joined
    ) -> Iterator[tuple[int, int]]:
        needed = distinct(np.concatenate((left, right)).astype(np.uint64)).astype(np.int64)
        hashes, starts = self._shingles(docs[needed].tolist())
        kept = _may_have_most(hashes, starts, needed.searchsorted(left), needed.searchsorted(right))
        edges = dict(zip(needed.tolist(), pairwise(starts.tolist()), strict=True))
        shingles: dict[int, frozenset[int]] = {}
        for one, other in zip(left[kept].tolist(), right[kept].tolist(), strict=True):
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


def _may_have_most(hashes: U64, starts: Ints, left: Ints, right: Ints) -> Mask:
    """Whether texts can be alike, by marks that their shingles leave in a row of bits.

    Each mark that only one of them has is a shingle that only that one has. So this leaves out
    none that are alike.

    Args:
        hashes: uint64[m], the shingles of some texts.
        starts: int64[n + 1], where those of each text begin.
        left: int64[p], one text of each pair.
        right: int64[p], the other one.
    """
    sizes = np.diff(starts)
    marks = np.zeros((len(sizes), _BITS // 64), np.uint64)
    for first in range(0, len(sizes), _TEXTS):
        own = slice(int(starts[first]), int(starts[min(first + _TEXTS, len(sizes))]))
        count = len(sizes[first : first + _TEXTS])
        bits = np.zeros((count, _BITS), np.bool_)
        owners = np.repeat(np.arange(count), sizes[first : first + _TEXTS])
        bits[owners, (hashes[own] >> np.uint64(40)) % np.uint64(_BITS)] = True
        marks[first : first + count] = np.packbits(bits, axis=1).view(np.uint64)
    kept = np.zeros(len(left), np.bool_)
    for first in range(0, len(left), _TEXTS):
        some = slice(first, first + _TEXTS)
        one, other = marks[left[some]], marks[right[some]]
        only_one = np.bitwise_count(one & ~other).sum(axis=1, dtype=np.int64)
        only_other = np.bitwise_count(other & ~one).sum(axis=1, dtype=np.int64)
        both = np.minimum(sizes[left[some]] - only_one, sizes[right[some]] - only_other)
        kept[some] = both >= THRESHOLD * (both + only_one + only_other)
    return kept


class _Sharing(NamedTuple):
    """The contents of the hashes that several have, by hash, and of each the fresh ones first.

    Attributes:
        owners: int64[n], the contents, by their places.
        ends: int64[n], where those of the same hash end.
        known: bool[n], which were compared before with each other.
        skipped: int64[n], how many of those that follow it each need not be compared with.
    """

    owners: Ints
    ends: Ints
    known: Mask
    skipped: Ints


def _neighbours(found: Candidates, shared: _Sharing) -> Iterator[tuple[Ints, Ints]]:
    """Of hashes that a crowd has, each content with the next one, if they may be alike."""
    at = _crowded(shared)
    at = at[(at + 1 < shared.ends[at]) & ~shared.known[at]]
    both = distinct((shared.owners[at] << 32 | shared.owners[at + 1]).astype(np.uint64))
    for first in range(0, len(both), _AT_ONCE):
        some = both[first : first + _AT_ONCE].astype(np.int64)
        yield _that_may(found, some, _in_both(found.sketches, some >> 32, some & 0xFFFFFFFF))


def _in_both(sketches: Sketches, left: Ints, right: Ints) -> Ints:
    """How many hashes both sketches have, of each pair; int64[p]."""
    sizes = sketches.sizes.astype(np.int64)
    starts = starts_of(sizes)
    shared = np.zeros(len(left), np.int64)
    for at in range(MOST):
        own = sketches.hashes.take(starts[left] + at, mode="clip")
        here = sizes[left] > at
        if at:  # the last hash may be repeated
            here &= own != sketches.hashes.take(starts[left] + at - 1, mode="clip")
        met = np.zeros(len(left), np.bool_)
        for other in range(MOST):
            there = sizes[right] > other
            met |= there & (sketches.hashes.take(starts[right] + other, mode="clip") == own)
        shared += here & met
    return shared


def _crowded(shared: _Sharing) -> Ints:
    """The places of all who have a hash that a crowd has."""
    return np.flatnonzero(np.bincount(shared.ends)[shared.ends] > _CROWD)


def _apart(shared: _Sharing, joined: Joined, contents: int) -> _Sharing:
    """The same, so that those that are joined stand together, and are skipped.

    So it takes little time to compare a crowd of nearly the same. Of any two, the same one
    comes first wherever they meet.
    """
    roots = np.arange(contents)
    for number in joined.numbers():
        roots[number] = joined.find(number)
    by_root = np.argsort(roots, kind="stable")
    rank = np.empty(contents, np.uint64)
    rank[by_root] = np.arange(contents, dtype=np.uint64)
    keys = (shared.ends << 32 | shared.known.astype(np.int64) << 31).astype(np.uint64)
    keys = np.sort(keys | rank[shared.owners])
    owners = by_root[(keys & np.uint64(0x7FFFFFFF)).astype(np.int64)]
    last = np.ones(len(keys), np.bool_)
    last[:-1] = roots[owners[1:]] != roots[owners[:-1]]
    last[:-1] |= keys[1:] >> np.uint64(31) != keys[:-1] >> np.uint64(31)
    sizes = np.diff(np.append(-1, np.flatnonzero(last)))
    skipped = np.repeat(np.cumsum(sizes), sizes) - np.arange(len(keys)) - 1
    # Ends and whether they are known are in the same order as before.
    return shared._replace(owners=owners, skipped=skipped)


def _pairs(found: Candidates, shared: _Sharing) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of contents that may be alike, in parts; of one, those first that share most."""
    owners = shared.owners
    firsts = np.arange(1, len(owners) + 1) + shared.skipped
    later = np.where(shared.known, 0, shared.ends - firsts)
    lengths = _lengths(found)
    ends = starts_of(np.bincount(owners, later, len(found.docs)).astype(np.int64))
    first = 0
    while first < len(found.docs) and len(owners):
        last = int(np.searchsorted(ends, ends[first] + _PAIRS, "right")) - 1
        last = max(last, first + 1)
        at = np.flatnonzero((owners >= first) & (owners < last) & (later > 0))
        left = np.repeat(owners[at], later[at])
        right = owners[ragged(firsts[at], later[at])]
        first = last
        kept = _similar_length(lengths[left], lengths[right])
        yield _that_may(found, *_counted(left[kept] << 32 | right[kept]))


def _that_may(found: Candidates, both: Ints, shared: Ints) -> tuple[Ints, Ints]:
    """The pairs that may be alike, by how many hashes they share; first those that share most.

    Args:
        found: the candidates.
        both: int64[p], the pairs, each as one number.
        shared: int64[p], how many hashes both have.
    """
    sizes = found.sketches.sizes
    # If both sketches are full, one hash that they share is not enough.
    several = (shared > 1) | (np.minimum(sizes[both >> 32], sizes[both & 0xFFFFFFFF]) < MOST)
    both, shared = both[several], shared[several]
    left, right = both >> 32, both & 0xFFFFFFFF
    lengths = _lengths(found)
    kept = _similar_length(lengths[left], lengths[right])
    kept &= _may_be_alike(found, left, right, shared)
    order = np.lexsort((-shared[kept], left[kept]))
    return left[kept][order], right[kept][order]


def _counted(values: Ints) -> tuple[Ints, Ints]:
    """The values in ascending order, each once, and how often it comes."""
    ordered = np.sort(values)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])) if len(values) else values
    return ordered[begins], np.diff(np.append(begins, len(values)))


def _shared(found: Candidates, same: Ints) -> _Sharing:
    """The contents of the hashes that several have."""
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
    return _Sharing(
        (entries & np.uint64(0x7FFFFFFF)).astype(np.int64),
        ends,
        (entries >> np.uint64(31)) & np.uint64(1) == 1,
        np.zeros(len(ends), np.int64),
    )


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
