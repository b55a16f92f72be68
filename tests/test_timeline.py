"""Timelines: every period counts what the query narrowed to it finds, and nothing is lost.

- Against a plain loop over the articles, for any dates, steps and queries.
- What is less precise than a period is in none, and told apart.
- Gaps are where no article can be, less precise ones included.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import UNKNOWN_DATE, Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search.errors import QueryError
from search.results import SearchOptions
from search.searcher import Searcher
from search.timeline import Counts, Timeline, count_by_date
from search.timeline_wording import told_apart, told_gaps
from tests.conftest import MakeSearcher
from tests.make import article, write_index

STEPS = ("day", "week", "month", "year")
DAYS = st.dates(date(2015, 11, 20), date(2017, 2, 10))
DATES = st.one_of(
    st.just(UNKNOWN_DATE),
    DAYS.map(lambda day: PublicationDate(str(day), "day")),
    DAYS.map(lambda day: PublicationDate(f"{day}T23:30-05:00", "minute")),
    DAYS.map(lambda day: PublicationDate(str(day)[:7], "month")),
    DAYS.map(lambda day: PublicationDate(str(day)[:4], "year")),
)
TEXTS = st.lists(
    st.sampled_from(["a siege", "no truce", "siege and truce"]), min_size=1, max_size=4
)
QUERIES = st.sampled_from(
    ["siege", "siege OR truce", "-truce", "siege date:2016", "siege date:2016-02-10..2016-03-20",
     "truce date:>=2016-06 date:..2016-12-15", "siege -date:2016-05", "siege date:unknown",
     "date:2016-03", "siege (date:2015 OR date:2017)", "siege AND (truce OR no) date:..2016",
     "siege date:>2016-02", "siege date:2015 date:2017", "date:2016 date:unknown siege", "siege date:unknown date:unknown"]
)  # fmt: skip


def dated(value: str) -> PublicationDate:
    """The date of an ISO value."""
    precision = {4: "year", 7: "month", 10: "day"}[len(value)]
    return PublicationDate(value, precision)  # type: ignore[arg-type]


def timeline(searcher: Searcher, query: str, by: str = "auto", **options: object) -> Timeline:
    """The timeline of a query."""
    matched = searcher.matched(query, SearchOptions(**options))  # type: ignore[arg-type]
    return count_by_date(matched, by)  # type: ignore[arg-type]


def plainly(articles: list[Article], of: Timeline) -> dict[str, Counts]:
    """What of all articles lies wholly in each period, by reading one after the other."""
    counts = {}
    for period in of.periods:
        inside = [
            each
            for each in articles
            if each.date.first_day and each.date.last_day
            and period.first <= each.date.first_day <= each.date.last_day <= period.last
        ]  # fmt: skip
        counts[period.name] = Counts(sum(len(each.paragraphs) for each in inside), len(inside))
    return counts


def is_empty(articles: list[Article], first: date, last: date) -> bool:
    """Whether no article can be of these days."""
    return not any(
        each.date.first_day and each.date.last_day
        and each.date.first_day <= last and each.date.last_day >= first
        for each in articles
    )  # fmt: skip


@given(
    given=st.lists(st.tuples(DATES, TEXTS), min_size=1, max_size=12),
    gone=st.sets(st.integers(0, 11), max_size=3),
    query=QUERIES,
    by=st.sampled_from(["auto", *STEPS]),
    match=st.sampled_from(["all", "any"]),
)
@settings(max_examples=25)
def test_a_period_has_what_the_query_narrowed_to_it_finds(
    given: list[tuple[PublicationDate, list[str]]],
    gone: set[int],
    query: str,
    by: str,
    match: str,
) -> None:
    articles = [Article(str(n), tuple(text), date=day) for n, (day, text) in enumerate(given)]
    with TemporaryDirectory() as folder:
        path = write_index(Path(folder), articles)
        with open_writer(Store(path)) as writer:
            for number in gone & set(range(len(articles))):
                writer.remove(str(number))
        searcher = Searcher.open(path)
        left = [each for each in articles if int(each.id) not in gone]
        found = timeline(searcher, query, by, match=match)
        page = searcher.search(query, SearchOptions(match=match))  # type: ignore[arg-type]
        assert found.total == page.total[:2]
        everything = plainly(left, found)
        for period in found.periods:
            assert period.query is not None
            narrowed = searcher.search(period.query, SearchOptions(match=match))  # type: ignore[arg-type]
            assert period.matches == narrowed.total[:2], (period, narrowed.total)
            assert period.archive == everything[period.name]
            assert period.is_gap == is_empty(left, period.first, period.last)
        parts = [*found.periods, *found.apart]
        assert sum(each.matches.paragraphs for each in parts) == found.total.paragraphs
        assert sum(each.matches.articles for each in parts) == found.total.articles
        for before, after in zip(found.periods, found.periods[1:], strict=False):
            assert after.first - before.last == timedelta(1)
        searcher.close()


@pytest.fixture
def searcher(make_searcher: MakeSearcher) -> Searcher:
    """An archive with dates of every precision, and nothing from April to June 2016."""
    return make_searcher(
        article("a", "A siege.\nStill a siege.", date=dated("2016-03-01")),
        article("b", "A siege.", date=dated("2016-03-30")),
        article("c", "A siege.", date=PublicationDate("2016-07-01T23:30-08:00", "minute")),
        article("d", "A siege, that year.", date=dated("2016")),
        article("e", "A siege, that month.", date=dated("2016-07")),
        article("f", "A siege, some time."),
        article("g", "A truce.", date=dated("2017-02-03")),
    )


def test_dates_that_are_less_precise_are_in_no_day_and_told_apart(searcher: Searcher) -> None:
    found = timeline(searcher, "siege", "day")
    assert [(each.known, each.matches.articles) for each in found.apart] == [
        ("unknown", 1),
        ("year", 1),
        ("month", 1),
    ]
    assert told_apart(found) == [
        "Of 1 paragraph the date is unknown.",
        "Of 1 paragraph only the year is known.",
        "Of 1 paragraph only the month and the year are known.",
    ]
    by_year = timeline(searcher, "siege", "year")
    assert [each.matches for each in by_year.periods] == [(6, 5), (0, 0)]
    assert [each.known for each in by_year.apart] == ["unknown"]


def test_a_day_is_that_of_the_paper_whatever_the_offset_of_its_time(searcher: Searcher) -> None:
    days = {
        each.name: each.matches.paragraphs for each in timeline(searcher, "siege", "day").periods
    }
    assert days["2016-07-01"] == 1
    assert days["2016-07-02"] == 0


def test_a_period_without_articles_is_no_gap_where_one_of_that_year_may_be(
    searcher: Searcher,
) -> None:
    found = timeline(searcher, "siege", "month")
    assert [each.name for each in found.periods if each.is_gap] == ["2017-01"]
    assert told_gaps(found) == "The archive has nothing of January 2017 (1 of 14 months)."


def test_a_month_that_a_query_allows_in_part_is_narrowed_to_that_part(searcher: Searcher) -> None:
    found = timeline(searcher, "siege date:2016-03-20..2016-05", "month")
    assert [each.name for each in found.periods] == ["2016-03-20..2016-03-31", "2016-04", "2016-05"]
    assert found.periods[0].query == "siege date:2016-03-20..2016-03-31"
    assert found.periods[0].matches == found.periods[0].archive == (1, 1)


def test_periods_are_as_short_as_the_span_and_the_dates_let_them_be(
    make_searcher: MakeSearcher,
) -> None:
    start = date(2016, 1, 1)
    for days, expected in ((30, "day"), (300, "week"), (2_000, "month"), (30_000, "year")):
        ends = (str(start), str(start + timedelta(days)))
        pair = [article(day, "siege", date=dated(day)) for day in ends]
        assert timeline(make_searcher(*pair), "siege").by == expected
    years = [article(str(n), "siege", date=dated(str(2015 + n))) for n in range(3)]
    assert timeline(make_searcher(*years), "siege").by == "year"


def test_too_many_periods_are_refused_with_a_way_out(make_searcher: MakeSearcher) -> None:
    searcher = make_searcher(
        article("old", "siege", date=dated("1450-01-01")), article("new", "x", date=dated("2020"))
    )
    with pytest.raises(QueryError, match="narrow the search by date, or count by week"):
        timeline(searcher, "siege", "day")
    assert len(timeline(searcher, "siege", "year").periods) == 571


def test_nothing_and_an_archive_without_dates_have_a_timeline(make_searcher: MakeSearcher) -> None:
    searcher = make_searcher("a siege", "a truce")
    found = timeline(searcher, "siege")
    assert (found.periods, found.archive, found.most()) == ((), None, None)
    assert [each.matches for each in found.apart] == [(1, 1)]
    assert found.apart[0].query == "siege date:unknown"
    nothing = timeline(searcher, "zeppelin")
    assert nothing.total == (0, 0)


def test_a_query_that_takes_too_long_has_no_timeline(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="longer than"):
        timeline(searcher, "siege", seconds=-1)
