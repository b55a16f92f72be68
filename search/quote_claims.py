"""Whether a quotation is from the source, and of the date, that are named with it."""

from __future__ import annotations

import re
from typing import NamedTuple

from index.article import UNKNOWN_DATE, PublicationDate
from index.dates import parse_date
from search.errors import QueryError
from search.quoted_words import words_of
from search.results import ArticleHeader

MAX_NAME = 1_000
"""Characters of the name of a source, at most."""
_SHOWN = 40  # characters of a date that cannot be read
_YEAR = re.compile(r"\D*\d{4}\D*")  # 05/06/2016 is of that year, but says more, and not what


class Claim(NamedTuple):
    """Where and when a quotation is said to have been printed; "" and unknown: not said."""

    source: str = ""
    date: PublicationDate = UNKNOWN_DATE

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.source or self.date.value)


def read_claim(source: str, date: str) -> Claim:
    """What is said of a quotation. Raises QueryError where that cannot be read."""
    source, date = " ".join(source.split()), date.strip()
    if len(source) > MAX_NAME:
        raise QueryError(f"The name of a source has at most {MAX_NAME:,} characters", "too_long")
    read = parse_date(date) if date else UNKNOWN_DATE
    if date and (read.value is None or (read.precision == "year" and not _YEAR.fullmatch(date))):
        raise QueryError(
            f"The date {date[:_SHOWN]!r} of a quotation cannot be read; "
            "write 2016-09-26, 2016-09 or 2016",
            "bad_input",
        )
    return Claim(source, read)


def agrees(claim: Claim, article: ArticleHeader) -> bool:
    """Whether an article is of the source and may be of the date that are named.

    Capitals and punctuation of the source do not matter. Of dates, the less precise decides; an
    undated article agrees with none.
    """
    if claim.source and _name(claim.source) != _name(article.source):
        return False
    said, printed = claim.date, article.date
    if said.first_day is None or said.last_day is None:
        return True
    if printed.first_day is None or printed.last_day is None:
        return False
    return said.first_day <= printed.last_day and printed.first_day <= said.last_day


def _name(source: str) -> list[str]:
    return [word.key for word in words_of(source)]
