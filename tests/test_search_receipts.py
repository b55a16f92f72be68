"""Search receipts: what they tell, that they hold, and that a forged one is only a file."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search import receipt as receipts
from search.errors import QueryError
from search.receipt import digest_of, make_receipt
from search.receipt_contract import (
    MAX_BYTES,
    ReceiptError,
    read_receipt,
    receipt_as_dict,
    receipt_text,
)
from search.rerun import rerun, told
from search.results import SearchOptions
from search.searcher import Searcher
from tests.make import article, write_index
from web.app import create_app
from web.schemas import SCHEMAS

SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "receipt.schema.json").read_text())
ARTICLES = [
    article(
        "a",
        "The ferry sails.\nNo boat.\nThe ferry is late.",
        date=PublicationDate("2016", "year"),
        source="Wire",
    ),
    article("b", "A ferry, at last.", date=PublicationDate("2017-03", "month")),
    article("c", "Only a train."),
]
QUERIES = [
    "ferry",
    "zeppelin",
    "fer*",
    "ferry w/5 late",
    "date:7d",
    '"unbalanced',
    "ferry -late",
    "article(ferry boat)",
]


@pytest.fixture
def path(tmp_path):
    return write_index(tmp_path / "archive", ARTICLES)


def receipt_of(path, query, **options):
    return make_receipt(Searcher.open(path), query, SearchOptions(**options))


def change(path, *articles, remove=()):
    with open_writer(Store(path)) as writer:
        for each in articles:
            writer.add(each)
        for each in remove:
            writer.remove(each)


def timeless(receipt):
    return receipt_as_dict(receipt._replace(made="2026-01-01T00:00:00Z"))


def test_a_receipt_of_nothing_tells_what_was_searched_and_by_which_words(path):
    made = receipt_as_dict(receipt_of(path, "zeppelin OR blimp*", tz="UTC"))
    assert made["found"] == {
        "paragraphs": 0, "articles": 0, "same_article": 0, "partial": False, "digest": digest_of(()),
        "addresses": [], "complete": True, "folded": {"paragraphs": 0, "articles": 0},
    }  # fmt: skip
    assert made["index"].pop("state")
    assert made["index"] == {
        "generation": 1, "articles": 3, "paragraphs": 5, "sources": 1,
        "dates": {"first": "2016-01-01", "last": "2017-03-31", "unknown": 1},
    }  # fmt: skip
    assert [(each["query"], each["kind"]) for each in made["clauses"]] == [
        ("zeppelin", "word"),
        ("blimp*", "prefix"),
    ]
    assert (made["tz"], made["match"], made["strict"]) == ("UTC", "all", False)


def test_a_receipt_names_what_was_found_in_the_order_of_the_results(path):
    found = receipt_of(path, "ferry", sort="date").found
    assert [each.partition("@")[0] for each in found.addresses] == ["b#p1", "a#p1", "a#p3"]
    assert (found.paragraphs, found.articles) == (3, 2)
    assert found.digest == digest_of(found.addresses)
    assert receipt_of(path, "ferry", sort="relevance").found.digest == found.digest


def test_articles_that_have_the_words_in_different_paragraphs_are_counted(path):
    assert receipt_of(path, "boat late").found[:3] == (0, 0, 1)


@pytest.mark.parametrize("query", QUERIES)
def test_every_receipt_holds_to_its_schema_and_is_read_back(path, query):
    made = receipt_of(path, query)
    jsonschema.Draft202012Validator(SCHEMA).validate(receipt_as_dict(made))
    assert receipt_as_dict(read_receipt(receipt_text(made).encode())) == receipt_as_dict(made)


def test_the_schema_in_the_documents_is_that_of_the_api():
    ours = json.loads(json.dumps(SCHEMAS["Receipt"]).replace("#/components/schemas/", "#/$defs/"))
    assert {name: SCHEMA[name] for name in ours} == ours
    assert SCHEMA["$defs"] == {"Clause": SCHEMAS["Clause"]}
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("query", QUERIES)
def test_the_same_search_on_the_same_index_has_the_same_receipt_wherever_it_lies(
    path, tmp_path, query
):
    first = receipt_of(path, query)
    moved = path.rename(tmp_path / "elsewhere")
    assert timeless(receipt_of(moved, query)) == timeless(first)
    done = rerun(Searcher.open(moved), first)
    assert done.is_same
    assert told(done)[-1].startswith("The index is the same: 5 paragraphs")


def test_what_is_more_fewer_and_moved_is_named(path):
    before = receipt_of(path, "ferry")
    change(
        path,
        article("a", "At the top.\nThe ferry sails.\nThe ferry is early."),
        article("d", "Ferry!"),
        remove=["b"],
    )
    done = rerun(Searcher.open(path), before)
    assert not done.is_same
    places = [[each.partition("@")[0] for each in some] for some in (done.more, done.fewer)]
    assert places == [["a#p3", "d#p1"], ["a#p3", "b#p1"]]
    assert [(old.partition("@")[0], new.partition("@")[0]) for old, new in done.moved] == [
        ("a#p1", "a#p2")
    ]
    sentences = told(done)
    assert (
        sentences[0]
        == "Something else was found: 3 paragraphs in 2 articles, then 3 paragraphs in 2 articles"
    )
    assert sentences[1].startswith("2 more: a#p3@")
    assert any(
        each.startswith("The index has changed: 5 paragraphs in 3 articles, then 5")
        for each in sentences
    )


def test_a_change_that_the_search_does_not_see_is_told_and_is_no_difference(path):
    before = receipt_of(path, "zeppelin")._replace(version="0.0.1")
    change(path, article("d", "Another train."))
    done = rerun(Searcher.open(path), before)
    assert done.is_same
    assert told(done)[0] == "The same was found: nothing"
    assert told(done)[1].startswith("The index has changed: 6 paragraphs in 4 articles, then 5")
    assert told(done)[2].endswith("then 0.0.1")


def test_a_pattern_that_stands_for_other_words_is_told(path):
    before = receipt_of(path, "tra* train")
    change(path, article("d", "Traffic."))
    assert any(
        "understood differently" in each for each in told(rerun(Searcher.open(path), before))
    )


def test_relative_dates_are_counted_from_the_day_of_the_receipt(tmp_path):
    path = write_index(
        tmp_path, [Article("a", ("A ferry.",), date=PublicationDate("2016-09-26", "day"))]
    )
    searcher = Searcher.open(path)
    made = make_receipt(searcher, "date:7d ferry", SearchOptions(), date(2016, 9, 27))
    assert (made.today, made.found.paragraphs) == (date(2016, 9, 27), 1)
    assert rerun(searcher, made).is_same
    assert receipt_of(path, "date:7d ferry").found.paragraphs == 0


def test_of_very_many_the_first_are_listed_and_the_digest_stands_for_all(path, monkeypatch):
    for module in ("receipt", "receipt_contract", "rerun"):
        monkeypatch.setattr(f"search.{module}.LISTED", 2)
    before = receipt_of(path, "ferry", sort="date")
    shown = receipt_as_dict(before)["found"]
    assert (len(shown["addresses"]), shown["paragraphs"], shown["complete"]) == (2, 3, False)
    before = read_receipt(receipt_text(before).encode())
    assert rerun(Searcher.open(path), before).is_same
    change(path, remove=["b"])
    done = rerun(Searcher.open(path), before)
    assert not done.is_same
    assert [each.partition("@")[0] for each in done.fewer] == ["b#p1"]
    assert any("lists the first 2 paragraphs only" in each for each in told(done))


def test_a_receipt_that_takes_too_long_is_refused(path):
    with pytest.raises(QueryError, match="longer than"):
        receipt_of(path, "ferry", seconds=-1)


def test_reading_what_was_found_may_take_too_long_also(path, monkeypatch):
    def slow(*_):
        raise receipts.TimedOut

    monkeypatch.setattr("search.receipt.receipt_of", slow)
    with pytest.raises(QueryError, match="nutgraf search --receipt"):
        receipt_of(path, "ferry", seconds=5)


# What is not a receipt

GOOD = {
    "receipt": 1, "made": "2026-11-22T10:00:00Z", "version": "0.1.0", "query": "ferry", "match": "all",
    "sort": "date", "strict": False, "tz": "", "today": "2026-11-22", "clauses": [{"query": "ferry"}], "notices": [],
    "index": {"generation": 1, "state": "0" * 16, "articles": 1, "paragraphs": 1, "sources": 0,
              "dates": {"first": None, "last": None, "unknown": 1}},
    "found": {"paragraphs": 1, "articles": 1, "same_article": 1, "partial": False, "digest": "0" * 64,
              "addresses": ["a#p1@0123456789"], "complete": True},
}  # fmt: skip
WRONG = {
    "receipt": [0, 2, "1", None], "made": ["yesterday", 1, "2026-11-22"], "version": [1, "x" * 300, "\x1b[2J"],
    "query": [None, "x" * 3000, ["ferry"]], "match": ["some", 1], "sort": ["newest", None], "strict": [0, "no"],
    "tz": [None, "x" * 300], "today": ["2026-02-30", "today", 5], "clauses": [{}, ["ferry"], [{}], [{}] * 5000],
    "notices": ["x", [1]], "index.generation": [-1, 1.5, True, "1", 10**13], "index.state": ["x", "0" * 15],
    "index.dates.first": ["2026-13-01", 1, False], "found.paragraphs": [-1, None, 10**13], "found.partial": ["", 1], "found.complete": [False, 1, None],
    "found.digest": ["0" * 63, "Z" * 64], "index": [[], None], "found": ["x"], "index.dates": [3],
    "found.addresses": [[], ["a"], ["a#p1"], ["a#p1@0123456789"] * 2, ["\x1b]0;x#p1@0123456789"], ["\ud800#p1@0123456789"], [1], "a#p1@0123456789"],
}  # fmt: skip


def forged(field, value):
    """The good receipt with another value, or without the field."""
    made = json.loads(json.dumps(GOOD))
    *path, name = field.split(".")
    holder = made
    for each in path:
        holder = holder[each]
    if value is ...:
        del holder[name]
    else:
        holder[name] = value
    return json.dumps(made).encode()


def test_a_receipt_that_another_program_wrote_is_read():
    assert read_receipt(json.dumps(GOOD).encode()).query == "ferry"


@pytest.mark.parametrize(
    ("field", "value"), [(f, v) for f, values in WRONG.items() for v in (*values, ...)]
)
def test_a_wrong_field_is_named(field, value):
    with pytest.raises(ReceiptError) as told:
        read_receipt(forged(field, value))
    assert field in str(told.value)
    assert len(str(told.value)) < 200


@pytest.mark.parametrize(
    "data",
    [b"", b"null", b"[]", b"\xff\xfe", b"{", b"[" * 200_000, b"1" * 10_000, b'"' + b"x" * MAX_BYTES + b'"', b"\x00" * 9, b"NaN"],
    ids=lambda data: repr(data[:8]),
)  # fmt: skip
def test_what_is_no_receipt_is_refused_in_one_sentence(data):
    with pytest.raises(ReceiptError) as told:
        read_receipt(data)
    assert "\n" not in str(told.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([*GOOD, "x"]), inner),
    )
)
def test_any_json_is_a_receipt_or_refused(value):
    with pytest.raises(ReceiptError):
        read_receipt(json.dumps(value).encode())


@pytest.mark.parametrize("query", ["", "a*", "date:2016-13", "x " * 40])
def test_a_query_that_cannot_be_asked_is_refused_as_ever(path, query):
    with pytest.raises(QueryError):
        rerun(Searcher.open(path), read_receipt(forged("query", query)))


# In the faces


def test_the_command_line_and_the_page_write_the_same_receipt(path, tmp_path, capfd):
    from cli.main import run

    file = tmp_path / "out.json"
    assert (
        run(["--index", str(path), "search", "ferry", "--tz", "UTC", "--receipt", str(file)]) == 0
    )
    client = create_app(path).test_client()
    response = client.get("/api/receipt?q=ferry&tz=UTC")
    assert (
        response.headers["Content-Disposition"] == "attachment; filename=nutgraf-ferry.receipt.json"
    )
    written = json.loads(file.read_text())
    assert written | {"made": ""} == response.json | {"made": ""}
    capfd.readouterr()
    assert run(["--index", str(path), "rerun", str(file)]) == 0
    assert "The same was found: 3 paragraphs in 2 articles" in capfd.readouterr().out
    change(path, remove=["b"])
    assert run(["--index", str(path), "rerun", "--json", str(file)]) == 1
    assert json.loads(capfd.readouterr().out)["fewer"][0].startswith("b#p1@")
    file.write_text("{}")
    assert run(["--index", str(path), "rerun", str(file)]) == 2
    assert run(["--index", str(path), "rerun", str(tmp_path / "none")]) == 2
    told_errors = capfd.readouterr().err
    assert told_errors.count("Error: ") == 2
    assert "Traceback" not in told_errors


def test_the_receipt_of_nothing_found_is_a_page_in_words(path):
    client = create_app(path).test_client()
    page = " ".join(client.get("/receipt?q=zeppelin+<b>").text.split())
    assert (
        "Nothing was found for <q>zeppelin &lt;b&gt;</q>. 5 paragraphs in 3 articles were searched"
        in page
    )
    assert "1 January 2016 to 31 March 2017; 1 article without a date" in page
    assert client.get("/receipt?q=").status_code == 400
    assert client.get("/receipt?q=ferry&n=3").status_code == 400
    found = client.get("/receipt?q=ferry").text
    assert all(
        f"<code>{each}</code>" in found for each in receipt_of(path, "ferry").found.addresses
    )
