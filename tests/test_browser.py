# ruff: noqa: F401, F811 - fixtures are imported, and named as arguments
"""The pages in Chromium, as readers meet them.

- Search, follow a paragraph, go back: by mouse, by keyboard alone, without JavaScript.
- Filters, dates, order and the paragraphs around a hit are links and forms.
- Every page fits a phone, follows the colour scheme, and satisfies axe-core.
- No page writes an error to the console or asks another host for anything.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from search.address import check_of
from tests.browsing import ARTICLES, LONG, SCRIPT, address, browser, found, search, tab_to, visit

# Werkzeug leaves a file open where the browser, at the end of a test, drops its connection.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

PAGES = {
    "folded": "/?q=quarry",
    "unfolded": "/?q=quarry&unfold=quarry%204%23p1",
    "copies": "/families/quarry%204/1?q=quarry",
    "copies compared": "/families/quarry%206/1?against=2",
    "article with copies": "/articles/quarry%204",
    "copies counted once": "/?q=quarry&view=timeline&copies=first",
    "start": "/",
    "results": "/?q=bridge",
    "context": "/?q=ferry&context=1",
    "pages": "/?q=note&page=2",
    "several clauses": "/?q=ferry+w/5+strike+OR+bridg*+OR+%22of+the+bridge%22",
    "filters": "/?q=bridge+source:=%22Coast+Wire%22+-date:2020&sort=date&match=any",
    "beside": "/?q=(crews+w/1p+toll)+home",
    "ladder": "/?q=ferry&at=harbour/bridge%23p5&before=1&after=1",
    "few": "/?q=strike",
    "timeline": "/?q=ferry+OR+note&view=timeline",
    "timeline of months": "/?q=ferry&view=timeline&by=month&per=10000",
    "concordance": "/?q=bridge&view=kwic",
    "sorted concordance": "/?q=toll+OR+%22of+the+bridge%22&view=kwic&order=right1&sample=100",
    "receipt": "/receipt?q=ferry+w/5+strike+OR+bridg*",
    "receipt of nothing": "/receipt?q=zeppelin",
    "notice": "/?q=%22short+note",
    "nothing": "/?q=zeppelin+bridge",
    "error": "/?q=date:nonsense",
    "article": "/articles/harbour%2Fbridge",
    "marked article": "/articles/harbour%2Fbridge?q=ferry#p11",
    "other script": "/articles/hebrew?q=bridge",
    "not found": "/articles/none",
    "citation": "/cite?address=harbour/bridge%23p8",
    "changed citation": "/articles/harbour%2Fbridge?cited=8-0123456789#p8",
    "moved citation": f"/articles/harbour%2Fbridge?cited=8-{check_of(ARTICLES[0].paragraphs[8])}#p8",
    "verify": "/verify",
    "check": "/check",
    "altered quotation": "/check?q=of+the+[new]+ferry,+and+what+it+may+cost+the+town+before+…+walked",
    "exact quotation": "/check?q=A+ferry+strike,+the+second",
    "quotation not found": "/check?q=zeppelins+over+the+harbour",
}


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
    expect(page.locator("#q")).to_have_value("ferry")
    expect(page.get_by_role("link", name="¶ 8 of 24")).to_be_visible()


def test_the_paragraph_of_the_link_is_set_off(visit):
    page = visit("/articles/harbour%2Fbridge#p8")
    background = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("#p8").evaluate(background) != page.locator("#p7").evaluate(background)


@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_a_paragraph_is_cited_copied_and_verified(visit, javascript):
    page = visit("/?q=ferry", java_script_enabled=javascript)
    page.get_by_role("link", name="Cite paragraph 8").click()
    expect(found(page)).to_have_text("Cite paragraph 8")
    style = page.locator("#text-bibtex")
    expect(style).to_contain_text("author = {{Ines Harrold}}")
    copies = page.get_by_role("button", name="Copy")
    expect(copies).to_have_count(7 if javascript else 0)
    text = style.text_content()
    page.locator("main").get_by_role("link", name="Verify citations").click()
    page.get_by_label("A text with citations").fill(text)
    page.get_by_role("button", name="Verify").click()
    expect(page.locator(".sentence")).to_have_text("1 citation: 1 OK, 0 moved, 0 changed, 0 gone.")


@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_a_quotation_is_checked_and_leads_to_its_source(visit, javascript):
    page = visit(java_script_enabled=javascript)
    page.locator("#main").get_by_role("link", name="Check a quotation").click()
    page.get_by_label("The quotation").fill("“A ferry strike, the first, began over the toll.”")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("heading", name="Altered")).to_be_visible()
    expect(page.get_by_text("“second” became “first”")).to_be_visible()
    expect(page.locator(".compared del")).to_have_text("second")
    expect(page.locator(".compared ins")).to_have_text("first")
    page.get_by_role("link", name="¶ 2 of 2").click()
    expect(page.locator("#p2")).to_be_in_viewport()


def test_copying_puts_a_citation_into_the_clipboard(visit):
    page = visit(
        "/cite?address=harbour/bridge%23p8", permissions=["clipboard-read", "clipboard-write"]
    )
    button = page.locator("button[data-copy=text-apa]")
    button.click()
    expect(button).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#text-apa").text_content()


def test_a_link_says_that_the_paragraph_has_moved_where_one_reads(visit):
    page = visit(PAGES["moved citation"])
    expect(page.locator("#p8")).to_be_in_viewport()
    told = page.locator(".verdict")
    expect(told).to_have_text("What was cited as paragraph 8 is now paragraph 9, word for word.")
    expect(told).to_be_in_viewport()
    told.get_by_role("link").click()
    expect(page.locator("#p9")).to_be_in_viewport()
    expect(page.locator(".verdict")).to_have_count(0)


def test_search_with_the_keyboard_only(visit):
    page = visit()
    expect(page.locator("#q")).to_be_focused()
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


@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_a_bar_of_the_timeline_narrows_to_its_time(visit, javascript):
    page = visit("/?q=ferry", java_script_enabled=javascript)
    page.get_by_role("link", name="Timeline", exact=True).click()
    expect(page.get_by_role("heading", name="2000 to 2022, by year")).to_be_visible()
    page.locator("svg a .slot").last.click()
    expect(page).to_have_url(re.compile(r"/\?q=ferry\+date%3A2022&view=timeline$"))
    expect(
        page.get_by_role("heading", name="1 January to 23 October 2022, by week")
    ).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="2000 to 2022, by year")).to_be_visible()


def test_the_timeline_can_be_walked_by_keyboard_through_its_table(visit):
    page = visit("/?q=ferry&view=timeline")
    tab_to(page, page.get_by_text("The numbers"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("row").get_by_role("link", name="2022"), most=3)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=ferry\+date%3A2022&view=timeline$"))


def test_gaps_of_the_archive_are_hatched_and_told(visit):
    page = visit("/?q=ferry+OR+note&view=timeline")
    assert page.locator("svg rect.gap").first.get_attribute("fill") == "url(#gap)"
    expect(page.locator("figcaption")).to_contain_text("The archive has nothing of 2012 to 2020")


@pytest.mark.parametrize("width", [390, 1280])
def test_no_number_of_the_timeline_stands_on_a_bar(visit, width):
    page = visit(
        "/?q=bridge+OR+note+OR+quarry&view=timeline&by=month",
        viewport={"width": width, "height": 800},
    )
    numbers = [each.bounding_box() for each in page.locator("svg text.beside").all()]
    bars = [each.bounding_box() for each in page.locator("svg rect.bar").all()]
    drawing = page.locator("figure > svg").bounding_box()
    assert numbers
    assert bars
    for number in numbers:
        assert number["x"] >= 0
        assert number["x"] + number["width"] <= min(bar["x"] for bar in bars)
    assert drawing["x"] + drawing["width"] <= width


@pytest.mark.parametrize("view", ["timeline", "kwic"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_another_query_is_seen_in_the_same_view(visit, view, javascript):
    page = visit(f"/?q=bridge&view={view}", java_script_enabled=javascript)
    search(page, "ferry")
    expect(page).to_have_url(re.compile(rf"q=ferry&view={view}$"))
    expect(page.locator(f".{view}")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])
def test_a_row_of_the_concordance_leads_to_its_paragraph_and_back(visit, javascript):
    page = visit("/?q=ferry&view=kwic", java_script_enabled=javascript)
    page.get_by_role("link", name="2022-10-19 ¶ 8").click()
    expect(page.locator("#p8 mark")).to_be_in_viewport()
    page.get_by_role("link", name="Back to results").click()
    expect(page).to_have_url(re.compile(r"/\?q=ferry&view=kwic$"))


def test_rows_are_aligned_on_the_match_in_either_direction_of_reading(visit):
    page = visit("/?q=bridge&view=kwic", viewport={"width": 1280, "height": 900})
    place = "mark => { const { left, right } = mark.getBoundingClientRect(); return left + right; }"
    marks = page.locator(".rows mark")
    assert len({round(marks.nth(at).evaluate(place)) for at in range(marks.count())}) == 1
    hebrew = page.locator(".rows tr:dir(rtl)")
    before, match = (hebrew.locator(name).bounding_box() for name in (".left", ".match"))
    assert before["x"] >= match["x"] + match["width"] - 1


@pytest.mark.parametrize("path", ["/", "/?q=bridge", "/?q=zeppelin", "/?q=bridge&view=kwic"])
def test_the_tools_are_at_the_foot_of_every_page(visit, path):
    page = visit(path)
    foot = page.get_by_role("contentinfo")
    foot.get_by_role("link", name="Verify citations").click()
    expect(found(page)).to_have_text("Verify citations")
    foot.get_by_role("link", name="Check a quotation").click()
    expect(found(page)).to_have_text("Check a quotation")


def test_an_address_of_a_receipt_leads_to_its_paragraph(visit):
    page = visit("/receipt?q=ferry")
    page.get_by_role("link", name="harbour/bridge#p8@").click()
    expect(page.locator("#p8")).to_be_in_viewport()
    expect(page.locator(".verdict")).to_have_count(0)


def test_article_leads_back_to_its_results(visit):
    page = visit("/?q=note&sort=date&page=2")
    page.locator("article h2 a").first.click()
    page.get_by_role("link", name="Back to results").click()
    expect(page).to_have_url(re.compile(r"/\?q=note&page=2&sort=date$"))


def test_marked_paragraphs_can_be_jumped_to(visit):
    page = visit("/articles/harbour%2Fbridge?q=ferry")
    page.get_by_role("navigation", name="Marked").get_by_role("link", name="¶ 23").click()
    expect(page.locator("#p23")).to_be_in_viewport()


def test_nothing_found_leads_to_any_of_the_words(visit):
    page = visit("/?q=zeppelin+toll")
    page.get_by_role("link", name="Any of the words").click()
    expect(found(page)).to_contain_text("9 paragraphs")


def test_a_bad_query_can_be_mended_where_it_stands(visit):
    page = visit("/?q=date:nonsense")
    expect(page.locator("#q")).to_have_value("date:nonsense")
    search(page, "date:2022")
    expect(found(page)).to_contain_text("24 paragraphs")


@pytest.mark.parametrize("path", ["/?q=trap", "/articles/hostile?q=trap", f"/?q={SCRIPT}"])
def test_hostile_text_is_only_read(visit, path):
    page = visit(path)
    expect(page.get_by_text("alert('x')").first).to_be_visible()
    assert page.locator("main script").count() == 0


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


def test_the_number_of_a_clause_stays_with_its_word(visit):
    page = visit("/?q=ferry+toll&match=any", viewport={"width": 390, "height": 900})
    marks = page.locator("mark[data-ends]")
    assert marks.count() > 5
    for width in range(300, 400, 7):
        page.set_viewport_size({"width": width, "height": 900})
        lines = marks.evaluate_all("marks => marks.map(mark => mark.getClientRects().length)")
        assert set(lines) == {1}


def test_what_can_be_tapped_is_large_enough(visit):
    small = """links => links.filter(link => link.checkVisibility()).filter(link => {
        const { width, height } = link.getBoundingClientRect();
        return width && (width < 24 || height < 24);
    }).map(link => link.outerHTML)"""
    targets = "main :is(a, button, summary, input):not(svg a, .apart a)"  # not within a sentence
    for name in ("results", "concordance", "timeline", "marked article", "citation", "receipt"):
        page = visit(PAGES[name], viewport={"width": 390, "height": 844})
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        assert page.locator(targets).evaluate_all(small) == []


def test_page_follows_the_colour_scheme(visit):
    background = "getComputedStyle(document.body).backgroundColor"
    light = visit(color_scheme="light").evaluate(background)
    dark = visit(color_scheme="dark").evaluate(background)
    assert light > dark == "rgb(23, 22, 20)"


def test_marks_are_seen_without_colour(visit):
    mark = visit("/?q=bridge").locator("mark").first
    assert "underline" in mark.evaluate("element => getComputedStyle(element).textDecorationLine")


def test_what_differs_in_a_quotation_is_seen_without_colour(visit):
    page = visit(PAGES["altered quotation"])
    line = "element => getComputedStyle(element).textDecorationLine"
    assert page.locator(".compared del").first.evaluate(line) == "line-through"
    assert page.locator(".compared ins").first.evaluate(line) == "underline"


def test_paper_has_the_quotation_and_its_verdict_and_not_the_form(visit):
    page = visit(PAGES["altered quotation"])
    page.emulate_media(media="print")
    expect(page.locator(".on-paper")).to_contain_text("of the [new] ferry")
    expect(page.get_by_role("heading", name="Altered")).to_be_visible()
    expect(page.get_by_role("button", name="Check")).to_be_hidden()


def test_paper_has_the_text_and_not_the_controls(visit):
    page = visit("/articles/harbour%2Fbridge?q=ferry")
    page.emulate_media(media="print")
    expect(page.locator("#p24")).to_be_visible()
    expect(page.locator("#q")).to_be_hidden()
    expect(page.get_by_role("link", name="Back to results")).to_be_hidden()


def test_text_runs_in_the_direction_of_its_script(visit):
    paragraph = visit("/articles/hebrew").locator("#p1")
    assert paragraph.evaluate("element => getComputedStyle(element).direction") == "rtl"


ACCESSIBLE = {"rules": {"target-size": {"enabled": True}}}


def assert_accessible(page):
    """What axe-core says of a page, on a phone and on a desk, light and dark."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            results = Axe().run(page, options=ACCESSIBLE)
            assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit, name):
    assert_accessible(visit(PAGES[name]))


@pytest.mark.parametrize("name", ["start", "filters", "nothing", "marked article"])
def test_axe_finds_nothing_where_our_script_did_not_arrive(visit, name):
    page = visit("/healthz")
    page.route("**/static/page.js", lambda route: route.fulfill(body=""))
    page.goto(PAGES[name])
    expect(page.locator("#show-keys")).to_be_hidden()
    assert_accessible(page)


def test_axe_finds_nothing_with_the_numbers_of_a_timeline_open(visit):
    page = visit("/?q=ferry+OR+note&view=timeline")
    page.get_by_text("The numbers").click()
    expect(page.get_by_role("cell", name="the archive has nothing").first).to_be_visible()
    assert_accessible(page)


def test_axe_finds_nothing_with_filters_and_keys_open(visit):
    page = visit("/?q=bridge", viewport={"width": 390, "height": 900})
    page.get_by_text("Filter and sort").click()
    assert_accessible(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)
