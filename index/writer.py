"""ArticleWriter: add, replace and delete articles; one writer, atomic commits."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from index.article import Article, Hashed, check_article
from index.builder import UNIT
from index.commits import Commit, make_index, open_index, sweep
from index.committed import Committed, Known
from index.committing import Added, WriteSources, commit_changes, whoosh_toc
from index.interruptions import uninterrupted
from index.memory import give_back, seldom_collected
from index.runs import RunWriter
from index.store import Store
from index.workers import Workers

Outcome = Literal["added", "replaced", "unchanged"]

MEMORY = 512 << 20
"""Bytes that a writer uses, unless it is told otherwise."""

_UNITS_FOR_WORKERS = 12  # units that are waited for: for fewer, processes start too slowly


@contextlib.contextmanager
def open_writer(
    store: Store, *, jobs: int | None = None, memory: int = MEMORY
) -> Iterator[ArticleWriter]:
    """Hold the index for writing; commit at the end, or nothing at all if an error is raised.

    Args:
        store: the index; it is made if there is none.
        jobs: processes that index large additions; None is one for each core.
        memory: bytes that indexing uses, roughly.

    Raises IndexLocked if another process is writing.
    """
    new = not store.exists()
    with store.lock(), seldom_collected():
        if new and not store.exists():
            make_index(store, whoosh_toc(Commit(0)))
        sweep(store)
        writer = ArticleWriter(store, jobs or _cores(), memory)
        try:
            yield writer
            writer.commit()
        finally:
            writer.close()


class ArticleWriter:
    """Writes whole articles. Use open_writer, which holds the lock and commits."""

    def __init__(self, store: Store, jobs: int, memory: int) -> None:
        self._store = store
        self._jobs, self._memory = jobs, memory
        self._runs: RunWriter | Workers | None = None
        self._waiting: list[list[Hashed]] = []  # units, until it is known who takes them
        self._unit: dict[str, Hashed] = {}
        self._unit_size = 0
        self._begin()

    def add(self, article: Article) -> Outcome:
        """Add an article, or replace the one of the same id; leave it if nothing changed.

        Raises InputError if the article cannot enter the index.
        """
        check_article(article)
        content_hash = article.content_hash()
        known = self.known(article.id)
        outcome: Outcome = "replaced" if known else "added"
        if known and known.content_hash == content_hash:
            outcome = "unchanged"
            if not _has_moved(known.origin, article.origin):
                return outcome
        if known is None:
            self._unit[article.id] = article, content_hash
        else:
            with uninterrupted():
                self._delete(article.id)
                self._unit[article.id] = article, content_hash
        self._unit_size += sum(map(len, article.paragraphs))
        if self._unit_size >= UNIT:
            with uninterrupted():
                self._end_unit()
        return outcome

    def remove(self, article_id: str) -> bool:
        """Delete an article; False if there is none of that id."""
        with uninterrupted():
            return self._delete(article_id)

    def known(self, article_id: str) -> Known | None:
        """What is known of an article, committed or not; None if there is none of that id."""
        if article_id in self._unit:
            article, content_hash = self._unit[article_id]
            return Known(content_hash, article.origin)
        return self._added.known(article_id) or self._committed.known(article_id)

    def headers(self) -> Iterator[dict[str, Any]]:
        """The headers of all articles as last committed, without those deleted since."""
        return self._committed.headers()

    @property
    def store(self) -> Store:
        """The index."""
        return self._store

    @property
    def last_commit(self) -> Commit:
        """The commit that the next one will follow."""
        return self._committed.commit

    @property
    def jobs(self) -> int:
        """How many processes may work for it."""
        return self._jobs

    def commit(self, write_sources: WriteSources | None = None) -> None:
        """Make everything so far visible at once, and go on.

        Args:
            write_sources: writes what is known of the sources now, as part of the commit; None
                if that is as it was.
        """
        with uninterrupted():
            self._end_unit()
            if self._waiting:
                self._flush(self._runs or self._local())
            runs = self._runs.finish() if self._runs else []
            if len(runs) > 1:  # they will be merged, and that needs the memory
                self._end_runs()
            if commit_changes(
                self._store, self._committed, self._added, runs, write_sources=write_sources
            ):
                self._begin()

    def optimize(self) -> None:
        """Commit everything so far, and merge all segments into one."""
        self.commit()
        with uninterrupted():
            if commit_changes(self._store, self._committed, self._added, [], everything=True):
                self._begin()

    def close(self) -> None:
        """Let go of the index; what is not committed is dropped."""
        self._end_runs()
        if len(self._added) or any(segment.changed for segment in self._committed.segments):
            sweep(self._store)

    def _begin(self) -> None:
        """Begin what the next commit will be."""
        self._committed = Committed(open_index(self._store))
        self._added = Added()

    def _delete(self, article_id: str) -> bool:
        """Delete an article, wherever it is."""
        if self._unit.pop(article_id, None) is not None:
            return True
        return self._added.delete(article_id) or self._committed.delete(article_id)

    def _end_unit(self) -> None:
        """Hand the articles that were gathered to who makes runs of them."""
        if not self._unit:
            return
        unit = list(self._unit.values())
        for article, content_hash in unit:
            self._added.add(article, content_hash)
        self._unit, self._unit_size = {}, 0
        self._waiting.append(unit)
        if self._runs is None and self._jobs > 1 and len(self._waiting) >= _UNITS_FOR_WORKERS:
            self._runs = Workers(self._store, self._jobs, self._memory)
        if self._runs is not None or self._jobs == 1:
            self._flush(self._runs or self._local())

    def _end_runs(self) -> None:
        if self._runs is not None:
            self._runs.close()
            self._runs = None
            give_back()

    def _local(self) -> RunWriter:
        self._runs = RunWriter(self._store, self._memory)
        return self._runs

    def _flush(self, runs: RunWriter | Workers) -> None:
        for unit in self._waiting:
            runs.add(unit)
        self._waiting.clear()


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0))


def _has_moved(known: str, origin: str) -> bool:
    """Whether the file of an article is another one now, and not just one more."""
    return bool(origin) and origin != known and not Path(known).exists()
