"""Store: every operation on the files of an index folder; nothing else opens them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from index.disk import Disk, Mapped
from index.errors import IndexDamaged, IndexNotFound, NotAnIndex, StoreError, cause
from index.lock import OURS, WHOOSH, WriteLock

FORMAT = 2

_MARKER = "nutgraf.json"
_MARKER_LIMIT = 4096
_SCRATCH_IN_MEMORY = 1 << 22  # bytes up to which there is no file at all
# What a writer leaves that was stopped while it made the index: no article is lost with it.
_HALF_MADE = re.compile(r"(nutgraf\.json|commit\.0|_MAIN_0\.toc)(-[0-9a-f]+\.tmp)?")
_COMMIT = re.compile(r"commit\.\d+")
_SEGMENT = re.compile(r"segment-[0-9a-f]{32}\.nut")
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Store:
    """The folder of one index.

    A marker file says that the folder is ours, in which format, and which index it is. A lock
    file holds the process id of the writer. What the other files are, index.commits tells.

    Every error of the system becomes a StoreError that names the file, the operation, the
    cause and the free space.

    Args:
        path: the folder.
        disk: the operations of the system; tests put others in their place.
    """

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self.path = path
        self._disk = disk or Disk()

    def exists(self) -> bool:
        """Whether there is an index in the folder.

        Raises NotAnIndex if there is something else, StoreError if we may not look.
        """
        names = self.names()
        half_made = all(name in (OURS, WHOOSH) or _HALF_MADE.fullmatch(name) for name in names)
        if _MARKER in names:
            self.identity()
            return not half_made or any(_COMMIT.fullmatch(name) for name in names)
        if all(any(ours.fullmatch(name) for name in names) for ours in (_COMMIT, _SEGMENT)):
            raise self.lost(_MARKER)
        if not half_made:
            raise NotAnIndex(
                f"{self.path} is not a nutgraf index: it holds other files. "
                "Name an empty or a new folder with --index"
            )
        return False

    def require(self) -> None:
        """Raise IndexNotFound or NotAnIndex where there is no index of ours."""
        if not self.exists():
            raise IndexNotFound(
                f"There is no index in {self.path} yet; make one with: nutgraf index PATH"
            )

    def make(self) -> None:
        """Mark the folder as a new index; it exists from its first commit on.

        Hold the lock for it. What an earlier attempt has left is removed.
        """
        self._make_folder()
        for name in self.names():
            if _HALF_MADE.fullmatch(name):
                self.unlink(name)
        identity = os.urandom(16)
        marked = {"format": FORMAT, "id": identity.hex(), "crc": zlib.crc32(identity)}
        marker = json.dumps(marked) + "\n"
        temporary = self.write_temporary(_MARKER, marker.encode())
        self.sync_folder()  # before the marker, so that it meets nothing of an earlier attempt
        self.rename(temporary, _MARKER)
        self.sync_folder()

    def identity(self) -> bytes:
        """The 16 bytes that tell this index from others.

        Raises NotAnIndex where the index is not of the format that we read.
        """
        try:
            said = json.loads(self.read(_MARKER, _MARKER_LIMIT))
            found = said["format"]
            identity = bytes.fromhex(said["id"]) if found == FORMAT else b""
            if found == FORMAT and len(identity) != 16:
                raise ValueError("its id is not 16 bytes")
            if found == FORMAT and said.get("crc", zlib.crc32(identity)) != zlib.crc32(identity):
                raise ValueError("its checksum is wrong")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise IndexDamaged(
                f"{self.path / _MARKER} cannot be read ({error}); "
                "move the folder away and index the articles again"
            ) from error
        if found != FORMAT:
            raise NotAnIndex(
                f"{self.path} is an index of format {found}, this nutgraf reads format {FORMAT}; "
                "index the articles again into a new folder"
            )
        return identity

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the one right to write; the system takes it back when the holder dies.

        Makes the folder if there is none. Raises IndexLocked, at once, if another process
        holds it.
        """
        self._make_folder()
        lock = WriteLock(self._disk, self.path)
        with self._writing(OURS, "lock"):
            lock.take()
        try:
            yield
        finally:
            lock.release()

    def names(self) -> list[str]:
        """The names in the folder; none if there is no folder."""
        try:
            return self._disk.names(self.path)
        except FileNotFoundError:
            return []
        except NotADirectoryError as error:
            raise NotAnIndex(f"{self.path} is a file, not the folder of an index") from error
        except OSError as error:
            raise self._unreadable("", "list", error) from error

    def create(self, name: str) -> StoreFile:
        """Make a new file, open for writing. The name must be new, too."""
        with self._writing(name, "create"):
            return StoreFile(self, name, self._disk.create(self.path / name))

    def scratch(self) -> IO[bytes]:
        """A file without a name, for what has to wait for its place; gone when it is closed."""
        import tempfile  # which takes a while to load, and no reader needs it

        return tempfile.SpooledTemporaryFile(max_size=_SCRATCH_IN_MEMORY, dir=str(self.path))

    def write_temporary(self, name: str, data: bytes) -> str:
        """Write and sync a file that a rename will give its name; return the name until then."""
        temporary = temporary_name(name)
        file = self.create(temporary)
        file.write(data)
        file.sync()
        file.close()
        return temporary

    def rename(self, source: str, target: str) -> None:
        """Give a file another name, and take that name from the file that has it."""
        with self._writing(target, "rename"):
            self._disk.rename(self.path / source, self.path / target)

    def unlink(self, name: str) -> None:
        """Delete a file, if it is there."""
        with self._writing(name, "unlink"), contextlib.suppress(FileNotFoundError):
            self._disk.unlink(self.path / name)

    def remove_folder(self, name: str) -> None:
        """Delete a folder with all that is in it."""
        with self._writing(name, "unlink"):
            self._disk.remove_folder(self.path / name)

    def sync_folder(self) -> None:
        """Wait until the disk has the names in the folder."""
        with self._writing("", "fsync folder"):
            self._disk.sync_folder(self.path)

    def map(self, name: str) -> Mapped:
        """The bytes of a whole file, read where they lie. Raises IndexDamaged if it is lost."""
        with self._reading(name, "map"):
            return self._disk.map(self.path / name)

    def read(self, name: str, limit: int = 1 << 24) -> bytes:
        """A whole file of at most ``limit`` bytes. Raises IndexDamaged if it is lost."""
        with self._reading(name, "read"):
            data = self._disk.read(self.path / name, limit + 1)
        if len(data) > limit:
            raise IndexDamaged(f"{self.path / name} cannot be read: it is too large")
        return data

    def stat(self, name: str) -> os.stat_result | None:
        """What the system knows of a file; None where there is none."""
        try:
            return self._disk.stat(self.path / name if name else self.path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(name, "stat", error) from error

    def is_folder(self, name: str) -> bool:
        """Whether there is a folder of that name."""
        found = self.stat(name)
        return found is not None and stat.S_ISDIR(found.st_mode)

    def size(self) -> int:
        """Bytes of all files of the index."""
        found = (self.stat(name) for name in self.names())
        return sum(each.st_size for each in found if each)  # None: merged away meanwhile

    def free_space(self) -> int:
        """Bytes that are free on the disk of the index."""
        try:
            return self._disk.free_space(self.path)
        except OSError as error:
            raise self._unreadable("", "statvfs", error) from error

    def require_space(self, expected: int) -> None:
        """Raise StoreError unless a fifth more than the bytes to be written is free."""
        needed, free = expected * 6 // 5, self.free_space()
        if free < needed:
            raise StoreError(
                f"{self.path} cannot be written: that takes {_megabytes(needed)}, and only "
                f"{_megabytes(free)} are free. {_unchanged(True)}"
            )

    def lost(self, name: str) -> IndexDamaged:
        """The error for a file that should be there."""
        return IndexDamaged(
            f"The index in {self.path} has lost the file {name}; "
            "move the folder away and index the articles again"
        )

    def _make_folder(self) -> None:
        try:
            self._disk.make_folder(self.path)
        except OSError as error:
            raise StoreError(
                f"{self.path} cannot be written: {cause(error)} (mkdir{self._free()}). "
                "Name another folder with --index"
            ) from error

    def write_error(self, name: str, operation: str, error: OSError) -> StoreError:
        """The sentence for an operation that would have changed the folder."""
        return StoreError(
            f"{self.path / name} cannot be written: {cause(error)} "
            f"({operation}{self._free()}). {_unchanged(error.errno in _FULL)}"
        )

    def _unreadable(self, name: str, operation: str, error: OSError) -> StoreError:
        return StoreError(
            f"{self.path / name} cannot be read: {cause(error)} ({operation}{self._free()})"
        )

    def _free(self) -> str:
        """The free space as a clause; nothing where the disk does not even tell that."""
        try:
            return f", {_megabytes(self._disk.free_space(self.path))} free"
        except OSError:
            return ""

    @contextlib.contextmanager
    def _writing(self, name: str, operation: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self.write_error(name, operation, error) from error

    @contextlib.contextmanager
    def _reading(self, name: str, operation: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise self.lost(name) from error
        except OSError as error:
            raise self._unreadable(name, operation, error) from error


class StoreFile:
    """A new file of the folder, open for writing.

    A file that could not be written or synced is removed: after a failed fsync the system may
    have dropped what it had not written, so that a second one would report success for nothing.
    """

    def __init__(self, store: Store, name: str, descriptor: int) -> None:
        self.name = name
        self._store = store
        self._descriptor: int | None = descriptor

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append bytes, all of them."""
        rest = memoryview(data)
        with self._giving_up("write"):
            while rest:
                written = self._store._disk.write(self._open(), rest)
                if written == 0:
                    raise OSError(errno.EIO, "nothing more is written")
                rest = rest[written:]

    def sync(self) -> None:
        """Wait until the disk has the bytes."""
        with self._giving_up("fsync"):
            self._store._disk.sync(self._open())

    def close(self) -> None:
        """Let go of the file."""
        with self._giving_up("close"):
            descriptor, self._descriptor = self._open(), None
            self._store._disk.close(descriptor)

    def discard(self) -> None:
        """Let go of the file and remove it; nothing if it was closed."""
        if self._descriptor is None:
            return
        descriptor, self._descriptor = self._descriptor, None
        # What cannot be removed now is swept by the next writer.
        with contextlib.suppress(OSError):
            self._store._disk.close(descriptor)
        with contextlib.suppress(OSError):
            self._store._disk.unlink(self._store.path / self.name)

    def _open(self) -> int:
        if self._descriptor is None:
            raise ValueError(f"{self.name} is closed")
        return self._descriptor

    @contextlib.contextmanager
    def _giving_up(self, operation: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            told = self._store.write_error(self.name, operation, error)
            self.discard()
            raise told from error


def temporary_name(name: str) -> str:
    """A name that was never used, for a file that is to get the given one."""
    return f"{name}-{os.urandom(6).hex()}.tmp"


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000:,} MB"


def _unchanged(full: bool) -> str:
    """What to do about an error of the disk."""
    remedy = "make room" if full else "put that right"
    return f"The index is as it was at the last commit; {remedy} and run the command again"
