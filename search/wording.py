"""Numbers and dates as a reader wants them, the same words in both faces."""

from __future__ import annotations

from datetime import datetime

from index.article import PublicationDate

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "paragraph"), counted(1200, "article")
    ('1 paragraph', '1,200 articles')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def printed_date(date: PublicationDate) -> str:
    """The date of an article, exactly as precise as it is known.

    >>> printed_date(PublicationDate("2016-09-26T21:11", "minute"))
    '26 September 2016, 21:11'
    """
    if date.value is None:
        return "date unknown"
    if date.precision in ("minute", "second"):
        moment = datetime.fromisoformat(date.value)
        return f"{printed_day(date.value[:10])}, {moment:%H:%M}"
    return printed_day(date.value)


def printed_day(value: str) -> str:
    """An ISO date, or the year and month or the year of one, in words.

    >>> printed_day("2016-09-26"), printed_day("2016-09"), printed_day("2016")
    ('26 September 2016', 'September 2016', '2016')
    """
    year, *rest = value.split("-")
    words = [year]
    if rest:
        words.insert(0, _MONTHS[int(rest[0]) - 1])
    if len(rest) > 1:
        words.insert(0, str(int(rest[1])))
    return " ".join(words)
