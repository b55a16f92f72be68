"""JSON and JSON Lines: objects become articles; dates that cannot be are told."""

import io
import json
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Notice, ReadingOptions, read

TODAY = ReadingOptions(today=date(2024, 2, 28))


def read_bytes(data, name="a.json", options=TODAY):
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name, options=options)))


def test_an_object_is_an_article():
    (found,) = read_bytes(b'{\n "title": "T", "date": "2024-02-27", "text": "One.\\n\\nTwo."\n}')
    assert (found.id, found.title, found.paragraphs) == ("a.json", "T", ("One.", "Two."))
    assert (found.date.value, found.date.evidence) == ("2024-02-27", "meta")


def test_each_object_of_a_list_is_an_article_and_the_others_are_named():
    first, refused, last = read_bytes(b'[{"id": "x", "text": "a"},\n 7,\n {"text": "b"}]')
    assert (first.id, last.id) == ("x", "a.json:3")
    assert refused == Failure("a.json, object 2", "not an article: it must be a JSON object")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"7", "neither a JSON object nor a list"),
        (b"[]", "neither a JSON object nor a list"),
        (b'{"text": "a"', "not JSON"),
        (b'{\n"text": "a"', "at line 2"),
        (b'{"text": "caf\xe9"}', "not UTF-8"),
        (b'{"a": ' * 100_000, "nested too deeply"),
        (b'{"text": "%s"}' % (b"x " * 32_000_000), "one object a line"),
    ],
    ids=range(7),
)
def test_what_is_no_json_is_refused_with_the_reason(data, reason):
    with pytest.raises(InputError, match=reason):
        read_bytes(data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_json_may_be_in_another_encoding_of_unicode(encoding):
    (found,) = read_bytes('{"text": "Łódź"}'.encode(encoding))
    assert found.paragraphs == ("Łódź",)


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024-02-29T23:59:59+00:00", "2024-02-29T23:59:59+00:00"),
        ("2024", "2024"),
        ("2024-03-01", None),
        ("2024-03", None),
        ("2025", None),
        ("0001-01-01T00:00:00Z", None),
        ("2023-02-30", None),
        ("yesterday", None),
    ],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_a_date_that_cannot_be_is_unknown_and_told(printed, value, name):
    line = json.dumps({"id": "x", "date": printed, "text": "y"}).encode()
    article, *notices = read_bytes(line, name)
    assert article.date.value == value
    if value is None:
        (notice,) = notices
        assert isinstance(notice, Notice)
        assert repr(printed) in notice.sentence
    else:
        assert notices == []


def test_clean_paragraphs_and_others_become_the_same():
    texts = ["One.", " Two  words ", "", "caf\u00e9", "three\nlines", "x" * 150_000, "The end."]
    lines = [{"id": "x", "paragraphs": texts}, {"id": "y", "paragraphs": ["A b.", "C “d”."]}]
    mixed, clean = read_bytes("\n".join(map(json.dumps, lines)).encode(), "a.jsonl")
    assert isinstance(mixed, Article)
    assert mixed.paragraphs[:4] == ("One.", "Two words", "café", "three lines")
    assert list(map(len, mixed.paragraphs[4:])) == [100_000, 50_000, 8]
    assert clean.paragraphs == ("A b.", "C “d”.")


def test_an_object_without_a_text_names_the_fields_that_there_are():
    (failure,) = read_bytes(b'[{"title": "T", "body": "It rained."}]', "a.json")
    assert failure.reason.endswith("""nor "text"; its fields are 'title', 'body'""")
