"""nutgraf check: reads every byte that a search could read and names what is damaged."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import ERROR, FOUND
from cli.output import messages, results
from index.checking import check
from index.store import Store
from search.wording import counted


@click.command("check")
@click.pass_obj
def command(index_path: Path) -> int:
    """Read every byte that a search could read, and name the files that are damaged."""
    files = bytes_read = damaged = 0
    for each in check(Store(index_path)):
        files, bytes_read = files + 1, bytes_read + each.size
        if each.problem:
            damaged += 1
            messages().print(each.problem)
    if damaged:
        results().print(f"{counted(files, 'file')} checked, {damaged:,} damaged")
        return ERROR
    size = f"{bytes_read / 1_000_000:,.1f} MB"
    results().print(f"{counted(files, 'file')} checked, {size}: the index is whole")
    return FOUND
