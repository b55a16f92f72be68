"""Periods: when the articles of a query were published, and the same query for other times."""

from __future__ import annotations

import re

from search.errors import QueryError
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
