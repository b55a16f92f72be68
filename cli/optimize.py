"""nutgraf optimize: merges the segments of the index into one."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import FOUND
from cli.output import results
from index.store import Store
from index.writer import open_writer


@click.command("optimize")
@click.pass_obj
def command(index_path: Path) -> int:
    """Merge the segments of the index into one, without what was deleted.

    Searches give the same answers before and after. nutgraf merges small segments by
    itself; this is for an archive that will not change for a while.
    """
    store = Store(index_path)
    store.require()
    before = store.size()
    with open_writer(store) as writer:
        writer.optimize()
    after = store.size()
    sizes = f"{before / 1_000_000:,.1f} MB before, {after / 1_000_000:,.1f} MB now"
    results().print(f"The index has one segment: {sizes}")
    return FOUND
