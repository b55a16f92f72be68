"""gzip, bzip2 and xz: one file, or an archive of tar, in a compressed one."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from index.readers.archives.member import enter
from index.readers.limits import Counted, Unpacked
from index.readers.reading import Found, Input
from index.readers.recognition import HEAD_BYTES, TAR, recognize
from index.readers.registry import read_part

_PACKING_ENDINGS = {".gz", ".bz2", ".xz"}
_TAR_ENDINGS = {".tgz", ".tbz2", ".tbz", ".txz"}
_CHUNK = 1 << 16


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield what is in a compressed file. Raises InputError where it is damaged or cut short."""
    packed = Counted(stream)
    source.allowance.measure(lambda: packed.count)
    head = cast("io.BufferedReader[Any]", stream).peek(HEAD_BYTES)
    raw = Unpacked(_unpacker(head, packed), lambda: packed.count, source.allowance)
    unpacked = io.BufferedReader(raw, _CHUNK)
    inner = replace(source, ending=_inner_ending(source))
    if recognize(unpacked.peek(HEAD_BYTES), inner.ending) is not TAR:  # which enters by itself
        inner = enter(inner)
    yield from read_part(unpacked, inner)
    while unpacked.read(_CHUNK):  # the checksum is behind the last byte
        pass


def _unpacker(head: bytes, packed: Counted) -> io.BufferedIOBase:
    """The decompressor that the mark of the file asks for."""
    if head.startswith(b"BZh"):
        return bz2.BZ2File(cast(Any, packed))
    if head.startswith(b"\xfd7zXZ"):
        return lzma.LZMAFile(cast(Any, packed))
    return gzip.GzipFile(fileobj=packed)


def _inner_ending(source: Input) -> str:
    """The ending of the name without that of the compression: .tar of news.tar.gz."""
    if source.ending and source.ending not in _PACKING_ENDINGS:
        return source.ending
    name = PurePath(source.name.lower())
    if name.suffix in _TAR_ENDINGS:
        return ".tar"
    return PurePath(name.stem).suffix or ".txt" if name.suffix in _PACKING_ENDINGS else name.suffix
