"""The command line, the API and the page answer a query alike: articles, totals and spans."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from cli.main import run
from index.store import Store
from index.sync import Sync
from index.writer import open_writer
from web.app import create_app

SAMPLES = Path(__file__).parent.parent / "cli" / "samples"
QUERIES = [
    "ferry strike", '"ferry strike"', "drought OR flood", "council -bridge", "reserv*", "cost-overrun",
    "title:ferry", "title:ferry harbour", 'source:"coast wire" vote', "date:2022", "-council",
    "(drought OR flood) council", '"harbour bridge" bridge', "zoe", "café", "A.D.U.", "港", "Σ OR λιμην",
    "co-operate OR cooperate", '"unbalanced', "title:", "nothing-of-this-kind", "the", "São Tomé",
    "council w/5 bridge", "council NOT w/8 bridge", '"overrun cost council"~8', "=May", "br?dge", "feries~",
    "para:1..2 council", "words:>60", "article(ferry tunnel)", "title:(ferry w/5 strike)", "date:7d", "ferry w/5",
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An index of the sample articles."""
    path = tmp_path_factory.mktemp("faces") / "index"
    with open_writer(Store(path)) as writer:
        Sync([str(SAMPLES)]).run(writer, None, lambda *_: None)
    return path


@pytest.fixture(scope="module")
def client(archive):
    """A client of the page and the API."""
    app = create_app(archive)
    yield app.test_client()
    app.extensions["nutgraf"].close()


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("options", [{}, {"sort": "date", "n": 3, "page": 2}, {"match": "any"}])
def test_command_line_and_api_give_the_same_object(archive, client, capfd, query, options):
    flags = {"sort": ["--sort"], "n": ["-n"], "page": ["--page"]}
    arguments = [each for name, value in options.items() if name in flags for each in (*flags[name], str(value))]  # fmt: skip
    arguments += ["--any"] if "match" in options else []
    run(["--index", str(archive), "search", "--json", *arguments, "--", query])
    told = json.loads(capfd.readouterr().out)
    answered = client.get("/api/search", query_string={"q": query, **options}).json
    assert told.pop("took_ms") >= 0
    assert answered.pop("took_ms") >= 0
    assert told == answered


@pytest.mark.parametrize("query", QUERIES)
def test_the_page_marks_the_spans_of_the_api(client, query):
    answered = client.get("/api/search", query_string={"q": query}).json
    page = client.get("/", query_string={"q": query}).text
    marked = [unescape(each) for each in re.findall(r"<mark[^>]*>(.*?)</mark>", page)]
    expected = []
    for found in answered["articles"]:
        for text, spans in [
            (found["title"], found["title_spans"]),
            *((hit["text"], hit["spans"]) for hit in found["hits"]),
        ]:
            expected += _runs(text, spans)
    assert marked == expected


def _runs(text: str, spans: list[list[int]]) -> list[str]:
    """The marked runs of a text, cut wherever other clauses begin to cover it."""
    covering = [
        " ".join(str(clause) for start, end, clause in spans if start <= at < end)
        for at in range(len(text))
    ]
    runs: list[tuple[str, str]] = []
    for char, clauses in zip(text, covering, strict=True):
        if runs and runs[-1][1] == clauses:
            runs[-1] = (runs[-1][0] + char, clauses)
        else:
            runs.append((char, clauses))
    return [run for run, clauses in runs if clauses]


def test_an_error_is_the_same_sentence_everywhere(archive, client, capfd):
    for query in ("date:2016-13", "a*", "x" * 600):
        run(["--index", str(archive), "search", query])
        told = capfd.readouterr().err.strip().removeprefix("Error: ")
        answered = client.get("/api/search", query_string={"q": query}).json["error"]["message"]
        page = client.get("/", query_string={"q": query}).text
        assert told == answered
        assert told in unescape(page)
