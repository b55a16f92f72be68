"""Which paragraphs are alike: pairs by their sketches, and the pairs that are so indeed.

Paragraphs with the same words are one *content*, of which one stands for all. Two contents are
compared if their sketches share a hash and enough of the rest may be the same; then their texts
are read (``index.comparison``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.candidates import Candidates, Mask, in_both, may_be_alike, similar_length
from index.codec.arrays import Ints, ragged, starts_of
from index.comparison import Comparison, Joined, Texts
from index.shingles import MOST, U32, Sketches
from index.word_hashes import U64

_PAIRS = 1 << 18  # pairs that are looked at at once
_TOLD_BITS = 22  # of a hash, by which those are told that come once
_CROWD = 128  # contents with one hash; of more, those are not compared that are joined already
_AT_ONCE = 1 << 17  # pairs of which the texts are compared at once


def same_words(sketches: Sketches) -> Ints:
    """For each paragraph the first one with the same words: int64[n], its own place if none.

    None may be without words.
    """
    same = np.arange(len(sketches.keys))
    again = np.flatnonzero(_may_repeat(sketches.keys))
    firsts = sketches.hashes[starts_of(sketches.sizes)[again]]
    texts = sketches.keys[again].astype(np.uint64) << np.uint64(32) | firsts
    order = np.argsort(texts, kind="stable")
    ordered = texts[order]
    runs = np.diff(_lasts(ordered), prepend=-1)
    same[again[order]] = np.repeat(again[order[starts_of(runs)[:-1]]], runs)
    return same


def alike(found: Candidates, same: Ints, texts: Texts) -> list[tuple[int, int]]:
    """The pairs of contents that are alike, as places among the candidates.

    Pairs are left out that others join already, and those of which none is fresh.
    """
    joined = Joined()
    comparison = Comparison(texts)
    links: list[tuple[int, int]] = []
    shared = _shared(found, same)
    for left, right in _neighbours(found, shared):
        links += comparison.alike(found.docs, left, right, joined)
    for left, right in _together(_pairs(found, _apart(shared, joined, len(same)))):
        links += comparison.alike(found.docs, left, right, joined)
    return links


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
        yield _that_may(found, some, in_both(found, some >> 32, some & 0xFFFFFFFF))


def _crowded(shared: _Sharing) -> Ints:
    """The places of all who have a hash that a crowd has."""
    return np.flatnonzero(np.bincount(shared.ends)[shared.ends] > _CROWD)


def _apart(shared: _Sharing, joined: Joined, contents: int) -> _Sharing:
    """The same, so that those that are joined stand together, and are skipped.

    So it takes little time to compare a crowd of nearly the same. Of any two, the same one
    comes first wherever they meet.
    """
    if not joined.numbers():
        return shared
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
    firsts = np.arange(1, len(shared.owners) + 1) + shared.skipped
    later = np.where(shared.known, 0, shared.ends - firsts)
    some = np.flatnonzero(later)
    order = some[np.argsort(shared.owners[some], kind="stable")]
    owners, firsts, later = shared.owners[order], firsts[order], later[order]
    lengths = found.lengths[shared.owners]
    of_owners = lengths[order]
    ends = np.cumsum(later)
    last_of_each = _lasts(owners)
    first = 0
    for last in (last_of_each[_lasts((ends[last_of_each] - 1) // _PAIRS)] + 1).tolist():
        part = slice(first, last)
        first = last
        places = ragged(firsts[part], later[part])
        kept = similar_length(np.repeat(of_owners[part], later[part]), lengths[places])
        left = np.repeat(owners[part], later[part])[kept]
        yield _that_may(found, *_counted(left << 32 | shared.owners[places[kept]]))


def _together(parts: Iterable[tuple[Ints, Ints]]) -> Iterator[tuple[Ints, Ints]]:
    """Parts of pairs as fewer and larger ones."""
    waiting: list[tuple[Ints, Ints]] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += len(part[0])
        if count >= _AT_ONCE:
            yield _joined(waiting)
            waiting, count = [], 0
    if count:
        yield _joined(waiting)


def _joined(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    left, right = (np.concatenate(each) for each in zip(*parts, strict=True))
    return left, right


def _that_may(found: Candidates, both: Ints, shared: Ints) -> tuple[Ints, Ints]:
    """The pairs that may be alike, by how many hashes they share; first those that share most.

    Args:
        found: the candidates.
        both: int64[p], the pairs, each as one number.
        shared: int64[p], how many hashes both have.
    """
    left, right = both >> 32, both & 0xFFFFFFFF
    # If both sketches are full, one hash that they share is not enough.
    kept = (shared > 1) | (np.minimum(found.sizes[left], found.sizes[right]) < MOST)
    kept &= similar_length(found.lengths[left], found.lengths[right])
    left, right, shared = left[kept], right[kept], shared[kept]
    kept = may_be_alike(found, left, right, shared)
    left, right, shared = left[kept], right[kept], shared[kept]
    order = np.lexsort((-shared, left))
    return left[order], right[order]


def _counted(values: Ints) -> tuple[Ints, Ints]:
    """The values in ascending order, each once, and how often it comes."""
    ordered = np.sort(values)
    lasts = _lasts(ordered)
    return ordered[lasts], np.diff(lasts, prepend=-1)


def _lasts(values: npt.NDArray[np.integer]) -> Ints:
    """Where each run of equal values ends."""
    last = np.ones(len(values), np.bool_)
    last[:-1] = values[1:] != values[:-1]
    return np.flatnonzero(last)


def _shared(found: Candidates, same: Ints) -> _Sharing:
    """The contents of the hashes that several have."""
    fresh = np.zeros(len(same), np.bool_)
    fresh[found.fresh] = True
    known = np.zeros(len(same), np.bool_)
    known[same[~fresh]] = True  # a content of which one paragraph was compared before
    contents = (same == np.arange(len(same))) & (found.sizes > 1)
    hashes = found.sketches.hashes[np.repeat(contents, found.sizes)]
    several = _may_repeat(hashes)
    owners = np.arange(len(same), dtype=np.uint32) | known.astype(np.uint32) << np.uint32(31)
    entries = hashes[several].astype(np.uint64) << np.uint64(32)
    entries |= np.repeat(owners[contents], found.sizes[contents])[several]
    entries = distinct(entries)
    own = entries >> np.uint64(32)
    equal = own[1:] == own[:-1]
    several = np.zeros(len(own), np.bool_)
    several[1:] = equal
    several[:-1] |= equal
    entries, own = entries[several], own[several]
    lasts = _lasts(own)
    return _Sharing(
        (entries & np.uint64(0x7FFFFFFF)).view(np.int64),
        np.repeat(lasts + 1, np.diff(lasts, prepend=-1)),
        (entries >> np.uint64(31)) & np.uint64(1) == 1,
        np.zeros(len(own), np.int64),
    )


def _may_repeat(values: U32) -> Mask:
    """Which values come more than once, and a few others; bool[n]. They are random."""
    ordered = np.sort(values)
    again = ordered[1:][ordered[1:] == ordered[:-1]]
    told = np.zeros(1 << _TOLD_BITS, np.bool_)
    told[again >> (32 - _TOLD_BITS)] = True
    found: Mask = told[values >> (32 - _TOLD_BITS)]
    return found


def distinct(values: U64) -> U64:
    """The values in ascending order, each once; np.unique takes ten times as long."""
    ordered = np.sort(values)
    new = np.ones(len(ordered), np.bool_)
    new[1:] = ordered[1:] != ordered[:-1]
    return ordered[new]
