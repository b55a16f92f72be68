"""nutgraf show: prints one article, its paragraphs numbered."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote

import click

from cli.addresses import meant_paragraph
from cli.main import FOUND
from cli.output import ColorChoice, messages, print_header, print_paragraph, results
from search.address import address_of
from search.contract import article_as_dict
from search.errors import ArticleNotFound, QueryError
from search.results import ArticleView
from search.searcher import Searcher
from search.wording import counted, told_copies


@click.command("show")
@click.argument("address", metavar="ARTICLE[#pN]")
@click.option("-q", "--query", default="", help="Mark what this query matches.")
@click.option("--json", "as_json", is_flag=True, help="The article as one JSON object.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.pass_obj
def command(index_path: Path, address: str, query: str, as_json: bool, color: ColorChoice) -> int:
    """Print an article, or with #pN one paragraph of it.

    ARTICLE is the id that search prints, or the link that its JSON has. Below a paragraph stands
    its stable address, which is taken here, too.
    """
    searcher = Searcher.open(index_path)
    article_id, number = _read_address(searcher, address)
    view = searcher.article(article_id, query)
    if number is not None and not 1 <= number <= len(view.paragraphs):
        raise ArticleNotFound(
            f"The article {article_id!r} has {counted(len(view.paragraphs), 'paragraph')}; "
            f"there is no paragraph {number}"
        )
    if as_json:
        shown = article_as_dict(view)
        if number is not None:
            shown["paragraphs"] = [shown["paragraphs"][number - 1]]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _print(view, number, color)
    return FOUND


def _read_address(searcher: Searcher, address: str) -> tuple[str, int | None]:
    """The id and the paragraph of an address; an id may itself end like a paragraph's number.

    A paragraph that has moved since its address was written down is shown where it is now.
    """
    if searcher.has_article(address):
        return address, None
    if address.startswith("/articles/") and "#p" not in address:
        return unquote(address.removeprefix("/articles/")), None
    try:
        meant = meant_paragraph(searcher, address)
    except QueryError:
        return address, None
    return meant.article_id, meant.paragraph


def _print(view: ArticleView, number: int | None, color: ColorChoice) -> None:
    console = results(color)
    for notice in view.notices:
        messages().print(f"Note: {notice}")
    print_header(console, view.article, view.title_spans)
    if view.article.url:
        console.print(view.article.url)
    console.print()
    width = len(str(view.article.length)) + 2
    for paragraph in view.paragraphs:
        if number in (None, paragraph.number):
            print_paragraph(console, paragraph, width)
            if paragraph.number in view.copies:
                console.print(" " * (width + 2) + f"({told_copies(view.copies[paragraph.number])})")
            if number is not None:
                address = address_of(view.article.id, number, paragraph.text)
                console.print(" " * (width + 2) + str(address))
