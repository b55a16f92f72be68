"""Feed: the newest articles that match a query, for who wants to be told of new ones.

An entry is an article with its paragraphs that match. Its id is made of the article's id and of
what those paragraphs say, and of nothing else: not of their numbers, nor of the rest of the
article, nor of the state of the index. So an article that is indexed again, or that is replaced by
one with the same paragraphs elsewhere in it, is not new; one with another paragraph that matches
is. Articles without a date are left out, for nobody knows whether they are new, and counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple
from urllib.parse import quote

import numpy as np

from index.article import PublicationDate
from search.address import check_of
from search.matched import Matched
from search.results import ArticleHeader, Paragraph, SearchOptions, Span
from search.searcher import Searcher

ENTRIES = 50
"""Articles in a feed, at most."""
PARAGRAPHS = 20
"""Paragraphs that an entry shows, at most; its id stands for all that match."""

_TAG = "tag:nutgraf.invalid,2026:"  # by RFC 4151; .invalid, as an archive has no name of its own


class Entry(NamedTuple):
    """An article and its paragraphs that match.

    Attributes:
        id: by which a reader knows whether it has seen this.
        article: its header; it has a date.
        paragraphs: those that match, in the order of the text; PARAGRAPHS at most.
        total: how many match.
    """

    id: str
    article: ArticleHeader
    paragraphs: tuple[Paragraph, ...]
    total: int

    @property
    def published(self) -> datetime:
        """The first moment that its date can mean; one without an offset is read as UTC."""
        return moment_of(self.article.date)


class Feed(NamedTuple):
    """The newest of what matches.

    Attributes:
        id: the same for the same search.
        query, options: as it was asked.
        entries: the newest first.
        articles: how many match in all.
        undated: how many of them have no date, and are left out.
        committed: when the index was changed last.
        changed: since when the feed can be another one: then, or since the day has begun.
    """

    id: str
    query: str
    options: SearchOptions
    entries: tuple[Entry, ...]
    articles: int
    undated: int
    committed: datetime
    changed: datetime

    @property
    def updated(self) -> datetime:
        """When the newest entry was published; where there is none, when the index changed."""
        return self.entries[0].published if self.entries else self.committed


def newest(searcher: Searcher, query: str, options: SearchOptions) -> Feed:
    """The newest matches of a query; of copies only one, so that none comes as news.

    Of the options, those count that say how it is read. Raises QueryError, also where it takes
    too long.
    """
    matched = _as_they_came(searcher.matched(query, options._replace(sort="date")))
    groups = matched.groups()
    published = matched.snapshot.numbers("first_day")[groups.articles]
    undated = int(np.count_nonzero(published == 0))
    committed = datetime.fromtimestamp((searcher.commit or (0, 0, 0))[2] // 10**9, UTC)
    today = datetime.combine(matched.today, datetime.min.time(), UTC)
    return Feed(
        id=_id_of_search(query, options),
        query=query,
        options=options,
        entries=tuple(_entries(matched, min(ENTRIES, len(groups) - undated))),
        articles=len(groups),
        undated=undated,
        committed=committed,
        changed=max(committed, today),
    )


def _as_they_came(matched: Matched) -> Matched:
    """The same, of copies only the one that is longest in the archive.

    Results show the one that was published first. That may come later than its copies, which a
    reader has seen by then. Of articles without a date, which are left out, none stands for others.
    """
    docs, snapshot = matched.docs, matched.snapshot
    family_of = snapshot.families.of_docs(docs.astype(np.int64))
    undated = snapshot.numbers("first_day")[snapshot.articles_of(docs)] == 0
    order = np.lexsort((docs, undated))
    families, first = np.unique(family_of[order], return_index=True)
    kept = family_of < 0
    kept[order[first[families >= 0]]] = True
    return matched._replace(docs=docs[kept])


def _entries(matched: Matched, most: int) -> Iterator[Entry]:
    """The first articles of the results, which are the newest; undated ones come last of all."""
    found = matched.hits(matched.in_order(most)) if most else iter(())
    for article, hits in groupby(found, key=lambda pair: pair[0]):
        paragraphs = [hit.paragraph for _, hit in hits]
        shown = tuple(paragraphs[:PARAGRAPHS])
        yield Entry(id_of_entry(article.id, paragraphs), article, shown, len(paragraphs))


def id_of_entry(article_id: str, paragraphs: list[Paragraph]) -> str:
    """The id of an entry: by the article's id and what its paragraphs say, in any order."""
    checks = "\n".join(sorted(check_of(each.text) for each in paragraphs))
    digest = hashlib.sha256(checks.encode()).hexdigest()[:16]
    return f"{_TAG}article/{quote(article_id, safe='')}/{digest}"


def _id_of_search(query: str, options: SearchOptions) -> str:
    asked = "\n".join((query, options.match, str(options.strict), options.tz))
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{_TAG}search/{digest}"


def moment_of(published: PublicationDate) -> datetime:
    """The first moment that a date can mean, in UTC."""
    seconds = published.timestamp
    assert seconds is not None  # the date is known
    return datetime.fromtimestamp(seconds, UTC)


def plainly_marked(text: str, spans: tuple[Span, ...]) -> str:
    """A text with its marks as plain text; spans may overlap.

    >>> plainly_marked("the siege of Aleppo", (Span(4, 9, 1), Span(4, 19, 2)))
    'the **siege of Aleppo**'
    """
    parts: list[str] = []
    at = 0
    for start, end in _united(spans):
        parts += [text[at:start], "**", text[start:end], "**"]
        at = end
    return "".join([*parts, text[at:]])


def _united(spans: tuple[Span, ...]) -> list[tuple[int, int]]:
    """Ranges that cover what the spans do, and do not overlap."""
    found: list[tuple[int, int]] = []
    for start, end, _ in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
