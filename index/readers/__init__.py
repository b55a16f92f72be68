"""Reads files into Articles: one module a format, chosen here by the name of the file."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from index.errors import InputError
from index.readers import jsonl, text
from index.readers.reading import Failure, Found, Input, Notice, Reader, ReadingOptions, Skip

__all__ = [
    "ENDINGS",
    "MAX_FILE_BYTES",
    "Failure",
    "Found",
    "Input",
    "Notice",
    "ReadingOptions",
    "Skip",
    "is_readable",
    "read",
]

MAX_FILE_BYTES = 256_000_000
MAX_UNPACKED_BYTES = 1_000_000_000
MAX_UNPACKED_RATIO = 200

_READERS: dict[str, Reader] = {
    ".txt": text.read,
    ".text": text.read,
    ".jsonl": jsonl.read,
    ".ndjson": jsonl.read,
}
ENDINGS = ".txt, .text, .jsonl and .ndjson files are read, also as .gz"
_GZIP_MAGIC = b"\x1f\x8b"


def is_readable(name: str) -> bool:
    """Tell whether a file that was found in a folder is of a kind that we read."""
    return _suffix(name) in _READERS


def read(
    stream: io.BufferedReader[Any], source: Input, suffix: str | None = None
) -> Iterator[Found]:
    """Yield the articles of a file, and a Failure for each part that cannot be read.

    Args:
        stream: the bytes of the file, at their beginning.
        source: what is known of the file beside its bytes.
        suffix: tells the format, by default the ending of the name; where none is known, it is
            plain text.

    Raises:
        InputError: the file as a whole cannot be read, or cannot be read on. Articles that
            were yielded before are whole.
    """
    head = stream.peek(len(_GZIP_MAGIC))
    if not head:
        raise InputError("it is empty: there is no article in it")
    reader = _READERS.get(suffix or _suffix(source.name), text.read)
    if not head.startswith(_GZIP_MAGIC):
        yield from reader(stream, source)
        return
    unpacked = io.BufferedReader(_Unpacked(stream))
    try:
        yield from reader(unpacked, source)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"it is damaged or cut short: {error}") from error


def _suffix(name: str) -> str:
    """The ending that tells the format, without the .gz of a compressed file."""
    return PurePath(name.lower().removesuffix(".gz")).suffix


class _Unpacked(io.RawIOBase):
    """A gzip stream that refuses to unpack to more than the limits allow."""

    def __init__(self, stream: BinaryIO) -> None:
        self._packed = _Counted(stream)
        self._gzip = gzip.GzipFile(fileobj=self._packed, mode="rb")
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self._gzip.read1(len(view))
        view[: len(data)] = data
        self._total += len(data)
        allowed = max(MAX_UNPACKED_RATIO * self._packed.count, io.DEFAULT_BUFFER_SIZE * 128)
        if self._total > min(MAX_UNPACKED_BYTES, allowed):
            raise InputError(
                f"it unpacks to more than {MAX_UNPACKED_BYTES // 10**9} GB or to more "
                f"than {MAX_UNPACKED_RATIO} times its size; unpack it by hand and index the result"
            )
        return len(data)


class _Counted(io.RawIOBase):
    """A stream that knows how many bytes were read of it, though it may be a pipe."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data
