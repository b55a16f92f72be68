"""Everything that matches: the same hits as on all pages of results, in the same order."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.article import PublicationDate
from search.errors import QueryError
from search.results import MAX_SIZE, SearchOptions, Sort
from search.searcher import Searcher
from tests.make import article, write_index

TOWNS = [
    article(
        "harbour",
        "The ferry sails.\nNo boat.\nThe ferry is late; the ferry.",
        date=PublicationDate("2016", "year"),
    ),
    article("island", "A ferry, at last.", date=PublicationDate("2017-03", "month")),
    article("inland", "Only a train."),
]


@pytest.fixture
def searcher(tmp_path: Path) -> Searcher:
    return Searcher.open(write_index(tmp_path, TOWNS))


@pytest.mark.parametrize("sort", ["relevance", "date", "position"])
def test_all_that_matches_is_what_the_pages_show(searcher: Searcher, sort: Sort) -> None:
    options = SearchOptions(sort=sort, size=MAX_SIZE)
    shown = [
        (found.article.id, hit.paragraph)
        for found in searcher.search("ferry", options).articles
        for hit in found.hits
    ]
    matched = searcher.matched("ferry", options)
    assert [(a.id, hit.paragraph) for a, hit in matched.hits(matched.in_order())] == shown
    assert len(shown) == 3


def test_a_query_that_takes_too_long_is_refused(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="longer than"):
        searcher.matched("ferry", SearchOptions(seconds=-1))
