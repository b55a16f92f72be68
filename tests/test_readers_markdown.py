"""Markdown: what is said above the text, and the text without its marks."""

import io
from datetime import date

import pytest

from index.errors import InputError
from index.readers import Input, Notice, ReadingOptions, read
from index.readers.markdown import read_markdown


def read_text(text, name="news/ferry.md"):
    data = text if isinstance(text, bytes) else text.encode()
    options = ReadingOptions(today=date(2024, 2, 28))
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name, options=options)))


YAML = """---
title: "Ferry: it \\"stopped\\""
authors: [Ann Lee, 'Bob O''Ray']
date: 2021-03-04 05:06:07 +0200   # of the first version
url: https://example.org/ferry
lang: EN
tags:
  - sea
---
The ferry stopped.
"""
TOML = """+++
title = 'Ferry: it "stopped"'
authors = ["Ann Lee", "Bob O'Ray"]
date = 2021-03-04T05:06:07+02:00
url = "https://example.org/ferry"
lang = "EN"
[menu]
main = 1
+++
The ferry stopped.
"""


@pytest.mark.parametrize("text", [YAML, TOML])
def test_the_front_matter_says_who_and_when(text):
    (found,) = read_text(text)
    assert (found.id, found.url) == ("https://example.org/ferry", "https://example.org/ferry")
    assert (found.title, found.author) == ('Ferry: it "stopped"', "Ann Lee, Bob O'Ray")
    assert (found.date.value, found.date.evidence) == ("2021-03-04T05:06:07+02:00", "meta")
    assert (found.language, found.paragraphs) == ("en", ("The ferry stopped.",))


@pytest.mark.parametrize(
    ("entry", "author"),
    [
        ("author: Ann Lee", "Ann Lee"),
        ("author:\n  - Ann Lee\n  - Bob Ray", "Ann Lee, Bob Ray"),
        ("author:\n- Ann Lee", "Ann Lee"),
        ("author: >\n  Ann\n  Lee", "Ann Lee"),
        ("author: ~", ""),
        ("author: null", ""),
        ("Byline: 'Ann Lee'", "Ann Lee"),
        ("author: !!python/object:os.system x", "!!python/object:os.system x"),
        ("a: &a [x, x]\nb: &b [*a, *a]\nauthor: *b", "*b"),
    ],
)
def test_of_yaml_only_what_people_write_is_read(entry, author):
    (found,) = read_text(f"---\n{entry}\n---\nText.\n")
    assert found.author == author


def test_a_date_that_cannot_be_is_told():
    article, notice = read_text("---\ndate: 2099-01-01\n---\nText.\n")
    assert article.date.value is None
    assert isinstance(notice, Notice)


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nOne.\n\n---\n\nTwo.\n",
        "---\ntitle: x\n\nThe end of it is missing.",
        "+++\n= x\n+++\nText.",
    ],
)
def test_what_is_no_front_matter_is_text(text):
    (found,) = read_text(text)
    assert found.title in ("ferry", "x")


def test_the_marks_are_taken_off_and_nothing_else():
    title, paragraphs = read_markdown(
        "# The *ferry*\n\nIt **did** [stop](https://example.org 'x'), `at noon`;\nnot ![late](x.png).\n\n"
        "> Said she: 2 \\* 2 &amp; so on.\n\n1. one\n2. two\n   - three\n\n"
        "| a | b |\n|---|---|\n| c | d |\n\n<div>In <b>a box</b></div>\n\n## Below\n\n```\ncode\n```\n"
    )
    assert title == "The ferry"
    assert paragraphs == [
        "It did stop, at noon; not late.", "Said she: 2 * 2 & so on.", "one", "two", "three",
        "a b", "c d", "In a box", "Below", "code",
    ]  # fmt: skip


def test_a_text_with_two_headlines_keeps_both():
    (found,) = read_text("---\ntitle: Above\n---\n# Below\n\nText.\n")
    assert (found.title, found.paragraphs) == ("Above", ("Below", "Text."))


def test_a_text_without_a_headline_is_called_like_its_file():
    (found,) = read_text("Text.\n")
    assert (found.id, found.title) == ("news/ferry.md", "ferry")


@pytest.mark.parametrize("text", ["[" * 50_000, "![" * 20_000, "*a **a " * 10_000, "> " * 90 + "x"])
def test_marks_that_are_nested_deeply_are_read_in_time(text):
    (found,) = read_text(text)
    assert found.paragraphs


def test_what_would_be_left_out_is_a_failure():
    with pytest.raises(InputError, match="nested too deeply"):
        read_text("".join(f"{'  ' * depth}- {depth}\n" for depth in range(200)))


def test_a_file_without_text_is_a_failure():
    with pytest.raises(InputError, match="no text"):
        read_text("---\ntitle: x\n---\n")
