"""Draft: a plain segment while a Whoosh program writes it.

Lengths, columns and stored fields are collected first; then the fields are written one after
the other, and at last the columns. Until then nothing is on the disk.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt
from whoosh.filedb.filestore import Storage

from index.codec.sealed import SealedWriter
from index.codec.segment import KIND, SegmentWriter
from index.codec.texts import TextsWriter
from index.codec.whoosh_values import to_json
from index.codec.whoosh_views import PLAIN, STORED, column_name
from index.disk import Disk

if TYPE_CHECKING:
    from index.store import StoreFile

_IN_MEMORY = 8 << 20  # bytes of each stream before it goes to a temporary file
_TOGETHER = 1024  # stored fields that are packed together
_LARGEST = 1 << 62  # numbers below, and their differences, fit 64 bits


class Draft:
    """A plain segment in the making; its parts are added by Whoosh's writers."""

    def __init__(self, storage: Storage, file: str, identity: bytes) -> None:
        """Begin a segment.

        Args:
            storage: where its file will be.
            file: the file's name.
            identity: the 16 bytes that it will carry.
        """
        self._storage, self._file, self._identity = storage, file, identity
        self._open = ExitStack()  # what is let go of at the end, whatever it is
        self._pool = ThreadPoolExecutor(1)
        self._open.callback(self._pool.shutdown, cancel_futures=True)
        self._stored = TextsWriter(self._scratch, self._pool)
        self._waiting: list[str] = []
        self._lengths: dict[str, array[int]] = {}
        self._columns: dict[str, dict[int, Any]] = {}
        self._writer: SegmentWriter | None = None
        self.docs = 0

    def add(
        self, stored: Mapping[str, Any], lengths: Mapping[str, int], columns: Mapping[str, Any]
    ) -> None:
        """Add a document: its stored fields as JSON, its lengths and its column values."""
        self._waiting.append(to_json(dict(stored)))
        if len(self._waiting) >= _TOGETHER:
            self._pack_stored()
        for name, length in lengths.items():
            of = self._lengths.setdefault(name, array("I"))
            of.extend([0] * (self.docs - len(of)))
            of.append(length)
        for name, value in columns.items():
            self._columns.setdefault(name, {})[self.docs] = value
        self.docs += 1

    def lengths(self, name: str) -> npt.NDArray[np.uint32] | None:
        """The lengths of a field, uint32[docs]; None if it has none."""
        if name not in self._lengths:
            return None
        lengths = np.zeros(self.docs, np.uint32)
        lengths[: len(self._lengths[name])] = self._lengths[name]
        return lengths

    @property
    def writer(self) -> SegmentWriter:
        """The segment's file, to write fields to; all documents must have been added."""
        if self._writer is None:
            file = _StorageFile(self._storage, self._file)
            self._open.callback(file.discard)
            # All that a sealed file asks of a file is what a _StorageFile has.
            sealed = SealedWriter(cast("StoreFile", file), KIND, self._identity)
            first_doc = np.arange(self.docs + 1)
            self._writer = SegmentWriter(sealed, first_doc, self._scratch, self._pool)
        return self._writer

    def finish(self) -> None:
        """Write the columns and stored fields, and seal the file."""
        with self._open:
            kinds = {name: self._put_column(name) for name in sorted(self._columns)}
            self._pack_stored()
            self.writer.put_texts(STORED, self._stored)
            self.writer.close({PLAIN: {"columns": kinds}})

    def _pack_stored(self) -> None:
        """Hand the stored fields that were gathered to the packer."""
        if self._waiting:
            self._stored.extend(self._waiting)
            self._waiting = []

    def give_up(self) -> None:
        """Leave nothing behind; nothing happens to a segment that is finished."""
        self._open.close()

    def _scratch(self) -> IO[bytes]:
        """A file for what is not yet in its place."""
        return self._open.enter_context(cast("IO[bytes]", SpooledTemporaryFile(_IN_MEMORY)))

    def _put_column(self, name: str) -> str:
        """Write a column; how it is kept."""
        values = self._columns[name]
        if _are_numbers(list(values.values())):
            unknown = min(values.values()) - 1
            numbers = np.full(self.docs, unknown, np.int64)
            numbers[list(values)] = list(values.values())
            self.writer.put_numbers(column_name(name), numbers, unknown)
            return "numbers"
        texts = self.writer.texts()
        texts.extend([to_json(values[doc]) if doc in values else "" for doc in range(self.docs)])
        self.writer.put_texts(column_name(name), texts)
        return "json"


def _are_numbers(values: Sequence[Any]) -> bool:
    """Whether all values are whole numbers that a column of numbers can hold."""
    return all(type(value) is int and abs(value) < _LARGEST >> 1 for value in values)


class _StorageFile:
    """A new file of a Whoosh storage, as the store has them."""

    def __init__(self, storage: Storage, name: str) -> None:
        self.name = name
        self._storage = storage
        self._file = storage.create_file(name)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Append bytes."""
        self._file.write(data)

    def sync(self) -> None:
        """Wait until the disk has the bytes, if they go to a disk."""
        self._file.flush()
        try:
            descriptor = self._file.fileno()
        except io.UnsupportedOperation:  # a file in memory
            return
        Disk().sync(descriptor)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def discard(self) -> None:
        """Let go of the file and remove it; nothing if it was closed."""
        if not self._file.is_closed:
            self._file.close()
            self._storage.delete_file(self.name)
