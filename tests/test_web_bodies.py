"""Bodies: who sends a byte now and then is cut off; who has much to send may go on.

The clock is one of the test, which goes on while a client sends.
"""

import io
import json
from types import SimpleNamespace

import pytest
from werkzeug.exceptions import RequestTimeout

from index.article import Article
from tests.make import write_index
from web import bodies
from web.access import Token
from web.app import create_app
from web.bodies import PATIENCE, read_within

TOKEN = "hV0pY3tqK9wZr2LxN8sDf1GmB7cJ4aQe"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}
RECORD = json.dumps({"title": "A siege", "paragraphs": ["The siege went on."]}).encode()


class Client(io.BytesIO):
    """Sends what it has, so many bytes a second."""

    def __init__(self, sent: bytes, rate: float) -> None:
        super().__init__(sent)
        self.rate = rate
        self.now = 0.0
        self.reads = 0

    def read(self, size: int | None = -1) -> bytes:
        given = super().read(size)
        self.now += len(given) / self.rate
        self.reads += 1
        return given

    def readinto(self, buffer) -> int:
        given = self.read(len(buffer))
        buffer[: len(given)] = given
        return len(given)


@pytest.fixture
def sends(monkeypatch):
    """Makes a client by whose time the server reads."""

    def make(sent: bytes, rate: float) -> Client:
        client = Client(sent, rate)
        monkeypatch.setattr(bodies, "time", SimpleNamespace(monotonic=lambda: client.now))
        return client

    return make


@pytest.fixture
def client(tmp_path):
    path = write_index(tmp_path / "archive", [Article("known", ("Known for long.",))])
    return create_app(path, Token(TOKEN)).test_client()


def write(client, stream, **headers):
    return client.put(
        "/api/articles/siege",
        input_stream=stream,
        content_type="application/json",
        content_length=len(stream.getvalue()),
        headers=headers,
    )


@pytest.mark.parametrize("size", [0, 1, 8, 9, 65, 100_000, 3_000_000])
def test_what_comes_is_read_whole(sends, size):
    sent = bytes(at % 251 for at in range(size))
    client = sends(sent, 1e9)
    assert read_within(client) == sent
    assert client.reads < 200  # in ever larger pieces


@pytest.mark.parametrize("rate", [0.5, 1, 10, 1_000, 30_000])
def test_who_sends_slowly_is_cut_off_soon_after_ten_seconds(sends, rate):
    client = sends(b"x" * 5_000_000, rate)
    with pytest.raises(RequestTimeout):
        read_within(client)
    worth = client.tell() / bodies.RATE
    assert PATIENCE < client.now <= (PATIENCE + worth) * 1.2 + 2 / rate


@pytest.mark.parametrize("rate", [70_000, 1e6])
def test_who_has_much_to_send_may_take_longer(sends, rate):
    client = sends(b"x" * 5_000_000, rate)
    assert len(read_within(client)) == 5_000_000


def test_who_has_the_token_and_sends_slowly_is_cut_off(client, sends):
    answer = write(client, sends(RECORD, 1), **ALLOWED)
    assert answer.status_code == 408
    assert answer.json["error"]["code"] == "too_slow"
    assert answer.headers["Connection"] == "close"


def test_who_has_no_token_is_not_listened_to(client, sends):
    stream = sends(RECORD, 1)
    assert write(client, stream).status_code == 401
    assert stream.reads == 0


def test_a_body_is_read_before_it_takes_a_place_among_searches(client, sends, monkeypatch):
    read = []
    stream = sends(RECORD, 1e6)
    gate = client.application.extensions["nutgraf.gate"]
    enter = gate.enter
    monkeypatch.setattr(gate, "enter", lambda: (read.append(stream.tell()), enter()))
    assert write(client, stream, **ALLOWED).status_code == 201
    assert read == [len(RECORD)]


def test_only_so_many_send_at_once_and_searches_go_on(client, sends):
    every = client.application.extensions["nutgraf.bodies"]
    places, others = every[True], every[False]
    while others.acquire(blocking=False):
        pass
    assert client.post("/api/check", json=["Known for long"]).status_code == 503
    assert write(client, sends(RECORD, 1e6), **ALLOWED).status_code == 201  # who may write can
    while places.acquire(blocking=False):
        pass
    assert write(client, sends(RECORD, 1e6), **ALLOWED).status_code == 503
    assert client.get("/api/search?q=known").status_code == 200
    places.release()
    assert write(client, sends(RECORD, 1e6), **ALLOWED).status_code == 200
