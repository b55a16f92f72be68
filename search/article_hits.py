"""The articles of a page of results, each with the best of its matching paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from search.collectors import Groups, best_in_group
from search.deadline import Limit
from search.evaluation import Evaluation
from search.results import ArticleHits, SearchOptions
from search.sets import DocIds, Scores
from search.showing import Marking, document_of, hit_of, title_spans, window
from search.snapshot import Snapshot

_HITS_AN_ARTICLE = 3


def articles_of_page(
    snapshot: Snapshot,
    limit: Limit,
    evaluation: Evaluation,
    found: tuple[Groups, Groups],
    options: SearchOptions,
    marking: Marking,
) -> Iterator[ArticleHits]:
    """The articles of the page that is asked for, of what is shown, and of all that matches.

    Where a page has room, because fewer articles match than fit, an article shows more
    than its best three paragraphs.
    """
    groups, every = found
    if not len(groups):
        return
    end = options.number * options.size

    def in_order(scoring: Evaluation | None) -> list[int]:
        places = end - options.size, end
        return window(snapshot, scoring, groups, options.sort, places)

    shown = limit.step(lambda: in_order(evaluation), lambda: in_order(None))
    most = max(_HITS_AN_ARTICLE, options.size // max(1, len(shown)))
    ascending = np.array(sorted(shown), np.int64)
    docs, starts = groups.members(ascending)
    scores = limit.step(lambda: evaluation.scores_of(docs), lambda: np.zeros(len(docs)))
    place = {group: at for at, group in enumerate(ascending.tolist())}
    for group in shown:
        best = slice(starts[place[group]], starts[place[group] + 1])
        own = docs[best], scores[best]
        article = int(groups.articles[group])
        hits = limit.step(
            partial(_article_hits, snapshot, article, own, most, evaluation, options, marking),
            lambda: None,
        )
        if hits is None:
            return
        at = int(every.articles.searchsorted(article))
        yield hits._replace(total=int(every.starts[at + 1] - every.starts[at]))


def _article_hits(
    snapshot: Snapshot,
    article: int,
    matches: tuple[DocIds, Scores],
    most: int,
    evaluation: Evaluation,
    options: SearchOptions,
    marking: Marking,
) -> ArticleHits:
    """An article with the best of its matches, or, by position, the first."""
    docs, scores = matches
    shown = np.arange(len(docs))[:most]
    if options.sort != "position":
        shown = best_in_group(scores, most)
    numbers = (docs[shown] - int(snapshot.first_doc[article]) + 1).tolist()
    documents = [document_of(snapshot, article, each, evaluation) for each in numbers]
    return ArticleHits(
        article=snapshot.header(article),
        total=len(docs),
        hits=tuple(
            hit_of(snapshot, evaluation, article, document, score, options, marking)
            for document, score in zip(documents, scores[shown].tolist(), strict=True)
        ),
        title_spans=title_spans(documents, evaluation),
    )
