"""The k best documents that have any of some terms.

First a *threshold* is found: a score that k documents are known to reach, because the best
documents of each term reach it. What cannot reach it is not scored. The bounds of frequent
terms, a byte for a block of documents, add up at the speed of memory, and of the blocks that
are left the bits tell what their documents can reach; those of rare terms, two bytes a posting,
are added up in an array with a place for every document. What is left, a few hundred documents
as a rule, is scored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search.best import KEPT, best_of, kth, select
from search.bits import BLOCK, Bits, Blocks, block_bits, docs_at, has, in_blocks, to_docs
from search.bits import count as count_bits
from search.deadline import check_time
from search.dense import UNIT, Dense
from search.fields import TermView
from search.postings import STEP, Postings, Steps, cached_dense, dense, held, postings
from search.segments import SegmentSet
from search.sets import (
    NO_DOCS,
    DocIds,
    Ints,
    Mask,
    Scores,
    Scratch,
    distinct,
    first_of_runs,
)
from search.topk import MARGIN, NO_TOP, Top, top_of_term

TINY = 4096  # postings up to which they are simply added up
SMALL = 16_384  # postings up to which a threshold by single terms will do
_FEW = 16  # of so many postings one may be left, or all are added up
_ROWS = 11  # rows of documents, roughly: 2 ** 11
_SHORTEST, _LONGEST = 5, 10  # bits of the size of a row
_AT_ONCE = 32  # a term in more than one of so many documents is held as bits at once
_BLOCKS = 2048  # blocks whose documents are looked at for a threshold, roughly
_TRIED = 32  # times k: documents of them that are scored
_SAMPLED = 8  # of so many blocks one is looked at to find their level
_BYTE, _TWO_BYTES = 255, 65_535
_NO_BLOCKS: Blocks = np.empty(0, np.intp)

Sums = npt.NDArray[np.unsignedinteger]
Arrays = Dense | Postings


def top_of_any(terms: Sequence[TermView], k: int, *, count: bool, segments: SegmentSet) -> Top:
    """The k best documents with any of the terms; they are counted if that is asked for."""
    terms = sorted([term for term in terms if term.doc_freq], key=_rarest_first)
    if len(terms) < 2:
        return top_of_term(terms[0], k) if terms else NO_TOP
    if sum([term.doc_freq for term in terms]) <= TINY:
        return _added_up(terms, k, segments.scratch)
    at_once = segments.max_doc // _AT_ONCE
    arrays: list[Arrays] = [
        (dense(term) if term.doc_freq > at_once else None) or held(term) for term in terms
    ]
    most = sum([each.highest for each in arrays])
    if k > KEPT or most / STEP + len(arrays) > _TWO_BYTES:
        return _added_up(terms, k, segments.scratch)
    threshold = _threshold(terms, arrays, k) - MARGIN
    frequent = [each for each in arrays if isinstance(each, Dense)]
    rare = [each for each in arrays if isinstance(each, Postings)]
    found: list[DocIds] = []
    if frequent and sum(each.highest for each in frequent) >= threshold:
        docs, threshold = _frequent_candidates(frequent, arrays, threshold, k, segments.scratch)
        found.append(docs)
    covered = _covered(frequent) if count else None
    of_rare, total = _rare_candidates(
        rare, frequent, threshold, covered, segments.scratch, count=count
    )
    found += of_rare
    docs, scores = scored(_merged(found), arrays, threshold)
    if covered is not None:
        total += count_bits(covered)
    return Top(*select(docs, scores, k), total if count else None)


def _rarest_first(term: TermView) -> int:
    return term.doc_freq


def _added_up(terms: Sequence[TermView], k: int, scratch: Scratch) -> Top:
    """Add up every posting: for few postings, for many best documents, for many terms."""
    sums = scratch.sums
    total = 0
    lists = [_listed(term) for term in terms]
    places = [docs.astype(np.intp) for docs, _ in lists]
    try:
        for (_, own), at in zip(lists, places, strict=True):
            check_time()
            added = sums.take(at)
            total += len(at) - int(np.count_nonzero(added))
            added += own
            sums[at] = added
        docs = np.concatenate([docs for docs, _ in lists])
        scores = sums.take(docs)
    finally:
        for at in places:
            sums[at] = 0.0
    if len(docs) > 8 * k and (least := _alone_reached(terms, k)):
        kept = (scores >= least).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    order = docs.argsort(kind="stable")
    docs = docs.take(order)
    first = first_of_runs(docs)
    return Top(*select(docs.take(first), scores.take(order.take(first)), k), total)


def _listed(term: TermView) -> tuple[DocIds, Scores]:
    """The documents of a term and their scores; a frequent one is not kept as a list."""
    wide = cached_dense(term)
    if wide is None:
        found = postings(term)
        return found.docs, found.scores
    docs = to_docs(wide.bits)
    return docs, wide.scores_in(docs)


def _alone_reached(terms: Sequence[TermView], k: int) -> float:
    """A score that k documents reach by one term alone; 0 if no term has so many."""
    best = [scores for term in terms for _, scores in [best_of(term, k)] if len(scores) >= k]
    return max([float(scores[k - 1]) for scores in best], default=0.0)


def _threshold(terms: Sequence[TermView], arrays: Sequence[Arrays], k: int) -> float:
    """A score that k documents reach: by one of the terms, or with what the others add."""
    alone = _alone_reached(terms, k)
    if sum([term.doc_freq for term in terms]) <= SMALL:
        return alone
    docs = distinct(np.concatenate([best_of(term, min(KEPT, 2 * k))[0] for term in terms]))
    if len(docs) < k:
        return alone
    scores = arrays[0].scores_of(docs)
    for each in arrays[1:]:
        scores += each.scores_of(docs)
    return max(alone, kth(scores, k))


def _frequent_candidates(
    frequent: Sequence[Dense], arrays: Sequence[Arrays], threshold: float, k: int, scratch: Scratch
) -> tuple[DocIds, float]:
    """The documents that can reach the threshold by frequent terms alone.

    The documents of the highest bounds are scored first, because that gives a threshold that
    leaves few others; it is returned, too.
    """
    sums = Rows(added_tops(frequent, scratch))
    promising = _promising(sums, frequent, k, scratch.max_doc)
    if len(promising) >= k:
        scores = arrays[0].scores_of(promising)
        for each in arrays[1:]:
            scores += each.scores_of(promising)
        threshold = max(threshold, kth(scores, k) - MARGIN)
    least = max(1, math.floor(threshold / UNIT))
    blocks = sums.at_least(least)
    if not block_bits(scratch.max_doc):
        return blocks.astype(np.int32), threshold
    at = (_tops_in(blocks, frequent) >= least).ravel().nonzero()[0]
    return docs_at(blocks, at), threshold


def _promising(sums: Rows, frequent: Sequence[Dense], k: int, max_doc: int) -> DocIds:
    """Documents that are likely to score high, ascending.

    A block promises more than its documents keep, because its terms need not meet in any of them:
    of some thousand blocks those documents are taken that can score most by the terms they have.
    """
    if not block_bits(max_doc):
        return sums.highest(4 * k).astype(np.int32)
    blocks = sums.at_least(sums.level(_BLOCKS))[: 8 * _BLOCKS]
    tops = _tops_in(blocks, frequent).ravel()
    tried = _TRIED * k
    if len(tops) <= tried:
        return docs_at(blocks, tops.nonzero()[0])
    return docs_at(blocks, np.sort(tops.argpartition(len(tops) - tried)[-tried:]))


def _tops_in(blocks: Blocks, frequent: Sequence[Dense]) -> npt.NDArray[np.uint16]:
    """What each document of some blocks scores at most, by the terms it has, in UNITs.

    uint16[n, BLOCK].
    """
    sums = np.zeros((len(blocks), BLOCK), np.uint16)
    for each in frequent:
        check_time()
        sums += in_blocks(each.bits, blocks) * each.tops.take(blocks)[:, None]
    return sums


class Rows:
    """Sums for all blocks of documents, looked at in rows by the highest in each row."""

    def __init__(self, sums: Sums) -> None:
        size = 1 << min(max(len(sums).bit_length() - _ROWS, _SHORTEST), _LONGEST)
        rows = len(sums) // size
        self._size = size
        self._sums = sums
        self._table = sums[: rows * size].reshape(rows, size)
        self._rest = sums[rows * size :]
        self._tops = self._table.max(axis=1)

    def level(self, count: int) -> int:
        """A sum that about so many blocks reach, judged by some of them; at least 1."""
        sample = self._sums[::_SAMPLED]
        count = max(1, count // _SAMPLED)
        return max(1, int(kth(sample, count))) if len(sample) > count else 1

    def highest(self, count: int) -> Blocks:
        """The block of the highest sum in each of as many rows, ascending; none of few rows."""
        if len(self._tops) < 2 * count:
            return _NO_BLOCKS
        best = np.sort(np.argpartition(self._tops, len(self._tops) - count)[-count:])
        found: Blocks = best * self._size + self._table[best].argmax(axis=1)
        return found

    def at_least(self, least: int) -> Blocks:
        """The blocks whose sums are no less, ascending."""
        rows = (self._tops >= least).nonzero()[0]
        at = (self._table[rows] >= least).ravel().nonzero()[0]
        last = (self._rest >= least).nonzero()[0] + self._table.size
        row = at // self._size
        return np.concatenate((at + (rows.take(row) - row) * self._size, last))


def added_tops(frequent: Sequence[Dense], scratch: Scratch) -> Sums:
    """What every block scores at most, in UNITs; unsigned integers [blocks].

    An array of the scratch, or one that is not to be changed.
    """
    if len(frequent) == 1:
        return frequent[0].tops
    most = sum(each.highest for each in frequent)
    dtype = np.dtype(np.uint8 if round(most / UNIT) <= _BYTE else np.uint16)
    sums: Sums = scratch.any(len(frequent[0].tops), dtype)
    np.add(frequent[0].tops, frequent[1].tops, out=sums, dtype=dtype)
    for each in frequent[2:]:
        sums += each.tops
    return sums


def _rare_candidates(
    rare: Sequence[Postings],
    frequent: Sequence[Dense],
    threshold: float,
    covered: Bits | None,
    scratch: Scratch,
    *,
    count: bool,
) -> tuple[list[DocIds], int]:
    """The documents with a rare term that can reach the threshold.

    Last, how many documents have a rare term and no frequent one, if that is asked for.
    """
    if not rare:
        return [], 0
    if len(rare) == 1:
        (only,) = rare
        total = _count_uncovered(only.docs, None, covered) if count else 0
        return [_reaching(only.docs, only.steps, frequent, threshold)], total
    found = None if count else _alone(rare, frequent, threshold)
    if found is not None:
        return found, 0
    return _together(rare, frequent, threshold, covered, scratch)


def _alone(
    rare: Sequence[Postings], frequent: Sequence[Dense], threshold: float
) -> list[DocIds] | None:
    """The candidates among rare terms if each of the others adds its highest score.

    None if that leaves too many: then it is better to add up.
    """
    highest = sum(each.highest for each in rare)
    found: list[DocIds] = []
    left = sum(len(each.docs) for each in rare) // _FEW
    for each in rare:
        least = threshold - (highest - each.highest)
        found.append(_reaching(each.docs, each.steps, frequent, least))
        left -= len(found[-1])
        if left < 0:
            return None
    return found


def _together(
    rare: Sequence[Postings],
    frequent: Sequence[Dense],
    threshold: float,
    covered: Bits | None,
    scratch: Scratch,
) -> tuple[list[DocIds], int]:
    """The candidates among rare terms, and how many documents have only rare ones.

    A document is tried with each of its terms; with the last, all have been added.
    """
    sums = scratch.steps
    found: list[DocIds] = []
    total = 0
    places = [each.docs.astype(np.intp) for each in rare]
    try:
        for each, at in zip(rare, places, strict=True):
            check_time()
            added = sums.take(at)
            total += _count_uncovered(each.docs, added == 0, covered)
            added += each.steps
            sums[at] = added
            found.append(_reaching(each.docs, added, frequent, threshold))
    finally:
        for at in places:
            sums[at] = 0
    return found, total


def _reaching(docs: DocIds, steps: Steps, frequent: Sequence[Dense], threshold: float) -> DocIds:
    """The documents that can reach the threshold with what frequent terms add to their STEPs."""
    least = threshold - sum(each.highest for each in frequent)
    kept = (steps >= max(0, math.floor(least / STEP))).nonzero()[0]
    docs = docs.take(kept)
    if frequent and len(kept):
        bounds = steps.take(kept) * STEP
        for each in frequent:
            bounds += each.bounds_of(docs)
        docs = docs.take((bounds >= threshold).nonzero()[0])
    return docs


def _count_uncovered(docs: DocIds, counted: Mask | None, covered: Bits | None) -> int:
    """How many of the documents are not covered; only those of a mask, if one is given."""
    if covered is not None:
        lacking = ~has(covered, docs)
        counted = lacking if counted is None else counted & lacking
    return len(docs) if counted is None else int(np.count_nonzero(counted))


def _covered(frequent: Sequence[Dense]) -> Bits | None:
    """The documents that have a frequent term."""
    if not frequent:
        return None
    bits = frequent[0].bits
    for each in frequent[1:]:
        bits = bits | each.bits
    return bits


def _merged(found: Sequence[DocIds]) -> DocIds:
    """Candidates from several sources, ascending, each once."""
    found = [each for each in found if len(each)]
    if not found:
        return NO_DOCS
    return found[0] if len(found) == 1 else distinct(np.concatenate(found))


def scored(docs: DocIds, arrays: Sequence[Arrays], threshold: float) -> tuple[DocIds, Scores]:
    """Score the candidates, term by term; let go of those that fall behind."""
    left = sum(each.highest for each in arrays)
    scores = np.zeros(len(docs))
    for each in arrays:
        scores += each.scores_of(docs)
        left -= each.highest
        kept: Ints = (scores >= threshold - left).nonzero()[0]
        if len(kept) < len(docs):
            docs, scores = docs.take(kept), scores.take(kept)
    return docs, scores
