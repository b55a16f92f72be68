"""nutgraf family: prints the copies of a paragraph, and how they differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.addresses import meant_paragraph
from cli.main import FOUND, NOT_FOUND
from cli.output import ColorChoice, messages, print_header, print_paragraph, results
from search.family_contract import family_as_dict
from search.results import MAX_SIZE, FamilyMember, FamilyView, Paragraph
from search.searcher import Searcher
from search.wording import counted, told_copies, told_diff

if TYPE_CHECKING:
    from rich.console import Console

    from cli.plain import PlainConsole


@click.command("family")
@click.argument("address", metavar="ARTICLE#pN")
@click.option("--diff", is_flag=True, help="Compare each, word by word, with one of them.")
@click.option(
    "--against",
    default=1,
    show_default=True,
    type=click.IntRange(1),
    help="With which copy to compare, by its place in the order of time.",
)
@click.option("-n", "size", default=MAX_SIZE, show_default=True, help="Copies on a page.")
@click.option("--page", "number", default=1, show_default=True, help="Which page.")
@click.option("--json", "as_json", is_flag=True, help="The family as one JSON object.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.pass_obj
def command(
    index_path: Path,
    address: str,
    diff: bool,
    against: int,
    size: int,
    number: int,
    as_json: bool,
    color: ColorChoice,
) -> int:
    """Print the articles that have a paragraph, or nearly the same one, in the order of time.

    With --diff, what a copy has not is printed [-so-], and what it has more {+so+}.
    """
    searcher = Searcher.open(index_path)
    meant = meant_paragraph(searcher, address)
    view = searcher.family(meant.article_id, meant.paragraph, (size, number), against)
    if as_json:
        click.echo(json.dumps(family_as_dict(view), ensure_ascii=False, indent=2))
    else:
        if view.has_copies:
            _print(results(color), view, diff=diff)
        messages().print(_summary(view))
    return FOUND if view.has_copies else NOT_FOUND


def _print(console: Console | PlainConsole, view: FamilyView, *, diff: bool) -> None:
    for member in view.members:
        print_header(console, member.article)
        width = len(str(member.article.length)) + 2
        if diff and member.place != view.against.place:
            _print_differences(console, member, width)
        else:
            print_paragraph(console, Paragraph(member.number, member.text), width)
        console.print()


def _print_differences(console: Console | PlainConsole, member: FamilyMember, width: int) -> None:
    told = told_diff(member.parts) if member.differs else "The same words"
    print_paragraph(console, Paragraph(member.number, told), width)


def _summary(view: FamilyView) -> str:
    if view.copies is None or not view.has_copies:
        alone = f"No other article has paragraph {view.number} of {view.article.id!r}"
        return f"{alone}; {told_copies(view.copies)}" if view.copies else alone
    line = f"{counted(view.copies.paragraphs, 'paragraph')}: {told_copies(view.copies)}"
    return line if view.pages == 1 else f"{line}; page {view.page:,} of {view.pages:,}"
