"""Periods of publication in a query: read, put in, replaced, taken out."""

import pytest

from search.errors import QueryError
from search.query import parse
from search.query.periods import in_period, period_of


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("siege", ("", "")),
        ("siege date:2016", ("2016", "2016")),
        ("date:2016-09..2016-10 siege", ("2016-09", "2016-10")),
        ("siege date:>=2016", ("2016", "")),
        ("siege date:<=2016-09-20", ("", "2016-09-20")),
        ("siege -date:2016", ("", "")),
        ("siege OR date:2016", ("", "")),
    ],
)
def test_a_period_is_read_where_it_narrows_the_whole_query(query, period):
    assert period_of(query) == period


@pytest.mark.parametrize(
    ("query", "first", "last", "expected"),
    [
        ("siege", "2016", "", "siege date:2016.."),
        ("siege", "", "2016", "siege date:..2016"),
        ("siege", "2016", "2016", "siege date:2016"),
        ("siege date:2015", "2016-09", "2016-10", "siege date:2016-09..2016-10"),
        ("siege date:2015 -date:2016-03", "2016", "", "siege -date:2016-03 date:2016.."),
        ("siege OR truce", "2016", "", "(siege OR truce) date:2016.."),
        ("siege date:2015", "", "", "siege"),
        ("date:2015", "", "", ""),
    ],
)
def test_a_period_takes_the_place_of_another(query, first, last, expected):
    assert in_period(query, first, last) == expected
    if expected:
        assert parse(expected).notices == ()


@pytest.mark.parametrize("day", ["soon", "2016-9", "2016 OR x", "20160901", "2016-13"])
def test_what_is_no_date_is_refused_in_one_sentence(day):
    with pytest.raises(QueryError) as refused:
        parse(in_period("siege", day, ""))
    assert refused.value.code == "bad_date"
