"""nutgraf export: writes down everything that a query finds."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import messages
from cli.queries import QueryCommand
from cli.written import whole_file
from search.export import FORMATS, Format, export
from search.results import SearchOptions, Sort
from search.searcher import Searcher
from search.wording import counted


@click.command("export", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY…")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="A table, or a JSON object a line; by the ending of FILE, or csv.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a file, which appears when it is whole; else it is printed.",
)
@click.option(
    "--sort",
    type=click.Choice(["relevance", "date", "position"]),
    default="relevance",
    show_default=True,
    help="The best first, the newest, or what stands nearest the top of its article.",
)
@click.option("--any", "match_any", is_flag=True, help="Any of the words instead of all.")
@click.option("--strict", is_flag=True, help="A mistake in the query is an error.")
@click.option("--tz", default="", metavar="ZONE", help="Time zone of date:today; yours by default.")
@click.option(
    "--server",
    default="",
    metavar="URL",
    help="Where the page is served, to stand before the paths of links.",
)
@click.pass_obj
def command(
    index_path: Path,
    query: tuple[str, ...],
    form: Format | None,
    output: Path | None,
    sort: Sort,
    match_any: bool,
    strict: bool,
    tz: str,
    server: str,
) -> int:
    """Write down all paragraphs that match QUERY, each with its article, marks and address.

    There is no limit. Articles are in the order of the results, their paragraphs in that of the
    text.
    """
    options = SearchOptions(sort=sort, match="any" if match_any else "all", strict=strict, tz=tz)
    matched = Searcher.open(index_path).matched(" ".join(query), options)
    for notice in matched.notices:
        messages().print(f"Note: {notice}")
    chunks = export(matched, form or _form_of(output), server.rstrip("/"))
    if output:
        with whole_file(output) as stream:
            stream.writelines(chunks)
    else:
        for chunk in chunks:  # bytes, so that the ends of lines stay as they are
            sys.stdout.buffer.write(chunk.encode())
            sys.stdout.buffer.flush()
    articles = counted(len(matched.groups()), "article")
    messages().print(f"{counted(len(matched.docs), 'paragraph')} in {articles}")
    return FOUND if len(matched.docs) else NOT_FOUND


def _form_of(path: Path | None) -> Format:
    """The format that the ending of a file asks for."""
    return "jsonl" if path and path.suffix.lower() in (".jsonl", ".ndjson") else "csv"
