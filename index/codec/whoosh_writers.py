"""What a Whoosh program writes a segment with: first its documents, then its postings."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import Any, NoReturn

import numpy as np
from whoosh.codec.base import FieldWriter, PerDocumentWriter
from whoosh.columns import Column
from whoosh.fields import FieldType, Schema
from whoosh.formats import Existence, Format, Frequency, Positions

from index.codec.field import FieldKind
from index.codec.postings import Postings
from index.codec.whoosh_draft import Draft
from index.codec.whoosh_segment import NutgrafSegment
from index.codec.whoosh_values import NotSupported, to_json

_RUN = 1 << 17  # postings that are handed on together
_FORMATS = (Existence, Frequency, Positions)


class NutgrafPerDocumentWriter(PerDocumentWriter):
    """Takes the documents of a segment, one after the other."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._known: set[str] = set()  # fields that we can keep
        self._doc: tuple[dict[str, Any], dict[str, int], dict[str, Any]] | None = None
        self.is_closed = False

    def start_doc(self, docnum: int) -> None:
        """Begin a document, the next one."""
        if self._doc is not None or docnum != self._draft.docs:
            raise ValueError(f"document {docnum} does not follow {self._draft.docs - 1}")
        self._doc = {}, {}, {}

    def add_field(self, fieldname: str, fieldobj: FieldType, value: Any, length: int) -> None:
        """Add a field's stored value, if it is not None, and its length."""
        if fieldname not in self._known:
            if fieldobj.format is not None:
                _check_format(fieldname, fieldobj.format)
            self._known.add(fieldname)
        stored, lengths, _ = self._here
        if value is not None:
            to_json(value)  # refuse now what cannot be written
            stored[fieldname] = value
        if length:
            lengths[fieldname] = length

    def add_column_value(self, fieldname: str, columnobj: Column, value: Any) -> None:
        """Add a value of a field's column."""
        to_json(value)
        self._here[2][fieldname] = value

    def add_vector_items(self, fieldname: str, fieldobj: FieldType, items: object) -> NoReturn:
        """Refuse: there are no vectors."""
        raise NotSupported(
            f"nutgraf's codec keeps no term vectors; define the field {fieldname} without them"
        )

    def finish_doc(self) -> None:
        """End the document."""
        self._draft.add(*self._here)
        self._doc = None

    def cancel_doc(self) -> None:
        """Forget the document."""
        self._doc = None

    def close(self) -> None:
        """End: there are no more documents."""
        self.is_closed = True

    @property
    def _here(self) -> tuple[dict[str, Any], dict[str, int], dict[str, Any]]:
        if self._doc is None:
            raise ValueError("no document has begun")
        return self._doc


def _check_format(name: str, format_: Format | None) -> Format:
    if not isinstance(format_, _FORMATS) or type(format_) not in _FORMATS:
        raise NotSupported(
            f"nutgraf's codec keeps documents, frequencies and positions of words, but not their "
            f"{type(format_).__name__}; define the field {name} without them"
        )
    return format_


class NutgrafFieldWriter(FieldWriter):
    """Takes the postings of a segment, field by field and term by term."""

    def __init__(self, segment: NutgrafSegment, draft: Draft) -> None:
        self._segment, self._draft = segment, draft
        self._has_postings = False
        self.is_closed = False

    def add_postings(self, schema: Schema, lengths: object, items: Iterable[Any]) -> None:
        """Write all postings, in order. A segment without this call is given up."""
        self._has_postings = True
        try:
            super().add_postings(schema, None, items)  # type: ignore[no-untyped-call]
        except BaseException:  # after which Whoosh does not close us
            self._draft.give_up()
            raise

    def start_field(self, fieldname: str, fieldobj: FieldType) -> None:
        """Begin a field."""
        lengths = self._draft.lengths(fieldname)
        self._name, self._format = fieldname, _check_format(fieldname, fieldobj.format)
        self._has_tokens = lengths is not None or type(self._format) is not Existence
        kind = FieldKind("paragraph", has_tokens=self._has_tokens)
        self._field = self._draft.writer.field(kind, lengths)
        self._run = _Run()

    def start_term(self, text: bytes) -> None:
        """Begin a term."""
        self._run.terms.append(text)
        self._run.doc_freqs.append(0)

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Add a posting."""
        freq = round(weight / self._format.field_boost)
        if abs(weight - freq * self._format.field_boost) > 1e-3 or freq < 1:
            raise NotSupported(
                "nutgraf's codec keeps how often a word stands in a document, but no boosts of "
                f"single documents or words; index the field {self._name} without them"
            )
        # These bytes were made by Whoosh's format in this process, from a text or from the
        # postings of a segment; they are never read from a file of ours.
        positions = [0] * freq
        if isinstance(self._format, Positions):
            positions = self._format.decode_positions(vbytes)
        self._run.add(docnum, freq, positions)

    def finish_term(self) -> None:
        """End the term."""
        if len(self._run.docs) >= _RUN:
            self._hand_on()

    def finish_field(self) -> None:
        """End the field."""
        self._hand_on()
        self._draft.writer.put_field(self._name, self._field)

    def _hand_on(self) -> None:
        self._field.add(self._run.postings(has_tokens=self._has_tokens))
        self._run = _Run()

    def close(self) -> None:
        """Seal the segment, or give it up if it was cancelled."""
        if self._has_postings:
            self._draft.finish()
        else:
            self._draft.give_up()
            self._segment.is_partial = self._draft.docs > 0
        self.is_closed = True


class _Run:
    """Postings of some terms, as they come."""

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.doc_freqs: list[int] = []
        self.docs = array("i")
        self._freqs = array("i")
        self._positions = array("i")

    def add(self, doc: int, freq: int, positions: list[int]) -> None:
        """Add a posting of the last term.

        A field of many numbers gives a document the same coarse term more than once.
        """
        if self.doc_freqs[-1] and self.docs[-1] == doc:
            before = [self._positions.pop() for _ in range(self._freqs.pop())]
            freq += len(before)
            positions = sorted([*before, *positions])
        else:
            self.doc_freqs[-1] += 1
            self.docs.append(doc)
        self._freqs.append(freq)
        self._positions.extend(positions)

    def postings(self, *, has_tokens: bool) -> Postings:
        """The postings; the printed form of every word is its term."""
        doc_freqs = np.array(self.doc_freqs, np.int64)
        docs = np.array(self.docs, np.int32)
        if not has_tokens:
            return Postings(self.terms, doc_freqs, docs, None, None, None, None, [])
        positions = np.array(self._positions, np.int32)
        return Postings(
            self.terms,
            doc_freqs,
            docs,
            np.array(self._freqs, np.int32),
            positions,
            np.zeros(len(positions), np.int32),
            np.ones(len(self.terms), np.int64),
            self.terms,
        )
