"""Receiving: articles that a program hands over as JSON, written and committed at once.

What is sent is read by the reader of JSON Lines and by no other: bytes that another format might
hide in are no concern of a process that serves. Whoever calls has made sure that the sender may
write.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from index.errors import InputError
from index.languages import with_language
from index.readers.jsonl import parse_object
from index.readers.reading import Input
from index.readers.records import Record, build_article
from index.store import Store
from index.writer import Outcome, open_writer

MEMORY = 128 << 20
"""Bytes that writing takes, roughly."""


class Received(NamedTuple):
    """What became of one article.

    Attributes:
        line: where it was, from 1.
        article_id: its id; "" where it could not be read.
        outcome: what was done with it.
        reason: why it failed, as a clause.
    """

    line: int
    article_id: str
    outcome: Outcome | Literal["failed"]
    reason: str = ""


def put_article(store: Store, article_id: str, data: bytes) -> Outcome:
    """Add or replace one article, and commit.

    Args:
        store: the index.
        article_id: that it will have.
        data: its JSON object, as a line of JSON Lines; if it has an id, then this one.

    Raises InputError where it is no article, IndexLocked while another process is writing.
    """
    record = parse_object(data)
    written = record.get("id")
    if written is not None and str(written) != article_id:
        raise InputError("the id in the article is not the one in the address")
    article, _ = build_article(record | {"id": article_id}, Input("the article", ""), "")
    if article.id != article_id:
        raise InputError(f"the id {article_id!r} has spaces or characters that cannot be kept")
    with open_writer(store, jobs=1, memory=MEMORY) as writer:
        return writer.add(with_language(article))


def remove_article(store: Store, article_id: str) -> bool:
    """Remove one article, and commit; False if there is none of that id. Raises IndexLocked."""
    with open_writer(store, jobs=1, memory=MEMORY) as writer:
        return writer.remove(article_id)


def receive(store: Store, data: bytes) -> tuple[Received, ...]:
    """Add or replace the articles of JSON Lines, and commit all of them as one.

    Lines that hold no article are told, and the others are written all the same.

    Raises IndexLocked while another process is writing.
    """
    with open_writer(store, jobs=1, memory=MEMORY) as writer:
        received = []
        for line, record in _records(data):
            try:
                if isinstance(record, InputError):
                    raise record
                article, _ = build_article(record, Input(f"line {line}", ""), "")
                outcome = writer.add(with_language(article))
                received.append(Received(line, article.id, outcome))
            except InputError as error:
                received.append(Received(line, "", "failed", str(error)))
        return tuple(received)


def _records(data: bytes) -> Iterator[tuple[int, Record | InputError]]:
    """The objects of all lines that are not empty, or why there is none."""
    for line, text in enumerate(data.split(b"\n"), start=1):
        if stripped := text.strip():
            try:
                yield line, parse_object(stripped)
            except InputError as error:
                yield line, error
