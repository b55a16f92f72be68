"""NutgrafSegment: what a Whoosh table of contents says of a segment of ours.

Whoosh pickles objects of this class into its tables of contents, by the name of this module
and of the class. Both stay as they are for ever: a table of contents that was written once
opens as long as they are there. What is pickled is a dictionary of plain values.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage, Storage
from whoosh.util import random_name

from index.codec.sealed import SealedFile
from index.codec.segment import KIND, SegmentReader
from index.codec.whoosh_values import NotSupported
from index.codec.whoosh_views import SegmentView, view_of
from index.disk import Disk

if TYPE_CHECKING:
    from index.codec.whoosh_codec import NutgrafCodec

_EXTENSION = ".nut"
_ID_LENGTH = 16
_STATE_LENGTH = 8
Deleted = npt.NDArray[np.bool_]


class NutgrafSegment(Segment):
    """A segment by its name, its size and what is deleted from it.

    Segments that nutgraf wrote keep their deletions in a file of their own, which is read
    when the segment is opened; what a Whoosh program deletes stands in its table of contents.
    """

    def __init__(self, indexname: str, segid: str | None = None, file: str | None = None) -> None:
        """A segment without documents.

        Args:
            indexname: the index's name in Whoosh.
            segid: 32 hexadecimal digits of a segment of nutgraf's, or Whoosh's 16 letters.
            file: the name of the segment's file.
        """
        self.indexname = indexname
        self.segid = segid or random_name(_ID_LENGTH)
        self.compound = False
        self.is_partial = False  # its documents were given up, or another process has them
        self.file = file or f"{self.segment_id()}{_EXTENSION}"
        self._docs = 0
        self._deletions: str | None = None  # a file that is not read yet
        self._deleted_count = 0
        self._deleted: Deleted | None = None
        self._pending: dict[int, bool] = {}  # changes that wait for that file
        self._state = ""
        self._view: SegmentView | None = None

    @classmethod
    def committed(
        cls, indexname: str, segid: str, file: str, docs: int, deletions: str | None, deleted: int
    ) -> NutgrafSegment:
        """A segment as a commit of nutgraf's names it."""
        segment = cls(indexname, segid, file)
        segment._docs = docs
        segment._deletions, segment._deleted_count = deletions, deleted
        segment._state = deletions or ""
        return segment

    @classmethod
    def opened(cls, indexname: str, reader: SegmentReader, deleted: Deleted | None) -> Segment:
        """A segment that is open already. ``deleted`` is bool[docs], not changed by us."""
        segment = cls(indexname, reader.id, reader.sealed.name)
        segment._docs = reader.max_doc
        if deleted is not None:
            segment._deleted = deleted.copy()
            segment._deleted_count = int(np.count_nonzero(deleted))
        segment._view = view_of(reader)
        return segment

    def codec(self) -> NutgrafCodec:
        """The codec that reads it."""
        from index.codec.whoosh_codec import NutgrafCodec  # which knows this class

        return NutgrafCodec()

    def segment_id(self) -> str:
        """The name of the segment, and of its file in an index of Whoosh's own."""
        return f"{self.indexname}_{self.segid}"

    def should_assemble(self) -> bool:
        """Whether Whoosh shall pack its files into one: it has one."""
        return False

    def open(self, storage: Storage) -> SegmentView:
        """The segment as Whoosh's readers look at it; its files are read now."""
        if self.is_partial:
            raise NotSupported(
                "nutgraf's codec does not write one segment by several processes; "
                "make the writer with multisegment=True, or with procs=1"
            )
        if self._view is None:
            identity = bytes.fromhex(self.segid) if len(self.segid) == 32 else self.segid.encode()
            self._view = view_of(SegmentReader(_open(storage, self.file, KIND, identity)))
        if self._deletions is not None:
            self._read_deletions(storage, self._deletions)
        return self._view

    def _read_deletions(self, storage: Storage, name: str) -> None:
        sealed = _open(storage, name, "deleted", bytes.fromhex(self.segid))
        bits = sealed.array("deleted")
        if bits.dtype != np.uint8 or len(bits) != -(-self._docs // 8):
            sealed.damaged("it is of another length")
        self._deleted = np.unpackbits(bits, count=self._docs).astype(np.bool_)
        self._deletions = None
        for doc, deleted in self._pending.items():
            self._deleted[doc] = deleted
        self._pending = {}
        self._deleted_count = int(np.count_nonzero(self._deleted))

    def set_doc_count(self, doccount: int) -> None:
        """Say how many document numbers were given out."""
        self._docs = doccount

    def doc_count_all(self) -> int:
        """How many document numbers were given out, deleted ones included."""
        return self._docs

    def deleted_count(self) -> int:
        """How many documents are deleted."""
        return self._deleted_count

    def deleted_docs(self) -> Iterator[int]:
        """The deleted documents, ascending."""
        if self._deleted is None:
            return iter(sorted(doc for doc, deleted in self._pending.items() if deleted))
        return iter(np.flatnonzero(self._deleted).tolist())

    def is_deleted(self, docnum: int) -> bool:
        """Whether a document is deleted."""
        if self._deleted is None:
            return self._pending.get(docnum, False)
        # Whoosh's InverseMatcher asks for one document too many.
        return docnum < self._docs and bool(self._deleted[docnum])

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Delete a document, or take that back."""
        if self._deletions is not None:  # until the file is read, a guess at the count
            change = int(delete) - int(self._pending.get(docnum, not delete))
            self._pending[docnum] = delete
        else:
            if self._deleted is None:
                self._deleted = np.zeros(self._docs, np.bool_)
            change = int(delete) - int(self._deleted[docnum])
            self._deleted[docnum] = delete
        self._deleted_count += change
        self._state = random_name(_STATE_LENGTH)

    def __eq__(self, other: object) -> bool:
        """Whether it is the same segment with the same deletions: readers are reused by it."""
        return (
            isinstance(other, NutgrafSegment)
            and self.segment_id() == other.segment_id()
            and self._state == other._state
        )

    def __hash__(self) -> int:
        return hash(self.segment_id())

    def __getstate__(self) -> dict[str, Any]:
        """What a table of contents keeps."""
        bits = None if self._deleted is None else zlib.compress(np.packbits(self._deleted).data, 1)
        return {
            "indexname": self.indexname,
            "segid": self.segid,
            "file": self.file,
            "docs": self._docs,
            "deletions": self._deletions,
            "deleted": self._deleted_count,
            "bits": bits,
            "pending": self._pending,
            "state": self._state,
            "partial": self.is_partial,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["indexname"], state["segid"], state["file"])  # type: ignore[misc]
        self._docs = state["docs"]
        self._deletions, self._deleted_count = state["deletions"], state["deleted"]
        self._pending, self._state = state["pending"], state["state"]
        self.is_partial = state["partial"]
        if state["bits"] is not None:
            bits = np.frombuffer(zlib.decompress(state["bits"]), np.uint8)
            self._deleted = np.unpackbits(bits, count=self._docs).astype(np.bool_)


def _open(storage: Storage, name: str, kind: str, identity: bytes) -> SealedFile:
    """Open a sealed file of a Whoosh storage, where it lies if that is on a disk.

    A missing file is an OSError, after which Whoosh tries the newer table of contents.
    """
    if isinstance(storage, FileStorage):
        path = Path(storage.folder) / name
        return SealedFile(Disk().map(path), str(path), kind, identity)
    with storage.open_file(name) as file:
        return SealedFile(bytes(file.read()), name, kind, identity)
