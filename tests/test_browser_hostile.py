# ruff: noqa: F401, F811 - fixtures are imported, and named as arguments
"""Hostile strings in Chromium: as title, author, source, address, text and query they are read.

- No dialog opens, no policy is violated, nothing is asked of another host.
- Results and articles hold our own elements and attributes only; links lead to the web or to us.
"""

import json
import random
import tarfile
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import expect

from index.article import Article
from tests.browsing import browser, served, visit
from tests.conftest import DATA

# Werkzeug leaves a file open where the browser, at the end of a test, drops its connection.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

SAMPLES = 300
QUERIES = 40
LISTS = ("badinputs/xss/payloadbox/", "badinputs/xss/payloadsallthethings/")
ELEMENTS = set(
    "article h2 a p span time div svg title rect mark ul li ol b small header h1 nav code q dl dt "
    "dd details summary section form fieldset legend label input button blockquote pre bdi ins del".split()
)
ATTRIBUTES = set(
    "action aria-current aria-describedby aria-hidden aria-label aria-labelledby autocomplete class data-clause data-copy "
    "data-ends data-key data-replace datetime dir height href id inputmode lang maxlength name "
    "placeholder rel role size title type value width x y".split()
)
WALK = """() => [...document.querySelectorAll("main *")].map(each =>
    [each.localName, each.getAttributeNames(), each.getAttribute("href")])"""


def hostile_strings():
    """A sample of lists of strings that have broken pages."""
    if not (DATA / "badinputs.tar.xz").exists():
        pytest.skip(f"the data file badinputs.tar.xz is not in {DATA}; set NUTGRAF_DATA")
    lines = set()
    with tarfile.open(DATA / "badinputs.tar.xz") as archive:
        for member in archive:
            if member.name.startswith(LISTS) and member.name.endswith(".txt"):
                lines.update(
                    archive.extractfile(member).read().decode("utf-8", "replace").split("\n")
                )
            elif member.name.endswith("blns.json"):
                lines.update(json.load(archive.extractfile(member)))
    usable = sorted(
        line for line in lines if line.strip() and len(line) < 400 and line.isprintable()
    )
    return random.Random(7).sample(usable, SAMPLES)


@pytest.fixture(scope="module")
def strings():
    return hostile_strings()


@pytest.fixture(scope="module")
def address(tmp_path_factory, strings):
    """Where articles are served that have each string in every place."""
    articles = [
        Article(
            f"{number} {each}", (f"trap {each}", each),
            title=each, author=each, source=each, url=each, language=each[:20],
        )
        for number, each in enumerate(strings)
    ]  # fmt: skip
    with served(tmp_path_factory.mktemp("hostile") / "archive", articles) as there:
        yield there


def assert_only_ours(page):
    """That nothing in the page is foreign."""
    walked = page.evaluate(WALK)
    assert walked
    assert {name for name, *_ in walked} <= ELEMENTS
    assert {name for _, names, _ in walked for name in names} <= ATTRIBUTES
    schemes = {urlsplit(link).scheme for *_, link in walked if link is not None}
    assert schemes <= {"", "http", "https", "mailto"}


def test_hostile_strings_in_results_are_only_read(visit, strings):
    page = visit("/?q=trap&n=50")
    expect(page.locator(".found")).to_have_count(50)
    for number in range(1, 7):
        page.goto(f"/?q=trap+OR+script&n=50&page={number}")
        assert_only_ours(page)


def test_hostile_strings_in_articles_are_only_read(visit, strings):
    page = visit("/")
    for number in range(0, SAMPLES, SAMPLES // QUERIES):
        page.goto(f"/articles/{quote(f'{number} {strings[number]}', safe='')}?q=trap")
        expect(page.locator("#p1 mark").first).to_be_visible()
        assert_only_ours(page)


def test_hostile_strings_in_citations_are_only_read(visit, strings):
    page = visit("/")
    for number in range(0, SAMPLES, SAMPLES // QUERIES):
        page.goto(f"/cite?address={quote(f'{number} {strings[number]}#p2', safe='')}")
        expect(page.locator("blockquote")).to_be_visible()
        assert_only_ours(page)


def test_hostile_strings_as_queries_are_only_read(visit, strings):
    page = visit("/")
    for each in strings[:QUERIES]:
        page.goto(f"/?q={quote(each)}")
        assert_only_ours(page)
        page.locator("#q").fill(f"trap {each}")
        page.keyboard.press("Enter")
        expect(page.locator("#q")).to_have_value(f"trap {each}")
        assert_only_ours(page)
