"""The documents tell the truth: their examples of queries are answered, their limits are ours."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from index.article import Article, PublicationDate
from index.readers import ENDINGS
from index.store import Store
from index.sync import Sync
from index.writer import open_writer
from search.errors import QueryError
from search.query import parse
from search.results import SearchOptions
from search.searcher import Searcher

ROOT = Path(__file__).parent.parent
QUERIES = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
MISTAKES = QUERIES.index("## Mistakes")


def examples(text: str) -> list[str]:
    """What is printed as code in the rows of tables."""
    rows = re.findall(r"^\| `.*$", text, re.MULTILINE)
    return [each for row in rows for each in re.findall(r"`([^`]*\w[^`]*)`", row)]


def column(heading: str) -> list[str]:
    """What is printed as code in the first column of the table with a heading."""
    table = QUERIES.partition(heading)[2].partition("\n\n")[0]
    firsts = re.findall(r"^\| (`.*?`) \| ", table, re.MULTILINE)
    return [each for first in firsts for each in re.findall(r"`([^`]+)`", first)]


EXAMPLES = examples(QUERIES[:MISTAKES])
MENDED = column("| is read as |")
ERRORS = column("| is an error, because |")
SAME_WORD = re.findall(r"`([^`]+)` finds\s+\*([^*]+)\*", QUERIES)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The sample articles, opened for searching."""
    store = Store(tmp_path_factory.mktemp("samples") / "index")
    with open_writer(store) as writer:
        Sync([str(ROOT / "cli" / "samples")]).run(writer, None, lambda *_: None)
        for days in (-1, 0, 1):  # for examples that are relative to today
            day = PublicationDate(str(date.today() + timedelta(days)), "day")
            writer.add(Article(f"day {days}", ("It was a day.",), date=day))
    searcher = Searcher.open(store.path)
    yield searcher
    searcher.close()


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_of_a_query_is_understood_and_finds_something(samples, query):
    page = samples.search(query)
    assert page.notices == ()
    assert page.total.paragraphs > 0


@pytest.mark.parametrize("query", MENDED)
def test_every_example_of_a_small_mistake_is_answered_with_a_notice(samples, query):
    page = samples.search(query)
    assert page.notices
    with pytest.raises(QueryError):
        samples.search(query, SearchOptions(strict=True))


@pytest.mark.parametrize("query", ERRORS)
def test_every_example_of_an_error_is_one(samples, query):
    with pytest.raises(QueryError, match=r"; |looked for|such as"):
        samples.search(query)


def test_the_tables_of_queries_have_been_read():
    assert len(EXAMPLES) >= 55
    assert len(MENDED) >= 6
    assert len(ERRORS) >= 17
    assert len(SAME_WORD) >= 7


@pytest.mark.parametrize(("query", "word"), SAME_WORD)
def test_what_is_said_to_be_the_same_word_is(make_searcher, query, word):
    assert make_searcher(f"and {word} too").search(query).total.paragraphs == 1


def test_the_limits_are_the_ones_that_are_told():
    told = " ".join(QUERIES.split())
    for number in ("512 characters", "32 words", "64 clauses", "10 deep", "1,000 words",
                   "nearest 150", "letters at 50", "at 1,024", "1 to 100"):  # fmt: skip
        assert number in told
    for query in ("a*", "*ism", "x" * 513, "x " * 33, "(" * 11 + "x" + ")" * 11):
        with pytest.raises(Exception, match=r"\w"):
            parse(query)


def test_the_endings_that_are_read_are_told():
    text = (ROOT / "docs" / "reading.md").read_text()
    for ending in re.findall(r"\.\w+", ENDINGS):
        assert f"`{ending}`" in text
