"""Quotations of a file, checked one after the other, and printed as words, JSON or CSV."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import json_text, messages, printable
from search.errors import InputError, QueryError
from search.quote_claims import MAX_NAME, Claim, read_claim
from search.quote_contract import GOOD, checked_as_dict, told, told_claim, told_others
from search.quotes import Checked
from search.searcher import Searcher
from search.tabular import csv_row
from search.wording import printed_date

SECONDS = 10.0
"""That one quotation may take."""

_FOUND = ("verdict", "told", "article", "paragraph", "published", "also", "found_in", "claim")
_LARGEST = 10_000_000  # characters of a cell; what is too long for a quotation is told of each


class _Table(NamedTuple):
    """The quotations of a file, and the cells beside them.

    Attributes:
        names: of the columns.
        rows: the quotation of each row, and its cells, as many as there are names.
    """

    names: tuple[str, ...]
    rows: list[tuple[str, tuple[str, ...]]]


class _Refused(NamedTuple):
    """A quotation that cannot be checked, and why."""

    quotation: str
    why: str


def check_file(index_path: Path, file: Path, *, as_json: bool, as_csv: bool) -> int:
    """Check the quotations of a file. Returns the exit code.

    One that cannot be checked is told, and the others are checked all the same.
    """
    if as_json and as_csv:
        raise click.UsageError("The answer is --json or --csv; ask for one of them")
    table = _read(file)
    if not table.rows:
        raise InputError(f"There is no quotation in {_name(file)}")
    searcher = Searcher.open(index_path)
    said = [_said(table.names, cells) for _, cells in table.rows]
    checked = [
        _check(searcher, quotation, claim)
        for (quotation, _), (claim, _) in zip(table.rows, said, strict=True)
    ]
    unread = [why for _, why in said]
    if as_json:
        shown = [
            {
                **_as_dict(each),
                **({"not_compared": why} if why else {}),
                "columns": dict(zip(table.names, cells, strict=True)),
            }
            for (_, cells), each, why in zip(table.rows, checked, unread, strict=True)
        ]
        click.echo(json_text(shown, indent=2))
    elif as_csv:
        for line in _csv(table, checked, unread):
            click.echo(line, nl=False)
    else:
        for number, (each, why) in enumerate(zip(checked, unread, strict=True), start=1):
            _print_words(number, each)
            if why:
                click.echo(f"   {printable(why)}")
    good = not any(unread) and all(
        isinstance(each, Checked) and each.verdict in GOOD and each.agrees is not False
        for each in checked
    )
    return FOUND if good else NOT_FOUND


def _said(names: tuple[str, ...], cells: tuple[str, ...]) -> tuple[Claim, str]:
    """The source and the date that a row names, and why one of them cannot be compared."""
    named = dict(zip((name.strip().lower() for name in names), cells, strict=True))
    source = named.get("source", "")
    try:
        return read_claim(source, named.get("date", "")), ""
    except QueryError as error:
        return read_claim(source[:MAX_NAME], ""), f"{error}; it is not compared"


def _check(searcher: Searcher, quotation: str, claim: Claim) -> Checked | _Refused:
    try:
        return searcher.check_quotation(quotation, SECONDS, claim)
    except QueryError as error:
        return _Refused(quotation, str(error))


def _read(file: Path) -> _Table:
    """The quotations of a file: of a table, or one a line. Raises InputError."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{_name(file)} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{_name(file)} is not UTF-8; save it as UTF-8 text") from error
    if file.suffix.lower() not in (".csv", ".tsv"):
        return _Table((), [(line, ()) for line in text.splitlines() if line.strip()])
    try:
        csv.field_size_limit(_LARGEST)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise InputError(f"{_name(file)} is no table: {error}") from error
    return _table(file, lines)


def _delimiter(text: str) -> str:
    """What stands between the names of the first row: comma, semicolon or tab."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _table(file: Path, lines: list[list[str]]) -> _Table:
    """The rows of a table below their names. Raises InputError."""
    names = tuple(lines[0]) if lines else ()
    quotes = [at for at, name in enumerate(names) if name.strip().lower() == "quote"]
    if len(quotes) > 1:
        raise InputError(f"{_name(file)} has {len(quotes)} columns that are called quote; keep one")
    if names and not quotes:
        messages().print(f"No column is called quote; the first, {names[0]!r}, is checked")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) > len(names):
            raise InputError(
                f"Row {number} of {_name(file)} has {len(line)} cells, and the first row names "
                f"{len(names)}; put cells with commas into quotation marks"
            )
        cells = tuple(cell for cell, _ in zip_longest(line, names, fillvalue=""))
        quotation = cells[quotes[0] if quotes else 0]
        if quotation.strip():
            rows.append((quotation, cells))
    return _Table(names, rows)


def _name(file: Path) -> str:
    return "standard input" if str(file) == "-" else printable(str(file))


def _as_dict(checked: Checked | _Refused) -> dict[str, object]:
    if isinstance(checked, Checked):
        return checked_as_dict(checked)
    return {"quotation": checked.quotation, "verdict": "unchecked", "told": checked.why}


def _print_words(number: int, checked: Checked | _Refused) -> None:
    quotation = printable(" ".join(checked.quotation.split()))
    if isinstance(checked, _Refused):
        click.echo(f"{number}  Cannot be checked: {checked.why}\n   {quotation}")
        return
    click.echo(f"{number}  {told(checked)}")
    click.echo(f"   {quotation}")
    if checked.sources:
        first = checked.sources[0]
        paragraphs = f"p{first.first}" + (f"-p{first.last}" if first.last > first.first else "")
        parts = (first.article.source, printed_date(first.article.date), told_others(checked))
        facts = " · ".join(part for part in parts if part)
        click.echo(f"   {first.article.id}#{paragraphs} · {facts}")
    if claim := told_claim(checked):
        click.echo(f"   {printable(claim[0].upper() + claim[1:])}")


def _csv(table: _Table, checked: list[Checked | _Refused], unread: list[str]) -> Iterator[str]:
    """The rows as they were, and what was found in columns behind."""
    yield csv_row([*(table.names or ("quote",)), *_FOUND])
    for (quotation, cells), each, why in zip(table.rows, checked, unread, strict=True):
        own = cells or (quotation,)
        if isinstance(each, _Refused):
            yield csv_row([*own, "unchecked", each.why, *[None] * (len(_FOUND) - 2)])
            continue
        found: list[str | int | None] = [None, None, None]
        source = None
        if each.sources:
            first = each.sources[0]
            found = [first.article.id, first.first, first.article.date.value]
            source = first.article.source
        claim = why or ("agrees" if each.agrees else told_claim(each))
        yield csv_row([*own, each.verdict, told(each), *found, each.also, source, claim])
