"""Quotations over HTTP: one, many, and on a page that needs no JavaScript."""

from __future__ import annotations

import pytest

from tests.make import article
from tests.test_api import hold
from web.app import create_app


@pytest.fixture
def client(make_index):
    said = article(
        "harbour", "We will not close the <harbour>, she told the council.", title="Vote"
    )
    return create_app(make_index(said)).test_client()


def test_many_quotations_are_answered_in_their_order(client):
    given = ["she told the council", "zeppelin", "We will never close the harbour"]
    answer = client.post("/api/check", json=given)
    hold(answer.json, "CheckedList")
    assert [each["verdict"] for each in answer.json] == ["exact", "not found", "altered"]


@pytest.mark.parametrize("given", [{}, [], ["x"] * 101, [1], ["…"], ["x" * 10_001]])
def test_what_is_no_list_of_quotations_is_refused(client, given):
    answer = client.post("/api/check", json=given)
    assert answer.status_code == 400
    hold(answer.json, "Error")


@pytest.mark.parametrize("data", [r'["a\ud800"]', "[" * 15_000, "[NaN", "", '["a"] x'])
def test_half_a_character_and_what_is_no_json_are_refused(client, data):
    answer = client.post("/api/check", data=data, content_type="application/json")
    assert answer.status_code == 400
    hold(answer.json, "Error")


def test_the_page_shows_what_was_changed_and_where_it_is_from(client):
    page = client.get("/check?q=We+will+never+close+the+harbour").text
    assert "“not” became “never”" in page
    assert "<del>not</del>" in page
    assert "<ins>never</ins>" in page
    assert 'href="/articles/harbour#p1"' in page
    assert "&lt;harbour" in page
    assert "<harbour" not in page


def test_where_it_is_said_to_be_from_is_compared(client):
    asked = {"q": "she told the council", "source": "The Gull", "date": "2016-09"}
    answer = client.get("/api/check", query_string=asked)
    hold(answer.json, "Checked")
    assert answer.json["claim"]["agrees"] is False
    assert "said to be from The Gull, September 2016" in answer.json["claim"]["told"]
    page = client.get("/check", query_string=asked).text
    assert "Said to be from The Gull, September 2016; found in" in page
    assert 'value="The Gull"' in page
    sent = [{"quotation": "she told the council", "source": "The Gull"}, "zeppelin"]
    answer = client.post("/api/check", json=sent)
    hold(answer.json, "CheckedList")
    assert [each["claim"] is None for each in answer.json] == [False, True]


def test_a_date_that_cannot_be_read_is_refused(client):
    answer = client.get("/api/check?q=council&date=yesterday")
    assert answer.status_code == 400
    assert "yesterday" in answer.json["error"]["message"]
    answer = client.post("/api/check", json=[{"quotation": "council", "speaker": "she"}])
    assert answer.status_code == 400


def test_of_a_list_it_is_told_which_quotation_cannot_be_checked(client):
    for wrong in ("…", {"quotation": "council", "date": "yesterday"}):
        answer = client.post("/api/check", json=["she told the council", wrong])
        assert answer.status_code == 400
        assert answer.json["error"]["message"].startswith("Quotation 2 of the list: The ")


def test_the_page_says_what_was_not_found(client):
    assert "Not found" in client.get("/check?q=zeppelin").text
    assert client.get("/check").status_code == 200
