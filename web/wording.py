"""Numbers, dates and languages as a reader wants them."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import Flask

from search.results import ArticleHeader

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def counted(number: int, noun: str) -> str:
    """A number with its noun.

    >>> counted(1, "paragraph"), counted(1200, "article")
    ('1 paragraph', '1,200 articles')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def printed_date(article: ArticleHeader) -> str:
    """The date of an article, exactly as precise as it is known."""
    value = article.date.value
    if value is None:
        return "date unknown"
    if article.date.precision in ("minute", "second"):
        moment = datetime.fromisoformat(value)
        return f"{printed_day(value[:10])}, {moment:%H:%M}"
    return printed_day(value)


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
        words.insert(0, str(date.fromisoformat(value).day))
    return " ".join(words)


def language_tag(article: ArticleHeader) -> str:
    """The language of an article as HTML wants it; empty if it is unknown or no language tag."""
    return article.language if _LANGUAGE.fullmatch(article.language) else ""


def headline(article: ArticleHeader) -> str:
    """The title of an article, or its id where it has none."""
    return article.title or article.id


def register(app: Flask) -> None:
    """Give the templates these words."""
    for wording in (counted, printed_date, printed_day, language_tag, headline):
        app.jinja_env.filters[wording.__name__] = wording
