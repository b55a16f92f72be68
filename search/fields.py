"""A field over all segments, and what is known of each of its terms without decoding."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.codec.champions import CHAMPIONS
from index.stemming import may_have
from search import scoring
from search.fuzzy import TermTexts
from search.scoring import Bytes, Scores
from search.sets import DocIds, Mask, ranges

if TYPE_CHECKING:
    from index.codec.field import FieldReader
    from index.codec.segment import SegmentReader
    from search.segments import SegmentSet

_ROWS = 7  # frequencies of a table of factors, to begin with
_VIEW_BYTES = 700  # of a TermView
_BEST_BYTES = 12  # of each of its best documents

Places = tuple[tuple["Part", int], ...]
"""Where a term is: the parts of its field that have it, and its number there."""


class Part:
    """A field in one segment.

    Attributes:
        reader: what reads it.
        base: the first document of the segment.
        first_article: the first article of the segment.
        live: which documents of the segment are live, None where all are.
        by_article: whether its postings name articles and not paragraphs.
    """

    def __init__(
        self,
        reader: FieldReader,
        segment: SegmentReader,
        bases: tuple[int, int],
        live: Mask | None,
    ) -> None:
        self.reader = reader
        self.base, self.first_article = bases
        self.live = live
        self.by_article = reader.level == "article"
        self._segment = segment

    @cached_property
    def article_sizes(self) -> npt.NDArray[np.int32]:
        """The paragraphs of each article."""
        return np.diff(self.first_doc)

    @cached_property
    def length_bytes(self) -> Bytes:
        """The length of each document of the field's level as scores see it."""
        return self.reader.length_bytes

    def lengths_of(self, docs: DocIds) -> Bytes:
        """The lengths of documents of the field's level; 0 in a field that is not scored."""
        if not self.reader.is_scored:
            return np.zeros(len(docs), np.uint8)
        return self.length_bytes.take(docs)

    @cached_property
    def texts(self) -> TermTexts:
        """The terms, for looking at many at once."""
        return TermTexts(self.reader.terms)

    @cached_property
    def own_mean(self) -> float:
        """The mean length by which the segment chose its champions."""
        return max(1.0, self.reader.total_length / max(1, self.reader.num_docs))

    @property
    def first_doc(self) -> npt.NDArray[np.int32]:
        """Where each article of the segment begins, and the number of its documents."""
        return self._segment.first_doc

    @property
    def max_doc(self) -> int:
        """The documents of the segment."""
        return self._segment.max_doc

    @property
    def num_units(self) -> int:
        """The documents of the field's level, paragraphs or articles."""
        return self._segment.num_articles if self.by_article else self._segment.max_doc

    def live_length(self) -> int:
        """The tokens of all live paragraphs; those of an article count for each of them."""
        if self.live is None and not self.by_article:
            return self.reader.total_length
        lengths = self.reader.lengths
        if lengths is None:
            return 0
        if self.by_article:
            lengths = np.repeat(lengths, self.article_sizes)
        return int(lengths.sum(dtype=np.int64, where=True if self.live is None else self.live))

    def expand(self, articles: DocIds) -> tuple[DocIds, DocIds]:
        """The paragraphs of articles, and how many each has; numbers of the segment."""
        counts = self.article_sizes[articles]
        return ranges(self.first_doc[articles], counts), counts

    def docs(self, number: int) -> DocIds:
        """The live documents of a term, numbered over all segments."""
        return self.place(self.reader.docs(number))

    def place(self, docs: DocIds) -> DocIds:
        """Documents of the field's level -> live documents, numbered over all segments."""
        if self.by_article:
            docs, _ = self.expand(docs)
        if self.live is not None:
            docs = docs[self.live[docs]]
        return docs + np.int32(self.base) if self.base else docs


class FieldView:
    """A field over all segments.

    Attributes:
        name: of the field.
        parts: where it is.
        is_scored: whether its terms score by BM25; else each scores 1.
        by_article: whether it is a field of articles and not of paragraphs.
    """

    def __init__(self, name: str, parts: list[Part], segments: SegmentSet) -> None:
        self.name = name
        self.parts = parts
        self.segments = segments
        self.is_scored = bool(parts) and all(part.reader.is_scored for part in parts)
        self.by_article = bool(parts) and parts[0].by_article
        self._factors: Scores = np.empty(0)

    @cached_property
    def mean_length(self) -> float:
        """The mean length of the live documents; never 0."""
        total = sum(part.live_length() for part in self.parts)
        return total / max(1, self.segments.num_docs) or 1.0

    def factors(self, highest: int) -> Scores:
        """The factors by frequency << 8 | length byte, at least to a frequency.

        float64[rows * 256]; 1 for every frequency but 0 in a field that is not scored.
        """
        if len(self._factors) <= highest << 8:
            rows = min(2 * highest + _ROWS, scoring.MOST)
            self._factors = scoring.table(rows, self.mean_length)
            if not self.is_scored:
                self._factors = np.sign(self._factors)
        return self._factors

    @cached_property
    def length_bytes(self) -> Bytes:
        """The length of every document as scores see it; uint8[max_doc]."""
        found = np.zeros(self.segments.max_doc, np.uint8)
        for part in self.parts:
            own = part.length_bytes
            if part.by_article:
                own = np.repeat(own, part.article_sizes)
            found[part.base : part.base + part.max_doc] = own
        return found

    def term(self, text: str) -> TermView:
        """What is known of a term; a view without places if no segment has it."""
        key = ("term", self.name, text)
        known: TermView | None = self.segments.cache.get(key)
        if known is None:
            encoded = text.encode("utf-8", "surrogatepass")
            places = tuple(
                (part, number)
                for part in self.parts
                if (number := part.reader.terms.find(encoded)) >= 0
            )
            view = TermView(self, text, places)
            size = _VIEW_BYTES + _BEST_BYTES * min(view.doc_freq, CHAMPIONS)
            known = self.segments.cache.put(key, view, size)
        return known


class TermView:
    """A term of a field over all segments: its statistics.

    Attributes:
        field, text: which term it is.
        places: where it is.
        doc_freq: how many live documents have it.
        weight: its idf, among the documents whose language can have it: else words would
            count more in those languages of which an archive has little. 1 in a field that is
            not scored.
        best: its best documents and their scores, once they were asked for.
    """

    __slots__ = ("_asked", "best", "doc_freq", "field", "key", "places", "text", "weight")

    def __init__(self, field: FieldView, text: str, places: Places) -> None:
        self.field = field
        self.text = text
        self.key = (field.name, text)
        self.places = places
        self.doc_freq = sum(_doc_freq(part, number) for part, number in places)
        self.weight = self._idf() if field.is_scored else 1.0
        self.best: tuple[DocIds, Scores, bool] | None = None
        self._asked = 0

    def _idf(self) -> float:
        segments = self.field.segments
        having = (each for each in segments.stemmers if may_have(each, self.text))
        count = sum(segments.docs_by_stemmer[each] for each in having)
        return scoring.idf(max(count, self.doc_freq), self.doc_freq)

    def is_asked_again(self) -> bool:
        """Whether it was asked for in an earlier query: then it pays to decode it well."""
        now = self.field.segments.queries
        if not self._asked:
            self._asked = now
        return self._asked != now


def _doc_freq(part: Part, number: int) -> int:
    """How many live documents of a segment have a term."""
    if part.live is None and not part.by_article:
        return part.reader.doc_freq(number)
    docs = part.reader.docs(number)
    if part.live is None:
        return int(part.article_sizes[docs].sum())
    if part.by_article:
        docs, _ = part.expand(docs)
    return int(np.count_nonzero(part.live[docs]))
