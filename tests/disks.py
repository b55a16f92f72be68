"""Disks that are not to be trusted, and a cycle of commits to try them with.

MemoryDisk keeps a folder in memory, in two states: what the system shows, and what is on the
platter. Before each operation it asks ``before``, which may raise, look or take a picture.
``after_power_cut`` draws what such a picture may leave on the platter.
"""

from __future__ import annotations

import errno
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from index.codec.sealed import SealedWriter
from index.commits import (
    Commit,
    SegmentEntry,
    latest,
    make_index,
    newest_generation,
    open_index,
    publish,
    segment_file,
    sweep,
    write_deletions,
)
from index.disk import Disk
from index.errors import IndexNotFound
from index.store import Store

FOLDER = Path("/nowhere/index")


def many(quick: int) -> int:
    """How many faults to try; NUTGRAF_FAULTS=100000 makes twenty times as many."""
    return max(1, quick * int(os.environ.get("NUTGRAF_FAULTS", "5000")) // 5000)


def fresh_random() -> random.Random:
    """A generator whose seed a failing test shows; NUTGRAF_SEED repeats it."""
    default = "1" if os.environ.get("CI") else str(random.randrange(1 << 32))
    seed = int(os.environ.get("NUTGRAF_SEED", default))
    sys.stdout.write(f"NUTGRAF_SEED={seed}\n")  # pytest shows it with a failure
    return random.Random(seed)


@dataclass
class File:
    """A file: its bytes, and those that the last fsync put on the platter."""

    live: bytearray = field(default_factory=bytearray)
    durable: bytes = b""
    number: int = 0


class Fault:
    """Makes the n-th operation of a disk fail, and those after it if it is sticky.

    Attributes:
        count: how many operations there were.
        hit: those that failed: (operation, name).
    """

    def __init__(
        self,
        disk: MemoryDisk,
        nth: int,
        code: int = errno.EIO,
        *,
        sticky: bool = False,
        error: Callable[[int, str], BaseException] = OSError,
    ) -> None:
        self._nth, self._code, self._sticky, self._error = nth, code, sticky, error
        self.count = 0
        self.hit: list[tuple[str, str]] = []
        disk.before = self

    def __call__(self, operation: str, name: str) -> None:
        self.count += 1
        assert operation != "fsync" or (operation, name) not in self.hit, "synced again"
        if self.count == self._nth or (self._sticky and self.count > self._nth):
            self.hit.append((operation, name))
            raise self._error(self._code, os.strerror(self._code))


@dataclass
class Picture:
    """A folder at one moment: names and contents, on the platter and on their way to it.

    A change is (name, number): the name is of that file now; (name, None): it is of none;
    or (name, number, source): a rename.
    """

    names: dict[str, int]
    changes: list[tuple[Any, ...]]
    contents: dict[int, tuple[bytes, bytes]]


class MemoryDisk(Disk):
    """A folder in memory.

    Attributes:
        before: called with the operation and the name before anything is done.
        taken: how many bytes of a write are taken; None: all.
    """

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files: dict[str, File] = {}
        self.before: Callable[[str, str], None] = lambda operation, name: None
        self.taken: int | None = None
        self.open: dict[int, Any] = {}
        self.locked: set[str] = set()
        self._durable: dict[str, File] = {}
        self._changes: list[tuple[Any, ...]] = []
        self._last = 100
        for name, data in (files or {}).items():
            self.files[name] = File(bytearray(data), data, self._number())
        self._durable = dict(self.files)

    def picture(self) -> Picture:
        known = {file.number: file for file in (*self.files.values(), *self._durable.values())}
        for change in self._changes:
            if change[1] is not None:
                known[change[1].number] = change[1]
        return Picture(
            {name: file.number for name, file in self._durable.items()},
            [(change[0], change[1] and change[1].number, *change[2:]) for change in self._changes],
            {number: (bytes(file.live), file.durable) for number, file in known.items()},
        )

    def killed(self) -> None:
        """Take back what the process held: it is gone."""
        self.before = lambda operation, name: None
        self.open.clear()
        self.locked.clear()

    def contents(self) -> dict[str, bytes]:
        """The files as the system shows them."""
        return {name: bytes(file.live) for name, file in self.files.items()}

    def make_folder(self, path: Path) -> None:
        self.before("mkdir", "")

    def names(self, path: Path) -> list[str]:
        self.before("list", "")
        return list(self.files)

    def create(self, path: Path) -> int:
        self.before("create", path.name)
        if path.name in self.files:
            raise FileExistsError(17, "File exists")
        file = File(number=self._number())
        self._change(path.name, file)
        self.open[self._number()] = (path.name, file)
        return self._last

    def write(self, descriptor: int, data: memoryview) -> int:
        name, file = self.open[descriptor]
        self.before("write", name)
        taken = data[: self.taken]
        file.live += taken
        return len(taken)

    def sync(self, descriptor: int) -> None:
        name, file = self.open[descriptor]
        self.before("fsync", name)
        file.durable = bytes(file.live)

    def close(self, descriptor: int) -> None:
        name, _ = self.open.pop(descriptor)
        self.locked.discard(name)
        self.before("close", name)

    def rename(self, source: Path, target: Path) -> None:
        self.before("rename", target.name)
        file = self.files.pop(source.name)
        self.files[target.name] = file
        self._changes.append((target.name, file, source.name))

    def unlink(self, path: Path) -> None:
        self.before("unlink", path.name)
        if path.name not in self.files:
            raise FileNotFoundError(2, "No such file or directory")
        del self.files[path.name]
        self._changes.append((path.name, None))

    def sync_folder(self, path: Path) -> None:
        self.before("fsync folder", "")
        self._durable = dict(self.files)
        self._changes.clear()

    def map(self, path: Path) -> bytes:
        self.before("map", path.name)
        return bytes(self._file(path).live)

    def read(self, path: Path, limit: int) -> bytes:
        self.before("read", path.name)
        return bytes(self._file(path).live[:limit])

    def stat(self, path: Path) -> Any:
        self.before("stat", path.name)
        file = self._file(path)
        return SimpleNamespace(
            st_size=len(file.live), st_ino=file.number, st_mtime_ns=0, st_mode=0o100644
        )

    def free_space(self, path: Path) -> int:
        self.before("statvfs", "")
        return 7_000_000

    def open_lock(self, path: Path) -> int:
        self.before("lock", path.name)
        if path.name not in self.files:
            self._change(path.name, File(number=self._number()))
        self.open[self._number()] = (path.name, self.files[path.name])
        return self._last

    def try_lock(self, descriptor: int) -> None:
        name, _ = self.open[descriptor]
        self.before("lock", name)
        if name in self.locked:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        self.locked.add(name)

    def read_lock(self, descriptor: int) -> bytes:
        return bytes(self.open[descriptor][1].live)

    def write_lock(self, descriptor: int, line: bytes) -> None:
        name, file = self.open[descriptor]
        self.before("lock", name)
        file.live[:] = line

    def _file(self, path: Path) -> File:
        assert path.parent == FOLDER, "outside of the index"
        if path.name not in self.files:
            raise FileNotFoundError(2, "No such file or directory")
        return self.files[path.name]

    def _change(self, name: str, file: File) -> None:
        self.files[name] = file
        self._changes.append((name, file))

    def _number(self) -> int:
        self._last += 1
        return self._last


def after_power_cut(picture: Picture, draw: random.Random) -> MemoryDisk:
    """A disk as a power cut may leave it.

    Each change of a name since the folder was synced is kept or lost, each on its own. Each
    file that was not synced is old, whole, cut, zeroed, old with zeros behind, or empty.
    """
    names = dict(picture.names)
    kept = draw.choice([0.0, 0.5, 0.5, 0.8, 1.0])
    for name, number, *source in picture.changes:
        if draw.random() < kept:
            for each in (name, *source):
                names.pop(each, None)
            if number is not None:
                names[name] = number
    contents: dict[int, bytes] = {}
    for number in sorted(set(names.values())):
        live, durable = picture.contents[number]
        contents[number] = live if live == durable else _unsynced(live, durable, draw)
    return MemoryDisk({name: contents[number] for name, number in names.items()})


def _unsynced(live: bytes, durable: bytes, draw: random.Random) -> bytes:
    fate = draw.choice(["old", "whole", "cut", "zeroed", "old and zeros", "empty"])
    if fate in {"old", "empty"}:
        return durable if fate == "old" else b""
    if fate == "zeroed":
        return bytes(len(live))
    if fate == "old and zeros":
        return durable.ljust(len(live), b"\0")
    return live if fate == "whole" else live[: draw.randrange(len(live) + 1)]


class Cycle:
    """Commits that follow each other: add, delete, merge, delete again and add.

    ``states[k]`` is what ``observe`` sees after k of them; the first makes the index.
    """

    def __init__(self, seed: int = 0, bytes_each: int = 40) -> None:
        draw = np.random.default_rng(seed)
        a, b, c, d = (_segment(draw, docs, bytes_each) for docs in (5, 3, 8, 2))
        first, second = np.arange(5) % 3 == 0, np.arange(8) % 3 == 1
        third = np.roll(second, -1)  # as many, but others
        self._commits: list[list[tuple[Any, ...]]] = [
            [],
            [(a, None)],
            [(a, first), (b, None)],
            [(c, None)],
            [(c, second), (d, None)],
            [(c, third), (d, None)],
        ]
        self.states = [None, *(self._state(number) for number in range(len(self._commits)))]

    def __len__(self) -> int:
        return len(self._commits)

    def run(self, store: Store, done: int = 0, then: Callable[[int], object] = id) -> None:
        """Write the commits that are missing after so many; tell each time how many there are."""
        for number in range(done, len(self._commits)):
            self.write(store, number)
            then(number + 1)

    def write(self, store: Store, number: int) -> None:
        """Write one commit as a writer does: lock, sweep, files, publish."""
        with store.lock():
            if number == 0:
                if store.exists():
                    sweep(store)
                else:
                    make_index(store, b"toc")
                return
            sweep(store)
            before = {entry.id: entry for entry in latest(store).segments}
            assert newest_generation(store) == number - 1
            entries = [
                self._entry(store, number, before, *given) for given in self._commits[number]
            ]
            publish(store, Commit(number, tuple(entries), {"read": number}), b"toc")

    def _entry(
        self, store: Store, number: int, before: dict[str, SegmentEntry], segment: Any, deleted: Any
    ) -> SegmentEntry:
        segment_id, arrays = segment
        entry = before.get(segment_id) or write_segment(store, segment_id, arrays)
        if deleted is None:
            return entry
        name = write_deletions(store, segment_id, number, deleted)
        return SegmentEntry(
            entry.id, entry.file, entry.docs, entry.articles, name, int(deleted.sum()), entry.size
        )

    def _state(self, number: int) -> Any:
        segments = [
            (segment_id, {name: array.tobytes() for name, array in arrays.items()}, _bits(deleted))
            for (segment_id, arrays), deleted in self._commits[number]
        ]
        return number, {"read": number} if number else {}, segments


def observe(store: Store, *, starting: bool = False) -> Any:
    """All that can be read of an index; None where there is none."""
    try:
        opened = open_index(store, starting=starting)
    except IndexNotFound:
        return None
    segments = [
        (
            sealed.identity.hex(),
            {name: sealed.array(name).tobytes() for name in sealed.names()},
            _bits(deleted),
        )
        for sealed, deleted in zip(opened.segments, opened.deletions, strict=True)
    ]
    return opened.commit.generation, dict(opened.commit.sources), segments


def write_segment(store: Store, segment_id: str, arrays: dict[str, Any]) -> SegmentEntry:
    """Write a file that passes for a segment."""
    name = segment_file(segment_id)
    with SealedWriter(store.create(name), "segment", bytes.fromhex(segment_id)) as sealed:
        for each, array in arrays.items():
            sealed.put(each, array)
        sealed.close({"docs": len(arrays["docs"])})
    found = store.stat(name)
    assert found is not None
    docs = len(arrays["docs"])
    return SegmentEntry(segment_id, name, docs, (docs + 1) // 2, None, 0, found.st_size)


def _segment(draw: np.random.Generator, docs: int, size: int) -> tuple[str, dict[str, Any]]:
    arrays = {
        "docs": draw.integers(0, 1 << 31, docs, dtype=np.int64).astype(np.uint32),
        "text": draw.integers(0, 256, size, dtype=np.int64).astype(np.uint8),
        "scores": draw.random(3),
    }
    return draw.bytes(16).hex(), arrays


def _bits(deleted: Any) -> bytes | None:
    return None if deleted is None else deleted.tobytes()
