"""zip archives, and what else is one: documents and books are told by their members."""

from __future__ import annotations

import errno
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from index.errors import InputError
from index.readers.archives.member import Members, enter, read_member
from index.readers.limits import Unpacked
from index.readers.reading import Failure, Found, Input, Skip
from index.readers.recognition import DOCX, EPUB, OPEN_DOCUMENT, PROGRAM, SLIDES, SPREADSHEET, Kind
from index.readers.registry import read_as

_KEPT_BYTES = 32 << 20  # a member up to this size is checked whole before it is read
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OverflowError)
_TELLING_MEMBERS = (
    ("word/document.xml", DOCX),
    ("META-INF/container.xml", EPUB),
    ("xl/workbook.xml", SPREADSHEET),
    ("xl/workbook.bin", SPREADSHEET),
    ("ppt/presentation.xml", SLIDES),
    ("META-INF/manifest.xml", OPEN_DOCUMENT),
    ("META-INF/MANIFEST.MF", PROGRAM),
    ("AndroidManifest.xml", PROGRAM),
)


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield what is in the members of a zip archive, in their order."""
    with _open(stream) as archive:
        kind = _kind(archive)
        if kind:
            stream.seek(0)
            yield from read_as(kind, cast("io.BufferedReader[Any]", stream), source)
            return
        inner = enter(source)
        size = stream.seek(0, io.SEEK_END)
        source.allowance.measure(lambda: size)
        members = Members(inner)
        for info in archive.infolist():
            if not info.is_dir():
                yield from _read_one(archive, info, members)


def document_kind(stream: BinaryIO) -> Kind | None:
    """The kind of document that an archive is; None if it is one of files, or damaged."""
    try:
        with _open(stream) as archive:
            return _kind(archive)
    except InputError:
        return None


def _open(stream: BinaryIO) -> zipfile.ZipFile:
    """Open a zip archive. Raises InputError where that cannot be done."""
    try:
        return zipfile.ZipFile(stream)
    except _DAMAGED as error:
        raise InputError(f"it is damaged or cut short: {error}".rstrip(".")) from error
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):  # that of a place before the beginning
            raise
        raise InputError("it is damaged or cut short: its list of members is wrong") from error


def _kind(archive: zipfile.ZipFile) -> Kind | None:
    """The kind of document that an archive is; None if it is an archive of files."""
    names = set(archive.namelist())
    return next((kind for name, kind in _TELLING_MEMBERS if name in names), None)


def _read_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, members: Members) -> Iterator[Found]:
    """Yield what is in one member, or why it cannot be read."""
    member, refusal = members.begin(_printed_name(info))
    if refusal is None and stat.S_ISLNK(info.external_attr >> 16):
        refusal = Skip(member.name, "it is a link")
    if refusal is None and info.flag_bits & _ENCRYPTED:
        reason = "it is encrypted; unpack it with its password and index the result"
        refusal = Failure(member.name, reason)
    if refusal:
        yield refusal
        return
    try:
        packed = archive.open(info)
    except _DAMAGED as error:
        yield Failure(member.name, f"it is damaged or packed in a way that is not read: {error}")
        return
    with packed:
        raw = Unpacked(
            cast(io.BufferedIOBase, packed), lambda: info.compress_size, member.allowance
        )
        yield from read_member(
            io.BufferedReader(raw, 1 << 16), member, info.file_size <= _KEPT_BYTES
        )


def _printed_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; many programs write UTF-8 and do not say so."""
    if info.flag_bits & _UTF8_NAME or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
