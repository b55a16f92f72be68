"""A Whoosh index over the folder of a nutgraf index, read from nutgraf's own commits.

``whoosh.index.open_dir`` opens the same folder, but it unpickles the table of contents: that
is for folders that you trust. ``open_index`` reads no pickle.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage, RamStorage, ReadOnlyError
from whoosh.index import TOC, FileIndex
from whoosh.reading import EmptyReader, IndexReader, MultiReader
from whoosh.reading import SegmentReader as WhooshReader

from index.codec.segment import SegmentReader
from index.codec.whoosh_segment import NutgrafSegment
from index.codec.whoosh_toc import INDEX_NAME, segments_of
from index.commit_file import commit_file
from index.commits import latest, newest_generation
from index.commits import open_index as open_commit
from index.schema import make_schema
from index.store import Store


class NutgrafIndex(FileIndex):
    """A nutgraf index to read with Whoosh. Write with nutgraf."""

    def __init__(self, store: Store, schema: Schema | None = None) -> None:
        """An index. Raises IndexNotFound or NotAnIndex where there is none."""
        store.require()
        self._store = store
        self.storage = FileStorage(str(store.path), readonly=True)
        self.indexname = INDEX_NAME
        self._schema = schema or make_schema()

    def latest_generation(self) -> int:
        """The number of the last commit."""
        return newest_generation(self._store)

    def last_modified(self) -> int:
        """When the last commit was made, in seconds since 1970."""
        found = self._store.stat(commit_file(self.latest_generation()))
        return int(found.st_mtime) if found else -1

    def refresh(self) -> NutgrafIndex:
        """The index as it is now: it always is."""
        return self

    def writer(self, *_: object, **__: object) -> NoReturn:
        """Refuse. Raises ReadOnlyError."""
        raise ReadOnlyError(f"write to {self._store.path} with nutgraf, or it will not see it")

    def optimize(self, **_: object) -> NoReturn:
        """Refuse. Raises ReadOnlyError."""
        self.writer()

    def reader(self, reuse: IndexReader | None = None) -> IndexReader:
        """A reader of the last commit; one to be reused is closed."""
        if reuse is not None:
            reuse.close()
        opened = open_commit(self._store)
        segments = [SegmentReader(sealed) for sealed in opened.segments]
        return make_reader(segments, opened.deletions, opened.commit.generation, self._schema)

    def _read_toc(self) -> TOC:
        """What Whoosh's methods take from the table of contents, from our commit."""
        commit = latest(self._store)
        return TOC(self._schema, segments_of(commit), commit.generation)


def open_index(path: Path, schema: Schema | None = None) -> NutgrafIndex:
    """Open a nutgraf index for Whoosh, to read only; no pickle is read.

    Raises IndexNotFound or NotAnIndex where there is none.
    """
    return NutgrafIndex(Store(path), schema)


def make_reader(
    segments: Sequence[SegmentReader],
    deletions: Sequence[npt.NDArray[np.bool_] | None],
    generation: int,
    schema: Schema | None = None,
) -> IndexReader:
    """A Whoosh reader of segments that are open; documents are numbered in their order.

    Args:
        segments: the segments.
        deletions: for each bool[docs], true where a document is deleted; None if none is.
        generation: the number of the commit that they are of.
        schema: None for that of nutgraf.
    """
    schema = schema or make_schema()
    leaves: list[Any] = [
        WhooshReader(
            RamStorage(), schema, NutgrafSegment.opened(INDEX_NAME, segment, deleted), generation
        )
        for segment, deleted in zip(segments, deletions, strict=True)
    ]
    if not leaves:
        return EmptyReader(schema)
    return leaves[0] if len(leaves) == 1 else MultiReader(leaves, generation=generation)
