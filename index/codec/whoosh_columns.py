"""Columns as Whoosh reads them: one value a document, for sorting, facets and filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.columns import Column, ColumnReader, PickleColumn

from index.codec.segment import SegmentReader
from index.codec.whoosh_values import from_json


class NumberColumn(Sequence[int]):
    """A column of whole numbers, int64[docs]; ``missing`` stands for no number."""

    def __init__(self, numbers: npt.NDArray[np.int64], missing: int | None = None) -> None:
        self._numbers = numbers
        self._missing = missing

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, doc: Any) -> Any:
        number = int(self._numbers[doc])
        return None if number == self._missing else number


class JsonColumn(Sequence[Any]):
    """A column of values of any kind, as JSON; an empty text stands for no value."""

    def __init__(self, segment: SegmentReader, name: str) -> None:
        self._segment = segment
        self._texts = segment.texts(name)

    def __len__(self) -> int:
        return self._segment.max_doc

    def __getitem__(self, doc: Any) -> Any:
        text = self._texts[doc]
        try:
            return from_json(text) if text else None
        except ValueError as error:
            self._segment.sealed.damaged(f"a value of document {doc}: {error}")


class ValueColumnReader(ColumnReader):
    """Reads a column for Whoosh: documents without a value have the column's default."""

    def __init__(self, values: Sequence[Any], column: Column) -> None:
        self._values = values
        self._default = _default(column)
        self._reversible = column.reversible
        self._lists = column.stores_lists()
        self._is_reversed = False

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, docnum: int) -> Any:
        value = self._values[docnum]
        return self._default if value is None else value

    def __iter__(self) -> Iterator[Any]:
        return (self[doc] for doc in range(len(self)))

    def load(self) -> list[Any]:
        """All values."""
        return list(self)

    def set_reverse(self) -> None:
        """Let ``sort_key`` give the opposite order."""
        if not self._reversible:
            raise NotImplementedError
        self._is_reversed = True

    def sort_key(self, docnum: int) -> Any:
        """What Whoosh puts a document in order by."""
        value = self[docnum]
        if self._lists:
            return value[0]
        if isinstance(value, bool):
            return int(value ^ self._is_reversed)
        return 0 - value if self._is_reversed else value


def _default(column: Column) -> Any:
    """The value of a document that was given none; not every column of Whoosh's tells it."""
    if column.stores_lists():
        return []
    if isinstance(column, PickleColumn):
        return None
    return column.default_value() if hasattr(column, "_default") else b""
