"""nutgraf kwic: prints a concordance, or the words that stand near the matches."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cli.main import FOUND, NOT_FOUND
from cli.output import ColorChoice, messages, results
from cli.plain import PlainConsole
from cli.queries import QueryCommand
from search.collocates import LEAST, MAX_WINDOW, MOST, WINDOW, Collocates, collocates
from search.concordance import MAX_WIDTH, Row
from search.concordance_contract import (
    collocates_as_csv,
    collocates_as_dict,
    concordance_as_dict,
    rows_as_csv,
)
from search.concordance_page import (
    MAX_DEEP,
    MAX_ROWS,
    ROWS,
    Concordance,
    Wanted,
    all_rows,
    concordance,
)
from search.matched import Matched
from search.results import CountedCopies, SearchOptions
from search.row_order import ORDERS, Order
from search.samples import MAX_SAMPLE, MAX_SEED
from search.searcher import Searcher
from search.wording import counted, told_copy_counts

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH = 40
_MARK, _NAME = "bold black on yellow", "cyan"


@click.command("kwic", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY…")
@click.option(
    "-n", "size", type=click.IntRange(1, MAX_ROWS), help=f"Rows, or collocates; {ROWS} by default."
)
@click.option(
    "--page",
    "number",
    default=1,
    type=click.IntRange(1, MAX_DEEP),
    show_default=True,
    help="Which page of rows.",
)
@click.option(
    "--sort",
    "order",
    type=click.Choice(ORDERS),
    default="article",
    show_default=True,
    help="By one to three words to the left or right, by date (newest first), or as indexed.",
)
@click.option(
    "--width", type=click.IntRange(1, MAX_WIDTH), help=f"Characters on each side; {_WIDTH}."
)
@click.option(
    "--sample",
    default=0,
    type=click.IntRange(0, MAX_SAMPLE),
    metavar="ROWS",
    help="Choose so many of all rows, alike on every machine.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(0, MAX_SEED),
    help="Another seed, another sample.",
)
@click.option("--collocates", "words", is_flag=True, help="The words near the matches, instead.")
@click.option(
    "--window",
    default=WINDOW,
    show_default=True,
    type=click.IntRange(1, MAX_WINDOW),
    help="How near, in words.",
)
@click.option(
    "--least",
    default=LEAST,
    show_default=True,
    type=click.IntRange(1),
    help="How often a collocate has to be near.",
)
@click.option("--fold", is_flag=True, help="Of copies of a paragraph take only the first.")
@click.option("--any", "match_any", is_flag=True, help="Any of the words instead of all.")
@click.option("--strict", is_flag=True, help="A mistake in the query is an error.")
@click.option("--tz", default="", metavar="ZONE", help="Time zone of date:today; yours by default.")
@click.option("--csv", "as_csv", is_flag=True, help="All rows as CSV, or the collocates.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Marks in colour: on a terminal (auto), always or never.",
)
@click.pass_obj
def command(
    index_path: Path,
    query: tuple[str, ...],
    size: int | None,
    number: int,
    order: Order,
    width: int | None,
    sample: int,
    seed: int,
    words: bool,
    window: int,
    least: int,
    fold: bool,
    match_any: bool,
    strict: bool,
    tz: str,
    as_csv: bool,
    as_json: bool,
    color: ColorChoice,
) -> int:
    """Print every match of QUERY on a line of its own, aligned, with what stands around it.

    With --csv, all rows are written, however many they are, unless --sample chooses.
    """
    _refuse_what_does_not_go_together(words=words, as_csv=as_csv, as_json=as_json)
    options = SearchOptions(match="any" if match_any else "all", strict=strict, tz=tz)
    searcher = Searcher.open(index_path)
    asked = " ".join(query)
    copies: CountedCopies = "first" if fold else "all"
    if words:
        found = (window, window), least, size or MOST
        matched = searcher.matched(asked, options).counting(copies)
        return _tell_collocates(matched, found, as_csv=as_csv, as_json=as_json)
    console = results(color)
    shown = width or (_WIDTH if isinstance(console, PlainConsole) else 0)
    rows = size or (sample if 0 < sample <= MAX_ROWS else ROWS)
    wanted = Wanted(order, rows, number, sample, seed, shown or MAX_WIDTH // 4, copies=copies)
    if as_csv:
        matched = searcher.matched(asked, options).counting(copies)
        return _write_rows(matched, wanted._replace(width=width or wanted.width))
    page = concordance(searcher, asked, options, wanted)
    if as_json:
        click.echo(json.dumps(concordance_as_dict(page), ensure_ascii=False, indent=2))
    else:
        _tell(page.notices)
        _print_rows(console, page.rows, shown)
        messages().print(_summary(page))
    return FOUND if page.rows else NOT_FOUND


def _refuse_what_does_not_go_together(*, words: bool, as_csv: bool, as_json: bool) -> None:
    """Raise UsageError for options that could not do what they say."""
    if as_csv and as_json:
        raise click.UsageError("--json and --csv are two forms; ask for one of them.")
    context = click.get_current_context()
    given = {
        each.name: each.opts[-1]
        for each in context.command.params
        if context.get_parameter_source(each.name or "") is ParameterSource.COMMANDLINE
    }
    of_rows, of_words = ("order", "sample", "seed", "number", "width"), ("window", "least")
    wrong = [given[name] for name in (of_rows if words else of_words) if name in given]
    if wrong and words:
        raise click.UsageError(f"{wrong[0]} is for rows; --collocates are of all matches.")
    if wrong:
        raise click.UsageError(f"{wrong[0]} is for --collocates; ask for them with it.")


def _tell(notices: tuple[str, ...]) -> None:
    for notice in notices:
        messages().print(f"Note: {notice}")


def _write_rows(matched: Matched, wanted: Wanted) -> int:
    """Write all rows as CSV."""
    _tell(matched.notices)
    written = 0

    def numbered() -> Iterator[Row]:
        nonlocal written
        for row in all_rows(matched, wanted):
            written += 1
            yield row

    for chunk in rows_as_csv(numbered()):  # bytes, so that the ends of lines stay as they are
        sys.stdout.buffer.write(chunk.encode())
        sys.stdout.buffer.flush()
    messages().print(counted(written, "row"))
    return FOUND if written else NOT_FOUND


def _print_rows(console: Console | PlainConsole, rows: tuple[Row, ...], width: int) -> None:
    """Print rows under each other; a width of 0 takes what the terminal has."""
    from cli.aligned import aligned, columns, names_of

    names = names_of(rows)
    if not width and not isinstance(console, PlainConsole):
        most = max((columns(row.match) for row in rows), default=0)
        taken = columns(names[0]) + 4 + min(most, 30) if names else 0
        width = max(10, (console.width - taken) // 2)
    for name, row in zip(names, rows, strict=True):
        left, match, right = aligned(row, width)
        if isinstance(console, PlainConsole):
            console.print(f"{name}  {left}{match}{right}".rstrip())
            continue
        from rich.text import Text

        line = Text.assemble((name, _NAME), "  ", left, (match, _MARK), right)
        console.print(line, overflow="ignore", no_wrap=True)


def _summary(page: Concordance) -> str:
    """How much there is, and what of it is shown."""
    matching = counted(page.paragraphs, "paragraph")
    line = f"{counted(len(page.rows), 'row')}, {matching} in {counted(page.articles, 'article')}"
    line += told_copy_counts(page.copies)
    if page.wanted.sample:
        line += f", sample of {page.wanted.sample:,} with seed {page.wanted.seed}"
    elif page.has_next or page.wanted.number > 1:
        line += f", page {page.wanted.number:,}"
    return line


def _tell_collocates(
    matched: Matched, wanted: tuple[tuple[int, int], int, int], *, as_csv: bool, as_json: bool
) -> int:
    """Print the words near the matches, of all that matches."""
    found = collocates(matched, *wanted)
    if as_json:
        told = collocates_as_dict(matched, found)
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    elif as_csv:
        for line in collocates_as_csv(found):
            sys.stdout.buffer.write(line.encode())
    else:
        _tell(matched.notices)
        _print_collocates(found)
    return FOUND if found.words else NOT_FOUND


def _print_collocates(found: Collocates) -> None:
    from cli.aligned import columns, one_line

    words = [one_line(each.word) for each in found.words]
    width = max(map(columns, words), default=0)
    for word, each in zip(words, found.words, strict=True):
        padded = word + " " * (width - columns(word))
        numbers = f"{each.together:>9,} {each.left:>9,} {each.right:>9,} {each.frequency:>11,}"
        click.echo(f"{padded} {numbers} {each.score:>7.2f}")
    near = "near a match, left, right, in the archive, logDice"
    messages().print(f"{counted(found.rows, 'row')}; {near}")
