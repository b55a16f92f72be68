"""The date that a file gives: kept if it can be, else unknown, and the reader is told."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parsedate_to_datetime

from index.article import UNKNOWN_DATE, Evidence, PublicationDate
from index.dates import parse_date
from index.readers.reading import Input, Notice


def read_date(
    printed: str, source: Input, evidence: Evidence = "meta"
) -> tuple[PublicationDate, Notice | None]:
    """Read the date that a file gives for an article.

    Returns:
        the date, and a notice where what is printed is none, or cannot be: an article of the
        year 1, or of the day after tomorrow.
    """
    if not printed:
        return UNKNOWN_DATE, None
    date = parse_date(printed)
    if date.value is None:
        date = parse_mail_date(printed)
    return check_date(date, printed, source, evidence)


def check_date(
    date: PublicationDate, printed: str, source: Input, evidence: Evidence
) -> tuple[PublicationDate, Notice | None]:
    """Keep a date that was read, unless it is still to come."""
    if date.value is None:
        sentence = f"The date {shorten(printed)} is none that can be, so it is left out."
        return UNKNOWN_DATE, Notice(source.name, sentence)
    if date.value[:10] > latest_day(source):
        sentence = f"The date {shorten(printed)} is still to come, so it is left out."
        return UNKNOWN_DATE, Notice(source.name, sentence)
    return PublicationDate(date.value, date.precision, evidence), None


def latest_day(source: Input) -> str:
    """The last day on which an article may have been published, in ISO 8601."""
    return (source.options.today + timedelta(days=1)).isoformat()


def parse_mail_date(printed: str) -> PublicationDate:
    """Read a date as mails and feeds print it: "Fri, 21 Nov 1997 09:55:06 -0600".

    >>> parse_mail_date("Fri, 21 Nov 1997 09:55:06 -0600")
    PublicationDate(value='1997-11-21T09:55:06-06:00', precision='second')
    """
    try:
        moment = parsedate_to_datetime(printed)
    except (ValueError, TypeError, IndexError, OverflowError):
        return UNKNOWN_DATE
    return parse_date(moment.isoformat(timespec="seconds"))


def shorten(printed: str) -> str:
    """What is printed, in quotation marks, as long as a message can bear."""
    return repr(printed if len(printed) <= 60 else f"{printed[:60]}…")
