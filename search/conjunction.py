"""The k best documents that have all of some terms, and pass some tests.

The rarest term is looked through and the others are looked up. Where even the rarest is
frequent, a threshold is tried first, as for disjunctions; then the bounds of all documents
leave few to be scored, and the matches are only counted, a bit each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search.best import KEPT, best_of, kth, select
from search.disjunction import Rows, added_bounds
from search.fields import TermView
from search.nodes import Node
from search.postings import UNIT, Dense, Postings, held, postings
from search.segments import SegmentSet
from search.sets import DocIds, Ints, Scores, Scratch, distinct, where
from search.topk import BOUNDED, MARGIN, NO_TOP, Top, can_be_best, top_of_term

LISTED = 16_384  # documents up to which the rarest term is looked through as a list

Arrays = Dense | Postings


def top_of_all(
    terms: Sequence[TermView],
    tests: Sequence[Node],
    k: int,
    *,
    extra: float,
    segments: SegmentSet,
) -> Top:
    """The k best documents that have all of the terms and pass all of the tests.

    Args:
        terms: at least one.
        tests: nodes with a constant score.
        k: how many.
        extra: the score that the tests add.
        segments: whose documents they are.
    """
    terms = sorted(terms, key=lambda term: term.doc_freq)
    if not terms[0].doc_freq:
        return NO_TOP
    if terms[0].doc_freq <= LISTED and len(terms) + len(tests) > 1:
        others = [held(term) for term in terms[1:]]
        return _plus(_of_rare(postings(terms[0]), others, tests, k), extra)
    arrays: list[Arrays] = [held(term) for term in terms]
    rarest = arrays[0]
    frequent = [each for each in arrays if isinstance(each, Dense)]
    if isinstance(rarest, Dense) and len(frequent) == len(arrays):
        top = _of_frequent(terms, frequent, tests, k, segments.scratch)
    else:
        top = _of_rare(postings(terms[0]), arrays[1:], tests, k)
    return _plus(top, extra)


def _plus(top: Top, extra: float) -> Top:
    """The same with a score added to all."""
    return top if not extra else Top(top.doc_ids, top.scores + extra, top.total)


def _of_rare(rarest: Postings, others: Sequence[Arrays], tests: Sequence[Node], k: int) -> Top:
    """Look through the rarest term, look up the others."""
    if len(rarest.docs) <= BOUNDED:
        return _of_few(rarest, others, tests, k)
    docs = rarest.docs
    at = None
    for each in (*others, *tests):
        kept = each.has(docs).nonzero()[0]
        if len(kept) < len(docs):
            docs = docs.take(kept)
            at = kept if at is None else at.take(kept)
    scores = rarest.scores if at is None else rarest.scores_at(at)
    total = len(docs)
    if total > BOUNDED and total > 8 * k and others:
        kept = _can_be_best(docs, scores, others, k)
        docs, scores = docs.take(kept), scores.take(kept)
    for each in others:
        scores = scores + each.scores_of(docs)
    return Top(*select(docs, scores, k), total)


def _of_few(rarest: Postings, others: Sequence[Arrays], tests: Sequence[Node], k: int) -> Top:
    """The same where the rarest term is so rare that all may be scored at once."""
    docs, scores = rarest.docs, rarest.scores
    for each in others:
        kept, more = each.meet(docs)
        docs, scores = docs.take(kept), scores.take(kept)
        scores += more
    for node in tests:
        kept = node.has(docs).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    return Top(*select(docs, scores, k), len(docs))


def _can_be_best(docs: DocIds, scores: Scores, others: Sequence[Arrays], k: int) -> Ints:
    """Which documents can be among the best, by their score for one term and bounds."""
    bounds, error = scores.copy(), 0.0
    for each in others:
        if isinstance(each, Dense):
            bounds += each.bounds.take(docs) * UNIT
            error += UNIT
        else:
            bounds += each.scores_of(docs)
    return can_be_best(bounds, error, k)


def _of_frequent(
    terms: Sequence[TermView],
    arrays: Sequence[Dense],
    tests: Sequence[Node],
    k: int,
    scratch: Scratch,
) -> Top:
    """Count by bits, and score what reaches a threshold, if there is one."""
    if len(arrays) == 1 and not tests:
        return top_of_term(terms[0], k)
    if not tests and k <= KEPT and terms[0].doc_freq > BOUNDED:
        sums = Rows(added_bounds(arrays, scratch))
        threshold = _threshold(terms, arrays, sums, k)
        if threshold is not None:
            least = max(1, math.floor((threshold - MARGIN) / UNIT))
            docs = _having(sums.at_least(least), arrays)
            total = int(np.bitwise_count(_all_bits(arrays)).sum(dtype=np.int64))
            return Top(*select(docs, _added(arrays, docs), k), total)
    docs = _all_docs(arrays)
    for node in tests:
        docs = docs.compress(node.has(docs))
    total = len(docs)
    if total > BOUNDED and total > 8 * k:
        docs = docs.take(_can_be_best(docs, np.zeros(total), arrays, k))
    return Top(*select(docs, _added(arrays, docs), k), total)


def _threshold(
    terms: Sequence[TermView], arrays: Sequence[Dense], sums: Rows, k: int
) -> float | None:
    """A score that k matching documents reach; None if those that are tried are too few."""
    tried = [best_of(term, KEPT)[0] for term in terms]
    docs = _having(distinct(np.concatenate([*tried, sums.highest(4 * k)])), arrays)
    return kth(_added(arrays, docs), k) if len(docs) >= k else None


def _having(docs: DocIds, arrays: Sequence[Dense]) -> DocIds:
    """The documents that have all of the terms."""
    for each in arrays:
        docs = docs.take(np.flatnonzero(each.freqs.take(docs)))
    return docs


def _all_bits(arrays: Sequence[Dense]) -> npt.NDArray[np.uint64]:
    """A bit for every document: whether it has all of the terms."""
    bits = arrays[0].bits
    for each in arrays[1:]:
        bits = bits & each.bits
    return bits


def _all_docs(arrays: Sequence[Dense]) -> DocIds:
    """The documents that have all of the terms."""
    bits = np.unpackbits(_all_bits(arrays).view(np.uint8), count=len(arrays[0].freqs))
    return where(bits.view(np.bool_))


def _added(arrays: Sequence[Arrays], docs: DocIds) -> Scores:
    """The sum of the scores of all terms."""
    scores = arrays[0].scores_of(docs)
    for each in arrays[1:]:
        scores += each.scores_of(docs)
    return scores
