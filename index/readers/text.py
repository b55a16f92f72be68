"""Plain text: a headline, perhaps a byline and a dateline, and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from index.article import MAX_ARTICLE_BYTES, UNKNOWN_DATE, Article, PublicationDate, check_article
from index.dates import parse_date
from index.errors import InputError
from index.paragraphs import split_paragraphs
from index.readers.failure import Failure
from index.repair import decode, repair

_MAX_HEADLINE = 250
_MAX_DATELINES = 3

# A name: words with a capital, and the small words between them.
_BY = re.compile(
    r"[Bb][Yy]\s+(?P<author>[^\W\d_a-z]\S*(?:\s+(?:[^\W\d_a-z]\S*|and|de|der|di|du|la|of|van|von|"
    r"al|bin|ibn|for|the|in|&)){0,9})"
)
_DATE_BY = re.compile(r"(?P<date>[^|]{4,40}?)\s*[|,–—-]?\s*\bby\s+(?P<author>\S.{0,99})", re.I)
_BY_DATE = re.compile(r"by\s+(?P<author>[^|]{1,80}?)\s*[|,–—-]\s*(?P<date>.{4,40})", re.I)
_PUBLISHED = re.compile(r"(?:published|posted|updated|date)\s*(?:on|at|:)?\s*", re.I)
# "BEIRUT, Sept. 26, 2016 (AP) -" opens wire copy: a place, a day, an agency, a dash. Without
# an agency, the place is in capitals: "Lincoln, February 12, 1809 - April 15" is a life.
_DAY = r"(?:[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:,\s+\d{4})?|\d{1,2}\s+[A-Z][a-z]{2,8}\.?(?:\s+\d{4})?)"
_WIRE = re.compile(
    rf"(?:[^\W\d_a-z][^\n()]{{0,40}}?,\s+(?P<date>{_DAY})\s*\((?P<source>[^()\n]{{1,40}})\)"
    rf"|[^a-z\n()\d]{{2,40}},\s+(?P<undersigned>{_DAY}))\s*[-–—]+(?=\s|$)"
)


def read(stream: BinaryIO, name: str, article_id: str) -> Iterator[Article | Failure]:
    """Yield the one article of a text file. Raises InputError if it holds none."""
    data = stream.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        raise InputError(f"it is longer than {MAX_ARTICLE_BYTES // 10**6} MB; divide it")
    article = read_text(repair(decode(data)), article_id)
    if not article.paragraphs:
        raise InputError("it holds no text")
    check_article(article)
    yield article


def read_text(text: str, article_id: str) -> Article:
    r"""Make an article of a repaired text.

    >>> article = read_text("Bridge opens\n\n3 May 2021 by Ada Lind\n\nIt opened.", "a.txt")
    >>> article.title, article.author, article.date.value, article.paragraphs
    ('Bridge opens', 'Ada Lind', '2021-05-03', ('It opened.',))
    """
    above = _take_datelines(text)
    if above[0] or above[1].precision in ("minute", "second"):  # a day alone may be a headline
        author_above, date_above, text = above
    else:
        author_above, date_above = "", UNKNOWN_DATE
    title, rest = _split_headline(text)
    author, date, rest = _take_datelines(rest)
    author, date = author or author_above, date if date.value else date_above
    source = ""
    paragraphs = split_paragraphs(rest)
    if not paragraphs and title:
        title, paragraphs = "", [title]
    if paragraphs and (wire := _WIRE.match(paragraphs[0])):
        # The dateline is part of the first paragraph, as it is in print.
        source = wire["source"] or ""
        date = date if date.value else parse_date(wire["date"] or wire["undersigned"])
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
    """Take the headline off: a first line of its own, short, with more text below it."""
    first, _, rest = text.strip().partition("\n")
    headline = " ".join(first.split())
    alone = not rest.strip() or rest.startswith((" ", "\t", "\n", "\r")) or _is_dateline(rest)
    if headline and len(headline) <= _MAX_HEADLINE and alone and not _WIRE.match(headline):
        return headline, rest
    return "", text


def _is_dateline(text: str) -> bool:
    """Tell whether a text begins with a line that says who and when."""
    line = text.strip().partition("\n")[0]
    return _parse_dateline(" ".join(line.split())) is not None


def _take_datelines(text: str) -> tuple[str, PublicationDate, str]:
    """Take the lines below the headline that say who wrote the article, and when."""
    author, date = "", UNKNOWN_DATE
    for _ in range(_MAX_DATELINES):
        line, _, rest = text.lstrip().partition("\n")
        found = _parse_dateline(" ".join(line.split()))
        if found is None:
            break
        author = author or found[0]
        date = date if date.value else found[1]
        text = rest
    return author, date, text


def _parse_dateline(line: str) -> tuple[str, PublicationDate] | None:
    """Read a line such as "26/09/2016 21:11 by admin"; None if it is something else."""
    line = _PUBLISHED.sub("", line, count=1) if _PUBLISHED.match(line) else line
    for pattern in (_DATE_BY, _BY_DATE):
        match = pattern.fullmatch(line)
        if match and (date := parse_date(match["date"])).value:
            return match["author"].strip(), date
    if (date := parse_date(line)).value and date.precision != "year":
        return "", date
    if (match := _BY.fullmatch(line)) and not line.endswith((".", "!", "?")):
        return match["author"].strip(), UNKNOWN_DATE
    return None
