"""A process that makes runs for the writer: ``python -m index.worker FOLDER MEMORY``.

On its standard input come frames: the bytes of a message in JSON and those of texts, four bytes
each, then message and texts. A list is a unit of articles, with their paragraphs in the texts,
one after the other: JSON would have to look at every character of them. "run" asks for a run,
"segment" for a whole segment: the worker writes it and answers with a line of JSON. The end of
the input ends the worker, so that it does not outlive the writer.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import accumulate, chain, islice, pairwise
from pathlib import Path
from typing import IO, Any

from index.article import Article, Hashed, PublicationDate
from index.errors import NutgrafError
from index.memory import seldom_collected
from index.runs import RunWriter
from index.store import Store

_LENGTHS = struct.Struct("<II")


def frame(unit: Sequence[Hashed]) -> bytes:
    """A unit as a worker reads it."""
    rows = [
        (
            each.id, list(map(len, each.paragraphs)), each.title, each.author, each.source,
            each.url, each.language, (each.date.value, each.date.precision, each.date.evidence),
            each.origin, content_hash,
        )
        for each, content_hash in unit
    ]  # fmt: skip
    return _frame(rows, "".join([text for each, _ in unit for text in each.paragraphs]))


def request(*, whole: bool) -> bytes:
    """What asks for a run or, ``whole``, for a segment."""
    return _frame("segment" if whole else "run")


def _frame(message: object, texts: str = "") -> bytes:
    # Bytes in the names of files that are no characters are escaped, as JSON has it.
    head = json.dumps(message, ensure_ascii=False).encode(errors="backslashreplace")
    body = texts.encode()
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


def read_frame(stream: IO[bytes]) -> list[Hashed] | str | None:
    """The next unit, or what is asked for; None at the end of the stream."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, body = map(stream.read, _LENGTHS.unpack(lengths))
    message = json.loads(head)
    if isinstance(message, str):
        return message
    sizes = chain.from_iterable(row[1] for row in message)
    ends = accumulate(sizes, initial=0)
    texts = body.decode()
    paragraphs = (texts[start:end] for start, end in pairwise(ends))
    return [_article(row, paragraphs) for row in message]


def _article(row: list[Any], texts: Iterator[str]) -> Hashed:
    article_id, sizes, title, author, source, url, language, date, origin, content_hash = row
    paragraphs = tuple(islice(texts, len(sizes)))
    return Article(
        article_id, paragraphs, title, author, source, url, language,
        PublicationDate(*date), origin,
    ), content_hash  # fmt: skip


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
