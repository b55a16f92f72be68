"""Nodes of words near each other and of windows: from documents with all of them to places.

A place is an interval of positions, in a space in which documents are so far apart that no
distance reaches from one into the next: a space of the documents that have something of every
operand if those are few, else of all. Many documents are looked at a part after the other, so that
what is worked out of each stays in the caches of the processor, and no step takes long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from search.deadline import check_time
from search.fields import FieldView
from search.intervals import (
    Intervals,
    matching_left,
    matching_right,
    merged,
    of_spots,
    starts_of,
    window_starts,
)
from search.nodes import Node
from search.open_words import texts_of
from search.pattern_nodes import Expand, element_spots
from search.plan import Operand, Proximity, Window
from search.query.patterns import Element, Pattern
from search.sets import NO_DOCS, DocIds, Ints, Mask, contains, distinct, unite
from search.tokens import LocalSpace, Places, Spots, TokenSpace, docs_at, space_of, units_of

_OVERHEAD = 500  # bytes of an entry of the cache besides its documents
_FEW = 4  # of so many postings of the operands, one document: of fewer, each is looked at
_MANY = 1000  # documents from which on it pays to look at all others, too
_UNIT_BITS = 32  # of a place below its unit, where all units are looked at
_TOGETHER = 1 << 16  # units that are looked at together

Find = Callable[[DocIds | None], DocIds]


class NearNode(Node):
    """Documents in which places are near each other; a score of 0."""

    constant = 0.0

    def __init__(self, size: int, find: Find, *, by_article: bool) -> None:
        """Make the node.

        Args:
            size: how many documents match at most.
            find: works out the documents, all or those among some.
            by_article: whether positions count in articles.
        """
        self.size = size
        self._find = find
        self._by_article = by_article
        self._docs: DocIds | None = None

    def docs(self) -> DocIds:
        """Those that were worked out."""
        if self._docs is None:
            self._docs = self._find(None)
        return self._docs

    def has(self, wanted: DocIds) -> Mask:
        """Only the places in those documents are looked at."""
        if self._docs is not None or self._by_article:
            return contains(self.docs(), wanted)
        return contains(self._find(wanted), wanted)


def proximity_node(field: FieldView, plan: Proximity, expanded: Expand) -> Node:
    """Places of one operand near places of another."""
    reader = _Reader(field, expanded)
    sides = [reader.documents(each) for each in (plan.left, plan.right)]
    wanted = sides[0] if plan.negated else _common(field, sides)

    def find(among: DocIds | None) -> DocIds:
        spaces = reader.spaces(wanted, among, sides, _needed(plan))
        found = [docs_at(field, reader.matches(plan, space), space) for space in spaces]
        return np.concatenate([NO_DOCS, *found])

    return _node(field, wanted, plan, find)


def window_node(field: FieldView, plan: Window, expanded: Expand) -> Node:
    """Windows with all of some words."""
    reader = _Reader(field, expanded)
    sides = [reader.documents(word) for word in dict.fromkeys(plan.words)]
    wanted = _common(field, sides)

    def find(among: DocIds | None) -> DocIds:
        needed = [each for word in plan.words for each in _sure(word)]
        counts = Counter(plan.words).items()
        found = [NO_DOCS]
        for space in reader.spaces(wanted, among, sides, needed):
            words = [(merged(reader.places(word, space), count), count) for word, count in counts]
            found.append(docs_at(field, window_starts(words, plan.size), space))
        return np.concatenate(found)

    return _node(field, wanted, plan, find)


def _node(field: FieldView, wanted: DocIds, plan: Proximity | Window, find: Find) -> Node:
    """A node that keeps what it finds among all documents."""
    cache = field.segments.cache

    def kept(among: DocIds | None) -> DocIds:
        known: DocIds | None = cache.get(plan)
        if known is not None:
            return known
        found = find(among)
        if among is None:
            cache.put(plan, found, found.nbytes + _OVERHEAD)
        return found

    size = field.segments.num_docs if field.by_article else len(wanted)
    return NearNode(size if len(wanted) else 0, kept, by_article=field.by_article)


class _Reader:
    """Reads operands of one field."""

    def __init__(self, field: FieldView, expanded: Expand) -> None:
        self._field = field
        self._expanded = expanded

    def documents(self, operand: Operand) -> DocIds:
        """The units in which an operand may stand, ascending."""
        found = []
        for each in operand:
            if isinstance(each, Proximity):
                parts = [each.left] if each.negated else [each.left, each.right]
                found.append(_common(self._field, [self.documents(part) for part in parts]))
            else:
                found.append(_common(self._field, [self._units(element) for element in each]))
        return self._united(found)

    def _units(self, element: Element) -> DocIds:
        """The units that may have an element."""
        if not element.is_open:
            return units_of(self._field.term(element.term))
        return self._united([units_of(self._field.term(text)) for text in self._texts(element)])

    def _texts(self, element: Element) -> Iterable[str]:
        found = self._expanded(self._field, element)
        runs = found.certain.runs
        return dict.fromkeys([*found.doubtful, *(text for run in runs for text in texts_of(run))])

    def _united(self, lists: list[DocIds]) -> DocIds:
        if len(lists) == 1:
            return lists[0]
        if self._field.by_article:
            return distinct(np.concatenate([NO_DOCS, *lists]))
        return unite(lists, self._field.segments.scratch)

    def spaces(
        self,
        wanted: DocIds,
        among: DocIds | None,
        sides: Sequence[DocIds],
        needed: Iterable[Element],
    ) -> Iterator[Space]:
        """The spaces to look in, one after the other: parts of the documents, ascending.

        Args:
            wanted: the units to look at.
            among: the documents that matter; None if all of them do.
            sides: the units of each operand.
            needed: the elements that all wanted units have.
        """
        if among is not None:
            wanted = wanted[contains(among, wanted)]
        if len(wanted) > _MANY and len(wanted) * _FEW > sum(map(len, sides)):
            inner = space_of(self._field)
            known: dict[Element, Spots] = {}
            for start in range(0, inner.num_units, _TOGETHER):
                check_time()
                yield _Units(inner, start, start + _TOGETHER, known)
            return
        terms = {self._field.term(each.term).key for each in needed}
        for start in range(0, len(wanted), _TOGETHER):
            check_time()
            yield LocalSpace(wanted[start : start + _TOGETHER], terms)

    def places(self, operand: Operand, space: Space) -> list[Intervals]:
        """Where an operand stands, in parts; a place may be in several of them."""
        found: list[Intervals] = []
        for each in operand:
            if isinstance(each, Proximity):
                left, right = self.places(each.left, space), self.places(each.right, space)
                found += matching_left(left, right, each)
                if not each.negated:
                    found += matching_right(left, right, each)
            else:
                found += self._pattern_places(each, space)
        return found

    def matches(self, plan: Proximity, space: Space) -> Ints:
        """A place of every match, ascending; those of the operand that has fewer."""
        left, right = self.places(plan.left, space), self.places(plan.right, space)
        if plan.negated:
            return starts_of(matching_left(left, right, plan))
        found = []
        for one in left:
            for other in right:
                side = matching_left if len(one) < len(other) else matching_right
                found += side([one], [other], plan)
        return starts_of(found)

    def _pattern_places(self, pattern: Pattern, space: Space) -> list[Intervals]:
        """Where a pattern stands, by the widths of its tokens."""
        parts = of_spots(self._spots(pattern[0], space))
        for element in pattern[1:]:
            step = self._spots(element, space)
            following: list[Intervals] = []
            for part in parts:
                for places, width in ((step.narrow, 1), (step.wide, 2)):
                    if len(places):
                        kept = part.where(contains(places, part.ends))
                        following.append(Intervals(kept.starts, kept.ends + width))
            parts = following
        return parts

    def _spots(self, element: Element, space: Space) -> Spots:
        if isinstance(space, LocalSpace):
            return element_spots(self._field, element, self._expanded, space)
        found = space.known.get(element)
        if found is None:
            found = element_spots(self._field, element, self._expanded, space.inner)
            space.known[element] = found
        return Spots(space.apart(found.narrow), space.apart(found.wide))


class _Units:
    """The places of some neighbouring units of a TokenSpace, with the units far apart.

    Attributes:
        inner: the TokenSpace.
        known: where elements stand in all of it, as far as they were asked for.
    """

    def __init__(
        self, inner: TokenSpace, start: int, end: int, known: dict[Element, Spots]
    ) -> None:
        self.inner = inner
        self.known = known
        self._first, self._behind = inner.first_place(start), inner.first_place(end)

    def apart(self, places: Places) -> Ints:
        """Those places of the TokenSpace that are in these units, in this space; int64[n]."""
        check_time()
        low = int(places.searchsorted(self._first))
        places = places[low : int(places.searchsorted(self._behind))]
        apart: Ints = self.inner.units(places).astype(np.int64)
        apart <<= _UNIT_BITS
        apart += places.astype(np.int64)
        return apart

    def units(self, places: Places) -> DocIds:
        """The unit of each place, int32[n]."""
        return (places >> _UNIT_BITS).astype(np.int32)


Space = LocalSpace | _Units


def _needed(plan: Proximity) -> list[Element]:
    """The elements that every document with a match has."""
    sides = [plan.left] if plan.negated else [plan.left, plan.right]
    found: list[Element] = []
    for side in sides:
        for each in side if len(side) == 1 else ():
            found += _needed(each) if isinstance(each, Proximity) else _sure([each])
    return found


def _sure(patterns: Sequence[Pattern]) -> list[Element]:
    """The elements without which a word of these patterns cannot stand."""
    if len(patterns) != 1:
        return []
    return [element for element in patterns[0] if not element.is_open]


def _common(field: FieldView, lists: list[DocIds]) -> DocIds:
    """The units that are in all lists, from the shortest on."""
    scratch = None if field.by_article else field.segments.scratch
    found, *others = sorted(lists, key=len)
    for each in others:
        found = found[contains(each, found, scratch)]
    return found
