"""Rows and collocates as JSON and CSV, the same for the API and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from search.collocates import Collocate, Collocates
from search.concordance import Row
from search.concordance_page import Concordance
from search.contract import clause_as_dict
from search.header_contract import article_link, date_as_dict
from search.matched import Matched
from search.tabular import csv_row

_TOGETHER = 200  # rows that are sent at once
_COLUMNS = ("address", "date", "source", "title", "left", "match", "right")
_NUMBERS = ("word", "count", "left", "right", "frequency", "log_dice")


def concordance_as_dict(found: Concordance) -> dict[str, Any]:
    """A page of rows as ``GET /api/kwic`` answers it."""
    wanted = found.wanted
    return {
        "query": found.query,
        "match": found.options.match,
        "total": {"paragraphs": found.paragraphs, "articles": found.articles},
        "copies": found.copies._asdict(),
        "notices": list(found.notices),
        "partial": found.partial,
        "clauses": [clause_as_dict(each) for each in found.clauses],
        "order": wanted.order,
        "sample": wanted.sample,
        "seed": wanted.seed,
        "rows": [row_as_dict(row) for row in found.rows],
        "page": {
            "number": wanted.number,
            "size": wanted.size,
            "next": wanted.number + 1 if found.has_next else None,
        },
    }


def row_as_dict(row: Row) -> dict[str, Any]:
    """A row."""
    article, number = row.article, row.address.paragraph
    return {
        "address": str(row.address),
        "id": article.id,
        "paragraph": number,
        "start": row.start,
        "end": row.end,
        "date": date_as_dict(article.date),
        "source": article.source,
        "title": article.title,
        "left": row.left,
        "match": row.match,
        "right": row.right,
        "link": article_link(article.id, number),
    }


def rows_as_csv(rows: Iterable[Row]) -> Iterator[str]:
    """Rows as CSV, some at once; the first by itself, so that one sees that it begins."""
    chunk, size = [csv_row(_COLUMNS)], 1
    for row in rows:
        article = row.article
        date = article.date.value
        facts = (str(row.address), date, article.source, article.title)
        chunk.append(csv_row((*facts, row.left, row.match, row.right)))
        if len(chunk) >= size:
            yield "".join(chunk)
            chunk, size = [], _TOGETHER
    yield "".join(chunk)


def collocates_as_dict(matched: Matched, found: Collocates) -> dict[str, Any]:
    """Collocates as ``GET /api/collocates`` answers them."""
    return {
        "query": matched.query,
        "match": matched.options.match,
        "rows": found.rows,
        "copies": matched.copy_counts()._asdict(),
        "paragraphs": {"read": found.read, "matching": found.of},
        "estimated": found.is_estimated,
        "notices": list(matched.notices),
        "partial": matched.partial,
        "collocates": [dict(zip(_NUMBERS, _numbers(each), strict=True)) for each in found.words],
    }


def collocates_as_csv(found: Collocates) -> Iterator[str]:
    """Collocates as CSV."""
    yield csv_row(_NUMBERS)
    for each in found.words:
        yield csv_row(_numbers(each))


def _numbers(each: Collocate) -> tuple[str, int, int, int, int, float]:
    score = round(each.score, 4)
    return each.word, each.together, each.left, each.right, each.frequency, score
