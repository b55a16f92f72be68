"""The web face, over a real index.

- Pages and API show the same paragraphs, spans and errors.
- Every option is read, or refused in one sentence.
- An article of any id can be linked to and comes back.
- Errors have one shape and tell nothing of the inside.
"""

import html
import logging
import re
from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search.header_contract import article_link
from search.searcher import Searcher
from tests.make import write_index
from web.app import create_app

AWKWARD_IDS = [
    "a/b.txt",
    "https://x.org/a//b?c=d&e=f#g",
    "/leading",
    "trailing/",
    "//",
    "100% sure",
    "%2F",
    "a+b c",
    "a/../b",
    "..x",
    "\\back\\slash",
    "naïve/日本/☃",
    "semi;colon,comma",
    "p#p3",
]
ARTICLES = [
    Article(
        "siege",
        (
            "Moscow hit back at Washington.",
            "The siege of the city went on.",
            "Nobody knew how the siege would end.",
            "The siege, they said, was the longest siege.",
            "A siege has no winners.",
            "Trade went on during the siege.",
        ),
        title="A long siege",
        author="admin",
        source="Coast Wire",
        url="https://example.org/siege",
        language="en",
        date=PublicationDate("2016-09-26T21:11", "minute"),
    ),
    Article("month", ("Bread was dear in the siege.",), date=PublicationDate("2016-09", "month")),
    Article("year", ("Grève à Paris, pain cher.",), language="fr",
            date=PublicationDate("2015", "year")),
    Article("undated", ("Bread again.", "And one penny more."), title="Bread"),
    *(Article(each, ("An awkward name.", "Found at last.")) for each in AWKWARD_IDS),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("web") / "archive", ARTICLES)
    return create_app(path)


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def page(client):
    """The HTML of a page, by its address."""
    return lambda address, status=200: read(client.get(address), status)


def test_languages_are_chosen_by_their_names(page):
    text = page("/?q=siege+OR+pain")
    assert ">French</a>" in text
    assert 'aria-label="Leave out English"' in text
    assert "Remove the filter French" in page("/?q=pain+language%3A%3Dfr")


def read(response, status=200):
    assert response.status_code == status
    assert response.content_type == "text/html; charset=utf-8"
    return response.text


def error_of(response, status):
    """The error of a response; whatever went wrong, it has this shape."""
    assert response.status_code == status
    assert response.content_type == "application/json; charset=utf-8"
    (shape,) = response.json.items()
    assert shape[0] == "error"
    assert set(shape[1]) in ({"code", "message"}, {"code", "message", "position"})
    return shape[1]


class Tags(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def links(text):
    return [attributes["href"] for tag, attributes in Tags(text).found if tag == "a"]


# The start


def test_start_page_tells_what_is_in_the_archive(page, client):
    text = page("/")
    counts = client.get("/healthz").json
    assert f"<span>{counts['articles']} articles</span>" in text
    assert '<time datetime="2015-01-01">1 January 2015</time>' in text
    assert '<time datetime="2016-09-30">30 September 2016</time>' in text


def test_only_the_start_page_takes_the_focus(page):
    assert " autofocus" in page("/")
    assert " autofocus" not in page("/?q=siege")


def test_a_blank_query_shows_the_start_page(page):
    assert page("/?q=++") == page("/").replace('value=""', 'value="  "')


def test_start_page_of_an_empty_archive_says_how_to_fill_it(tmp_path):
    with open_writer(Store(tmp_path / "empty")):
        pass
    text = read(create_app(tmp_path / "empty").test_client().get("/"))
    assert "The archive is still empty" in text


def test_start_page_shows_a_new_commit(tmp_path):
    client = create_app(tmp_path / "growing").test_client()
    for count in (1, 2):
        with open_writer(Store(tmp_path / "growing")) as writer:
            writer.add(Article(f"number {count}", ("Text.",)))
        assert client.get("/healthz").json["articles"] == count
        assert f"<span>{count} article" in client.get("/").text


# Results


def test_results_show_paragraphs_with_marks_under_their_article(page):
    text = page("/?q=washington")
    assert 'Moscow hit back at <mark data-clause="1">Washington</mark>.' in text
    assert '<a href="/articles/siege?q=washington">A long siege</a>' in text


def test_a_phrase_has_one_mark(page):
    assert '<mark data-clause="1">hit back</mark>' in page("/?q=%22hit+back%22")


def test_results_count_paragraphs_and_articles(page):
    assert "<h1>6 paragraphs <span>in 2 articles</span></h1>" in page("/?q=siege")
    assert "<h1>1 paragraph <span>in 1 article</span></h1>" in page("/?q=washington")


def test_headline_is_marked_where_the_query_asks_for_the_title(page):
    text = page("/?q=title:siege")
    assert 'A long <mark data-clause="1">siege</mark></a></h2>' in text


def test_paragraph_number_is_a_link_to_the_paragraph(page):
    text = page("/?q=washington")
    assert '<a class="number" href="/articles/siege?q=washington#p1">¶ 1 <span>of 6</span>' in text


def test_article_tells_how_many_more_paragraphs_match(page):
    many = page("/?q=siege&n=2")
    assert re.search(r'href="/articles/siege\?q=siege&amp;n=2">5 paragraphs match', many)
    assert "paragraphs match" not in page("/?q=washington")


def test_byline_has_source_author_and_date(page):
    text = page("/?q=washington")
    assert '<bdi class="source">Coast Wire</bdi> · <bdi>admin</bdi> · ' in text
    assert '<time datetime="2016-09-26T21:11">26 September 2016, 21:11</time>' in text


@pytest.mark.parametrize(
    ("article", "date"),
    [
        ("month", '<time datetime="2016-09">September 2016</time>'),
        ("year", '<time datetime="2015">2015</time>'),
        ("undated", "date unknown"),
    ],
)
def test_dates_are_as_precise_as_they_are_known(page, article, date):
    assert date in page(f"/articles/{article}")


def test_article_without_a_title_is_headed_by_its_id(page):
    assert '<a href="/articles/month?q=dear">month</a>' in page("/?q=dear")


def test_text_carries_the_language_of_its_article(page):
    assert '<p dir="auto" lang="fr">' in page("/?q=paris")
    assert '<p dir="auto">' in page("/?q=penny")


def test_context_is_shown_once_and_set_apart(page):
    text = page("/?q=winners+OR+washington&context=1")
    assert text.count('class="passage context') == 3
    assert text.count("¶ 2 ") == 1


def test_notices_are_shown(page, client):
    (notice, *_) = client.get("/api/search?q=%22siege").json["notices"]
    assert html.escape(notice) in page("/?q=%22siege").replace("&#34;", "&quot;")


def test_titles_name_the_page(page):
    assert "<title>nutgraf – find the paragraph</title>" in page("/")
    assert "<title>siege – nutgraf</title>" in page("/?q=siege")
    assert "<title>siege, page 2 – nutgraf</title>" in page("/?q=siege&n=1&page=2")
    assert "<title>A long siege – nutgraf</title>" in page("/articles/siege")


# Nothing found


def test_words_in_different_paragraphs_lead_to_any_of_the_words(page):
    text = page("/?q=washington+winners")
    sentence = "No paragraph has all the words, but 1 article has them in different paragraphs."
    assert sentence in text
    assert '<a href="/?q=washington+winners&amp;match=any">' in text


def test_a_word_that_is_nowhere_says_so(page):
    text = page("/?q=zeppelin")
    assert "No paragraph matches <q>zeppelin</q>." in text
    assert "match=any" not in text


def test_a_page_past_the_last_leads_back(page):
    text = page("/?q=siege&page=9")
    assert 'There is no page 9; <a href="/?q=siege">the last is page 1</a>.' in text


# Moving on


def test_controls_keep_the_query_and_start_at_the_first_page(page):
    text = page("/?q=siege+OR+bread&n=1&page=2&context=1")
    assert "/?q=siege+OR+bread&n=1&sort=date&context=1" in links(text)
    assert "/?q=siege+OR+bread&n=1&match=any&context=1" in links(text)


def test_one_word_has_no_choice_of_all_or_any(page):
    assert "Any word" not in page("/?q=siege")
    assert "Newest first" in page("/?q=siege")


def test_the_chosen_control_is_the_current_one(page):
    text = page("/?q=siege&sort=date")
    current = [a["href"] for _, a in Tags(text).found if a.get("aria-current") == "true"]
    assert current == ["/?q=siege&sort=date"]


def test_the_box_keeps_the_options_but_not_the_page(page):
    text = page("/?q=siege&n=1&page=2&sort=date&match=any&context=2&strict=1")
    box = text[: text.index("</form>")]
    hidden = {a["name"]: a["value"] for _, a in Tags(box).found if a.get("type") == "hidden"}
    assert hidden == {"n": "1", "sort": "date", "match": "any", "context": "2", "strict": "1"}


def test_pages_lead_to_each_other(page):
    assert "/?q=siege&n=1&page=2" in links(page("/?q=siege&n=1"))
    assert "/?q=siege&n=1" in links(page("/?q=siege&n=1&page=2"))
    assert "Page 2 of 2" in page("/?q=siege&n=1&page=2")


def test_every_article_is_on_one_page_of_many(client):
    found, address = [], "/api/search?q=awkward&n=3"
    while address:
        answer = client.get(address).json
        found += [article["id"] for article in answer["articles"]]
        address = answer["page"]["next"]
    assert sorted(found) == sorted(AWKWARD_IDS)


# An article


def test_article_has_an_anchor_for_every_paragraph(page):
    identified = [a["id"] for tag, a in Tags(page("/articles/siege")).found if tag == "p"
                  if "id" in a]  # fmt: skip
    assert identified == [f"p{number}" for number in range(1, 7)]


def test_article_shows_what_the_query_matches(page):
    text = page("/articles/siege?q=winners")
    assert 'A siege has no <mark data-clause="1">winners</mark>.' in text
    assert "1 of 6 paragraphs marked" in text
    assert '<li><a href="#p5">¶ 5</a></li>' in text


def test_article_leads_back_to_the_results_that_it_came_from(page):
    text = page("/?q=siege&n=1&page=2&sort=date")
    (found, *_) = [link for link in links(text) if link.startswith("/articles/")]
    assert "/?q=siege&n=1&page=2&sort=date" in links(page(found))
    assert "Back to results" not in page("/articles/siege")


def test_article_links_to_its_original(page):
    text = page("/articles/siege")
    assert '<a href="https://example.org/siege" rel="noopener noreferrer">' in text


@pytest.mark.parametrize("article_id", AWKWARD_IDS)
def test_article_of_any_id_is_found_at_its_link(client, page, article_id):
    found = client.get("/api/articles/" + quote(article_id, safe="")).json
    assert found["id"] == article_id
    assert f'<h1 dir="auto">{html.escape(article_id)}</h1>' in page(article_link(article_id))


def test_links_of_results_lead_to_their_articles(client):
    found = client.get("/api/search?q=awkward&n=100").json["articles"]
    addresses = [article["hits"][0]["link"].partition("#")[0] for article in found]
    assert len(addresses) == len(AWKWARD_IDS)
    assert {client.get(address).status_code for address in addresses} == {200}


def test_an_article_that_is_not_there_is_not_found(client, page):
    error = error_of(client.get("/api/articles/none"), 404)
    assert error["code"] == "no_article"
    assert html.escape(error["message"], quote=False) in html.unescape(page("/articles/none", 404))


# Options


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        ("n=0", 'n must be a whole number from 1 to 100, not "0"'),
        ("n=101", 'n must be a whole number from 1 to 100, not "101"'),
        ("n=ten", 'n must be a whole number from 1 to 100, not "ten"'),
        ("n=１０", 'n must be a whole number from 1 to 100, not "１０"'),
        ("page=0", 'page must be a whole number from 1 to 10,000, not "0"'),
        ("page=-1", 'page must be a whole number from 1 to 10,000, not "-1"'),
        ("context=11", 'context must be a whole number from 0 to 10, not "11"'),
        ("sort=size", 'sort must be relevance, date or position, not "size"'),
        ("match=some", 'match must be all or any, not "some"'),
        (
            "tz=Mars/Olympus",
            "There is no time zone 'Mars/Olympus'; write one such as Europe/Vilnius or UTC",
        ),
        ("strict=yes", 'strict must be 0 or 1, not "yes"'),
        ("n=" + 50 * "9", f'n must be a whole number from 1 to 100, not "{40 * "9"}…"'),
    ],
)
def test_a_bad_option_is_refused_alike_in_page_and_api(client, page, option, sentence):
    error = error_of(client.get(f"/api/search?q=siege&{option}"), 400)
    assert error == {"code": "bad_option", "message": sentence}
    assert f'id="error">{sentence}' in html.unescape(page(f"/?q=siege&{option}", 400))


def test_paging_ends_at_ten_thousand_articles(client):
    assert client.get("/api/search?q=siege&n=100&page=100").status_code == 200
    error = error_of(client.get("/api/search?q=siege&n=100&page=101"), 400)
    assert error["code"] == "too_deep"


def test_an_option_without_a_value_has_its_default(client):
    plain = client.get("/api/search?q=siege").json["articles"]
    assert client.get("/api/search?q=siege&n=&page=&sort=&match=").json["articles"] == plain


def test_the_api_refuses_an_option_that_does_not_exist(client):
    error = error_of(client.get("/api/search?q=siege&limit=5"), 400)
    names = "q, n, page, cursor, sort, match, context, strict, tz, fold, facets, advice"
    assert error["message"] == f'There is no option "limit"; the options are {names}'


def test_the_api_refuses_an_option_that_is_given_twice(client):
    error = error_of(client.get("/api/search?q=siege&q=bread"), 400)
    assert error["message"] == "q is given 2 times; give it once"


def test_a_page_bears_what_others_add_to_its_address(page):
    assert "6 paragraphs" in page("/?q=siege&utm_source=letter")


def test_sort_and_match_reach_the_engine(client):
    newest = client.get("/api/search?q=siege&sort=date").json["articles"]
    assert [article["id"] for article in newest] == ["siege", "month"]
    assert client.get("/api/search?q=washington+winners&match=any").json["match"] == "any"


def test_strict_turns_a_notice_into_an_error(client):
    assert client.get("/api/search?q=%22siege").status_code == 200
    error = error_of(client.get("/api/search?q=%22siege&strict=1"), 400)
    assert error["position"] == 0


# The API


def test_api_answers_as_the_contract_says(client):
    answer = client.get("/api/search?q=washington").json
    (article,) = answer["articles"]
    (hit,) = article["hits"]
    folded = {"paragraphs": 1, "articles": 1}
    assert answer["total"] == {"paragraphs": 1, "articles": 1, "same_article": 1, "folded": folded}
    assert (article["id"], article["total"]) == ("siege", 1)
    assert (hit["paragraph"], hit["of"], hit["link"]) == (1, 6, "/articles/siege#p1")
    assert [hit["text"][start:end] for start, end, _ in hit["spans"]] == ["Washington"]


def test_json_is_readable_and_in_the_order_of_the_contract(client):
    response = client.get("/api/search?q=paris")
    assert "Grève à Paris" in response.text
    assert list(response.json)[:3] == ["query", "match", "total"]


def test_api_shows_an_article_with_spans(client):
    answer = client.get("/api/articles/siege?q=winners").json
    spans = [each["paragraph"] for each in answer["paragraphs"] if each["spans"]]
    assert (answer["of"], spans) == (6, [5])


@pytest.mark.parametrize("address", ["/api/search", "/api/search?q=", "/api/search?q=+"])
def test_api_asks_for_a_query(client, address):
    assert error_of(client.get(address), 400)["code"] == "empty_query"


def test_health_counts_articles_and_paragraphs(client):
    answer = client.get("/healthz")
    paragraphs = sum(len(article.paragraphs) for article in ARTICLES)
    assert answer.json == {"status": "ok", "articles": len(ARTICLES), "paragraphs": paragraphs}


# Errors


def test_a_bad_query_has_the_same_sentence_in_page_and_api(client, page):
    error = error_of(client.get("/api/search?q=date:nonsense"), 400)
    assert error["code"] == "bad_date"
    text = page("/?q=date:nonsense", 400)
    assert error["message"] in html.unescape(text)
    assert 'value="date:nonsense"' in text


def test_a_bad_query_keeps_its_sentence_on_an_article(client, page):
    error = error_of(client.get("/api/articles/siege?q=date:nonsense"), 400)
    assert error["message"] in html.unescape(page("/articles/siege?q=date:nonsense", 400))


def test_box_says_that_it_is_wrong_only_where_it_is(page):
    assert 'aria-invalid="true" aria-describedby="error"' in page("/?q=date:nonsense", 400)
    assert "aria-invalid" not in page("/articles/none", 404)


def test_without_an_index_everything_says_so(tmp_path):
    client = create_app(tmp_path / "none").test_client()
    error = error_of(client.get("/healthz"), 503)
    assert error["code"] == "no_index"
    for address in ("/", "/?q=siege", "/articles/siege"):
        assert error["message"] in html.unescape(read(client.get(address), 503))


def test_an_index_that_is_made_later_is_served(tmp_path):
    client = create_app(tmp_path / "late").test_client()
    assert client.get("/healthz").status_code == 503
    with open_writer(Store(tmp_path / "late")) as writer:
        writer.add(Article("first", ("At last.",)))
    assert client.get("/healthz").json["articles"] == 1


def test_unknown_address_is_not_found(client, page):
    assert (
        error_of(client.get("/api/nothing"), 404)["message"] == "There is nothing at /api/nothing"
    )
    assert "There is nothing at /nothing" in page("/nothing", 404)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_nothing_can_be_changed(client, method):
    response = client.open("/api/search?q=siege", method=method)
    assert error_of(response, 405)["message"] == f"{method} is not possible here; use GET"
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_body_of_16_kb_is_borne_and_one_more_byte_is_not(client):
    assert client.get("/api/search?q=siege", data=b"x" * 16 * 1024).status_code == 200
    error = error_of(client.get("/api/search?q=siege", data=b"x" * (16 * 1024 + 1)), 413)
    assert error["code"] == "too_large"


def test_an_unexpected_error_tells_only_a_number_that_is_in_the_log(client, monkeypatch, caplog):
    def fail(*_):
        raise RuntimeError("secret /srv/archive")

    monkeypatch.setattr(Searcher, "search", fail)
    for address in ("/api/search?q=unforeseen", "/?q=siege"):
        with caplog.at_level(logging.ERROR, logger="nutgraf.web"):
            response = client.get(address)
        assert response.status_code == 500
        assert "secret" not in response.text
        assert "RuntimeError" not in response.text
        number = re.search(r"the number ([0-9a-f]{8})", response.text)[1]
        assert f"error {number} at" in caplog.text


def test_a_logged_address_stays_on_its_line(client, monkeypatch, caplog):
    monkeypatch.setattr(Searcher, "search", lambda *_: 1 / 0)
    client.get("/?q=a%0Aforged%1b[31m")
    assert "\n" not in caplog.records[-1].getMessage()
    assert "\x1b" not in caplog.records[-1].getMessage()


def test_debugging_is_off(app):
    assert not app.debug
    assert not app.testing
