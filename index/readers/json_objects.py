"""JSON: one object that is an article, or a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from index.errors import InputError
from index.readers.jsonl import parse_json
from index.readers.reading import Failure, Found, Input
from index.readers.records import build_article

_MAX_BYTES = 64_000_000  # which Python's values make ten times as large


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the article of the object, or that of each object of the list.

    Raises InputError if it is neither, or too large to be held at once.
    """
    data = stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise InputError(
            f"it is longer than {_MAX_BYTES // 10**6} MB; write one object a line (.jsonl), "
            "which is read in pieces"
        )
    value = parse_json(_to_utf8(data))
    if isinstance(value, dict):
        article, notice = build_article(value, source, source.article_id)
        yield article
        if notice:
            yield notice
    elif isinstance(value, list) and value:
        for number, record in enumerate(value, start=1):
            yield from _read_object(record, number, source)
    else:
        raise InputError(
            "it is neither a JSON object nor a list of them: there is no article in it"
        )


def _to_utf8(data: bytes) -> bytes:
    """JSON of another Unicode encoding than UTF-8, as UTF-8."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding).encode()
            except UnicodeError as error:
                raise InputError(f"it says that it is {encoding}, but is not") from error
    return data


def _read_object(record: object, number: int, source: Input) -> Iterator[Found]:
    """Yield the article of one object of a list, or why it holds none."""
    part = source.part(f"{source.name}, object {number}", source.article_id)
    given_id = f"{source.article_id}:{number}" if source.article_id else ""
    try:
        if not isinstance(record, dict):
            raise InputError("not an article: it must be a JSON object")
        article, notice = build_article(record, part, given_id)
    except InputError as error:
        yield Failure(part.name, str(error))
        return
    yield article
    if notice:
        yield notice
