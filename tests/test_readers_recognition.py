"""What a file is, by its bytes first and by its name second; and what is said of the others."""

import io
import sys

import pytest

from index.errors import InputError
from index.readers import Failure, Input, ReadingOptions, Skip, read, recognition, registry
from index.readers.recognition import recognize


def read_bytes(data, name, **known):
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name, **known)))


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"%PDF-1.7\n", "a.txt", recognition.PDF),
        (b"\n\n%PDF-1.4\n", "a", recognition.PDF),
        (b"WARC/1.0\r\n", "a.txt", recognition.WARC),
        (b"<!DOCTYPE html><p>x", "a.txt", recognition.HTML),
        (b"\xef\xbb\xbf\n<html lang=en>", "a", recognition.HTML),
        ("<html>".encode("utf-16"), "a", recognition.HTML),
        (b"<!-- x --><!doctype HTML public '-//W3C'>", "a.json", recognition.HTML),
        (b"<?xml version='1.0'?><html xmlns='x'>", "a.xml", recognition.HTML),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<rss version='2.0'>", "a.xml", recognition.FEED),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "a", recognition.FEED),
        (b"<?xml version='1.0'?><rdf:RDF xmlns='x'>", "a.txt", recognition.FEED),
        (b"<?xml version='1.0'?><urlset xmlns='x'>", "a.xml", recognition.OTHER_XML),
        (b"<svg xmlns='x'>", "a.xml", recognition.PICTURE),
        (b'{"id": "x", "text": "y"}', "a.txt", recognition.JSON),
        (b'[\n {"id": "x"}]', "a", recognition.JSON),
        (b'{"id": 1}\n{"id": 2}\n', "a.json", recognition.JSONL),
        (b'{"id": 1}', "a.jsonl", recognition.JSONL),
        (
            b"From a@example.org Sat Jan  1 00:00:00 2000\nFrom: a@example.org\n",
            "a",
            recognition.MBOX,
        ),
        (b"Message-ID: <1@x>\nSubject: y\n\n", "a.txt", recognition.MAIL),
        (b"From: Ann\nTo: Bob\nSubject: y\n\nz", "a", recognition.MAIL),
        (b"---\ntitle: x\ndate: 2020\n---\ntext", "a.txt", recognition.MARKDOWN),
        (b"a;b\n1;2\n", "a.csv", recognition.TABLE),
        (b"# x\n", "a.md", recognition.MARKDOWN),
        (b"<p align=center>x</p>\n# y\n", "README.md", recognition.MARKDOWN),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_bytes(head, name, kind):
    assert recognize(head, name) is kind


@pytest.mark.parametrize(
    "text",
    [
        "From the roof one saw the sea.\n\nIt rained in 2016.",
        "[Editor's note: this is a draft.]\n\nIt rained.",
        "{sic} was what he wrote.",
        "PK is a code, said she.",
        "<3 was all that it said.",
        "---\n\nIt rained.\n\n---\n",
        "Note: it rained.\n\nIt did.",
        "ID3 tags are in the head of a file.",
        "BZh9 was the number plate.",
        "MZ",
        "- one\n- two",
    ],
)
def test_prose_is_plain_text_however_it_begins(text):
    for name in ("a.txt", "a", "a.news"):
        assert recognize(text.encode(), name) is recognition.TEXT


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.txt", "it is a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a", "it is a picture"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "a", "it is a picture"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a", "it is a sound recording"),
        (b"\0\0\0\x18ftypmp42", "a", "it is a film"),
        (b"wOF2\0\1\0\0", "a", "it is a font"),
        (b"\x7fELF\2\1\1\0", "a.txt", "it is a program"),
        (b"SQLite format 3\0", "a", "it is a database"),
        (b"#!/bin/sh\necho x", "run", "it is a script"),
        (b"p { color: red }", "a.css", "it is a style sheet"),
        (
            b"org,iana)/ 20140126200624 http://iana.org/ text/html 200",
            "a.cdx",
            "it is data of a program",
        ),
        (b"let x = 1;", "a.js", "it is a script"),
        (b"\0\1\2\3\4", "a.bin", "it is a binary file of a kind that is not known"),
    ],
)
def test_a_file_that_holds_no_article_is_skipped_with_the_reason(data, name, reason):
    assert read_bytes(data, name) == [Skip(name, reason)]


@pytest.mark.parametrize(
    ("data", "advice"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as DOCX"),
        (b"{\\rtf1 x}", "save it as DOCX"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "unpack it"),
        (b"filedesc://a.arc 0 0 text/plain 0", "convert it to WARC"),
    ],
)
def test_a_file_that_may_hold_an_article_is_a_failure_with_the_way_out(data, advice):
    (found,) = read_bytes(data, "a.txt")
    assert isinstance(found, Failure)
    assert advice in found.reason


def test_a_file_called_like_text_that_is_binary_is_a_failure():
    with pytest.raises(InputError, match="binary"):
        read_bytes(b"text \0\1\2", "a.txt")


def test_a_library_that_is_missing_is_named_with_the_command_that_installs_it(monkeypatch):
    def without_library(stream, source):
        raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")
        yield

    monkeypatch.setattr(registry, "_reader", lambda kind: without_library)
    with pytest.raises(InputError) as error:
        read_bytes(b"%PDF-1.7\n", "a.pdf")
    assert str(error.value).endswith(f"{sys.executable} -m pip install 'nutgraf[pdf]'")
    assert "pypdfium2" in str(error.value)


@pytest.mark.parametrize(
    ("given", "source"), [("Courier", "Courier"), ("The {folder}", "The b"), ("", "")]
)
def test_an_article_that_names_no_source_gets_that_of_the_user(given, source):
    options = ReadingOptions(source=given)
    (found,) = read_bytes(b"It rained.", "a/b/c.txt", options=options)
    assert found.source == source
    (found,) = read_bytes(
        b'{"id": "x", "source": "Post", "text": "y"}', "a/b/c.jsonl", options=options
    )
    assert found.source == "Post"


def test_the_folder_of_a_file_has_its_name_also_where_it_is_the_working_folder(
    tmp_path, monkeypatch
):
    (tmp_path / "Evening Post").mkdir()
    monkeypatch.chdir(tmp_path / "Evening Post")
    (found,) = read_bytes(b"It rained.", "c.txt", options=ReadingOptions(source="{folder}"))
    assert found.source == "Evening Post"
