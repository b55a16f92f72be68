"""Search receipt: what was searched, how, in which state of the archive, and what was found.

It proves a search, above all one that found nothing: somebody else can read how much was looked
through and by which words, and search again (search.rerun). The same search on the same state of
an index has the same receipt, but for the time when it was made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NamedTuple

from search.address import address_of
from search.contract import clause_as_dict
from search.deadline import TimedOut, check_time, time_limit
from search.errors import QueryError
from search.query.tree import LEAVES
from search.results import FoldedTotals, Info, SearchOptions
from search.sets import DocIds

if TYPE_CHECKING:
    from search.matched import Matched
    from search.searcher import Searcher
    from search.snapshot import Snapshot

LISTED = 10_000
"""Addresses that a receipt lists, at most."""


class IndexState(NamedTuple):
    """The archive as it was searched.

    Attributes:
        generation: the number of the commit.
        state: 16 hexadecimal digits that tell it from other states, also of other indexes.
        articles, paragraphs: how many were searched.
        first_day, last_day: the span of their dates; None where no article has one.
        undated: articles without a date.
        sources: how many sources they are from.
    """

    generation: int
    state: str
    articles: int
    paragraphs: int
    first_day: str | None
    last_day: str | None
    undated: int
    sources: int


class Found(NamedTuple):
    """What was found.

    Attributes:
        paragraphs, articles: how many match.
        same_article: articles that have all clauses, anywhere in them.
        partial: whether a part of the query was not looked for to its end; see the notices.
        digest: SHA-256 over the sorted addresses of all that match, joined by line breaks.
        addresses: of the first LISTED of them, in the order of the results.
        folded: how many they are if of copies only the first counts; None in a receipt that does
            not tell.
    """

    paragraphs: int
    articles: int
    same_article: int
    partial: bool
    digest: str
    addresses: tuple[str, ...]
    folded: FoldedTotals | None = None

    @property
    def is_complete(self) -> bool:
        """Whether all that was found is listed."""
        return len(self.addresses) == self.paragraphs


class Receipt(NamedTuple):
    """A search, written down.

    Attributes:
        made: when, in UTC, as ISO 8601.
        version: of nutgraf.
        query: as it was written.
        options: of which match, sort, strict and tz count.
        today: the day that relative dates were counted from.
        clauses: as the query was understood, in the form of search.contract.
        notices: what was mended in the query, or not looked for.
        searched, found: what was searched, and what was found.
    """

    made: str
    version: str
    query: str
    options: SearchOptions
    today: date
    clauses: tuple[Mapping[str, Any], ...]
    notices: tuple[str, ...]
    searched: IndexState
    found: Found


def make_receipt(
    searcher: Searcher, query: str, options: SearchOptions, today: date | None = None
) -> Receipt:
    """Search, and write it down.

    Args:
        searcher: the state of the index.
        query: as it is asked.
        options: how; also how long it may take to find and, again, to read what was found.
        today: that relative dates are counted from, if it is another day than today.

    Raises QueryError, also where it takes too long.
    """
    matched = searcher.matched(query, options, today)
    try:
        with time_limit(options.seconds):
            return receipt_of(matched, searcher.info())[0]
    except TimedOut:
        raise QueryError(
            f"To read all that was found takes longer than {options.seconds:g} s; narrow the "
            "search, or let nutgraf search --receipt write it",
            "too_slow",
        ) from None


def receipt_of(matched: Matched, info: Info) -> tuple[Receipt, frozenset[str]]:
    """The receipt of a search, and the addresses of everything that it found."""
    ordered = matched.in_order()
    once = matched.folded()
    every = frozenset(addresses_of(matched.snapshot, matched.docs))
    same_article = len(matched.groups())
    if not isinstance(matched.evaluation.tree, LEAVES):
        same_article = matched.evaluation.same_article()
    return Receipt(
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        version=version("nutgraf"),
        query=matched.query,
        options=matched.options,
        today=matched.today,
        clauses=tuple(clause_as_dict(each) for each in matched.clauses),
        notices=matched.notices,
        searched=_state(matched.snapshot, info),
        found=Found(
            paragraphs=len(matched.docs),
            articles=len(matched.groups()),
            same_article=same_article,
            partial=matched.partial,
            digest=digest_of(every),
            addresses=tuple(addresses_of(matched.snapshot, ordered[:LISTED])),
            folded=FoldedTotals(len(once.docs), len(once.groups())),
        ),
    ), every


def digest_of(addresses: Iterable[str]) -> str:
    """What tells sets of addresses apart: SHA-256, in hexadecimal digits."""
    digest = hashlib.sha256()
    for number, address in enumerate(sorted(addresses)):
        digest.update(b"\n" if number else b"")
        digest.update(address.encode())
    return digest.hexdigest()


def addresses_of(snapshot: Snapshot, docs: DocIds) -> Iterator[str]:
    """The addresses of paragraphs, in the order that is given."""
    articles: Sequence[int] = snapshot.articles_of(docs).tolist()
    for doc, article in zip(docs.tolist(), articles, strict=True):
        check_time()
        number = doc - int(snapshot.first_doc[article]) + 1
        yield str(address_of(snapshot.header(article).id, number, snapshot.text(doc)))


def _state(snapshot: Snapshot, info: Info) -> IndexState:
    """The state of an index; the same files have the same, wherever they lie."""
    named = "\n".join(f"{each.file} {each.deletions}" for each in snapshot.entries)
    return IndexState(
        generation=snapshot.generation,
        state=hashlib.sha256(f"{snapshot.generation}\n{named}".encode()).hexdigest()[:16],
        articles=info.articles,
        paragraphs=info.paragraphs,
        first_day=info.first_day,
        last_day=info.last_day,
        undated=info.undated,
        sources=sum(1 for source, _ in info.sources if source),
    )
