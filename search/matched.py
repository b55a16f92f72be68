"""Everything that matches a query: for who counts, lists or takes away all of it, not a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from search.collectors import Groups, group_by_article
from search.deadline import check_time
from search.evaluation import Evaluation
from search.results import (
    ArticleHeader,
    Clause,
    CopyCounts,
    CountedCopies,
    Hit,
    SearchOptions,
)
from search.sets import DocIds
from search.showing import document_of, hit_of, window
from search.snapshot import Snapshot

_TOGETHER = 1_000  # hits that are scored at once


class Matched(NamedTuple):
    """The matches of a query on one commit. For one thread.

    Attributes:
        query, options: as it was asked.
        today: the day that relative dates were counted from.
        clauses, notices, partial: as of a page of results.
        docs: the paragraphs that match, ascending; all copies, until they are folded.
        among: of how many, all copies counted.
        evaluation: that found them.
        snapshot: of the commit.
        counted: whether all copies are among ``docs``, or the first of each only.
    """

    query: str
    options: SearchOptions
    today: date
    clauses: tuple[Clause, ...]
    notices: tuple[str, ...]
    partial: bool
    docs: DocIds
    among: int
    evaluation: Evaluation
    snapshot: Snapshot
    counted: CountedCopies = "all"

    def groups(self) -> Groups:
        """The matches by article, articles in the order of the index."""
        return group_by_article(self.docs, self.snapshot, self.among)

    def folded(self) -> Matched:
        """The same, of copies only the first that matches."""
        docs = self.snapshot.families.fold(self.docs).docs
        return self._replace(docs=docs, counted="first")

    def counting(self, copies: CountedCopies) -> Matched:
        """The same, all copies counted, or folded."""
        return self if copies == self.counted else self.folded()

    def copy_counts(self) -> CopyCounts:
        """How many paragraphs match, with copies and without."""
        first = len(self.snapshot.families.fold(self.docs).docs)
        return CopyCounts(self.counted, self.among, first)

    def in_order(self, articles: int | None = None) -> DocIds:
        """The matches in the order of the results; those of an article in that of the text.

        Of all articles, or of the first of them, so many.
        """
        groups = self.groups()
        end = len(groups) if articles is None else min(articles, len(groups))
        ranked = window(self.snapshot, self.evaluation, groups, self.options.sort, (0, end))
        return groups.members(np.array(ranked, np.int64))[0]

    def hits(self, docs: DocIds) -> Iterator[tuple[ArticleHeader, Hit]]:
        """Matches as they are shown, each with its article, in the order that is given.

        One after the other is read, so that any number of them needs little memory.
        """
        for start in range(0, len(docs), _TOGETHER):
            some = docs[start : start + _TOGETHER]
            ascending = np.sort(some)
            scores = self.evaluation.scores_of(ascending)[ascending.searchsorted(some)].tolist()
            articles = self.snapshot.articles_of(ascending)[ascending.searchsorted(some)].tolist()
            for doc, article, score in zip(some.tolist(), articles, scores, strict=True):
                check_time()
                yield self._hit(int(doc), int(article), score)

    def _hit(self, doc: int, article: int, score: float) -> tuple[ArticleHeader, Hit]:
        number = doc - int(self.snapshot.first_doc[article]) + 1
        document = document_of(self.snapshot, article, number, self.evaluation)
        hit = hit_of(self.snapshot, self.evaluation, article, document, score, self.options)
        return document.header, hit
