"""nutgraf index: adds what is new and replaces what changed, in files and folders."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from pathlib import Path

import click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.main import ERROR, FOUND, NOT_FOUND
from cli.output import messages, printable, results
from cli.terminal import message_console
from index.errors import InputError
from index.interruptions import uninterrupted
from index.readers import ENDINGS
from index.store import Store
from index.sync import Report, Sync
from index.writer import MEMORY, ArticleWriter, open_writer

_MAX_JOBS = 256
_MIN_MEMORY, _MAX_MEMORY = 64, 1 << 20  # megabytes


@click.command("index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--delete-missing",
    is_flag=True,
    help="Remove the articles that came from PATH and are not there any more.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, _MAX_JOBS),
    metavar="N",
    help="Processes that index; the result is the same for any number. [default: all cores]",
)
@click.option(
    "--memory",
    type=click.IntRange(_MIN_MEMORY, _MAX_MEMORY),
    metavar="MB",
    default=MEMORY >> 20,
    show_default=True,
    help="Memory that indexing may take, roughly.",
)
@click.pass_obj
def command(
    index_path: Path,
    paths: tuple[str, ...],
    delete_missing: bool,
    jobs: int | None,
    memory: int,
) -> int:
    """Add the articles of files and folders to the index.

    Folders are read with all folders below them; - reads JSON Lines from standard input.
    Articles that are in the index already are replaced if they changed, and left alone
    if not.
    """
    sync = Sync(list(paths))
    if not (sync.has_input or (delete_missing and sync.has_folder)):
        _tell_failures(sync.report)
        if not sync.report.failures:
            raise InputError(f"There is no file to read in {', '.join(paths)} ({ENDINGS})")
        return ERROR
    writer = open_writer(Store(index_path), jobs=jobs, memory=memory << 20)
    interrupted = _index(writer, sync, delete_missing)
    _tell_failures(sync.report)
    results().print(_summary(sync.report))
    if interrupted:
        messages().print("Interrupted: run the same command again to go on where it stopped")
        return ERROR
    if not sync.report.failures:
        return FOUND
    return NOT_FOUND if sync.report.articles or sync.report.removed else ERROR


def _index(
    opening: AbstractContextManager[ArticleWriter], sync: Sync, delete_missing: bool
) -> bool:
    """Index with a progress bar; True if the user interrupted it. What was read is kept."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    console = message_console()
    interrupted = False
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Reading", total=None)
        try:
            with opening as writer:
                try:
                    sync.run(
                        writer,
                        sys.stdin.buffer,
                        lambda name, done, total: bar.update(
                            task, description=Path(name).name, completed=done, total=total
                        ),
                        delete_missing=delete_missing,
                    )
                except KeyboardInterrupt:
                    interrupted = True
                with uninterrupted():
                    bar.update(task, description="Writing the index", total=None)
                    writer.commit()
        except KeyboardInterrupt:  # it was pressed while the commit was made
            interrupted = True
    return interrupted


def _tell_failures(report: Report) -> None:
    """List what could not be read, and why; the rest has gone in."""
    for failure in report.failures:
        messages().print(f"{printable(failure.name)}: {failure.reason}")


def _summary(report: Report) -> str:
    """The one line at the end."""
    if report.articles and report.articles == report.unchanged and not report.removed:
        line = f"All {report.articles:,} articles are unchanged"
        line = "The article is unchanged" if report.articles == 1 else line
        return f"{line}, {len(report.failures):,} failed" if report.failures else line
    counts = (
        (report.added, "added"),
        (report.replaced, "replaced"),
        (report.unchanged, "unchanged"),
        (report.removed, "removed"),
        (len(report.failures), "failed"),
    )
    line = "Articles: " + ", ".join(f"{count:,} {what}" for count, what in counts)
    if report.skipped:
        files = "file" if report.skipped == 1 else "files"
        line += f"; {report.skipped:,} {files} of other kinds skipped"
    return line
