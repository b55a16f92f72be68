"""Preview: what would be read from files; nothing is written."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from index.article import Article
from index.errors import InputError
from index.extraction.children import Extraction
from index.extraction.frames import Part
from index.extraction.limits import Limits
from index.readers import MAX_FILE_BYTES, Failure, Found, Input, Notice, ReadingOptions, Skip, read
from index.sync.listing import list_files
from index.sync.run import STDIN, STDIN_NAME


@dataclass(slots=True)
class Preview:
    """What would be read from one file.

    Attributes:
        name: of the file.
        kind: what kind of file it is, as messages call it; empty if it is not known.
        articles, failures, skips, notices: what is in it, in the order of the file.
    """

    name: str
    kind: str = ""
    articles: list[Article] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def take(self, found: Found) -> None:
        """Note something that was found in it."""
        match found:
            case Article():
                self.articles.append(found)
            case Failure():
                self.failures.append(found)
            case Skip():
                self.skips.append(found)
            case Notice():
                self.notices.append(found)


def preview(
    paths: Iterable[str],
    stdin: BinaryIO,
    *,
    options: ReadingOptions | None = None,
    limits: Limits | None = None,
    jobs: int = 1,
    leave_out: str = "",
) -> Iterator[Preview]:
    """Read files, whatever the index holds of them, and tell what is in each.

    Args:
        paths: files and folders; ``-`` is standard input.
        stdin: JSON Lines, if they are asked for.
        options: what the user says about all files.
        limits: what one file may take.
        jobs: how many files are read at the same time, at most.
        leave_out: the path from the root of a folder that is not looked into.
    """
    paths = list(paths)
    options = options or ReadingOptions()
    listing = list_files((each for each in paths if each not in (STDIN, "")), leave_out=leave_out)
    for failure in listing.failures.values():
        yield Preview(failure.name, failures=[failure])
    reason = f"it is larger than {MAX_FILE_BYTES // 10**6} MB; divide it"
    files = []
    for file in listing.files.values():
        if file.size > MAX_FILE_BYTES:
            yield Preview(file.name, failures=[Failure(file.name, reason)])
        else:
            files.append(file)
    with Extraction(jobs, options, limits) as extraction:
        shown = None
        for file, answer in extraction.read(files):
            shown = shown or Preview(file.name)
            if isinstance(answer, Part):
                for found in answer.found:
                    shown.take(found)
                continue
            shown.kind = answer.kind
            if answer.error:
                shown.failures.append(Failure(file.name, answer.error))
            yield shown
            shown = None
    if STDIN in paths:
        yield _preview_stream(stdin, options)


def _preview_stream(stdin: BinaryIO, options: ReadingOptions) -> Preview:
    shown = Preview(STDIN_NAME, "JSON Lines")
    stream = io.BufferedReader(cast(Any, stdin))
    try:
        for found in read(stream, Input(STDIN_NAME, "", options=options), ".jsonl"):
            shown.take(found)
    except InputError as error:
        shown.failures.append(Failure(STDIN_NAME, str(error)))
    return shown
