"""Opening the last commit: its segments and what is deleted from them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.codec.sealed import SealedFile
from index.commit_file import (
    Commit,
    SegmentEntry,
    commit_file,
    deletions_generation,
    generations,
    read_commit,
)
from index.errors import IndexDamaged
from index.family_file import FamilyFiles, FamilyTable, read_families
from index.store import Store
from index.toc import foreign_toc, lost_commit

logger = logging.getLogger("nutgraf.index")

_ATTEMPTS = 5  # to open a commit, while others take its place

Read = TypeVar("Read")


class Opened(NamedTuple):
    """A commit, ready to be read.

    Attributes:
        commit: what it says.
        segments: its segment files, in the order of the commit.
        deletions: for each segment bool[docs], true where a document is deleted; None if
            nothing is.
        family_files: the families of its paragraphs, as the files have them.
    """

    commit: Commit
    segments: tuple[SealedFile, ...]
    deletions: tuple[NDArray[np.bool_] | None, ...]
    family_files: FamilyFiles

    @property
    def families(self) -> FamilyTable:
        """The families of its paragraphs."""
        return self.family_files.table()


def latest(store: Store, *, starting: bool = False) -> Commit:
    """What the last commit says. Takes the same care as open_index."""
    if starting:
        return open_index(store, starting=True).commit
    return _newest(store, read_commit, starting=False)


def open_index(store: Store, *, starting: bool = False) -> Opened:
    """Open the last commit, and begin again if a writer has gone on meanwhile.

    Args:
        store: the index.
        starting: a process that starts may take the commit before the last, and says so in
            the log, if the last one is not whole. Whoever serves already must not: it would
            go back in time unseen.

    Raises IndexNotFound, NotAnIndex or IndexDamaged.
    """
    return _newest(store, _open, starting=starting)


def _newest(store: Store, read: Callable[[Store, int], Read], *, starting: bool) -> Read:
    """What ``read`` gives for the last commit."""
    store.require()
    for _ in range(_ATTEMPTS - 1):
        names = store.names()
        try:
            return _read_last(store, names, read)
        except IndexDamaged:
            if generations(store.names())[-1:] == generations(names)[-1:]:
                break  # no writer has gone on: it is damaged
    names = store.names()
    try:
        return _read_last(store, names, read)
    except IndexDamaged as error:
        found = generations(names)
        earlier = found if lost_commit(store, names) is not None else found[:-1]
        if not starting or not earlier:
            raise
        logger.warning("going back to commit %d, because: %s", earlier[-1], error)
        return read(store, earlier[-1])


def _read_last(store: Store, names: list[str], read: Callable[[Store, int], Read]) -> Read:
    """What ``read`` gives for the last commit among the names of the folder."""
    found, lost = generations(names), lost_commit(store, names)
    if lost is not None or not found:
        raise store.lost(commit_file(lost or 0))
    if foreign := foreign_toc(store, names):
        logger.warning(
            "another Whoosh program has changed the index in %s (%s); nutgraf does not read that",
            store.path,
            foreign,
        )
    return read(store, found[-1])


def _open(store: Store, generation: int) -> Opened:
    """Open the files of a commit."""
    commit = read_commit(store, generation)
    segments = tuple(_open_segment(store, entry) for entry in commit.segments)
    deletions = tuple(read_deletions(store, entry) for entry in commit.segments)
    return Opened(commit, segments, deletions, read_families(store, commit))


def _open_segment(store: Store, entry: SegmentEntry) -> SealedFile:
    path = str(store.path / entry.file)
    opened = SealedFile(store.map(entry.file), path, "segment", bytes.fromhex(entry.id))
    if opened.size != entry.size:
        opened.damaged(f"it has {opened.size} bytes instead of {entry.size}")
    return opened


def read_deletions(store: Store, entry: SegmentEntry) -> NDArray[np.bool_] | None:
    """bool[docs], true where a document of a segment is deleted; None if nothing is."""
    if entry.deletions is None:
        return None
    path = str(store.path / entry.deletions)
    opened = SealedFile(store.map(entry.deletions), path, "deleted", bytes.fromhex(entry.id))
    said = opened.meta.get("generation"), opened.meta.get("docs")
    if said != (deletions_generation(entry.deletions), entry.docs):
        opened.damaged("it belongs to another commit")
    bits = opened.array("deleted")
    if bits.dtype != np.uint8 or len(bits) != -(-entry.docs // 8):
        opened.damaged("it is of another length")
    deleted = np.unpackbits(bits, count=entry.docs).view(np.bool_)
    if np.count_nonzero(deleted) != entry.deleted:
        opened.damaged(f"it does not delete {entry.deleted} documents")
    return deleted
