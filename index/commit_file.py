"""The file of a commit: which segments the index consists of, and what was read into it.

``commit.7`` is a sealed file without arrays. Its identity is that of the index, and its
meta is the commit::

    {"generation": 7,
     "segments": [{"id": "<32 hex digits>", "docs": 5, "articles": 2, "size": 8192,
                   "deletions": 6, "deleted": 1}],
     "families": [4, 7],
     "sources": {"files": [4, 7]}}

``sources`` tells how far the sources were read: the commits that the files of the ledger were
written for (index.sync.table), none if nothing was read from files. ``deletions`` is the
generation that a segment's file of deletions was written for, or null. ``families`` tells the
commits that the files of the families were written for (index.family_file): none, one or two.
Names of files are never read from a file; they follow from these numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeGuard

from index.codec.sealed import SealedFile, SealedWriter
from index.errors import IndexDamaged
from index.store import Store, temporary_name

KIND = "commit"
SOURCES = "files"
"""What ``Commit.sources`` calls the list of commits that the ledger's files were written for."""
_COMMIT = re.compile(r"commit\.(0|[1-9]\d{0,17})")
_ID = re.compile(r"[0-9a-f]{32}")
_DELETIONS = re.compile(r"segment-([0-9a-f]{32})\.(0|[1-9]\d{0,17})\.deleted")
_FAMILIES = 2  # files of families, at most
_LARGEST_GENERATION = 10**18 - 1
_LARGEST = (1 << 31) - 1  # document numbers are int32


@dataclass(frozen=True)
class SegmentEntry:
    """A segment, as a commit names it.

    Attributes:
        id: 32 hexadecimal digits.
        file: the name of its file.
        docs: how many document numbers it has, deleted ones included.
        articles: how many article numbers it has, deleted ones included.
        deletions: the name of the file that says what is deleted; None if nothing is.
        deleted: how many documents are deleted.
        size: bytes of its file.
    """

    id: str
    file: str
    docs: int
    articles: int
    deletions: str | None
    deleted: int
    size: int


@dataclass(frozen=True)
class Commit:
    """What the index consists of since one moment.

    Attributes:
        generation: the number of the commit; each is larger than the one before.
        segments: its segments; their documents are numbered in this order.
        sources: how far the sources were read into it, as JSON values.
        families: the commits that its files of families were written for; two at most.
    """

    generation: int
    segments: tuple[SegmentEntry, ...] = ()
    sources: Mapping[str, Any] = field(default_factory=dict)
    families: tuple[int, ...] = ()

    def files(self) -> set[str]:
        """The names of the files that the commit needs, its own included."""
        named = {commit_file(self.generation)}
        for segment in self.segments:
            named.update(name for name in (segment.file, segment.deletions) if name)
        named.update(sources_file(generation) for generation in self.sources.get(SOURCES, ()))
        named.update(families_file(generation) for generation in self.families)
        return named


def commit_file(generation: int) -> str:
    """The name of the file of a commit."""
    return f"commit.{generation}"


def segment_file(segment_id: str) -> str:
    """The name of the file of a segment."""
    return f"segment-{segment_id}.nut"


def deletions_file(segment_id: str, generation: int) -> str:
    """The name of the file of what a commit deletes from a segment."""
    return f"segment-{segment_id}.{generation}.deleted"


def sources_file(generation: int) -> str:
    """The name of the file in which a commit says what is known of the files that were read."""
    return f"sources.{generation}"


def families_file(generation: int) -> str:
    """The name of the file of families that was written for a commit."""
    return f"families.{generation}"


def deletions_generation(name: str) -> int:
    """The generation that a file of deletions was written for."""
    match = _DELETIONS.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of a file of deletions")
    return int(match[2])


def generations(names: Iterable[str]) -> list[int]:
    """The numbers of the commits among the names of a folder, ascending."""
    return sorted(int(match[1]) for name in names if (match := _COMMIT.fullmatch(name)))


def write_commit(store: Store, commit: Commit) -> str:
    """Write a commit into a file that waits for its name; return the name until then."""
    meta = {
        "generation": commit.generation,
        "segments": [_segment_meta(segment) for segment in commit.segments],
        "sources": dict(commit.sources),
        "families": list(commit.families),
    }
    if _parse(meta) != commit:
        raise ValueError("the commit contradicts itself")
    identity, temporary = store.identity(), temporary_name(commit_file(commit.generation))
    with SealedWriter(store.create(temporary), KIND, identity) as sealed:
        sealed.close(meta)
    return temporary


def read_commit(store: Store, generation: int) -> Commit:
    """Read a commit. Raises IndexDamaged if it is not as it was written, or lost."""
    name = commit_file(generation)
    path = str(store.path / name)
    sealed = SealedFile(store.map(name), path, KIND, store.identity())
    commit = _parse(sealed.meta)
    if commit is None or commit.generation != generation:
        raise IndexDamaged(
            f"{path} is damaged (it does not describe commit {generation}); "
            "move the folder of the index away and index the articles again"
        )
    return commit


def _segment_meta(segment: SegmentEntry) -> dict[str, Any]:
    generation = deletions_generation(segment.deletions) if segment.deletions else None
    return {
        "id": segment.id,
        "docs": segment.docs,
        "articles": segment.articles,
        "size": segment.size,
        "deletions": generation,
        "deleted": segment.deleted,
    }


def _parse(meta: Mapping[str, Any]) -> Commit | None:
    """The commit that a meta describes; None if it describes none."""
    generation, segments, sources = (
        meta.get("generation"),
        meta.get("segments"),
        meta.get("sources"),
    )
    if not (_is_count(generation, _LARGEST_GENERATION) and isinstance(segments, list)):
        return None
    if not (isinstance(sources, dict) and _are_commits(sources.get(SOURCES, []), generation)):
        return None
    families = meta.get("families", [])
    if not _are_commits(families, generation) or len(families) > _FAMILIES:
        return None
    entries = tuple(entry for each in segments if (entry := _parse_segment(each, generation)))
    ids = {entry.id for entry in entries}
    if len(ids) != len(segments):
        return None
    return Commit(generation, entries, sources, tuple(families))


def _parse_segment(meta: Any, generation: int) -> SegmentEntry | None:
    """The segment that an entry describes; None if it describes none."""
    if not isinstance(meta, dict):
        return None
    segment_id, docs, size, deletions = (
        meta.get(each) for each in ("id", "docs", "size", "deletions")
    )
    if not (isinstance(segment_id, str) and _ID.fullmatch(segment_id)):
        return None
    if not (_is_count(docs, _LARGEST) and _is_count(size, 1 << 62)):
        return None
    articles, deleted = meta.get("articles"), meta.get("deleted")
    if not (_is_count(articles, docs) and _is_count(deleted, docs)):
        return None
    if deletions is None and deleted:
        return None
    if deletions is not None and not _is_count(deletions, generation):
        return None
    return SegmentEntry(
        id=segment_id,
        file=segment_file(segment_id),
        docs=docs,
        articles=articles,
        deletions=None if deletions is None else deletions_file(segment_id, deletions),
        deleted=deleted,
        size=size,
    )


def _are_commits(value: Any, generation: int) -> bool:
    """Whether a value is a list of commits up to this one, ascending."""
    if not (isinstance(value, list) and all(_is_count(each, generation) for each in value)):
        return False
    return all(earlier < later for earlier, later in itertools.pairwise(value))


def _is_count(value: Any, largest: int) -> TypeGuard[int]:
    """Whether a value is a whole number from 0 to the largest, and not a bool."""
    return type(value) is int and 0 <= value <= largest
