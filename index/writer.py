"""ArticleWriter: add, replace and delete articles; one writer, atomic commits."""

from __future__ import annotations

import contextlib
import logging
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from whoosh.reading import TermNotFound
from whoosh.writing import SegmentWriter

from index.article import Article, check_article
from index.errors import StoreError, cause
from index.schema import documents, read_header
from index.store import Store

Outcome = Literal["added", "replaced", "unchanged"]

logger = logging.getLogger("nutgraf.index")

_PENDING = 256  # articles kept back, so that one that comes twice is written once
_MEMORY_MB = 256


@contextlib.contextmanager
def open_writer(store: Store) -> Iterator[ArticleWriter]:
    """Hold the index for writing; commit at the end, or nothing at all if an error is raised.

    Raises IndexLocked if another process is writing.
    """
    new = not store.exists()
    with store.lock():
        if new and not store.exists():
            store.create()
        store.sweep()
        writer = ArticleWriter(store)
        try:
            yield writer
            writer.commit()
        finally:
            writer.close()


class ArticleWriter:
    """Writes whole articles. Use open_writer, which holds the lock and commits."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pending: dict[str, Article] = {}
        self._written: set[str] = set()  # since the last commit, as is what follows
        self._deleted: set[str] = set()
        self._open()

    def add(self, article: Article) -> Outcome:
        """Add an article, or replace the one of the same id; leave it if nothing changed.

        Raises InputError if the article cannot enter the index.
        """
        check_article(article)
        outcome: Outcome = "added"
        if article.id in self._pending:
            if self._pending[article.id].content_hash() == article.content_hash():
                return "unchanged"
            outcome = "replaced"
        elif article.id in self._written:
            self.commit()
        if article.id not in self._pending and (header := self.header(article.id)):
            same = header["hash"] == article.content_hash()
            if same and not _has_moved(header["origin"], article.origin):
                return "unchanged"
            outcome = "unchanged" if same else "replaced"
        self._pending[article.id] = article
        if len(self._pending) >= _PENDING:
            self._flush()
        return outcome

    def remove(self, article_id: str) -> bool:
        """Delete an article; False if there is none of that id."""
        if article_id in self._written:
            self.commit()
        pending = self._pending.pop(article_id, None) is not None
        committed = self.header(article_id) is not None
        if committed:
            self._delete(article_id)
        return pending or committed

    def header(self, article_id: str) -> dict[str, Any] | None:
        """The header of an article as last committed; None if there is none any more."""
        if article_id in self._deleted:
            return None
        try:
            first = self._reader.first_id("article", article_id)
        except TermNotFound:
            return None
        return read_header(self._reader.stored_fields(first)["header"])

    def headers(self) -> Iterator[dict[str, Any]]:
        """The headers of all articles as last committed."""
        for _, stored in self._reader.iter_docs():
            if "header" in stored:
                yield read_header(stored["header"])

    def commit(self) -> None:
        """Make everything so far visible at once, and go on."""
        self._flush()
        if self._whoosh is not None:
            with _uninterrupted(), _reporting(self._store):
                self._whoosh.commit()
            self._reader.close()
            self._open()

    def close(self) -> None:
        """Let go of the index; what is not committed is dropped."""
        self._pending.clear()
        self._reader.close()
        if self._whoosh is not None:
            _drop(self._whoosh)
            self._store.sweep()

    def _open(self) -> None:
        self._opened = self._store.open()
        self._reader = self._opened.reader()
        self._whoosh: SegmentWriter | None = None
        self._written.clear()
        self._deleted.clear()

    def _writing(self) -> SegmentWriter:
        """Whoosh's writer, made at the first change: it leaves files behind, used or not."""
        if self._whoosh is None:
            self._whoosh = SegmentWriter(self._opened, limitmb=_MEMORY_MB, _lk=False)
        return self._whoosh

    def _flush(self) -> None:
        """Hand the articles that were kept back to Whoosh."""
        while self._pending:
            article_id, article = next(iter(self._pending.items()))
            with _uninterrupted(), _reporting(self._store):
                self._delete(article_id)
                for document in documents(article):
                    self._writing().add_document(**document)
                self._written.add(article_id)
                del self._pending[article_id]

    def _delete(self, article_id: str) -> None:
        """Mark the committed paragraphs of an article as deleted."""
        if self.header(article_id) is None:
            return
        matcher = self._reader.postings("article", article_id.encode())
        for doc_id in matcher.all_ids():
            self._writing().delete_document(doc_id)
        self._deleted.add(article_id)


def _has_moved(known: str, origin: str) -> bool:
    """Whether the file of an article is another one now, and not just one more."""
    return bool(origin) and origin != known and not Path(known).exists()


def _drop(writer: SegmentWriter) -> None:
    """Give up a writer, in whatever state an error has left it."""
    if writer.is_closed:
        return
    try:
        writer.cancel()
    except Exception as error:  # it tries to write on, on a disk that may be full
        logger.debug("a writer could not be cancelled: %s", error)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Keep Ctrl-C waiting: an article goes in whole, and a commit is done or not."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _reporting(store: Store) -> Iterator[None]:
    """Turn an error of the disk into one sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{store.path} cannot be written: {cause(error)} "
            f"({store.free_space() // 1_000_000:,} MB free). The index is as it was "
            "at the last commit; make room and run the command again"
        ) from error
