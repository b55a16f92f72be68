"""nutgraf failures: lists what could not be read, and why."""

from __future__ import annotations

from pathlib import Path

import click

from cli.main import FOUND, NOT_FOUND
from cli.output import json_text, messages, printable, results
from index.store import Store
from index.sync.failed import Failed, failed_files
from search.wording import counted


@click.command("failures")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.pass_obj
def command(index_path: Path, as_json: bool) -> int:
    """List the files that could not be read, why, and when that was tried.

    Read them again with nutgraf index --retry-failed PATH. The exit code is 1 if there are any.
    """
    found = failed_files(Store(index_path))
    if as_json:
        listed = {"failures": [_as_dict(each) for each in found]}
        click.echo(json_text(listed, indent=2))
        return NOT_FOUND if found else FOUND
    for each in found:
        when = f"{each.when.astimezone():%Y-%m-%d %H:%M}"
        results().print(f"{printable(each.name)}: {printable(each.reason)} ({when})")
    files = counted(len({each.file for each in found}), "file")
    messages().print(f"{len(found):,} failed, in {files}" if found else "Nothing has failed")
    return NOT_FOUND if found else FOUND


def _as_dict(failed: Failed) -> dict[str, str]:
    return {
        "file": failed.file,
        "name": failed.name,
        "reason": failed.reason,
        "when": failed.when.isoformat(),
    }
