"""Disk: the operations of the system that the store makes, one method each.

Tests put a disk in its place that loses power, fills up or fails at any of them.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

Mapped = mmap.mmap | bytes


class Disk:
    """The disk as it is. Every method may raise OSError."""

    def make_folder(self, path: Path) -> None:
        """Make a folder and those above it, and wait until the disk has their names."""
        missing = [each for each in (path, *path.parents) if not each.exists()]
        path.mkdir(parents=True, exist_ok=True)
        for each in reversed(missing):
            self.sync_folder(each.parent)

    def names(self, path: Path) -> list[str]:
        """The names in a folder."""
        return os.listdir(path)

    def create(self, path: Path) -> int:
        """Make a file that is not there, and return a descriptor for writing."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)

    def write(self, descriptor: int, data: memoryview) -> int:
        """Append bytes; return how many of them were taken."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Wait until the disk has the bytes of a file."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Let go of a descriptor."""
        os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file another name, and take that name from the file that has it."""
        source.replace(target)

    def unlink(self, path: Path) -> None:
        """Delete a file."""
        path.unlink()

    def remove_folder(self, path: Path) -> None:
        """Delete a folder with all that is in it."""
        import shutil  # which takes a while to load, and no reader needs it

        shutil.rmtree(path)

    def sync_folder(self, path: Path) -> None:
        """Wait until the disk has the names in a folder."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def map(self, path: Path) -> Mapped:
        """The bytes of a file, read where they lie."""
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if os.fstat(descriptor).st_size == 0:  # which the system does not map
                return b""
            return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)

    def read(self, path: Path, limit: int) -> bytes:
        """The first bytes of a file, ``limit`` at most."""
        with path.open("rb") as file:
            return file.read(limit)

    def stat(self, path: Path) -> os.stat_result:
        """What the system knows of a file."""
        return path.stat()

    def free_space(self, path: Path) -> int:
        """Bytes that are free on the disk of a folder."""
        found = os.statvfs(path)
        return found.f_bavail * found.f_frsize

    def open_lock(self, path: Path) -> int:
        """Open a lock file, made if it is not there, and return its descriptor."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)

    def try_lock(self, descriptor: int) -> None:
        """Take a lock. Raises BlockingIOError if another holds it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def read_lock(self, descriptor: int) -> bytes:
        """What the holder of a lock has written into it."""
        return os.pread(descriptor, 100, 0)

    def write_lock(self, descriptor: int, line: bytes) -> None:
        """Write into a lock file, in place of what is in it."""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, line, 0)
