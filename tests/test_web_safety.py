"""The web face before hostile articles, queries and addresses.

- Every answer, errors included, has the security headers and sets no cookie.
- Nothing out of an article, a query or an address becomes markup or a script link.
- HTML is made from text in one place only.
"""

import html
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from index.article import Article
from search.searcher import Searcher
from tests.make import write_index
from web.app import create_app

HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>\'"&{{7*7}}'
BAD_URLS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "//example.org/x",
    'https://example.org/" onclick="x y',
]
ARTICLES = [
    Article("siege", ("The siege went on.",), title="A long siege"),
    Article("hostile", (HOSTILE + " trap",), title=HOSTILE, author=HOSTILE, source=HOSTILE,
            language='"><script>', url=BAD_URLS[0]),
    *(Article(f"url-{n}", ("Bait for a click.",), url=url) for n, url in enumerate(BAD_URLS)),
]  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("safety") / "archive", ARTICLES)
    return create_app(path)


@pytest.fixture
def client(app):
    return app.test_client()


class Tags(HTMLParser):
    """All tags of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def addresses(app):
    """An address of every route, and of errors of every kind."""
    samples = {"<article_id:article_id>": "siege", "<path:filename>": "style.css"}
    for rule in app.url_map.iter_rules():
        address = rule.rule
        for parameter, sample in samples.items():
            address = address.replace(parameter, sample)
        yield "GET", address
    yield from [("GET", f"{start}{asked}") for start in ("/", "/api/search") for asked in (
        "?q=siege", "?q=zeppelin", "?q=date:nonsense", "?n=x")]  # fmt: skip
    yield from [("GET", "/none"), ("GET", "/api/none")]
    yield from [("GET", "/articles/none"), ("GET", "/api/articles/none"), ("GET", "/static/none")]
    yield from [("POST", "/"), ("POST", "/api/search"), ("OPTIONS", "/"), ("HEAD", "/?q=siege")]


def test_every_answer_has_security_headers_and_no_cookie(app, client):
    asked = list(addresses(app))
    answers = [client.open(address, method=method) for method, address in asked]
    answers += [client.get("/", data=b"x" * 20_000), client.get("/healthz", data=b"x" * 20_000)]
    assert {answer.status_code for answer in answers} == {200, 400, 404, 405, 413}
    for answer in answers:
        assert_safe(answer)
        answer.close()


def assert_safe(answer):
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
        "img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


def test_unexpected_and_unavailable_have_the_security_headers_too(client, monkeypatch, tmp_path):
    assert_safe(create_app(tmp_path / "none").test_client().get("/"))
    monkeypatch.setattr(Searcher, "search", lambda *_: 1 / 0)
    assert_safe(client.get("/?q=siege"))
    assert_safe(client.get("/api/search?q=siege"))


@pytest.mark.parametrize(
    ("address", "content_type"),
    [
        ("/static/style.css", "text/css; charset=utf-8"),
        ("/static/favicon.svg", "image/svg+xml; charset=utf-8"),
        ("/api/search?q=siege", "application/json; charset=utf-8"),
        ("/api/articles/siege", "application/json; charset=utf-8"),
        ("/healthz", "application/json; charset=utf-8"),
        ("/", "text/html; charset=utf-8"),
        ("/articles/siege", "text/html; charset=utf-8"),
    ],
)
def test_content_types_are_exact(client, address, content_type):
    with client.get(address) as response:
        assert response.content_type == content_type


HOSTILE_ADDRESSES = [
    "/?q=trap",
    "/articles/hostile?q=trap",
    "/?" + urlencode({"q": HOSTILE}),
    "/?" + urlencode({"q": "siege", "sort": HOSTILE}),
    "/?" + urlencode({"q": "siege", HOSTILE: "1"}),
    "/receipt?q=trap",
    "/receipt?" + urlencode({"q": HOSTILE}),
    "/articles/siege?" + urlencode({"q": HOSTILE}),
    "/articles/" + quote(HOSTILE, safe=""),
    "/" + quote(HOSTILE, safe=""),
]
ALLOWED_TAGS = set(
    "html head meta title link body a header div p form label input button main h1 h2 span nav ul "
    "li ol article mark time dl dt dd code q footer small b section details summary svg title rect "
    "fieldset legend script button dialog kbd bdi".split()
)
ALLOWED_ATTRIBUTES = set(
    "action aria-current aria-describedby aria-hidden aria-invalid aria-label aria-labelledby "
    "autocapitalize autocomplete charset checked class content data-clause data-ends data-key "
    "data-replace data-rest datetime defer dir enterkeyhint for height hidden href id inputmode "
    "lang maxlength method name placeholder rel role size spellcheck src title type value width x "
    "y".split()
)


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_hostile_text_stays_text(client, address):
    tags = Tags(client.get(address).text).found
    assert {tag for tag, _ in tags} <= ALLOWED_TAGS
    assert {name for _, attributes in tags for name in attributes} <= ALLOWED_ATTRIBUTES


def test_hostile_text_is_shown_as_it_is(client):
    assert HOSTILE in html.unescape(client.get("/?q=trap").text)


@pytest.mark.parametrize("number", range(len(BAD_URLS)))
def test_an_url_that_is_no_address_of_the_web_is_no_link(client, number):
    text = client.get(f"/articles/url-{number}").text
    links = [attributes["href"] for tag, attributes in Tags(text).found if tag == "a"]
    assert [link for link in links if not link.startswith(("/", "#"))] == []
    assert BAD_URLS[number] in html.unescape(text)


def test_html_is_made_from_text_in_one_place_only(app):
    sources = {path.name: path.read_text() for path in _sources(app)}
    unsafe = re.compile(
        r"\|\s*safe\b|Markup\(|autoescape|\bstyle=|<script(?! src=./static/)|\son\w+="
    )
    assert [name for name, text in sources.items() if unsafe.search(text)] == ["marks.py"]


def _sources(app):
    return sorted(p for p in Path(app.root_path).rglob("*") if p.suffix in {".py", ".html"})
