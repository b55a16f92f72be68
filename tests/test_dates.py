"""Dates: value and precision as printed, and never more than is printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import UNKNOWN_DATE, PublicationDate
from index.dates import parse_date


@pytest.mark.parametrize(
    ("printed", "value", "precision"),
    [
        ("26/09/2016 21:11", "2016-09-26T21:11", "minute"),
        ("2016-09-26", "2016-09-26", "day"),
        ("2016-09", "2016-09", "month"),
        ("2016", "2016", "year"),
        ("2021-03-10T17:50:55-05:00", "2021-03-10T17:50:55-05:00", "second"),
        ("2021-03-10 17:50:55.123Z", "2021-03-10T17:50:55+00:00", "second"),
        ("2021-03-10T17:50+0530", "2021-03-10T17:50+05:30", "minute"),
        ("2016-09-26 21:11:00+02", "2016-09-26T21:11:00+02:00", "second"),
        ("20160926", "2016-09-26", "day"),
        ("26 September 2016", "2016-09-26", "day"),
        ("Monday, Sept. 26, 2016", "2016-09-26", "day"),
        ("September 26th, 2016 at 9:11 p.m.", "2016-09-26T21:11", "minute"),
        ("12 May 2020, 12:05 am", "2020-05-12T00:05", "minute"),
        ("May 2020", "2020-05", "month"),
        ("26.9.2016", "2016-09-26", "day"),
        ("09/26/2016", "2016-09-26", "day"),
        ("05/05/2016", "2016-05-05", "day"),
        ("Mon, 26 Sep 2016 21:11:08 GMT", "2016-09-26T21:11:08+00:00", "second"),
        ("Mon, 26 Sept 2016 21:11:08+0900", "2016-09-26T21:11:08+09:00", "second"),
        ("26 Sep 2016 21:11:08 -0330", "2016-09-26T21:11:08-03:30", "second"),
        ("26 Sep 2016 21:11:08 -0000", "2016-09-26T21:11:08", "second"),
        ("September 26, 2016 9:11 pm UTC", "2016-09-26T21:11+00:00", "minute"),
        ("September 26, 2016 21:11 GMT+02:00", "2016-09-26T21:11+02:00", "minute"),
        ("26 September 2016 21:11 CST", "2016-09-26T21:11", "minute"),
        ("26 September 2016 GMT", "2016-09-26", "day"),
        ("2016-09-26 21:11:08 UTC", "2016-09-26T21:11:08+00:00", "second"),
        ("2016-09-26 21:11:08.25 +0200 CEST", "2016-09-26T21:11:08+02:00", "second"),
    ],
)
def test_a_printed_date_is_read_as_precisely_as_it_is_printed(printed, value, precision):
    assert parse_date(printed) == PublicationDate(value, precision)


def test_a_date_that_two_readers_read_differently_keeps_only_the_year():
    assert parse_date("05/09/2016") == PublicationDate("2016", "year")


@pytest.mark.parametrize(
    "printed",
    ["", "Sept. 26", "26 September", "yesterday", "2016-13", "2016-02-30", "31/11/2016",
     "0001-01-01", "2999-01-01", "2016-09-26T25:00", "26/09/2016 13:11 pm", "2016-09-26T1", "16"],
)  # fmt: skip
def test_what_is_no_date_is_unknown(printed):
    assert parse_date(printed) == UNKNOWN_DATE


@given(st.text())
def test_any_text_is_a_date_or_unknown(text):
    date = parse_date(text)
    assert (date.value is None) == (date.precision == "unknown")


@given(st.datetimes(min_value=__import__("datetime").datetime(1450, 1, 1),
                    max_value=__import__("datetime").datetime(2100, 12, 31)))  # fmt: skip
def test_iso_dates_of_every_precision_come_back(moment):
    iso = moment.isoformat()
    for length, precision in ((4, "year"), (7, "month"), (10, "day"), (16, "minute")):
        assert parse_date(iso[:length]) == PublicationDate(iso[:length], precision)


def test_a_month_reaches_from_its_first_to_its_last_day():
    month = PublicationDate("2016-02", "month")
    assert str(month.first_day) == "2016-02-01"
    assert str(month.last_day) == "2016-02-29"


def test_an_offset_moves_the_moment_but_not_the_day():
    evening = PublicationDate("2021-03-10T23:30-05:00", "minute")
    assert str(evening.first_day) == str(evening.last_day) == "2021-03-10"
    assert evening.timestamp == PublicationDate("2021-03-11T04:30+00:00", "minute").timestamp
