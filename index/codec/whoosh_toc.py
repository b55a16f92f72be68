"""The table of contents by which a Whoosh program opens the segments of a commit.

It is written for others and never read by us: reading one runs whatever code stands in it.
"""

from __future__ import annotations

from whoosh.fields import Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from index.codec.whoosh_segment import NutgrafSegment
from index.commit_file import Commit
from index.schema import make_schema

INDEX_NAME = "MAIN"
"""The name of the index in Whoosh: that which ``whoosh.index.open_dir`` opens."""


def segments_of(commit: Commit) -> list[NutgrafSegment]:
    """The segments of a commit, as Whoosh knows them; nothing is opened."""
    return [
        NutgrafSegment.committed(
            INDEX_NAME, each.id, each.file, each.docs, each.deletions, each.deleted
        )
        for each in commit.segments
    ]


def table_of_contents(commit: Commit, schema: Schema | None = None) -> bytes:
    """The bytes of the file ``_MAIN_<generation>.toc`` of a commit."""
    storage = RamStorage()
    toc = TOC(schema or make_schema(), segments_of(commit), commit.generation)
    toc.write(storage, INDEX_NAME)
    [name] = storage.list()
    with storage.open_file(name) as file:
        return bytes(file.read())
