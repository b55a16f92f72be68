"""Families of copies among what matches: which paragraphs are in one, and who stands for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.family_file import FamilyTable
from search.doc_sets import DocSet, ListedSet
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, Ints, Mask

_NONE = -1
_SORTED = 8_000  # places from which on they are put into an array of all, and not sorted

NO_PLACES: Ints = np.empty(0, np.int64)


class Folded(NamedTuple):
    """Matches of which one stands for each family.

    Attributes:
        docs: int32[n], those that are shown, ascending.
        among: of how many.
        hidden: int64[among - n], which of them are not, by their places, ascending.
    """

    docs: DocIds
    among: int
    hidden: Ints = NO_PLACES


class Families:
    """The families of one commit that stand in several articles. Safe to share between threads.

    Attributes:
        table: all families, as they are stored.
    """

    def __init__(self, table: FamilyTable, segments: SegmentSet) -> None:
        """Take them in; what stands in one article alone is no family here."""
        self.table = table
        self._family_of: npt.NDArray[np.int32] = table.numbers().astype(np.int32)
        # For each paragraph its place in the table; families are in it one after the other, and
        # their paragraphs in the order of time.
        self._places = np.full(segments.max_doc, _NONE, np.int32)
        self._docs, self._their_family = NO_DOCS, self._family_of
        if len(table):
            order = np.argsort(table.members)
            articles = np.empty(len(order), np.int32)
            articles[order] = segments.articles_of(table.members[order])
            starts = table.firsts[:-1]
            several: Mask = np.minimum.reduceat(articles, starts) != np.maximum.reduceat(
                articles, starts
            )
            kept = several[self._family_of]
            self._places[table.members[kept]] = np.flatnonzero(kept)
            # Those of several articles, in that order.
            self._docs = table.members[kept]
            self._their_family = self._family_of[kept]

    def find(self, doc: int) -> int | None:
        """The family of a paragraph; None if it is in none."""
        place = int(self._places[doc])
        return None if place == _NONE else int(self._family_of[place])

    def members(self, family: int) -> DocIds:
        """The paragraphs of a family in the order of time."""
        return self.table.family(family)

    def of_docs(self, docs: Ints) -> npt.NDArray[np.int32]:
        """The family of each of some paragraphs, -1 where it is in none; a new int32[n]."""
        places = self._places.take(docs)
        found = np.full(len(docs), _NONE, np.int32)
        some = places != _NONE
        found[some] = self._family_of[places[some]]
        return found

    def fold(self, docs: DocIds) -> Folded:
        """Keep, of each family, the paragraph that was first among those that match.

        Args:
            docs: int32[n], ascending.
        """
        places = self._places.take(docs)
        at = (places != _NONE).nonzero()[0]
        if len(at) < 2:
            return Folded(docs, len(docs))
        own = places.take(at)
        order = self._in_order(own)
        family_of = self._family_of.take(own.take(order))
        later = (family_of[1:] == family_of[:-1]).nonzero()[0] + 1
        if not len(later):
            return Folded(docs, len(docs))
        hidden = np.sort(at.take(order.take(later)))
        shown = np.ones(len(docs), np.bool_)
        shown[hidden] = False
        return Folded(docs.compress(shown), len(docs), hidden)

    def _in_order(self, places: npt.NDArray[np.int32]) -> Ints:
        """The order of some places, each of which is there once; int64[n]."""
        if len(places) < _SORTED:
            return places.argsort()
        of_place = np.full(len(self._family_of), _NONE, np.int32)
        of_place[places] = np.arange(len(places), dtype=np.int32)
        return of_place.compress(of_place != _NONE).astype(np.int64)

    def shown(self, matches: DocSet) -> tuple[DocSet, DocIds]:
        """What ``fold`` keeps of some matches, and what it does not, in any order."""
        if isinstance(matches, ListedSet):
            folded = self.fold(matches.docs)
            if not len(folded.hidden):
                return matches, NO_DOCS
            return matches.of(folded.docs), matches.docs.take(folded.hidden)
        flags = matches.flags()
        at = flags.take(self._docs).nonzero()[0]
        family_of = self._their_family.take(at)
        later = (family_of[1:] == family_of[:-1]).nonzero()[0] + 1
        if not len(later):
            return matches, NO_DOCS
        hidden = self._docs.take(at.take(later))
        flags[hidden] = False
        return matches.of_flags(flags), hidden
