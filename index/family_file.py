"""The families of a commit, as files: ``families.N``, for the first commit that has them.

Paragraphs are numbered over the segments of the commit, in their order. A sealed file of the
kind "families" with two arrays:

======= == ===============================================================================
members u4 the paragraphs of each family in the order of time, family by family
firsts  u4 the place where each family begins among them, and the number of places
======= == ===============================================================================

The order of time: by the first day that the date can mean, then by its moment, those without
one last; then by the ids of their articles. The meta says the generation, and how many
paragraphs were numbered: a commit that only adds some behind them may name the same file.

It may also name a second one, of the families that have changed since: each of them takes the
place of those of the first file that have one of its paragraphs. So to add an article is to
write a few families, not all. Once the second file has a SHARE of the paragraphs of the first,
both are written anew as one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.codec.sealed import SealedFile, SealedWriter
from index.commit_file import Commit, families_file
from index.errors import IndexDamaged
from index.store import Store

KIND = "families"
SHARE = 1 / 16
"""Of the paragraphs of the first file, at which both files become one."""
_FEW = 1 << 12  # paragraphs in families that are always written as one file


@dataclass(frozen=True, slots=True)
class FamilyTable:
    """The families of an index, or some of them.

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

    def numbers(self) -> Ints:
        """The family of each member; int64[m]."""
        return np.repeat(np.arange(len(self)), np.diff(self.firsts))

    def having(self, docs: npt.NDArray[np.integer]) -> npt.NDArray[np.bool_]:
        """Which families have one of some paragraphs; bool[n]."""
        found = np.zeros(len(self), np.bool_)
        if len(docs) and len(self):
            wanted = np.zeros(max(int(docs.max()), int(self.members.max())) + 1, np.bool_)
            wanted[docs] = True
            at = np.flatnonzero(wanted[self.members])
            found[np.searchsorted(self.firsts, at, "right") - 1] = True
        return found

    def some(self, chosen: npt.NDArray[np.bool_]) -> FamilyTable:
        """Only some of the families, of bool[n]."""
        if chosen.all():
            return self
        firsts, sizes = self.firsts[:-1][chosen], np.diff(self.firsts)[chosen]
        return FamilyTable(self.members[ragged(firsts, sizes)], starts_of(sizes))

    def followed_by(self, later: FamilyTable) -> FamilyTable:
        """With families that take the place of those that have one of their paragraphs."""
        if not len(later):
            return self
        kept = self.some(~self.having(later.members))
        members = np.concatenate((kept.members, later.members))
        firsts = np.concatenate((kept.firsts[:-1], later.firsts + len(kept.members)))
        return FamilyTable(members, firsts)


NO_FAMILIES = FamilyTable(np.empty(0, np.int32), np.zeros(1, np.int64))


@dataclass(frozen=True, slots=True)
class FamilyFiles:
    """The families of a commit as its files have them: all of them, and those that changed.

    Attributes:
        tables: none, one or two.
    """

    tables: tuple[FamilyTable, ...] = ()

    def having(self, docs: npt.NDArray[np.integer]) -> FamilyTable:
        """The families that have one of some paragraphs."""
        found = [table.some(table.having(docs)) for table in self.tables]
        if len(found) == 2:
            # One that was replaced can have one of the paragraphs only if the other has it, too.
            return found[0].followed_by(found[1])
        return found[0] if found else NO_FAMILIES

    def table(self) -> FamilyTable:
        """All families."""
        table = NO_FAMILIES
        for number, each in enumerate(self.tables):
            table = table.followed_by(each) if number else each
        return table

    def changed(self, families: FamilyTable) -> FamilyTable | None:
        """What the second file has to hold if some families are new; None if one is better."""
        if not self.tables or len(self.tables[0].members) < _FEW:
            return None
        changed = families
        if len(self.tables) == 2:
            changed = self.tables[1].followed_by(families)
        many = len(changed.members) > len(self.tables[0].members) * SHARE
        return None if many else changed


def write_families(store: Store, generation: int, docs: int, table: FamilyTable) -> None:
    """Write and sync families for the next commit.

    Args:
        store: the index, under lock.
        generation: of the commit.
        docs: how many paragraphs it has.
        table: the families.
    """
    name = families_file(generation)
    store.unlink(name)  # of an attempt that failed
    with SealedWriter(store.create(name), KIND, store.identity()) as sealed:
        sealed.put("members", table.members.astype(np.uint32))
        sealed.put("firsts", table.firsts.astype(np.uint32))
        sealed.close({"generation": generation, "docs": docs})


def read_families(store: Store, commit: Commit) -> FamilyFiles:
    """The families of a commit. Raises IndexDamaged if they are not as they were written."""
    docs = sum(segment.docs for segment in commit.segments)
    return FamilyFiles(tuple(_read(store, number, docs) for number in commit.families))


def read_family_file(store: Store, commit: Commit, generation: int) -> FamilyTable:
    """The families of one file of a commit. Raises IndexDamaged if they are not as written."""
    docs = sum(segment.docs for segment in commit.segments)
    table = _read(store, generation, docs)
    if int(np.bincount(table.members, minlength=1).max()) > 1:
        path = store.path / families_file(generation)
        raise IndexDamaged(
            f"{path} is damaged (a paragraph is in two families); "
            "move the folder of the index away and index the articles again"
        )
    return table


def _read(store: Store, generation: int, docs: int) -> FamilyTable:
    """One file of a commit of so many paragraphs."""
    name = families_file(generation)
    sealed = SealedFile(store.map(name), str(store.path / name), KIND, store.identity())
    numbered = sealed.meta.get("docs")
    if sealed.meta.get("generation") != generation or type(numbered) is not int:
        sealed.damaged("it belongs to another commit")
    if numbered > docs:
        sealed.damaged("it belongs to other segments")
    members, firsts = sealed.array("members"), sealed.array("firsts")
    if not _is_whole(members, firsts, numbered):
        sealed.damaged("its arrays contradict each other")
    return FamilyTable(members.view(np.int32), firsts.astype(np.int64))


def _is_whole(
    members: npt.NDArray[np.uint32], firsts: npt.NDArray[np.uint32], numbered: int
) -> bool:
    """Whether arrays are those of families of so many paragraphs."""
    if members.dtype != np.uint32 or firsts.dtype != np.uint32:
        return False
    if not len(firsts) or firsts[0] or firsts[-1] != len(members):
        return False
    if not bool(np.all(firsts[1:] > firsts[:-1])):
        return False
    return not len(members) or int(members.max()) < numbered
