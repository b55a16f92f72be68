"""How large a page of results is.

- No page of results is larger than 100 kB, however long its paragraphs and however many marks.
- What is left out is a link away, and JSON has all of it.
"""

import pytest

from index.article import Article
from tests.make import write_index
from web.app import create_app
from web.room import MOST

LONG = "to the of and in " * 300
ARTICLES = [
    *(Article(f"long{at}", (LONG, "short siege", LONG)) for at in range(12)),
    Article("huge", ("far off " * 2_000 + "besieged in the end " + "far off " * 2_000,)),
    Article("quoted", ("'<&>' to " * 1_000,)),
    Article("letters", ("日本語 to " * 1_000,)),
]
QUERIES = (
    "to", "to the", "to the of and in", "to OR the OR of OR and OR in", '"to the" OR "of and"',
    "t?? of w/3 in", "siege far", "to -short", "words:>10 to", "siege w/1p to",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("room") / "archive", ARTICLES)
    return create_app(path).test_client()


@pytest.mark.parametrize("query", QUERIES)
def test_no_page_is_larger_than_100_kb(client, query):
    answer = client.get("/", query_string={"q": query, "fold": 0})
    assert answer.status_code == 200
    assert len(answer.data) <= MOST


def test_a_page_that_is_shortened_uses_its_room(client):
    assert len(client.get("/?q=to+the&fold=0").data) > 0.9 * MOST


def test_what_is_left_out_is_a_link_away(client):
    page = client.get("/?q=to+the&fold=0").text
    assert 'href="/articles/long0?q=to+the&amp;fold=0#p1">read on in ¶ 1</a>' in page


def test_a_far_mark_of_a_shortened_paragraph_is_shown(client):
    page = client.get("/?q=besieged+OR+%22short+siege%22+OR+to&n=50").text
    assert 'off <mark class="c1" data-ends="1">besieged</mark> in' in page


def test_json_has_the_whole_text(client):
    found = client.get("/api/search?q=to+the&fold=0").json["articles"]
    assert {hit["text"] for article in found for hit in article["hits"]} == {LONG}


def test_a_page_that_fits_shows_whole_paragraphs(client):
    assert "read on" not in client.get("/?q=short").text
