"""Copies where one reads: counted or not, unfolded, compared, exported, cited in feeds, named."""

from __future__ import annotations

import json

import pytest

from cli.main import run
from index.store import Store
from index.writer import open_writer
from search.address import address_of
from search.concordance_page import Wanted, concordance
from search.errors import QueryError
from search.export import export
from search.receipt import make_receipt
from search.receipt_contract import read_receipt, receipt_as_dict, receipt_text
from search.results import SearchOptions
from search.timeline import count_by_date
from tests.test_api import hold
from tests.test_families import COPY, WIRE, article, text_of
from web.app import create_app

FORMULA = "In witness whereof I have hereunto set my hand this day of the year, " + text_of(8, 25)


@pytest.fixture
def client(make_index):
    return create_app(make_index(*WIRE)).test_client()


# Counted, all or once


def test_a_timeline_counts_all_copies_or_the_first_of_them(make_searcher):
    matched = make_searcher(*WIRE).matched("siege")
    every, once = (count_by_date(matched.counting(which), "day") for which in ("all", "first"))
    assert (every.total, once.total) == ((5, 4), (3, 2))
    days = [each.matches.paragraphs for each in once.periods]
    assert days == [2, 0, 1, 0, 0, 0, 0, 0]
    assert [each.matches.paragraphs for each in every.periods] == [2, 0, 1, 1, 0, 0, 0, 1]
    assert every.copies == ("all", 5, 3)
    assert once.copies == ("first", 5, 3)


def test_a_concordance_has_rows_of_all_copies_or_of_the_first_of_them(make_searcher):
    searcher = make_searcher(*WIRE)
    rows = {
        copies: concordance(searcher, "siege", SearchOptions(), Wanted(copies=copies)).rows
        for copies in ("all", "first")
    }
    assert len(rows["all"]) == 5
    assert {row.article.id for row in rows["first"]} == {"first", "alone"}


@pytest.mark.parametrize("name", ["timeline", "kwic", "collocates"])
def test_the_api_counts_as_it_is_asked(client, name):
    for copies, word in (("all", "all"), ("first", "first"), ("", "all")):
        asked = {"q": "siege", "copies": copies} if copies else {"q": "siege"}
        answer = client.get(f"/api/{name}", query_string=asked).json
        assert answer["copies"] == {"counted": word, "every": 5, "first": 3}
    assert client.get(f"/api/{name}?q=siege&copies=some").status_code == 400


@pytest.mark.parametrize("view", ["timeline", "kwic"])
def test_the_views_tell_both_counts_and_count_the_other_way(client, view):
    page = client.get(f"/?q=siege&view={view}").text
    assert "5 paragraphs <span>in 4 articles" in page
    assert "2 of them are copies" in page
    assert f'href="/?q=siege&amp;copies=first&amp;view={view}"' in page or "copies=first" in page
    page = client.get(f"/?q=siege&view={view}&copies=first").text
    assert "3 paragraphs <span>in 2 articles" in page
    assert "(with copies 5 in 4)" in page
    assert "Count all copies" in page


@pytest.mark.parametrize("command", [["trend", "--by", "day"], ["kwic"]])
def test_the_command_line_counts_copies_once_if_it_is_asked(
    make_index, monkeypatch, capsys, command
):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    assert run([*command, "siege"]) == 0
    assert "5 paragraphs in 4 articles" in (told := capsys.readouterr().err)
    assert "2 of them copies" in told
    assert run([*command, "siege", "--fold"]) == 0
    assert "3 paragraphs in 2 articles" in (told := capsys.readouterr().err)
    assert "with copies 5" in told


def test_collocates_of_the_command_line_count_copies_once(make_index, monkeypatch, capsys):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    for options, rows in ((), 5), (("--fold",), 3):
        run(["kwic", "siege", "--collocates", "--json", *options])
        assert json.loads(capsys.readouterr().out)["rows"] == rows


# Taken away


def test_an_export_has_all_copies_and_names_the_first_of_each(make_searcher):
    lines = "".join(export(make_searcher(*WIRE).matched("siege"), "jsonl")).splitlines()
    rows = {(row["id"], row["paragraph"]): row for row in map(json.loads, lines)}
    assert len(rows) == 5
    first = str(address_of("first", 1, COPY.replace("Siege", "The siege")))
    for place in ("first", 1), ("third", 1), ("late", 2):
        assert (rows[place]["copy_of"], rows[place]["family_kind"]) == (first, "copy")
    assert (rows["alone", 1]["copy_of"], rows["alone", 1]["family_kind"]) == ("", "")


def test_a_receipt_counts_everything_and_tells_what_is_left_without_copies(make_searcher):
    receipt = make_receipt(make_searcher(*WIRE), "siege", SearchOptions())
    assert (receipt.found.paragraphs, receipt.found.articles) == (5, 4)
    assert receipt.found.folded == (3, 2)
    assert read_receipt(receipt_text(receipt).encode()) == receipt
    older = receipt_as_dict(receipt)
    del older["found"]["folded"]
    assert read_receipt(json.dumps(older).encode()).found.folded is None


def test_a_copy_that_comes_later_is_no_entry_of_a_feed_and_the_first_stays(make_index):
    path = make_index(*WIRE[1:2])
    client = create_app(path).test_client()
    before = client.get("/feed.json?q=siege").json["items"]
    assert [item["_nutgraf"]["id"] for item in before] == ["first"]
    with open_writer(Store(path)) as writer:
        for each in (WIRE[2], WIRE[0]):
            writer.add(each)
    assert create_app(path).test_client().get("/feed.json?q=siege").json["items"] == before


# On the page


def test_the_totals_are_of_what_is_shown_and_then_with_copies(client):
    page = client.get("/?q=siege").text
    assert "3 paragraphs <span>in 2 articles</span> <small>(with copies 5 in 4)</small>" in page
    assert 'href="/?q=siege&amp;fold=0">Show all copies' in page
    page = client.get("/?q=siege&fold=0").text
    assert "5 paragraphs <span>in 4 articles</span></h1>" in page
    assert "All copies are shown." in page


def test_a_hit_unfolds_the_others_in_the_order_of_time(client):
    page = client.get("/?q=siege&unfold=first%23p1").text
    shown = page[page.index('class="unfolded"') :]
    assert shown.index("5 September 2016 · Wire") < shown.index("9 September 2016 · Hill Post")
    assert 'href="/articles/third?q=siege#p1"' in shown
    assert 'href="/families/first/1?q=siege"' in shown
    assert 'class="unfolded"' not in client.get("/?q=siege&unfold=none%23p1").text
    assert client.get("/?q=siege&unfold=first").status_code == 400


def test_at_most_ten_are_unfolded(make_index):
    articles = [article(f"{n:02}", f"Siege: {text_of(3)}", day=n + 1) for n in range(15)]
    client = create_app(make_index(*articles)).test_client()
    page = client.get("/?q=siege&unfold=00%23p1").text
    assert page.count('<span class="when">') == 10
    assert "All 15, compared word by word" in page


def test_the_page_of_copies_keeps_the_query_and_marks_it(client):
    page = client.get("/families/late/2?q=siege&sort=date").text
    assert 'href="/?q=siege&amp;sort=date">← Back to results' in page
    assert "<del>The siege</del><ins><mark" in page
    assert 'href="#c2" aria-label="Next copy, 2"' in page


def test_copies_are_compared_with_any_of_them(client):
    page = client.get("/families/late/2?against=2").text
    assert "compared with copy 2, of 5 September 2016, Wire" in page
    assert "<del>Siege</del><ins>The siege</ins>" in page
    assert client.get("/families/late/2?against=4").status_code == 400
    answer = client.get("/api/articles/late/paragraphs/2/copies?against=3").json
    assert answer["against"] == {"id": "late", "paragraph": 2}
    assert [member["place"] for member in answer["members"]] == [1, 2, 3]


def test_an_article_tells_which_of_its_paragraphs_have_copies(client):
    page = client.get("/articles/late").text
    assert page.count('class="copied"') == 1
    assert 'aria-label="also in 2 articles, 2 sources, first 2 September 2016">also in 2<' in page
    assert 'class="copied"' not in client.get("/articles/alone").text
    paragraphs = client.get("/api/articles/late").json["paragraphs"]
    assert ["copies" in each for each in paragraphs] == [False, True]


# The command line


def test_a_paragraph_without_copies_is_told_in_one_sentence(make_index, monkeypatch, capsys):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    assert run(["family", "alone#p1"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip() == "No other article has paragraph 1 of 'alone'"


@pytest.mark.parametrize("address", ["first", "first#p0", "none#p1", "first#p9", ""])
def test_a_wrong_address_is_an_error(make_index, monkeypatch, capsys, address):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    assert run(["family", address]) == 2
    assert capsys.readouterr().err


def test_a_family_is_asked_for_by_a_stable_address(make_index, monkeypatch, capsys):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    moved = str(address_of("late", 1, COPY))
    assert run(["family", moved, "--diff", "--against", "2"]) == 0
    told = capsys.readouterr()
    assert "has moved, to 2" in told.err
    assert "[-Siege-]{+The siege+}: w" in told.out


# Boilerplate


def test_a_formula_is_known_in_the_small_families_that_its_dates_make(make_searcher):
    def closing(year: str) -> str:
        return FORMULA + f" {year} {text_of(int(year), 13)}"

    years = ["1001"] * 6 + ["1002"] * 2
    articles = [
        article(f"p{n}", text_of(100 + n), text_of(200 + n), closing(year), day=3 * n + 1)
        for n, year in enumerate(years)
    ]
    reprints = [
        article(f"r{n}", *(text_of(300 + at) for at in range(7)), closing("1003"), day=9 + n)
        for n in range(2)
    ]
    other = [article(f"o{n}", text_of(500 + n), text_of(600), day=n + 1) for n in range(2)]
    searcher = make_searcher(*articles, *reprints, *other)
    assert searcher.family("p7", 3).copies[:3] == ("boilerplate", 2, 2)
    assert searcher.family("r1", 8).copies[:3] == ("copy", 2, 2)
    assert searcher.family("o1", 2).copies[:3] == ("copy", 2, 2)


def test_boilerplate_is_named_wherever_it_stands(make_index, monkeypatch, capsys):
    articles = [
        article(f"p{n}", text_of(100 + n), f"Siege: {text_of(8)}", day=3 * n + 1) for n in range(6)
    ]
    path = make_index(*articles)
    client = create_app(path).test_client()
    told = "boilerplate, in 6 articles"
    assert told in client.get("/?q=siege").text
    assert f'aria-label="{told}">boilerplate<' in client.get("/articles/p3").text
    assert "Boilerplate: it is printed again" in client.get("/families/p3/2").text
    hit = client.get("/api/search?q=siege").json["articles"][0]["hits"][0]
    assert hit["copies"]["kind"] == "boilerplate"
    monkeypatch.setenv("NUTGRAF_INDEX", str(path))
    for command in ["search", "siege"], ["show", "p3"]:
        assert run(command) == 0
        assert f"({told})" in capsys.readouterr().out
    assert run(["family", "p3#p2"]) == 0
    assert told in capsys.readouterr().err


def test_a_formula_that_no_other_article_has_is_known_by_its_words(make_index, monkeypatch, capsys):
    articles = [
        article(f"p{n}", *(text_of(100 * n + at) for at in range(9)), FORMULA, day=3 * n + 1)
        for n in range(6)
    ]
    single, other = (FORMULA + f" {year} {text_of(year, 13)}" for year in (1001, 1002))
    texts = [text_of(900 + at) for at in range(22)]
    alone = article("alone", *texts[:11], single)
    middle = article("middle", *texts[11:17], other, *texts[17:])
    path = make_index(*articles, alone, middle)
    told = "boilerplate, worded like that of other articles"
    client = create_app(path).test_client()
    assert f'aria-label="{told}">boilerplate<' in client.get("/articles/alone").text
    assert told not in client.get("/articles/middle").text
    assert "But it is boilerplate" in client.get("/families/alone/12").text
    paragraphs = client.get("/api/articles/alone").json["paragraphs"]
    assert [each["paragraph"] for each in paragraphs if "copies" in each] == [12]
    answer = client.get("/api/articles/alone/paragraphs/12/copies").json
    hold(answer, "Family")
    assert answer["copies"]["kind"] == "boilerplate"
    assert (answer["copies"]["articles"], len(answer["members"])) == (1, 1)
    monkeypatch.setenv("NUTGRAF_INDEX", str(path))
    assert run(["show", "alone#p12"]) == 0
    assert f"({told})" in capsys.readouterr().out
    assert run(["family", "alone#p12"]) == 1
    assert f"No other article has paragraph 12 of 'alone'; {told}" in capsys.readouterr().err


def test_there_is_no_copy_to_compare_with(make_searcher):
    with pytest.raises(QueryError, match="no copy 4"):
        make_searcher(*WIRE).family("late", 2, against=4)
