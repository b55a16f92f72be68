"""Checking an index: every byte of every file that nutgraf may read is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from index.codec.sealed import SealedFile
from index.codec.segment import KIND
from index.commit_file import (
    SOURCES,
    Commit,
    SegmentEntry,
    commit_file,
    families_file,
    generations,
    read_commit,
    sources_file,
)
from index.commits import no_commit, refuse_foreign
from index.errors import StoreError
from index.family_file import read_family_file
from index.opening import read_deletions
from index.store import Store
from index.sync.table import Table
from index.toc import toc_file, tocs


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file of the index, its bytes, and the sentence that says what is wrong with it."""

    name: str
    size: int
    problem: str | None = None


def check(store: Store) -> Iterator[CheckedFile]:
    """Check the files of the last two commits, one after the other.

    Raises IndexNotFound or NotAnIndex where there is nothing to check, IndexDamaged where no
    commit is left.
    """
    store.require()
    names = store.names()
    try:
        refuse_foreign(store, names)
    except StoreError as error:
        yield CheckedFile(toc_file(max(tocs(names), default=0)), 0, str(error))
    if not generations(names):
        raise no_commit(store)
    seen: set[str] = set()
    for generation in generations(names)[-2:]:  # the commit before the last is kept whole, too
        for each in _check_commit(store, generation):
            if each.name not in seen:
                seen.add(each.name)
                yield each


def _check_commit(store: Store, generation: int) -> Iterator[CheckedFile]:
    name = commit_file(generation)
    try:
        commit = read_commit(store, generation)
    except StoreError as error:
        yield _checked(store, name, str(error))
        return
    yield _checked(store, name)
    for segment in commit.segments:
        yield _check_segment(store, segment)
        if segment.deletions:
            yield _check_deletions(store, segment, segment.deletions)
    for number in commit.families:
        yield _check_families(store, commit, number)
    for number in commit.sources.get(SOURCES, ()):
        yield _check_sources(store, number)


def _check_segment(store: Store, segment: SegmentEntry) -> CheckedFile:
    try:
        identity = bytes.fromhex(segment.id)
        path = str(store.path / segment.file)
        SealedFile(store.map(segment.file), path, KIND, identity).verify()
    except StoreError as error:
        return _checked(store, segment.file, str(error))
    return _checked(store, segment.file)


def _check_deletions(store: Store, segment: SegmentEntry, name: str) -> CheckedFile:
    try:
        read_deletions(store, segment)
    except StoreError as error:
        return _checked(store, name, str(error))
    return _checked(store, name)


def _check_families(store: Store, commit: Commit, generation: int) -> CheckedFile:
    name = families_file(generation)
    try:
        read_family_file(store, commit, generation)
    except StoreError as error:
        return _checked(store, name, str(error))
    return _checked(store, name)


def _check_sources(store: Store, number: int) -> CheckedFile:
    name = sources_file(number)
    try:
        Table(store, number).verify()
    except StoreError as error:
        return _checked(store, name, str(error))
    return _checked(store, name)


def _checked(store: Store, name: str, problem: str | None = None) -> CheckedFile:
    found = store.stat(name)
    return CheckedFile(name, found.st_size if found else 0, problem)
