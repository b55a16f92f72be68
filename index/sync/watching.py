"""Watching: an index follows the files of folders, until it is stopped."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    DirModifiedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

from index.errors import IndexLocked, InputError
from index.readers.reading import ReadingOptions
from index.store import Store
from index.sync.listing import is_below
from index.sync.report import Report
from index.sync.run import Sync, sync_until_interrupted
from index.writer import MEMORY, open_writer

QUIET_SECONDS = 1.0
"""So long nothing more may happen before changes are read."""

_LONGEST_SECONDS = 10.0  # but after so long they are read in any case
_LOOK_AGAIN_SECONDS = 600.0  # for what the system may not have told
_LOCKED_SECONDS = 2.0
_CHANGES = {
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
}
_LIMIT_REACHED = {errno.ENOSPC, errno.EMFILE}


class Changes(FileSystemEventHandler):
    """The paths that have changed since they were last taken; for several threads.

    Args:
        leave_out: the path from the root of a folder whose changes do not count.
    """

    def __init__(self, leave_out: str = "") -> None:
        self._leave_out = {leave_out}
        self._paths: set[str] = set()
        self._noted = threading.Condition()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Note what the system tells, except for reading."""
        if event.event_type in _CHANGES and not isinstance(event, DirModifiedEvent):
            self.note(path for path in (event.src_path, event.dest_path) if path)

    def note(self, paths: Iterable[str | bytes]) -> None:
        """Note that something has become of files or folders."""
        named = (os.path.abspath(os.fsdecode(path)) for path in paths)
        changed = {path for path in named if not is_below(path, self._leave_out)}
        with self._noted:
            self._paths |= changed
            if changed:
                self._noted.notify_all()

    def take(self, *, quiet: float, longest: float, timeout: float) -> set[str]:
        """Wait for changes, and then until it is quiet; return the paths.

        Args:
            quiet: seconds in which nothing more happens.
            longest: seconds after which it need not be quiet.
            timeout: seconds after which there are none.
        """
        with self._noted:
            if not self._paths and not self._noted.wait(timeout):
                return set()
            until = time.monotonic() + longest
            while (left := until - time.monotonic()) > 0 and self._noted.wait(min(quiet, left)):
                pass
            taken, self._paths = self._paths, set()
            return taken


class Watch:
    """Follows paths, as long as it is iterated over.

    Args:
        paths: files and folders.
        store: the index; it is made if there is none.
        tell: called with a sentence that the user should read.
        options: what the user says about all files.
        jobs: processes that read and index; None is one for each core.
        memory: bytes that indexing uses, roughly.
        quiet: seconds without a change after which the changes are read.
        observers: what tells of changes; the next one is taken where the system lets the one
            before watch no more.
    """

    def __init__(
        self,
        paths: Sequence[str],
        store: Store,
        tell: Callable[[str], None],
        *,
        options: ReadingOptions | None = None,
        jobs: int | None = None,
        memory: int = MEMORY,
        quiet: float = QUIET_SECONDS,
        observers: Sequence[Callable[[], BaseObserver]] = (Observer, PollingObserver),
    ) -> None:
        self._paths, self._store, self._tell = list(paths), store, tell
        self._options, self._jobs, self._memory = options, jobs, memory
        self._quiet = quiet
        self.changes = Changes(os.path.abspath(store.path))
        self._observer = self._start(observers)

    def reports(self) -> Iterator[Report]:
        """Yield a report of the first run, and of each run that has changed something.

        Ends when the user interrupts it, after what was read is committed.
        """
        try:
            report, interrupted = self._sync(None)
            yield report
            while not interrupted:
                changed = self.changes.take(
                    quiet=self._quiet, longest=_LONGEST_SECONDS, timeout=_LOOK_AGAIN_SECONDS
                )
                report, interrupted = self._sync(changed or None)
                if report.has_changes or (changed and report.failures):
                    yield report
        except KeyboardInterrupt:
            return
        finally:
            self.close()

    def close(self) -> None:
        """Watch no more."""
        if self._observer.is_alive():
            self._observer.stop()
            self._observer.join()

    def _sync(self, only: set[str] | None) -> tuple[Report, bool]:
        """Bring the index up to date; the report, and whether the user interrupted it.

        The index is locked meanwhile, and only then. Where another process writes, it is
        waited for.
        """
        told = False
        while True:
            sync = Sync(self._paths, store=self._store, options=self._options, only=only)
            if sync.is_done(delete_missing=True):
                return sync.report, False
            opening = open_writer(self._store, jobs=self._jobs, memory=self._memory)
            try:
                interrupted = sync_until_interrupted(sync, opening, delete_missing=True)
            except IndexLocked as error:
                if not told:
                    self._tell(str(error))
                    told = True
                wait_for_lock()
                continue
            return sync.report, interrupted

    def _start(self, observers: Sequence[Callable[[], BaseObserver]]) -> BaseObserver:
        """Begin to watch."""
        present = [path for path in map(os.path.abspath, self._paths) if os.path.exists(path)]
        if not present:
            raise InputError(f"There is no file or folder to watch in {', '.join(self._paths)}")
        for number, make in enumerate(observers):
            observer = make()
            try:
                for path in present:
                    is_folder = os.path.isdir(path)
                    folder = path if is_folder else os.path.dirname(path)
                    observer.schedule(self.changes, folder, recursive=is_folder)
                observer.start()
            except OSError as error:
                if error.errno not in _LIMIT_REACHED or number + 1 == len(observers):
                    raise InputError(
                        f"{', '.join(self._paths)} cannot be watched: {error.strerror or error}"
                    ) from error
                self._tell(
                    "The system watches no more folders (fs.inotify.max_user_watches); "
                    "they are looked through every second instead"
                )
            else:
                return observer
        raise ValueError("there is nothing that tells of changes")


def wait_for_lock() -> None:
    """Give another process time to write."""
    time.sleep(_LOCKED_SECONDS)
