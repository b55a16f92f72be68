"""Days, weeks, months and years of a calendar, numbered, so that arrays of days can be counted."""

from __future__ import annotations

from datetime import date
from typing import Literal

import numpy as np

from search.sets import Ints

Step = Literal["day", "week", "month", "year"]
STEPS: tuple[Step, ...] = ("day", "week", "month", "year")
"""From the finest to the coarsest."""

_EPOCH = date(1970, 1, 1).toordinal()
_UNITS = {"month": "datetime64[M]", "year": "datetime64[Y]"}


def numbers_of(days: Ints, step: Step) -> Ints:
    """The number of the period in which each day lies; neighbours differ by one.

    >>> days = np.array([date(2016, 9, 30).toordinal(), date(2016, 10, 1).toordinal()])
    >>> numbers_of(days, "month").tolist()
    [560, 561]

    Args:
        days: int64[n], proleptic ordinals (``datetime.date.toordinal``), 1 or more.
        step: how long a period is. Weeks begin on Monday.
    """
    if step == "day":
        return days
    if step == "week":
        return (days - 1) // 7  # the first of January of the year 1 was a Monday
    return (days - _EPOCH).astype("datetime64[D]").astype(_UNITS[step]).astype(np.int64)


def first_days(numbers: Ints, step: Step) -> Ints:
    """The first day of each period, by its number, as an ordinal.

    >>> str(date.fromordinal(first_days(np.array([46]), "year")[0]))
    '2016-01-01'
    """
    if step == "day":
        return numbers
    if step == "week":
        return numbers * 7 + 1
    return numbers.astype(_UNITS[step]).astype("datetime64[D]").astype(np.int64) + _EPOCH


def period_name(first: int, last: int) -> str:
    """The days from one to another, as shortly as ``date:`` takes them.

    >>> period_name(date(2016, 9, 1).toordinal(), date(2016, 9, 30).toordinal())
    '2016-09'
    >>> period_name(date(2016, 9, 5).toordinal(), date(2016, 9, 11).toordinal())
    '2016-09-05..2016-09-11'
    """
    start, end = date.fromordinal(first), date.fromordinal(last)
    if first == last:
        return start.isoformat()
    following = date.fromordinal(last + 1)
    if start.day == following.day == 1:
        if start.month == following.month == 1 and following.year == start.year + 1:
            return f"{start.year:04}"
        if (following.year - start.year) * 12 + following.month - start.month == 1:
            return f"{start.year:04}-{start.month:02}"
    return f"{start.isoformat()}..{end.isoformat()}"
