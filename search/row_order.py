"""The order of rows: by the words to the left or right of the match, by date, by article.

Words are compared as ``search.text_words`` folds them, code point by code point; a row that has no
word there, because the paragraph begins or ends, comes before the others. ``left2`` compares the
word next to the match, then the one before it. Rows that are alike keep the order of the articles
in the index and of the text.

To sort by words, every row is read once and remembered as numbers: 12 bytes for its place and 4 for
each word, and about as much again while they are sorted; then 4 for its number in the order instead
of those for words. So there is a limit to how many.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from math import inf
from time import monotonic
from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from search.concordance import Place, documents, places, spans_of
from search.document import Document
from search.errors import QueryError
from search.matched import Matched
from search.samples import LEAST_READ
from search.sets import DocIds
from search.text_words import folded

Order = Literal["article", "date", "left1", "left2", "left3", "right1", "right2", "right3"]
ORDERS: tuple[str, ...] = get_args(Order)
MAX_SORTED = 2_000_000
"""Rows that are sorted by words, at most."""

_CHUNK = 1 << 16  # rows that leave their arrays as Python numbers at once

Numbers = npt.NDArray[np.int32]
Columns = tuple[Numbers, Numbers, Numbers]
"""Document, start and end of each row."""


class Side(NamedTuple):
    """On which side of a match words are compared, and how many."""

    is_left: bool
    words: int


def side_of(order: str) -> Side | None:
    """What words an order compares; None where it compares none.

    >>> side_of("left2"), side_of("date")
    (Side(is_left=True, words=2), None)
    """
    name, count = order[:-1], order[-1:]
    return Side(name == "left", int(count)) if name in ("left", "right") else None


def in_order(
    matched: Matched, order: Order, docs: DocIds | None = None, patience: float = inf
) -> tuple[Iterator[Place], int]:
    """The places of all that matches, or of some of the paragraphs, in an order.

    By article and by date they come as they are read; by words when all were read.

    Args:
        matched: all that matches.
        order: of the rows.
        docs: the paragraphs; None for all that match.
        patience: seconds for reading what is sorted by words; what was read then is sorted.

    Returns:
        The places, and how many of the paragraphs they are of.

    Raises QueryError where there are more than can be sorted.
    """
    docs = matched.docs if docs is None else docs
    side = side_of(order)
    if side is None:
        return places(matched, by_date(matched, docs) if order == "date" else docs), len(docs)
    known = _Rows(side)
    read = known.read(matched, docs, patience)
    return _sorted(known.columns(), known.ranking()), read


def sort_places(matched: Matched, given: Iterable[Place], order: Order) -> list[Place]:
    """Some places in an order; those that are alike in the order that is given."""
    given = list(given)
    docs = np.array([place.doc for place in given], np.int64)
    if order == "article" or not given:
        return given
    if order == "date":
        moments = matched.snapshot.published[matched.snapshot.article_of.take(docs)]
        return [given[at] for at in np.argsort(-moments, kind="stable").tolist()]
    side = side_of(order)
    assert side is not None
    ordered = _Rows(side)
    read = dict(documents(matched, np.unique(docs).astype(np.int32)))
    for place in given:
        ordered.add(place, read[place.doc])
    return [given[at] for at in ordered.ranking(by_place=False).tolist()]


def by_date(matched: Matched, docs: DocIds) -> DocIds:
    """Paragraphs, the newest first; those without a date last."""
    snapshot = matched.snapshot
    moments = snapshot.published[snapshot.article_of.take(docs)]
    newest: DocIds = docs.take(np.argsort(-moments, kind="stable"))
    return newest


def _sorted(columns: Columns, ranking: Numbers) -> Iterator[Place]:
    """The places of rows in their order."""
    for at in range(0, len(ranking), _CHUNK):
        some = ranking[at : at + _CHUNK]
        for place in zip(*(column[some].tolist() for column in columns), strict=True):
            yield Place(*place)


class _Rows:
    """Rows as numbers: their places, and the words by which they are sorted.

    A word is known by the order in which it was met, 0 where there is none.
    """

    def __init__(self, side: Side) -> None:
        self._side = side
        self._docs, self._starts, self._ends = array("i"), array("i"), array("i")
        self._words = [array("i") for _ in range(side.words)]
        self._numbers: dict[str, int] = {"": 0}

    def read(self, matched: Matched, docs: DocIds, patience: float) -> int:
        """Take in the rows of paragraphs, as many as there is time for; tells how many.

        Raises QueryError where there are too many rows.
        """
        read, over = 0, monotonic() + patience
        for doc, document in documents(matched, docs):
            for start, end in spans_of(document, matched):
                self.add(Place(doc, start, end), document)
            if len(self._docs) > MAX_SORTED:
                raise QueryError(
                    f"More than {MAX_SORTED:,} rows cannot be sorted by words; take a sample, "
                    "narrow the search, or sort by article or date",
                    "too_many",
                )
            read += 1
            if read >= LEAST_READ and monotonic() > over:
                break
        return read

    def add(self, place: Place, document: Document) -> None:
        """Take in a row of a paragraph."""
        self._docs.append(place.doc)
        self._starts.append(place.start)
        self._ends.append(place.end)
        is_left, _ = self._side
        tokens, text, numbers = document.text_tokens, document.text, self._numbers
        beside = tokens.before(place.start) if is_left else tokens.behind(place.end)
        for column in self._words:
            at = next(beside, None)
            word = "" if at is None else folded(text[at[0] : at[1]])
            column.append(numbers.setdefault(word, len(numbers)))

    def columns(self) -> Columns:
        """Document, start and end of each row: int32[rows], views."""
        docs, starts, ends = (
            np.frombuffer(each, np.int32) for each in (self._docs, self._starts, self._ends)
        )
        return docs, starts, ends

    def ranking(self, *, by_place: bool = True) -> Numbers:
        """The numbers of the rows in their order, int32[rows].

        Those that are alike are in the order of the index, or in that in which they were added.
        """
        if not self._docs:
            return np.empty(0, np.int32)
        words = list(self._numbers)
        ranks = np.empty(len(words), np.int32)
        ranks[sorted(range(len(words)), key=words.__getitem__)] = np.arange(
            len(words), dtype=np.int32
        )
        keys = [ranks[np.frombuffer(column, np.int32)] for column in self._words]
        docs, starts, ends = self.columns()
        if by_place and (docs[1:] < docs[:-1]).any():  # else they were read in that order
            keys += [docs, starts, ends]
        return np.lexsort(keys[::-1]).astype(np.int32)
