"""How much one file may unpack to, in all that it contains: bombs end here."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import Any, BinaryIO, cast

from index.errors import InputError

MAX_FILE_BYTES = 256_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_RATIO = 200
MAX_MEMBERS = 10_000
MAX_DEPTH = 2  # of archives in archives

_FREE_BYTES = 1 << 20  # which any file may unpack to, however small it is
_WAY_OUT = "unpack it by hand and index the result"
_BOMB = f"it unpacks to more than {MAX_RATIO} times its size; {_WAY_OUT}"


class TooMuch(InputError):
    """A file holds more than may be read of one file: nothing else of it is read."""


class Allowance:
    """What one file may still unpack, shared by all that it contains."""

    def __init__(self) -> None:
        self._unpacked = 0
        self._members = 0
        self._packed: Callable[[], int] | None = None

    def measure(self, packed: Callable[[], int]) -> None:
        """Say how the bytes of the outermost file are counted; an inner one changes nothing."""
        self._packed = self._packed or packed

    def take(self, count: int) -> None:
        """Unpack so many bytes. Raises TooMuch where the file as a whole may not."""
        self._unpacked += count
        packed = self._packed() if self._packed else self._unpacked
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise TooMuch(f"it unpacks to more than {MAX_UNPACKED_BYTES // 10**9} GB; {_WAY_OUT}")
        if is_bomb(self._unpacked, packed):
            raise TooMuch(_BOMB)

    def take_member(self) -> None:
        """Begin a member of an archive. Raises TooMuch where there are too many."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise TooMuch(f"it has more than {MAX_MEMBERS:,} members; {_WAY_OUT}")


def is_bomb(unpacked: int, packed: int) -> bool:
    """Whether so many bytes are too many to come out of so few."""
    return unpacked > max(MAX_RATIO * packed, _FREE_BYTES)


class Unpacked(io.RawIOBase):
    """What a decompressor gives, as long as it stays within the limits; fills what it can."""

    def __init__(
        self, stream: io.BufferedIOBase, packed: Callable[[], int], allowance: Allowance
    ) -> None:
        self._stream = stream
        self._packed = packed
        self._allowance = allowance
        self._total = 0
        self._error: InputError | None = None

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill the buffer. Raises InputError at the limits, and where it is damaged."""
        view = memoryview(cast(bytearray, buffer))
        count = 0
        while count < len(view) and (data := self._read(len(view) - count, count > 0)):
            view[count : count + len(data)] = data
            count += len(data)
        self._total += count
        if is_bomb(self._total, self._packed()):
            raise InputError(_BOMB)
        self._allowance.take(count)
        return count

    def _read(self, size: int, is_more: bool) -> bytes:
        """Read from the decompressor; what it gave before an error is not lost with it."""
        try:
            if self._error:
                raise self._error
            return self._read_on(size)
        except InputError as error:
            self._error = error
            if not is_more:
                raise
            return b""

    def _read_on(self, size: int) -> bytes:
        """Read from the decompressor; say in one way what is wrong with what it unpacks."""
        try:
            return self._stream.read1(size)
        except EOFError as error:
            raise InputError("it is damaged or cut short: its end is missing") from error
        except (zlib.error, lzma.LZMAError, zipfile.BadZipFile, tarfile.TarError) as error:
            raise InputError(f"it is damaged or cut short: {error}") from error
        except OSError as error:
            if error.errno is not None:  # of the disk, not of bzip2 or gzip
                raise
            raise InputError(f"it is damaged or cut short: {error}") from error


class Counted(io.RawIOBase):
    """A stream that knows how many bytes were read of it, though it may be a pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read, and count."""
        data = self._stream.read(size)
        self.count += len(data)
        return data


def seekable(stream: io.BufferedReader[Any]) -> io.BufferedReader[Any]:
    """The rest of a stream as one that can be read in any order, in memory if it must be."""
    if stream.seekable():
        return stream
    data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"it is larger than {MAX_FILE_BYTES // 10**6} MB; {_WAY_OUT}")
    return io.BufferedReader(cast(Any, io.BytesIO(data)))
