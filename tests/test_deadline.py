"""A search ends soon after its time, wherever it is then, and leaves nothing behind.

- Every stage looks at the clock: a limit within another one ends with it.
- Whenever the time is over, there is an answer that says so, and the next one is right again.
- While a search is made to wait, others go on.
- Many paragraphs are looked at in parts, with a look at the clock before each.
"""

from __future__ import annotations

import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from index import text_tokens
from index.article import Article, PublicationDate
from index.cached import cached_property
from search import deadline, doc_sets, nodes, paragraph_nodes, pattern_nodes, proximity
from search.deadline import Limit, TimedOut, another_limit, check_time, time_limit
from search.errors import QueryError
from search.results import SearchOptions
from search.searcher import Searcher
from tests.make import write_index
from web.app import create_app

WORDS = "the of to and a in siege sieges minister ministry town towns fell".split()
ARTICLES = [
    Article(
        f"a{at:02}",
        tuple(" ".join(WORDS[(at * step + each) % 13] for each in range(9)) for step in (1, 2, 3)),
        title=f"The {WORDS[at % 13]}",
        date=PublicationDate(f"20{10 + at % 7}-01-01", "day"),
    )
    for at in range(20)
]
QUERIES = (
    "the w/5 of", "(the OR of) NOT w/3 (to OR and)", '"the of to"~9', "si* w/9 min*", "the w/2p of",
    "to?n* OR siege~2", "minist* sie*", "the OR of OR to", "article(the -of)", "NOT zzz",
    '"the of" OR "to and"', "=The OR =the", "title:the w/3 title:siege", "siege date:2012 -the",
)  # fmt: skip
NEVER = float("inf")


class Clock:
    """A clock that stands still, and is far ahead from a certain look on."""

    def __init__(self, last: float = NEVER) -> None:
        self.looks = 0
        self._last = last

    def monotonic(self) -> float:
        self.looks += 1
        return 0.0 if self.looks <= self._last else 1e9


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_index(tmp_path_factory.mktemp("deadline") / "archive", ARTICLES)


def looks_of(monkeypatch, work, last: float = NEVER):
    """What some work gives with a clock, and how often it looked."""
    clock = Clock(last)
    with monkeypatch.context() as patch:
        patch.setattr(deadline, "time", types.SimpleNamespace(monotonic=clock.monotonic))
        return work(), clock.looks


def told(page):
    """Of a page all but how long it took."""
    return page._replace(took_ms=0)


@pytest.mark.parametrize("query", QUERIES)
def test_whenever_the_time_is_over_there_is_an_answer_and_the_next_one_is_right(
    monkeypatch, path, query
):
    options = SearchOptions(seconds=1, patience=60, facets=True, advice="always", fold=False)
    searcher = Searcher.open(path)
    whole, looks = looks_of(monkeypatch, lambda: Searcher.open(path).search(query, options))
    assert not whole.timed_out
    for last in range(1, looks):
        page, _ = looks_of(monkeypatch, lambda: searcher.search(query, options), last)
        assert page.timed_out or told(page) == told(whole)
        assert page.total.paragraphs <= whole.total.paragraphs
        searcher.close()
    assert told(searcher.search(query, options)) == told(whole)


@pytest.mark.parametrize("query", QUERIES)
def test_all_that_matches_is_refused_whenever_the_time_is_over(monkeypatch, path, query):
    searcher = Searcher.open(path)

    def count():
        searcher.close()
        try:
            return len(searcher.matched(query, SearchOptions(seconds=1)).docs)
        except QueryError as error:
            return error.code

    whole, looks = looks_of(monkeypatch, count)
    found = {looks_of(monkeypatch, count, last)[0] for last in range(1, looks)}
    assert found <= {"too_slow", whole}
    assert "too_slow" in found


@pytest.mark.parametrize("query", ["the w/5 of", "(the OR si*) NOT w/3 of", '"the of to"~9'])
def test_distances_are_looked_at_in_parts_each_with_a_look_at_the_clock(monkeypatch, path, query):
    monkeypatch.setattr(proximity, "_MANY", 0)

    def find():
        return Searcher.open(path).matched(query).docs.tolist()

    whole, looks = looks_of(monkeypatch, find)
    monkeypatch.setattr(proximity, "_TOGETHER", 2)
    parts, more = looks_of(monkeypatch, find)
    assert parts == whole
    assert more > looks + 20


def test_a_limit_within_another_one_ends_with_it():
    with time_limit(-1), time_limit(60), pytest.raises(TimedOut):
        check_time()


def test_what_is_allowed_more_time_has_it():
    with time_limit(-1):
        with another_limit(60):
            check_time()
        with pytest.raises(TimedOut):
            check_time()


@pytest.mark.parametrize(
    "address",
    ["/?q=the&view=timeline", "/?q=the&view=kwic", "/api/suggest?q=the", "/api/kwic?q=the",
     "/api/collocates?q=the", "/feed.atom?q=the", "/api/articles/a01?q=the", "/articles/a01?q=the",
     "/api/check?q=the+of+to+and", "/api/timeline?q=the", "/?q=the"],
)  # fmt: skip
def test_an_answer_has_so_many_seconds_whatever_it_is_made_of(monkeypatch, path, address):
    """Of those that ask several questions, each would have its own time."""
    client = create_app(path).test_client()
    _, looks = looks_of(monkeypatch, lambda: client.get(address))
    client = create_app(path).test_client()
    for last in range(1, looks, max(1, looks // 40)):
        answer, _ = looks_of(monkeypatch, lambda: client.get(address), last)
        assert answer.status_code in (200, 400)
        client.application.extensions["nutgraf.answers"].clear()
    assert client.get(address).status_code == 200  # nothing of a limit is left
    check_time()


@pytest.mark.parametrize(("given", "first", "then"), [(1.0, 1.0, 1.25), (9.0, 2.0, 2.5)])
def test_a_search_that_has_less_time_left_than_it_may_take_ends_with_an_answer(
    monkeypatch, given, first, then
):
    now = 0.0
    monkeypatch.setattr(deadline, "time", types.SimpleNamespace(monotonic=lambda: now))

    def work(until):
        nonlocal now
        now = until
        check_time()
        return "done"

    with time_limit(2.8):
        limit = Limit(given)
        assert limit.step(lambda: work(first - 0.01), str) == "done"
        assert limit.step(lambda: work(first + 0.01), lambda: "in short") == "in short"
        assert limit.step(lambda: work(then - 0.01), str) == "done"
        assert limit.step(lambda: work(then + 0.01), lambda: "in short") == "in short"
        assert then < 2.8
    assert limit.timed_out


@pytest.mark.parametrize("query", QUERIES)
def test_a_search_that_is_made_to_wait_keeps_no_other_one_waiting(path, query):
    searcher = Searcher.open(path)
    options = SearchOptions()
    with ThreadPoolExecutor(1) as others:

        class Pause:  # at every look, another thread asks the same, and is waited for
            at = 0.0
            taken = 0

            def take(self, *_):
                self.taken += 1
                assert others.submit(searcher.search, query, options).result(timeout=20)

        pause = Pause()
        before = deadline._pause.set(pause)
        try:
            searcher.search(query, options)
        finally:
            deadline._pause.reset(before)
    assert pause.taken


def test_what_a_query_needs_more_than_once_is_worked_out_once():
    class Node:
        worked_out = 0

        @cached_property
        def docs(self):
            self.worked_out += 1
            return [1, 2]

    node, other = Node(), Node()
    assert node.docs is node.docs
    assert (node.worked_out, other.worked_out) == (1, 0)
    assert isinstance(Node.docs, cached_property)


@pytest.mark.parametrize("module", [doc_sets, nodes, paragraph_nodes, pattern_nodes, text_tokens])
def test_no_search_holds_a_lock_while_it_works_out_what_is_its_own(module):
    assert module.cached_property is cached_property
