"""Store: every operation on the files of an index folder; nothing else opens them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex

from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexNotFound,
    NotAnIndex,
    StoreError,
    cause,
)
from index.schema import make_schema

FORMAT = 1

_MARKER = "nutgraf.json"
_LOCK = "writer.lock"
# What a writer leaves that was stopped before the marker stood: no article is lost with it.
_HALF_MADE = {_LOCK, _MARKER + ".tmp", "MAIN_WRITELOCK", "_MAIN_0.toc"}
_SEGMENT_FILE = re.compile(r"(?P<id>MAIN_[0-9a-z]+)\.[A-Za-z0-9_.]+$")
_TOC_FILE = re.compile(r"_MAIN_\d+\.toc")
_TEMPORARY_FOLDER = re.compile(r"MAIN\.tmp|[0-9a-z]+\.tmp$")


Commit = tuple[int, int, int]
"""Generation, and the inode and time of change of its table of contents."""


class Store:
    """The folder of one index.

    A marker file says that the folder is ours and in which format; the index itself is
    Whoosh's. A lock file holds the process id of the writer.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is an index in the folder.

        Raises NotAnIndex if there is something else, StoreError if we may not look.
        """
        try:
            if not self.path.exists():
                return False
            if not self.path.is_dir():
                raise NotAnIndex(f"{self.path} is a file, not the folder of an index")
            names = [entry.name for entry in self.path.iterdir()]
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {cause(error)}") from error
        if _MARKER in names:
            self._check_format()
            return True
        if not _HALF_MADE.issuperset(names):
            raise NotAnIndex(
                f"{self.path} is not a nutgraf index: it holds other files. "
                "Name an empty or a new folder with --index"
            )
        return False

    def create(self) -> None:
        """Make an empty index; the marker comes last, so that a half-made one does not count."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            _Files(self.path).create_index(make_schema())  # type: ignore[no-untyped-call]
            temporary = self.path / (_MARKER + ".tmp")
            temporary.write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
            _flush(temporary)
            temporary.replace(self.path / _MARKER)
            _flush(self.path)
        except OSError as error:
            raise StoreError(
                f"no index can be made in {self.path}: {cause(error)}. "
                "Name another folder with --index"
            ) from error

    def require(self) -> None:
        """Raise IndexNotFound or NotAnIndex where there is no index of ours."""
        if not self.exists():
            raise IndexNotFound(
                f"There is no index in {self.path} yet; make one with: nutgraf index PATH"
            )

    def open(self) -> FileIndex:
        """Open the last commit.

        Raises IndexNotFound, NotAnIndex or IndexDamaged; FileNotFoundError if a commit took
        the place of this one meanwhile, so that it has to be opened anew.
        """
        self.require()
        try:
            opened: FileIndex = _Files(self.path).open_index(schema=make_schema())  # type: ignore[no-untyped-call]
            return opened
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StoreError(f"{self.path} cannot be read: {cause(error)}") from error
        except EmptyIndexError as error:
            raise IndexDamaged(
                f"The index in {self.path} has lost its table of contents; "
                "move the folder away and index the articles again"
            ) from error
        except Exception as error:
            # Whoosh unpickles its table of contents, so damage surfaces as anything.
            raise IndexDamaged(
                f"The index in {self.path} is damaged ({error}); "
                "move the folder away and index the articles again"
            ) from error

    def generation(self) -> int:
        """The number of the last commit; -1 where there is none."""
        return int(TOC._latest_generation(_Files(self.path), "MAIN"))

    def last_commit(self) -> Commit | None:
        """What tells the last commit from all others; None where there is none.

        An index that is deleted and made again counts its generations from the start, so the
        file that holds the table of contents has a say.
        """
        generation = self.generation()
        try:
            found = (self.path / f"_MAIN_{generation}.toc").stat()
        except OSError:
            return None
        return generation, found.st_ino, found.st_mtime_ns

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the one right to write; the system takes it back when the holder dies.

        Raises IndexLocked, at once, if another process holds it.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(f"{self.path} cannot be written: {cause(error)}") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                holder = os.pread(descriptor, 100, 0).decode(errors="replace").strip()
                raise IndexLocked(
                    f"Another process is writing to {self.path} "
                    f"({holder or 'it has not said which'}); wait for it to end and try again"
                ) from error
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, _who_writes().encode(), 0)
            with self._whoosh_lock():
                yield
            os.ftruncate(descriptor, 0)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def _whoosh_lock(self) -> Iterator[None]:
        """Keep the writers of other Whoosh programs out, too."""
        lock = _Files(self.path).lock("MAIN_WRITELOCK")  # type: ignore[no-untyped-call]
        if not lock.acquire():
            raise IndexLocked(
                f"A Whoosh program is writing to {self.path}; wait for it to end and try again"
            )
        try:
            yield
        finally:
            lock.release()

    def sweep(self) -> None:
        """Remove what writers left behind that were killed or gave up. Hold the lock for it."""
        kept = {segment.segment_id() for segment in self.open()._segments()}
        newest = f"_MAIN_{self.generation()}.toc"
        for entry in self.path.iterdir():
            segment = _SEGMENT_FILE.match(entry.name)
            stale = segment and segment["id"] not in kept
            if stale or (_TOC_FILE.match(entry.name) and entry.name != newest):
                entry.unlink()
            elif entry.is_dir() and _TEMPORARY_FOLDER.match(entry.name):
                shutil.rmtree(entry, ignore_errors=True)

    def size(self) -> int:
        """Bytes of all files of the index."""
        total = 0
        for entry in self.path.iterdir():
            with contextlib.suppress(FileNotFoundError):  # merged away by a writer meanwhile
                total += entry.stat().st_size
        return total

    def free_space(self) -> int:
        """Bytes that are free on the disk of the index."""
        return shutil.disk_usage(self.path).free

    def _check_format(self) -> None:
        """Raise NotAnIndex where the index is not of the format that we read."""
        marker = self.path / _MARKER
        try:
            said = json.loads(marker.read_text(encoding="utf-8"))
            found = said["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexDamaged(f"{marker} cannot be read: {error}") from error
        if found != FORMAT:
            raise NotAnIndex(
                f"{self.path} is an index of format {found}, this nutgraf reads format {FORMAT}; "
                "index the articles again into a new folder"
            )


class _Files(FileStorage):
    """Whoosh's storage, but what a commit names is on the disk before the commit counts."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))  # type: ignore[no-untyped-call]

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """Put a file in place of another: Whoosh's way to commit a table of contents."""
        folder = Path(self.folder)
        for entry in folder.iterdir():
            if entry.name == oldname or _SEGMENT_FILE.match(entry.name):
                _flush(entry)
        (folder / oldname).replace(folder / newname)
        _flush(folder)


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _who_writes() -> str:
    """The line in the lock file that tells others who holds it."""
    return f"process {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M:%S}\n"
