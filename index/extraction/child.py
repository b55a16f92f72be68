"""A process that reads files for its parent: ``python -m index.extraction.child``.

Its standard input tells the limits and the files; the answers go to what was its standard
output, which is turned to nothing, so that no library can write in between. The end of the
input ends the process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import BinaryIO

from index.article import Article
from index.errors import InputError, MissingExtra, cause
from index.extraction.digest import digest_of
from index.extraction.frames import (
    End,
    end_message,
    found_row,
    frame,
    part_message,
    read_message,
    read_settings,
)
from index.extraction.limits import Limits, allow_time, enter, used_memory
from index.readers import Found, Input, ReadingOptions, read
from index.readers.recognition import HEAD_BYTES, ZIP, recognize

_PART = 1 << 17  # characters after which a part is sent
_MUCH_MEMORY = 1 << 28  # after a file that took so much, a new process begins afresh
_LEAST = 100  # characters that a thing counts at least
_LONGEST_REASON = 300


def main() -> None:
    """Serve the parent until it has no more files."""
    requests = sys.stdin.buffer
    answers = os.dup(sys.stdout.fileno())
    limits, options = read_settings(read_message(requests))
    enter(limits)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, sys.stdout.fileno())
    os.dup2(nothing, sys.stderr.fileno())
    _send(answers, {"ready": True})
    while (files := read_message(requests)) is not None:
        for file in files:
            end = _read(answers, limits, options, *file)
            _send(answers, end_message(end))
            if end.leaves:
                return


def _read(
    answers: int,
    limits: Limits,
    options: ReadingOptions,
    name: str,
    path: str,
    article_id: str,
    modified: float,
) -> End:
    """Send what is found in a file; return how it ended."""
    allow_time(limits.seconds)
    digest, kind, failed = b"", "", End()
    try:
        stream = open(path, "rb")  # noqa: SIM115 - it is closed below
    except FileNotFoundError:
        return End(error="it has vanished since it was found", passing=True)
    except OSError as error:
        return End(error=cause(error), passing=True)
    try:
        with stream:
            digest = digest_of(stream)
            source = Input(name, article_id, modified, options=options)
            recognized = recognize(stream.peek(HEAD_BYTES), name)
            kind = recognized.name
            if recognized is ZIP:
                from index.readers.archives.zips import document_kind  # if it is needed at all

                kind = (document_kind(stream) or ZIP).name
                stream.seek(0)
            _send_parts(answers, stream, read(stream, source))
    except InputError as error:
        failed = End(error=str(error), passing=isinstance(error, MissingExtra))
    except OSError as error:
        failed = End(error=cause(error), passing=True)
    except MemoryError:
        failed = End(error=limits.too_large, leaves=True)
    except Exception as error:  # a reader, or a library of one, met what it was not made for
        said = f"reading it failed ({type(error).__name__}: {error})"
        failed = End(error=said[:_LONGEST_REASON], leaves=True)
    leaves = failed.leaves or used_memory() > _MUCH_MEMORY
    return End(kind, digest, failed.error, failed.passing, leaves)


def _send_parts(answers: int, stream: BinaryIO, found: Iterator[Found]) -> None:
    """Send what is found, as much at a time as makes it worth while."""
    rows, size = [], 0
    try:
        for each in found:
            rows.append(found_row(each))
            size += _LEAST
            if isinstance(each, Article):
                size += sum(map(len, each.paragraphs))
            if size >= _PART:
                _send(answers, part_message(rows, stream.tell()))
                rows, size = [], 0
    finally:  # what was found before an error is whole
        if rows:
            _send(answers, part_message(rows, stream.tell()))


def _send(answers: int, message: object) -> None:
    rest = memoryview(frame(message))
    while rest:
        rest = rest[os.write(answers, rest) :]


if __name__ == "__main__":
    main()
