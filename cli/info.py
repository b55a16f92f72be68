"""nutgraf info: says what is in the index."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from cli.main import FOUND
from cli.terminal import result_console
from search.contract import info_as_dict
from search.results import Info
from search.searcher import Searcher
from search.wording import printed_day

_SOURCES_SHOWN = 20


@click.command("info")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(index_path: Path, as_json: bool) -> int:
    """Say what is in the index: articles, paragraphs, dates, sources, size."""
    info = Searcher.open(index_path).info()
    if as_json:
        click.echo(json.dumps(info_as_dict(info), ensure_ascii=False, indent=2))
    else:
        _print(result_console("auto"), info)
    return FOUND


def _print(console: Console, info: Info) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_row("Index", info.path)
    table.add_row("Articles", f"{info.articles:,}")
    table.add_row("Paragraphs", f"{info.paragraphs:,}")
    if info.first_day and info.last_day:
        table.add_row("Dates", f"{printed_day(info.first_day)} to {printed_day(info.last_day)}")
    if info.undated:
        table.add_row("Undated", f"{info.undated:,}")
    for number, (source, articles) in enumerate(info.sources[:_SOURCES_SHOWN]):
        name = source or "(no source)"
        table.add_row("" if number else "Sources", f"{name}: {articles:,}")
    if len(info.sources) > _SOURCES_SHOWN:
        table.add_row("", f"and {len(info.sources) - _SOURCES_SHOWN:,} more")
    table.add_row("Segments", f"{info.segments:,}")
    table.add_row("Size", f"{info.bytes / 1_000_000:,.1f} MB")
    console.print(table)
