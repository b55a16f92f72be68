# ruff: noqa: F401, F811 - fixtures are imported, and named as arguments
"""Links to a paragraph in the original: a browser that reads as the specification says finds it.

- The start and the end are of one paragraph, and nothing earlier in the article has them.
- What has a meaning in a text directive is percent-encoded.
- Chromium goes to the paragraph.
"""

import re
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from search.citing.fragment import fragment_link
from tests.browsing import browser, served, visit

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

URL = "https://example.org/a"
WORDS = st.sampled_from(
    "the bridge was closed, so-called & shut – until May 5 (noon) ¿qué? 日本".split()
)
PARAGRAPHS = st.lists(
    st.lists(WORDS, min_size=1, max_size=40).map(" ".join), min_size=1, max_size=6
)


def directive(url):
    """What a URL asks a browser to look for: prefix, start, end; None where that is missing."""
    text = url.partition(":~:text=")[2]
    if not text:
        return None
    parts = text.split(",")
    prefix = unquote(parts.pop(0)[:-1]) if parts[0].endswith("-") else None
    start, *end = (unquote(part) for part in parts)
    return prefix, start, end[0] if end else None


def places(text, words):
    """Where whole words stand in a text, case apart."""
    pattern = rf"(?<!\w){re.escape(words)}(?!\w)"
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]


def found_by(paragraphs, prefix, start, end):
    """The first paragraph, and what of it, that a browser finds."""
    for number, text in enumerate(paragraphs):
        for begin, until in places(text, start):
            before = " ".join([*paragraphs[:number], text[:begin]]).rstrip()
            if prefix and not before.lower().endswith(prefix.lower()):
                continue
            if end is None:
                return number + 1, (begin, until)
            for last in [each for each in places(text, end) if each[0] >= until][:1]:
                return number + 1, (begin, last[1])
    return None


@given(paragraphs=PARAGRAPHS, data=st.data())
def test_what_a_browser_finds_is_the_paragraph(paragraphs, data):
    number = data.draw(st.integers(1, len(paragraphs)))
    asked = directive(fragment_link(URL, paragraphs, number))
    if asked:
        text = paragraphs[number - 1]
        assert found_by(paragraphs, *asked) == (number, (0, len(text)))


@given(text=st.text(min_size=1))
def test_nothing_of_a_text_can_be_mistaken_for_a_sign_of_the_directive(text):
    url = fragment_link(URL, [text], 1)
    if " ".join(text.split()):
        assert unquote(url.partition("text=")[2]) == " ".join(text.split())
        assert re.fullmatch(r"[\w.~%]+", url.partition("text=")[2], re.ASCII)


def test_a_paragraph_that_stands_twice_is_told_by_the_one_before_it():
    texts = ["The crews went home.", "Later that night.", "The crews went home."]
    assert fragment_link(URL, texts, 1).endswith(":~:text=The%20crews%20went%20home.")
    assert fragment_link(URL, texts, 3).endswith(
        ":~:text=Later%20that%20night.-,The%20crews%20went%20home."
    )


def test_where_nothing_tells_a_paragraph_from_another_the_link_is_to_the_page():
    assert fragment_link(URL, ["A.", "B.", "A.", "B."], 4) == URL


@pytest.mark.parametrize("url", ["", "ftp://a.org", "mailto:a@b.org", "javascript:alert(1)"])
def test_only_the_web_gets_links(url):
    assert fragment_link(url, ["Text."], 1) == ""


def test_a_fragment_of_the_url_stays():
    assert fragment_link(f"{URL}#top", ["Text."], 1) == f"{URL}#top:~:text=Text."
    assert fragment_link(f"{URL}#:~:text=old", ["Text."], 1) == f"{URL}#:~:text=Text."


TEXTS = tuple(
    f"It was said – so-called, said & done – for the {number}th time that the ferry, the bridge and "
    f"the toll would be dealt with by the council of the town before the end of {1900 + number}."
    for number in range(1, 80)
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with served(tmp_path_factory.mktemp("fragments") / "archive", [Article("a", TEXTS)]) as there:
        yield there


@pytest.mark.parametrize("number", [40, 79])
def test_chromium_goes_to_the_paragraph(visit, number):
    fragment = fragment_link("http://x/articles/a", TEXTS, number).partition("#")[2]
    page = visit(f"/articles/a#{fragment}")
    page.wait_for_function("scrollY > 500")
    box = page.locator(f"#p{number}").bounding_box()
    assert 0 <= box["y"] <= page.viewport_size["height"]
