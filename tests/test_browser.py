"""The pages in Chromium, as readers meet them.

- Search, follow a paragraph, go back: by mouse, by keyboard alone, without JavaScript.
- Every page fits a phone, follows the colour scheme, and satisfies axe-core.
- No page writes an error to the console or asks another host for anything.
"""

import os
import re
import shutil
import threading
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from index.article import Article, PublicationDate
from tests.make import write_index
from web.app import create_app

# Werkzeug leaves a file open where the browser, at the end of a test, drops its connection.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

CHROMIUM = os.environ.get("NUTGRAF_CHROMIUM") or shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCRIPT = "<script>alert('x')</script>"
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 12
ARTICLES = [
    Article(
        "harbour/bridge",
        tuple(
            f"Paragraph {number} tells at some length, as councils do, of the {word} and of what "
            "it will cost the town before anyone has walked across it."
            for number, word in enumerate(["bridge", "ferry", "toll"] * 8, start=1)
        ),
        title="Council votes to pay for the bridge",
        author="Ines Harrold",
        source="Coast Wire",
        url="https://example.org/bridge",
        language="en",
        date=PublicationDate("2022-10-19T21:11", "minute"),
    ),
    Article("grève", ("La grève des ferries continue.",), title="Grève des ferries", language="fr"),
    Article("hebrew", ("הגשר נפתח בשנת 2025, bridge.",), title="הגשר", language="he"),
    Article(LONG, (f"A bridge and {LONG}",), title=LONG, author=LONG, url=f"https://x.org/{LONG}"),
    Article("hostile", (f"A trap: {SCRIPT}",), title=SCRIPT, url="javascript:alert('x')"),
    *(Article(f"note {n}", ("A short note.",), date=PublicationDate(str(2000 + n), "year"))
      for n in range(12)),
]  # fmt: skip
PAGES = {
    "start": "/",
    "results": "/?q=bridge",
    "context": "/?q=ferry&context=1",
    "pages": "/?q=note&page=2",
    "notice": "/?q=%22short+note",
    "nothing": "/?q=zeppelin+bridge",
    "error": "/?q=date:nonsense",
    "article": "/articles/harbour%2Fbridge",
    "marked article": "/articles/harbour%2Fbridge?q=ferry#p11",
    "other script": "/articles/hebrew?q=bridge",
    "not found": "/articles/none",
}
FAILED = re.compile(r"Failed to load resource: the server responded with a status of 40[04]")


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        """Keep the requests out of the output of the tests."""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the application is served."""
    path = write_index(tmp_path_factory.mktemp("browser") / "archive", ARTICLES)
    server = make_server("127.0.0.1", 0, create_app(path), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("the browser tests did not run: chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Open a page of ours; what goes wrong unseen fails the test at its end."""
    contexts, wrong = [], []

    def hear(message):
        # The browser itself reports the status of a page that is meant to be an error.
        if message.type == "error" and not FAILED.match(message.text):
            wrong.append(message.text)

    def watch(request):
        if urlsplit(request.url).netloc != urlsplit(address).netloc:
            wrong.append(request.url)

    def open_page(path="/", **options):
        context = browser.new_context(base_url=address, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", watch)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def tab_to(page, locator, most=40):
    """Press Tab until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if locator.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{locator} cannot be reached with Tab")


def search(page, query):
    page.get_by_role("searchbox").fill(query)
    page.get_by_role("button", name="Search").click()


# Flows


@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_search_and_click_through_to_the_paragraph_and_back(visit, javascript):
    page = visit(java_script_enabled=javascript)
    search(page, "ferry")
    expect(page).to_have_title("ferry – nutgraf")
    page.get_by_role("link", name="¶ 8 of 24").click()
    expect(page).to_have_url(re.compile(r"/articles/harbour%2Fbridge\?q=ferry#p8$"))
    expect(page.locator("#p8")).to_be_in_viewport()
    expect(page.locator("#p8 mark")).to_have_text("ferry")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("ferry")
    expect(page.get_by_role("link", name="¶ 8 of 24")).to_be_visible()


def test_the_paragraph_of_the_link_is_set_off(visit):
    page = visit("/articles/harbour%2Fbridge#p8")
    background = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("#p8").evaluate(background) != page.locator("#p7").evaluate(background)


def test_search_with_the_keyboard_only(visit):
    page = visit()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ferry")
    page.keyboard.press("Enter")
    expect(page).to_have_title("ferry – nutgraf")
    tab_to(page, page.get_by_role("link", name="¶ 5 of 24"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#p5$"))
    tab_to(page, page.get_by_role("link", name="Back to results"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?q=ferry$"))


def test_the_first_tab_offers_to_skip_to_the_content(visit):
    page = visit("/?q=bridge")
    skip = page.get_by_role("link", name="Skip to the content")
    tab_to(page, skip, most=1)
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#main$"))


def test_focus_is_visible(visit):
    page = visit("/?q=bridge")
    link = page.get_by_role("link", name="Newest first")
    tab_to(page, link)
    assert link.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_article_leads_back_to_its_results(visit):
    page = visit("/?q=note&sort=date&page=2")
    page.locator("article h2 a").first.click()
    page.get_by_role("link", name="Back to results").click()
    expect(page).to_have_url(re.compile(r"/\?q=note&page=2&sort=date$"))


def test_marked_paragraphs_can_be_jumped_to(visit):
    page = visit("/articles/harbour%2Fbridge?q=ferry")
    page.get_by_role("navigation").get_by_role("link", name="¶ 23").click()
    expect(page.locator("#p23")).to_be_in_viewport()


def test_nothing_found_leads_to_any_of_the_words(visit):
    page = visit("/?q=zeppelin+toll")
    page.get_by_role("link", name="Find paragraphs with any of the words").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("8 paragraphs")


def test_a_bad_query_can_be_mended_where_it_stands(visit):
    page = visit("/?q=date:nonsense")
    expect(page.get_by_role("searchbox")).to_have_value("date:nonsense")
    search(page, "date:2022")
    expect(page.get_by_role("heading", level=1)).to_contain_text("24 paragraphs")


@pytest.mark.parametrize("path", ["/?q=trap", "/articles/hostile?q=trap", f"/?q={SCRIPT}"])
def test_hostile_text_is_only_read(visit, path):
    page = visit(path)
    expect(page.get_by_text("alert('x')").first).to_be_visible()
    assert page.locator("script").count() == 0


# Looks


@pytest.mark.parametrize("path", [*PAGES.values(), f"/articles/{LONG}", f"/?q={LONG[:300]}"])
def test_page_fits_a_phone(visit, path):
    page = visit(path, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("path", ["/?q=ferry", "/articles/harbour%2Fbridge?q=ferry"])
@pytest.mark.parametrize("width", [390, 800, 1280])
def test_lines_have_a_length_that_can_be_read(visit, path, width):
    text = visit(path, viewport={"width": width, "height": 900}).locator("main p:has(mark)").first
    lines = "p => p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)"
    letters = len(text.inner_text()) / round(text.evaluate(lines))
    assert 30 <= letters <= 75


def test_page_follows_the_colour_scheme(visit):
    background = "getComputedStyle(document.body).backgroundColor"
    light = visit(color_scheme="light").evaluate(background)
    dark = visit(color_scheme="dark").evaluate(background)
    assert light > dark == "rgb(23, 22, 20)"


def test_marks_are_seen_without_colour(visit):
    mark = visit("/?q=bridge").locator("mark").first
    assert "underline" in mark.evaluate("element => getComputedStyle(element).textDecorationLine")


def test_paper_has_the_text_and_not_the_controls(visit):
    page = visit("/articles/harbour%2Fbridge?q=ferry")
    page.emulate_media(media="print")
    expect(page.locator("#p24")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("link", name="Back to results")).to_be_hidden()


def test_text_runs_in_the_direction_of_its_script(visit):
    paragraph = visit("/articles/hebrew").locator("#p1")
    assert paragraph.evaluate("element => getComputedStyle(element).direction") == "rtl"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name, scheme, width):
    page = visit(PAGES[name], color_scheme=scheme, viewport={"width": width, "height": 900})
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
