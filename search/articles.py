"""Articles as sorted sets: which of them have matching paragraphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from search.plan import Term
from search.segments import SegmentSet
from search.sets import DocIds, contains, first_of_runs

Articles = npt.NDArray[np.int32]

_MANY = 8_000  # paragraphs with a term from which on its articles are remembered

NO_ARTICLES: Articles = np.empty(0, np.int32)


def articles_of(segments: SegmentSet, docs: DocIds) -> Articles:
    """The articles of paragraphs, ascending, each once; int32[m] of int32[n], ascending."""
    if not len(docs):
        return NO_ARTICLES
    articles = segments.articles_of(docs)
    return articles[first_of_runs(articles)]


def articles_with(segments: SegmentSet, term: Term, docs: Callable[[], DocIds]) -> Articles:
    """The articles of all paragraphs with a term; remembered where they are many."""
    known: Articles | None = segments.cache.get(("articles", term))
    if known is None:
        having = docs()
        known = articles_of(segments, having)
        if len(having) >= _MANY:
            known = segments.cache.put(("articles", term), known, known.nbytes)
    return known


def common(sets: Sequence[Articles]) -> Articles:
    """The articles that are in every set; at least one is given."""
    smallest, *others = sorted(sets, key=len)
    for each in others:
        smallest = smallest[contains(each, smallest)]
    return smallest


def within(segments: SegmentSet, docs: DocIds, articles: Articles) -> DocIds:
    """The paragraphs that are in one of some articles."""
    flags = np.zeros(segments.num_articles, np.bool_)
    flags[articles] = True
    return docs[flags.take(segments.articles_of(docs))]
