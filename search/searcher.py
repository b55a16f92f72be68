"""Searcher: a snapshot of all segments; answers queries with pages of results."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from search.binding import Binder, Bound
from search.collectors import Groups, best_in_group, candidates, group_by_article
from search.document import Document
from search.errors import ArticleNotFound, QueryError
from search.evaluation import Evaluation
from search.query import Query, parse
from search.query.tree import LEAVES, field_of, leaves
from search.results import (
    FEW,
    MAX_CONTEXT,
    MAX_RESULTS,
    MAX_SIZE,
    Advice,
    ArticleHits,
    ArticleView,
    Clause,
    Facet,
    Hit,
    Info,
    Page,
    Paragraph,
    SearchOptions,
    Span,
    Totals,
)
from search.snapshot import Snapshot
from search.time_zones import today_in

if TYPE_CHECKING:
    from search.asking import Asking

_HITS_AN_ARTICLE = 3


class Searcher:
    """One committed state of an index. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.commit = snapshot.commit

    @classmethod
    def open(cls, path: Path, *, starting: bool = True) -> Searcher:
        """Open the last commit; see Snapshot. Raises a StoreError where there is no index."""
        return cls(Snapshot(path, starting=starting))

    def close(self) -> None:
        """Let go of what was decoded."""
        self._snapshot.close()

    def search(self, query: str, options: SearchOptions | None = None) -> Page:
        """Answer a query. Raises QueryError where it or an option cannot be answered."""
        options = options or SearchOptions()
        started = time.perf_counter()
        _check(options)
        parsed = _parse(query, options)
        bound = Binder(self._snapshot).bind(parsed.tree)
        evaluation = Evaluation(self._snapshot, parsed.tree, bound.patterns)
        groups = group_by_article(evaluation.matching(), self._snapshot)
        articles = tuple(self._articles(evaluation, groups, options))
        is_leaf = isinstance(parsed.tree, LEAVES)
        same_article = len(groups) if is_leaf else evaluation.same_article()
        total = Totals(len(groups.doc_ids), len(groups), same_article)
        return Page(
            query=query,
            options=options,
            total=total,
            clauses=_told(parsed, bound),
            articles=articles,
            notices=(*parsed.notices, *bound.notices),
            partial=bool(bound.notices),
            advice=self._advice(evaluation, query, options, total.paragraphs),
            facets=self._facets(query, options, groups) if options.facets else (),
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def article(
        self, article_id: str, query: str = "", options: SearchOptions | None = None
    ) -> ArticleView:
        """One article, whole; in its paragraphs that match a query, the matches are marked.

        Of the options, those count that say how the query is read.

        Raises ArticleNotFound or QueryError.
        """
        parsed = _parse(query, options or SearchOptions()) if query.strip() else None
        article = self._snapshot.find_article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"There is no article {article_id!r} in the index; search for a word of it"
            )
        header = self._snapshot.header(article)
        bound = Binder(self._snapshot).bind(parsed.tree) if parsed else None
        evaluation = None
        if parsed and bound:
            evaluation = Evaluation(self._snapshot, parsed.tree, bound.patterns)
        documents = [
            self._document(article, number, evaluation) for number in range(1, header.length + 1)
        ]
        paragraphs = tuple(_paragraph(each, evaluation) for each in documents)
        return ArticleView(
            article=header,
            paragraphs=paragraphs,
            title_spans=_title_spans(documents, evaluation),
            clauses=_told(parsed, bound) if parsed and bound else (),
            notices=(*parsed.notices, *bound.notices) if parsed and bound else (),
        )

    def has_article(self, article_id: str) -> bool:
        """Whether there is an article of that id."""
        return self._snapshot.find_article(article_id) is not None

    def info(self) -> Info:
        """What is in the index: counts, dates, sources."""
        snapshot = self._snapshot
        first_days = snapshot.numbers("first_day")[snapshot.live_articles]
        last_days = snapshot.numbers("last_day")[snapshot.live_articles]
        dated = first_days > 0
        counts = snapshot.sources().items()
        return Info(
            path=str(snapshot.store.path),
            articles=len(snapshot.live_articles),
            paragraphs=snapshot.num_docs,
            first_day=_day(first_days[dated].min()) if dated.any() else None,
            last_day=_day(last_days[dated].max()) if dated.any() else None,
            undated=int(np.count_nonzero(~dated)),
            sources=tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))),
            segments=len(snapshot.segments),
            bytes=snapshot.store.size(),
        )

    def _advice(
        self, evaluation: Evaluation, query: str, options: SearchOptions, found: int
    ) -> Advice | None:
        """What would be found otherwise, where little was, or if it is asked for."""
        wanted = options.advice == "always" or found < FEW or evaluation.has_rare_word()
        if options.advice == "never" or not wanted:
            return None
        from search.doctor import advise  # which a search that finds enough does not need

        return advise(query, options, found, self._asking(options))

    def _facets(self, query: str, options: SearchOptions, groups: Groups) -> tuple[Facet, ...]:
        from search.facets import count_facets

        return count_facets(query, groups, self._asking(options))

    def _asking(self, options: SearchOptions) -> Asking:
        from search.asking import Asking

        return Asking(self._snapshot, options.match, today_in(options.tz))

    def _articles(
        self, evaluation: Evaluation, groups: Groups, options: SearchOptions
    ) -> Iterator[ArticleHits]:
        """The articles of the page that is asked for.

        Where a page has room, because fewer articles match than fit, an article shows more
        than its best three paragraphs.
        """
        end = options.number * options.size
        published = self._snapshot.published
        found = candidates(groups, evaluation, published, options.sort, end)
        shown = found.window(
            end - options.size,
            end,
            options.sort,
            lambda group: self._snapshot.header(int(groups.articles[group])).id,
        )
        most = max(_HITS_AN_ARTICLE, options.size // max(1, len(shown)))
        ascending = np.array(sorted(shown), np.int64)
        docs, starts = groups.members(ascending)
        scores = evaluation.scores_of(docs)
        place = {group: at for at, group in enumerate(ascending.tolist())}
        for group in shown:
            first, last = starts[place[group]], starts[place[group] + 1]
            article = int(groups.articles[group])
            header = self._snapshot.header(article)
            best = best_in_group(scores[first:last], most) + first
            numbers = (docs[best] - int(self._snapshot.first_doc[article]) + 1).tolist()
            documents = [self._document(article, number, evaluation) for number in numbers]
            yield ArticleHits(
                article=header,
                total=int(last - first),
                hits=tuple(
                    self._hit(article, document, score, evaluation, options)
                    for document, score in zip(documents, scores[best].tolist(), strict=True)
                ),
                title_spans=_title_spans(documents, evaluation),
            )

    def _hit(
        self,
        article: int,
        document: Document,
        score: float,
        evaluation: Evaluation,
        options: SearchOptions,
    ) -> Hit:
        """One hit with its context."""
        number, length = document.number, document.header.length

        def paragraphs(first: int, last: int) -> tuple[Paragraph, ...]:
            numbers = range(max(1, first), min(length, last) + 1)
            return tuple(
                _paragraph(self._document(article, each, evaluation), evaluation)
                for each in numbers
            )

        return Hit(
            paragraph=_paragraph(document, evaluation),
            score=score,
            before=paragraphs(number - options.before, number - 1),
            after=paragraphs(number + 1, number + options.after),
            clauses=document.matches(evaluation.tree, evaluation.patterns),
        )

    def _document(self, article: int, number: int, evaluation: Evaluation | None) -> Document:
        """A paragraph of an article, by its number from 1, for reading."""
        text = self._snapshot.text(int(self._snapshot.first_doc[article]) + number - 1)
        in_article = evaluation.in_article(article) if evaluation else None
        return Document(self._snapshot.header(article), text, number, in_article)


def _parse(query: str, options: SearchOptions) -> Query:
    """Read a query as the options say."""
    today = today_in(options.tz)
    return parse(query, match=options.match, strict=options.strict, today=today)


def _paragraph(document: Document, evaluation: Evaluation | None) -> Paragraph:
    """A paragraph as it is shown, with what matches in it."""
    spans: tuple[Span, ...] = ()
    if evaluation:
        spans = document.spans(evaluation.tree, evaluation.patterns)
    return Paragraph(document.number, document.text, spans)


def _title_spans(documents: Sequence[Document], evaluation: Evaluation | None) -> tuple[Span, ...]:
    """What of the title made any of the paragraphs match."""
    if evaluation is None or all(field_of(leaf) != "title" for leaf in leaves(evaluation.tree)):
        return ()
    spans = {
        span
        for document in documents
        for span in document.spans(evaluation.tree, evaluation.patterns, "title")
    }
    return tuple(sorted(spans))


def _told(parsed: Query, bound: Bound) -> tuple[Clause, ...]:
    """The clauses with what their words stood for."""
    return tuple(clause._replace(became=bound.became.get(clause.id)) for clause in parsed.clauses)


def _check(options: SearchOptions) -> None:
    """Refuse options outside the limits."""
    if not 1 <= options.size <= MAX_SIZE:
        raise QueryError(f"A page holds 1 to {MAX_SIZE} articles, not {options.size}", "bad_option")
    if options.number < 1:
        raise QueryError(f"Pages count from 1; there is no page {options.number}", "bad_option")
    if options.number * options.size > MAX_RESULTS:
        raise QueryError(
            f"Only the first {MAX_RESULTS:,} articles of a search can be paged through; "
            "narrow the search, for example by date",
            "too_deep",
        )
    if not (0 <= options.before <= MAX_CONTEXT and 0 <= options.after <= MAX_CONTEXT):
        raise QueryError(f"Context is 0 to {MAX_CONTEXT} paragraphs", "bad_option")
    if options.sort not in ("relevance", "date"):
        raise QueryError(f"sort is relevance or date, not {options.sort!r}", "bad_option")
    if options.match not in ("all", "any"):
        raise QueryError(f"match is all or any, not {options.match!r}", "bad_option")


def _day(ordinal: int) -> str:
    """A day as it is shown."""
    return date.fromordinal(int(ordinal)).isoformat()
