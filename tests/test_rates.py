"""Rates: one client has so many searches and writes a minute, and no other pays for it."""

from __future__ import annotations

import multiprocessing

import pytest

from tests.make import article
from web import rates
from web.access import Token
from web.app import create_app
from web.rates import Limiter, Rates

TOKEN = "0123456789abcdef" * 3


class Clock:
    """Seconds that pass when they are told to."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(rates, "time", clock)
    return clock


@pytest.fixture
def make_client(make_index, clock):
    def make(given: Rates | None):
        path = make_index(article("a", "siege of Aleppo"))
        limiter = Limiter(given) if given else None
        return create_app(path, Token(TOKEN), limiter=limiter).test_client()

    return make


def ask(client, address: str = "192.0.2.1", path: str = "/api/search?q=siege", **headers: str):
    return client.get(path, environ_base={"REMOTE_ADDR": address}, headers=headers)


def statuses(client, count: int, **given: str) -> list[int]:
    return [ask(client, **given).status_code for _ in range(count)]


def test_there_is_no_limit_unless_it_is_asked_for(make_client):
    assert set(statuses(make_client(None), 200)) == {200}


def test_so_many_are_answered_and_one_more_is_not(make_client):
    assert statuses(make_client(Rates(searches=60)), 62) == [200] * 60 + [429] * 2


def test_the_error_has_the_one_shape_and_says_when_to_come_again(make_client):
    client = make_client(Rates(searches=60))
    statuses(client, 60)
    answer = ask(client)
    assert answer.headers["Retry-After"] == "1"
    assert answer.json == {
        "error": {
            "code": "too_many_requests",
            "message": "At most 60 searches a minute are answered; try again in a second",
        }
    }
    page = ask(client, path="/?q=siege")
    assert page.status_code == 429
    assert "Too often" in page.text


def test_who_waits_as_long_as_told_is_answered_again(make_client, clock):
    client = make_client(Rates(searches=6))
    statuses(client, 6)
    refused = ask(client)
    assert refused.headers["Retry-After"] == "10"
    clock.now += 9.9
    assert ask(client).status_code == 429
    clock.now += 0.1
    assert statuses(client, 2) == [200, 429]
    clock.now += 60
    assert statuses(client, 7) == [200] * 6 + [429]


def test_another_client_is_not_concerned(make_client):
    client = make_client(Rates(searches=2))
    assert statuses(client, 3) == [200, 200, 429]
    assert statuses(client, 3, address="192.0.2.2") == [200, 200, 429]


def test_addresses_of_one_ipv6_network_are_one_client(make_client):
    client = make_client(Rates(searches=1))
    assert ask(client, "2001:db8::1").status_code == 200
    assert ask(client, "2001:db8::ffff").status_code == 429
    assert ask(client, "2001:db8:0:1::1").status_code == 200
    assert ask(client, "::ffff:192.0.2.9").status_code == 200
    assert ask(client, "192.0.2.9").status_code == 429


def test_a_forged_header_changes_nothing(make_client):
    client = make_client(Rates(searches=3))
    found = [
        ask(client, **{"X-Forwarded-For": f"198.51.100.{number}"}).status_code
        for number in range(5)
    ]
    assert found == [200, 200, 200, 429, 429]


def test_of_proxies_only_what_the_own_ones_say_counts(make_client):
    client = make_client(Rates(searches=2, proxies=1))
    forged = [
        ask(client, **{"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.7"}).status_code
        for number in range(3)
    ]
    assert forged == [200, 200, 429]
    assert ask(client, **{"X-Forwarded-For": "203.0.113.8"}).status_code == 200
    assert statuses(client, 3) == [200, 200, 429]  # without a proxy, by its own address


def test_a_header_that_is_no_address_is_a_client_too(make_client):
    client = make_client(Rates(searches=1, proxies=1))
    assert ask(client, **{"X-Forwarded-For": "unknown"}).status_code == 200
    assert ask(client, **{"X-Forwarded-For": "unknown"}).status_code == 429


def test_writes_are_counted_by_themselves_also_with_a_wrong_token(make_client):
    client = make_client(Rates(searches=1, writes=2))

    def write(token: str) -> int:
        address = {"REMOTE_ADDR": "192.0.2.1"}
        return client.delete(
            "/api/articles/b", environ_base=address, headers={"Authorization": f"Bearer {token}"}
        ).status_code

    assert [write("wrong"), write("wrong"), write(TOKEN)] == [401, 401, 429]
    assert statuses(client, 2) == [200, 429]


def test_health_and_static_files_are_never_refused(make_client):
    client = make_client(Rates(searches=1))
    statuses(client, 2)
    for path in ("/healthz", "/api/info", "/static/style.css"):
        for _ in range(3):
            with ask(client, path=path) as answer:
                assert answer.status_code == 200


def test_all_processes_count_together(make_index, clock):
    limiter = Limiter(Rates(searches=4))
    app = create_app(make_index(article("a", "siege")), limiter=limiter)
    fork = multiprocessing.get_context("fork")
    process = fork.Process(target=lambda: statuses(app.test_client(), 3))
    process.start()
    process.join()
    assert statuses(app.test_client(), 2) == [200, 429]
