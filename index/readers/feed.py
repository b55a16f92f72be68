"""Feeds (RSS, Atom): each entry is an article, in full where the feed carries it.

Nothing is fetched: what an entry only links to is not read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any, BinaryIO

import feedparser

from index.article import Article, check_article
from index.errors import InputError
from index.paragraphs import split_paragraphs
from index.readers import html
from index.readers.dating import read_date
from index.readers.reading import Failure, Found, Input, Skip
from index.repair import repair

_MAX_BYTES = 32_000_000
_END = re.compile(rb"</\s*(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = re.compile(r"<[a-z/!][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+);", re.I)


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the articles of a feed. Raises InputError if it is none, or has no entries."""
    data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InputError(f"it is longer than {_MAX_BYTES // 10**6} MB, which no feed is")
    feed = _parse(data, source)
    entries = feed.get("entries", [])
    if not entries:
        raise InputError("it is a feed without entries")
    seen: set[str] = set()
    is_cut = not _END.search(data[-4096:])
    for number, entry in enumerate(entries, start=1):
        name = f"{source.name}, entry {number}"
        if is_cut and number == len(entries):
            yield Failure(name, "the feed is cut short in it, or behind it: its end is missing")
            return
        try:
            for found in _read_entry(entry, feed.get("feed", {}), source, number):
                yield _told_apart(found, seen) if isinstance(found, Article) else found
        except InputError as error:
            yield Failure(name, str(error))


def _parse(data: bytes, source: Input) -> Any:
    """Parse a feed. Raises InputError where that cannot be done."""
    headers = {"content-location": source.url}
    if source.charset:
        headers["content-type"] = f"application/xml; charset={source.charset}"
    try:
        return feedparser.parse(io.BytesIO(data), response_headers=headers)
    except (ValueError, LookupError, AssertionError, AttributeError, TypeError) as error:
        raise InputError(f"it is no feed that can be read: {error}") from error


def _read_entry(entry: Any, feed: Any, source: Input, number: int) -> Iterator[Found]:
    """Yield the article of an entry, or why there is none."""
    link = _line(entry.get("link", ""))
    url = link if link.startswith(("http://", "https://")) else ""
    given = f"{source.article_id}:{number}" if source.article_id else ""
    part = source.part(f"{source.name}, entry {number}", _id(entry, url, source) or given, url=url)
    title = _heading(entry.get("title", ""))
    paragraphs = _paragraphs(entry, replace(part, modified=None))
    if not paragraphs:
        headline = f", only the headline {title[:80]!r}" if title else ""
        yield Skip(part.name, f"there is no text in it{headline}")
        return
    printed = next(
        (value for name in ("published", "updated", "created") if (value := entry.get(name))), ""
    )
    date, notice = read_date(_line(printed), part)
    article = Article(
        id=part.article_id,
        paragraphs=tuple(paragraphs),
        title=title,
        author=_heading(entry.get("author", "") or feed.get("author", "")),
        source=_heading(feed.get("title", "")),
        url=url,
        language=_language(entry, feed),
        date=date,
    )
    check_article(article)
    yield article
    if notice:
        yield notice


def _id(entry: Any, url: str, source: Input) -> str:
    """What the feed calls the entry, if no other feed would; else its address."""
    given = _line(entry.get("id", ""))
    if ":" in given:
        return given
    return url or (f"{source.article_id}:{given}" if given else "")


def _told_apart(article: Article, seen: set[str]) -> Article:
    """Give an entry that has the address of an earlier one an id with its headline."""
    if article.id in seen:
        article = replace(article, id=f"{article.id}#{article.title[:200]}")
        check_article(article)
    seen.add(article.id)
    return article


def _paragraphs(entry: Any, source: Input) -> list[str]:
    """The paragraphs of the fullest text of an entry."""
    given = [*entry.get("content", []), entry.get("summary_detail") or {}]
    texts = [each for each in given if str(each.get("value", "")).strip()]
    if not texts:
        return []
    fullest = max(texts, key=lambda each: len(each["value"]))
    value = str(fullest["value"])
    if "html" in fullest.get("type", "") or _MARKUP.search(value):
        try:
            page = f"<!doctype html><html><body><article>{value}</article></body></html>"
            return list(html.article_of(page, source).paragraphs)
        except InputError:
            value = unescape(_TAG.sub(" ", value))
    return split_paragraphs(repair(value))


def _language(entry: Any, feed: Any) -> str:
    """The language that the text, or else the feed, says that it is in."""
    told = [each.get("language") for each in entry.get("content", [])] + [feed.get("language")]
    return next((_line(each).lower() for each in told if each), "")


def _heading(value: object) -> str:
    """A text on one line, without tags that a feed put into it."""
    text = str(value)
    return _line(unescape(_TAG.sub(" ", text)) if _MARKUP.search(text) else text)


def _line(value: object) -> str:
    return " ".join(repair(str(value)).split())
