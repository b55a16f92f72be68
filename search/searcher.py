"""Searcher: a snapshot of all segments; answers queries with pages of results."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from search.collectors import Groups, best_in_group, group_by_article, order
from search.document import Document
from search.errors import ArticleNotFound, QueryError
from search.evaluate import Evaluation
from search.query import Query, parse
from search.query.limits import MAX_EXPANSIONS
from search.query.patterns import Patterns, bind
from search.query.tree import Terms, leaves
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
        self._lock = threading.Lock()
        self.commit = snapshot.commit

    @classmethod
    def open(cls, path: Path) -> Searcher:
        """Open the last commit. Raises a StoreError where there is no index."""
        return cls(Snapshot(path))

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._snapshot.close()

    def search(self, query: str, options: SearchOptions | None = None) -> Page:
        """Answer a query. Raises QueryError where it or an option cannot be answered."""
        options = options or SearchOptions()
        started = time.perf_counter()
        _check(options)
        parsed = parse(query, match=options.match, strict=options.strict)
        with self._lock:
            patterns = self._bind(parsed)
            evaluation = Evaluation(self._snapshot, patterns)
            groups = group_by_article(evaluation.matches(parsed.tree), self._snapshot.article_of)
            articles = tuple(self._articles(parsed, patterns, groups, options))
            totals = Totals(len(groups.matches), len(groups), evaluation.same_article(parsed.tree))
        return Page(
            query=query,
            options=options,
            total=totals,
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
        with self._lock:
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
        with self._lock:
            return self._snapshot.find_article(article_id) is not None

    def info(self) -> Info:
        """What is in the index: counts, dates, sources."""
        with self._lock:
            snapshot = self._snapshot
            headers = [snapshot.header(article) for article in range(len(snapshot.first_doc))]
            size, segments = snapshot.store.size(), snapshot.segments
        first_days = [day for each in headers if (day := each.date.first_day)]
        last_days = [day for each in headers if (day := each.date.last_day)]
        sources = Counter(each.source for each in headers)
        return Info(
            path=str(snapshot.store.path),
            articles=len(headers),
            paragraphs=int(snapshot.live.sum()),
            first_day=min(first_days).isoformat() if first_days else None,
            last_day=max(last_days).isoformat() if last_days else None,
            undated=len(headers) - len(first_days),
            sources=tuple(sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))),
            segments=segments,
            bytes=size,
        )

    def _bind(self, parsed: Query) -> Patterns:
        return bind(parsed.tree, lambda key: self._snapshot.has_term("compound", key))

    def _articles(
        self, parsed: Query, patterns: Patterns, groups: Groups, options: SearchOptions
    ) -> Iterator[ArticleHits]:
        """The articles of the page that is asked for.

        Where a page has room, because fewer articles match than fit, an article shows more
        than its best three paragraphs.
        """
        published = self._snapshot.published[groups.matches.doc_ids[groups.starts[:-1]]]
        start = (options.number - 1) * options.size
        shown = order(groups, published, options.sort).window(
            start,
            start + options.size,
            lambda group: self._snapshot.header(int(groups.articles[group])).id,
        )
        most = max(_HITS_AN_ARTICLE, options.size // max(1, len(shown)))
        for group in shown:
            article = int(groups.articles[group])
            header = self._snapshot.header(article)
            hits = tuple(
                self._hit(article, int(at), groups, parsed, patterns, options)
                for at in best_in_group(groups, group, most)
            )
            yield ArticleHits(
                article=header,
                total=int(groups.starts[group + 1] - groups.starts[group]),
                hits=hits,
                title_spans=_title_spans(
                    header, tuple(hit.paragraph for hit in hits), parsed, patterns
                ),
            )

    def _hit(
        self,
        article: int,
        at: int,
        groups: Groups,
        parsed: Query,
        patterns: Patterns,
        options: SearchOptions,
    ) -> Hit:
        """One hit with its context; ``at`` is its place in the matches."""
        number = int(groups.matches.doc_ids[at] - self._snapshot.first_doc[article]) + 1
        length = self._snapshot.header(article).length

        def paragraphs(first: int, last: int) -> tuple[Paragraph, ...]:
            numbers = range(max(1, first), min(length, last) + 1)
            return tuple(self._paragraph(article, each, parsed, patterns) for each in numbers)

        return Hit(
            paragraph=self._paragraph(article, number, parsed, patterns),
            score=float(groups.matches.scores[at]),
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


def _capped(prefix: str) -> str:
    return (
        f"More than {MAX_EXPANSIONS:,} words begin with “{prefix}”; "
        "the first of them were searched for, so write more letters"
    )
