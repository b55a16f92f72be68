"""Plain text: a headline, perhaps a byline and a dateline, and paragraphs."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from index.article import MAX_ARTICLE_BYTES, UNKNOWN_DATE, Article, PublicationDate, check_article
from index.dates import parse_date
from index.errors import InputError
from index.paragraphs import split_paragraphs
from index.readers.dating import check_date
from index.readers.reading import Found, Input
from index.repair import decode, repair

_MAX_HEADLINE = 250
_MAX_DATELINES = 3

# A name: words with a capital, initials, and the small words between them. A single word
# without a capital, such as "admin", is one only beside a date.
_WORD = r"(?:[^\W\d_a-z][^\s.!?|,]*|[^\W\d_a-z][^\W\d_]{0,2}\.)"
_SMALL = r"(?:and|de|der|di|du|la|of|van|von|al|bin|ibn|for|the|in|&)"
_NAME = rf"{_WORD}(?:,?\s+(?:{_WORD}|{_SMALL})){{0,9}}"
_NO_NAME = re.compile(
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|night|day|noon|midnight)\b",
    re.I,
)
_BY = re.compile(rf"[Bb][Yy]\s+(?P<author>{_NAME})")
_DATE_BY = re.compile(
    rf"(?P<date>[^|]{{4,40}}?)\s*[|,–—-]?\s*\b[Bb][Yy]\s+(?P<author>{_NAME}|[a-z][\w.-]{{0,30}})"
)
_BY_DATE = re.compile(
    rf"[Bb][Yy]\s+(?P<author>{_NAME}?|[a-z][\w.-]{{0,30}})\s*(?:[|,–—-]|\bon\b)\s*(?P<date>.{{4,40}})"
)
_UNDERLINE = re.compile(r"[=~*_-]{3,}\s*")
_PUBLISHED = re.compile(r"(?:published|posted|updated|date)\s*(?:on|at|:)?\s*", re.I)
# "BEIRUT, Sept. 26, 2016 (AP) -" opens wire copy: a place, a day, an agency, a dash. Without
# an agency, or without a day, the place is in capitals; "/PRNewswire/" is one as well. A day
# behind the dash, too, makes it a life.
_DAY = r"(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,\s+\d{4})?|\d{1,2}\s+[A-Z][a-z]{2,8}\.?(?:\s+\d{4})?)"
_AGENCY = (
    r"(?:[A-Z]{2,}[\w .&/-]{0,30}"
    r"|(?:[\w.&]+ ){0,5}(?:Reuters|Xinhua|Tass|Wire|News|Press|Agency|Times|Post|Service))"
)
_SERVICE = r"(?:[A-Z][\w ]{0,20}[Ww]ire|[A-Z]{2,10}(?: [A-Z]{2,10})?)(?:-[\w ]{2,20})?"
_WIRE = re.compile(
    rf"(?:[^\W\d_a-z][^\n()]{{0,40}}?,\s+(?P<date>{_DAY})\s*\((?P<source>{_AGENCY})\)"
    rf"|[^a-z\n()\d]{{2,40}}\s\((?P<agency>{_AGENCY})\)"
    rf"|[^\W\d_a-z][^\n()]{{0,40}}?,\s+(?P<released>{_DAY})\s*/(?P<service>{_SERVICE})/"
    rf"|[^a-z\n()\d]{{2,40}},\s+(?P<undersigned>{_DAY}))\s*[-–—]+(?=\s|$)(?!\s*{_DAY})"
)


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the one article of a text file. Raises InputError if it holds none."""
    data = stream.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        raise InputError(f"it is longer than {MAX_ARTICLE_BYTES // 10**6} MB; divide it")
    article = read_text(repair(decode(data, source.charset)), source.article_id)
    if not article.paragraphs:
        raise InputError("it holds no text")
    check_article(article)
    if article.date.value is None:
        yield article
        return
    date, notice = check_date(article.date, article.date.value, source, "text")
    yield dataclasses.replace(article, date=date)
    if notice:
        yield notice


def read_text(text: str, article_id: str) -> Article:
    r"""Make an article of a repaired text.

    >>> article = read_text("Bridge opens\n\n3 May 2021 by Ada Lind\n\nIt opened.", "a.txt")
    >>> article.title, article.author, article.date.value, article.paragraphs
    ('Bridge opens', 'Ada Lind', '2021-05-03', ('It opened.',))
    """
    whole = text
    author, date, text = _take_dateline_above(text)
    title, rest = _split_headline(text)
    author, date, rest = _take_datelines(rest, author, date)
    source = ""
    paragraphs = split_paragraphs(rest)
    if not paragraphs:
        title, paragraphs = "", [title] if title else split_paragraphs(whole)
    if paragraphs and (wire := _WIRE.match(paragraphs[0])):
        # The dateline is part of the first paragraph, as it is in print.
        source = wire["source"] or wire["agency"] or wire["service"] or ""
        printed = wire["date"] or wire["released"] or wire["undersigned"] or ""
        date = date if date.value or not printed else parse_date(printed)
        if wire.end() == len(paragraphs[0]) and len(paragraphs) > 1:
            paragraphs[:2] = [" ".join(paragraphs[:2])]
    return Article(
        id=article_id,
        paragraphs=tuple(paragraphs),
        title=title or PurePath(article_id).stem,
        author=author,
        source=source,
        date=date,
    )


def _split_headline(text: str) -> tuple[str, str]:
    """Take the headline off: a first line of its own, no sentence, with more text below it."""
    first, _, rest = text.strip().partition("\n")
    headline = " ".join(first.split())
    second, _, below = rest.partition("\n")
    if _UNDERLINE.fullmatch(second):
        return headline, below
    alone = not rest.strip() or rest.startswith((" ", "\t", "\n")) or _is_dateline(rest)
    sentence = _WIRE.match(headline) or re.search(r"[^\W\d_]{2}\.$", headline)
    if headline and len(headline) <= _MAX_HEADLINE and alone and not sentence:
        return headline, rest
    return "", text


def _is_dateline(text: str) -> bool:
    """Tell whether a text begins with a line that says who and when."""
    line = text.strip().partition("\n")[0]
    return _parse_dateline(" ".join(line.split())) is not None


def _take_dateline_above(text: str) -> tuple[str, PublicationDate, str]:
    """Take a dateline off that stands above the headline; a day or a name alone is none."""
    line, _, rest = text.lstrip().partition("\n")
    author, date = _parse_dateline(" ".join(line.split())) or ("", UNKNOWN_DATE)
    if date.value and (author or date.precision in ("minute", "second")):
        return author, date, rest
    return "", UNKNOWN_DATE, text


def _take_datelines(
    text: str, author: str, date: PublicationDate
) -> tuple[str, PublicationDate, str]:
    """Take the lines below the headline that say who wrote the article, and when.

    A line that says again what is known stays in the text; so does the first of several days
    in a row, which are headings.
    """
    for _ in range(_MAX_DATELINES):
        line, _, rest = text.lstrip().partition("\n")
        found = _parse_dateline(" ".join(line.split()))
        if found is None or (found[0] and author) or (found[1].value and date.value):
            break
        following = _parse_dateline(" ".join(rest.lstrip().partition("\n")[0].split()))
        if not found[0] and following and following[1].value and not following[0]:
            break
        author, date = author or found[0], date if date.value else found[1]
        text = rest
    return author, date, text


def _parse_dateline(line: str) -> tuple[str, PublicationDate] | None:
    """Read a line such as "26/09/2016 21:11 by admin"; None if it is something else."""
    line = _PUBLISHED.sub("", line, count=1) if _PUBLISHED.match(line) else line
    for pattern in (_DATE_BY, _BY_DATE):
        match = pattern.fullmatch(line)
        if match and _is_day(date := parse_date(match["date"])):
            return match["author"].strip(), date
    if _is_day(date := parse_date(line)) or date.precision == "month":
        return "", date
    if (match := _BY.fullmatch(line)) and not _NO_NAME.match(match["author"]):
        return match["author"].strip(), UNKNOWN_DATE
    return None


def _is_day(date: PublicationDate) -> bool:
    return date.precision in ("day", "minute", "second")
