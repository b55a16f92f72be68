"""The k best documents of a term without those that have any of some other terms.

The best documents of the term are known. As a rule some are left of them without the others,
and then no document need be scored; all are looked up in the others all the same, because they
are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from search.best import KEPT, best_of, select
from search.fields import TermView
from search.postings import docs_of, held, postings
from search.sets import DocIds, Mask
from search.topk import NO_TOP, Top, top_of_term

_FEW = 512  # documents up to which all are scored


def top_of_difference(wanted: TermView, unwanted: Sequence[TermView], k: int) -> Top | None:
    """The k best documents of one term that have none of the others.

    None if the best that are known of the term do not tell.
    """
    unwanted = [term for term in unwanted if term.doc_freq]
    if not unwanted:
        return top_of_term(wanted, k)
    if not wanted.doc_freq:
        return NO_TOP
    if wanted.doc_freq <= _FEW:
        few = postings(wanted)
        left = ~_having(few.docs, unwanted)
        docs = few.docs.compress(left)
        return Top(*select(docs, few.scores.compress(left), k), len(docs))
    if k > KEPT:
        return None
    best, scores = best_of(wanted, KEPT)
    order = best.argsort()
    has = _having(best.take(order), unwanted)
    left = order.compress(~has)
    left.sort()
    if len(left) < k:
        return None
    left = left[:k]
    having = _having(docs_of(wanted), unwanted)
    total = wanted.doc_freq - int(having.sum())
    return Top(best.take(left), scores.take(left), total)


def _having(docs: DocIds, terms: Sequence[TermView]) -> Mask:
    """Which of some documents, ascending, have any of the terms."""
    has = held(terms[0]).has(docs)
    for term in terms[1:]:
        has |= held(term).has(docs)
    return has
