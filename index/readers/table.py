"""Tables (CSV, TSV): one article a row, its fields in columns that the first row names."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from index.article import MAX_ARTICLE_BYTES
from index.errors import InputError
from index.readers.field_names import FIELDS, field_of
from index.readers.reading import Failure, Found, Input
from index.readers.recognition import ending_of
from index.readers.records import build_article
from index.repair import declared_codec, detect

_MAX_LINE_BYTES = 2 * MAX_ARTICLE_BYTES
_DELIMITERS = ",;\t|"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAMPLE = 1 << 18


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield an Article for each row, a Failure for each that holds none.

    Raises InputError if no column holds text, or none is called as the user says.
    """
    csv.field_size_limit(MAX_ARTICLE_BYTES)
    lines = _lines(cast("io.BufferedReader[Any]", stream), source.charset)
    first = next((line for line in lines if line.strip()), "")
    if not first:
        raise InputError("it holds no article")
    delimiter = _delimiter(first, ending_of(source.ending or source.name))
    rows = csv.reader(_again(first, lines), delimiter=delimiter, strict=True)
    header = _header(rows)
    columns = _columns(header, source.options.columns)
    for number, found in enumerate(_rows(rows, source), start=1):
        if isinstance(found, Failure):
            yield found
        elif any(cell.strip() for cell in found):
            yield from _read_row(found, header, columns, source, number, rows.line_num)


def _header(rows: Any) -> list[str]:
    """The names of the columns."""
    try:
        return [name.strip() for name in next(rows)]
    except csv.Error as error:
        raise InputError(f"its first row is no row of a table: {error}") from error


def _rows(rows: Any, source: Input) -> Iterator[list[str] | Failure]:
    """The rows below the header; of one that cannot be read, why."""
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            yield Failure(f"{source.name}, line {rows.line_num}", f"no row of a table: {error}")
        else:
            if row is None:
                return
            yield row


def _read_row(
    row: list[str],
    header: list[str],
    columns: dict[str, int],
    source: Input,
    number: int,
    line: int,
) -> Iterator[Found]:
    """Yield the article of a row, or why there is none."""
    part = source.part(f"{source.name}, line {line}", source.article_id)
    if len(row) > len(header) and any(row[len(header) :]):
        reason = f"it has {len(row)} cells, but there are {len(header)} columns"
        yield Failure(part.name, reason)
        return
    record = {field: row[place] for field, place in columns.items() if place < len(row)}
    if record.get("id", "").strip().isdecimal():  # as in other tables, too
        record["id"] = f"{source.article_id}:{record['id'].strip()}"
    try:
        article, notice = build_article(
            {"text": "", **record}, part, f"{source.article_id}:{number}"
        )
    except InputError as error:
        yield Failure(part.name, str(error))
        return
    yield article
    if notice:
        yield notice


def _columns(header: list[str], given: tuple[tuple[str, str], ...]) -> dict[str, int]:
    """Which column holds which field: as the user says, else by the usual names."""
    columns: dict[str, int] = {}
    for field, name in given:
        if field not in FIELDS:
            raise InputError(f"there is no field {field!r}; there are {', '.join(FIELDS)}")
        if name not in header:
            raise InputError(f"it has no column {name!r}; {_named(header)}")
        columns[field] = header.index(name)
    for place, name in enumerate(header):
        field = field_of(name) or ""
        if field and place not in columns.values():
            columns.setdefault(field, place)
    if "text" not in columns:
        raise InputError(
            f"its first row names no column of text; {_named(header)}. "
            "Say which one it is: --column text=NAME"
        )
    return columns


def _named(header: list[str]) -> str:
    """What the columns are called, as long as a message can bear."""
    names = ", ".join(repr(name[:30]) for name in header[:10])
    return f"its columns are {names}{' …' if len(header) > 10 else ''}"


def _delimiter(line: str, ending: str) -> str:
    """What divides the cells: a tab where the name says so, else what the header has most of."""
    if ending in (".tsv", ".tab"):
        return "\t"
    outside = "".join(line.split('"')[::2])
    return max(_DELIMITERS, key=lambda mark: (outside.count(mark), mark == ","))


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    """The lines with the first one, which was looked at."""
    yield first
    yield from lines


def _lines(stream: io.BufferedReader[Any], charset: str) -> Iterator[str]:
    """The lines of a table, decoded as declared, as UTF-8, or from where that fails as detected."""
    if stream.peek(2).startswith(_WIDE_MARKS):
        yield from io.TextIOWrapper(stream, "utf-16", errors="replace", newline="")
        return
    codec = declared_codec(charset) or "utf-8"
    while line := stream.readline(_MAX_LINE_BYTES + 1):
        if len(line) > _MAX_LINE_BYTES:
            raise InputError(f"a line in it is longer than {_MAX_LINE_BYTES // 10**6} MB")
        try:
            text = line.decode(codec)
        except UnicodeDecodeError:
            codec = detect(line + stream.peek(_SAMPLE))
            text = line.decode(codec, errors="replace")
        yield text.removeprefix("\ufeff")
