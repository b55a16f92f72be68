"""The progress bar of indexing, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from cli.output import printable
from cli.terminal import message_console
from index.sync.run import Progress as Tell


@contextmanager
def progress_bar() -> Iterator[Tell]:
    """Show a bar; what is given is called with a file, the bytes done and those of all files."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=message_console(), transient=True) as bar:
        task = bar.add_task("Reading", total=None)

        def tell(name: str, done: int, total: int) -> None:
            if done >= total:
                bar.update(task, description="Writing the index", completed=done, total=total)
            else:
                shown = printable(Path(name).name)
                bar.update(task, description=shown, completed=done, total=total)

        yield tell
