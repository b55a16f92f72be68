"""Periods: when the articles of a query were published, and the same query for other times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from search.errors import QueryError
from search.query.dates import FIRST_DAY, LAST_DAY, parse_range
from search.query.rewriting import cleaned, joined, parts_of

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_PERIOD = re.compile(
    r"date:(?:(?P<day>[\d-]+)|(?P<first>[\d-]*)\.\.(?P<last>[\d-]*)|"
    r">=(?P<since>[\d-]+)|<=(?P<until>[\d-]+))",
    re.IGNORECASE,
)


def period_of(query: str) -> tuple[str, str]:
    """The first and the last day that a query asks for, as written; "" where there is none.

    >>> period_of("siege date:2016-09.."), period_of("siege date:2016"), period_of("siege")
    (('2016-09', ''), ('2016', '2016'), ('', ''))

    Raises QueryError ``too_deep``.
    """
    for part in parts_of(cleaned(query)):
        found = _PERIOD.fullmatch(part.text) if not part.negated else None
        if found:
            day = found["day"] or ""
            return (
                found["first"] or found["since"] or day,
                found["last"] or found["until"] or day,
            )
    return "", ""


def in_period(query: str, first: str, last: str) -> str:
    """A query for what was published between two days, both included, instead of other times.

    What it leaves out (``-date:2016``) it still leaves out. Without days, of any date.

    >>> in_period("siege OR truce", "2016-09", ""), in_period("siege date:2015", "", "")
    ('(siege OR truce) date:2016-09..', 'siege')

    Raises QueryError where a day is none, or ``too_deep``.
    """
    for day in (first, last):
        if day and not _DAY.fullmatch(day):
            raise QueryError(
                f'A date is a year, a month or a day such as 2016-09-20, not "{day[:40]}"',
                "bad_date",
            )
    kept = [
        part.text
        for part in parts_of(cleaned(query))
        if part.negated or part.field != "date" or not _PERIOD.fullmatch(part.text)
    ]
    if first or last:
        kept.append(f"date:{first}" if first == last else f"date:{first}..{last}")
    return joined(kept) if kept else ""


def days_asked(query: str, today: date) -> tuple[int, int]:
    """The first and the last day that all of a query allows, as ordinals; (0, 0) for unknown dates.

    Where it asks for no date, all days that there are; where for several that have no day in
    common, the last day comes before the first.

    >>> first, last = days_asked("siege date:2016 date:>=2016-09", date(2017, 1, 1))
    >>> str(date.fromordinal(first)), str(date.fromordinal(last))
    ('2016-09-01', '2016-12-31')

    Args:
        query: one that can be read.
        today: the day that relative dates are counted from.
    """
    ranges = {
        parse_range(part.text.partition(":")[2].strip(), 0, today)
        for part in parts_of(cleaned(query))
        if part.field == "date" and not part.negated
    }
    if ranges == {(0, 0)}:
        return 0, 0
    ranges.add((FIRST_DAY, LAST_DAY))
    return max(first for first, _ in ranges), min(last for _, last in ranges)


def in_periods(query: str, periods: Sequence[str]) -> list[str]:
    """A query for each of many periods, as ``in_period`` makes one; they may be long lists.

    >>> in_periods("siege OR truce", ["2016-09", "2016-09-05..2016-09-11", "unknown"])[1:]
    ['(siege OR truce) date:2016-09-05..2016-09-11', '(siege OR truce) date:unknown']

    Args:
        query: one that can be read.
        periods: what is to stand behind ``date:``.
    """
    rest = in_period(query, "", "")
    before = joined([rest, "date:2016"]).removesuffix("2016") if rest else "date:"
    return [before + period for period in periods]
