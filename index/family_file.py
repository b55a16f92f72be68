"""The families of one commit, as a file: ``families.N``, for the first commit that has them.

Paragraphs are numbered over the segments of the commit, in their order. A sealed file of the
kind "families" with three arrays:

====== == ================================================================================
docs   u4 the paragraphs that are in families, ascending
places u4 for each of them its place, when all families are written one after the other
firsts u4 the place where each family begins, and the number of places
====== == ================================================================================

In a family the paragraphs stand in the order of time: by the first day that the date can mean,
then by its moment, those without one last; then by the ids of their articles. The meta says the
generation, and the segments that were numbered: a commit that only adds segments behind them
may name the same file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints
from index.codec.sealed import SealedFile, SealedWriter
from index.commit_file import Commit, families_file
from index.store import Store

KIND = "families"


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """The families of an index.

    Attributes:
        members: int32[m], the paragraphs of each family in the order of time, family by family.
        firsts: int64[n + 1], where each family begins among them.
    """

    members: npt.NDArray[np.int32]
    firsts: Ints

    def __len__(self) -> int:
        return len(self.firsts) - 1

    def family(self, number: int) -> npt.NDArray[np.int32]:
        """The paragraphs of one family."""
        return self.members[self.firsts[number] : self.firsts[number + 1]]

    def same_as(self, other: FamilyTable) -> bool:
        """Whether another table has the same families."""
        return np.array_equal(self.members, other.members) and np.array_equal(
            self.firsts, other.firsts
        )

    def numbers(self) -> Ints:
        """The family of each member; int64[m]."""
        return np.repeat(np.arange(len(self)), np.diff(self.firsts))


NO_FAMILIES = FamilyTable(np.empty(0, np.int32), np.zeros(1, np.int64))


def write_families(
    store: Store, generation: int, segments: Sequence[str], table: FamilyTable
) -> None:
    """Write and sync the families of the next commit.

    Args:
        store: the index, under lock.
        generation: of the commit.
        segments: the ids of its segments.
        table: the families.
    """
    name = families_file(generation)
    store.unlink(name)  # of an attempt that failed
    order = np.argsort(table.members, kind="stable")
    with SealedWriter(store.create(name), KIND, store.identity()) as sealed:
        sealed.put("docs", table.members[order].astype(np.uint32))
        sealed.put("places", order.astype(np.uint32))
        sealed.put("firsts", table.firsts.astype(np.uint32))
        sealed.close({"generation": generation, "segments": list(segments)})


def read_families(store: Store, commit: Commit) -> FamilyTable:
    """The families of a commit. Raises IndexDamaged if they are not as they were written."""
    if commit.families is None:
        return NO_FAMILIES
    name = families_file(commit.families)
    sealed = SealedFile(store.map(name), str(store.path / name), KIND, store.identity())
    named = [segment.id for segment in commit.segments]
    known = sealed.meta.get("segments")
    if sealed.meta.get("generation") != commit.families or not isinstance(known, list):
        sealed.damaged("it belongs to another commit")
    if named[: len(known)] != known:
        sealed.damaged("it belongs to other segments")
    docs, places, firsts = (
        sealed.array(each).astype(np.int64) for each in ("docs", "places", "firsts")
    )
    numbered = sum(segment.docs for segment in commit.segments[: len(known)])
    if not _is_whole(docs, places, firsts, numbered):
        sealed.damaged("its arrays contradict each other")
    members = np.empty(len(docs), np.int32)
    members[places] = docs
    return FamilyTable(members, firsts)


def _is_whole(docs: Ints, places: Ints, firsts: Ints, numbered: int) -> bool:
    """Whether arrays are those of families of so many paragraphs."""
    if len(docs) != len(places) or not len(firsts) or firsts[0] or firsts[-1] != len(docs):
        return False
    if not len(docs):
        return len(firsts) == 1
    ascending = bool(np.all(np.diff(docs) > 0)) and int(docs[-1]) < numbered
    within = int(places.max()) < len(docs) and bool((np.bincount(places) == 1).all())
    return ascending and within and bool(np.all(np.diff(firsts) > 0))
