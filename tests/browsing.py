"""Chromium, an archive, and pages of it that tests may visit."""

import os
import re
import shutil
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from index.article import Article, PublicationDate
from tests.make import write_index
from web.app import create_app

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
PATIENCE = 15_000  # milliseconds until something that should happen has not
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
    Article("grève", ("La grève du ferry continue.",), title="Grève du ferry", language="fr"),
    Article("hebrew", ("הגשר נפתח בשנת 2025, bridge.",), title="הגשר", language="he"),
    Article(LONG, (f"A bridge and {LONG}",), title=LONG, author=LONG, url=f"https://x.org/{LONG}"),
    Article("hostile", (f"A trap: {SCRIPT}",), title=SCRIPT, url="javascript:alert('x')"),
    Article(
        "strike",
        ("The crews went home.", "A ferry strike, the second, began over the toll."),
        title="Strike",
        source="The Northern Ledger",
        date=PublicationDate("2021-03-14", "day"),
    ),
    *(
        Article(
            f"quarry {n}",
            (f"The quarry above the town is to close, said its {word}, because the stone that is "
             "left in it is too soft for anything but gravel, and gravel comes cheaper by ship. Ships "
             "need no road, and the one to it has needed mending since the wet winter before last.",),
            title="Quarry to close",
            source=source,
            date=PublicationDate(f"2021-03-{n:02}", "day"),
        )
        for n, word, source in ((4, "owner", "The Northern Ledger"), (6, "owners", "Coast Wire"))
    ),
    *(Article(f"note {n}", ("A short note.",), date=PublicationDate(str(2000 + n), "year"))
      for n in range(12)),
]  # fmt: skip
FAILED = re.compile(
    r"Failed to load resource: (the server responded with a status of 40[04]|net::ERR_TIMED_OUT)"
)
REPORTS = """
addEventListener("securitypolicyviolation", event =>
    console.error("policy violated: " + event.violatedDirective));
"""


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        """Keep the requests out of the output of the tests."""


@contextmanager
def served(path, articles):
    """The address at which articles are served."""
    app = create_app(write_index(path, articles))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where the application is served."""
    with served(tmp_path_factory.mktemp("browser") / "archive", ARTICLES) as there:
        yield there


@pytest.fixture(scope="module")
def browser():
    """Chromium."""
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
        context.set_default_timeout(PATIENCE)
        context.add_init_script(REPORTS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on("request", watch)
        go_to(page, path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def go_to(page, path):
    """Open an address; on a busy machine, letters may be typed before the browser's autofocus."""
    page.goto(path)
    box = page.locator("[autofocus]")
    if box.count():
        expect(box).to_be_focused(timeout=PATIENCE)


def tab_to(page, locator, most=80):
    """Press Tab until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if locator.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{locator} cannot be reached with Tab")


def search(page, query):
    """Write a query into the box and send it."""
    page.locator("#q").fill(query)
    page.get_by_role("button", name="Search").click()


def found(page):
    """The heading that says how much was found."""
    return page.get_by_role("heading", level=1)
