"""From files and folders to the writer: what is new, changed, unchanged, gone or unreadable."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from index.article import Article
from index.errors import InputError, cause
from index.interruptions import uninterrupted
from index.readers import MAX_FILE_BYTES, Failure, Found, Input, is_readable, read
from index.writer import ArticleWriter

STDIN = "-"
STDIN_NAME = "standard input"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read, and the id of an article that brings none of its own."""

    path: Path
    article_id: str
    size: int


@dataclass(slots=True)
class Report:
    """What an indexing run did: counts of articles, and what could not be read."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: int = 0  # files of kinds that are not read
    failures: list[Failure] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles were read."""
        return self.added + self.replaced + self.unchanged

    def count(self, outcome: Literal["added", "replaced", "unchanged"]) -> None:
        """Count one article."""
        setattr(self, outcome, getattr(self, outcome) + 1)


Progress = Callable[[str, int, int], None]
"""Called with the name of the file, the bytes that are done and the bytes of all files."""


class Sync:
    """One indexing run over paths: find the files, read them, write what changed.

    The report is filled in as the run goes, so that it holds after an interruption too.
    """

    def __init__(self, paths: list[str]) -> None:
        self.report = Report()
        self._paths = [Path(path) for path in paths if path not in (STDIN, "")]
        self._reads_stdin = STDIN in paths
        self._seen: dict[str, str] = {}  # article id -> the file it came from in this run
        self._unread: set[str] = set()  # files that could not be read to their end
        named: dict[Path, SourceFile] = {}  # a file that is named twice is read once
        for path in self._paths:
            for found in self._find(path):
                named.setdefault(_absolute(found.path), found)
        self._files = list(named.values())
        if "" in paths:
            self.report.failures.append(Failure("''", "the path is empty; name a file or folder"))

    @property
    def has_folder(self) -> bool:
        """Whether a folder was named that can be looked into, full or empty."""
        return any(
            path.is_dir() and str(_absolute(path)) not in self._unread for path in self._paths
        )

    @property
    def has_input(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._files) or self._reads_stdin

    def run(
        self,
        writer: ArticleWriter,
        stdin: BinaryIO,
        progress: Progress,
        delete_missing: bool = False,
    ) -> None:
        """Index the files, and JSON Lines from standard input where ``-`` asks for it."""
        total = sum(each.size for each in self._files)
        done = 0
        for each in self._files:
            progress(str(each.path), done, total)
            tell = partial(_add, progress, str(each.path), done, total)
            self._index_file(writer, each, tell)
            done += each.size
        if self._reads_stdin:
            self._index_stream(writer, stdin)
        if delete_missing:
            self._remove_missing(writer)

    def _find(self, path: Path) -> Iterator[SourceFile]:
        """The files of a path, in a stable order; failures are noted."""
        try:
            if path.is_dir():
                yield from self._walk(path)
            elif path.exists():
                yield SourceFile(path, path.name, path.stat().st_size)
            else:
                self._fail(path, "there is no such file or folder")
        except OSError as error:
            self._fail(path, cause(error))

    def _walk(self, root: Path) -> Iterator[SourceFile]:
        """The readable files of a folder and of those below it, hidden ones left out."""
        walk = os.walk(root, onerror=lambda error: self._fail(error.filename, cause(error)))
        for folder, folders, names in walk:
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith(".") or not is_readable(name):
                    self.report.skipped += not name.startswith(".")
                    continue
                try:
                    size = path.stat().st_size
                except OSError as error:
                    self._fail(path, cause(error))
                else:
                    yield SourceFile(path, path.relative_to(root).as_posix(), size)

    def _index_file(
        self, writer: ArticleWriter, source: SourceFile, tell: Callable[[int], None]
    ) -> None:
        """Index one file; what cannot be read of it is noted, the rest goes in."""
        try:
            if not source.path.is_file():
                raise InputError("it is not a regular file")
            if source.size > MAX_FILE_BYTES:
                raise InputError(f"it is larger than {MAX_FILE_BYTES // 10**6} MB; divide it")
            with source.path.open("rb") as stream:
                for found in read(stream, Input(str(source.path), source.article_id)):
                    self._take(writer, found, source)
                    tell(stream.tell())
        except InputError as error:
            self._fail(source.path, str(error))
        except OSError as error:
            self._fail(source.path, cause(error))

    def _index_stream(self, writer: ArticleWriter, stdin: BinaryIO) -> None:
        """Index JSON Lines from standard input."""
        stream = io.BufferedReader(cast(Any, stdin))
        try:
            for found in read(stream, Input(STDIN_NAME, ""), ".jsonl"):
                self._take(writer, found, None)
        except InputError as error:
            self.report.failures.append(Failure(STDIN_NAME, str(error)))
        except OSError as error:
            self.report.failures.append(Failure(STDIN_NAME, cause(error)))

    def _take(self, writer: ArticleWriter, found: Found, source: SourceFile | None) -> None:
        """Hand an article to the writer, or note a failure."""
        origin = str(_absolute(source.path)) if source else ""
        if isinstance(found, Failure):
            self.report.failures.append(found)
            self._unread.add(origin)
            return
        if not isinstance(found, Article):
            return
        found = dataclasses.replace(found, origin=origin)
        earlier = self._seen.setdefault(found.id, origin)
        if source and found.id == source.article_id:
            other = earlier if earlier != origin else _other_origin(writer, found)
            if other:
                reason = f"its id {found.id!r} is that of {other} too; index their common folder"
                self._fail(source.path, reason)
                return
        with uninterrupted():  # so that what is counted is what was added
            self.report.count(writer.add(found))

    def _fail(self, path: Path | str, reason: str) -> None:
        self.report.failures.append(Failure(str(path), reason))
        self._unread.add(str(_absolute(path)))

    def _remove_missing(self, writer: ArticleWriter) -> None:
        """Remove the articles that came from these paths and are not there any more."""
        roots = [_absolute(path) for path in self._paths]
        for header in list(writer.headers()):
            origin = Path(header["origin"])
            below = any(origin == root or root in origin.parents for root in roots)
            kept = header["id"] in self._seen or any(
                str(each) in self._unread for each in (origin, *origin.parents)
            )
            if header["origin"] and below and not kept:
                self.report.removed += writer.remove(header["id"])


def _add(progress: Progress, name: str, done: int, total: int, read_on: int) -> None:
    """Report progress inside a file, by the bytes that are read of it."""
    progress(name, done + read_on, total)


def _absolute(path: Path | str) -> Path:
    """A path from the root, by the names that were given: links stay links."""
    return Path(os.path.abspath(path))


def _other_origin(writer: ArticleWriter, article: Article) -> str:
    """The file of another article that has this one's id in the index; empty if there is none."""
    known = writer.known(article.id)
    if known is None or known.origin in ("", article.origin):
        return ""
    same = known.content_hash == article.content_hash()
    return "" if same or not Path(known.origin).exists() else known.origin
