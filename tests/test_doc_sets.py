"""Many matches are kept as bits: the same is found, counted, folded and shown as from a list."""

from __future__ import annotations

import random

import pytest

from search.contract import page_as_dict
from search.results import SearchOptions
from tests.test_families import article, text_of

LISTS, BITS = 0, 10**9


@pytest.fixture(scope="module")
def articles():
    """Articles with copies, of which some stand twice in one article, and with rare words."""
    chance = random.Random(5)
    wire = [text_of(seed, 40) for seed in range(12)]
    return [
        article(
            f"a{number}",
            *(
                f"{chance.choice(wire)} siege"
                if chance.random() < 0.6
                else f"{text_of(100 + number * 9 + at)} siege rare{number % 7}"
                for at in range(chance.randint(1, 6))
            ),
            day=1 + number % 27,
        )
        for number in range(40)
    ]


def answers(make_searcher, articles, wide, monkeypatch):
    monkeypatch.setattr("search.doc_sets._WIDE", wide)
    monkeypatch.setattr("search.families._SORTED", wide)
    monkeypatch.setattr("search.postings.DENSE_MIN", 5)
    searcher = make_searcher(*articles)
    found = {}
    for turn in range(3):  # a frequent term is held as bits from its second query on
        for query in [
            "siege",
            "siege OR rare1",
            "w1 OR w2 OR w3",
            "siege -w1",
            "siege w7",
            "rare3",
        ]:
            for options in [
                SearchOptions(patience=60),
                SearchOptions(fold=False, patience=60),
                SearchOptions(size=3, number=2, patience=60),
                SearchOptions(sort="date", size=5, patience=60),
                SearchOptions(sort="position", advice="always", patience=60),
                SearchOptions(facets=True, advice="always", patience=60),
            ]:
                page = page_as_dict(searcher.search(query, options))
                del page["took_ms"], page["page"]["cursor"], page["page"]["next"]
                found[turn, query, options] = page
    return found


def test_pages_are_the_same_from_bits_and_from_lists(make_searcher, articles, monkeypatch):
    listed = answers(make_searcher, articles, LISTS, monkeypatch)
    as_bits = answers(make_searcher, articles, BITS, monkeypatch)
    assert as_bits == listed
    total = listed[0, "siege", SearchOptions(patience=60)]["total"]
    assert total["folded"]["paragraphs"] < total["paragraphs"]
