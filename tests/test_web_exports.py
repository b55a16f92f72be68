"""Exports over HTTP: streamed as files, few at once, and ended when nobody reads them."""

import csv
import io
import json
import re

import pytest

from index.article import Article
from search.errors import NutgrafError
from tests.make import write_index
from web.app import create_app
from web.exports import LostPlace, Places, TooManyExports

ARTICLES = [
    Article(f"ferry/{number}", ("The ferry sails.", "No boat.", "A ferry again. " * 20), title='"Ferry"\r\n, =1')
    for number in range(50)
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return write_index(tmp_path_factory.mktemp("exports") / "archive", ARTICLES)


@pytest.fixture
def app(path):
    return create_app(path)


@pytest.fixture
def client(app):
    return app.test_client()


def status(client, address):
    """The status of an answer that is read to its end."""
    with client.get(address) as response:
        assert response.data
        return response.status_code


def test_all_that_matches_is_a_file(client):
    response = client.get("/api/export?q=ferry&sort=position")
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename=nutgraf-ferry.csv"
    assert response.headers["X-Total-Count"] == "100"
    rows = list(csv.DictReader(io.StringIO(response.text, newline=""), strict=True))
    assert len(rows) == 100
    assert rows[0]["link"] == "http://localhost/articles/ferry%2F0#p1"


def test_lines_of_json_have_the_same_rows_as_the_command_line(client, path, capfdbinary):
    from cli.main import run

    response = client.get("/api/export?q=ferry&type=jsonl&sort=date")
    assert response.content_type == "application/jsonl; charset=utf-8"
    arguments = ["--format", "jsonl", "--sort", "date", "--server", "http://localhost/"]
    assert run(["--index", str(path), "export", "ferry", *arguments]) == 0
    assert capfdbinary.readouterr().out == response.data
    assert len([json.loads(line) for line in response.text.splitlines()]) == 100


@pytest.mark.parametrize(
    "query", ['"../../etc/passwd"', "a\r\nSet-Cookie:x=1", "é" * 200, "con -nul", "ferry\x00", "…"]
)
def test_the_name_of_a_file_is_safe_whatever_was_asked(client, query):
    for address in ("/api/export", "/api/receipt"):
        with client.get(address, query_string={"q": query}) as response:
            assert "Set-Cookie" not in response.headers
            if response.status_code == 200:
                disposition = response.headers["Content-Disposition"]
                assert re.fullmatch(
                    r"attachment; filename=nutgraf[A-Za-z0-9-]{0,60}\.[a-z.]+", disposition
                )


def test_a_query_that_cannot_be_answered_takes_no_place(client):
    for _ in range(3):
        assert client.get("/api/export?q=date:x").status_code == 400
        assert client.get("/api/receipt?q=date:x").status_code == 400
        assert client.get("/api/export?q=").status_code == 400
    assert status(client, "/api/export?q=ferry") == 200


def test_exports_at_once_are_few_and_searches_go_on_beside_them(client):
    reading = client.get("/api/export?q=ferry", buffered=False)
    first = next(reading.iter_encoded())
    assert first.startswith(b"id,title")
    for address in (
        "/api/export?q=boat", "/api/receipt?q=boat", "/api/kwic?q=boat&format=csv",
    ):  # fmt: skip
        refused = client.get(address)
        assert refused.status_code == 503
        assert refused.json["error"]["code"] == "overloaded"
        assert "exports" in refused.json["error"]["message"]
        assert refused.headers["Retry-After"] == "1"
    assert client.get("/api/search?q=ferry").status_code == 200
    reading.close()  # the reader goes away
    assert status(client, "/api/export?q=boat") == 200
    assert status(client, "/api/receipt?q=boat") == 200


def test_a_concordance_that_loses_its_place_says_so_in_its_last_row(app, client):
    app.extensions["nutgraf.exports"] = Places(at_once=1, stalled=0)
    reading = client.get("/api/kwic?q=ferry&format=csv", buffered=False)
    chunks = reading.iter_encoded()
    sent = next(chunks)
    assert status(client, "/api/export?q=boat") == 200
    sent += b"".join(chunks)
    assert b"These are not all rows: it stood still for too long" in sent.splitlines()[-1]


def test_a_place_of_who_stands_still_goes_to_the_next():
    places = Places(at_once=1, stalled=0)
    first = places.take()
    places.step(first)
    second = places.take()
    with pytest.raises(LostPlace):
        places.step(first)
    places.leave(first)  # which takes nothing from the second
    places.step(second)


def test_who_reads_on_keeps_the_place():
    places = Places(at_once=1)
    first = places.take()
    with pytest.raises(TooManyExports):
        places.take()
    places.leave(first)
    places.take()


def test_who_lost_the_place_is_told_in_the_last_row(app, client):
    app.extensions["nutgraf.exports"] = Places(at_once=1, stalled=0)
    reading = client.get("/api/export?q=ferry", buffered=False)
    chunks = reading.iter_encoded()
    sent = next(chunks)
    assert status(client, "/api/export?q=boat") == 200
    rows = (sent + b"".join(chunks)).decode().splitlines()
    assert "This export is not complete: it stood still for too long" in rows[-1]
    assert len(rows) < 100
    reading.close()


def test_an_error_half_way_is_told_in_the_last_row(client, monkeypatch):
    def fail(*_):
        raise NutgrafError("the file segment-1.nut is damaged")

    monkeypatch.setattr("search.matched.hit_of", fail)
    response = client.get("/api/export?q=ferry&type=jsonl")
    assert response.status_code == 200
    assert json.loads(response.text) == {
        "error": "This export is not complete: the file segment-1.nut is damaged"
    }
    monkeypatch.undo()
    assert status(client, "/api/export?q=ferry") == 200


def test_the_page_links_to_what_can_be_taken_away(client):
    page = client.get("/?q=ferry&sort=date&n=5&page=2&match=any").text
    for link in re.findall(r'href="(/(?:api/export|feed\.|receipt)[^"]*)"', page):
        assert status(client, link.replace("&amp;", "&")) == 200, link
    assert 'href="/api/export?q=ferry&amp;sort=date&amp;match=any"' in page
    assert 'href="/receipt?q=zeppelin"' in client.get("/?q=zeppelin").text
