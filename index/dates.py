"""Dates as they are printed -> PublicationDate: value and precision, never invented.

What a text does not say stays unknown: a date without a year has no value, and a date
like 05/09/2016, which is in May for one reader and in September for another, keeps only
what both agree on, the year.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from index.article import UNKNOWN_DATE, PublicationDate

FIRST_YEAR, LAST_YEAR = 1450, 2100  # from the printing press to beyond our time

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct",
            "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})\.?"
_TIME = (
    r"(?:,?\s*(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?)?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ZONE = (  # by a number or the name of zone 0; what other names mean, several places dispute
    r"(?:\s*(?:(?P<offset>(?:gmt|utc)?[+-]\d{2}:?\d{2}|gmt|utc|z)|[ecmp][sd]t|b?st|cet|ist))?"
)

_BASIC = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})")
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{2})(?:-(?P<day>\d{2})"
    r"(?:[T ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?"
    r"(?:\s?(?P<offset>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)(?:\s\(?[A-Z]{2,5}\)?)?)?)?)?)?",
    re.IGNORECASE,
)
_PRINTED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(?P<year>\d{{4}}){_TIME}{_ZONE}",
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}{_ZONE}",
        rf"{_MONTH},?\s+(?P<year>\d{{4}})",
    )
]
_NUMERIC = re.compile(
    rf"(?P<first>\d{{1,2}})(?P<mark>[/.])(?P<other>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){_TIME}{_ZONE}",
    re.IGNORECASE,
)


def parse_date(printed: str) -> PublicationDate:
    """Read a date that makes up the whole of a string; UNKNOWN_DATE if it is none.

    >>> parse_date("26/09/2016 21:11")
    PublicationDate(value='2016-09-26T21:11', precision='minute')
    >>> parse_date("Sept. 26")
    PublicationDate(value=None, precision='unknown')
    """
    printed = " ".join(printed.split())
    if match := _ISO.fullmatch(printed) or _BASIC.fullmatch(printed):
        return _build(match.groupdict())
    if match := _NUMERIC.fullmatch(printed):
        return _build(_order_day_and_month(match.groupdict()))
    for pattern in _PRINTED:
        if match := pattern.fullmatch(printed):
            parts = match.groupdict()
            parts["month"] = str(_MONTHS[(parts["month"] or "").lower()])
            return _build(parts)
    return UNKNOWN_DATE


def _order_day_and_month(parts: dict[str, str | None]) -> dict[str, str | None]:
    """Decide which of two numbers is the day; where neither can be told, keep the year."""
    first, other = int(parts["first"] or 0), int(parts["other"] or 0)
    if first <= 12 and other <= 12 and first != other:
        return {"year": parts["year"]}
    day, month = (first, other) if other <= 12 else (other, first)
    return {**parts, "day": str(day), "month": str(month)}


def _build(parts: dict[str, str | None]) -> PublicationDate:
    """Make the value from the parts that were printed; UNKNOWN_DATE if no calendar has it."""
    number = {
        name: int(value)
        for name, value in parts.items()
        if value and name in ("year", "month", "day", "hour", "minute", "second")
    }
    if not FIRST_YEAR <= number["year"] <= LAST_YEAR:
        return UNKNOWN_DATE
    try:
        date(number["year"], number.get("month", 1), number.get("day", 1))
        if "hour" in number:
            return _with_time(number, parts)
    except ValueError:
        return UNKNOWN_DATE
    if "day" in number:
        return PublicationDate("{year:04}-{month:02}-{day:02}".format(**number), "day")
    if "month" in number:
        return PublicationDate("{year:04}-{month:02}".format(**number), "month")
    return PublicationDate("{year:04}".format(**number), "year")


def _with_time(number: dict[str, int], parts: dict[str, str | None]) -> PublicationDate:
    """Add the time of day, and the offset where one is printed."""
    half = (parts.get("half") or "").lower()
    if half and not 1 <= number["hour"] <= 12:
        raise ValueError("no such hour on a twelve-hour clock")
    if half:
        number["hour"] = number["hour"] % 12 + (12 if half == "p" else 0)
    offset = _offset((parts.get("offset") or "").upper())
    value = "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}".format(**number)
    if "second" in number:
        value += ":{second:02}".format(**number)
    datetime.fromisoformat(value + offset)
    return PublicationDate(value + offset, "second" if "second" in number else "minute")


def _offset(printed: str) -> str:
    """An offset as ISO 8601 writes it; empty where mails write -0000, which tells no zone."""
    if printed in ("Z", "GMT", "UTC"):
        return "+00:00"
    digits = printed.removeprefix("GMT").removeprefix("UTC").replace(":", "")
    if digits in ("", "-0000"):
        return ""
    return f"{digits[:3]}:{digits[3:] or '00'}"
