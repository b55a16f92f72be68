"""Sync: one indexing run over paths: read what is new or has changed, and write it."""

from __future__ import annotations

import dataclasses
import io
import os
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from index.article import Article
from index.errors import InputError, cause
from index.extraction.frames import End, Part, SourceFile
from index.extraction.limits import Limits
from index.interruptions import uninterrupted
from index.readers import Failure, Found, Input, Notice, ReadingOptions, Skip
from index.sync.ledger import Ledger, ledger_of_articles, open_ledger
from index.sync.listing import NO_FILE, list_files
from index.sync.plan import Plan, how_it_is_read, make_plan, remark, trusted_time
from index.sync.removal import missing_files, remove_gone, remove_unclaimed
from index.sync.report import Report
from index.sync.states import FileState

if TYPE_CHECKING:
    from index.store import Store
    from index.writer import ArticleWriter

STDIN = "-"
STDIN_NAME = "standard input"

_COMMIT_SECONDS = 120.0
_MOST_REMARKS = 1000  # of one file; the rest are counted

Progress = Callable[[str, int, int], None]
"""Called with the name of the file, the bytes that are done and the bytes of all files."""


@dataclass(slots=True)
class _Current:
    """The file that is being read."""

    file: SourceFile
    before: FileState | None
    articles: dict[str, None] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    untold: int = 0  # failures beyond those that are kept


class Sync:
    """One indexing run over paths: find the files, read what changed, write it.

    The report is filled in as the run goes, so that it holds after an interruption too.

    Args:
        paths: files and folders; ``-`` is standard input.
        store: the index, if it is known already: what it holds need not be read to be counted.
        options: what the user says about all files.
        retry_failed: read again what could not be read, though it is as it was.
        limits: what one file may take.
        commit_seconds: after so long, what was read is committed.
        only: paths from the root: look only at these, of all that is in ``paths``.
    """

    def __init__(
        self,
        paths: list[str],
        *,
        store: Store | None = None,
        options: ReadingOptions | None = None,
        retry_failed: bool = False,
        limits: Limits | None = None,
        commit_seconds: float = _COMMIT_SECONDS,
        only: Iterable[str] | None = None,
    ) -> None:
        self.report = Report()
        self._options, self._limits = options or ReadingOptions(), limits
        self._how = how_it_is_read(self._options)
        self._retry_failed = retry_failed
        self._commit_seconds = commit_seconds
        self._reads_stdin = STDIN in paths
        self._seen: dict[str, str] = {}  # article id -> the file it came from in this run
        self._current: _Current | None = None
        self._generation = -1  # of the commit that the plan was made for
        self._has_empty_path = "" in paths
        self._ledger = (self._open(store) if store else None) or Ledger()
        self._listed_at = time.time_ns()
        self._listing = list_files(
            [path for path in paths if path not in (STDIN, "")],
            leave_out=os.path.abspath(store.path) if store else "",
            only=only,
        )
        self._prepare(self._ledger)

    @property
    def has_folder(self) -> bool:
        """Whether a folder was named that can be looked into, full or empty."""
        return self._listing.has_folder

    @property
    def has_input(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._listing.files) or self._reads_stdin

    def is_done(self, *, delete_missing: bool = False) -> bool:
        """Whether there is nothing to do but to report: the index is as the files are."""
        if self._generation < 0 or self._reads_stdin or self._plan.to_read:
            return False
        if self._ledger.is_changed:
            return False
        return not delete_missing or not (
            missing_files(self._listing, self._ledger) or self._ledger.with_gone()
        )

    def run(
        self,
        writer: ArticleWriter,
        stdin: BinaryIO | None,
        progress: Progress,
        delete_missing: bool = False,
    ) -> None:
        """Index what is new or has changed, and JSON Lines from standard input if ``-`` asks.

        What was read is committed at the end, and now and then; after an interruption,
        ``commit`` does it.
        """
        if self._generation != writer.last_commit.generation:
            self._generation = writer.last_commit.generation
            ledger = open_ledger(writer.store, writer.last_commit)
            self._prepare(ledger or ledger_of_articles(writer.headers()))
        committed = time.monotonic()
        done = 0
        if self._plan.to_read:
            progress(self._plan.to_read[0].name, 0, self._plan.total)
            from index.extraction.children import Extraction  # only if there is something to read

            with Extraction(writer.jobs, self._options, self._limits) as extraction:
                for file, answer in extraction.read(self._plan.to_read):
                    self._take_answer(writer, file, answer)
                    ends = isinstance(answer, End)
                    read = file.size if ends else min(answer.read, file.size)  # type: ignore[union-attr]
                    progress(file.name, done + read, self._plan.total)
                    done += file.size if ends else 0
                    if time.monotonic() - committed > self._commit_seconds:
                        self.commit(writer)
                        committed = time.monotonic()
        if self._reads_stdin and stdin is not None:
            self._take_stream(writer, stdin)
        if delete_missing:
            with uninterrupted():
                removed = remove_gone(writer, self._listing, self._ledger, self._seen)
                self.report.removed += removed
        self.commit(writer)

    def commit(self, writer: ArticleWriter) -> None:
        """Commit what was read so far, and what is known of the files with it."""
        with uninterrupted():
            if self._current:
                self._ledger.record(self._current.file.origin, self._unfinished(self._current))
            if not self._ledger.is_changed:
                writer.commit()
                return
            store = writer.store
            writer.commit(lambda generation: self._ledger.write(store, generation))
            self._generation = writer.last_commit.generation
            self._ledger = open_ledger(store, writer.last_commit) or Ledger()

    def _open(self, store: Store) -> Ledger | None:
        """The ledger of the last commit; None if there is none."""
        from index.opening import latest

        if not store.exists():
            return None
        commit = latest(store)
        ledger = open_ledger(store, commit)
        if ledger or not commit.segments:
            self._generation = commit.generation
        return ledger

    def _prepare(self, ledger: Ledger) -> None:
        """Make the plan, and begin the report."""
        self._ledger = ledger
        self.report = report = Report()
        for origin, failure in self._listing.failures.items():
            report.failures.append(failure)
            if failure.reason != NO_FILE:
                now = self._listed_at // 10**9
                before = ledger.get(origin) or FileState(-1, 0, b"", self._how, now)
                failures = (("", failure.reason),)
                self._record(
                    origin, dataclasses.replace(before, size=-1, read_at=now, failures=failures)
                )
        if self._has_empty_path:
            report.failures.append(Failure("''", "the path is empty; name a file or folder"))
        self._plan: Plan = make_plan(
            self._listing,
            ledger,
            report,
            how=self._how,
            listed_at=self._listed_at,
            retry_failed=self._retry_failed,
        )
        for path in missing_files(self._listing, ledger):
            state = ledger[path] if not ledger.counts(path)[0] else None
            if state and not state.gone:  # nothing is left of it, not even in the index
                ledger.forget(path)

    def _take_answer(self, writer: ArticleWriter, file: SourceFile, answer: Part | End) -> None:
        """Take what was found in a file, or its end."""
        if self._current is None:
            self._current = _Current(file, self._ledger.get(file.origin))
        if isinstance(answer, End):
            with uninterrupted():
                self._end(writer, self._current, answer)
                self._current = None
            return
        for found in answer.found:
            self._take(writer, found, self._current)

    def _take(self, writer: ArticleWriter, found: Found, current: _Current) -> None:
        """Hand an article to the writer, or note what else was found."""
        match found:
            case Article():
                try:
                    self._add(writer, found, current)
                except InputError as error:
                    self._fail(current, Failure(f"{current.file.name}: {found.id}", str(error)))
            case Failure():
                self._fail(current, found)
            case Skip():
                self.report.skips.append(found)
                if len(current.skips) < _MOST_REMARKS:
                    current.skips.append(found)
            case Notice():
                self.report.notices.append(found)

    def _add(self, writer: ArticleWriter, article: Article, current: _Current) -> None:
        """Hand an article to the writer."""
        file = current.file
        article = dataclasses.replace(article, origin=file.origin)
        earlier = self._seen.setdefault(article.id, file.origin)
        if article.id == file.article_id:
            other = earlier if earlier != file.origin else _other_origin(writer, article)
            if other:
                reason = f"its id {article.id!r} is that of {other} too; index their common folder"
                self._fail(current, Failure(file.name, reason))
                return
        with uninterrupted():  # so that what is counted is what was added
            outcome = writer.add(article)
            if outcome == "added" and file.origin in self._plan.moved:
                outcome = "replaced"  # it takes the place of the one under its former path
            self.report.count(outcome)
            current.articles[article.id] = None

    def _fail(self, current: _Current, failure: Failure) -> None:
        if len(current.failures) < _MOST_REMARKS:
            current.failures.append(failure)
            self.report.failures.append(failure)
        else:
            current.untold += 1

    def _end(self, writer: ArticleWriter, current: _Current, end: End) -> None:
        """Note what became of a file."""
        file, before = current.file, current.before
        if current.untold:
            more = Failure(file.name, f"{current.untold:,} more parts of it could not be read")
            current.failures.append(more)
            self.report.failures.append(more)
        if end.error:
            current.failures.append(Failure(file.name, end.error))
            self.report.failures.append(current.failures[-1])
        former = self._plan.moved.get(file.origin)
        known = self._unfinished(current)
        if not current.failures:  # else who knows whether what is missing is gone
            was = dict.fromkeys((*(before.articles + before.gone if before else ()),))
            gone = tuple(each for each in was if each not in current.articles)
            known = dataclasses.replace(known, articles=tuple(current.articles), gone=gone)
            if former:
                self._leave_former(writer, former, current)
        state = dataclasses.replace(
            known,
            size=-1 if end.passing else file.size,
            mtime=trusted_time(file, self._listed_at),
            digest=end.digest,
            failures=tuple(remark(file, each.name, each.reason) for each in current.failures),
            skips=tuple(remark(file, each.name, each.reason) for each in current.skips),
        )
        self._record(file.origin, state)

    def _leave_former(self, writer: ArticleWriter, former: str, current: _Current) -> None:
        """Remove what a file that has moved left under its former path."""
        state = self._ledger.get(former)
        if state is None:
            return
        self._ledger.forget(former)
        left = [each for each in (*state.articles, *state.gone) if each not in self._seen]
        removed = remove_unclaimed(writer, self._ledger, left)
        self.report.removed += max(0, removed - len(current.articles))

    def _unfinished(self, current: _Current) -> FileState:
        """What is known of a file that is not read to its end: what it held, it may hold."""
        before = current.before
        articles = dict.fromkeys(before.articles if before else ()) | current.articles
        gone = tuple(each for each in (before.gone if before else ()) if each not in articles)
        return FileState(-1, 0, b"", self._how, int(time.time()), tuple(articles), gone)

    def _record(self, origin: str, state: FileState) -> None:
        """Note what is known of a file, unless that is what was known."""
        before = self._ledger.get(origin)
        if before is None or dataclasses.replace(before, read_at=state.read_at) != state:
            self._ledger.record(origin, state)

    def _take_stream(self, writer: ArticleWriter, stdin: BinaryIO) -> None:
        """Index JSON Lines from standard input.

        They are read in this process: the pipe is the user's own, it may stay silent for
        hours, and a line of JSON is taken apart by Python alone.
        """
        from index.readers import read

        stream = io.BufferedReader(cast(Any, stdin))
        current = _Current(SourceFile(STDIN_NAME, "", "", 0, 0), None)
        try:
            for found in read(stream, Input(STDIN_NAME, "", options=self._options), ".jsonl"):
                self._take(writer, found, current)
        except InputError as error:
            self._fail(current, Failure(STDIN_NAME, str(error)))
        except OSError as error:
            self._fail(current, Failure(STDIN_NAME, cause(error)))


def sync_until_interrupted(
    sync: Sync,
    opening: AbstractContextManager[ArticleWriter],
    stdin: BinaryIO | None = None,
    progress: Progress = lambda *_: None,
    *,
    delete_missing: bool = False,
) -> bool:
    """Run to the end, or until Ctrl-C: then commit what was read, and return True."""
    try:
        with opening as writer:
            try:
                sync.run(writer, stdin, progress, delete_missing=delete_missing)
            except KeyboardInterrupt:
                with uninterrupted():
                    sync.commit(writer)
                return True
    except KeyboardInterrupt:  # it was pressed while the commit was made
        return True
    return False


def _other_origin(writer: ArticleWriter, article: Article) -> str:
    """The file of another article that has this one's id in the index; empty if there is none."""
    known = writer.known(article.id)
    if known is None or known.origin in ("", article.origin):
        return ""
    same = known.content_hash == article.content_hash()
    return "" if same or not os.path.exists(known.origin) else known.origin
