"""nutgraf family: prints the copies of a paragraph, and how they differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import ColorChoice, messages, print_header, print_paragraph, results
from search.address import read_address
from search.errors import QueryError
from search.family_contract import family_as_dict
from search.results import MAX_SIZE, FamilyMember, FamilyView, Paragraph
from search.searcher import Searcher
from search.wording import counted, told_copies, told_diff

if TYPE_CHECKING:
    from rich.console import Console

    from cli.plain import PlainConsole


@click.command("family")
@click.argument("address", metavar="ARTICLE#pN")
@click.option("--diff", is_flag=True, help="Compare each, word by word, with the first.")
@click.option("-n", "size", default=MAX_SIZE, show_default=True, help="Copies on a page.")
@click.option("--page", "number", default=1, show_default=True, help="Which page.")
@click.option("--json", "as_json", is_flag=True, help="The family as one JSON object.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.pass_obj
def command(
    index_path: Path,
    address: str,
    diff: bool,
    size: int,
    number: int,
    as_json: bool,
    color: ColorChoice,
) -> int:
    """Print the articles that have a paragraph, or nearly the same one, in the order of time."""
    named = read_address(address)
    if named is None:
        raise QueryError(f"{address!r} names no paragraph; write ARTICLE#p3", "bad_address")
    view = Searcher.open(index_path).family(named.article_id, named.paragraph, (size, number))
    if as_json:
        click.echo(json.dumps(family_as_dict(view), ensure_ascii=False, indent=2))
    else:
        _print(results(color), view, diff=diff)
        messages().print(_summary(view))
    return FOUND if view.copies else NOT_FOUND


def _print(console: Console | PlainConsole, view: FamilyView, *, diff: bool) -> None:
    first = view.page == 1
    for member in view.members:
        print_header(console, member.article)
        width = len(str(member.article.length)) + 2
        if first or not diff:
            print_paragraph(console, Paragraph(member.number, member.text), width)
        else:
            _print_differences(console, member, width)
        first = False
        console.print()


def _print_differences(console: Console | PlainConsole, member: FamilyMember, width: int) -> None:
    told = told_diff(member.parts) if member.differs else "The same words"
    print_paragraph(console, Paragraph(member.number, told), width)


def _summary(view: FamilyView) -> str:
    if view.copies is None:
        return "No other article has this paragraph"
    line = f"{counted(view.copies.paragraphs, 'paragraph')}: {told_copies(view.copies)}"
    return line if view.pages == 1 else f"{line}; page {view.page:,} of {view.pages:,}"
