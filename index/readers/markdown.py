"""Markdown: what is said above the text, and the text without its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import MAX_ARTICLE_BYTES
from index.errors import InputError
from index.paragraphs import split_paragraphs
from index.readers.field_names import field_of
from index.readers.front_matter import split_front_matter
from index.readers.reading import Found, Input
from index.readers.records import Record, build_article
from index.repair import decode, repair

_TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.S)
_MAX_NESTING = 100
_MAX_MARKS = 2000  # in one paragraph
_COSTLY_MARKS = {("link", "image"): re.compile(r"\["), ("emphasis",): re.compile(r"[*_]+")}
_WEB = re.compile(r"https?://\S+")


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the one article of a Markdown file. Raises InputError if it holds none."""
    data = stream.read(MAX_ARTICLE_BYTES + 1)
    if len(data) > MAX_ARTICLE_BYTES:
        raise InputError(f"it is longer than {MAX_ARTICLE_BYTES // 10**6} MB; divide it")
    text = repair(decode(data, source.charset)).lstrip("\ufeff")
    told, text = split_front_matter(text)
    title, paragraphs = read_markdown(text)
    record = _record(told)
    if not record.get("title"):
        record["title"] = title or PurePath(source.article_id).stem
    elif title and title != record["title"]:
        paragraphs.insert(0, title)
    if not paragraphs:
        raise InputError("it holds no text")
    article, notice = build_article({**record, "paragraphs": paragraphs}, source, source.article_id)
    yield article
    if notice:
        yield notice


def _record(told: dict[str, str]) -> Record:
    """The fields of an article in the front matter; an id there is that of some program."""
    record: Record = {}
    for name, value in told.items():
        field = field_of(name)
        if field and field not in ("id", "text") and value:
            record.setdefault(field, value)
    if not _WEB.fullmatch(record.get("url", "")):
        record.pop("url", None)
    return record


def read_markdown(text: str) -> tuple[str, list[str]]:
    r"""The headline, if the text begins with one, and the paragraphs without their marks.

    >>> read_markdown("# Ferry *stops*\n\nIt [stopped](https://example.org).\n\n- one\n- two")
    ('Ferry stops', ['It stopped.', 'one', 'two'])
    """
    title = ""
    paragraphs: list[str] = []
    markdown = MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table")
    for rules, marks in _COSTLY_MARKS.items():
        if any(len(marks.findall(block)) > _MAX_MARKS for block in text.split("\n\n")):
            markdown.disable(list(rules))  # no prose; its time grows with the square of them
    tokens = markdown.parse(text)
    if any(token.level >= _MAX_NESTING - 4 for token in tokens):  # the rest would be left out
        raise InputError("it is nested too deeply")
    for tag, block in _blocks(tokens):
        if tag == "h1" and not title and not paragraphs:
            title = " ".join(block.split())
        else:
            paragraphs += split_paragraphs(block)
    return title, paragraphs


def _blocks(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """The tag and the text of each block; a row of a table is one."""
    tag = ""
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield "tr", " ".join(row)
            row = None
        elif token.type == "inline":
            text = _plain(token.children or [])
            if row is not None:
                row.append(text)
            else:
                yield tag, text
        elif token.type in ("fence", "code_block"):
            yield "pre", token.content
        elif token.type == "html_block":
            yield "div", _TAG.sub(" ", token.content)
        elif token.nesting == 1:
            tag = token.tag


def _plain(tokens: list[Token]) -> str:
    """The text of inline marks."""
    parts = []
    for token in tokens:
        if token.type in ("text", "code_inline", "text_special"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(_plain(token.children or []))
    return "".join(parts)
