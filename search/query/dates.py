"""The values of ``date:``: a date, a range, a comparison or days until today -> two days."""

from __future__ import annotations

import calendar
import re
from datetime import date

from search.errors import QueryError

FIRST_DAY, LAST_DAY = date(1, 1, 1).toordinal(), date(9999, 12, 31).toordinal()

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_RELATIVE = re.compile(r"([0-9]{1,5})([dwmy])", re.IGNORECASE)
_HOW = (
    "write date:2016, date:2016-09, date:2016-09-26, date:2016-09-20..2016-09-26, date:>=2016 "
    "or date:7d"
)


def parse_range(value: str, position: int, today: date) -> tuple[int, int]:
    """The first and last day of a range, as ordinals, both included; (0, 0) for ``unknown``.

    >>> first, last = parse_range("2016-02", 0, date(2016, 3, 1))
    >>> str(date.fromordinal(first)), str(date.fromordinal(last))
    ('2016-02-01', '2016-02-29')

    Args:
        value: as it is written behind ``date:``.
        position: where it stands in the query.
        today: what ``today`` is, and the last day of ``7d``.

    Raises QueryError ``bad_date`` with the position where the value cannot be read.
    """
    if value.lower() == "unknown":
        return 0, 0
    if relative := _parse_relative(value, today):
        return relative
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


def _parse_relative(value: str, today: date) -> tuple[int, int] | None:
    """The days that are named by today; ``7d`` are seven days, today and the six before."""
    last = today.toordinal()
    days = {"today": (last, last), "yesterday": (last - 1, last - 1)}.get(value.lower())
    match = _RELATIVE.fullmatch(value)
    if days or not match or not int(match[1]):
        return days
    count, unit = int(match[1]), match[2].lower()
    if unit in "dw":
        return max(last - count * (7 if unit == "w" else 1) + 1, FIRST_DAY), last
    return _months_before(today, count * (12 if unit == "y" else 1)).toordinal() + 1, last


def _months_before(day: date, months: int) -> date:
    """The same day some months before, or the last one of that month if it is shorter.

    >>> str(_months_before(date(2024, 3, 31), 1)), str(_months_before(date(2024, 3, 31), 12))
    ('2024-02-29', '2023-03-31')
    """
    number = day.year * 12 + day.month - 1 - months
    if number < 12:
        return date.min
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


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
