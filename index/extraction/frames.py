"""What goes through the pipes between the parent and a process that reads files.

A frame is a length of four bytes and as much JSON. To the child go first its settings, then
lists of files. From it come, for each file in turn, parts of what was found in it and an end.
Whatever comes from it is checked here, value by value.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, BinaryIO, NamedTuple, get_args

from index.article import Article, Evidence, Precision, PublicationDate
from index.extraction.limits import Limits
from index.readers.reading import Failure, Found, Notice, ReadingOptions, Skip

LENGTH = struct.Struct("<I")
LARGEST = 128 << 20  # bytes of a frame; an article of 10 MB fits in, however it is written

_ARTICLE = "article"
_OTHERS: dict[str, type[Failure | Skip | Notice]] = {
    "failure": Failure,
    "skip": Skip,
    "notice": Notice,
}
_PRECISIONS, _EVIDENCE = frozenset(get_args(Precision)), frozenset(get_args(Evidence))
_LONGEST_DATE = 40


class SourceFile(NamedTuple):
    """A file to read.

    Attributes:
        name: how messages call it.
        origin: its path from the root, by the names that were given: links stay links.
        article_id: the id of an article that brings none of its own.
        size: its bytes.
        mtime: when it was last changed, in nanoseconds since 1970.
    """

    name: str
    origin: str
    article_id: str
    size: int
    mtime: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some of what was found in a file, and how many of its bytes were read so far."""

    found: tuple[Found, ...]
    read: int


@dataclass(frozen=True, slots=True)
class End:
    """The end of a file.

    Attributes:
        kind: what kind of file it is, as messages call it; empty if it is not known.
        digest: of its bytes, 16 of them; none if it could not be read to its end.
        error: why it could not be read, or not be read on; empty if it could.
        passing: whether that may be otherwise the next time, though the file is the same.
        leaves: whether the child ends now: it has taken much memory, and another one starts
            afresh.
    """

    kind: str = ""
    digest: bytes = b""
    error: str = ""
    passing: bool = False
    leaves: bool = False


class BadFrame(Exception):
    """A frame is not what the child should have written."""


def frame(message: object) -> bytes:
    """A message as it goes through a pipe."""
    try:
        data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a character, as names of files may have
        data = json.dumps(message, separators=(",", ":")).encode()
    return LENGTH.pack(len(data)) + data


def read_message(stream: BinaryIO) -> Any:
    """The next message from the parent, which is trusted; None at the end of the stream."""
    length = stream.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return None
    return json.loads(stream.read(LENGTH.unpack(length)[0]))


def settings_message(limits: Limits, options: ReadingOptions) -> dict[str, Any]:
    """What a child is told first."""
    told = asdict(options)
    return {"limits": asdict(limits), "options": told | {"today": options.today.isoformat()}}


def read_settings(message: dict[str, Any]) -> tuple[Limits, ReadingOptions]:
    """What the parent has told first."""
    told = message["options"]
    columns = tuple((field, column) for field, column in told["columns"])
    today = date.fromisoformat(told["today"])
    options = ReadingOptions(source=told["source"], columns=columns, today=today)
    return Limits(**message["limits"]), options


def found_row(found: Found) -> list[Any]:
    """One thing that was found, as it stands in a part."""
    if isinstance(found, Article):
        printed = [found.date.value, found.date.precision, found.date.evidence]
        return [
            _ARTICLE, found.id, found.paragraphs, found.title, found.author, found.source,
            found.url, found.language, printed,
        ]  # fmt: skip
    if isinstance(found, Notice):
        return ["notice", found.name, found.sentence]
    return ["skip" if isinstance(found, Skip) else "failure", found.name, found.reason]


def part_message(rows: list[list[Any]], read: int) -> dict[str, Any]:
    """A part, from what was found."""
    return {"found": rows, "read": read}


def end_message(end: End) -> dict[str, Any]:
    """The end of a file."""
    return {
        "kind": end.kind,
        "digest": end.digest.hex(),
        "error": end.error,
        "passing": end.passing,
        "leaves": end.leaves,
    }


def read_answer(data: bytes | bytearray) -> Part | End:
    """The part or the end that a child has sent. Raises BadFrame if it is neither."""
    try:
        message = json.loads(data)
        if "found" in message:
            return Part(tuple(_found(row) for row in message["found"]), _number(message["read"]))
        kind, error = _strings((message["kind"], message["error"]))
        digest = bytes.fromhex(message["digest"])
        passing, leaves = message["passing"] is True, message["leaves"] is True
        if len(digest) not in (0, 16):
            raise BadFrame("a digest of another length")
        return End(kind, digest, error, passing, leaves)
    except (ValueError, KeyError, TypeError, RecursionError, OverflowError) as error:
        raise BadFrame(str(error)) from error


def _found(row: Any) -> Found:
    if row[0] != _ARTICLE:
        kind, name, text = row
        return _OTHERS[kind](*_strings((name, text)))
    _, article_id, paragraphs, *rest, printed = row
    title, author, source, url, language = _strings(rest)
    (article_id,) = _strings((article_id,))
    if type(paragraphs) is not list:
        raise BadFrame("paragraphs that are no list")
    return Article(
        article_id, _strings(paragraphs), title, author, source, url, language, _date(printed)
    )


def _date(printed: Any) -> PublicationDate:
    value, precision, evidence = printed
    if precision not in _PRECISIONS or evidence not in _EVIDENCE:
        raise BadFrame("a date of no known precision")
    if (value is None) is not (precision == "unknown"):
        raise BadFrame("a date that contradicts itself")
    if value is not None and (type(value) is not str or len(value) > _LONGEST_DATE):
        raise BadFrame("a date that is none")
    found = PublicationDate(value, precision, evidence)
    _ = found.last_day, found.timestamp  # which raise ValueError where no calendar has it
    return found


def _strings(values: Iterable[Any]) -> tuple[str, ...]:
    strings = tuple(values)
    if not all(type(value) is str for value in strings):
        raise BadFrame("something else where a string should be")
    return strings


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise BadFrame("something else where a number should be")
    return value
