"""JSON Lines: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from index.article import MAX_ARTICLE_BYTES, UNKNOWN_DATE, Article, check_article
from index.dates import parse_date
from index.errors import InputError
from index.paragraphs import clean_paragraphs, split_paragraphs
from index.readers.reading import Failure, Found, Input
from index.repair import repair

# JSON may write a character in six bytes ("\u00e9"), hence a line longer than an article.
_MAX_LINE_BYTES = 6 * MAX_ARTICLE_BYTES
_BOM = b"\xef\xbb\xbf"


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield an Article for each line, a Failure for each line that holds none.

    Of each object the fields id, title, author, date, source, url, language and paragraphs
    (a list of strings), or text (one string, to be divided), are read; others are left out.
    """
    number, empty = 0, True
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > _MAX_LINE_BYTES:
            _skip_line(stream, line)
            reason = f"the line is longer than {_MAX_LINE_BYTES // 10**6} MB"
            yield Failure(f"{source.name}, line {number}", reason)
        elif line := line.strip():
            try:
                yield _read_line(line, f"{source.article_id}:{number}" if source.article_id else "")
            except InputError as error:
                yield Failure(f"{source.name}, line {number}", str(error))
        empty = empty and not line
    if empty:
        raise InputError("it holds no article")


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    """Read on to the end of a line that is too long to keep."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(_MAX_LINE_BYTES)


def _read_line(line: bytes, fallback_id: str) -> Article:
    """Make the article of one line; raise InputError if it holds none."""
    try:
        record = json.loads(line.removeprefix(_BOM).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason} at byte {error.start + 1:,}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg} at character {error.colno:,}") from error
    except RecursionError as error:
        raise InputError("not an article: nested too deeply") from error
    except ValueError as error:  # of numbers with thousands of digits
        raise InputError("not an article: a number in it is too long") from error
    if not isinstance(record, dict):
        raise InputError("not an article: the line must hold one JSON object")
    return _build(record, fallback_id)


def _build(record: dict[str, Any], fallback_id: str) -> Article:
    """Make an article of the fields of an object."""
    url = _string(record, "url")
    printed = _string(record, "date")
    article = Article(
        id=_string(record, "id") or url or fallback_id,
        paragraphs=tuple(_paragraphs(record)),
        title=_string(record, "title"),
        author=_string(record, "author"),
        source=_string(record, "source"),
        url=url,
        language=_string(record, "language").lower(),
        date=parse_date(printed) if printed else UNKNOWN_DATE,
    )
    check_article(article)
    return article


def _string(record: dict[str, Any], field: str) -> str:
    """One field as repaired text on one line; a number counts as its digits."""
    value = record.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f'"{field}" must be a string, not {_kind(value)}')
    return " ".join(repair(str(value)).split())


def _paragraphs(record: dict[str, Any]) -> list[str]:
    """The paragraphs as they are given, or those of the text."""
    given = record.get("paragraphs")
    if given is None:
        text = record.get("text")
        if text is None:
            raise InputError('there is neither "paragraphs" nor "text"')
        if not isinstance(text, str):
            raise InputError(f'"text" must be a string, not {_kind(text)}')
        return split_paragraphs(repair(text))
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise InputError('"paragraphs" must be a list of strings')
    return clean_paragraphs(repair(each) for each in given)


def _kind(value: object) -> str:
    """What a JSON value is called in messages."""
    names = {bool: "a boolean", float: "a fraction", list: "a list", dict: "an object"}
    return names.get(type(value), "a number" if isinstance(value, int) else "a string")
