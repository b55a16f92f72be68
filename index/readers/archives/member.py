"""One member of an archive: its name, its id, and what can go wrong with it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, cast

from index.article import id_of_path
from index.errors import InputError
from index.readers.limits import MAX_DEPTH, TooMuch
from index.readers.reading import Failure, Found, Input, Skip
from index.readers.registry import read_part

_CHUNK = 1 << 18


def enter(source: Input) -> Input:
    """Go into an archive. Raises InputError where it is in too many already."""
    if source.depth >= MAX_DEPTH:
        raise InputError(
            f"it is an archive in an archive in an archive; at most {MAX_DEPTH} are opened, "
            "so unpack it by hand and index the result"
        )
    return source.inside()


def member_name(printed: str) -> str:
    r"""The name of a member without what would lead out of the archive.

    >>> member_name("../../etc/./passwd"), member_name("C:\\news\\a.txt")
    ('etc/passwd', 'C:/news/a.txt')
    """
    parts = re.split(r"[/\\]+", printed.replace("\0", ""))
    return "/".join(part for part in parts if part not in ("", ".", ".."))


class Members:
    """The members of one archive: no two of them have the same name."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._names: set[str] = set()

    def begin(self, printed: str) -> tuple[Input, Failure | Skip | None]:
        """What is known of a member, and why it is not read, if it is not."""
        self._source.allowance.take_member()
        name = id_of_path(member_name(printed))
        id_of_file = self._source.article_id
        member = self._source.part(
            f"{self._source.name}/{name}", f"{id_of_file}/{name}" if id_of_file else name
        )
        if name in self._names:
            return member, Failure(member.name, "an earlier member of the archive has its name")
        self._names.add(name)
        parts = name.split("/")
        if not name or parts[0] == "__MACOSX" or parts[-1].startswith("."):
            return member, Skip(member.name, "it is a hidden file")
        return member, None


def read_member(
    stream: io.BufferedReader[Any], source: Input, check_first: bool
) -> Iterator[Found]:
    """Yield what is in a member, or the reason why it cannot be read (on).

    It is read to its end, so that no damage stays unseen: before its articles are given out,
    if it is small enough for that.
    """
    try:
        if check_first:
            data = b"".join(_chunks(stream))
            stream = io.BufferedReader(cast(Any, io.BytesIO(data)))
        yield from read_part(stream, source)
        for _ in _chunks(stream):
            pass
    except TooMuch:
        raise
    except InputError as error:
        yield Failure(source.name, str(error))


def _chunks(stream: io.BufferedReader[Any]) -> Iterator[bytes]:
    """The rest of a stream."""
    while not stream.closed and (chunk := stream.read(_CHUNK)):
        yield chunk
