"""nutgraf watch: keeps an index up to date while files change."""

from __future__ import annotations

import contextlib
import signal
from datetime import datetime
from pathlib import Path
from types import FrameType

import click

from cli.index import column_option, jobs_option, memory_option, source_option
from cli.main import FOUND
from cli.output import messages
from cli.report import summary, tell_report
from index.readers import ReadingOptions
from index.store import Store
from index.sync.watching import Watch


@click.command("watch")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@source_option
@column_option
@jobs_option
@memory_option
@click.option("-v", "--verbose", is_flag=True, help="Name each file that is skipped, and why.")
@click.pass_obj
def command(
    index_path: Path,
    paths: tuple[str, ...],
    source: str,
    columns: tuple[tuple[str, str], ...],
    jobs: int | None,
    memory: int,
    verbose: bool,
) -> int:
    """Keep the index up to date with files and folders until Ctrl-C.

    What is new or has changed is read, and what is gone is removed. One line is printed for
    each change of the index.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    watch = Watch(
        paths,
        Store(index_path),
        lambda sentence: messages().print(sentence),
        options=ReadingOptions(source=source, columns=columns),
        jobs=jobs,
        memory=memory << 20,
    )
    with contextlib.suppress(KeyboardInterrupt):  # pressed while something is printed
        messages().print(f"nutgraf watches {', '.join(paths)} (Ctrl-C stops it)")
        for report in watch.reports():
            tell_report(report, verbose=verbose)
            click.echo(f"{datetime.now():%Y-%m-%d %H:%M:%S}  {summary(report)}")
    watch.close()
    return FOUND


def _interrupt(_: int, __: FrameType | None) -> None:
    """End as Ctrl-C does: services are stopped by another signal."""
    raise KeyboardInterrupt
