"""The records of a web archive, each whole or not at all.

A record says how long it is, and what follows it has to be another record or the end: what
fails either is named, and reading goes on at the next record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from index.errors import InputError

_VERSION = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n")
_CUT_VERSION = re.compile(rb"W|WA|WAR|WARC|WARC/[\d.]*[ \t\r]*")
_LENGTH = re.compile(r"\d{1,15}")
_MAX_LINE_BYTES = 1 << 16
_MAX_HEADER_LINES = 1000
_MAX_BLOCK_BYTES = 64_000_000
_CHUNK = 1 << 16

Headers = dict[str, str]
"""The fields of a header by their names in small letters."""


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record.

    Attributes:
        number: counts from 1.
        headers: what it says of itself.
        block: what it holds; empty if it is not of a wanted type.
        problem: why it cannot be trusted; empty if it can.
    """

    number: int
    headers: Headers
    block: bytes = b""
    problem: str = ""


def read_records(stream: BinaryIO, wanted: frozenset[str]) -> Iterator[WarcRecord]:
    """Yield the records of a web archive in their order.

    Args:
        stream: the archive, unpacked.
        wanted: the types of which the blocks are kept.

    Raises:
        InputError: it cannot be read on, with the number of the record.
    """
    number = 0
    try:
        line = _next_line(stream)
        while line:
            number += 1
            record = _read_record(stream, line, number, wanted)
            line = _next_line(stream)
            if line and not _begins_record(line):
                problem = "its Content-Length is wrong: it goes on behind its end"
                if not _VERSION.match(line):
                    line = _find_record(stream)
                record = WarcRecord(number, record.headers, problem=record.problem or problem)
            yield record
    except InputError as error:
        raise InputError(f"record {number}: {error}") from error


def _begins_record(line: bytes) -> bool:
    """Whether a line is the first of a record, or the beginning of that, cut short."""
    return bool(_VERSION.match(line) or _CUT_VERSION.fullmatch(line))


def _next_line(stream: BinaryIO) -> bytes:
    """The next line that is not blank; empty at the end."""
    while line := stream.readline(_MAX_LINE_BYTES):
        if line.strip():
            return line
    return b""


def _find_record(stream: BinaryIO) -> bytes:
    """The first line of the next record; empty if there is none."""
    while line := stream.readline(_MAX_LINE_BYTES):
        if _VERSION.match(line):
            return line
    return b""


def _read_record(stream: BinaryIO, line: bytes, number: int, wanted: frozenset[str]) -> WarcRecord:
    """Read the header and the block of the record that begins with a line."""
    if not _VERSION.match(line):
        return WarcRecord(number, {}, problem="it is damaged or cut short: it has no header")
    headers = read_header(stream)
    if headers is None:
        return WarcRecord(number, {}, problem="it is damaged or cut short: its header has no end")
    printed = headers.get("content-length", "")
    if not _LENGTH.fullmatch(printed):
        problem = f"it is damaged: its Content-Length is {printed[:20]!r}"
        return WarcRecord(number, headers, problem=problem)
    length = int(printed)
    keep = headers.get("warc-type", "").lower() in wanted and length <= _MAX_BLOCK_BYTES
    block, rest = [], length
    while rest and (chunk := stream.read(min(rest, _CHUNK))):
        rest -= len(chunk)
        if keep:
            block.append(chunk)
    problem = ""
    if rest:
        problem = f"it is cut short: {rest:,} of its {length:,} bytes are missing"
    elif length > _MAX_BLOCK_BYTES:
        problem = f"it is longer than {_MAX_BLOCK_BYTES // 10**6} MB"
    return WarcRecord(number, headers, b"".join(block), problem)


def read_header(stream: BinaryIO) -> Headers | None:
    """Read the fields of a header up to its blank line; None if that is missing."""
    headers: Headers = {}
    name = ""
    for _ in range(_MAX_HEADER_LINES):
        line = stream.readline(_MAX_LINE_BYTES)
        if not line.endswith(b"\n"):
            return None
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if not text:
            return headers
        if text[0] in " \t" and name:
            headers[name] += f" {text.strip()}"
        elif ":" in text:
            name, _, value = text.partition(":")
            name = name.strip().lower()
            headers.setdefault(name, value.strip())
    return None
