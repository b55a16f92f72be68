"""Receipts: what each clause is, what it stood for, and which made a paragraph match."""

from datetime import date

import pytest

from index.article import PublicationDate
from search.contract import article_as_dict, page_as_dict
from search.results import SearchOptions
from tests.make import article

TEXT = """Russia struck the city of Aleppo; Aleppo burned
Ministers of the ministry met a minister, and the minister left
The women of Kafraya, far from Russia"""


@pytest.fixture
def searcher(make_searcher):
    return make_searcher(
        article("a", TEXT, title="The siege", date=PublicationDate("2016-09-26", "day"))
    )


def clauses_of(searcher, query: str) -> dict[int, list[dict[str, int]]]:
    """The clauses of each hit, by the number of its paragraph."""
    page = page_as_dict(searcher.search(query))
    return {hit["paragraph"]: hit["clauses"] for each in page["articles"] for hit in each["hits"]}


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("russia", {1: [{"id": 1}], 3: [{"id": 1}]}),
        ("russia w/5 aleppo", {1: [{"id": 1, "distance": 5}]}),
        ("aleppo w/9 russia city", {1: [{"id": 1, "distance": 5}, {"id": 2}]}),
        ("burned w/9 aleppo", {1: [{"id": 1, "distance": 1}]}),
        ("russia NOT w/5 aleppo", {3: [{"id": 1}]}),
        ("aleppo OR kafraya", {1: [{"id": 1}], 3: [{"id": 2}]}),
        ("russia -kafraya", {1: [{"id": 1}]}),
        ("title:siege para:2", {2: [{"id": 1}, {"id": 2}]}),
        ("(aleppo w/1 burned) OR women date:2016", {1: [{"id": 1, "distance": 1}], 3: [{"id": 2}, {"id": 3}]}),
        ("article(aleppo AND women AND date:2016)", {1: [{"id": 1}, {"id": 3}], 3: [{"id": 2}, {"id": 3}]}),
    ],
)  # fmt: skip
def test_a_hit_names_the_clauses_that_made_it_match(searcher, query, clauses):
    assert clauses_of(searcher, query) == clauses


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("russia", {"kind": "word"}),
        ('"of the"', {"kind": "phrase"}),
        ("=Russia", {"kind": "exact"}),
        ('"the of"~1', {"kind": "window"}),
        ("russia w/5 aleppo", {"kind": "near"}),
        ("para:1", {"kind": "para"}),
        ("words:>2", {"kind": "words"}),
        ("title:siege", {"kind": "word", "field": "title"}),
        ("date:2016-09", {"kind": "date", "days": ["2016-09-01", "2016-09-30"]}),
        ("date:>=2016", {"kind": "date", "days": ["2016-01-01", None]}),
        ("minist*", {"kind": "prefix", "expansion": {"words": ["minister", "ministry"], "more": 0, "capped": False}}),
        ("min*er", {"kind": "wildcard", "expansion": {"words": ["minister"], "more": 0, "capped": False}}),
        ("wom?n", {"kind": "wildcard", "expansion": {"words": ["women"], "more": 0, "capped": False}}),
        ("womin~", {"kind": "fuzzy", "expansion": {"words": ["women"], "more": 0, "capped": False}}),
        ("title:sie*", {"kind": "prefix", "field": "title", "expansion": {"words": ["siege"], "more": 0, "capped": False}}),
        ("minist* w/3 met", {"kind": "near", "expansion": {"words": ["minister", "ministry"], "more": 0, "capped": False}}),
    ],
)  # fmt: skip
def test_a_clause_says_what_it_is_and_what_it_stood_for(searcher, query, told):
    page = page_as_dict(searcher.search(query))
    assert page["clauses"] == [{"id": 1, "query": query, **told}]
    view = article_as_dict(searcher.article("a", query))
    assert view["clauses"] == page["clauses"]
    assert page["total"]["paragraphs"]


def test_the_most_frequent_words_come_first_and_the_rest_is_counted(make_searcher):
    words = [f"siege{letter * 3}q" for letter in "abcdefghijklm"]
    searcher = make_searcher(*[" ".join(words[at:]) for at in range(len(words))])
    (clause,) = searcher.search("siege*").clauses
    assert clause.became.words == tuple(reversed(words[3:]))
    assert clause.became.more == 3


def test_words_of_deleted_articles_are_not_told(make_index):
    from index.store import Store
    from index.writer import open_writer
    from search.searcher import Searcher

    path = make_index("siege sieve", "sierra")
    with open_writer(Store(path)) as writer:
        writer.remove("1")
    searcher = Searcher.open(path)
    for query in ("sie*", "si?*"):
        (clause,) = searcher.search(query).clauses
        assert set(clause.became.words) == {"siege", "sieve"}
    searcher.close()


def test_the_article_is_read_with_the_options_of_the_search(searcher):
    options = SearchOptions(match="any", tz="UTC")
    view = searcher.article("a", "russia kafraya date:today", options)
    assert view.clauses[2].days[0] >= date(2026, 1, 1)
    view = searcher.article("a", "article(aleppo kafraya)", options)
    marked = [[each.text[s.start : s.end] for s in each.spans] for each in view.paragraphs]
    assert marked == [["Aleppo", "Aleppo"], [], ["Kafraya"]]
