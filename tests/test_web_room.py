"""How large a page of results is.

- No page of results is larger than 100 kB, however long its paragraphs, however many marks, however
  long the query, however much is asked for at once, and however it is viewed.
- What is left out is a link away, and JSON has all of it.
"""

import re
from html import unescape
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest

from index.article import Article, PublicationDate
from search import deadline
from tests.make import write_index
from web.app import create_app
from web.room import MOST

LONG = "to the of and in " * 300
ARTICLES = [
    *(Article(f"long{at}", (LONG, "short siege", LONG)) for at in range(12)),
    Article("huge", ("far off " * 2_000 + "besieged in the end " + "far off " * 2_000,)),
    Article("quoted", ("'<&>' to " * 1_000,)),
    Article("letters", ("日本語 to " * 1_000,)),
    *(
        Article(
            f"daily{at}",
            tuple(f"Ferry {each} at the island 🏝 {at}" for each in range(12)),
            title="The ferry <of> the day & night " * 3,
            source=f"Source {at % 30}",
            date=PublicationDate(f"{1950 + at // 12}-{at % 12 + 1:02}-{at % 28 + 1:02}", "day"),
        )
        for at in range(120)
    ),
]
QUERIES = (
    "to", "to the", "to the of and in", "to OR the OR of OR and OR in", '"to the" OR "of and"',
    "t?? of w/3 in", "siege far", "to -short", "words:>10 to", "siege w/1p to",
)  # fmt: skip


LONG_QUERIES = (
    "ferry " + "-zebra " * 30,
    "ferry " + " ".join("-" + "z" * 60 + str(at) for at in range(7)),
    "ferry " + " ".join("-" + "日本" * 12 + str(at) for at in range(15)),
    "ferry OR " + "🏝" * 400,
    "ferry " + "&" * 500,
    "ferry " + " ".join(f"-source:s{at}" for at in range(30)),
    "(ferry OR the) date:1950..2016 " + " ".join(f'-"{"ü" * 12} {at}"' for at in range(14)),
    "ferry", "to", "zebra " * 31, "ferry " + "zebra" * 90,
)  # fmt: skip
MANY = ("", "n=100", "n=100&context=10", "n=100&sort=position&context=2&match=any", "n=100&page=2")
VIEWS = (
    "view=timeline", "view=timeline&by=month&per=10000", "view=timeline&by=month",
    "view=kwic", "view=kwic&rows=1000&width=1000", "view=kwic&rows=1000&order=left1&width=10",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("room") / "archive", ARTICLES)
    with pytest.MonkeyPatch.context() as patch:  # a page that is not made in time is small
        patch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: 0.0))
        yield create_app(path).test_client()


@pytest.mark.parametrize("query", QUERIES)
def test_no_page_is_larger_than_100_kb(client, query):
    answer = client.get("/", query_string={"q": query, "fold": 0})
    assert answer.status_code == 200
    assert len(answer.data) <= MOST


@pytest.mark.parametrize(
    ("query", "more"),
    [
        (query, more)
        for row, query in enumerate(LONG_QUERIES)
        for column, more in enumerate([*MANY, *VIEWS])
        if (row + column) % 3 == 0  # each query with a third of the options
    ],
)
def test_no_page_is_larger_however_long_the_query_and_however_much_is_asked_for(
    client, query, more
):
    answer = client.get("/", query_string={"q": query, **dict(parse_qsl(more))})
    assert answer.status_code == 200, answer.text
    assert len(answer.data) <= MOST


def test_articles_that_do_not_fit_are_a_link_away(client):
    page = client.get("/?q=ferry&n=100&context=10&fold=0").text
    fit = page.count('<article class="found">')
    assert 1 < fit < 100
    assert f"Only {fit} of 100 articles fit on a page; " in page
    assert f'href="/?q=ferry&amp;page={fit // 10 + 1}&amp;context=10&amp;fold=0"' in page


@pytest.mark.parametrize("more", ["n=100", "n=100&context=10", "n=10&context=10", "n=50&sort=date"])
def test_whoever_follows_next_sees_every_article_once(client, more):
    asked = f"/?q=ferry&fold=0&{more}"
    seen = []
    while asked:
        page = client.get(asked).text
        seen += re.findall(r'<article class="found">\s*<h2[^>]*><a href="/articles/([^"?]*)', page)
        following = re.search(r'<a rel="next" href="([^"]*)"', page)
        asked = following and unescape(following[1])
    assert (
        len(seen) == len(set(seen)) == client.get("/api/search?q=ferry").json["total"]["articles"]
    )


def test_rows_that_do_not_fit_are_a_link_away(client):
    page = client.get("/?q=ferry&view=kwic&rows=1000").text
    fit = page.count('<td class="match">')
    assert 100 < fit < 1000
    assert f"Only {fit} of 1,000 rows fit on a page; " in page
    assert f"page={fit // 50 + 1}" in page


def test_bars_of_more_periods_than_fit_are_all_drawn(client):
    page = client.get("/?q=ferry&view=timeline&by=month").text
    assert page.count('class="bar"') == 120
    whole = client.get("/?q=ferry&view=timeline&by=year").text
    assert whole.count('<a href="/?q=ferry') > 10  # and of few, each is a link


def test_a_page_with_room_leaves_nothing_out(client):
    page = client.get("/?q=ferry").text
    assert "fit on a page" not in page
    assert "left out" not in page
    assert 'class="filters"' in page


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
