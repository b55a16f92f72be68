"""Cursor: where a reader of many pages stands, as a word to be handed back.

It holds the number of the next page, the day that the first page was asked on (so that
``date:today`` means the same day to the end), and two marks: of the search, and of the commit
that answered it. Pages of one commit do not overlap and leave nothing out; so a cursor of
another commit is refused, instead of being answered wrongly. A cursor gives no right to
anything, and needs no secret: one that is made up is at most a page that could be asked for.
"""

from __future__ import annotations

import binascii
import re
import struct
import zlib
from datetime import date

from search.errors import CursorExpired, QueryError
from search.results import SearchOptions

_LAYOUT = struct.Struct("<BIIIII")  # version, page, day, search, generation, commit
_CHECK = struct.Struct("<I")
_VERSION = 1
_SHAPE = re.compile(r"[A-Za-z0-9_-]{34}")
_MOST = 10**8  # pages; there are no archives of so many articles
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")

CommitMark = tuple[int, int, int] | None
"""What tells a commit from all others; see index.commits.last_commit."""


def next_cursor(
    query: str, options: SearchOptions, number: int, today: date, commit: CommitMark
) -> str:
    """The cursor of a page of a search.

    Args:
        query: as it is asked.
        options: with which it is.
        number: of the page.
        today: the day that relative dates are counted from.
        commit: that answers.
    """
    packed = _LAYOUT.pack(
        _VERSION, number, today.toordinal(), _of_search(query, options), *_of_commit(commit)
    )
    encoded = binascii.b2a_base64(packed + _CHECK.pack(zlib.crc32(packed)), newline=False)
    return encoded.translate(_TO_URL).decode().rstrip("=")


def resume(query: str, options: SearchOptions, commit: CommitMark) -> tuple[int, date]:
    """The page that the cursor of some options stands for, and the day to count dates from.

    Raises:
        QueryError: ``bad_cursor``, if it was not given out, or for another search.
        CursorExpired: if the index has changed since.
    """
    number, today, search, of_commit = _unpack(options.cursor)
    if search != _of_search(query, options):
        raise QueryError(
            "The cursor belongs to another search; ask with the same query and options "
            "as before, or without cursor",
            "bad_cursor",
        )
    if of_commit != _of_commit(commit):
        raise CursorExpired(
            "The index has changed since this cursor was given out; begin again, without cursor"
        )
    return number, today


def _unpack(cursor: str) -> tuple[int, date, int, tuple[int, int]]:
    """What is in a cursor. Raises QueryError where it is none."""
    try:
        if not _SHAPE.fullmatch(cursor):
            raise ValueError("it has other letters, or more or fewer of them")
        data = binascii.a2b_base64(cursor.encode().translate(_FROM_URL) + b"==")
        packed, check = data[: _LAYOUT.size], _CHECK.unpack(data[_LAYOUT.size :])[0]
        version, number, day, search, *of_commit = _LAYOUT.unpack(packed)
        if check != zlib.crc32(packed) or version != _VERSION or not 1 <= number <= _MOST:
            raise ValueError("its parts do not fit")
        return number, date.fromordinal(day), search, (of_commit[0], of_commit[1])
    except (ValueError, struct.error, OverflowError) as error:
        raise QueryError(
            "The cursor is none that was given out; take page.cursor of an answer, whole",
            "bad_cursor",
        ) from error


def _of_search(query: str, options: SearchOptions) -> int:
    """A mark of all that decides what is on which page."""
    how = (options.sort, options.match, options.strict, options.tz, options.fold)
    given = (query, options.size, *how)
    return zlib.crc32(repr(given).encode(errors="backslashreplace"))


def _of_commit(commit: CommitMark) -> tuple[int, int]:
    """Two marks of a commit."""
    return (commit[0] & 0xFFFFFFFF if commit else 0), zlib.crc32(repr(commit).encode())
