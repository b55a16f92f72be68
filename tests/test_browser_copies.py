# ruff: noqa: F401, F811 - fixtures are imported, and named as arguments
"""Copies in Chromium: unfolded where they stand, compared, and counted, with and without script."""

import pytest
from playwright.sync_api import expect

from tests.browsing import address, browser, visit

# Werkzeug leaves a file open where the browser, at the end of a test, drops its connection.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file .*/web/static/:ResourceWarning")

BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["script on", "script off"])


@BOTH
@pytest.mark.parametrize("width", [390, 1280])
def test_copies_are_unfolded_in_place_and_folded_again(visit, javascript, width):
    size = {"width": width, "height": 900}
    page = visit("/?q=quarry", java_script_enabled=javascript, viewport=size)
    link = page.get_by_role("link", name="also in 1 article, 2 sources")
    expect(link).to_have_attribute("aria-expanded", "false")
    link.click()
    expect(link).to_have_attribute("aria-expanded", "true")
    others = page.get_by_role("list", name="The other articles that have paragraph 1")
    expect(others.get_by_role("listitem")).to_have_text(
        ["6 March 2021 · Coast Wire Quarry to close ¶ 1"]
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if javascript:
        expect(link).to_be_focused()
    link.click()
    expect(others).to_have_count(0)


@BOTH
def test_copies_are_compared_and_lead_back_to_the_query(visit, javascript):
    page = visit("/?q=quarry&unfold=quarry%204%23p1", java_script_enabled=javascript)
    page.get_by_role("link", name="Compare them word by word").click()
    expect(page.locator("del")).to_have_text(["deleted", "owner"])
    expect(page.locator("li mark").first).to_have_text("quarry")
    page.get_by_role("link", name="Compare with this").click()
    expect(page.locator("del")).to_have_text(["deleted", "owners"])
    page.get_by_role("link", name="Back to results").click()
    expect(page.locator("#q")).to_have_value("quarry")


def test_one_steps_through_copies_by_keyboard(visit):
    page = visit("/families/quarry%204/1?q=quarry")
    page.keyboard.press("j")
    expect(page.locator("#c1 a.number")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#c2 a.number")).to_be_focused()


@BOTH
def test_copies_are_counted_once_or_all(visit, javascript):
    page = visit("/?q=quarry&view=timeline", java_script_enabled=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("2 paragraphs in 2 articles")
    page.get_by_role("link", name="Count copies once").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "1 paragraph in 1 article (with copies 2 in 2)"
    )
    page.get_by_role("link", name="Count all copies").click()
    expect(page.get_by_text("1 of them is a copy")).to_be_visible()


def test_the_number_of_results_is_announced_with_copies(visit):
    page = visit("/")
    page.get_by_role("combobox", name="Search the archive").press_sequentially("quarry")
    expect(page.locator("#status")).to_have_text("1 paragraph in 1 article (with copies 2 in 2)")
