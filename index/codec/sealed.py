"""SealedFile and SealedWriter: one file of named arrays under checksums.

Opening a file reads its header, directory, checksums and footer, whatever the size of its
arrays. A block of 64 KiB is checked when something in it is first asked for, and remembered:
nobody computes with a damaged byte. The layout is told in index.codec.layout.
"""

from __future__ import annotations

import itertools
import json
import mmap
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index.codec.layout import (
    ALIGNMENT,
    ARRAY_LIMIT,
    BLOCK,
    BLOCK_BITS,
    DIRECTORY_LIMIT,
    FOOTER,
    FOOTER_FIELDS,
    HEADER,
    MAGIC,
    VERSION,
    describe,
    kind_bytes,
    little_endian,
    read_dtype,
)
from index.errors import IndexDamaged

if TYPE_CHECKING:
    from index.store import StoreFile

_BUFFER = 1 << 20
_SMALL = 1 << 16  # pieces below this are gathered, larger ones go to the file as they are

Array = NDArray[Any]
Buffer = mmap.mmap | bytes | memoryview


class SealedWriter:
    """Writes one sealed file from beginning to end.

    ``with SealedWriter(...) as sealed`` gives the file up if ``close`` was not reached.

    Args:
        file: a new and empty file.
        kind: what the file is, at most eight ASCII letters.
        identity: 16 bytes that tell the file from others of its kind.
    """

    def __init__(self, file: StoreFile, kind: str, identity: bytes) -> None:
        self._file = file
        self._size = 0
        self._buffer = bytearray()
        self._checksums: list[int] = []
        self._checksum = 0  # of the block that is not full yet
        self._arrays: dict[str, list[Any]] = {}
        self._open: tuple[str, np.dtype[Any], int] | None = None
        self._header = HEADER.pack(MAGIC, kind_bytes(kind), VERSION, identity)
        if len(identity) != 16:
            raise ValueError("an identity has 16 bytes")
        self._write(self._header)

    def __enter__(self) -> SealedWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.discard()  # does nothing to a file that was closed

    def put(self, name: str, array: Array) -> None:
        """Write a whole array[n] under a name."""
        array = np.asarray(array)
        self.begin(name, array.dtype)
        self.append(array)
        self.end()

    def begin(self, name: str, dtype: DTypeLike) -> None:
        """Begin an array that comes in pieces."""
        if self._open is not None:
            raise ValueError(f"{self._open[0]} has to end before {name} begins")
        if name in self._arrays:
            raise ValueError(f"{name} is written already")
        little = little_endian(np.dtype(dtype))
        self._write(bytes(-self._size % ALIGNMENT))
        self._open = name, little, self._size

    def append(self, data: Array | bytes | bytearray | memoryview) -> None:
        """Write the next items: an array[n] of the array's own dtype, or its bytes."""
        if self._open is None:
            raise ValueError("no array has begun")
        name, dtype, _ = self._open
        if isinstance(data, np.ndarray):
            if little_endian(data.dtype) != dtype or data.ndim != 1:
                raise TypeError(f"{data.ndim} × {data.dtype} does not go into {name}, of {dtype}")
            if data.size == 0:  # which has no bytes to view
                return
            self._write(np.ascontiguousarray(data, dtype).view(np.uint8).data)
        else:
            self._write(memoryview(data).cast("B"))

    def end(self) -> None:
        """End the array that has begun."""
        if self._open is None:
            raise ValueError("no array has begun")
        name, dtype, offset = self._open
        count, rest = divmod(self._size - offset, dtype.itemsize)
        if rest:
            raise ValueError(f"{name} ends within an item")
        self._arrays[name] = [describe(dtype), offset, count]
        self._open = None

    def close(self, meta: Mapping[str, Any], *, sync: bool = True) -> None:
        """Write the directory and the seal, and wait until the disk has the file.

        A file that no commit will name need not be waited for.
        """
        if self._open is not None:
            raise ValueError(f"{self._open[0]} has not ended")
        directory = json.dumps(
            {"meta": dict(meta), "arrays": self._arrays}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        if len(directory) > DIRECTORY_LIMIT:
            raise ValueError(f"the directory of {self._file.name} is too large: {len(directory)}")
        at, checksums = self._size, self._checksums
        if at % BLOCK:
            checksums = [*checksums, self._checksum]
        after = directory + np.array(checksums, "<u4").tobytes()
        seal = zlib.crc32(after, zlib.crc32(self._header))
        footer = FOOTER_FIELDS.pack(at + len(after) + FOOTER.size, at, len(directory), seal)
        self._buffer += after + footer + zlib.crc32(footer).to_bytes(4, "little") + MAGIC
        self._flush()
        if sync:
            self._file.sync()
        self._file.close()

    def _write(self, data: bytes | memoryview) -> None:
        """Append bytes to the body, and to the checksum of each block they are in."""
        view = memoryview(data)
        start, size = 0, len(view)
        while start < size:
            piece = view[start : start + BLOCK - self._size % BLOCK]
            self._checksum = zlib.crc32(piece, self._checksum)
            start += len(piece)
            self._size += len(piece)
            if self._size % BLOCK == 0:
                self._checksums.append(self._checksum)
                self._checksum = 0
        if size < _SMALL:
            self._buffer += view
            if len(self._buffer) >= _BUFFER:
                self._flush()
        else:
            self._flush()
            self._file.write(view)

    def _flush(self) -> None:
        """Hand what was gathered to the file."""
        self._file.write(self._buffer)
        self._buffer = bytearray()


class SealedFile:
    """A sealed file, read where it lies.

    The arrays are read-only views of the buffer and keep it alive. Safe to share between
    threads.

    Args:
        buffer: the whole file.
        name: what errors call it: its path.
        kind: what it has to be.
        identity: the 16 bytes it has to carry; None takes any.

    Attributes:
        meta: what the writer gave to ``close``.
        identity: 16 bytes that tell the file from others of its kind.
        size: bytes of the file.

    Raises IndexDamaged, here and wherever bytes are first looked at, if they are not those
    that were written.
    """

    def __init__(self, buffer: Buffer, name: str, kind: str, identity: bytes | None = None) -> None:
        self.name = name
        self._buffer = buffer
        self._bytes = memoryview(buffer)
        self.size = len(self._bytes)
        at, length = self._check_footer()
        self.identity = self._check_header(kind, identity)
        self._body = at
        directory = self._parse(bytes(self._bytes[at : at + length]))
        blocks = -(-at // BLOCK)
        self._checksums = np.frombuffer(buffer, "<u4", blocks, at + length)
        self._verified = bytearray(blocks)  # 1: the block is as it was written
        self.meta: dict[str, Any] = directory["meta"]
        # name -> its view, its offset, bytes of an item, number of items
        self._arrays: dict[str, tuple[Array, int, int, int]] = {}
        self._map_arrays(buffer, directory["arrays"])

    def __contains__(self, name: str) -> bool:
        return name in self._arrays

    def names(self) -> list[str]:
        """The names of all arrays, in the order of the file."""
        return list(self._arrays)

    def count(self, name: str) -> int:
        """The number of items of an array."""
        return self._array(name)[3]

    def array(self, name: str) -> Array:
        """A whole array[n], all its blocks checked."""
        view, offset, itemsize, count = self._array(name)
        first, last = offset >> BLOCK_BITS, (offset + count * itemsize - 1) >> BLOCK_BITS
        if self._verified.find(0, first, last + 1) >= 0:
            self._check_blocks(first, last + 1)
        return view

    def slice(self, name: str, start: int, stop: int) -> Array:
        """The items start..stop-1 of an array, only their blocks checked. Give Python's ints."""
        try:
            view, offset, itemsize, count = self._arrays[name]
        except KeyError:
            self.damaged(f"it has no array {name}")
        if not 0 <= start <= stop <= count:
            self.damaged(f"there are no items {start} to {stop} in its array {name}")
        first = (offset + start * itemsize) >> BLOCK_BITS
        end = ((offset + stop * itemsize - 1) >> BLOCK_BITS) + 1
        if self._verified.find(0, first, end) >= 0:
            self._check_blocks(first, end)
        return view[start:stop]

    def between(self, name: str, low: int, high: int) -> tuple[int, int]:
        """Where the items from ``low`` to ``high - 1`` begin and end in an ascending array.

        Of a large one, only the blocks that a search comes by are checked. Both values have to
        be such as the array could hold.
        """
        view, offset, itemsize, count = self._array(name)
        first, last = offset >> BLOCK_BITS, (offset + count * itemsize - 1) >> BLOCK_BITS
        if self._verified.find(0, first, last + 1) >= 0:
            return self._place(name, low), self._place(name, high)
        start, stop = view.searchsorted(np.array((low, high), view.dtype))
        return int(start), int(stop)

    def _place(self, name: str, value: int) -> int:
        """How many items of an ascending array are below a value: its block, and where there."""
        view, offset, itemsize, count = self._array(name)
        low, high = offset >> BLOCK_BITS, (offset + count * itemsize - 1) >> BLOCK_BITS
        while low < high:  # the last block that begins below the value, or the first of all
            middle = (low + high + 1) // 2
            at = ((middle << BLOCK_BITS) - offset) // itemsize
            if int(self.slice(name, at, at + 1)[0]) < value:
                low = middle
            else:
                high = middle - 1
        start = max((low << BLOCK_BITS) - offset, 0) // itemsize
        stop = min((((low + 1) << BLOCK_BITS) - offset) // itemsize, count)
        within = self.slice(name, start, stop)
        return start + int(within.searchsorted(view.dtype.type(value)))

    def release(self) -> None:
        """Let the system take back the memory of what was read; it is read again when needed."""
        if isinstance(self._buffer, mmap.mmap):
            self._buffer.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> None:
        """Check every block, also those that were checked before."""
        self._verified = bytearray(len(self._verified))
        self._check_blocks(0, len(self._verified))

    def damaged(self, reason: str) -> NoReturn:
        """Raise IndexDamaged, with the name of the file and the way out."""
        raise IndexDamaged(
            f"{self.name} is damaged ({reason}); "
            "move the folder of the index away and index the articles again"
        )

    def _array(self, name: str) -> tuple[Array, int, int, int]:
        if name not in self._arrays:
            self.damaged(f"it has no array {name}")
        return self._arrays[name]

    def _check_blocks(self, first: int, end: int) -> None:
        """Check the blocks first..end-1 that were not checked yet."""
        for block in range(first, end):
            if not self._verified[block]:
                stop = min((block + 1) << BLOCK_BITS, self._body)
                found = zlib.crc32(self._bytes[block << BLOCK_BITS : stop])
                if found != int(self._checksums[block]):
                    self.damaged(f"the checksum of its bytes from {block << BLOCK_BITS} is wrong")
                self._verified[block] = 1

    def _check_footer(self) -> tuple[int, int]:
        """Check the footer and what it seals; return offset and length of the directory."""
        if self.size < HEADER.size + FOOTER.size:
            self.damaged(f"it has only {self.size} bytes")
        footer = bytes(self._bytes[-FOOTER.size :])
        length, at, directory, seal, own, magic = FOOTER.unpack(footer)
        if magic != MAGIC or zlib.crc32(footer[: FOOTER_FIELDS.size]) != own:
            self.damaged("its end is not that of a whole file")
        if length != self.size:
            self.damaged(f"it has {self.size} bytes instead of {length}")
        end = self.size - FOOTER.size
        blocks = -(-at // BLOCK)
        if at < HEADER.size or directory > DIRECTORY_LIMIT or at + directory + 4 * blocks != end:
            self.damaged("its footer contradicts itself")
        if zlib.crc32(self._bytes[at:end], zlib.crc32(self._bytes[: HEADER.size])) != seal:
            self.damaged("the checksum of its directory is wrong")
        return at, directory

    def _check_header(self, kind: str, identity: bytes | None) -> bytes:
        """Check that this is the file it should be; return its identity."""
        magic, found_kind, version, found = HEADER.unpack(self._bytes[: HEADER.size])
        if magic != MAGIC:
            self.damaged("its beginning is not that of a nutgraf file")
        if version != VERSION:
            self.damaged(f"it is of version {version} instead of {VERSION}")
        if found_kind != kind_bytes(kind):
            self.damaged(f"it is not of the kind {kind}")
        if identity is not None and found != identity:
            self.damaged(f"it is the file of {found.hex()} instead of {identity.hex()}")
        return bytes(found)

    def _parse(self, directory: bytes) -> dict[str, Any]:
        """The directory, with "meta" and "arrays" of the right type."""
        try:
            parsed = json.loads(directory)
        except (ValueError, RecursionError) as error:
            self.damaged(f"its directory cannot be read: {error}")
        if not (
            isinstance(parsed, dict)
            and isinstance(parsed.get("meta"), dict)
            and isinstance(parsed.get("arrays"), dict)
            and len(parsed["arrays"]) <= ARRAY_LIMIT
        ):
            self.damaged("its directory is not one")
        return parsed

    def _map_arrays(self, buffer: Buffer, entries: dict[str, Any]) -> None:
        """Make the views, once every entry is within the body and apart from all others."""
        places = []
        for name, entry in entries.items():
            dtype, offset, count = self._check_entry(name, entry)
            places.append((offset, offset + count * dtype.itemsize))
            view = np.frombuffer(buffer, dtype, count, offset) if count else np.empty(0, dtype)
            view.flags.writeable = False
            self._arrays[name] = view, offset, dtype.itemsize, count
        places.sort()
        if any(end > start for (_, end), (start, _) in itertools.pairwise(places)):
            self.damaged("its arrays overlap")

    def _check_entry(self, name: str, entry: Any) -> tuple[np.dtype[Any], int, int]:
        """The dtype, offset and count of an array."""
        if not (isinstance(entry, list) and len(entry) == 3):
            self.damaged(f"its directory does not describe the array {name}")
        described, offset, count = entry
        dtype = read_dtype(described)
        if dtype is None:
            self.damaged(f"its array {name} is of no known type")
        if type(offset) is not int or type(count) is not int or offset < 0 or count < 0:
            self.damaged(f"its array {name} has no place")
        if offset % ALIGNMENT or offset + count * dtype.itemsize > self._body:
            self.damaged(f"its array {name} is not within the file")
        return dtype, offset, count
