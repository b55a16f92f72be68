"""What Whoosh reads a segment with: its terms and postings, and what stands by document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.codec.base import EmptyCursor, FieldCursor, PerDocumentReader, TermsReader
from whoosh.columns import Column, ColumnReader
from whoosh.fields import FieldType
from whoosh.formats import Format
from whoosh.reading import TermInfo, TermNotFound

from index.codec.norms import LENGTHS
from index.codec.whoosh_columns import ValueColumnReader
from index.codec.whoosh_fields import FieldView
from index.codec.whoosh_matcher import NutgrafMatcher
from index.codec.whoosh_segment import NutgrafSegment
from index.codec.whoosh_views import SegmentView

FieldTerm = tuple[str, bytes]


class NutgrafTermsReader(TermsReader):
    """The terms of a segment and their postings; safe to share between threads."""

    def __init__(self, view: SegmentView) -> None:
        self._fields = view.fields

    def __contains__(self, term: FieldTerm) -> bool:
        name, text = term
        return name in self._fields and self._fields[name].find(text) >= 0

    def indexed_field_names(self) -> list[str]:
        """The fields that have terms."""
        return list(self._fields)

    def cursor(self, fieldname: str, fieldobj: FieldType) -> FieldCursor:
        """A cursor over the terms of a field."""
        field = self._fields.get(fieldname)
        return EmptyCursor() if field is None else NutgrafCursor(field, fieldobj)

    def terms(self) -> Iterator[FieldTerm]:
        """All terms: by field, then by the order of their bytes."""
        for name in self._fields:
            yield from self._field_terms(name, 0)

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[FieldTerm]:
        """The terms from one on: those of its field, then those of the fields after it."""
        if fieldname not in self._fields:
            return
        yield from self._field_terms(fieldname, self._fields[fieldname].lower(prefix))
        for name in self._fields:
            if name > fieldname:
                yield from self._field_terms(name, 0)

    def _field_terms(self, name: str, first: int) -> Iterator[FieldTerm]:
        field = self._fields[name]
        for number in range(first, field.num_terms):
            yield name, field.term(number)

    def items(self) -> Iterator[tuple[FieldTerm, TermInfo]]:
        """All terms, with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[FieldTerm, TermInfo]]:
        """The terms from one on, with what is known of each."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """What is known of a term. Raises TermNotFound."""
        return _info(*self._find(fieldname, text))

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often a term occurs."""
        if (fieldname, text) not in self:
            return 0.0
        field, number = self._find(fieldname, text)
        return float(field.postings(number)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """How many documents have a term, deleted ones included."""
        if (fieldname, text) not in self:
            return 0
        field, number = self._find(fieldname, text)
        return field.doc_freq(number)

    def matcher(
        self, fieldname: str, text: bytes, format_: Format, scorer: Any = None
    ) -> NutgrafMatcher:
        """A matcher over the postings of a term. Raises TermNotFound."""
        return NutgrafMatcher((fieldname, text), *self._find(fieldname, text), format_, scorer)

    def _find(self, name: str, text: bytes) -> tuple[FieldView, int]:
        field = self._fields.get(name)
        number = -1 if field is None else field.find(text)
        if field is None or number < 0:
            raise TermNotFound(f"No term {name}:{text!r}")
        return field, number


def _info(field: FieldView, number: int) -> TermInfo:
    """What is known of a term; a new object, because Whoosh adds to it."""
    docs, freqs = field.postings(number)
    lengths = None if field.lengths is None else field.lengths[docs]
    return TermInfo(
        weight=float(freqs.sum()),
        df=len(docs),
        minlength=0 if lengths is None else int(LENGTHS[lengths.min()]),
        maxlength=0 if lengths is None else int(LENGTHS[lengths.max()]),
        maxweight=float(freqs.max()),
        minid=int(docs[0]),
        maxid=int(docs[-1]),
    )


class NutgrafCursor(FieldCursor):
    """Moves through the terms of a field, as Whoosh's search for similar words does."""

    def __init__(self, field: FieldView, fieldobj: FieldType) -> None:
        self._field, self._fieldobj = field, fieldobj
        self._number = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._number = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Go to the first term that does not come before the given one."""
        encoded = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._number = self._field.lower(encoded)
        return self.text()

    def next(self) -> Any:
        """Go to the next term."""
        self._number += 1
        return self.text()

    def text(self) -> Any:
        """The term that it stands at, decoded by its field; None after the last."""
        if not self.is_valid():
            return None
        return self._fieldobj.from_bytes(self._field.term(self._number))

    term = text

    def term_info(self) -> TermInfo | None:
        """What is known of the term that it stands at."""
        return _info(self._field, self._number) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Whether it stands at a term."""
        return self._number < self._field.num_terms


class NutgrafPerDocumentReader(PerDocumentReader):
    """What stands by document: lengths, columns, stored fields, deletions."""

    def __init__(self, segment: NutgrafSegment, view: SegmentView) -> None:
        self._segment, self._view = segment, view

    def doc_count(self) -> int:
        """How many documents there are that are not deleted."""
        return self._view.max_doc - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        """How many documents there are, deleted ones included."""
        return self._view.max_doc

    def has_deletions(self) -> bool:
        """Whether any document is deleted."""
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents, ascending."""
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        """Whether there may be columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether a field has a column."""
        return self._view.column(fieldname) is not None

    def column_reader(self, fieldname: str, column: Column) -> ColumnReader:
        """A reader of a field's column."""
        values = self._view.column(fieldname)
        if values is None:
            raise KeyError(f"No column {fieldname!r}")
        return ValueColumnReader(values, column)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many tokens a field has in a document, on the scale of its length byte."""
        field = self._view.fields.get(fieldname)
        if field is None or field.lengths is None or not field.lengths[docnum]:
            return default
        return int(LENGTHS[field.lengths[docnum]])

    def field_length(self, fieldname: str) -> int:
        """How many tokens a field has in all documents, exactly."""
        field = self._view.fields.get(fieldname)
        return 0 if field is None else field.total_length

    def min_field_length(self, fieldname: str) -> int:
        """The shortest length of a field in any document."""
        return self._extreme(fieldname, np.min)

    def max_field_length(self, fieldname: str) -> int:
        """The longest length of a field in any document."""
        return self._extreme(fieldname, np.max)

    def _extreme(self, fieldname: str, of: Any) -> int:
        field = self._view.fields.get(fieldname)
        if field is None or field.lengths is None or not len(field.lengths):
            return 0
        return int(LENGTHS[of(field.lengths)])

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """The stored fields of a document."""
        return self._view.stored(docnum)
