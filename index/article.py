"""Article and PublicationDate: the frozen values that enter the index."""

from __future__ import annotations

import calendar
import os
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from index.errors import InputError

Precision = Literal["year", "month", "day", "minute", "second", "unknown"]
Evidence = Literal["", "meta", "url", "text", "file"]

MAX_ARTICLE_BYTES = 10_000_000
MAX_PARAGRAPHS = 10_000
MAX_ID_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """When an article was published, exactly as precisely as it says.

    ``value`` is an ISO 8601 string cut at ``precision`` (``2016``, ``2016-09``,
    ``2016-09-26``, ``2016-09-26T21:11``), with the offset that was printed, if any.
    It is ``None`` when the precision is ``unknown``. ``evidence`` tells where it was found: in
    what the file says about itself, in its address, in its text, or only in the time of the file.
    """

    value: str | None = None
    precision: Precision = "unknown"
    evidence: Evidence = field(default="", compare=False, repr=False)

    @property
    def first_day(self) -> date | None:
        """The first day that the date can mean, by the calendar of the publication."""
        if self.value is None:
            return None
        year, month, day = self._parts()
        return date(year, month or 1, day or 1)

    @property
    def last_day(self) -> date | None:
        """The last day that the date can mean: 2016-09 ends on 30 September."""
        if self.value is None:
            return None
        year, month, day = self._parts()
        month = month or 12
        return date(year, month, day or calendar.monthrange(year, month)[1])

    @property
    def timestamp(self) -> int | None:
        """Seconds since 1970 of the first moment that the date can mean.

        A time without an offset is read as UTC: it only serves to put articles in order.
        """
        first = self.first_day
        if self.value is None or first is None:
            return None
        if self.precision in ("minute", "second"):
            moment = datetime.fromisoformat(self.value)
        else:
            moment = datetime(first.year, first.month, first.day)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())

    def _parts(self) -> tuple[int, int, int]:
        """Year, month and day; 0 for what is not known."""
        numbers = [int(part) for part in (self.value or "")[:10].split("-")]
        year, month, day = (*numbers, 0, 0)[:3]
        return year, month, day


UNKNOWN_DATE = PublicationDate()


@dataclass(frozen=True, slots=True)
class Article:
    """One article: what is read, added, replaced and deleted.

    ``paragraphs`` hold repaired, NFC-normalised text; character ranges of tokens and
    spans refer to it. ``origin`` is the file that the article was read from.
    """

    id: str
    paragraphs: tuple[str, ...]
    title: str = ""
    author: str = ""
    source: str = ""
    url: str = ""
    language: str = ""
    date: PublicationDate = UNKNOWN_DATE
    origin: str = field(default="", compare=False)

    def content_hash(self) -> str:
        """A hash of everything that a reader sees: equal hashes need no new writing.

        Raises InputError if half a character is somewhere, which cannot be written.
        """
        seen = [self.id, self.title, self.author, self.source, self.url, self.language]
        seen += [self.date.value or "", self.date.precision, *self.paragraphs]
        text = "\0".join(seen)
        if text.count("\0") >= len(seen):  # else no two articles have the same text
            text = repr(seen)
        import hashlib  # which takes a while to load, and no search needs it

        try:
            return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        except UnicodeEncodeError as error:
            raise InputError(f"the article {self.id!r} has a broken character in it") from error


Hashed = tuple[Article, str]
"""An article and its content hash."""


def id_of_path(path: str) -> str:
    r"""A path as an id, with a sign for each character that no id may have.

    Names that are not UTF-8 come from older systems, and most of those wrote Windows-1252.

    >>> id_of_path("caf\udce9/a\nb.txt")
    'café/a\\nb.txt'
    """
    return path if path.isprintable() else "".join(map(_sign, path))


def _sign(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return repr(char)[1:-1]
    if category == "Cs":  # a byte, as Python reads names that are not UTF-8
        is_byte = "\udc80" <= char <= "\udcff"
        return os.fsencode(char).decode("cp1252", "replace") if is_byte else "\ufffd"
    return char


def check_article(article: Article) -> None:
    """Raise InputError where an article cannot enter the index: its id, its size, no text."""
    if not article.id.strip():
        raise InputError("the article has neither an id nor a URL")
    if len(article.id) > MAX_ID_LENGTH:
        raise InputError(f"the id is longer than {MAX_ID_LENGTH:,} characters")
    if not article.id.isprintable() and any(
        unicodedata.category(char) in ("Cc", "Cs") for char in article.id
    ):
        raise InputError(f"the id {article.id!r} has a control or a broken character in it")
    if article.id in (".", ".."):
        raise InputError(f"the id {article.id!r} cannot stand in a link; give it another")
    if not article.paragraphs:
        raise InputError(f"the article {article.id!r} has no text")
    if len(article.paragraphs) > MAX_PARAGRAPHS:
        raise InputError(
            f"the article {article.id!r} has {len(article.paragraphs):,} paragraphs; "
            f"at most {MAX_PARAGRAPHS:,} are read, so divide it"
        )
    if _size(article) > MAX_ARTICLE_BYTES:
        raise InputError(
            f"the article {article.id!r} is longer than {MAX_ARTICLE_BYTES // 1_000_000} MB; "
            "divide it"
        )


def _size(article: Article) -> int:
    """The bytes of an article's paragraphs; an upper bound, where that is small enough."""
    most = 4 * sum(map(len, article.paragraphs))
    if most <= MAX_ARTICLE_BYTES:
        return most
    return sum(len(text.encode()) for text in article.paragraphs)
