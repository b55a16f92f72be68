"""NutgrafCodec: a Whoosh index whose segments are nutgraf's sealed files.

``index.writer(codec=NutgrafCodec())`` of any Whoosh index writes them; to read them, Whoosh
only has to find this package: each segment names its codec. Fields of the types TEXT, ID,
KEYWORD, NUMERIC, DATETIME, BOOLEAN, STORED and COLUMN are kept; NotSupported says what is not.
"""

from __future__ import annotations

from typing import NoReturn
from weakref import WeakKeyDictionary

from whoosh.codec.base import Codec
from whoosh.filedb.filestore import Storage

from index.codec.whoosh_draft import Draft
from index.codec.whoosh_readers import NutgrafPerDocumentReader, NutgrafTermsReader
from index.codec.whoosh_segment import NutgrafSegment
from index.codec.whoosh_values import NotSupported
from index.codec.whoosh_writers import NutgrafFieldWriter, NutgrafPerDocumentWriter


class NutgrafCodec(Codec):
    """Reads segments of nutgraf's, and writes plain ones for other Whoosh programs."""

    length_stats = False  # lengths are known when postings are written: spare us a reader

    def __init__(self) -> None:
        self._drafts: WeakKeyDictionary[NutgrafSegment, Draft] = WeakKeyDictionary()

    def new_segment(self, storage: Storage, indexname: str) -> NutgrafSegment:
        """A segment that is to be written."""
        return NutgrafSegment(indexname)

    def per_document_writer(
        self, storage: Storage, segment: NutgrafSegment
    ) -> NutgrafPerDocumentWriter:
        """What takes the documents of a segment."""
        return NutgrafPerDocumentWriter(self._draft(storage, segment))

    def field_writer(self, storage: Storage, segment: NutgrafSegment) -> NutgrafFieldWriter:
        """What takes the postings of a segment, once its documents are known."""
        return NutgrafFieldWriter(segment, self._draft(storage, segment))

    def _draft(self, storage: Storage, segment: NutgrafSegment) -> Draft:
        if segment not in self._drafts:
            self._drafts[segment] = Draft(storage, segment.file, segment.segid.encode())
        return self._drafts[segment]

    def terms_reader(self, storage: Storage, segment: NutgrafSegment) -> NutgrafTermsReader:
        """What reads the terms of a segment and their postings."""
        return NutgrafTermsReader(segment.open(storage))

    def per_document_reader(
        self, storage: Storage, segment: NutgrafSegment
    ) -> NutgrafPerDocumentReader:
        """What reads the documents of a segment."""
        return NutgrafPerDocumentReader(segment, segment.open(storage))

    def postings_writer(self, dbfile: object, byteids: bool = False) -> NoReturn:
        """Refuse: postings are written with their field only."""
        raise NotSupported("nutgraf's codec writes no postings outside of a field")

    def postings_reader(self, *_: object, **__: object) -> NoReturn:
        """Refuse: postings are read with their field only."""
        raise NotSupported("nutgraf's codec reads no postings outside of a field")
