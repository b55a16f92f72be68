"""Searcher: a snapshot of all segments; answers queries with pages of results."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NoReturn

import numpy as np

from search.article_hits import articles_of_page
from search.binding import Binder, Bound
from search.collectors import Groups, group_by_article, shown_groups
from search.copies import copies_in, read_family
from search.cursor import next_cursor, resume
from search.deadline import Limit, TimedOut, time_limit
from search.doc_sets import DocSet
from search.errors import ArticleNotFound, QueryError
from search.evaluation import Evaluation, has_negation, may_be_spread
from search.query import Query, parse
from search.results import (
    FEW,
    MAX_CONTEXT,
    MAX_RESULTS,
    MAX_SIZE,
    Advice,
    ArticleView,
    Clause,
    ContextView,
    Facet,
    FamilyView,
    FoldedTotals,
    Info,
    Neighbours,
    Page,
    SearchOptions,
    Totals,
)
from search.sets import DocIds
from search.showing import Marking, document_of, paragraph_of, title_spans
from search.snapshot import Snapshot
from search.time_zones import today_in

if TYPE_CHECKING:
    from search.asking import Asking
    from search.completions import Completion
    from search.matched import Matched
    from search.quote_claims import Claim
    from search.quotes import Checked

_HITS_AN_ARTICLE = 3
_Stopped = Literal["", "finding", "showing", "telling"]
"""What there was no time for: to find all, to show all of a page, to tell what goes with it."""


class Searcher:
    """One committed state of an index. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.commit = snapshot.commit
        self.generation = snapshot.generation

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
        limit = Limit(options.seconds)
        _check(options)
        today = today_in(options.tz)
        if options.cursor:
            number, today = resume(query, options, self.commit)
            options = options._replace(number=number)
        parsed = parse(query, match=options.match, strict=options.strict, today=today)
        page, stopped = self._page(limit, parsed, query, options, today)
        if stopped:
            notices = (*page.notices, _told_stopped(stopped, options))
            page = page._replace(partial=True, timed_out=True, notices=notices)
        if stopped in ("", "telling") and options.number < page.pages:
            cursor = next_cursor(query, options, options.number + 1, today, self.commit)
            page = page._replace(cursor=cursor)
        return page._replace(took_ms=round((time.perf_counter() - started) * 1000, 1))

    def _page(
        self, limit: Limit, parsed: Query, query: str, options: SearchOptions, today: date
    ) -> tuple[Page, _Stopped]:
        """The page of a query, as far as there is time, and what there was too little for."""
        page = Page(
            query=query,
            options=options,
            total=Totals(0, 0, 0),
            clauses=parsed.clauses,
            articles=(),
            notices=tuple(parsed.notices),
            partial=False,
            took_ms=0,
        )
        found = limit.step(lambda: self._bind(parsed), lambda: None)
        if found is None:
            return page, "finding"
        bound, evaluation = found
        docs: DocIds | DocSet = limit.step(evaluation.matching_set, evaluation.matching_so_far)
        stopped: _Stopped = "finding" if limit.timed_out else ""
        every = group_by_article(docs, self._snapshot)
        groups = shown_groups(self._snapshot, every) if options.fold else every
        marking = Marking()
        articles = tuple(
            articles_of_page(self._snapshot, limit, evaluation, (groups, every), options, marking)
        )
        if limit.timed_out:
            stopped = stopped or "showing"
        same_article = len(every)  # at least
        if may_be_spread(parsed.tree):
            same_article = limit.step(evaluation.same_article, lambda: len(every))
        folded = FoldedTotals(len(groups.found), len(groups))
        total = Totals(len(docs), len(every), same_article, folded)
        page = page._replace(
            total=total,
            clauses=_told(parsed, bound),
            articles=articles,
            notices=(*parsed.notices, *bound.notices, *marking.notices()),
            partial=bool(bound.notices),
            advice=limit.step(
                lambda: self._advice(evaluation, query, options, today, total), lambda: None
            ),
            facets=limit.step(lambda: self._facets(query, options, today, every), lambda: ()),
        )
        return page, stopped or ("telling" if limit.timed_out else "")

    def article(
        self, article_id: str, query: str = "", options: SearchOptions | None = None
    ) -> ArticleView:
        """One article, whole; in its paragraphs that match a query, the matches are marked.

        Of the options, those count that say how the query is read.

        Raises ArticleNotFound or QueryError.
        """
        options = options or SearchOptions()
        with _answered_within(options):
            return self._article(article_id, query, options)

    def _article(self, article_id: str, query: str, options: SearchOptions) -> ArticleView:
        parsed = _parse(query, options) if query.strip() else None
        article = self._find(article_id)
        header = self._snapshot.header(article)
        bound, evaluation = self._bind(parsed) if parsed else (None, None)
        hits: tuple[int, ...] = ()
        if evaluation:
            first = int(self._snapshot.first_doc[article])
            hits = tuple(doc - first + 1 for doc in evaluation.matching_in(article))
        documents = [
            document_of(self._snapshot, article, number, evaluation)
            for number in range(1, header.length + 1)
        ]
        paragraphs = tuple(paragraph_of(each, evaluation) for each in documents)
        return ArticleView(
            article=header,
            paragraphs=paragraphs,
            title_spans=title_spans(documents, evaluation),
            clauses=_told(parsed, bound) if parsed and bound else (),
            notices=(*parsed.notices, *bound.notices) if parsed and bound else (),
            hits=hits,
            copies=copies_in(self._snapshot, article),
        )

    def context(
        self,
        article_id: str,
        number: int,
        around: tuple[int, int],
        query: str = "",
        options: SearchOptions | None = None,
    ) -> ContextView:
        """A paragraph of an article and those around it; what a query matches is marked.

        Args:
            article_id: which article.
            number: of the paragraph, from 1.
            around: how many paragraphs before and after it.
            query: that is marked.
            options: those that say how the query is read.

        Raises ArticleNotFound, also where it has no such paragraph, or QueryError.
        """
        from search.reading import read_around

        options = options or SearchOptions()
        with _answered_within(options):
            evaluation = self._bind(_parse(query, options))[1] if query.strip() else None
            return read_around(self._snapshot, self._find(article_id), number, around, evaluation)

    def family(
        self,
        article_id: str,
        number: int,
        page: tuple[int, int] = (100, 1),
        against: int = 1,
        query: str = "",
        options: SearchOptions | None = None,
    ) -> FamilyView:
        """The copies of a paragraph in other articles, in the order of time.

        Args:
            article_id: which article.
            number: of the paragraph, from 1.
            page: how many copies are on a page, and which page is asked for, from 1.
            against: with which copy the others are compared, by its place in that order, from 1.
            query: that is marked.
            options: those that say how the query is read.

        Raises ArticleNotFound, also where it has no such paragraph, or QueryError.
        """
        if not 1 <= page[0] <= MAX_SIZE or page[1] < 1:
            raise QueryError(
                f"A page holds 1 to {MAX_SIZE} copies, and counts from 1", "bad_option"
            )
        article = self._find(article_id)
        length = self._snapshot.header(article).length
        if not 1 <= number <= length:
            raise ArticleNotFound(
                f"The article {article_id!r} has no paragraph {number}; it has 1 to {length}"
            )
        options = options or SearchOptions()
        with _answered_within(options):
            evaluation = self._bind(_parse(query, options))[1] if query.strip() else None
            return read_family(self._snapshot, (article, number), page, against, evaluation)

    def neighbours(
        self, query: str, options: SearchOptions, article_id: str, number: int
    ) -> Neighbours:
        """The hits before and after one of a page of results, also on the pages beside it.

        Args:
            query: that gave the page.
            options: that gave it.
            article_id: of the hit.
            number: of its paragraph; or of any paragraph of an article of the page.

        Raises QueryError, or ArticleNotFound where the article is not on the page.
        """
        from search.reading import find_neighbours

        _check(options)
        with _answered_within(options):
            _, evaluation = self._bind(_parse(query, options))
            return find_neighbours(self._snapshot, evaluation, options, (article_id, number))

    def matched(
        self, query: str, options: SearchOptions | None = None, today: date | None = None
    ) -> Matched:
        """Everything that matches a query, for who looks at all of it; see search.matched.

        Of the options, those count that say how the query is read. ``today`` is the day that
        relative dates are counted from, if it is another one than today in the time zone.

        Raises QueryError, also where it takes too long.
        """
        from search.matched import Matched

        options = options or SearchOptions()
        with _answered_within(options):
            today = today or today_in(options.tz)
            parsed = parse(query, match=options.match, strict=options.strict, today=today)
            bound, evaluation = self._bind(parsed)
            docs = evaluation.matching()
            return Matched(
                query=query,
                options=options,
                today=today,
                clauses=_told(parsed, bound),
                notices=(*parsed.notices, *bound.notices),
                partial=bool(bound.notices),
                docs=docs,
                among=len(docs),
                evaluation=evaluation,
                snapshot=self._snapshot,
            )

    def complete(self, text: str, most: int = 8) -> tuple[Completion, ...]:
        """What a query may go on with, by how it begins; see search.completions."""
        from search.completions import complete

        return complete(self._snapshot, text, most)

    def check_quotation(
        self, quotation: str, seconds: float = math.inf, claim: Claim | None = None
    ) -> Checked:
        """Where a quotation is from, and how it differs from it; see search.quotes.

        Of equally good sources, that comes first from which the quotation is said to be.

        Raises QueryError where it has no word, is too long or takes too long.
        """
        from search.quotes import check_quotation

        try:
            with time_limit(seconds):
                return check_quotation(self._snapshot, quotation, claim)
        except TimedOut:
            raise QueryError(
                f"The quotation takes longer than {seconds:g} s; check a part of it",
                "too_slow",
            ) from None

    def _bind(self, parsed: Query) -> tuple[Bound, Evaluation]:
        """What the words of a query are looked up by, and what asks for them."""
        bound = Binder(self._snapshot).bind(parsed.tree)
        return bound, Evaluation(
            self._snapshot, parsed.tree, bound.patterns, is_question=parsed.is_question
        )

    def _find(self, article_id: str) -> int:
        """The number of an article. Raises ArticleNotFound."""
        article = self._snapshot.find_article(article_id)
        if article is None:
            raise ArticleNotFound(
                f"There is no article {article_id!r} in the index; search for a word of it"
            )
        return article

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
        self, evaluation: Evaluation, query: str, options: SearchOptions, day: date, total: Totals
    ) -> Advice | None:
        """What would be found otherwise, where little was, or if it is asked for."""
        wanted = options.advice == "always" or total.paragraphs < FEW or evaluation.has_rare_word()
        if options.advice == "never" or not wanted:
            return None
        from search.doctor import advise  # which a search that finds enough does not need

        # With what is negated, an article may still hold all of the rest.
        in_article = total.same_article > 0 or has_negation(evaluation.tree)
        return advise(
            query,
            options,
            total.paragraphs,
            self._asking(options, day, evaluation),
            in_article=in_article,
        )

    def _facets(
        self, query: str, options: SearchOptions, day: date, groups: Groups
    ) -> tuple[Facet, ...]:
        """How often which sources and so on are among the matches, if it is asked for."""
        if not options.facets:
            return ()
        from search.facets import count_facets

        return count_facets(query, groups, self._asking(options, day))

    def _asking(
        self, options: SearchOptions, day: date, beside: Evaluation | None = None
    ) -> Asking:
        from search.asking import Asking

        return Asking(self._snapshot, options.match, day, beside)


def _parse(query: str, options: SearchOptions) -> Query:
    """Read a query as the options say."""
    today = today_in(options.tz)
    return parse(query, match=options.match, strict=options.strict, today=today)


@contextlib.contextmanager
def _answered_within(options: SearchOptions) -> Iterator[None]:
    """Refuse a query, where half an answer would be of no use, if it takes too long."""
    try:
        with time_limit(options.seconds):
            yield
    except TimedOut:
        _too_slow(options)


def _too_slow(options: SearchOptions) -> NoReturn:
    raise QueryError(
        f"The query takes longer than {options.seconds:g} s; ask for fewer words, or rarer ones",
        "too_slow",
    )


def _told_stopped(stopped: _Stopped, options: SearchOptions) -> str:
    missing = {
        "finding": "there may be more than is told",
        "showing": "not all articles of this page are shown",
        "telling": "not everything is told about what was found",
    }[stopped]
    return (
        f"The search was stopped after {options.seconds:g} s, so {missing}; "
        "ask for fewer words, or rarer ones"
    )


def _told(parsed: Query, bound: Bound) -> tuple[Clause, ...]:
    """The clauses with what their words stood for."""
    return tuple(clause._replace(became=bound.became.get(clause.id)) for clause in parsed.clauses)


def _check(options: SearchOptions) -> None:
    """Refuse options outside the limits."""
    if not 1 <= options.size <= MAX_SIZE:
        raise QueryError(f"A page holds 1 to {MAX_SIZE} articles, not {options.size}", "bad_option")
    if options.number < 1:
        raise QueryError(f"Pages count from 1; there is no page {options.number}", "bad_option")
    if options.cursor and options.number != 1:
        raise QueryError("Pages go on by number or by cursor; ask with one of them", "bad_option")
    if options.number * options.size > MAX_RESULTS:
        raise QueryError(
            f"Only the first {MAX_RESULTS:,} articles of a search have numbered pages; "
            "narrow the search, for example by date, or go on with its cursor",
            "too_deep",
        )
    if not (0 <= options.before <= MAX_CONTEXT and 0 <= options.after <= MAX_CONTEXT):
        raise QueryError(f"Context is 0 to {MAX_CONTEXT} paragraphs", "bad_option")
    if options.sort not in ("relevance", "date", "position"):
        raise QueryError(f"sort is relevance, date or position, not {options.sort!r}", "bad_option")
    if options.match not in ("all", "any"):
        raise QueryError(f"match is all or any, not {options.match!r}", "bad_option")
    if options.advice not in ("few", "always", "never"):
        raise QueryError(f"advice is few, always or never, not {options.advice!r}", "bad_option")


def _day(ordinal: int) -> str:
    """A day as it is shown."""
    return date.fromordinal(int(ordinal)).isoformat()
