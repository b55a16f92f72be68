"""JSON Lines: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from index.article import MAX_ARTICLE_BYTES
from index.errors import InputError
from index.readers.reading import Failure, Found, Input
from index.readers.records import Record, build_article

# JSON may write a character in six bytes ("\u00e9"), hence a line longer than an article.
_MAX_LINE_BYTES = 6 * MAX_ARTICLE_BYTES
_BOM = b"\xef\xbb\xbf"


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield an Article for each line, a Failure for each line that holds none."""
    number, empty = 0, True
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > _MAX_LINE_BYTES:
            _skip_line(stream, line)
            reason = f"the line is longer than {_MAX_LINE_BYTES // 10**6} MB"
            yield Failure(f"{source.name}, line {number}", reason)
        elif line := line.strip():
            yield from _read_line(line, number, source)
        empty = empty and not line
    if empty:
        raise InputError("it holds no article")


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    """Read on to the end of a line that is too long to keep."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(_MAX_LINE_BYTES)


def _read_line(line: bytes, number: int, source: Input) -> Iterator[Found]:
    """Yield the article of one line, and a notice of its date; or why it holds none."""
    part = source.part(f"{source.name}, line {number}", source.article_id)
    given_id = f"{source.article_id}:{number}" if source.article_id else ""
    try:
        article, notice = build_article(parse_object(line), part, given_id)
    except InputError as error:
        yield Failure(part.name, str(error))
        return
    yield article
    if notice:
        yield notice


def parse_object(data: bytes) -> Record:
    """Parse one object of JSON. Raises InputError if it is none."""
    record = parse_json(data)
    if not isinstance(record, dict):
        raise InputError("not an article: the line must hold one JSON object")
    return record


def parse_json(data: bytes) -> object:
    """Parse JSON. Raises InputError if it is none, or not for us to hold."""
    try:
        return json.loads(data.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason} at byte {error.start + 1:,}") from error
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, " if error.lineno > 1 else ""
        message = f"not JSON: {error.msg} at {where}character {error.colno:,}"
        raise InputError(message) from error
    except RecursionError as error:
        raise InputError("not an article: nested too deeply") from error
    except ValueError as error:  # of numbers with thousands of digits
        raise InputError("not an article: a number in it is too long") from error
