"""The timeline of a query: how much of what it matches was published when, and how much of all.

An article is counted in a period if all days that its date can mean lie in it, which is how
``date:`` finds it: the count of a period is the total of the query narrowed to it, if all copies
are counted. If of copies only the first is, it is counted in its own period, while the query
narrowed to a later one has a first copy there, too: then a period may tell less. What was
published on a day that nobody knows is not put on one. It is counted apart: dates that are
unknown, and dates of which only the year, or the year and the month, are known.

A gap is a period of which the archive cannot have anything: no article of any date, not even of
one that is less precise, lies in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from search.days import STEPS, Step, first_days, numbers_of, period_name
from search.errors import QueryError
from search.matched import Matched
from search.published import PERIODS, UNKNOWN, Published, codes_of, published
from search.query import parse
from search.query.dates import FIRST_DAY, LAST_DAY
from search.query.periods import days_asked, in_period, in_periods
from search.results import CopyCounts, SearchOptions
from search.sets import Ints

By = Literal["auto", "day", "week", "month", "year"]
Known = Literal["unknown", "year", "month"]

MAX_PERIODS = 40_000
"""Periods of a timeline, at most: a hundred years by day."""
_AUTO = 100  # periods where nobody says how long they are, at most
_APART: tuple[Known, ...] = ("unknown", "year", "month")
"""By their codes; see search.published."""

Days = tuple[int, int]
"""The first and the last of some days, as proleptic ordinals."""


class Counts(NamedTuple):
    """How many paragraphs, and in how many articles."""

    paragraphs: int
    articles: int


class Period(NamedTuple):
    """A day, week, month or year, as far as the query allows its days.

    Attributes:
        name: as ``date:`` takes it: 2016-09, or 2016-09-05..2016-09-11.
        first, last: its days, both included.
        matches: what matches.
        archive: what there is at all.
        is_gap: whether the archive cannot have anything of it.
        query: the query narrowed to it; None where that would be too long.
    """

    name: str
    first: date
    last: date
    matches: Counts
    archive: Counts
    is_gap: bool
    query: str | None


class Apart(NamedTuple):
    """What is in no period, because its date does not say in which.

    Attributes:
        known: what of the date is known: nothing (unknown), the year, or the year and the month.
        matches: what matches.
        archive: what there is at all, of the days that the query allows.
        query: that asks for it, where one can.
    """

    known: Known
    matches: Counts
    archive: Counts
    query: str | None = None


class Timeline(NamedTuple):
    """What matches by the time of its publication.

    Attributes:
        query, options: as it was asked.
        by: how long the periods are.
        periods: from the first to the last day of the archive that the query allows.
        apart: what is in none of them; only what the archive has, of the days that the query
            allows.
        total: of all that matches.
        archive: the first and the last day of the archive; None where no date is known.
        notices, partial: as of a page of results.
        copies: whether all copies are counted, and how many there are.
    """

    query: str
    options: SearchOptions
    by: Step
    periods: tuple[Period, ...]
    apart: tuple[Apart, ...]
    total: Counts
    archive: tuple[date, date] | None
    notices: tuple[str, ...]
    partial: bool
    copies: CopyCounts

    @property
    def gaps(self) -> Iterator[tuple[Period, Period]]:
        """The first and the last period of each gap of the archive."""
        start: Period | None = None
        last: Period | None = None
        for period in self.periods:
            if period.is_gap:
                start, last = start or period, period
            elif start and last:
                yield start, last
                start = None
        if start and last:
            yield start, last

    def most(self, unit: int = 0) -> Period | None:
        """The first period with the most matching paragraphs, or the most per ``unit``."""
        best = max(self.periods, key=lambda each: height(each, unit), default=None)
        return best if best and best.matches.paragraphs else None


def per(matches: Counts, archive: Counts, unit: int) -> float | None:
    """Matching paragraphs per so many of the archive; None where it has none.

    >>> per(Counts(3, 2), Counts(1_500, 40), 10_000)
    20.0
    """
    return matches.paragraphs * unit / archive.paragraphs if archive.paragraphs else None


def height(period: Period, unit: int = 0) -> float:
    """How high a period is drawn: matching paragraphs, or per ``unit`` of the archive."""
    if not unit:
        return period.matches.paragraphs
    return per(period.matches, period.archive, unit) or 0.0


def count_by_date(matched: Matched, by: By = "auto", most: int = MAX_PERIODS) -> Timeline:
    """Count what matches by the time of its publication.

    Args:
        matched: all that matches.
        by: how long the periods are; auto: as short as leaves a hundred of them, and as most of
            the dates say.
        most: periods, at most.

    Raises QueryError ``bad_option`` where there would be more.
    """
    dates = published(matched.snapshot)
    asked = days_asked(matched.query, matched.today)
    span = _span(dates, asked)
    groups = matched.groups()
    found = groups.articles.astype(np.int64), np.diff(groups.starts)
    step = _chosen(matched, span, found) if by == "auto" else by
    if how_many(span, step) > most:
        raise _too_many(span, step, most)
    allowed = _allowed(dates, asked)
    of_matches = _counts(matched, step, found)
    of_archive = _counts(matched, step, (allowed, dates.lengths[allowed]))
    counts = np.stack([*of_matches, *of_archive])
    return Timeline(
        query=matched.query,
        options=matched.options,
        by=step,
        periods=_periods(matched, span, step, asked, counts),
        apart=_apart(matched, counts),
        total=Counts(len(matched.docs), len(groups)),
        archive=_dates(dates.span) if dates.span else None,
        notices=matched.notices,
        partial=matched.partial,
        copies=matched.copy_counts(),
    )


def how_many(span: Days | None, step: Step) -> int:
    """How many periods there are from one day to another."""
    if span is None:
        return 0
    first, last = numbers_of(np.array(span), step).tolist()
    return int(last - first + 1)


def _span(dates: Published, asked: Days) -> Days | None:
    """The days of the archive that a query allows; None where it has none of them."""
    if dates.span is None:
        return None
    first, last = max(dates.span[0], asked[0]), min(dates.span[1], asked[1])
    return (first, last) if first <= last else None


def _allowed(dates: Published, asked: Days) -> Ints:
    """The articles of the days that a query allows, as ``date:`` finds them, ascending."""
    allowed = dates.lengths > 0
    if asked != (FIRST_DAY, LAST_DAY):
        allowed &= (dates.first >= asked[0]) & (dates.last <= asked[1])
    return np.flatnonzero(allowed)


def _chosen(matched: Matched, span: Days | None, found: tuple[Ints, Ints]) -> Step:
    """The shortest periods that are not too many, and that most of the dates are as exact as."""
    for step in STEPS[:-1]:
        if how_many(span, step) <= _AUTO:
            codes = codes_of(matched.snapshot, step)[found[0]]
            dated = int(found[1][codes != UNKNOWN].sum())
            if 2 * int(found[1][codes >= PERIODS].sum()) >= dated:
                return step
    return STEPS[-1]


def _counts(matched: Matched, step: Step, some: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Paragraphs and articles by the codes of periods; int64[n] each.

    Args:
        matched: of the commit.
        step: how long the periods are.
        some: articles, and how many paragraphs of each.
    """
    every = codes_of(matched.snapshot, step)
    size = PERIODS + how_many(published(matched.snapshot).span, step)
    codes = every[some[0]]
    paragraphs = np.bincount(codes, some[1], minlength=size).astype(np.int64)
    return paragraphs, np.bincount(codes, minlength=size)


def _periods(
    matched: Matched, span: Days | None, step: Step, asked: Days, counts: Ints
) -> tuple[Period, ...]:
    """The periods of a span, with what is in them.

    Args:
        matched: all that matches.
        span: the days from the first to the last period.
        step: how long a period is.
        asked: the days that the query allows.
        counts: paragraphs and articles that match, and those of the archive; int64[4, codes].
    """
    dates = published(matched.snapshot)
    if span is None or dates.span is None:
        return ()
    base, start, end = numbers_of(np.array([dates.span[0], *span]), step).tolist()
    borders = first_days(np.arange(start, end + 2), step)
    first = np.maximum(borders[:-1], asked[0]).tolist()
    last = np.minimum(borders[1:] - 1, asked[1]).tolist()
    names = [period_name(*days) for days in zip(first, last, strict=True)]
    of_periods = counts[:, PERIODS + start - base : PERIODS + end - base + 1].T.tolist()
    return tuple(
        Period(
            name=name,
            first=date.fromordinal(days[0]),
            last=date.fromordinal(days[1]),
            matches=Counts(*of_period[:2]),
            archive=Counts(*of_period[2:]),
            is_gap=dates.is_gap(max(days[0], dates.span[0]), min(days[1], dates.span[1])),
            query=query,
        )
        for name, days, of_period, query in zip(
            names, zip(first, last, strict=True), of_periods, _narrowed(matched, names), strict=True
        )
    )


def _apart(matched: Matched, counts: Ints) -> tuple[Apart, ...]:
    """What lies in no period, of which the archive has something."""
    of_codes = counts[:, :PERIODS].T.tolist()
    unknown = _narrowed(matched, ["unknown"])[0]
    return tuple(
        Apart(known, Counts(*each[:2]), Counts(*each[2:]), unknown if known == "unknown" else None)
        for known, each in zip(_APART, of_codes, strict=True)
        if each[3]
    )


def _narrowed(matched: Matched, names: Sequence[str]) -> list[str] | list[None]:
    """The query narrowed to each of some periods; None where it would not be the same query.

    It may be too long then, or a question whose words are left out only outside of parentheses.
    """
    nothing = [None] * len(names)
    if not names:
        return nothing
    queries = in_periods(matched.query, names)
    match = matched.options.match
    try:
        parsed = parse(max(queries, key=len), match=match)
        rest = in_period(matched.query, "", "")
        if parsed.is_question and not queries[0].startswith(rest):
            return nothing
    except QueryError:
        return nothing
    return queries


def _dates(days: Days) -> tuple[date, date]:
    return date.fromordinal(days[0]), date.fromordinal(days[1])


def _too_many(span: Days | None, step: Step, most: int) -> QueryError:
    first, last = _dates(span) if span else (date.min, date.min)
    return QueryError(
        f"From {first} to {last} are {how_many(span, step):,} {step}s, and at most {most:,} are "
        f"told; narrow the search by date, or count by {STEPS[STEPS.index(step) + 1]}",
        "bad_option",
    )
