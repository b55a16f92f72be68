"""nutgraf remove: removes articles from the index."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import ERROR, FOUND, NOT_FOUND
from cli.output import messages, results
from index.store import Store
from index.writer import open_writer
from search.wording import counted


@click.command("remove")
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE…")
@click.pass_obj
def command(index_path: Path, articles: tuple[str, ...]) -> int:
    """Remove articles, by their ids. The files that they came from stay."""
    store = Store(index_path)
    store.require()
    with open_writer(store) as writer:
        missing = [each for each in dict.fromkeys(articles) if not writer.remove(each)]
    for article in missing:
        messages().print(f"There is no article {article!r} in the index")
    removed = len(set(articles)) - len(missing)
    results().print(f"{counted(removed, 'article')} removed")
    if not missing:
        return FOUND
    return NOT_FOUND if removed else ERROR
