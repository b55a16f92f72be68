"""A process that makes runs for the writer: ``python -m index.worker FOLDER MEMORY``.

On its standard input come frames, each a length of four bytes and as much marshalled data: a
list of articles, a unit. (Nobody but the writer speaks to it, and JSON takes several times as
long.) "run" asks for a run, "segment" for a whole segment: the worker writes it and answers
with a line of JSON. The end of the input ends the worker, so that it does not outlive the
writer.
"""

from __future__ import annotations

import json
import marshal
import struct
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from index.article import Article, Hashed, PublicationDate
from index.errors import NutgrafError
from index.memory import seldom_collected
from index.runs import RunWriter
from index.store import Store

_LENGTH = struct.Struct("<I")
_MARSHAL = 2  # the version of marshal that does not look for what comes twice


def frame(unit: Sequence[Hashed]) -> bytes:
    """A unit as a worker reads it."""
    rows = [
        (
            each.id, each.paragraphs, each.title, each.author, each.source, each.url,
            each.language, (each.date.value, each.date.precision, each.date.evidence),
            each.origin, content_hash,
        )
        for each, content_hash in unit
    ]  # fmt: skip
    return _frame(rows)


def request(*, whole: bool) -> bytes:
    """What asks for a run or, ``whole``, for a segment."""
    return _frame("segment" if whole else "run")


def _frame(message: Any) -> bytes:
    data = marshal.dumps(message, _MARSHAL)
    return _LENGTH.pack(len(data)) + data


def read_frame(stream: IO[bytes]) -> list[Hashed] | str | None:
    """The next unit, or what is asked for; None at the end of the stream."""
    length = stream.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    data = stream.read(_LENGTH.unpack(length)[0])
    message = marshal.loads(data)  # noqa: S302 - from the writer, that started us
    return message if isinstance(message, str) else [_article(row) for row in message]


def _article(row: list[object]) -> Hashed:
    article_id, paragraphs, title, author, source, url, language, date, origin, content_hash = row
    article = Article(
        article_id, tuple(paragraphs), title, author, source, url, language,  # type: ignore[arg-type]
        PublicationDate(*date), origin,  # type: ignore[arg-type, misc]
    )  # fmt: skip
    return article, str(content_hash)


def main() -> None:
    """Serve the writer until it has no more to say."""
    writer = RunWriter(Store(Path(sys.argv[1])), int(sys.argv[2]))
    with seldom_collected():
        _serve(writer, sys.stdin.buffer, sys.stdout)


def _serve(writer: RunWriter, requests: IO[bytes], answers: IO[str]) -> None:
    """Answer what is asked until the end of the input."""
    try:
        while (message := read_frame(requests)) is not None:
            if isinstance(message, list):
                writer.add(message)
            else:
                answer = [asdict(run) for run in writer.finish(whole=message == "segment")]
                print(json.dumps(answer), file=answers, flush=True)
    except NutgrafError as error:
        print(json.dumps({"error": str(error)}), file=answers, flush=True)
        sys.exit(2)
    finally:
        writer.close()


if __name__ == "__main__":
    main()
