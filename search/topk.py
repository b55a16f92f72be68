"""The k best documents, exactly, without scoring all that match."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from search.best import at_least, best_of, kth, select
from search.dictionary import TermsNode
from search.fields import TermView
from search.nodes import Node
from search.sets import NO_DOCS, NO_SCORES, DocIds, Scores

BOUNDED = 4_000  # matches from which on bounds are tried before scores
_TRIED = 64  # times k: documents that are scored for a threshold at most
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
        docs = can_be_best(docs, node.bounds(docs), k, node.scores)
    return Top(*select(docs, node.scores(docs), k), total)


def can_be_best(
    docs: DocIds, bounds: Scores, k: int, scores_of: Callable[[DocIds], Scores]
) -> DocIds:
    """The documents that can be among the k best, ascending.

    Those of the highest bounds are scored first; what cannot reach the k-th of them is left out.

    Args:
        docs: int32[n], ascending, more than k.
        bounds: float64[n], what each scores at most.
        k: how many are wanted.
        scores_of: scores some of the documents, ascending.
    """
    tried = docs.take((bounds >= at_least(bounds, 2 * k)).nonzero()[0])
    if len(tried) > _TRIED * k:
        tried = tried[: _TRIED * k]
    threshold = kth(scores_of(tried), k) - MARGIN
    return docs.take((bounds >= threshold).nonzero()[0])
