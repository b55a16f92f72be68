"""The best documents: of given scores, and of one term, from its champions where they suffice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.codec.champions import CHAMPIONS
from search import scoring
from search.fields import FieldView, TermView
from search.postings import postings, scores_in
from search.sets import NO_DOCS, NO_SCORES, DocIds, Scores

if TYPE_CHECKING:
    from index.codec.champions import Codes
    from search.fields import Part

KEPT = CHAMPIONS
"""How many best documents of a term are kept with it."""

_ROW = 64  # scores of which the highest stands for all, to find a threshold
_MARGIN = 1e-12  # relative; what the order of operations may change in a score

Ranked = tuple[DocIds, Scores]


def select(docs: DocIds, scores: Scores, k: int) -> Ranked:
    """The k best, best first, of equal scores the lowest document first; new arrays.

    Args:
        docs: int32[n], distinct, in any order.
        scores: float64[n].
        k: how many; fewer are given where there are fewer.
    """
    if len(docs) > 8 * k:
        kept = (scores >= at_least(scores, k)).nonzero()[0]
        docs, scores = docs.take(kept), scores.take(kept)
        if len(docs) > 8 * k:
            kept = (scores >= kth(scores, k)).nonzero()[0]
            docs, scores = docs.take(kept), scores.take(kept)
    order = np.lexsort((docs, -scores))[:k]
    return docs[order], scores[order]


def at_least(scores: Scores, k: int) -> float:
    """A score that at least k of the scores reach, close to the k-th best; n is at least k.

    The k-th highest of the highest scores of rows is reached by one score in each of k rows.
    """
    rows = len(scores) // _ROW
    if rows < 4 * k:
        return kth(scores, k)
    tops = scores[: rows * _ROW].reshape(rows, _ROW).max(axis=1)
    return kth(tops, k)


def kth(scores: npt.NDArray[Any], k: int) -> float:
    """The k-th highest score; there are at least k."""
    return float(np.partition(scores, len(scores) - k)[len(scores) - k])


def best_of(term: TermView, k: int) -> Ranked:
    """The k best live documents of a term, best first, or all if it has fewer.

    At least k are given if k is no more than KEPT; for more, the whole term is decoded.
    """
    if k > KEPT:
        found = postings(term)
        return select(found.docs, found.scores, k)
    if term.best is None:
        docs, scores = _from_champions(term)
        term.best = docs, scores, len(docs) >= min(KEPT, term.doc_freq)
    docs, scores, whole = term.best
    if len(docs) < k and not whole:
        found = postings(term)
        docs, scores = select(found.docs, found.scores, KEPT)
        term.best = docs, scores, True
    return docs[:k], scores[:k]


def _from_champions(term: TermView) -> Ranked:
    """The best documents of a term as far as champions tell; none, perhaps.

    What is not among the champions of a segment scores no more than the weakest of them,
    times what the mean length of the index may add.
    """
    found = [_stored(term.field, part, number) for part, number in term.places]
    if not any(found):
        whole = postings(term)
        return select(whole.docs, whole.scores, KEPT)
    docs, scores, bounds, exact = [NO_DOCS], [NO_SCORES], [0.0], len(found) == 1
    for (part, number), champions in zip(term.places, found, strict=True):
        if champions is None:
            own, of_own = scores_in(term.field, part, number, term.weight)
        elif int(champions[1].max()) >> 8 >= scoring.MOST:
            return NO_DOCS, NO_SCORES  # they do not tell how much more often it comes
        else:
            own, of_own, bound, same = _champions(term, part, *champions)
            bounds.append(bound)
            exact &= same
        docs.append(own)
        scores.append(of_own)
    ranked, values = select(np.concatenate(docs), np.concatenate(scores), KEPT)
    certain = len(ranked) if exact else int(np.count_nonzero(values > max(bounds)))
    return ranked[:certain], values[:certain]


def _stored(field: FieldView, part: Part, number: int) -> tuple[DocIds, Codes] | None:
    """The champions of a term in a segment, if they are for the scores of paragraphs."""
    if not field.is_scored or part.by_article:
        return None
    return part.reader.champions(number)


def _champions(
    term: TermView, part: Part, docs: DocIds, codes: Codes
) -> tuple[DocIds, Scores, float, bool]:
    """The live champions of a segment, their scores, and what all others score at most.

    Last, whether they are the best for certain, ties included.
    """
    freqs, lengths = codes >> np.uint16(8), codes.astype(np.uint8)
    mean = term.field.mean_length
    scores: Scores = scoring.factors(freqs, lengths, mean) * term.weight
    weakest = float(scoring.factors(freqs, lengths, part.own_mean).min()) * term.weight
    exact = mean == part.own_mean and part.live is None
    bound = weakest * scoring.growth(part.own_mean, mean) * (1 + _MARGIN)
    if part.live is not None:
        kept = part.live[docs]
        docs, scores = docs.compress(kept), scores.compress(kept)
    return docs + np.int32(part.base), scores, bound, exact
