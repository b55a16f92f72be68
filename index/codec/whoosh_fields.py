"""The indexed fields of a segment as Whoosh sees them: documents are always paragraphs.

Three kinds: fields that are posted by the segment's documents; fields that are posted once an
article, and are spread over its paragraphs here; and days, which are not posted at all.
"""

from __future__ import annotations

import struct
from abc import ABC, abstractmethod
from bisect import bisect_left
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.codec.field import FieldReader
from index.codec.norms import length_bytes

Docs = npt.NDArray[np.int32]


class FieldView(ABC):
    """The terms of a field and their postings; safe to share between threads.

    Attributes:
        has_positions: whether ``positions`` may be asked.
    """

    has_positions = False

    def __init__(self) -> None:
        # Whoosh asks for a term's statistics first and for its postings right after.
        self.postings = lru_cache(maxsize=2)(self._postings)

    @property
    @abstractmethod
    def num_terms(self) -> int:
        """How many terms there are."""

    @abstractmethod
    def term(self, number: int) -> bytes:
        """The text of a term."""

    @abstractmethod
    def lower(self, term: bytes) -> int:
        """How many terms come before a term in the order of their bytes."""

    @abstractmethod
    def find(self, term: bytes) -> int:
        """The number of a term; -1 if there is none."""

    @abstractmethod
    def doc_freq(self, number: int) -> int:
        """How many documents have a term, deleted ones included."""

    @abstractmethod
    def _postings(self, number: int) -> tuple[Docs, Docs]:
        """The documents of a term, int32[n] ascending, and how often each has it, int32[n]."""

    def positions(self, number: int) -> Docs:
        """Where a term stands, document by document; int32[sum of its frequencies]."""
        raise NotImplementedError

    @property
    def lengths(self) -> npt.NDArray[np.uint8] | None:
        """The length byte of every document, uint8[docs]; None if the field is not scored."""
        return None

    @property
    def total_length(self) -> int:
        """The tokens of all documents, exactly."""
        return 0


class PostedField(FieldView):
    """A field that is posted by the documents of the segment."""

    def __init__(self, field: FieldReader) -> None:
        super().__init__()
        self._field = field
        self.has_positions = field.has_tokens

    @property
    def num_terms(self) -> int:
        """How many terms there are."""
        return self._field.num_terms

    def term(self, number: int) -> bytes:
        """The text of a term."""
        return self._field.terms.term(number)

    def lower(self, term: bytes) -> int:
        """How many terms come before a term in the order of their bytes."""
        return self._field.terms.lower(term)

    def find(self, term: bytes) -> int:
        """The number of a term; -1 if there is none."""
        return self._field.terms.find(term)

    def doc_freq(self, number: int) -> int:
        """How many documents have a term, deleted ones included."""
        return self._field.doc_freq(number)

    def _postings(self, number: int) -> tuple[Docs, Docs]:
        return self._field.docs(number), self._field.freqs(number)

    def positions(self, number: int) -> Docs:
        """Where a term stands, document by document; int32[sum of its frequencies]."""
        return self._field.positions(number)

    @cached_property
    def lengths(self) -> npt.NDArray[np.uint8] | None:
        """The length byte of every document, uint8[docs]; None if the field is not scored."""
        lengths = self._field.lengths
        return None if lengths is None else length_bytes(lengths)

    @property
    def total_length(self) -> int:
        """The tokens of all documents, exactly."""
        return self._field.total_length


class ArticleField(PostedField):
    """A field that is posted once an article, as if it stood on each of its paragraphs."""

    def __init__(self, field: FieldReader, first_doc: Ints) -> None:
        super().__init__(field)
        self._first_doc = first_doc
        self._sizes = np.diff(first_doc)

    def doc_freq(self, number: int) -> int:
        """How many documents have a term, deleted ones included."""
        return int(self._sizes[self._field.docs(number)].sum())

    def _postings(self, number: int) -> tuple[Docs, Docs]:
        articles = self._field.docs(number)
        sizes = self._sizes[articles]
        docs = ragged(self._first_doc[articles], sizes).astype(np.int32)
        return docs, np.repeat(self._field.freqs(number), sizes)

    def positions(self, number: int) -> Docs:
        """Where a term stands, document by document; int32[sum of its frequencies]."""
        freqs = self._field.freqs(number)
        sizes = self._sizes[self._field.docs(number)]
        starts = starts_of(freqs)[:-1]
        return self._field.positions(number)[
            ragged(np.repeat(starts, sizes), np.repeat(freqs, sizes))
        ]

    @cached_property
    def lengths(self) -> npt.NDArray[np.uint8] | None:
        """The length byte of every document, uint8[docs]; None if the field is not scored."""
        lengths = self._field.lengths
        return None if lengths is None else np.repeat(length_bytes(lengths), self._sizes)

    @cached_property
    def total_length(self) -> int:
        """The tokens of all documents, exactly."""
        lengths = self._field.lengths
        return 0 if lengths is None else int((lengths * self._sizes).sum())


class DayField(FieldView):
    """Days, one an article, by the terms that Whoosh's NUMERIC field of 32 bits would have.

    There is a term for every day, and for every group of 16 days, of 256, and so on: a byte
    with the number of bits that are cut off, and the rest as a big-endian u4. Each is a range
    in the order of the days, so none is stored.
    """

    _BITS, _STEP = 32, 4
    _TERM = struct.Struct(">BI")

    def __init__(self, days: Ints, first_doc: Ints) -> None:
        """Days int64[articles], none negative; where the articles begin, int64[articles + 1]."""
        super().__init__()
        self._first_doc = first_doc
        self._sizes = np.diff(first_doc)
        self._articles = np.argsort(days, kind="stable")
        self._days = days[self._articles]
        self._docs_before = starts_of(self._sizes[self._articles])

    @cached_property
    def _terms(self) -> list[bytes]:
        """All terms, ascending."""
        return [
            self._TERM.pack(shift, value)
            for shift in range(0, self._BITS, self._STEP)
            for value in np.unique(self._days >> shift).tolist()
        ]

    @property
    def num_terms(self) -> int:
        """How many terms there are."""
        return len(self._terms)

    def term(self, number: int) -> bytes:
        """The text of a term."""
        return self._terms[number]

    def lower(self, term: bytes) -> int:
        """How many terms come before a term in the order of their bytes."""
        return bisect_left(self._terms, term)

    def find(self, term: bytes) -> int:
        """The number of a term; -1 if there is none."""
        number = self.lower(term)
        return number if self._terms[number : number + 1] == [term] else -1

    def _range(self, number: int) -> tuple[int, int]:
        """Where the days of a term begin and end among all days in order."""
        shift, value = self._TERM.unpack(self._terms[number])
        low, high = self._days.searchsorted((value << shift, (value + 1) << shift)).tolist()
        return low, high

    def doc_freq(self, number: int) -> int:
        """How many documents have a term, deleted ones included."""
        low, high = self._range(number)
        return int(self._docs_before[high] - self._docs_before[low])

    def _postings(self, number: int) -> tuple[Docs, Docs]:
        low, high = self._range(number)
        articles = np.sort(self._articles[low:high])
        docs = ragged(self._first_doc[articles], self._sizes[articles]).astype(np.int32)
        return docs, np.ones(len(docs), np.int32)
