"""The timeline on the page, in the API and in the terminal: the same numbers, each in its form."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cli.main import run
from index.article import Article, PublicationDate
from tests.make import article, write_index
from tests.test_api import hold
from tests.test_timeline import dated
from web.app import create_app
from web.timeline import MAX_DRAWN

ARTICLES = [
    article("a", "A siege.\nStill a siege.\nA truce.", date=dated("2016-03-01")),
    article("b", "A siege.", date=dated("2016-03-03")),
    article("c", "A truce.", date=dated("2016-03-03")),
    article("d", "A siege, that year.", date=dated("2016")),
    article("e", "A siege, some time."),
    article("f", "A siege.", date=PublicationDate("2016-03-09T23:30-08:00", "minute")),
]
Nutgraf = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_index(tmp_path_factory.mktemp("timeline") / "archive", ARTICLES)


@pytest.fixture(scope="module")
def client(path: Path) -> FlaskClient:
    return create_app(path).test_client()


@pytest.fixture
def nutgraf(
    path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Nutgraf:
    """Run a command on the archive: (exit code, standard output, standard error)."""
    monkeypatch.setenv("NUTGRAF_INDEX", str(path))
    monkeypatch.setenv("COLUMNS", "60")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return command


# The API


def test_the_api_answers_in_json_and_in_csv_with_the_same_numbers(client: FlaskClient) -> None:
    asked = {"q": "siege", "by": "day", "per": 1000}
    answer = client.get("/api/timeline", query_string=asked).json
    assert answer is not None
    hold(answer, "Timeline")
    assert (answer["by"], answer["per"]) == ("day", 1000)
    assert answer["total"] == {"paragraphs": 6, "articles": 5}
    assert answer["archive"] == {"first": "2016-01-01", "last": "2016-12-31"}
    table = client.get("/api/timeline", query_string={**asked, "format": "csv"})
    assert table.content_type.startswith("text/csv")
    assert table.text.count("\r\n") == 1 + 366 + 2
    rows = {row["period"]: row for row in csv.DictReader(io.StringIO(table.text))}
    assert len(rows) == 366 + 2
    for each in answer["periods"]:
        row = rows[each["period"]]
        assert int(row["paragraphs"]) == each["paragraphs"]
        assert int(row["archive_articles"]) == each["archive"]["articles"]
        assert row["per_1000"] == ("" if each["rate"] is None else str(each["rate"]))
    assert rows["2016-03-01"]["per_1000"] == "666.667"
    assert rows["unknown"]["paragraphs"] == rows["only year known"]["paragraphs"] == "1"


@pytest.mark.parametrize(
    "query", ["siege", "zeppelin", "date:unknown", "siege date:2016-03", "-truce"]
)
@pytest.mark.parametrize("by", ["auto", "day", "week", "month", "year"])
def test_every_timeline_holds_to_its_schema(client: FlaskClient, query: str, by: str) -> None:
    answer = client.get("/api/timeline", query_string={"q": query, "by": by}).json
    hold(answer, "Timeline")


def test_a_period_of_the_api_is_what_a_search_with_its_query_counts(client: FlaskClient) -> None:
    answer = client.get("/api/timeline?q=siege+date:2016-03&by=week").json
    assert answer is not None
    for each in answer["periods"]:
        found = client.get("/api/search", query_string={"q": each["query"]}).json
        assert found is not None
        assert found["total"]["paragraphs"] == each["paragraphs"]
    assert answer["gaps"] == []  # an article of that year may be of any day


# The page


def links(text: str) -> dict[str, str]:
    """The bars of a page: what their links are called, and where they lead."""
    found = re.findall(r'<a href="([^"]+)" tabindex="-1"><title>([^<]+)</title>', text)
    return {title: unescape(address) for address, title in found}


def test_a_bar_is_a_link_that_narrows_to_its_period(client: FlaskClient) -> None:
    bars = links(client.get("/?q=siege&view=timeline&by=week").text)
    assert bars == {
        "29 February to 6 March 2016: 3 paragraphs in 2 articles":
            "/?q=siege+date%3A2016-02-29..2016-03-06&view=timeline",
        "7 to 13 March 2016: 1 paragraph in 1 article":
            "/?q=siege+date%3A2016-03-07..2016-03-13&view=timeline",
    }  # fmt: skip
    narrowed = client.get("/?q=siege+date%3A2016-02-29..2016-03-06&view=timeline").text
    assert "29 February to 6 March 2016, by day" in narrowed
    day = links(narrowed)["3 March 2016: 1 paragraph in 1 article"]
    assert day == "/?q=siege+date%3A2016-03-03"  # a day is read, not cut again


def test_the_page_tells_what_has_no_day(client: FlaskClient) -> None:
    text = re.sub(r"<[^>]+>", "", client.get("/?q=siege&view=timeline&by=month").text)
    assert "Of 1 paragraph in 1 article the date is unknown." in text
    assert "only the year is known, so that they are counted only by year." in text


def test_the_page_says_that_no_date_is_known(tmp_path: Path) -> None:
    undated = create_app(write_index(tmp_path, [article("a", "A siege.")])).test_client()
    text = undated.get("/?q=siege&view=timeline").text
    assert "No date is known" in text
    assert "<figure" not in text


def test_the_page_has_every_period_in_a_table(client: FlaskClient) -> None:
    text = client.get("/?q=siege&view=timeline&by=day&per=10000").text
    assert text.count('<th scope="row">') == 366
    assert "Per 10,000" in text


def test_a_drawing_that_would_be_too_long_is_refused_and_not_offered(tmp_path: Path) -> None:
    ends = [article("old", "siege", date=dated("1990")), article("new", "x", date=dated("2020"))]
    client = create_app(write_index(tmp_path, ends)).test_client()
    assert "view=timeline&amp;by=day" not in client.get("/?q=siege&view=timeline").text
    refused = client.get("/?q=siege&view=timeline&by=day")
    assert refused.status_code == 400
    assert f"at most {MAX_DRAWN} are told; narrow the search by date" in refused.text
    assert client.get("/api/timeline?q=siege&by=day").status_code == 200


def test_words_of_a_query_do_not_become_markup(tmp_path: Path) -> None:
    hostile = '"<script>alert(1)</script>"'
    articles = [Article("a", ("<script>alert(1)</script>",), date=dated("2016-03-01"))]
    client = create_app(write_index(tmp_path, articles)).test_client()
    text = client.get("/", query_string={"q": hostile, "view": "timeline"}).text
    assert "1 March 2016, by day" in text
    assert "<script>alert" not in text


# The terminal


def test_trend_draws_a_line_for_each_period(nutgraf: Nutgraf) -> None:
    code, out, err = nutgraf("trend", "siege", "date:2016-03", "--by", "day")
    assert code == 0
    assert out.splitlines()[:5] == [
        "            paragraphs  articles",
        "2016-03-01           2         1  " + "█" * 26,
        "2016-03-02  ··· no date of the archive is so exact",
        "2016-03-03           1         1  " + "█" * 13,
        "2016-03-04  ··· no date of the archive is so exact until 2016-03-08 (5 days)",
    ]
    assert err == "4 paragraphs in 3 articles, by day\nMost, 2 paragraphs: 1 March 2016.\n"


def test_trend_counts_per_paragraphs_of_the_archive(nutgraf: Nutgraf) -> None:
    out = nutgraf("trend", "siege", "--by", "month", "--per", "10000")[1]
    assert out.splitlines()[0].split() == ["per", "10,000", "paragraphs", "articles"]
    march = next(line for line in out.splitlines() if line.startswith("2016-03"))
    assert march.split()[1:4] == ["6,666.7", "4", "3"]
    assert [line.split()[0] for line in out.splitlines()[-2:]] == ["unknown", "only"]


def test_trend_tells_gaps_of_the_archive(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    days = [article(day, "siege", date=dated(day)) for day in ("2016-03-01", "2016-03-05")]
    path = write_index(tmp_path / "gaps", days)
    assert run(["--index", str(path), "trend", "siege"]) == 0
    out, err = capfd.readouterr()
    assert (
        out.splitlines()[2] == "2016-03-02  ░░░ the archive has nothing until 2016-03-04 (3 days)"
    )
    assert "The archive has nothing of 2 to 4 March 2016 (3 of 5 days)." in err


def test_trend_prints_what_the_api_answers(nutgraf: Nutgraf, client: FlaskClient) -> None:
    for form in ("json", "csv"):
        answer = client.get(f"/api/timeline?q=siege&by=month&per=100&format={form}")
        printed = nutgraf("trend", "siege", "--by", "month", "--per", "100", f"--{form}")[1]
        if form == "json":
            assert json.loads(printed) == answer.json
        else:
            assert printed.splitlines() == answer.text.splitlines()


def test_trend_of_nothing_has_exit_code_1_and_mistakes_have_2(nutgraf: Nutgraf) -> None:
    assert nutgraf("trend", "zeppelin") == (1, "", "No paragraph matches\n")
    assert nutgraf("trend", "date:2016-13")[0] == 2
    assert "one of them" in nutgraf("trend", "siege", "--json", "--csv")[2]


def test_trend_is_plain_where_the_output_has_no_blocks(
    nutgraf: Nutgraf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), "ascii", write_through=True))
    assert run(["trend", "siege", "--by", "month"]) == 0
    import sys

    printed = sys.stdout.buffer.getvalue().decode("ascii")  # type: ignore[attr-defined]
    assert "#" * 10 in printed
    assert "\x1b" not in printed
