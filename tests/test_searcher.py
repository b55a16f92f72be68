"""Pages of results do not depend on how few paragraphs were scored, on threads or on caches."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from index.article import PublicationDate
from index.store import Store
from index.writer import open_writer
from search.results import SearchOptions
from search.searcher import Searcher
from search.snapshot import Snapshot
from tests.make import article

WORDS = ["siege", "siege town", "siege siege", "town", "a siege of a town for long"]


def answer(searcher: Searcher, query: str):
    page = searcher.search(query)
    hits = [(each.article.id, [hit.score for hit in each.hits]) for each in page.articles]
    return page.total, hits


@pytest.mark.parametrize("sort", ["relevance", "date"])
@pytest.mark.parametrize(
    "query", ["siege", "siege town", "siege OR town", "-town", "tow*", '"siege siege"']
)
def test_pages_are_the_same_however_few_paragraphs_are_scored(
    make_searcher, monkeypatch, query, sort
):
    """Ties at the end of a page, several paragraphs of an article among the best, all pages."""
    searcher = make_searcher(
        *[
            article(
                f"{number:02}",
                "\n".join(WORDS[number % 5 :] + WORDS[: number % 3]),
                date=PublicationDate(f"2016-09-{1 + number % 4:02}", "day"),
            )
            for number in range(40)
        ]
    )
    whole = searcher.search(query, SearchOptions(size=100, sort=sort))
    monkeypatch.setattr("search.collectors._PARAGRAPHS", 1)
    monkeypatch.setattr("search.collectors._FEWEST", 1)
    found = [
        each
        for number in range(1, 15)
        for each in searcher.search(query, SearchOptions(3, number, sort)).articles
    ]
    assert [each.article.id for each in found] == [each.article.id for each in whole.articles]
    assert [each.total for each in found] == [each.total for each in whole.articles]


def test_threads_that_share_a_small_cache_get_the_right_answers(make_index, monkeypatch):
    monkeypatch.setattr("search.postings.DENSE_MIN", 20)
    path = make_index(*[f"siege town{number % 7}\nthe siege of a town" for number in range(200)])
    searcher = Searcher(Snapshot(path, cache_bytes=20_000))
    queries = ["town1", "siege town2", '"siege of a town"', "tow*", "town3 OR town4 OR siege"]
    expected = {query: answer(searcher, query) for query in queries}
    wrong: list[str] = []

    def search(turn: int) -> None:
        for number in range(20):
            query = queries[(turn + number) % len(queries)]
            if answer(searcher, query) != expected[query]:
                wrong.append(query)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_articles_that_are_removed_are_nowhere(make_index):
    path = make_index(
        *[article(str(number), "siege\ntown", source=f"s{number % 2}") for number in range(30)]
    )
    with open_writer(Store(path)) as writer:
        for number in range(5):
            writer.remove(str(number))
    searcher = Searcher.open(path)
    assert searcher.search("siege").total.paragraphs == 25
    assert searcher.search("-siege").total.paragraphs == 25
    info = searcher.info()
    assert (info.articles, info.paragraphs) == (25, 50)
    assert dict(info.sources) == {"s0": 12, "s1": 13}
    assert not searcher.has_article("3")
    assert searcher.has_article("7")


def test_starting_a_search_loads_no_whoosh():
    program = "import sys, search.searcher; print([m for m in sys.modules if 'whoosh' in m])"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
