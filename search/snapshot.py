"""Snapshot: one committed state of the index, read as postings, paragraphs and articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from index.codec.segment import SegmentReader
from index.commits import last_commit, open_index
from index.header import read_header
from index.store import Store
from search.boilerplate import Boilerplate
from search.families import Families
from search.foreign import fallbacks
from search.results import ArticleHeader
from search.segments import SegmentSet, cache_bytes_for
from search.sets import Ints, Mask

__all__ = ["Snapshot", "fallbacks"]

_HEADER_BYTES = 1_500  # of a header in the cache, roughly


class Snapshot(SegmentSet):
    """The index as of one commit; see SegmentSet. Safe to share between threads.

    Attributes:
        store: the folder of the index.
        commit: which commit it is, as ``index.commits.last_commit`` tells it.
        generation: its number.
        entries: the segments that it names, with their deletions.
    """

    def __init__(
        self, path: Path, cache_bytes: int | None = None, *, starting: bool = True
    ) -> None:
        """Open the last commit.

        Args:
            path: the folder of the index.
            cache_bytes: how much of what was decoded to keep; None decides by the size of the
                index.
            starting: whether the commit before may do if the last one is not whole; not for
                who has read the last one already.

        Raises IndexNotFound, NotAnIndex or IndexDamaged.
        """
        self.store = Store(path)
        self.commit = last_commit(self.store)
        opened = open_index(self.store, starting=starting)
        self.generation = opened.commit.generation
        self.entries = opened.commit.segments
        self._deletions: Sequence[Mask | None] = opened.deletions
        self._table = opened.families
        segments = [SegmentReader(sealed) for sealed in opened.segments]
        if cache_bytes is None:
            cache_bytes = cache_bytes_for(sum(sealed.size for sealed in opened.segments))
        super().__init__(segments, opened.deletions, cache_bytes)

    def close(self) -> None:
        """Let go of what was decoded; the files go with the last who reads them."""
        self.cache.clear()

    @property
    def published(self) -> Ints:
        """When each article was published, in seconds since 1970; int64[num_articles].

        UNDATED where it is unknown.
        """
        return self.numbers("published")

    @cached_property
    def families(self) -> Families:
        """The paragraphs that stand in several articles."""
        return Families(self._table, self)

    @cached_property
    def boilerplate(self) -> Boilerplate:
        """Which of the families are boilerplate."""
        return Boilerplate(self, self.families)

    def sources_of(self, articles: Ints) -> set[str]:
        """The sources of some articles, which are ascending; "" is that of those that say none."""
        found: set[str] = set()
        for at, segment in enumerate(self.segments):
            base = self.article_bases[at]
            low, high = articles.searchsorted((base, self.article_bases[at + 1])).tolist()
            if low < high:
                codes, words = segment.codes("source")
                own = np.unique(codes[articles[low:high] - base]).tolist()
                found.update(words[code] for code in own)
        return found

    def text(self, doc_id: int) -> str:
        """The text of a paragraph."""
        segment, number = self.place(int(doc_id))
        return segment.text(number)

    def header(self, article: int) -> ArticleHeader:
        """The header of an article, by its number in this snapshot."""
        known: ArticleHeader | None = self.cache.get(("header", article))
        if known is None:
            segment, number = self.article_place(int(article))
            header = _as_header(read_header(segment.header(number)))
            known = self.cache.put(("header", article), header, _HEADER_BYTES)
        return known

    def find_article(self, article_id: str) -> int | None:
        """The number of an article in this snapshot, by its id."""
        for part, number in self.field("article").term(article_id).places:
            for article in part.reader.docs(number).tolist():
                if part.live is None or part.live[part.first_doc[article]]:
                    return part.first_article + int(article)
        return None

    def sources(self) -> Counter[str]:
        """How many live articles each source has; articles without a source under ''."""
        counts: Counter[str] = Counter()
        live = np.zeros(self.num_articles, np.bool_)
        live[self.live_articles] = True
        for segment, base in zip(self.segments, self.article_bases, strict=False):
            codes, words = segment.codes("source")
            kept = codes[live[base : base + len(codes)]]
            of_words = np.bincount(kept, minlength=len(words)).tolist()
            counts.update(
                {word: count for word, count in zip(words, of_words, strict=True) if count}
            )
        return counts

    def whoosh_searcher(self) -> Any:
        """Whoosh's searcher on the same segments, with the same numbers of documents."""
        from whoosh.scoring import BM25F
        from whoosh.searching import Searcher

        from index.codec.whoosh_index import make_reader

        reader = make_reader(self.segments, self._deletions, self.generation)
        return Searcher(reader, weighting=BM25F())


def _as_header(stored: dict[str, Any]) -> ArticleHeader:
    """The header as it is shown, of what is stored."""
    shown = ("id", "title", "author", "source", "url", "language", "date")
    return ArticleHeader(**{name: stored[name] for name in shown}, length=stored["paragraphs"])
