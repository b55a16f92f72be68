"""nutgraf index: adds what is new and replaces what changed, in files and folders."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.main import ERROR, FOUND, NOT_FOUND
from cli.output import messages, results
from cli.report import summary, tell_report
from index.errors import InputError
from index.readers import ENDINGS, ReadingOptions
from index.store import Store
from index.sync import Sync
from index.sync.run import sync_until_interrupted

if TYPE_CHECKING:
    from index.sync.run import Progress

_MAX_JOBS = 256
_DEFAULT_MEMORY = 512
_MIN_MEMORY, _MAX_MEMORY = 64, 1 << 20  # megabytes


def _columns(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[Any, ...]:
    """The pairs of --column; a usage error where one is not FIELD=NAME."""
    pairs = tuple(each.partition("=") for each in given)
    for field, equals, name in pairs:
        if not (field.strip() and equals and name.strip()):
            raise click.BadParameter("write it as FIELD=NAME, such as title=Headline")
    return tuple((field.strip(), name.strip()) for field, _, name in pairs)


source_option = click.option(
    "--source",
    metavar="NAME",
    default="",
    help="Source of articles that name none; {folder} is the folder of the file.",
)
column_option = click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FIELD=NAME",
    callback=_columns,
    help="Column of a table that holds a field, such as title=Headline; may be given again.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, _MAX_JOBS),
    metavar="N",
    help="Processes that read and index; the result is the same for any number. "
    "[default: all cores]",
)
memory_option = click.option(
    "--memory",
    type=click.IntRange(_MIN_MEMORY, _MAX_MEMORY),
    metavar="MB",
    default=_DEFAULT_MEMORY,
    show_default=True,
    help="Memory that indexing may take, roughly.",
)


@click.command("index")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option(
    "--delete-missing",
    is_flag=True,
    help="Remove the articles that came from PATH and are not there any more.",
)
@click.option("--retry-failed", is_flag=True, help="Read again what could not be read before.")
@click.option("--dry-run", is_flag=True, help="Show what would be read; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: as one JSON object.")
@source_option
@column_option
@jobs_option
@memory_option
@click.option("-v", "--verbose", is_flag=True, help="Name each file that is skipped, and why.")
@click.pass_obj
def command(
    index_path: Path,
    paths: tuple[str, ...],
    delete_missing: bool,
    retry_failed: bool,
    dry_run: bool,
    as_json: bool,
    source: str,
    columns: tuple[tuple[str, str], ...],
    jobs: int | None,
    memory: int,
    verbose: bool,
) -> int:
    """Add the articles of files and folders to the index.

    Folders are read with all folders below them; - reads JSON Lines from standard input.
    Files that are as they were are not read again. Articles that are in the index already are
    replaced if they changed, and left alone if not.
    """
    options = ReadingOptions(source=source, columns=columns)
    if dry_run:
        from cli.preview import show_preview

        return show_preview(index_path, paths, options, jobs=jobs, as_json=as_json, verbose=verbose)
    if as_json:
        raise click.UsageError("--json goes with --dry-run")
    store = Store(index_path)
    sync = Sync(list(paths), store=store, options=options, retry_failed=retry_failed)
    if not (sync.has_input or (delete_missing and sync.has_folder)):
        tell_report(sync.report, verbose=verbose)
        if not sync.report.failures:
            raise InputError(f"There is no file to read in {', '.join(paths)} ({ENDINGS})")
        return ERROR
    interrupted = False
    if not sync.is_done(delete_missing=delete_missing):
        from index.writer import open_writer  # which takes a while to load

        opening = open_writer(store, jobs=jobs, memory=memory << 20)
        stdin = sys.stdin.buffer
        with _progress() as progress:
            interrupted = sync_until_interrupted(
                sync, opening, stdin, progress, delete_missing=delete_missing
            )
    tell_report(sync.report, verbose=verbose)
    results().print(summary(sync.report))
    if interrupted:
        messages().print("Interrupted: run the same command again to go on where it stopped")
        return ERROR
    if not sync.report.failures:
        return FOUND
    return NOT_FOUND if sync.report.articles or sync.report.removed else ERROR


def _progress() -> AbstractContextManager[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        return nullcontext(lambda *_: None)
    from cli.progress import progress_bar

    return progress_bar()
