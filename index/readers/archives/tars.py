"""tar archives: members are read as they come, so that the archive may be a compressed stream."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import Any, BinaryIO, Self, cast

from index.errors import InputError
from index.readers.archives.member import Members, enter, read_member
from index.readers.limits import MAX_UNPACKED_BYTES, Counted, Unpacked
from index.readers.reading import Found, Input, Skip

_KEPT_BYTES = 32 << 20  # a member up to this size is checked whole before it is read


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield what is in the members of a tar archive, in their order."""
    inner = enter(source)
    counted = Counted(stream)
    source.allowance.measure(lambda: counted.count)
    members = Members(inner)
    last = "at its beginning"
    try:
        with _Archive.open(fileobj=cast(Any, counted), mode="r|") as archive:
            for info in archive:
                if not 0 <= info.size <= MAX_UNPACKED_BYTES:
                    raise InputError(f"it is damaged {last}: a member cannot be that large")
                if not info.isdir():
                    yield from _read_one(archive, info, members, counted)
                last = f"behind {info.name!r}"
            whole = archive.is_whole
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise InputError(f"it is damaged or cut short {last}: {error}") from error
    if not whole:
        raise InputError(f"it is damaged or cut short {last}: the mark of its end is missing")


class _Header(tarfile.TarInfo):
    """The header of a member; the one that says that there is no more is noted."""

    @classmethod
    def fromtarfile(cls, tarfile_: Any) -> Self:
        try:
            return super().fromtarfile(tarfile_)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # typeshed leaves it out
            tarfile_.is_whole = True
            raise


class _Archive(tarfile.TarFile):
    """An archive that knows whether its end was seen, because tarfile takes a cut for one."""

    tarinfo = _Header
    is_whole = False


def _read_one(
    archive: tarfile.TarFile, info: tarfile.TarInfo, members: Members, counted: Counted
) -> Iterator[Found]:
    """Yield what is in one member, or why it is not read."""
    member, refusal = members.begin(info.name)
    if refusal is None and not info.isreg():
        kind = "a link" if info.issym() or info.islnk() else "a device or something else"
        refusal = Skip(member.name, f"it is {kind}, not a file")
    packed = None if refusal else archive.extractfile(info)
    if packed is None:
        yield refusal or Skip(member.name, "it is not a file")
        return
    stream = cast("io.BufferedReader[Any]", packed)
    if info.issparse():  # much may come out of little
        raw = Unpacked(cast(io.BufferedIOBase, packed), lambda: counted.count, member.allowance)
        stream = io.BufferedReader(raw, 1 << 16)
    yield from read_member(stream, member, info.size <= _KEPT_BYTES)
