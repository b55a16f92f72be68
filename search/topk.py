"""The k best documents, exactly, without scoring all that match."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from search.best import at_least, best_of, select
from search.dictionary import TermsNode
from search.fields import TermView
from search.nodes import Node
from search.sets import NO_DOCS, NO_SCORES, DocIds, Ints, Scores

BOUNDED = 4_000  # matches from which on bounds are tried before scores
MARGIN = 1e-9  # below a threshold: what the order of adding may change in a score


class Top(NamedTuple):
    """The best documents, best first; of equal scores the lowest number comes first.

    Attributes:
        doc_ids: int32[n], n <= k.
        scores: float64[n].
        total: how many documents match; None if they were not counted.
    """

    doc_ids: DocIds
    scores: Scores
    total: int | None


NO_TOP = Top(NO_DOCS, NO_SCORES, 0)


def top_of_term(term: TermView, k: int) -> Top:
    """The best of one term."""
    if not term.doc_freq:
        return NO_TOP
    return Top(*best_of(term, k), term.doc_freq)


def top_of_node(node: Node, k: int) -> Top:
    """The best of anything: all that match are known, those that can be best are scored."""
    if isinstance(node, TermsNode):
        first, total = node.first(k)
        return Top(first, np.ones(len(first)), total)
    return top_among(node, node.docs(), k)


def top_among(node: Node, docs: DocIds, k: int) -> Top:
    """The best of a node, all of whose documents are known: those that can be best are scored."""
    total = len(docs)
    if not total:
        return NO_TOP
    if node.constant is not None:
        return Top(docs[:k], np.full(min(k, total), node.constant), total)
    if total > BOUNDED and total > 8 * k:
        bounds, error = node.bounds(docs)
        docs = docs[can_be_best(bounds, error, k)]
    return Top(*select(docs, node.scores(docs), k), total)


def can_be_best(bounds: Scores, error: float, k: int) -> Ints:
    """Where the bounds do not rule out that a document is among the k best; int64[m]."""
    return np.flatnonzero(bounds >= at_least(bounds, k) - error - MARGIN)
