"""Dates that are relative to today, and in which time zone today is."""

import os
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from index.article import Article, PublicationDate
from search.errors import QueryError
from search.query import parse
from search.query.tree import DateRange
from search.results import SearchOptions
from search.time_zones import today_in

ZONES = ["Pacific/Kiritimati", "Asia/Kathmandu", "UTC", "America/New_York", "Etc/GMT+12"]


def days(value: str, today: str) -> tuple[str, str]:
    tree = parse(f"date:{value}", today=date.fromisoformat(today)).tree
    assert isinstance(tree, DateRange)
    return date.fromordinal(tree.first).isoformat(), date.fromordinal(tree.last).isoformat()


@pytest.mark.parametrize(
    ("value", "today", "first", "last"),
    [
        ("today", "2024-03-01", "2024-03-01", "2024-03-01"),
        ("yesterday", "2024-03-01", "2024-02-29", "2024-02-29"),
        ("Today", "2024-03-01", "2024-03-01", "2024-03-01"),
        ("1d", "2024-03-01", "2024-03-01", "2024-03-01"),
        ("7d", "2024-03-01", "2024-02-24", "2024-03-01"),
        ("7D", "2024-03-01", "2024-02-24", "2024-03-01"),
        ("2w", "2024-03-01", "2024-02-17", "2024-03-01"),
        ("1m", "2024-03-01", "2024-02-02", "2024-03-01"),
        ("1m", "2024-03-31", "2024-03-01", "2024-03-31"),
        ("3m", "2026-11-22", "2026-08-23", "2026-11-22"),
        ("12m", "2024-02-29", "2023-03-01", "2024-02-29"),
        ("1y", "2024-02-29", "2023-03-01", "2024-02-29"),
        ("99999d", "0100-01-01", "0001-01-01", "0100-01-01"),
        ("99999m", "2024-01-01", "0001-01-02", "2024-01-01"),
    ],
)
def test_a_relative_date_ends_today(value, today, first, last):
    assert days(value, today) == (first, last)


@pytest.mark.parametrize("zone", ZONES)
def test_today_is_today_in_the_time_zone_that_is_named(zone):
    before = datetime.now(ZoneInfo(zone)).date()
    assert before <= today_in(zone) <= before + timedelta(1)


def test_somewhere_it_is_another_day():
    assert today_in("Pacific/Kiritimati") > today_in("Etc/GMT+12")


@pytest.fixture
def process_zone(monkeypatch):
    """Sets the time zone of the process."""

    def change(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield change
    monkeypatch.undo()
    time.tzset()
    assert os.environ.get("TZ") is None or time.tzname


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_is_found_whatever_the_time_zone_of_the_process(zone, process_zone, make_searcher):
    process_zone(zone)
    moments = [
        "2016-09-25T23:59-12:00",
        "2016-09-26T00:00+14:00",
        "2016-09-26T23:59Z",
        "2016-09-27T00:01",
    ]
    dates = [PublicationDate("2016-09-26", "day"), *(PublicationDate(m, "minute") for m in moments)]
    searcher = make_searcher(*(Article(f"{n}", ("siege",), date=each) for n, each in enumerate(dates)))  # fmt: skip
    page = searcher.search("date:2016-09-26")
    assert sorted(each.article.id for each in page.articles) == ["0", "2", "3"]


@pytest.mark.parametrize("zone", ZONES)
def test_without_a_name_today_is_that_of_the_process(zone, process_zone):
    process_zone(zone)
    before = datetime.now(UTC).astimezone(ZoneInfo(zone)).date()
    assert before <= today_in("") <= before + timedelta(1)


def test_the_option_decides_what_today_finds(make_searcher):
    east, west = today_in("Pacific/Kiritimati"), today_in("Etc/GMT+12")
    searcher = make_searcher(
        Article("east", ("siege",), date=PublicationDate(east.isoformat(), "day")),
        Article("west", ("siege",), date=PublicationDate(west.isoformat(), "day")),
    )
    for zone, found in (("Pacific/Kiritimati", "east"), ("Etc/GMT+12", "west")):
        page = searcher.search("date:today", SearchOptions(tz=zone))
        assert [each.article.id for each in page.articles] == [found]
        assert page.clauses[0].days == (today_in(zone), today_in(zone))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "/etc/localtime", "UTC\0", "Europe", "a" * 300, " "])  # fmt: skip
def test_an_unknown_time_zone_is_a_clear_error(zone, make_searcher):
    with pytest.raises(QueryError, match="There is no time zone") as caught:
        make_searcher("siege").search("siege", SearchOptions(tz=zone))
    assert caught.value.code == "bad_option"
