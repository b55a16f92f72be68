"""Exports: every row is what the pages of results show, in their order, in bounded memory."""

import csv
import io
import json
import tarfile
import tracemalloc

import pytest

from index.article import Article, PublicationDate
from search.address import address_of
from search.errors import NutgrafError
from search.export import COLUMNS, export
from search.results import SearchOptions
from search.searcher import Searcher
from search.tabular import plain_cell
from tests.make import article, write_index

ARTICLES = [
    article(
        f"harbour/{number:02}",
        "\n".join(
            (f"The ferry sails, said “{number}”.", "No boat, =no fare.", "A ferry; the ferry, late.")
            + ("The last ferry.",) * (number % 4)
        ),
        title="=HYPERLINK(1)" if number % 2 else f"Ferry, day {number}",
        author="@admin",
        source="Coast\tWire",
        url=f"https://example.org/{number}",
        language="en",
        date=PublicationDate(f"2016-09-{number % 28 + 1:02}", "day") if number % 5 else PublicationDate(),
    )
    for number in range(60)
]  # fmt: skip
QUERIES = [
    "ferry",
    '"the ferry" OR boat',
    "ferry -last",
    "ferry w/3 late",
    "title:day ferry",
    "fer*",
]


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    searcher = Searcher.open(write_index(tmp_path_factory.mktemp("export"), ARTICLES))
    yield searcher
    searcher.close()


def rows_of(searcher, query, form, **options):
    text = "".join(export(searcher.matched(query, SearchOptions(**options)), form))
    if form == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    return [{name: plain_cell(cell) for name, cell in row.items()} for row in rows]


def on_pages(searcher, query, **options):
    """What all pages together show, article by article; an article shows all hits if read whole."""
    number, shown = 1, []
    while True:
        page = searcher.search(query, SearchOptions(size=7, number=number, fold=False, **options))
        for found in page.articles:
            view = searcher.article(
                found.article.id, query, SearchOptions(match=page.options.match)
            )
            hits = [each for each in view.paragraphs if each.number in view.hits]
            shown += [(found.article, each) for each in hits]
        if number >= page.pages:
            return shown
        number += 1


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("options", [{}, {"sort": "date"}, {"sort": "position"}, {"match": "any"}])
def test_the_rows_are_all_that_the_pages_show_in_their_order(searcher, query, options):
    shown = on_pages(searcher, query, **options)
    assert shown
    rows = rows_of(searcher, query, "jsonl", **options)
    assert [(row["id"], row["paragraph"], row["text"], row["spans"]) for row in rows] == [
        (header.id, each.number, each.text, [list(span) for span in each.spans])
        for header, each in shown
    ]


def test_a_row_tells_everything_of_its_article_and_where_it_is(searcher):
    row = rows_of(searcher, "ferry w/3 late", "jsonl")[0]
    told = next(each for each in ARTICLES if each.id == row["id"])
    text = told.paragraphs[row["paragraph"] - 1]
    score, clauses = row.pop("score"), row.pop("clauses")
    assert score > 0
    assert clauses == [{"id": 1, "distance": 1}]
    assert row == {
        "id": told.id, "title": told.title, "author": told.author, "source": told.source,
        "url": told.url, "language": told.language, "date": told.date.value,
        "precision": told.date.precision, "paragraph": 3, "of": len(told.paragraphs),
        "position": row["position"], "text": text, "spans": row["spans"],
        "copy_of": str(address_of("harbour/28", 3, text)), "family_kind": "boilerplate",
        "address": str(address_of(told.id, 3, text)), "link": f"/articles/harbour%2F{told.id[-2:]}#p3",
    }  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_table_says_the_same_as_the_lines(searcher, query):
    lines, table = (rows_of(searcher, query, form) for form in ("jsonl", "csv"))
    assert [list(row) for row in table] == [list(COLUMNS)] * len(lines)
    for row, line in zip(table, lines, strict=True):
        for name, cell in row.items():
            known = line[name]
            assert json.loads(cell) == known if isinstance(known, list | int | float) else cell == (known or "")  # fmt: skip


def test_nothing_found_is_a_table_without_rows(searcher):
    assert "".join(export(searcher.matched("zeppelin"), "csv")) == ",".join(COLUMNS) + "\r\n"
    assert "".join(export(searcher.matched("zeppelin"), "jsonl")) == ""


def test_links_name_the_server_that_was_said(searcher):
    lines = "".join(export(searcher.matched("ferry"), "jsonl", "https://archive.example"))
    assert json.loads(lines.splitlines()[0])["link"].startswith("https://archive.example/articles/")


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_an_export_that_fails_half_way_says_so_in_its_last_row(searcher, form):
    steps = iter(range(10))

    def go_on():
        if next(steps) == 5:
            raise NutgrafError("the disk is gone")

    chunks = []
    with pytest.raises(NutgrafError):
        for chunk in export(searcher.matched("ferry"), form, go_on=go_on):
            chunks.append(chunk)
    assert len("".join(chunks).splitlines()) == 6 + (form == "csv")
    last = "".join(chunks).splitlines()[-1]
    assert "This export is not complete: the disk is gone" in last


@pytest.mark.no_cover
def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(count):
        many = (Article(f"{n}", ("The ferry sails at noon. " * 40,)) for n in range(count))
        searcher = Searcher.open(write_index(tmp_path / str(count), many))
        sum(map(len, export(searcher.matched("ferry"), "csv")))  # decode, and load what is needed
        tracemalloc.start()
        assert sum(map(len, export(searcher.matched("ferry"), "csv"))) > count * 1_000
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        searcher.close()
        return size

    assert peak(600) < 1.5 * peak(150) + 500_000


def test_what_looks_like_a_formula_in_known_files_is_text_in_the_table(data, tmp_path):
    with tarfile.open(data("badinputs.tar.xz")) as archive:
        name = next(
            each for each in archive.getnames() if each.endswith("generated/csv/formulas.csv")
        )
        text = archive.extractfile(name).read().decode()
    titles = [row[1] for row in list(csv.reader(io.StringIO(text, newline="")))[1:]]
    assert len(titles) > 5
    articles = [
        Article(f"{n}", ("oil",), title=title, author=title, source=title)
        for n, title in enumerate(titles)
    ]
    searcher = Searcher.open(write_index(tmp_path, articles))
    exported = "".join(export(searcher.matched("oil"), "csv"))
    rows = list(csv.DictReader(io.StringIO(exported, newline="")))
    assert len(rows) == len(titles)
    for row in rows:
        for name in ("title", "author", "source"):
            assert row[name][:1] not in "=+-@\t\r\n\0＝＋－＠"
            assert plain_cell(row[name]) == titles[int(row["id"])]
    searcher.close()
