"""Concordance: every place that matches, with what stands before and behind it; a row each.

A row stands for a *place*: a run of letters of a paragraph that a clause of the query marks; where
several clauses mark the same letters, that is one row. What filters (``date:``, ``source:``) and
the headline match marks nothing in a paragraph, and has no row.

Rows are made one after the other, so that any number of them needs little memory.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from search.address import Address, address_of
from search.deadline import check_time
from search.document import Document
from search.matched import Matched
from search.query.tree import Leaf, Name, field_of, leaves
from search.results import ArticleHeader
from search.sets import DocIds
from search.showing import document_of

WIDTH = 60
"""Characters before and behind a match, if nobody says how many."""
MAX_WIDTH = 1_000

_TOGETHER = 1_000  # paragraphs whose articles are looked up at once


class Place(NamedTuple):
    """Where a row is: ``text[start:end]`` of a paragraph, in code points."""

    doc: int
    start: int
    end: int


class Row(NamedTuple):
    """A match with its context: ``left + match + right`` is a piece of the paragraph.

    Attributes:
        article: in which it stands.
        address: of the paragraph.
        start, end: of the match in the paragraph, in code points.
        left, match, right: whole words, as many as fit into the width.
    """

    article: ArticleHeader
    address: Address
    start: int
    end: int
    left: str
    match: str
    right: str


def marks_anything(matched: Matched) -> bool:
    """Whether a clause of the query can mark words of a paragraph."""

    def marks(leaf: Leaf) -> bool:
        return field_of(leaf) == "text" and not isinstance(leaf, Name)

    return any(map(marks, leaves(matched.evaluation.tree)))


def documents(matched: Matched, docs: DocIds) -> Iterator[tuple[int, Document]]:
    """Paragraphs that match, read in the order that is given."""
    snapshot = matched.snapshot
    for at in range(0, len(docs), _TOGETHER):
        some = docs[at : at + _TOGETHER].astype(np.int64)
        articles = snapshot.article_of.take(some)
        numbers = some - snapshot.first_doc[articles] + 1
        read = zip(some.tolist(), articles.tolist(), numbers.tolist(), strict=True)
        for doc, article, number in read:
            check_time()
            yield doc, document_of(snapshot, article, number, matched.evaluation)


def spans_of(document: Document, matched: Matched) -> list[tuple[int, int]]:
    """What is marked in a paragraph, each run of letters once, in the order of the text."""
    spans = document.spans(matched.evaluation.tree, matched.evaluation.patterns)
    if len(spans) < 2:
        return [(span.start, span.end) for span in spans]
    return list(dict.fromkeys((span.start, span.end) for span in spans))


def places(matched: Matched, docs: DocIds) -> Iterator[Place]:
    """The places of some paragraphs, in the order that is given and that of the text."""
    if not marks_anything(matched):
        return
    for doc, document in documents(matched, docs):
        for start, end in spans_of(document, matched):
            yield Place(doc, start, end)


def rows(matched: Matched, given: Iterable[Place], width: int = WIDTH) -> Iterator[Row]:
    """The rows of places, in the order that is given.

    Args:
        matched: all that matches.
        given: the places.
        width: characters before and behind a match, at most.
    """
    snapshot = matched.snapshot
    last, text, header, address = -1, "", None, None
    for doc, start, end in given:
        if doc != last or header is None or address is None:
            check_time()
            article = int(snapshot.article_of[doc])
            last, text, header = doc, snapshot.text(doc), snapshot.header(article)
            number = doc - int(snapshot.first_doc[article]) + 1
            address = address_of(header.id, number, text)
        left, right = before(text, start, width), behind(text, end, width)
        yield Row(header, address, start, end, left, text[start:end], right)


def before(text: str, start: int, width: int) -> str:
    """The whole words that stand before a place, within so many characters.

    >>> before("The council has voted", 12, 9), before("The council", 4, 40)
    ('council ', 'The ')
    """
    cut = max(0, start - width)
    if cut and not text[cut - 1].isspace():
        blank = next((at for at in range(cut, start) if text[at].isspace()), None)
        cut = cut if blank is None else blank + 1
        while cut < start and _continues(text[cut]):  # where no blank divides words
            cut += 1
    return text[cut:start].lstrip()


def behind(text: str, end: int, width: int) -> str:
    """The whole words that stand behind a place, within so many characters.

    >>> behind("The council has voted", 3, 13), behind("The council", 3, 40)
    (' council has', ' council')
    """
    cut = min(len(text), end + width)
    if cut < len(text) and not text[cut].isspace():
        blank = next((at for at in range(cut - 1, end - 1, -1) if text[at].isspace()), None)
        cut = cut if blank is None else blank
        while cut > end and cut < len(text) and _continues(text[cut]):
            cut -= 1
    return text[end:cut].rstrip()


def _continues(char: str) -> bool:
    """Whether a character belongs to the one before it: a mark, a joiner."""
    return unicodedata.category(char)[0] == "M" or char in "\u200c\u200d"
