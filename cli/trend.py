"""nutgraf trend: draws in the terminal how much of what matches was published when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import click

from cli.bars import print_timeline
from cli.main import FOUND, NOT_FOUND
from cli.output import ColorChoice, messages, results
from cli.queries import QueryCommand
from search.results import SearchOptions
from search.searcher import Searcher
from search.timeline import By, Timeline, count_by_date
from search.timeline_contract import timeline_as_csv, timeline_as_dict
from search.timeline_wording import told_gaps, told_most
from search.wording import counted, told_copy_counts

_MOST = 1_000_000  # of a rate


@click.command("trend", cls=QueryCommand)
@click.argument("query", nargs=-1, required=True, metavar="QUERY…")
@click.option(
    "--by",
    type=click.Choice(get_args(By)),
    default="auto",
    show_default=True,
    help="How long a period is; auto: as the span of dates lets it be.",
)
@click.option(
    "--per",
    type=click.IntRange(0, _MOST),
    default=0,
    metavar="N",
    help="Draw how many match of N paragraphs of the archive, such as 10000.",
)
@click.option("--fold", is_flag=True, help="Of copies of a paragraph count only the first.")
@click.option("--any", "match_any", is_flag=True, help="Any of the words instead of all.")
@click.option("--strict", is_flag=True, help="A mistake in the query is an error.")
@click.option("--tz", default="", metavar="ZONE", help="Time zone of date:today; yours by default.")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="As a table in CSV.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="Bars in colour: on a terminal (auto), always or never.",
)
@click.pass_obj
def command(
    index_path: Path,
    query: tuple[str, ...],
    by: By,
    per: int,
    fold: bool,
    match_any: bool,
    strict: bool,
    tz: str,
    as_json: bool,
    as_csv: bool,
    color: ColorChoice,
) -> int:
    """Draw how many paragraphs match QUERY by the time of their publication.

    A period counts what search finds with its date: 2016-09 what date:2016-09 finds. Dates that
    are unknown, or less precise than a period, are counted below. Where the archive itself has
    nothing, it says so.

    \b
    nutgraf trend siege
    nutgraf trend siege --by month --per 10000
    nutgraf trend 'siege date:2016' --csv > siege.csv
    """
    if as_json and as_csv:
        raise click.UsageError("--json and --csv are two forms; ask for one of them.")
    options = SearchOptions(match="any" if match_any else "all", strict=strict, tz=tz)
    searcher = Searcher.open(index_path)
    matched = searcher.matched(" ".join(query), options).counting("first" if fold else "all")
    timeline = count_by_date(matched, by)
    if as_json:
        click.echo(json.dumps(timeline_as_dict(timeline, per), ensure_ascii=False, indent=2))
    elif as_csv:
        click.echo(timeline_as_csv(timeline, per), nl=False)
    else:
        _tell(timeline, per, color)
    return FOUND if timeline.total.paragraphs else NOT_FOUND


def _tell(timeline: Timeline, per: int, color: ColorChoice) -> None:
    """Draw a timeline, and say on standard error what there is to say about it."""
    for notice in timeline.notices:
        messages().print(f"Note: {notice}")
    total = timeline.total
    if not total.paragraphs:
        messages().print("No paragraph matches")
        return
    print_timeline(results(color), timeline, per)
    found = f"{counted(total.paragraphs, 'paragraph')} in {counted(total.articles, 'article')}"
    messages().print(f"{found}, by {timeline.by}{told_copy_counts(timeline.copies)}")
    for sentence in filter(None, (told_most(timeline, per), told_gaps(timeline))):
        messages().print(sentence)
