"""Admission: who would wait too long is told so at once."""

from __future__ import annotations

import os
import signal
import threading
from types import SimpleNamespace

import pytest

from index.article import Article
from tests.make import write_index
from web import admission
from web.admission import Visit
from web.app import create_app
from web.gate import ASIDE, SOON, Gate, Overloaded
from web.lanes import Lanes

step_aside = Gate.step_aside


def test_who_would_probably_wait_too_long_is_refused_at_once():
    gate = Gate(at_once=1, waiting=64, patience=60.0)
    for _ in range(100):
        gate.enter()
        gate.leave(taken=61.0)
    gate.enter()
    with pytest.raises(Overloaded):  # a test that waits a minute fails by its time
        gate.enter()
    gate.leave(taken=0.0)


def test_nobody_is_let_in_who_would_probably_wait_for_long_though_there_is_patience():
    gate = Gate(at_once=2, waiting=64, patience=60.0)
    for _ in range(100):
        gate.enter()
        gate.leave(taken=2.1 * SOON)
    gate.enter()
    assert not gate.refuses()
    gate.enter()
    with pytest.raises(Overloaded):
        gate.enter()


def test_those_who_wait_come_in_in_their_order_and_nobody_before_them():
    gate = Gate(at_once=1, waiting=2, patience=60.0)
    gate.enter()
    order = []

    def come(name):
        gate.enter()
        order.append(name)

    threads = [threading.Thread(target=come, args=(name,)) for name in ("first", "second")]
    for number, each in enumerate(threads, start=1):
        each.start()
        while len(gate._queue) < number:
            pass
    with pytest.raises(Overloaded):  # as many wait as may
        gate.enter()
    gate.leave()  # the place is that of the first from here on, whenever it wakes up
    assert gate._free == 0
    threads[0].join()
    assert order == ["first"]
    gate.leave()
    threads[1].join()
    assert order == ["first", "second"]
    gate.leave()
    gate.enter()


def test_when_somebody_has_waited_for_long_the_next_are_refused(monkeypatch):
    gate = Gate(at_once=1, waiting=64, patience=60.0)
    gate.enter()
    waiting = threading.Thread(target=gate.enter)
    waiting.start()
    while not gate._queue:
        pass
    assert not gate.refuses()
    now = gate._queue[0].since + 1.1 * SOON
    monkeypatch.setattr("web.gate.time", SimpleNamespace(monotonic=lambda: now))
    assert gate.refuses()
    with pytest.raises(Overloaded):
        gate.enter()
    gate.leave()
    waiting.join()


def test_who_has_waited_in_vain_takes_nobodys_turn():
    gate = Gate(at_once=1, waiting=2, patience=0.0)
    gate.enter()
    for _ in range(3):
        with pytest.raises(Overloaded):
            gate.enter()
    gate.leave()
    gate.enter()


def test_after_quick_ones_there_is_patience_again():
    gate = Gate(at_once=1, waiting=1, patience=0.01)
    gate.enter()
    gate.leave(taken=100.0)
    for _ in range(200):
        gate.enter()
        gate.leave(taken=0.0)
    gate.enter()
    with pytest.raises(Overloaded):  # after its time, as nobody leaves
        gate.enter()
    gate.leave()
    gate.enter()


def test_it_is_known_who_would_be_refused_before_anybody_is():
    gate = Gate(at_once=1, waiting=64, patience=60.0)
    assert not gate.refuses()
    assert not gate.refuses()  # to ask takes no place
    for _ in range(100):
        gate.enter()
        gate.leave(taken=61.0)
    assert not gate.refuses()  # there is room
    gate.enter()
    assert gate.refuses()
    gate.leave()
    assert not gate.refuses()


def test_a_search_that_takes_long_gives_its_place_to_another():
    gate = Gate(at_once=1, waiting=0, lanes=Lanes(1))
    long = Visit(gate)
    with pytest.raises(Overloaded):
        Visit(gate)
    long.step_aside(1.0)
    Visit(gate).leave()
    longer = Visit(gate)
    longer.step_aside(0.0)  # it has to wait for the other, and has no time for it
    longer.leave()
    assert gate.step_aside(0.0) is None
    long.leave()
    assert gate.step_aside(0.0) is not None
    gate.enter()


def test_too_many_that_take_long_are_refused():
    gate = Gate(at_once=1, lanes=Lanes(1))
    lane = gate.step_aside(0.0)
    waiting = [
        threading.Thread(target=lambda: gate.finish(gate.step_aside(60.0))) for _ in range(ASIDE)
    ]
    for each in waiting:
        each.start()
    with pytest.raises(Overloaded):
        while True:
            assert gate.step_aside(0.0) is None
    gate.finish(lane)
    for each in waiting:
        each.join()
    assert gate.step_aside(0.0) is not None


def test_lanes_are_shared_by_processes_and_free_when_one_dies():
    lanes = Lanes(2)
    ready, go = os.pipe(), os.pipe()
    child = os.fork()
    if not child:
        os.write(ready[1], bytes([lanes.enter(0.0)]))
        os.read(go[0], 1)
        os._exit(0)
    assert os.read(ready[0], 1) == bytes([0])
    assert [lanes.enter(0.0) for _ in range(2)] == [1, None]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert [lanes.enter(0.0) for _ in range(2)] == [0, None]
    lanes.leave(1)
    assert lanes.enter(0.0) == 1


def test_searches_that_step_aside_answer_as_ever_and_leave_no_trace(client, monkeypatch):
    app = client.application
    expected = client.get("/api/search?q=siege").json
    app.extensions["nutgraf.answers"].clear()
    monkeypatch.setattr(admission, "LONG", -1.0)  # all of them take long
    gate = app.extensions["nutgraf.gate"] = Gate(at_once=1, waiting=0, lanes=Lanes(1))
    aside = []
    monkeypatch.setattr(Gate, "step_aside", lambda *given: aside.append(1) or step_aside(*given))
    for number in range(ASIDE + 1):
        answer = client.get(f"/api/search?q=siege&n={10 + number}").json
        assert answer["articles"] == expected["articles"]
    assert len(aside) == ASIDE + 1
    gate.enter()
    assert step_aside(gate, 0.0) is not None


@pytest.fixture
def client(tmp_path):
    return create_app(
        write_index(tmp_path / "archive", [Article("a", ("A siege.",))])
    ).test_client()


def fill(client) -> Gate:
    """Take all places, by searches that take so long that nobody waits for them."""
    gate = client.application.extensions["nutgraf.gate"]
    while not gate.refuses():
        gate.enter()
        gate._taken = 60.0
    return gate


def test_a_program_is_refused_before_the_application_looks_at_its_request(client, monkeypatch):
    fill(client)
    refused = client.get("/api/search?q=siege")
    monkeypatch.setattr(client.application, "full_dispatch_request", None)
    again = client.get("/api/search?q=siege")
    assert (again.status_code, again.data) == (refused.status_code, refused.data)
    assert again.status_code == 503
    assert again.headers["Retry-After"] == "1"
    assert again.json["error"]["code"] == "overloaded"
    assert client.head("/api/search?q=siege").data == b""


def test_who_is_refused_early_is_told_the_same_as_who_is_refused_late(client, monkeypatch):
    fill(client)
    early = client.get("/api/search?q=siege")
    monkeypatch.setattr(Gate, "refuses", lambda _: False)
    late = client.get("/api/search?q=siege")
    assert early.data == late.data
    assert dict(early.headers) == dict(late.headers)


def test_what_asks_nothing_of_the_archive_is_answered_however_many_search(client):
    gate = fill(client)
    for free in ("/healthz", "/api/info", "/api/openapi.json"):
        assert client.get(free).status_code == 200
    assert client.get("/?q=siege").status_code == 503  # a page, in words
    gate.leave()
    assert client.get("/api/search?q=siege").status_code == 200
