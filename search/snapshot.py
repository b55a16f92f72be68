"""Snapshot: one committed state of the index, read as postings, paragraphs and articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from whoosh.reading import TermNotFound
from whoosh.scoring import BM25F

from index.schema import read_header
from index.store import Commit, Store
from search.errors import IndexDamaged
from search.matches import NO_MATCHES, Matches
from search.query.to_whoosh import WhooshQuery
from search.results import ArticleHeader

if TYPE_CHECKING:
    from whoosh.reading import IndexReader
    from whoosh.searching import Searcher

_ATTEMPTS = 5  # to open a commit, while others take its place


class Snapshot:
    """A Whoosh index as of one commit; documents are numbered across all segments.

    Attributes:
        commit: which commit it is, as the store tells it.
        max_doc: how many document numbers were given out, deleted ones included.
        live: bool[max_doc], false where the paragraph is deleted.
        article_of: int32[max_doc], the number of the paragraph's article in this snapshot.
        first_doc: int32[articles], the document of each article's first paragraph.
        published: int64[max_doc], seconds since 1970, UNDATED where it is unknown.

    Not safe to share between threads: Whoosh's readers have one position in their files.
    """

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self.commit, self._searcher = _open(self.store)
        self._reader: IndexReader = self._searcher.reader()
        self.max_doc = self._reader.doc_count_all()
        numbers = self._column("paragraph", np.int32)
        self.live = np.ones(self.max_doc, np.bool_)
        if self._reader.has_deletions():
            self.live = np.array([not self._reader.is_deleted(n) for n in range(self.max_doc)])
        self.first_doc = np.flatnonzero((numbers == 1) & self.live).astype(np.int32)
        self.article_of = (np.cumsum((numbers == 1) & self.live) - 1).astype(np.int32)
        self.published = self._column("published", np.int64)
        self._headers: dict[int, ArticleHeader] = {}

    @property
    def segments(self) -> int:
        """How many segments the index has."""
        return len(self._reader.leaf_readers())

    def close(self) -> None:
        """Let go of the files."""
        self._searcher.close()

    def matching(self, query: WhooshQuery) -> Matches:
        """All paragraphs that a Whoosh query matches, with Whoosh's BM25F scores."""
        if self.max_doc == 0:
            return NO_MATCHES
        doc_ids: list[int] = []
        scores: list[float] = []
        for leaf, base in self._searcher.leaf_searchers():
            matcher = query.matcher(leaf, self._searcher.context())
            while matcher.is_active():
                doc_ids.append(base + matcher.id())
                scores.append(matcher.score())
                matcher.next()
        return Matches(np.array(doc_ids, np.int32), np.array(scores, np.float64))

    def has_term(self, field: str, term: str) -> bool:
        """Whether the index has a term."""
        return self.max_doc > 0 and (field, term.encode()) in self._reader

    def terms_from(self, field: str, prefix: str) -> Iterator[str]:
        """The terms of a field that begin with a prefix, in order."""
        if self.max_doc == 0:
            return
        for name, term in self._reader.terms_from(field, prefix.encode()):
            text = term.decode()
            if name != field or not text.startswith(prefix):
                return
            yield text

    def text(self, doc_id: int) -> str:
        """The text of a paragraph."""
        stored: str = self._reader.stored_fields(int(doc_id))["text"]
        return stored

    def header(self, article: int) -> ArticleHeader:
        """The header of an article, by its number in this snapshot."""
        known = self._headers.get(article)
        if known is None:
            stored = self._reader.stored_fields(int(self.first_doc[article]))["header"]
            known = self._headers[article] = _as_header(read_header(stored))
        return known

    def find_article(self, article_id: str) -> int | None:
        """The number of an article in this snapshot, by its id."""
        try:
            return int(self.article_of[self._reader.first_id("article", article_id)])
        except TermNotFound:
            return None

    def _column(self, name: str, dtype: type[np.generic]) -> npt.NDArray[np.int64]:
        """The values of a column for all documents, as an array[max_doc]."""
        if self.max_doc == 0:
            return np.empty(0, dtype)
        columns = [leaf.column_reader(name).load() for leaf, _ in self._reader.leaf_readers()]
        return np.concatenate([np.array(column, dtype) for column in columns])


def _open(store: Store) -> tuple[Commit | None, Searcher]:
    """Open the last commit; begin again if another one takes its place meanwhile."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            commit = store.last_commit()
            return commit, store.open().searcher(weighting=BM25F())
        except FileNotFoundError as error:
            if attempt == _ATTEMPTS:
                raise IndexDamaged(
                    f"The index in {store.path} has lost the file {error.filename}; "
                    "move the folder away and index the articles again"
                ) from error
    raise AssertionError("the last attempt returns or raises")


def _as_header(stored: dict[str, Any]) -> ArticleHeader:
    """The header as it is shown, of what is stored."""
    shown = ("id", "title", "author", "source", "url", "language", "date")
    return ArticleHeader(**{name: stored[name] for name in shown}, length=stored["paragraphs"])
