"""The values of ``date:``: a date, a range or a comparison -> first and last day."""

from __future__ import annotations

import calendar
import re
from datetime import date

from search.errors import QueryError

FIRST_DAY, LAST_DAY = date(1, 1, 1).toordinal(), date(9999, 12, 31).toordinal()

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_HOW = "write date:2016, date:2016-09, date:2016-09-26, date:2016-09-20..2016-09-26 or date:>=2016"


def parse_range(value: str, position: int) -> tuple[int, int]:
    """The first and last day of a range, as ordinals, both included; (0, 0) for ``unknown``.

    >>> parse_range("2016-02", 0) == (date(2016, 2, 1).toordinal(), date(2016, 2, 29).toordinal())
    True

    Raises QueryError ``bad_date`` with the position where the value cannot be read.
    """
    if value.lower() == "unknown":
        return 0, 0
    first, last = FIRST_DAY, LAST_DAY
    if comparison := re.match(r"[<>]=?", value):
        sign = comparison[0]
        start, end = _parse_one(value[len(sign) :], position + len(sign))
        first = {">=": start, ">": end + 1}.get(sign, first)
        last = {"<=": end, "<": start - 1}.get(sign, last)
    elif ".." in value:
        left, _, right = value.partition("..")
        if not left and not right:
            raise QueryError(f"date:.. names no date; {_HOW}", "bad_date", position)
        first = _parse_one(left, position)[0] if left else first
        last = _parse_one(right, position + len(left) + 2)[1] if right else last
    else:
        first, last = _parse_one(value, position)
    if first > last:
        raise QueryError(f"date:{value} ends before it begins; {_HOW}", "bad_date", position)
    return first, last


def _parse_one(value: str, position: int) -> tuple[int, int]:
    """The first and last day of a year, a month or a day."""
    match = _DATE.fullmatch(value)
    if not match:
        raise QueryError(f"date:{value} is not a date; {_HOW}", "bad_date", position)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    if not 1 <= year <= 9999:
        raise QueryError(f"There is no year {year:04}; {_HOW}", "bad_date", position)
    if match[2] and not 1 <= month <= 12:
        raise QueryError(
            f"date:{value} is not a date: months go from 01 to 12; {_HOW}", "bad_date", position
        )
    days = calendar.monthrange(year, month)[1] if month else 31
    if match[3] and not 1 <= day <= days:
        raise QueryError(
            f"date:{value} is not a date: {year:04}-{month:02} has {days} days; {_HOW}",
            "bad_date",
            position,
        )
    last_month = month or 12
    last_day = day or calendar.monthrange(year, last_month)[1]
    return (
        date(year, month or 1, day or 1).toordinal(),
        date(year, last_month, last_day).toordinal(),
    )
