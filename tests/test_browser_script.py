# ruff: noqa: F401, F811 - fixtures are imported, and named as arguments
"""What the script adds to the pages, in Chromium.

- Results follow as one types; what was overtaken never shows; the history makes sense.
- The box offers words to go on with, as a combobox.
- Everything can be done by keyboard, and single letters never get in the way.
- Filters, order and the paragraphs around a hit change in place, and by links without a script.
"""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browsing import address, browser, found, go_to, search, tab_to, visit

# Werkzeug leaves a file open where the browser, at the end of a test, drops its connection.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

ANSWERS = [{"kind": "word", "text": "ferry", "count": 9, "query": "ferry"},
           {"kind": "field", "text": "title:", "count": 0, "query": "title:"},
           {"kind": "title", "text": "<img src=x onerror=alert(1)>", "count": 1, "query": "toll"}]  # fmt: skip
EITHER = pytest.mark.parametrize("script", [True, False], ids=["script on", "script off"])


@pytest.fixture
def offered(visit):
    """The start page, where three completions are offered whatever is typed."""
    page = visit("/healthz")
    answer = json.dumps({"completions": ANSWERS})
    page.route(
        "**/api/suggest?*",
        lambda route: route.fulfill(body=answer, content_type="application/json"),
    )
    go_to(page, "/")
    return page


def number_in_view(page, selector):
    """How far from the top of the window something is."""
    return page.locator(selector).evaluate("element => element.getBoundingClientRect().top")


# Typing


def test_results_follow_as_one_types(visit):
    page = visit()
    page.keyboard.type("ferry")
    expect(found(page)).to_contain_text("10 paragraphs")
    expect(page).to_have_url(re.compile(r"/\?q=ferry$"))
    expect(page).to_have_title("ferry – nutgraf")
    expect(page.locator("#q")).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("10 paragraphs in 3 articles")
    page.locator("#q").fill("")
    expect(found(page)).to_have_text("Find the paragraph")
    expect(page).to_have_url(re.compile(r"/$"))


def test_what_was_overtaken_is_cancelled_and_never_shown(visit):
    page = visit()
    page.route(re.compile(r"\?q=fer$"), lambda _: None)  # this one is never answered
    with page.expect_request(re.compile(r"\?q=fer$")):
        page.keyboard.type("fer")
    with page.expect_event("requestfailed", lambda request: request.url.endswith("?q=fer")):
        page.keyboard.type("ry toll")
    expect(page).to_have_url(re.compile(r"/\?q=ferry\+toll$"))
    expect(found(page)).to_contain_text("1 paragraph")


def test_what_is_typed_while_results_come_is_kept(visit):
    page = visit("/?q=ferry")
    held = []
    page.route(re.compile(r"\?q=ferry$"), lambda route: held.append(route))
    page.locator("#q").focus()
    with page.expect_request(re.compile(r"\?q=ferry$")):
        page.keyboard.press("Enter")
    page.evaluate("q.value += ' toll'")  # a letter whose event has not come yet
    held[0].continue_()
    expect(page.get_by_role("status")).to_have_text("10 paragraphs in 3 articles")
    expect(page.locator("#q")).to_have_value("ferry toll")


def test_history_has_the_queries_that_were_sent_and_not_every_letter(visit):
    page = visit()
    page.route(re.compile(r"\?q=[ftn]$"), lambda _: None)  # what is overtaken leaves no entry
    for query, heading in (("ferry", "10 paragraphs"), ("toll", "9 paragraphs"), ("note", "12 p")):
        page.locator("#q").press("Control+a")
        page.keyboard.type(query)
        expect(found(page)).to_contain_text(heading)
        expect(page).to_have_url(re.compile(f"q={query}$"))
        page.keyboard.press("Enter")
    for query in ("toll", "ferry"):
        page.go_back()
        expect(page.locator("#q")).to_have_value(query)
        expect(page).to_have_title(f"{query} – nutgraf")
    page.go_back()
    expect(found(page)).to_have_text("Find the paragraph")
    page.go_forward()
    expect(page.locator("#q")).to_have_value("ferry")
    expect(page.locator("main mark").first).to_have_text(re.compile("ferr", re.IGNORECASE))


def test_a_query_that_is_not_finished_is_told_under_the_box(visit):
    page = visit("/?q=ferry")
    page.locator("#q").press("End")
    page.keyboard.type(" date:2")
    expect(page.locator("#hint")).to_have_class("wrong")
    expect(found(page)).to_contain_text("10 paragraphs")
    page.keyboard.type("021")
    expect(page.locator("#hint")).not_to_have_class("wrong")
    expect(found(page)).to_contain_text("1 paragraph")
    search(page, "date:nonsense")
    expect(found(page)).to_have_text("That cannot be searched for")


def test_nothing_moves_while_one_types(visit):
    page = visit()
    before = number_in_view(page, "#q"), number_in_view(page, "main")
    for query in ("ferry", "ferry zeppelin", "date:x", "bridge OR note"):
        page.locator("#q").fill(query)
        expect(
            page.locator("#hint.wrong") if "x" in query else page.locator("main .column")
        ).to_be_visible()
        assert (number_in_view(page, "#q"), number_in_view(page, "main")) == before


def test_an_archive_that_does_not_answer_is_told(visit):
    page = visit()
    page.route(re.compile(r"\?q="), lambda route: route.abort("timedout"))
    page.keyboard.type("ferry")
    expect(page.locator("#hint")).to_have_text("The archive does not answer")


# Completions


def test_completions_are_a_listbox_of_the_box(offered):
    box = offered.get_by_role("combobox", name="Search the archive")
    offered.keyboard.type("fe")
    options = offered.get_by_role("option")
    expect(options).to_have_count(3)
    expect(box).to_have_attribute("aria-expanded", "true")
    offered.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "completion-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    offered.keyboard.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    offered.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("fe")


def test_a_completion_is_taken_with_enter(offered):
    offered.keyboard.type("fe")
    expect(offered.get_by_role("option")).to_have_count(3)
    offered.keyboard.press("ArrowDown")
    offered.keyboard.press("Enter")
    expect(offered.locator("#q")).to_have_value("ferry ")
    expect(found(offered)).to_contain_text("10 paragraphs")


def test_a_completion_is_taken_with_a_finger(offered):
    offered.keyboard.type("fe")
    offered.get_by_role("option").last.click()
    expect(offered.locator("#q")).to_have_value("toll ")
    expect(offered.locator("#q")).to_be_focused()
    expect(found(offered)).to_contain_text("9 paragraphs")


def test_a_field_is_completed_without_a_blank(offered):
    offered.keyboard.type("ti")
    offered.get_by_role("option", name="title:").click()
    expect(offered.locator("#q")).to_have_value("title:")


# Keys


def test_hits_are_gone_through_and_opened_by_keys(visit):
    page = visit("/?q=ferry")
    page.keyboard.press("j")
    expect(page.locator(".hit").first.locator("a.number")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    second = page.locator(".hit").nth(1).locator("a.number")
    expect(second).to_be_focused()
    expect(second).to_be_in_viewport()
    number = re.search(r"\d+", second.inner_text())[0]
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#p{number}$"))


def test_rows_of_a_concordance_are_gone_through_and_opened_by_keys(visit):
    page = visit("/?q=ferry&view=kwic")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    second = page.locator(".rows tbody tr").nth(1).locator(".from a")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#p5")).to_be_in_viewport()


@pytest.mark.parametrize("view", ["timeline", "kwic"])
def test_every_view_follows_what_is_typed(visit, view):
    page = visit(f"/?q=bridge&view={view}")
    page.locator("#q").fill("")
    page.locator("#q").press_sequentially("ferry")
    expect(page).to_have_url(re.compile(rf"q=ferry&view={view}$"))
    expect(page).to_have_title(re.compile("^ferry"))
    expect(page.locator(f".{view}")).to_be_visible()


def test_the_numbers_stay_open_when_the_timeline_is_counted_otherwise(visit):
    page = visit("/?q=ferry&view=timeline")
    page.get_by_text("The numbers").click()
    page.get_by_role("link", name="By month").click()
    expect(page.get_by_role("link", name="By month")).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("columnheader", name="Month")).to_be_visible()


def test_hits_of_an_article_are_gone_through_and_on_to_the_next_article(visit):
    page = visit("/articles/harbour%2Fbridge?q=ferry#p5")
    page.keyboard.press("n")
    expect(page.locator("#p8 a.number")).to_be_focused()
    page.keyboard.press("p")
    expect(page.locator("#p5 a.number")).to_be_focused()
    steps = page.locator("#p5").get_by_role("link", name="Next hit, paragraph 8")
    steps.click()
    expect(page).to_have_url(re.compile("#p8$"))
    further = page.get_by_role("link", name="Next article")
    if not further.count():
        page.get_by_role("link", name="Previous article").click()
    there = further.get_attribute("href")
    for _ in range(page.locator(".hit").count() + 1):
        page.keyboard.press("n")
    expect(page).to_have_url(re.compile(re.escape(there)))


def test_slash_goes_to_the_box_and_letters_there_are_letters(visit):
    page = visit("/?q=ferry")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.locator("#q")).to_have_value("jk?")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).not_to_be_focused()


def test_the_keys_are_listed_and_can_be_switched_off(visit):
    page = visit("/?q=ferry")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Keys of one letter work").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(dialog).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Keys").click()
    expect(dialog.get_by_label("Keys of one letter work")).not_to_be_checked()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()


# In place


@EITHER
def test_paragraphs_around_a_hit_are_shown_step_by_step(visit, script):
    page = visit("/?q=%22ferry+strike%22", java_script_enabled=script)
    hit = page.locator(".hit")
    expect(page.locator(".passage")).to_have_count(1)
    page.get_by_role("link", name="¶ before").click()
    expect(page.locator(".passage.context")).to_contain_text("The crews went home.")
    expect(page).to_have_url(re.compile(r"&at=strike%23p2&before=1&after=0#r1p2$"))
    expect(hit).to_be_in_viewport()
    page.get_by_role("link", name="Only this").click()
    expect(page.locator(".passage")).to_have_count(1)


@EITHER
def test_the_whole_article_is_read_around_its_hit(visit, script):
    page = visit("/?q=ferry+council+para:5", java_script_enabled=script)
    page.get_by_role("link", name="Whole article").click()
    expect(page.locator(".passage")).to_have_count(24)
    expect(page.locator(".hit")).to_be_in_viewport()


def test_the_focus_stays_with_what_was_followed(visit):
    page = visit("/?q=ferry+council+para:5")
    after = page.get_by_role("link", name="¶ after")
    after.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".passage")).to_have_count(2)
    expect(after).to_be_focused()


@EITHER
def test_filters_are_taken_and_removed(visit, script):
    page = visit("/?q=ferry", java_script_enabled=script)
    page.get_by_role("link", name="Coast Wire", exact=True).click()
    expect(found(page)).to_contain_text("8 paragraphs")
    chip = page.get_by_role("link", name="Remove the filter Coast Wire")
    expect(chip).to_be_visible()
    expect(page.locator("#q")).to_have_value('ferry source:="Coast Wire"')
    chip.click()
    expect(found(page)).to_contain_text("10 paragraphs")
    page.get_by_role("link", name="Leave out Coast Wire").click()
    expect(found(page)).to_contain_text("2 paragraphs")
    expect(page.get_by_role("link", name="Remove the filter not Coast Wire")).to_be_visible()
    page.go_back()
    expect(found(page)).to_contain_text("10 paragraphs")


@EITHER
def test_dates_narrow_the_results(visit, script):
    page = visit("/?q=ferry&sort=date", java_script_enabled=script)
    page.get_by_label("from").fill("2022")
    page.get_by_role("button", name="Set").click()
    expect(page).to_have_url(re.compile(r"/\?q=ferry\+date%3A2022\.\.&sort=date$"))
    expect(found(page)).to_contain_text("8 paragraphs")
    page.get_by_label("from").fill("")
    page.get_by_label("to", exact=True).fill("2021-12")
    page.get_by_role("button", name="Set").click()
    expect(found(page)).to_contain_text("1 paragraph")
    page.get_by_role("link", name="Remove the filter").click()
    expect(found(page)).to_contain_text("10 paragraphs")
    page.get_by_label("from").fill("soon")
    page.get_by_role("button", name="Set").click()
    expect(page.locator("#error")).to_contain_text("A date is a year, a month or a day")


def test_filters_fold_on_a_phone_and_stay_open_once_opened(visit):
    page = visit("/?q=ferry", viewport={"width": 390, "height": 844})
    expect(page.get_by_role("link", name="Newest first")).to_be_hidden()
    page.get_by_text("Filter and sort").click()
    page.get_by_role("link", name="Newest first").click()
    expect(page).to_have_url(re.compile("sort=date"))
    expect(page.get_by_role("link", name="Newest first")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_text("Filter and sort")).to_be_hidden()


def test_filters_are_open_beside_the_results(visit):
    page = visit("/?q=ferry", viewport={"width": 1280, "height": 900})
    expect(page.get_by_role("link", name="Newest first")).to_be_visible()


# Receipts


def test_marks_of_several_clauses_differ_by_number_and_line(visit):
    page = visit("/?q=%22ferry+strike%22+strike+toll*")
    expect(page.locator(".receipts li")).to_have_count(3)
    expect(page.locator(".receipts")).to_contain_text("words that begin so → toll")
    lines = page.locator(".hit mark").evaluate_all(
        "marks => marks.map(each => [getComputedStyle(each, '::after').content.replace('\u202f', ''), "
        "getComputedStyle(each).textDecorationStyle, getComputedStyle(each).borderBottomStyle])"
    )
    assert lines == [
        ["none", "solid", "none"],
        ['"1 2"', "solid", "double"],
        ['"3"', "dashed", "none"],
    ]


def test_near_words_say_how_near_they_are(visit):
    page = visit("/?q=ferry+w/5+second")
    expect(page.locator(".ladder")).to_contain_text("3 words apart")


def test_where_in_the_story_a_hit_stands_is_told(visit):
    page = visit("/?q=ferry+para:2+OR+ferry+para:23")
    expect(page.get_by_role("img", name="at the top of the story")).to_be_visible()
    expect(page.get_by_role("img", name="buried deep in the story").first).to_be_visible()


# Weight and size


@pytest.mark.parametrize(
    "path", ["/", "/?q=bridge+OR+ferry+OR+toll", "/articles/harbour%2Fbridge?q=ferry"]
)
def test_a_page_with_all_that_it_needs_weighs_less_than_100_kb(visit, path):
    page = visit("/healthz")
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(path, wait_until="networkidle")
    assert len(answers) >= 3
    assert sum(len(answer.body()) for answer in answers) <= 100_000


@pytest.mark.parametrize("width", [640, 1280])
def test_text_twice_as_large_still_fits(visit, width):
    page = visit("/?q=ferry+OR+bridge", viewport={"width": width, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
