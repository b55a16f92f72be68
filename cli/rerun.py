"""nutgraf rerun: searches again as a receipt says, and tells what differs."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import json_text, printable
from cli.receipts import read_receipt_file
from search.rerun import rerun, rerun_as_dict, told
from search.searcher import Searcher


@click.command("rerun")
@click.argument("receipt", metavar="RECEIPT", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(index_path: Path, receipt: Path, as_json: bool) -> int:
    """Search again as RECEIPT says, and tell what differs.

    RECEIPT is a file of nutgraf search --receipt, or of the page. Exit codes: 0 the same was found,
    1 something else, 2 the file cannot be read.
    """
    before = read_receipt_file(receipt)
    done = rerun(Searcher.open(index_path), before)
    if as_json:
        click.echo(json_text(rerun_as_dict(done), indent=2))
    else:
        click.echo(printable(f"{before.query} (searched on {before.made})"))
        for sentence in told(done):
            click.echo(printable(sentence))
    return FOUND if done.is_same else NOT_FOUND
