"""A page of a concordance: some rows of all, in an order, or of a sample; and all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, NoReturn

from search.concordance import WIDTH, Place, Row, marks_anything, rows
from search.deadline import TimedOut, time_limit
from search.errors import QueryError
from search.matched import Matched
from search.results import Clause, CopyCounts, CountedCopies, SearchOptions
from search.row_order import Order, in_order, side_of, sort_places
from search.samples import sample, some_paragraphs
from search.searcher import Searcher

ROWS = 50
"""Rows on a page, if nobody says how many."""
MAX_ROWS = 1_000
MAX_DEEP = 10_000
"""Rows that can be paged through."""

_UNMARKED = "No part of the query marks words of a paragraph, so there is no row to show"


class Wanted(NamedTuple):
    """What is asked of a concordance.

    Attributes:
        order: of the rows; see search.row_order.
        size, number: rows on a page, and which page, from 1.
        sample, seed: how many rows to choose of all (0: none are left out), and by what.
        width: characters before and behind a match.
        reading: paragraphs that are read to sort by words; of more, so many are chosen, which is
            told. None reads all.
        copies: whether paragraphs that are copies all have rows, or the first that matches only.
    """

    order: Order = "article"
    size: int = ROWS
    number: int = 1
    sample: int = 0
    seed: int = 1
    width: int = WIDTH
    reading: int | None = None
    copies: CountedCopies = "all"


class Concordance(NamedTuple):
    """Some rows of a concordance.

    Attributes:
        query, options, wanted: what was asked.
        paragraphs, articles: how many match, exactly, of copies those that are counted.
        rows: of the page.
        has_next: whether there are more rows behind them.
        clauses, notices, partial: as of a page of results.
        copies: whether all copies are counted, and how many there are.
    """

    query: str
    options: SearchOptions
    wanted: Wanted
    paragraphs: int
    articles: int
    rows: tuple[Row, ...]
    has_next: bool
    clauses: tuple[Clause, ...]
    notices: tuple[str, ...]
    partial: bool
    copies: CopyCounts


def concordance(
    searcher: Searcher, query: str, options: SearchOptions, wanted: Wanted
) -> Concordance:
    """A page of the rows of a query. Raises QueryError, also where it takes too long."""
    if wanted.number * wanted.size > MAX_DEEP:
        raise QueryError(
            f"Only the first {MAX_DEEP:,} rows have pages; take a sample, narrow the search, or "
            "take all rows away as CSV",
            "too_deep",
        )
    try:
        with time_limit(options.seconds):
            matched = searcher.matched(query, options).counting(wanted.copies)
            given, notices = _chosen(matched, wanted)
            start = (wanted.number - 1) * wanted.size
            some = list(islice(given, start, start + wanted.size + 1))
            shown = tuple(rows(matched, some[: wanted.size], wanted.width))
    except TimedOut:
        _too_slow(options)
    return Concordance(
        query=query,
        options=options,
        wanted=wanted,
        paragraphs=len(matched.docs),
        articles=len(matched.groups()),
        rows=shown,
        has_next=len(some) > wanted.size and (wanted.number + 1) * wanted.size <= MAX_DEEP,
        clauses=matched.clauses,
        notices=(*matched.notices, *notices),
        partial=matched.partial,
        copies=matched.copy_counts(),
    )


def all_rows(matched: Matched, wanted: Wanted) -> Iterator[Row]:
    """All rows, or those of the sample, one after the other.

    Raises QueryError where more paragraphs than may be read are to be sorted by words.
    """
    most, by_words = wanted.reading, side_of(wanted.order) is not None and not wanted.sample
    if by_words and most is not None and len(matched.docs) > most:
        raise QueryError(
            f"{len(matched.docs):,} paragraphs match, and no more than {most:,} are sorted by "
            "words here; take a sample, or sort by article or date",
            "too_many",
        )
    given, _ = _chosen(matched, wanted)
    return rows(matched, given, wanted.width)


def _chosen(matched: Matched, wanted: Wanted) -> tuple[Iterable[Place], tuple[str, ...]]:
    """The places of the rows in their order, and what there is to tell of them."""
    if not marks_anything(matched):
        return (), (_UNMARKED,) if len(matched.docs) else ()
    if wanted.sample:
        return sort_places(matched, sample(matched, wanted.sample, wanted.seed), wanted.order), ()
    read = wanted.reading
    if read is None or len(matched.docs) <= read or side_of(wanted.order) is None:
        return in_order(matched, wanted.order)[0], ()
    docs = some_paragraphs(matched, read, wanted.seed)
    given, done = in_order(matched, wanted.order, docs, matched.options.seconds / 3)
    told = (
        f"These are the rows of {done:,} paragraphs, chosen by seed {wanted.seed} of "
        f"{len(matched.docs):,} that match: more are not sorted by words here"
    )
    return given, (told,)


def _too_slow(options: SearchOptions) -> NoReturn:
    raise QueryError(
        f"The rows take longer than {options.seconds:g} s; ask for a smaller sample, or for rarer "
        "words",
        "too_slow",
    )
