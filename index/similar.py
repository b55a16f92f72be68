"""Which paragraphs are alike: pairs by their sketches, and the pairs that are so indeed.

Paragraphs with the same words are one *content*, of which one stands for all. Two contents are
compared if their sketches share a hash and enough of the rest may be the same; then their texts
are read, and they are alike if THRESHOLD of all their shingles are in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.shingles import MOST, SHINGLE, Sketcher, Sketches
from index.tokens import BatchTokenizer

THRESHOLD = 0.75
"""Shingles that two contents must have in common, of all that either has."""

_SLICE = 1 << 22  # hashes that are sorted at once
_PAIRS = 1 << 21  # pairs that are compared at once
_TEXTS = 1 << 12  # texts of which all shingles are held at once
_LENGTH = 0.6  # of the longer one, at least: tokens are not always words, nor shingles distinct
_CROWD = 2_000  # contents with one hash; of more, each is compared with the next so many

Texts = Callable[[list[int]], Sequence[str]]
"""Reads the texts of paragraphs."""


class Candidates(NamedTuple):
    """The paragraphs among which pairs are looked for.

    Attributes:
        docs: int64[n], their numbers, ascending.
        words: integers [n], how many words each has.
        sketches: of each.
        fresh: bool[n], those that were not compared before with any other.
    """

    docs: Ints
    words: npt.NDArray[np.int32]
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
        shingles: dict[int, frozenset[int]] = {}
        for first in range(0, len(left), _TEXTS // 2):
            part = slice(first, first + _TEXTS // 2)
            pairs = [
                pair
                for pair in zip(left[part].tolist(), right[part].tolist(), strict=True)
                if joined.find(pair[0]) != joined.find(pair[1])
            ]
            needed = sorted({each for pair in pairs for each in pair})
            if len(shingles) > _TEXTS:
                shingles = {each: shingles[each] for each in needed if each in shingles}
            missing = [each for each in needed if each not in shingles]
            shingles |= zip(missing, self._shingles(docs[missing].tolist()), strict=True)
            for one, other in pairs:
                if joined.find(one) != joined.find(other) and _are_alike(
                    shingles[one], shingles[other]
                ):
                    joined.join(one, other)
                    yield one, other

    def _shingles(self, docs: list[int]) -> Iterator[frozenset[int]]:
        if not docs:
            return
        tokens = self._tokenizer.add(self._texts(docs))
        hashes, starts = self._sketcher.shingles(self._tokenizer.vocabulary, tokens)
        for start, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
            yield frozenset(hashes[start:end].tolist())


def _are_alike(one: frozenset[int], other: frozenset[int]) -> bool:
    common = len(one & other)
    return common > 0 and common >= THRESHOLD * (len(one) + len(other) - common)


def _pairs(found: Candidates, same: Ints) -> Iterator[tuple[Ints, Ints]]:
    """The pairs of contents that may be alike, those first that share the most; in parts."""
    hashes, owners, later = _shared(found, same)
    sizes = found.sketches.sizes.astype(np.int64)
    lengths = np.maximum(found.words.astype(np.int64) - SHINGLE + 1, 1)
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
        left, right = both >> 32, both & 0xFFFFFFFF
        kept = _may_be_alike(lengths, sizes, left, right, shared)
        order = np.argsort(-shared[kept], kind="stable")
        yield left[kept][order], right[kept][order]


def _shared(found: Candidates, same: Ints) -> tuple[npt.NDArray[np.uint64], Ints, Ints]:
    """The hashes that several contents have, sorted, and within each the fresh ones first.

    Returns:
        The hashes; the content of each, by its place; with how many of those that follow it is
        to be compared.
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
        entries.sort()
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
    return own, (entries & np.uint64(0x7FFFFFFF)).astype(np.int64), later


def _similar_length(one: Ints, other: Ints) -> npt.NDArray[np.bool_]:
    """Whether sets of these sizes can be alike."""
    return np.minimum(one, other) >= _LENGTH * np.maximum(one, other)


def _may_be_alike(
    lengths: Ints, sizes: Ints, left: Ints, right: Ints, shared: Ints
) -> npt.NDArray[np.bool_]:
    """Whether enough can be in both, by what the sketches share.

    Whatever is not in a sketch can be in both. If both sketches are full, one hash that they
    share tells little: of alike ones fewer than one pair in ten thousand shares no more.
    """
    rest = np.maximum(lengths[left] - sizes[left], lengths[right] - sizes[right])
    least = (lengths[left] + lengths[right]) * (THRESHOLD / (1 + THRESHOLD)) - 1
    full = (sizes[left] == MOST) & (sizes[right] == MOST)
    return (shared + rest >= least) & ((shared > 1) | ~full)


def _slices(count: int) -> Iterator[tuple[int, int]]:
    """Ranges of 32 bits, each with about _SLICE of so many random numbers: first and last."""
    slices = count // _SLICE + 1
    edges = [(1 << 32) * each // slices for each in range(slices + 1)]
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        yield low, high - 1
