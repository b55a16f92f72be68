"""What is remembered is sent as it was, at once, and only as long as it is true."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from search import live
from tests.make import article, write_index
from web import answers, api, memory
from web.app import create_app
from web.gate import Gate
from web.memory import Memory
from web.rates import Limiter, Rates

ASKED = "/api/search?q=siege"
FORK = multiprocessing.get_context("fork")


class Clock:
    """A clock that goes on when it is told to."""

    passed = 0.0

    def time(self) -> float:
        return 1e9 + self.passed

    def monotonic(self) -> float:
        return 1e5 + self.passed


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(answers, "time", clock)
    monkeypatch.setattr(memory, "time", clock)
    return clock


@pytest.fixture
def path(make_index):
    return make_index(article("a", "siege of Aleppo"), article("b", "a truce"))


@pytest.fixture
def app(path):
    return create_app(path)


def test_an_answer_comes_again_as_it_was(app):
    first, again = (app.test_client().get(ASKED) for _ in range(2))
    assert first.json["total"]["paragraphs"] == 1
    assert again.data == first.data
    assert dict(again.headers) == dict(first.headers)


def test_it_is_sent_without_being_worked_out(app, monkeypatch):
    first = app.test_client().get(ASKED)
    monkeypatch.setattr("web.api.page_as_dict", None)
    assert app.test_client().get(ASKED).data == first.data
    assert app.test_client().get(ASKED + "&n=2").status_code == 500


def test_it_waits_at_no_gate(app):
    client = app.test_client()
    client.get(ASKED)
    gate = app.extensions["nutgraf.gate"] = Gate(1, waiting=0)
    gate.enter()
    assert client.get(ASKED).status_code == 200
    assert client.get(ASKED + "&n=2").status_code == 503


def test_it_is_known_where_others_are_turned_away(app, monkeypatch):
    client = app.test_client()
    client.get(ASKED)
    monkeypatch.setattr(Gate, "refuses", lambda _: True)
    assert client.get(ASKED).status_code == 200
    assert client.get(ASKED + "&n=2").status_code == 503


def test_a_commit_is_another_archive(app, path):
    client = app.test_client()
    client.get(ASKED)
    write_index(path, [article("c", "another siege")])
    assert client.get(ASKED).json["total"]["paragraphs"] == 2


def test_a_commit_is_seen_where_the_folder_was_quiet(app, path, monkeypatch):
    monkeypatch.setattr(live, "_SETTLED", -(10**18))  # as if all changes were long ago
    client = app.test_client()
    assert [client.get(ASKED).json["total"]["paragraphs"] for _ in range(2)] == [1, 1]
    write_index(path, [article("c", "another siege")])
    assert client.get(ASKED).json["total"]["paragraphs"] == 2


def test_it_counts_for_who_may_not_ask_so_often(path):
    client = create_app(path, limiter=Limiter(Rates(searches=3))).test_client()
    assert [client.get(ASKED).status_code for _ in range(4)] == [200] * 3 + [429]


def test_what_would_be_refused_is_refused(app):
    client = app.test_client()
    client.get(ASKED)
    assert client.get(ASKED, headers={"X-Long": "x" * 9000}).status_code == 431
    assert client.get(ASKED, data=b"x" * 20_000).status_code == 413
    assert client.post(ASKED).status_code == 405
    assert client.head(ASKED).data == b""


def test_a_folder_that_is_gone_is_told(app, path):
    client = app.test_client()
    client.get(ASKED)
    path.rename(path.with_name("elsewhere"))
    assert client.get(ASKED).status_code == 503


def test_advice_that_is_not_whole_is_remembered_for_seconds(app, clock, monkeypatch):
    as_dict = api.page_as_dict

    def in_a_hurry(page):
        return as_dict(page) | {"advice": {"clauses": [], "suggestions": [], "complete": False}}

    def is_whole():
        advice = app.test_client().get(ASKED).json.get("advice", {})
        return advice.get("complete", True)

    with monkeypatch.context() as hurry:
        hurry.setattr(api, "page_as_dict", in_a_hurry)
        assert not is_whole()
    clock.passed = 9.0
    assert not is_whole()
    clock.passed = 11.0
    assert is_whole()
    clock.passed = 60.0
    assert is_whole()


def test_a_search_that_was_stopped_is_not_remembered(app, monkeypatch):
    with monkeypatch.context() as hurry:
        hurry.setattr("web.parameters.SECONDS", 0.0)
        assert app.test_client().get(ASKED).json["timed_out"]
    assert not app.test_client().get(ASKED).json["timed_out"]


def test_what_one_process_works_out_all_remember(path, monkeypatch):
    shared = create_app(path, memory=Memory()), create_app(path, memory=Memory())
    process = FORK.Process(target=lambda: shared[0].test_client().get(ASKED))
    process.start()
    process.join()
    monkeypatch.setattr("web.api.page_as_dict", None)
    assert [app.test_client().get(ASKED).status_code for app in shared] == [200, 500]


def test_where_nothing_is_remembered_all_is_worked_out(path, monkeypatch):
    client = create_app(path, memory=Memory(0)).test_client()
    assert client.get(ASKED).status_code == 200
    monkeypatch.setattr("web.api.page_as_dict", None)
    assert client.get(ASKED).status_code == 500


def test_the_commit_before_a_damaged_one_answers_for_itself_only(path):
    memory = Memory()
    write_index(path, [article("c", "another siege")])
    last = max(path.glob("commit*"))
    whole = last.read_bytes()
    found = last.stat()
    last.write_bytes(whole[:-1])
    os.utime(last, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert create_app(path, memory=memory).test_client().get(ASKED).json["total"]["paragraphs"] == 1
    last.write_bytes(whole)
    os.utime(last, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert create_app(path, memory=memory).test_client().get(ASKED).json["total"]["paragraphs"] == 2


def test_no_other_question_has_the_same_answer(app):
    client = app.test_client()
    paths = ("/api/search?q=siege", "/api/search?q=truce", "/api/suggest?q=siege", "/api/search%3F")
    first = {path: client.get(path).data for path in paths}
    assert len(set(first.values())) == len(paths)
    assert {path: client.get(path).data for path in paths} == first
