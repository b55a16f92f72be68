"""Concordances: a row for every place that is marked, in any order, and words near them.

- Against a plain scan of the texts with a regular expression, for any texts.
- Samples do not depend on how the archive was indexed.
- Collocates against a count by a plain loop, also over real data.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections import Counter
from math import log2
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.aligned import aligned, columns
from cli.main import run
from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search.collocates import collocates
from search.concordance import Row, rows
from search.concordance_page import Wanted, concordance
from search.errors import QueryError
from search.query.rewriting import narrowed
from search.results import SearchOptions
from search.row_order import ORDERS, in_order
from search.samples import sample
from search.searcher import Searcher
from search.text_words import frequency
from tests.conftest import DATA, MakeSearcher
from tests.make import article, write_index
from web.app import create_app

WORDS = ["the", "Siege", "siege", "bread", "café", "a", "U.S.", "275,000", "cease-fire", "港湾"]
TEXTS = st.lists(st.sampled_from([*WORDS, ",", "–"]), min_size=1, max_size=14).map(" ".join)
WORD = re.compile(r"[A-Z](?:\.[A-Z])+(?=\.)|[0-9]+(?:,[0-9]{3})+|[港湾]|[^\W\d_港湾]+")


def plain_words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text made of WORDS, read by a pattern of our own."""
    return [(each[0].casefold(), *each.span()) for each in WORD.finditer(text)]


def all_of(searcher: Searcher, query: str, order: str = "article", width: int = 60) -> list[Row]:
    """All rows of a query."""
    matched = searcher.matched(query)
    return list(rows(matched, in_order(matched, order)[0], width))  # type: ignore[arg-type]


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), width=st.integers(1, 40))
@settings(max_examples=40)
def test_rows_are_what_a_plain_scan_finds_in_every_order(texts: list[str], width: int) -> None:
    with TemporaryDirectory() as folder:
        given = [article(str(number), text) for number, text in enumerate(texts)]
        searcher = Searcher.open(write_index(Path(folder), given))
        expected = [
            (number, start, end, [word for word, _, e in plain_words(text) if e <= start][::-1],
             [word for word, s, _ in plain_words(text) if s >= end])
            for number, text in enumerate(texts)
            for word, start, end in plain_words(text) if word == "siege"
        ]  # fmt: skip
        for order in ORDERS:
            side, most = order[:-1], int(order[-1]) if order[-1].isdigit() else 0
            wanted = expected
            if side in ("left", "right"):
                at = 3 if side == "left" else 4
                wanted = sorted(expected, key=lambda each: each[at][:most])
            found = all_of(searcher, "siege", order, width)
            assert [(int(r.article.id), r.start, r.end) for r in found] == [e[:3] for e in wanted]
        for row in all_of(searcher, "siege", width=width):
            text = texts[int(row.article.id)]
            assert row.match == text[row.start : row.end]
            assert text[: row.start].endswith(row.left)
            assert text[row.end :].startswith(row.right)
            assert max(len(row.left), len(row.right)) <= width
        searcher.close()


@given(texts=st.lists(TEXTS, min_size=1, max_size=6), window=st.integers(1, 4))
@settings(max_examples=40)
def test_collocates_are_what_a_plain_loop_counts(texts: list[str], window: int) -> None:
    with TemporaryDirectory() as folder:
        given = [article(str(number), text) for number, text in enumerate(texts)]
        searcher = Searcher.open(write_index(Path(folder), given))
        matched = searcher.matched("siege")
        found = collocates(matched, (window, window), least=1, most=100)
        every: Counter[str] = Counter()
        near: Counter[str] = Counter()
        matches = 0
        for text in texts:
            words = [word for word, _, _ in plain_words(text)]
            every.update(words)
            at = [n for n, word in enumerate(words) if word == "siege"]
            matches += len(at)
            close = [n for n in range(len(words)) if any(0 < abs(n - m) <= window for m in at)]
            near.update(words[n] for n in close)
        assert found.rows == matches
        assert {each.word: (each.together, each.frequency) for each in found.words} == {
            word: (count, every[word]) for word, count in near.items()
        }
        for each in found.words:
            assert each.score == 14 + log2(2 * each.together / (matches + each.frequency))
        few = collocates(matched, (window, window), least=1, most=2)
        assert [each.score for each in few.words] == [each.score for each in found.words[:2]]
        searcher.close()


def test_what_filters_or_is_in_the_headline_has_no_row(make_searcher: MakeSearcher) -> None:
    searcher = make_searcher(
        article("a", "A siege.", title="Bread", date=PublicationDate("2016", "year"))
    )
    assert [row.match for row in all_of(searcher, "siege date:2016")] == ["siege"]
    for query in ("date:2016", "title:bread"):
        page = concordance(searcher, query, SearchOptions(), Wanted())
        assert (page.paragraphs, page.rows) == (1, ())
        assert page.notices == (
            "No part of the query marks words of a paragraph, so there is no row to show",
        )


def test_all_rows_are_sorted_however_many_paragraphs_there_are(make_searcher: MakeSearcher) -> None:
    searcher = make_searcher(*(f"siege {number:03}" for number in reversed(range(300))))
    for order, words in (("right1", range(300)), ("left1", reversed(range(300)))):
        found = [row.right for row in all_of(searcher, "siege", order)]
        assert found == [f" {number:03}" for number in words]


def test_letters_that_several_clauses_mark_are_one_row(make_searcher: MakeSearcher) -> None:
    searcher = make_searcher("The siege of the town; the siege.")
    assert len(all_of(searcher, 'siege OR "siege" OR sieg*')) == 2
    assert [row.match for row in all_of(searcher, 'siege OR "the siege"')] == [
        "The siege", "siege", "the siege", "siege",
    ]  # fmt: skip


def test_by_date_the_newest_comes_first_and_the_undated_last(make_searcher: MakeSearcher) -> None:
    days = {"old": "2015-01-01", "unknown": "", "new": "2017-01-01"}
    searcher = make_searcher(
        *(article(name, "A siege.", date=PublicationDate(day, "day") if day else PublicationDate())
          for name, day in days.items())
    )  # fmt: skip
    found = all_of(searcher, "siege", "date")
    assert [row.article.id for row in found] == ["new", "old", "unknown"]


def sampled(path: Path, size: int, seed: int) -> list[tuple[str, int, int]]:
    """A sample of the rows of an index."""
    searcher = Searcher.open(path)
    matched = searcher.matched("siege OR bread")
    found = rows(matched, sample(matched, size, seed))
    told = [(row.article.id, row.address.paragraph, row.start) for row in found]
    searcher.close()
    return told


def test_a_sample_is_the_same_however_the_archive_was_indexed(tmp_path: Path) -> None:
    articles = [
        article(f"a{number}", "\n".join(["The siege and the siege.", "Bread."] * (1 + number % 3)))
        for number in range(60)
    ]
    one = write_index(tmp_path / "one", articles)
    for part in (articles[40:], articles[:40]):
        with open_writer(Store(tmp_path / "two")) as writer:
            for each in reversed(part):
                writer.add(each)
    with open_writer(Store(tmp_path / "two")) as writer:
        writer.add(Article("gone", ("A siege.",) * 5))
    with open_writer(Store(tmp_path / "two")) as writer:
        writer.remove("gone")
    for seed in range(3):
        assert sampled(one, 20, seed) == sampled(tmp_path / "two", 20, seed)
    assert len(set(sampled(one, 20, 1))) == 20
    assert sampled(one, 20, 1) != sampled(one, 20, 2)
    assert len(sampled(one, 10_000, 1)) == len(all_of(Searcher.open(one), "siege OR bread"))


def test_every_row_is_as_likely_in_a_sample(tmp_path: Path) -> None:
    path = write_index(tmp_path, [article("a", "siege siege siege siege"), article("b", "siege")])
    chosen = Counter(row for seed in range(400) for row in sampled(path, 1, seed))
    assert len(chosen) == 5
    assert all(45 < count < 120 for count in chosen.values())  # 80, and 4 deviations of 8


def test_a_frequency_does_not_count_what_was_removed(tmp_path: Path) -> None:
    path = write_index(tmp_path, [article("a", "Bread, bread."), article("b", "Breads and bread")])
    with open_writer(Store(path)) as writer:
        writer.remove("b")
    searcher = Searcher.open(path)
    matched = searcher.matched("bread")
    assert frequency(matched.snapshot, "bread") == 2
    assert frequency(matched.snapshot, "breads") == 0
    searcher.close()


def test_a_query_is_narrowed_to_where_a_word_is_near() -> None:
    assert narrowed('"cost overrun" date:2022', "o'clock", 5) == (
        '"cost overrun" w/5 "o\'clock" date:2022'
    )
    for query in ("a b", "a OR b", "a w/3 b", '"a b"~3', "title:a"):
        assert narrowed(query, "c", 5) is None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_index(
        tmp_path / "index",
        [
            article("a/1", "The siege went on.\n=1+1, the siege"),
            article("b", "השער siege 港湾 siege"),
        ],
    )


def test_the_command_writes_all_rows_as_csv_without_formulas(
    path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["--index", str(path), "kwic", "siege", "--csv"]) == 0
    table = list(csv.DictReader(io.StringIO(capfdbinary.readouterr().out.decode(), newline="")))
    assert len(table) == 4
    assert table[1]["left"] == "'=1+1, the "
    assert re.fullmatch(r"a/1#p2@[0-9a-f]{10}", table[1]["address"])


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--csv", "--json"], "--json"),
        (["--collocates", "--sample", "5"], "--sample"),
        (["--collocates", "--sort", "left1"], "--sort"),
        (["--collocates", "--page", "1"], "--page"),
        (["--window", "3"], "--window"),
        (["--least", "1", "--csv"], "--least"),
    ],
)
def test_options_that_could_not_do_what_they_say_are_refused(
    path: Path, capfd: pytest.CaptureFixture[str], options: list[str], named: str
) -> None:
    assert run(["--index", str(path), "kwic", "siege", *options]) == 2
    told = capfd.readouterr()
    assert named in told.err
    assert told.out == ""


def test_the_api_and_the_command_give_the_same_rows(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    client = create_app(path).test_client()
    run(["--index", str(path), "kwic", "siege", "--json", "--sort", "right2", "--width", "60"])
    told = json.loads(capfd.readouterr().out)
    assert told == client.get("/api/kwic?q=siege&order=right2").json
    assert client.get("/api/kwic?q=siege&format=csv").text.count("\r\n") == 5
    answer = client.get("/api/kwic?q=siege&rows=3").json
    assert answer["page"]["next"] == 2
    assert len(client.get("/api/kwic?q=siege&rows=3&page=2").json["rows"]) == 1
    assert client.get("/api/collocates?q=siege&least=1&format=csv").text.startswith("word,count,")


def test_rows_are_aligned_by_what_letters_take_on_a_terminal(path: Path) -> None:
    found = all_of(Searcher.open(path), "siege")
    lefts = [aligned(row, 12)[0] for row in found]
    assert {columns(left) for left in lefts} == {12}
    assert "\u2068" in lefts[2]  # which runs from right to left


def test_the_page_shows_a_table_of_rows_with_links(path: Path) -> None:
    page = create_app(path).test_client().get("/?q=siege&view=kwic&order=right1").text
    assert page.count('<td class="match"><mark>siege</mark></td>') == 4
    assert "/articles/a%2F1?q=siege&amp;order=right1&amp;view=kwic#p2" in page
    assert 'scope="col">Match</th>' in page


def test_rows_beyond_the_last_page_are_refused_with_a_way_out(path: Path) -> None:
    searcher = Searcher.open(path)
    with pytest.raises(QueryError, match="take all rows away as CSV"):
        concordance(searcher, "siege", SearchOptions(), Wanted(number=201))
    searcher.close()


def test_collocates_of_real_words_are_what_a_plain_loop_counts(tmp_path: Path) -> None:
    source = DATA / "reuters.jsonl.gz"
    if not source.exists():
        pytest.skip(f"the data file reuters.jsonl.gz is not in {DATA}; set NUTGRAF_DATA")
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for _, line in zip(range(600), lines, strict=False)]
    from bench.collocates import count_plainly

    given = [Article(each["id"], tuple(each["paragraphs"])) for each in records]
    texts = [text for each in records for text in each["paragraphs"]]
    searcher = Searcher.open(write_index(tmp_path, given))
    for word in ("oil", "shares", "government"):
        matches, near, every = count_plainly(texts, word, 5)
        found = collocates(searcher.matched(f'="{word}"'), least=3, most=10_000)
        assert found.rows == matches
        assert {each.word: (each.together, each.frequency) for each in found.words} == {
            other: (count, every[other]) for other, count in near.items() if count >= 3
        }
    searcher.close()
