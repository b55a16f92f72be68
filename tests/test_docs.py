"""The documents tell the truth: their sessions run, their examples are answered."""

import re
from pathlib import Path

import pytest

from cli.main import run
from index.readers import ENDINGS
from index.store import Store
from index.sync import Sync
from index.writer import open_writer
from search.query import parse
from search.searcher import Searcher

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
QUERIES = (ROOT / "docs" / "query.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| `.*$", QUERIES, re.MULTILINE)
EXAMPLES = [each for row in TABLE for each in re.findall(r"`([^`]*\w[^`]*)`", row)]
SAME_WORD = re.findall(r"`([^`]+)` finds\s+\*([^*]+)\*", QUERIES)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """The sample articles, opened for searching."""
    store = Store(tmp_path_factory.mktemp("samples") / "index")
    with open_writer(store) as writer:
        Sync([str(ROOT / "cli" / "samples")]).run(writer, None, lambda *_: None)
    searcher = Searcher.open(store.path)
    yield searcher
    searcher.close()


def test_the_session_in_the_readme_runs_as_it_is_printed(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("NUTGRAF_INDEX", str(tmp_path / "index"))
    monkeypatch.chdir(ROOT)
    sessions = re.findall(r"^```\n\$ nutgraf (.*)\n((?:.*\n)*?)```$", README, re.MULTILINE)
    assert len(sessions) == 5
    for command, printed in sessions:
        if command != "serve":
            words = [word.strip("'") for word in re.findall(r"'[^']*'|\S+", command)]
            assert run(words) == 0
            captured = capfd.readouterr()
            assert captured.out + captured.err == printed, command


@pytest.mark.parametrize("query", EXAMPLES)
def test_every_example_of_a_query_is_understood_and_finds_something(samples, query):
    page = samples.search(query)
    assert page.notices == ()
    assert page.total.paragraphs > 0


def test_the_table_of_queries_has_been_read():
    assert len(EXAMPLES) >= 20
    assert len(SAME_WORD) >= 7


@pytest.mark.parametrize(("query", "word"), SAME_WORD)
def test_what_is_said_to_be_the_same_word_is(make_searcher, query, word):
    assert make_searcher(f"and {word} too").search(query).total.paragraphs == 1


def test_the_limits_are_the_ones_that_are_told():
    for number in ("512 characters", "32 words", "10 deep", "1,000\nwords"):
        assert number in QUERIES
    for query in ("a*", "*ism", "x" * 513, "x " * 33, "(" * 11 + "x" + ")" * 11):
        with pytest.raises(Exception, match=r"\w"):
            parse(query)


def test_the_endings_that_are_read_are_told():
    text = (ROOT / "docs" / "reading.md").read_text()
    for ending in re.findall(r"\.\w+", ENDINGS):
        assert f"`{ending}`" in text
