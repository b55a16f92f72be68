"""The right to write to an index: one process at a time has it."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path

from index.disk import Disk
from index.errors import IndexLocked

OURS = "writer.lock"
WHOOSH = "MAIN_WRITELOCK"  # the name and the flock(2) of Whoosh's own lock


class WriteLock:
    """Our lock of a folder, and Whoosh's, so that other Whoosh programs keep out, too.

    The system takes both back when the holder dies.
    """

    def __init__(self, disk: Disk, path: Path) -> None:
        self._disk = disk
        self._path = path
        self._held: list[int] = []

    def take(self) -> None:
        """Take both. Raises IndexLocked, at once, if another process holds one; OSError."""
        try:
            self._take(OURS)
            self._disk.write_lock(self._held[0], _who_writes().encode())
            self._take(WHOOSH)
        except BaseException:
            self._let_go()
            raise

    def release(self) -> None:
        """Give both back."""
        with contextlib.suppress(OSError):  # the line only tells others whom to wait for
            self._disk.write_lock(self._held[0], b"")
        self._let_go()

    def _take(self, name: str) -> None:
        descriptor = self._disk.open_lock(self._path / name)
        self._held.append(descriptor)
        try:
            self._disk.try_lock(descriptor)
        except BlockingIOError as error:
            raise IndexLocked(f"{self._holder(name)}; wait for it to end and try again") from error

    def _holder(self, name: str) -> str:
        """Who holds a lock that could not be taken, as a clause."""
        if name == WHOOSH:
            return f"A Whoosh program is writing to {self._path}"
        said = self._disk.read_lock(self._held[0]).decode(errors="replace").strip()
        return f"Another process is writing to {self._path} ({said or 'it has not said which'})"

    def _let_go(self) -> None:
        """Close the lock files, which frees them; an error does not keep the system from it."""
        for descriptor in self._held:
            with contextlib.suppress(OSError):
                self._disk.close(descriptor)
        self._held.clear()


def _who_writes() -> str:
    """The line in the lock file that tells others who holds it."""
    return f"process {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M:%S}\n"
