"""Quotations of a file, checked one after the other, and printed as words, JSON or CSV."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import NamedTuple

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import json_text
from search.errors import QueryError
from search.quote_contract import GOOD, checked_as_dict, told, told_others
from search.quotes import Checked
from search.searcher import Searcher
from search.wording import printed_date

SECONDS = 10.0
"""That one quotation may take."""

_FOUND = ("verdict", "told", "article", "paragraph", "published", "also")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Row(NamedTuple):
    """A quotation, and the columns beside it."""

    quotation: str
    columns: dict[str, str]


def check_file(index_path: Path, file: Path, *, as_json: bool, as_csv: bool) -> int:
    """Check the quotations of a file. Returns the exit code."""
    rows = _rows(file)
    if not rows:
        raise click.UsageError(f"There is no quotation in {file}")
    searcher = Searcher.open(index_path)
    checked = []
    for number, row in enumerate(rows, start=1):
        try:
            checked.append(searcher.check_quotation(row.quotation, SECONDS))
        except QueryError as error:
            raise click.UsageError(f"Quotation {number} of {file}: {error}") from error
    if as_json:
        shown = [
            {**checked_as_dict(each), "columns": row.columns}
            for row, each in zip(rows, checked, strict=True)
        ]
        click.echo(json_text(shown, indent=2))
    elif as_csv:
        _print_csv(rows, checked)
    else:
        for number, each in enumerate(checked, start=1):
            _print_words(number, each)
    return FOUND if all(each.verdict in GOOD for each in checked) else NOT_FOUND


def _rows(file: Path) -> list[_Row]:
    """The quotations of a file: of a table, or one a line. Raises a UsageError."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file} is not UTF-8; save it as UTF-8 text") from error
    if file.suffix.lower() != ".csv":
        return [_Row(line, {}) for line in text.splitlines() if line.strip()]
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        names = [name for name in table.fieldnames or () if name]
        wanted = [name for name in names if name.strip().lower() == "quote"] or names[:1]
        rows = [{name: row.get(name) or "" for name in names} for row in table]
    except csv.Error as error:
        raise click.UsageError(f"{file} is no table: {error}") from error
    return [_Row(row[wanted[0]], row) for row in rows if wanted and row[wanted[0]].strip()]


def _print_words(number: int, checked: Checked) -> None:
    click.echo(f"{number}  {told(checked)}")
    click.echo(f"   {' '.join(checked.quotation.split())}")
    if checked.sources:
        first = checked.sources[0]
        paragraphs = f"p{first.first}" + (f"-p{first.last}" if first.last > first.first else "")
        parts = (first.article.source, printed_date(first.article.date), told_others(checked))
        facts = " · ".join(part for part in parts if part)
        click.echo(f"   {first.article.id}#{paragraphs} · {facts}")


def _print_csv(rows: list[_Row], checked: list[Checked]) -> None:
    """Print the rows as they were, and what was found in columns behind."""
    names = list(rows[0].columns) or ["quote"]
    table = csv.writer(sys.stdout)
    table.writerow([*names, *_FOUND])
    for row, each in zip(rows, checked, strict=True):
        own = [row.columns[name] for name in names] if row.columns else [row.quotation]
        found = ["", "", ""]
        if each.sources:
            first = each.sources[0]
            found = [first.article.id, str(first.first), first.article.date.value or ""]
        table.writerow([_defused(v) for v in (*own, each.verdict, told(each), *found, each.also)])


def _defused(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
