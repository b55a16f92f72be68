"""nutgraf cite: writes citations of paragraphs."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import FOUND
from cli.output import json_text, messages, printable
from search.citing.contract import cited_as_dict
from search.citing.facts import Cited, cited
from search.citing.naming import named
from search.citing.verdicts import verify_one
from search.citing.writing import STYLES, Style, written
from search.searcher import Searcher


@click.command("cite")
@click.argument("addresses", nargs=-1, required=True, metavar="ADDRESS…")
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="chicago",
    show_default=True,
    help="How to write it.",
)
@click.option(
    "--base-url",
    default="",
    metavar="URL",
    help="Where the archive is served, for links that others can open.",
)
@click.option("--json", "as_json", is_flag=True, help="All styles, as JSON.")
@click.pass_obj
def command(
    index_path: Path, addresses: tuple[str, ...], style: Style, base_url: str, as_json: bool
) -> int:
    """Write citations of paragraphs, each with an address by which it is found again.

    ADDRESS is as search --addresses and show print it (siege.txt#p3@1f3a9c20b7), or a link.
    """
    if base_url and not base_url.lower().startswith(("http://", "https://")):
        raise click.BadParameter("a URL begins with http:// or https://", param_hint="--base-url")
    searcher = Searcher.open(index_path)
    items = [_cited(searcher, each, base_url) for each in addresses]
    if as_json:
        listed = {"citations": [cited_as_dict(each) for each in items]}
        click.echo(json_text(listed, indent=2))
    else:
        click.echo(written(items, style))
    return FOUND


def _cited(searcher: Searcher, text: str, base_url: str) -> Cited:
    """The paragraph that is meant, where it is now; if that is not as it was cited, say so."""
    address = named(searcher, text)
    view = searcher.article(address.article_id)
    verdict = verify_one(searcher, address) if address.check else None
    number = address.paragraph
    if verdict and verdict.fate == "moved" and verdict.now:
        number = verdict.now.paragraph
        messages().print(f"Note: {printable(str(address))} is paragraph {number} now")
    elif verdict and verdict.fate == "changed":
        said = "reads otherwise now; this cites it as it is"
        messages().print(f"Note: {printable(str(address))} {said}")
    return cited(view, number, base_url)
