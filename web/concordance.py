"""The concordance over HTTP: rows and collocates for programs and tables, and on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from flask import Blueprint, Flask, Response, request

from search.collocates import WINDOW, Collocate, Collocates, collocates
from search.concordance_contract import (
    collocates_as_csv,
    collocates_as_dict,
    concordance_as_dict,
    rows_as_csv,
)
from search.concordance_page import all_rows, concordance
from search.errors import NutgrafError
from search.matched import Matched
from search.query.rewriting import narrowed
from search.row_order import Order
from search.searcher import Searcher
from search.tabular import csv_row
from web import operations
from web.answers import remembered
from web.api import asked_for
from web.exports import SECONDS, streamed
from web.parameters import ROWS_READING, Asked, read_one
from web.summary import current_searcher

_SORTED = 20_000  # paragraphs whose rows a file may have sorted by words
_COLLOCATES = 24  # on the page
_SAMPLE = 100  # rows of the sample that the page offers
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("article", "By article"),
    ("date", "Newest first"),
    ("left1", "1 left"),
    ("left2", "2 left"),
    ("left3", "3 left"),
    ("right1", "1 right"),
    ("right2", "2 right"),
    ("right3", "3 right"),
)

rows_of_words = Blueprint("concordance", __name__)


class Offered(NamedTuple):
    """A collocate on the page, and the query for where it stands near a match, if there is one."""

    found: Collocate
    query: str | None


@rows_of_words.get("/api/kwic")
def show_rows() -> Response:
    """The rows of a concordance: a page of them, or all as a table."""
    operations.KWIC.check(request.args)
    asked = asked_for("/api/kwic?q=words")
    if read_one(request.args, "format") == "csv":
        return _all_rows(asked)
    return remembered(
        lambda searcher: concordance_as_dict(
            concordance(searcher, asked.query, asked.options, asked.wanted)
        )
    )


@rows_of_words.get("/api/collocates")
def show_collocates() -> Response:
    """The words near the matches."""
    operations.COLLOCATES.check(request.args)
    asked = asked_for("/api/collocates?q=words")
    left, right, least, most = (
        read_one(request.args, name) for name in ("left", "right", "least", "words")
    )

    def count(searcher: Searcher) -> tuple[Matched, Collocates]:
        return _collocates(searcher, asked, (left, right), least, most)

    if read_one(request.args, "format") == "csv":
        table = "".join(collocates_as_csv(count(current_searcher())[1]))
        return _named(Response(table, content_type="text/csv; charset=utf-8"), "collocates.csv")
    return remembered(lambda searcher: collocates_as_dict(*count(searcher)))


def concordance_view(searcher: Searcher, asked: Asked) -> dict[str, Any]:
    """What the page shows of a concordance."""
    found = concordance(searcher, asked.query, asked.options, asked.wanted)
    _, words = _collocates(searcher, asked, (WINDOW, WINDOW), 2, _COLLOCATES)
    return {
        "concordance": found,
        "counted": found.rows,
        "orders": _ORDERS,
        "collocates": words,
        "offered": [
            Offered(each, narrowed(asked.query, each.word, WINDOW)) for each in words.words
        ],
        "window": WINDOW,
        "sample_size": _SAMPLE,
    }


def _collocates(
    searcher: Searcher, asked: Asked, window: tuple[int, int], least: int, most: int
) -> tuple[Matched, Collocates]:
    """Collocates of no more paragraphs than there is time for."""
    matched = searcher.matched(asked.query, asked.options).counting(asked.copies)
    options = (window, least, most, ROWS_READING, asked.wanted.seed, asked.options.seconds / 3)
    return matched, collocates(matched, *options)


def _all_rows(asked: Asked) -> Response:
    """All rows as a table, sent while they are made."""

    def work_out(go_on: Callable[[], None]) -> tuple[None, Iterator[str]]:
        options = asked.options._replace(seconds=SECONDS)
        matched = current_searcher().matched(asked.query, options).counting(asked.copies)
        rows = all_rows(matched, asked.wanted._replace(reading=_SORTED))
        return None, _keeping(go_on, rows_as_csv(rows))

    return _named(streamed(work_out, "text/csv")[0], "kwic.csv")


def _keeping(go_on: Callable[[], None], chunks: Iterator[str]) -> Iterator[str]:
    """The chunks; if they end before all is told, the last one says so."""
    try:
        for chunk in chunks:
            go_on()
            yield chunk
    except NutgrafError as error:
        yield csv_row([f"These are not all rows: {error}"])
        raise


def _named(response: Response, name: str) -> Response:
    """A download of that name."""
    response.headers.set("Content-Disposition", "attachment", filename=f"nutgraf-{name}")
    response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Add the concordance to the application."""
    app.register_blueprint(rows_of_words)
