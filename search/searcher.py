"""Searcher: a snapshot of all segments; answers queries with pages of results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np

from search.collectors import Groups, best_in_group, candidates, group_by_article
from search.document import Document
from search.errors import ArticleNotFound, QueryError
from search.evaluation import Evaluation
from search.query import Query, parse
from search.query.limits import MAX_EXPANSIONS
from search.query.patterns import Patterns, bind
from search.query.tree import DateRange, Terms, leaves
from search.results import (
    MAX_CONTEXT,
    MAX_RESULTS,
    MAX_SIZE,
    ArticleHeader,
    ArticleHits,
    ArticleView,
    Hit,
    Info,
    Match,
    Page,
    Paragraph,
    SearchOptions,
    Span,
    Totals,
)
from search.snapshot import Snapshot

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
        parsed = parse(query, match=options.match, strict=options.strict)
        patterns = self._bind(parsed)
        evaluation = Evaluation(self._snapshot, parsed.tree, patterns)
        groups = group_by_article(evaluation.matching(), self._snapshot)
        articles = tuple(self._articles(parsed, evaluation, groups, options))
        is_leaf = isinstance(parsed.tree, Terms | DateRange)
        same_article = len(groups) if is_leaf else evaluation.same_article()
        return Page(
            query=query,
            options=options,
            total=Totals(len(groups.doc_ids), len(groups), same_article),
            clauses=parsed.clauses,
            articles=articles,
            notices=(*parsed.notices, *(_capped(prefix) for prefix in evaluation.capped)),
            partial=bool(evaluation.capped),
            took_ms=round((time.perf_counter() - started) * 1000, 1),
        )

    def article(
        self, article_id: str, query: str = "", *, match: Match = "all", strict: bool = False
    ) -> ArticleView:
        """One article, whole; in its paragraphs that match a query, the matches are marked.

        Raises ArticleNotFound or QueryError.
        """
        parsed = parse(query, match=match, strict=strict) if query.strip() else None
        article = self._snapshot.find_article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"There is no article {article_id!r} in the index; search for a word of it"
            )
        header = self._snapshot.header(article)
        patterns = self._bind(parsed) if parsed else {}
        paragraphs = tuple(
            self._paragraph(article, number, parsed, patterns)
            for number in range(1, header.length + 1)
        )
        return ArticleView(
            article=header,
            paragraphs=paragraphs,
            title_spans=_title_spans(header, paragraphs, parsed, patterns),
            clauses=parsed.clauses if parsed else (),
            notices=parsed.notices if parsed else (),
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

    def _bind(self, parsed: Query) -> Patterns:
        return bind(parsed.tree, lambda key: self._snapshot.has_term("compound", key))

    def _articles(
        self, parsed: Query, evaluation: Evaluation, groups: Groups, options: SearchOptions
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
            hits = tuple(
                self._hit(article, int(docs[at]), float(scores[at]), evaluation, parsed, options)
                for at in best_in_group(scores[first:last], most) + first
            )
            yield ArticleHits(
                article=header,
                total=int(last - first),
                hits=hits,
                title_spans=_title_spans(
                    header,
                    tuple(hit.paragraph for hit in hits),
                    parsed,
                    evaluation.patterns,
                ),
            )

    def _hit(
        self,
        article: int,
        doc_id: int,
        score: float,
        evaluation: Evaluation,
        parsed: Query,
        options: SearchOptions,
    ) -> Hit:
        """One hit with its context."""
        number = doc_id - int(self._snapshot.first_doc[article]) + 1
        length = self._snapshot.header(article).length

        def paragraphs(first: int, last: int) -> tuple[Paragraph, ...]:
            numbers = range(max(1, first), min(length, last) + 1)
            return tuple(
                self._paragraph(article, each, parsed, evaluation.patterns) for each in numbers
            )

        return Hit(
            paragraph=self._paragraph(article, number, parsed, evaluation.patterns),
            score=score,
            before=paragraphs(number - options.before, number - 1),
            after=paragraphs(number + 1, number + options.after),
        )

    def _paragraph(
        self, article: int, number: int, parsed: Query | None, patterns: Patterns
    ) -> Paragraph:
        """A paragraph of an article, by its number from 1, with what matches in it."""
        text = self._snapshot.text(int(self._snapshot.first_doc[article]) + number - 1)
        if parsed is None:
            return Paragraph(number, text)
        document = Document(self._snapshot.header(article), text)
        return Paragraph(number, text, document.spans(parsed.tree, patterns))


def _title_spans(
    header: ArticleHeader,
    paragraphs: tuple[Paragraph, ...],
    parsed: Query | None,
    patterns: Patterns,
) -> tuple[Span, ...]:
    """What of the title made any of the paragraphs match."""
    if parsed is None or all(
        leaf.field != "title" for leaf in leaves(parsed.tree) if isinstance(leaf, Terms)
    ):
        return ()
    spans = {
        span
        for paragraph in paragraphs
        for span in Document(header, paragraph.text).spans(parsed.tree, patterns, "title")
    }
    return tuple(sorted(spans))


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


def _capped(prefix: str) -> str:
    return (
        f"More than {MAX_EXPANSIONS:,} words begin with “{prefix}”; "
        "the first of them were searched for, so write more letters"
    )
