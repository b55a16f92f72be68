"""The k best documents that have all of some terms, and pass some tests.

The rarest term is looked through and the others are looked up. Where even the rarest is
frequent, a threshold is tried first, as for disjunctions; then the bounds of all documents
leave few to be scored, and the matches are only counted, a bit each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from search.best import KEPT, kth, select
from search.bits import count, docs_in_blocks, to_docs
from search.dense import UNIT, Dense
from search.disjunction import Rows, added_tops, scored
from search.fields import TermView
from search.nodes import Node
from search.postings import Postings, held, postings
from search.segments import SegmentSet
from search.sets import DocIds, Scores, Scratch
from search.topk import BOUNDED, MARGIN, NO_TOP, Top, can_be_best, top_of_term

LISTED = 16_384  # documents up to which the rarest term is looked through as a list
_CROWDED = 32  # of so many documents, one: where so many match, the best are looked for by rows

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
    total = len(docs)
    if total > BOUNDED and total > 8 * k and others:
        arrays = (rarest, *others)
        docs = can_be_best(docs, _bounds(arrays, docs), k, lambda some: _added(arrays, some))
        return Top(*select(docs, _added(arrays, docs), k), total)
    scores = rarest.scores if at is None else rarest.scores_at(at)
    for each in others:
        scores = scores + each.scores_in(docs)
    return Top(*select(docs, scores, k), total)


def _of_few(rarest: Postings, others: Sequence[Arrays], tests: Sequence[Node], k: int) -> Top:
    """The same where the rarest term is so rare that all may be scored at once."""
    docs, scores = rarest.docs, rarest.scores
    for each in others:
        kept, more = each.meet(docs)
        docs, scores = docs.take(kept), scores.take(kept)
        scores += more
        if not len(docs):
            return NO_TOP
    for node in tests:
        kept = node.has(docs).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
    return Top(*select(docs, scores, k), len(docs))


def _bounds(arrays: Sequence[Arrays], docs: DocIds) -> Scores:
    """What documents score at most for all of the terms."""
    bounds = arrays[0].bounds_of(docs)
    for each in arrays[1:]:
        bounds = bounds + each.bounds_of(docs)
    return bounds


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
    bits = arrays[0].bits
    for each in arrays[1:]:
        bits = bits & each.bits
    total = count(bits)
    if not tests and k <= KEPT and total > max(BOUNDED, scratch.max_doc // _CROWDED):
        sums = Rows(added_tops(arrays, scratch))
        tried = docs_in_blocks(bits, sums.highest(4 * k), scratch.max_doc)
        if len(tried) >= k:
            threshold = kth(_added(arrays, tried), k) - MARGIN
            blocks = sums.at_least(max(1, math.floor(threshold / UNIT)))
            docs = docs_in_blocks(bits, blocks, scratch.max_doc)
            return Top(*select(*scored(docs, arrays, threshold), k), total)
    docs = to_docs(bits)
    for node in tests:
        docs = docs.compress(node.has(docs))
    total = len(docs)
    if total > BOUNDED and total > 8 * k:
        docs = can_be_best(docs, _bounds(arrays, docs), k, lambda some: _added(arrays, some))
    return Top(*select(docs, _added(arrays, docs), k), total)


def _added(arrays: Sequence[Arrays], docs: DocIds) -> Scores:
    """The sum of the scores of all terms, which all of the documents have."""
    scores = arrays[0].scores_in(docs)
    for each in arrays[1:]:
        scores += each.scores_in(docs)
    return scores
