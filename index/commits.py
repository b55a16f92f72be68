"""Commits: how a change of the index becomes visible whole, survives a crash, and is read.

A writer writes each new file under a name that was never used, and waits until the disk has
it. Then ``publish`` makes the change visible by one rename::

    commit.8-….tmp       written, synced
    _MAIN_8.toc-….tmp    written, synced: for other Whoosh programs; nutgraf never reads it
    folder               synced: whatever the commit names is on the disk under its name
    → commit.8           renamed
    folder               synced: from here on the commit counts
    → _MAIN_8.toc        renamed
    files                deleted that neither this commit nor the one before needs

No file is ever changed: readers have it mapped. ``sweep`` removes what a stopped writer left.
"""

from __future__ import annotations

import contextlib
import logging
import re

import numpy as np
from numpy.typing import NDArray

from index.codec.sealed import SealedWriter
from index.commit_file import (
    SOURCES,
    Commit,
    SegmentEntry,
    commit_file,
    deletions_file,
    families_file,
    generations,
    read_commit,
    segment_file,
    sources_file,
    write_commit,
)
from index.errors import IndexDamaged, StoreError
from index.opening import Opened, latest, open_index
from index.store import Store
from index.toc import MARK, foreign_toc, lost_commit, toc_file, tocs

__all__ = [
    "Commit",
    "Opened",
    "SegmentEntry",
    "last_commit",
    "latest",
    "make_index",
    "newest_generation",
    "open_index",
    "publish",
    "segment_file",
    "sweep",
    "write_deletions",
]

logger = logging.getLogger("nutgraf.index")

_ROOM = 1 << 16  # bytes that a commit needs beyond the files it names
_OURS = re.compile(
    r"commit\.\d+|families\.\d+|sources\.\d+|_MAIN_\d+\.toc(\..*)?|segment-[0-9a-f]{32}\.(nut|\d+\.deleted)"
    r"|.+\.tmp|MAIN_[0-9a-z]+\.[A-Za-z0-9_.]+"  # the last are segments of other Whoosh programs
)
_SEGMENT = re.compile(r"segment-[0-9a-f]{32}\.nut")
_FOLDER = re.compile(r"(MAIN|[0-9a-z]+)\.tmp")  # in which Whoosh sorts


def make_index(store: Store, toc: bytes) -> None:
    """Make an empty index: its marker and its commit 0. Hold the lock for it."""
    store.make()
    publish(store, Commit(0), toc)


def newest_generation(store: Store) -> int:
    """The number of the last commit, by the names in the folder; -1 where there is none."""
    return max(generations(store.names()), default=-1)


def last_commit(store: Store) -> tuple[int, int, int] | None:
    """What tells the last commit from all others; None where there is none.

    Generation, inode and time of change of its file: an index that is deleted and made again
    counts its generations from the start.
    """
    generation = newest_generation(store)
    found = store.stat(commit_file(generation))
    return (generation, found.st_ino, found.st_mtime_ns) if found else None


def write_deletions(
    store: Store, segment_id: str, generation: int, deleted: NDArray[np.bool_]
) -> str:
    """Write and sync what the next commit deletes from a segment; return the file's name.

    Args:
        store: the index, under lock.
        segment_id: 32 hexadecimal digits.
        generation: the number of the next commit.
        deleted: bool[docs], true where a document is deleted.
    """
    if generation <= newest_generation(store):
        raise ValueError(f"commit {generation} is not the next one")
    name = deletions_file(segment_id, generation)
    store.unlink(name)  # of an attempt that failed
    with SealedWriter(store.create(name), "deleted", bytes.fromhex(segment_id)) as sealed:
        sealed.put("deleted", np.packbits(deleted))
        sealed.close({"generation": generation, "docs": len(deleted)})
    return name


def publish(store: Store, commit: Commit, toc: bytes) -> None:
    """Make a commit the last one. It counts when this returns, and not at all if it raises.

    Args:
        store: the index, under lock.
        commit: names files that are written and synced.
        toc: the table of contents for other Whoosh programs.
    """
    names = store.names()
    before = generations(names)
    refuse_foreign(store, names)
    if before and commit.generation <= before[-1]:
        raise ValueError(f"commit {commit.generation} does not follow {before[-1]}")
    for segment in commit.segments:
        _check_file(store, segment)
    for number in commit.sources.get(SOURCES, ()):
        if store.stat(sources_file(number)) is None:
            raise ValueError(f"{sources_file(number)} is not there")
    for number in commit.families:
        if store.stat(families_file(number)) is None:
            raise ValueError(f"{families_file(number)} is not there")
    store.require_space(len(toc) + _ROOM)
    prepared_toc = _make_last(store, commit, toc)
    try:
        store.rename(prepared_toc, toc_file(commit.generation))
        _remove_older(store, commit, before)
    except StoreError as error:  # the commit counts all the same; the next writer sweeps
        logger.warning("commit %d is made, but could not tidy up: %s", commit.generation, error)


def sweep(store: Store) -> None:
    """Remove what writers left behind that were killed or gave up. Hold the lock for it."""
    # What a killed writer has renamed is built upon from here on, and what a failed one took
    # back must not come back without its files.
    store.sync_folder()
    names = store.names()
    refuse_foreign(store, names)
    if not generations(names) and any(_SEGMENT.fullmatch(name) for name in names):
        raise no_commit(store)  # else we would take the articles for leftovers
    needed = _needed(store, names)
    for name in names:
        if name in needed or not _OURS.fullmatch(name):
            continue
        if not store.is_folder(name):
            store.unlink(name)
        elif _FOLDER.fullmatch(name):
            store.remove_folder(name)


def no_commit(store: Store) -> IndexDamaged:
    """The error for an index that has segments and no commit that names them."""
    return IndexDamaged(
        f"The index in {store.path} has lost its commits; "
        "move the folder away and index the articles again"
    )


def refuse_foreign(store: Store, names: list[str]) -> None:
    """Raise StoreError if another Whoosh program has changed the index, or a commit is lost."""
    lost = lost_commit(store, names)
    if lost is not None:
        raise store.lost(commit_file(lost))
    foreign = foreign_toc(store, names)
    if foreign is not None:
        raise StoreError(
            f"{foreign} in {store.path} is not what nutgraf wrote: another Whoosh program has "
            "changed the index, and nutgraf does not read its change; to drop it, delete "
            f"{foreign} and run the command again"
        )


def _check_file(store: Store, segment: SegmentEntry) -> None:
    """Raise ValueError unless the files of a segment are there."""
    found = store.stat(segment.file)
    if found is None or found.st_size != segment.size:
        raise ValueError(f"{segment.file} is not there with {segment.size} bytes")
    if segment.deletions and store.stat(segment.deletions) is None:
        raise ValueError(f"{segment.deletions} is not there")


def _make_last(store: Store, commit: Commit, toc: bytes) -> str:
    """Write the files of a commit and make it count; return the name that its toc has so far."""
    made = [commit_file(commit.generation)]
    try:
        made.append(write_commit(store, commit))
        made.append(store.write_temporary(toc_file(commit.generation), toc + MARK))
        store.sync_folder()
        store.rename(made[1], made[0])
        store.sync_folder()
    except StoreError:
        # The user is told that it failed, so it must not be found. If the disk does not even
        # let go of it, it is found whole.
        for name in made:
            with contextlib.suppress(StoreError):
                store.unlink(name)
        raise
    return made[2]


def _remove_older(store: Store, commit: Commit, before: list[int]) -> None:
    """Delete what commits before the last two needed alone."""
    kept = commit.files()
    if before:
        kept |= read_commit(store, before[-1]).files()
    for generation in before[:-1]:
        try:
            old = read_commit(store, generation).files()
        except IndexDamaged:
            old = {commit_file(generation)}  # its files are swept by the next writer
        for name in sorted(old - kept):
            store.unlink(name)
    for generation in tocs(store.names()):
        if before and generation < before[-1]:
            store.unlink(toc_file(generation))


def _needed(store: Store, names: list[str]) -> set[str]:
    """The files that the last two commits need, and their tables of contents."""
    *_, before, newest = [None, None, *generations(names)]
    needed: set[str] = set()
    if newest is not None:
        needed = read_commit(store, newest).files() | {toc_file(newest)}
    if before is not None:
        needed |= {commit_file(before), toc_file(before)}
        try:
            needed |= read_commit(store, before).files()
        except IndexDamaged as error:  # the last commit is whole, so nothing is lost with it
            logger.warning("the commit before the last: %s", error)
    return needed
