"""A segment as Whoosh's readers look at it: indexed fields, columns and stored fields.

There are two kinds: segments of articles, which nutgraf writes, and plain segments, which a
Whoosh program writes with our codec. Plain segments have a document where the others have an
article; their meta has an entry "whoosh", which tells how each column is kept.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from index.codec.arrays import Ints
from index.codec.segment import SegmentReader
from index.codec.whoosh_columns import JsonColumn, NumberColumn
from index.codec.whoosh_fields import ArticleField, DayField, FieldView, PostedField
from index.codec.whoosh_values import from_json

PLAIN = "whoosh"
"""The entry in the meta of plain segments: {"columns": {name: "numbers" or "json"}}."""

STORED = "stored fields"
"""The name of the stored fields of plain segments: no field of Whoosh's has a blank in it."""

_DAYS = ("first_day", "last_day")


def column_name(field: str) -> str:
    """The name of the column of a field, in plain segments."""
    return f"column {field}"


class SegmentView(ABC):
    """A segment as Whoosh's readers look at it; safe to share between threads.

    Attributes:
        max_doc: how many documents there are, deleted ones included.
    """

    def __init__(self, reader: SegmentReader) -> None:
        self._reader = reader
        self.max_doc = reader.max_doc

    @property
    @abstractmethod
    def fields(self) -> Mapping[str, FieldView]:
        """The fields that have terms, by name, in the order of their names."""

    @abstractmethod
    def column(self, name: str) -> Sequence[Any] | None:
        """The values of a column, None where there is no value; None if there is no column."""

    @abstractmethod
    def stored(self, doc: int) -> dict[str, Any]:
        """The stored fields of a document."""


class ArticleView(SegmentView):
    """A segment of articles, as if it was written by ``index.schema.documents``."""

    @cached_property
    def _first_doc(self) -> Ints:
        return self._reader.first_doc.astype(np.int64)

    @cached_property
    def fields(self) -> Mapping[str, FieldView]:
        """The fields that have terms, by name, in the order of their names."""
        found: dict[str, FieldView] = {}
        if self.max_doc:
            for name in _DAYS:
                found[name] = DayField(self._reader.numbers(name), self._first_doc)
        for name, field in self._reader.fields.items():
            if field.num_terms and field.level == "article":
                found[name] = ArticleField(field, self._first_doc)
            elif field.num_terms:
                found[name] = PostedField(field)
        return dict(sorted(found.items()))

    def column(self, name: str) -> Sequence[Any] | None:
        """The values of a column, None where there is no value; None if there is no column."""
        if name == "published":
            return self._published
        return self._paragraph if name == "paragraph" else None

    @cached_property
    def _published(self) -> NumberColumn:
        sizes = np.diff(self._first_doc)
        return NumberColumn(np.repeat(self._reader.numbers("published"), sizes))

    @cached_property
    def _paragraph(self) -> NumberColumn:
        sizes = np.diff(self._first_doc)
        numbers = np.arange(1, self.max_doc + 1) - np.repeat(self._first_doc[:-1], sizes)
        return NumberColumn(numbers)

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored fields of a document."""
        stored = {"text": self._reader.text(doc)}
        article = int(self._first_doc.searchsorted(doc))
        if self._first_doc[article] == doc:
            stored["header"] = self._reader.header(article)
        return stored


class PlainView(SegmentView):
    """A segment of documents, as a Whoosh program wrote them with our codec."""

    @cached_property
    def fields(self) -> Mapping[str, FieldView]:
        """The fields that have terms, by name, in the order of their names."""
        fields = sorted(self._reader.fields.items())
        return {name: PostedField(field) for name, field in fields}

    def column(self, name: str) -> Sequence[Any] | None:
        """The values of a column, None where there is no value; None if there is no column."""
        kind = self._reader.sealed.meta[PLAIN]["columns"].get(name)
        named = column_name(name)
        if kind == "numbers":
            return NumberColumn(self._reader.numbers(named), self._reader.unknown(named))
        return JsonColumn(self._reader, named) if kind else None

    def stored(self, doc: int) -> dict[str, Any]:
        """The stored fields of a document."""
        try:
            stored = from_json(self._reader.texts(STORED)[doc])
        except ValueError as error:
            self._reader.sealed.damaged(f"the stored fields of document {doc}: {error}")
        if not isinstance(stored, dict):
            self._reader.sealed.damaged(f"the stored fields of document {doc} are none")
        return stored


def view_of(reader: SegmentReader) -> SegmentView:
    """The view of a segment, by its kind."""
    return PlainView(reader) if PLAIN in reader.sealed.meta else ArticleView(reader)
