"""Writing over HTTP: who may, what becomes of it, and that a token is never told.

- Off without a token; with one, only for who sends it by Authorization: Bearer.
- What is answered is on the disk, and the next search finds it.
- A token that could be guessed is refused at the start, and none is ever shown.
"""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.main import run
from index.article import Article
from index.store import Store
from search.searcher import Searcher
from tests.make import write_index
from web.access import Token, WeakToken
from web.app import create_app
from web.limits import MAX_WRITTEN

TOKEN = "hV0pY3tqK9wZr2LxN8sDf1GmB7cJ4aQe"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}
RECORD = {"title": "A siege", "paragraphs": ["The siege went on.", "Bread was dear."]}
LINES = {"content_type": "application/x-ndjson", "headers": ALLOWED}


@pytest.fixture
def path(tmp_path):
    return write_index(tmp_path / "archive", [Article("known", ("Known for long.",))])


@pytest.fixture
def client(path):
    return create_app(path, Token(TOKEN)).test_client()


def put(client, article_id="siege", record=RECORD, **more):
    return client.put(f"/api/articles/{article_id}", json=record, **{"headers": ALLOWED, **more})


def error_of(response, status):
    assert response.status_code == status, response.text
    return response.json["error"]


def total(client, query):
    return client.get("/api/search", query_string={"q": query}).json["total"]["paragraphs"]


# What becomes of it


def test_an_article_is_added_replaced_and_removed_and_found_at_once(client, path):
    answer = put(client)
    assert (answer.status_code, answer.json) == (
        201, {"id": "siege", "status": "added", "link": "/articles/siege"},
    )  # fmt: skip
    assert total(client, "bread") == 1
    again = put(client)
    assert (again.status_code, again.json["status"]) == (200, "unchanged")
    assert put(client, record={"text": "Cake instead."}).json["status"] == "replaced"
    assert (total(client, "bread"), total(client, "cake")) == (0, 1)
    assert client.delete("/api/articles/siege", headers=ALLOWED).json["status"] == "removed"
    assert total(client, "cake") == 0
    assert error_of(client.delete("/api/articles/siege", headers=ALLOWED), 404)["code"]
    assert Searcher.open(path).has_article("known")


@pytest.mark.parametrize("end", ["", "/copies"])
def test_an_article_that_is_called_like_a_paragraph_is_written_too(client, end):
    odd = f"https%3A%2F%2Fexample.org%2Fstory%2Fparagraphs%2F3{end.replace('/', '%2F')}"
    assert put(client, odd).json["id"] == f"https://example.org/story/paragraphs/3{end}"
    assert put(client, odd, {"text": "Cake instead."}).json["status"] == "replaced"
    assert client.get(f"/api/articles/{odd}").json["of"] == 1
    assert client.delete(f"/api/articles/{odd}").status_code == 401
    assert client.delete(f"/api/articles/{odd}", headers=ALLOWED).json["status"] == "removed"


@pytest.mark.parametrize("end", ["", "/copies"])
def test_a_paragraph_itself_is_not_written(client, end):
    for answer in (
        put(client, f"known/paragraphs/1{end}"),
        client.delete(f"/api/articles/known/paragraphs/1{end}", headers=ALLOWED),
        client.delete(f"/api/articles/unknown/paragraphs/1{end}", headers=ALLOWED),
    ):
        assert error_of(answer, 405)["code"] == "method_not_allowed"
        assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert total(client, "siege") == 0


def test_an_article_that_names_no_language_gets_that_of_its_text(client):
    text = "Der Hafen blieb eine Woche lang geschlossen, und alle Boote mussten draußen warten."
    put(client, "hafen", {"title": "Hafen", "text": text})
    assert client.get("/api/articles/hafen").json["language"] == "de"


def test_what_is_answered_is_committed(client, path):
    put(client)
    assert Searcher.open(path).search("bread").total.paragraphs == 1


def test_another_process_finds_what_was_written(client, path):
    other = create_app(path).test_client()
    assert total(other, "bread") == 0
    put(client)
    assert total(other, "bread") == 1


@pytest.mark.parametrize("article_id", ["a/b.txt", "https://x.org/a//b?c=d", "naïve/日本", "100 %"])
def test_an_article_of_any_id_can_be_written(client, article_id):
    from urllib.parse import quote

    assert put(client, quote(article_id, safe="")).json["id"] == article_id
    assert client.get(f"/api/articles/{quote(article_id, safe='')}").json["id"] == article_id


def test_the_id_in_the_article_is_that_of_the_address(client):
    assert put(client, record={**RECORD, "id": "siege"}).status_code == 201
    assert "not the one" in error_of(put(client, record={**RECORD, "id": "x"}), 400)["message"]


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff", b"1", b'{"text": 1}', b"{}", b"[" * 100_000]
)
def test_what_is_no_article_is_refused_in_a_sentence(client, data):
    answer = client.put(
        "/api/articles/x", data=data, content_type="application/json", headers=ALLOWED
    )
    assert error_of(answer, 400)["code"] == "bad_input"


def test_many_are_written_as_one_and_each_line_says_what_became_of_it(client):
    lines = [
        json.dumps({"id": "one", "text": "The first siege."}),
        "",
        "{",
        json.dumps({"id": "known", "text": "Known anew."}),
        json.dumps({"text": "Nobody knows me."}),
    ]
    answer = client.post("/api/articles", data="\n".join(lines), **LINES).json
    assert [(each["line"], each["status"], each.get("id")) for each in answer["lines"]] == [
        (1, "added", "one"), (3, "failed", None), (4, "replaced", "known"), (5, "failed", None),
    ]  # fmt: skip
    assert (answer["added"], answer["replaced"], answer["failed"]) == (1, 1, 2)
    assert answer["lines"][1]["error"]["code"] == "bad_input"
    assert total(client, "siege OR anew") == 2


def test_an_article_twice_in_one_body_counts_with_the_last(client):
    lines = [json.dumps({"id": "one", "text": text}) for text in ("Siege.", "Peace.")]
    client.post("/api/articles", data="\n".join(lines), **LINES)
    assert (total(client, "siege"), total(client, "peace")) == (0, 1)


def test_while_another_process_writes_one_is_told_to_try_again(client, path):
    with Store(path).lock():
        answers = [
            put(client),
            client.delete("/api/articles/known", headers=ALLOWED),
            client.post("/api/articles", data="{}", **LINES),
        ]
    for answer in answers:
        assert error_of(answer, 423)["code"] == "index_locked"
        assert answer.headers["Retry-After"] == "1"
        assert str(path) not in answer.text
    assert put(client).status_code == 201


def test_a_first_article_makes_the_index(tmp_path):
    client = create_app(tmp_path / "new", Token(TOKEN)).test_client()
    assert put(client).status_code == 201
    assert total(client, "bread") == 1


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_types_are_not_read(client, kind):
    answer = client.put("/api/articles/x", data=b"{}", content_type=kind, headers=ALLOWED)
    assert error_of(answer, 415)["code"] == "wrong_type"
    answer = client.post("/api/articles", data=b"{}", content_type=kind, headers=ALLOWED)
    assert error_of(answer, 415)["code"] == "wrong_type"


def test_a_body_of_16_mb_is_read_and_one_more_byte_is_not(client):
    fits = b'{"id": "x", "text": "Small."}'.ljust(MAX_WRITTEN)
    assert client.post("/api/articles", data=fits, **LINES).json["added"] == 1
    assert error_of(client.post("/api/articles", data=fits + b" ", **LINES), 413)["code"]


# Who may


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer ", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN.lower()}", "Bearer naïve",
    ],
)  # fmt: skip
def test_only_the_token_opens(client, header):
    headers = {} if header is None else {"Authorization": header}
    answers = [
        put(client, headers=headers),
        client.delete("/api/articles/known", headers=headers),
        client.post(
            "/api/articles", data="{}", content_type=LINES["content_type"], headers=headers
        ),
        client.put(f"/api/articles/x?token={TOKEN}", json=RECORD, headers=headers),
    ]
    for answer in answers:
        assert error_of(answer, 401)["code"] == "unauthorized"
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert "Set-Cookie" not in answer.headers
    assert total(client, "known") == 1


def test_without_a_token_writing_is_off(path):
    client = create_app(path).test_client()
    for headers in ({}, ALLOWED, {"Authorization": "Bearer "}):
        assert error_of(put(client, headers=headers), 403)["code"] == "writing_off"
        deleted = client.delete("/api/articles/known", headers=headers)
        assert error_of(deleted, 403)["code"] == "writing_off"


def test_info_says_whether_articles_can_be_written(client):
    assert client.get("/api/info").json["writable"]


@pytest.mark.parametrize(
    "text",
    ["", "letmein", "x" * 64, "0123456789" * 3, "abc123" * 4, "hV0pY3tqK9wZr2LxN8sD ", "ü" * 40],
)
def test_a_weak_token_is_refused_without_being_told(text):
    with pytest.raises(WeakToken) as refused:
        Token(text)
    assert not text or text not in str(refused.value)


@given(st.binary(min_size=16, max_size=16))
def test_no_token_of_128_random_bits_is_too_short(data):
    if len(set(data.hex())) >= 8:
        assert Token(data.hex()).is_same(data.hex())


def test_the_command_refuses_a_weak_token_at_the_start(path, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("NUTGRAF_TOKEN", "letmein")
    assert run(["--index", str(path), "serve"]) == 2
    (tmp_path / "token").write_text("letmein\n")
    monkeypatch.delenv("NUTGRAF_TOKEN")
    assert run(["--index", str(path), "serve", "--token-file", str(tmp_path / "token")]) == 2
    (tmp_path / "token").write_text("\n")
    assert run(["--index", str(path), "serve", "--token-file", str(tmp_path / "token")]) == 2
    told = capfd.readouterr().err
    assert told.count("too easily guessed") == 2
    assert "holds no token" in told
    assert "letmein" not in told


def test_the_token_is_never_told(client, monkeypatch, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    told = [repr(Token(TOKEN)), str(vars(Token(TOKEN)))]
    monkeypatch.setattr("web.writing.put_article", lambda *_: 1 / 0)
    for answer in (put(client), put(client, record=[]), client.get("/api/info", headers=ALLOWED)):
        told += [answer.text, str(answer.headers)]
    told += [caplog.text, *capfd.readouterr()]
    assert TOKEN not in "".join(told)
    assert "error" in caplog.text


def test_the_token_may_stand_in_a_file(path, tmp_path, monkeypatch):
    (tmp_path / "token").write_text(TOKEN + "\n")
    served = []
    monkeypatch.setattr("web.server.serve", lambda *given: served.append(given[3]))
    asked = ["--index", str(path), "serve", "--port", "0", "--token-file", str(tmp_path / "token")]
    assert run(asked) == 0
    assert served[0].is_same(TOKEN)
