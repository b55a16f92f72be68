"""Export: everything that a query finds, a row each, as CSV or JSON Lines, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal, NamedTuple, get_args

from search.address import address_of
from search.contract import clause_match_as_dict
from search.errors import NutgrafError
from search.header_contract import article_link
from search.matched import Matched
from search.results import ArticleHeader, Hit
from search.tabular import csv_row

Format = Literal["csv", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
CONTENT_TYPES: dict[Format, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}
COLUMNS = (
    "id", "title", "author", "source", "url", "language", "date", "precision", "paragraph", "of",
    "position", "text", "spans", "clauses", "score", "address", "link",
    "copy_of", "family_kind",
)  # fmt: skip
"""What each row tells, in the order of a table; JSON Lines have the same names."""

_LEAST, _MOST = 1 << 10, 1 << 16  # characters that are handed on together
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Row(NamedTuple):
    """A paragraph that matches, with all that is told of it; ``link`` is the path of its page."""

    article: ArticleHeader
    hit: Hit
    server: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The row by the names of its columns."""
        article, paragraph, copies = self.article, self.hit.paragraph, self.hit.copies
        return {
            "id": article.id,
            "title": article.title,
            "author": article.author,
            "source": article.source,
            "url": article.url,
            "language": article.language,
            "date": article.date.value,
            "precision": article.date.precision,
            "paragraph": paragraph.number,
            "of": article.length,
            "position": self.hit.position,
            "text": paragraph.text,
            "spans": [list(span) for span in paragraph.spans],
            "clauses": [clause_match_as_dict(each) for each in self.hit.clauses],
            "score": round(self.hit.score, 4),
            "address": str(address_of(article.id, paragraph.number, paragraph.text)),
            "link": self.server + article_link(article.id, paragraph.number),
            "copy_of": copies.address if copies else "",
            "family_kind": copies.kind if copies else "",
        }


def export(
    matched: Matched, form: Format, server: str = "", go_on: Callable[[], None] = lambda: None
) -> Iterator[str]:
    """All matches in the order of the results, as text, a row after the other.

    The first row comes as soon as it is read; later ones come together, some 64 kB at once. Where
    reading fails half-way, the last row says so, for a file that ends early looks whole, and then
    the error is raised.

    Args:
        matched: what a query matches.
        form: csv or jsonl.
        server: what stands before the paths of links, such as ``http://127.0.0.1:8000``.
        go_on: is called before each row, and may raise a NutgrafError, which ends the export.
    """
    docs = matched.in_order()
    rows = (Row(article, hit, server) for article, hit in matched.hits(docs))
    return _together(_lines(rows, form, go_on))


def _lines(rows: Iterable[Row], form: Format, go_on: Callable[[], None]) -> Iterator[str]:
    """The rows as they are written; a table begins with the names of its columns."""
    line, last = _WRITERS[form]
    if form == "csv":
        yield csv_row(COLUMNS)
    try:
        for row in rows:
            go_on()
            yield line(row)
    except NutgrafError as error:
        yield last(f"This export is not complete: {error}")
        raise


def _together(lines: Iterable[str]) -> Iterator[str]:
    """Lines joined: few of them first, so that the first comes soon, and then more."""
    waiting: list[str] = []
    size, enough = 0, _LEAST
    try:
        for line in lines:
            waiting.append(line)
            size += len(line)
            if size >= enough:
                yield "".join(waiting)
                waiting, size, enough = [], 0, min(2 * enough, _MOST)
    except NutgrafError:
        yield "".join(waiting)
        raise
    if waiting:
        yield "".join(waiting)


def _csv_line(row: Row) -> str:
    cells = row.as_dict()
    cells["spans"], cells["clauses"] = _compact(cells["spans"]), _compact(cells["clauses"])
    return csv_row(cells[name] for name in COLUMNS)


def _json_line(row: Row) -> str:
    return _compact(row.as_dict()) + "\n"


_WRITERS: dict[Format, tuple[Callable[[Row], str], Callable[[str], str]]] = {
    "csv": (_csv_line, lambda sentence: csv_row([sentence])),
    "jsonl": (_json_line, lambda sentence: _compact({"error": sentence}) + "\n"),
}
"""Of each format: how a row is written, and how a sentence that ends it."""
