"""SegmentSet: the segments of one commit, with documents and articles numbered over all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.stemming import ENGLISH, stemmer_of
from search.bits import Bits
from search.cache import ByteCache
from search.fields import FieldView, Part
from search.sets import DocIds, Ints, Mask, Scratch

if TYPE_CHECKING:
    from index.codec.segment import SegmentReader

CACHE_BYTES = 512 << 20
_OF_INDEX, _OF_MEMORY = 2, 8  # the parts of the index and of the memory that a cache may take
_FEW = 20  # of so many documents one: of fewer, articles are looked up

Numbers = npt.NDArray[np.int32]


class SegmentSet:
    """All that is in a commit, read as if it were one segment. Safe to share between threads.

    Attributes:
        segments: the readers, in the order of the commit.
        doc_bases, article_bases: the first number of each segment, and the end of the last.
        max_doc: how many document numbers were given out, deleted ones included.
        num_docs: how many documents are live.
        num_articles: how many article numbers were given out.
        live: bool[max_doc], false where the paragraph is deleted; None where none is.
        cache: what was decoded.
        queries: how many were begun, roughly, where threads share it.
        scratch: a thread's arrays with a place for each document.
    """

    def __init__(
        self,
        segments: Sequence[SegmentReader],
        deleted: Sequence[Mask | None] = (),
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        """Put segments together.

        Args:
            segments: the readers.
            deleted: for each segment bool[max_doc] or bool[num_articles], true where a
                paragraph or an article is deleted; None where none is.
            cache_bytes: how much of what was decoded to keep.
        """
        self.segments = tuple(segments)
        self.doc_bases = [0, *accumulate(each.max_doc for each in segments)]
        self.article_bases = [0, *accumulate(each.num_articles for each in segments)]
        self.max_doc = self.doc_bases[-1]
        self.num_articles = self.article_bases[-1]
        gone = deleted or [None] * len(segments)
        self._live_parts = [_live(each, mask) for each, mask in zip(segments, gone, strict=True)]
        self.live: Mask | None = None
        if any(mask is not None for mask in self._live_parts):
            self.live = np.concatenate(
                [
                    np.ones(each.max_doc, np.bool_) if mask is None else mask
                    for each, mask in zip(segments, self._live_parts, strict=True)
                ]
            )
        self.num_docs = self.max_doc if self.live is None else int(np.count_nonzero(self.live))
        self.cache = ByteCache(cache_bytes)
        self.queries = 0
        self.scratch = Scratch(self.max_doc)
        self._fields: dict[str, FieldView] = {}

    @cached_property
    def first_doc(self) -> Numbers:
        """Where each article begins, and the number of documents; int32[num_articles + 1]."""
        if len(self.segments) == 1:
            return self.segments[0].first_doc
        firsts = [
            each.first_doc[:-1] + np.int32(base)
            for each, base in zip(self.segments, self.doc_bases, strict=False)
        ]
        return np.concatenate([*firsts, np.array([self.max_doc], np.int32)])

    @cached_property
    def article_of(self) -> Numbers:
        """The article of each document, int32[max_doc]."""
        articles = np.arange(self.num_articles, dtype=np.int32)
        return np.repeat(articles, np.diff(self.first_doc))

    @cached_property
    def first_bits(self) -> tuple[Ints, Bits]:
        """Where each article begins in a set of bits, and the end: the word, and the bits before.

        int64[num_articles + 1], uint64[num_articles + 1].
        """
        below = (np.uint64(1) << (self.first_doc & 63).astype(np.uint64)) - np.uint64(1)
        return (self.first_doc >> 6).astype(np.int64), below

    def articles_of(self, docs: DocIds) -> Numbers:
        """The article of each of some documents, int32[n]."""
        if "article_of" in self.__dict__ or len(docs) * _FEW > self.max_doc:
            return self.article_of.take(docs)
        return (self.first_doc.searchsorted(docs, "right") - 1).astype(np.int32)

    @cached_property
    def live_articles(self) -> Numbers:
        """The articles with a live paragraph, ascending; int32[n]."""
        articles = np.arange(self.num_articles, dtype=np.int32)
        if self.live is None or not self.num_articles:
            return articles
        return articles[np.logical_or.reduceat(self.live, self.first_doc[:-1])]

    @cached_property
    def docs_by_stemmer(self) -> dict[str, int]:
        """How many live documents are read by each stemmer; English is always among them."""
        field = self.field("language")
        terms = [part.reader.terms for part in field.parts]
        tags = {tag.decode() for each in terms for tag in each.texts(0, len(each))}
        counts: dict[str, int] = {}
        for tag in sorted(tags):
            stemmer = stemmer_of(tag)
            counts[stemmer] = counts.get(stemmer, 0) + field.term(tag).doc_freq
        counts[ENGLISH] = 0
        counts[ENGLISH] = self.num_docs - sum(counts.values())  # those without a language, too
        return counts

    @cached_property
    def stemmers(self) -> tuple[str, ...]:
        """The stemmers of the articles, that of the most documents first."""
        counts = self.docs_by_stemmer
        return tuple(sorted(counts, key=lambda each: (-counts[each], each)))

    def field(self, name: str) -> FieldView:
        """A field over all segments; one without terms where no segment has it."""
        known = self._fields.get(name)
        if known is None:
            parts = [
                Part(each.fields[name], each, bases, live)
                for each, bases, live in zip(
                    self.segments,
                    zip(self.doc_bases, self.article_bases, strict=True),
                    self._live_parts,
                    strict=False,
                )
                if name in each.fields
            ]
            known = FieldView(name, parts, self)
            known = self._fields.setdefault(name, known)
        return known

    def has_term(self, field: str, term: str) -> bool:
        """Whether a live paragraph has a term."""
        encoded = term.encode()
        parts = self.field(field).parts
        if all(part.reader.terms.find(encoded) < 0 for part in parts):
            return False
        return self.live is None or self.field(field).term(term).doc_freq > 0

    def numbers(self, column: str) -> Ints:
        """A column of numbers, int64[num_articles]."""
        known: Ints | None = self.cache.get(("numbers", column))
        if known is not None:
            return known
        columns = [each.numbers(column) for each in self.segments]
        numbers = np.concatenate([np.empty(0, np.int64), *columns])
        kept: Ints = self.cache.put(("numbers", column), numbers, numbers.nbytes)
        return kept

    def doc_numbers(self, column: str) -> npt.NDArray[np.signedinteger]:
        """A column of numbers for each document; int32[max_doc], int64 if they do not fit."""
        known: npt.NDArray[np.signedinteger] | None = self.cache.get(("doc numbers", column))
        if known is not None:
            return known
        numbers: npt.NDArray[np.signedinteger] = self.numbers(column)
        if len(numbers) and numbers.min() >= -(2**31) and numbers.max() < 2**31:
            numbers = numbers.astype(np.int32)
        numbers = np.repeat(numbers, np.diff(self.first_doc))
        kept: npt.NDArray[np.signedinteger] = self.cache.put(
            ("doc numbers", column), numbers, numbers.nbytes
        )
        return kept

    def whoosh_searcher(self) -> Any:
        """Whoosh's searcher on the same segments, with the same numbers of documents."""
        raise NotImplementedError("these segments are not those of an index")

    def place(self, doc_id: int) -> tuple[SegmentReader, int]:
        """The segment of a document, and its number there."""
        at = _at(self.doc_bases, doc_id)
        return self.segments[at], doc_id - self.doc_bases[at]

    def article_place(self, article: int) -> tuple[SegmentReader, int]:
        """The segment of an article, and its number there."""
        at = _at(self.article_bases, article)
        return self.segments[at], article - self.article_bases[at]


def cache_bytes_for(index_bytes: int) -> int:
    """How much of what was decoded of an index of so many bytes is worth keeping.

    Half of it, but no more than an eighth of the machine's memory; 512 MiB at least.
    """
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # a system that does not tell
        memory = 0
    return max(CACHE_BYTES, min(index_bytes // _OF_INDEX, memory // _OF_MEMORY))


def _at(bases: list[int], number: int) -> int:
    """The segment in which a number lies."""
    return next(at for at in range(len(bases) - 1) if number < bases[at + 1])


def _live(segment: SegmentReader, deleted: Mask | None) -> Mask | None:
    """Which documents of a segment are live, bool[max_doc]; None where all are."""
    if deleted is None or not deleted.any():
        return None
    if len(deleted) == segment.max_doc:
        return ~deleted
    return np.repeat(~deleted, np.diff(segment.first_doc))
