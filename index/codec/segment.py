"""A segment: articles and their paragraphs, indexed, in one sealed file.

Arrays of the segment itself, beside those of its fields, columns and texts:

========= ====== ===========================================================================
first_doc u4     the document of each article's first paragraph, and the number of documents
========= ====== ===========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.codec.columns import put_numbers, put_words
from index.codec.field import FieldKind, FieldReader, FieldWriter
from index.codec.postings import Postings
from index.codec.run import put_run_field
from index.codec.sealed import SealedWriter
from index.codec.sketches import put_sketches
from index.codec.stored import StoredReader
from index.codec.texts import TextsWriter
from index.shingles import Sketches

if TYPE_CHECKING:
    from concurrent.futures import Executor

KIND = "segment"


class SegmentWriter:
    """Writes one segment, part by part; ``close`` seals it."""

    def __init__(
        self,
        sealed: SealedWriter,
        first_doc: npt.NDArray[Any],
        scratch: Callable[[], IO[bytes]],
        pool: Executor,
    ) -> None:
        """Begin.

        Args:
            sealed: the file.
            first_doc: integers [articles + 1], where each article begins.
            scratch: makes files for what has to wait for its place.
            pool: compresses texts.
        """
        self._sealed = sealed
        self._scratch, self._pool = scratch, pool
        self._meta: dict[str, Any] = {
            "documents": int(first_doc[-1]),
            "articles": len(first_doc) - 1,
            "fields": {},
            "numbers": {},
            "words": [],
            "texts": [],
        }
        sealed.put("first_doc", np.asarray(first_doc, np.uint32))

    def field(self, kind: FieldKind, lengths: npt.NDArray[Any] | None) -> FieldWriter:
        """A writer for one field; hand it back to ``put_field``."""
        return FieldWriter(
            lengths, has_tokens=kind.has_tokens, level=kind.level, scratch=self._scratch
        )

    def put_run_field(
        self, name: str, kind: FieldKind, lengths: npt.NDArray[Any] | None, postings: Postings
    ) -> None:
        """Write a field of a run, which is merged soon: its postings as they are."""
        meta = put_run_field(self._sealed, name, kind, lengths, postings)
        self._meta["fields"][name] = meta

    def put_field(self, name: str, field: FieldWriter) -> None:
        """Write a field."""
        self._meta["fields"][name] = field.finish(self._sealed, name)

    def put_numbers(self, name: str, numbers: npt.NDArray[Any], unknown: int) -> None:
        """Write a column of numbers, one an article."""
        self._meta["numbers"][name] = put_numbers(self._sealed, name, numbers, unknown)

    def put_words(self, name: str, words: Sequence[str]) -> None:
        """Write a column of words, one an article."""
        put_words(self._sealed, name, words)
        self._meta["words"].append(name)

    def put_sketches(self, parts: Sequence[Sketches]) -> None:
        """Write the sketches of all documents, which come in parts."""
        put_sketches(self._sealed, parts)

    def texts(self) -> TextsWriter:
        """A writer for texts, one a document or one an article; hand it to ``put_texts``."""
        return TextsWriter(self._scratch, self._pool)

    def put_texts(self, name: str, texts: TextsWriter) -> None:
        """Write texts."""
        texts.finish(self._sealed, name)
        self._meta["texts"].append(name)

    def close(self, extra: Mapping[str, Any] | None = None, *, sync: bool = True) -> None:
        """Seal the file; it is on the disk when this returns, unless nobody will look for it."""
        self._sealed.close(self._meta | dict(extra or {}), sync=sync)


class SegmentReader(StoredReader):
    """One segment, read as its parts are asked for; safe to share between threads."""

    def _read(self, meta: Mapping[str, Any]) -> None:
        super()._read(meta)
        sizes = {"paragraph": self.max_doc, "article": self.num_articles}
        self.fields: Mapping[str, FieldReader] = {
            name: FieldReader(self.sealed, name, about, sizes[about["level"]])
            for name, about in meta["fields"].items()
        }
