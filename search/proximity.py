"""Nodes of words near each other and of windows: from documents with all of them to places.

A place is an interval of positions, in a space of the documents that have something of every
operand: there documents are so far apart that no distance reaches from one into the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from search.fields import FieldView
from search.nodes import Node
from search.open_words import texts_of
from search.pattern_nodes import Expand, element_spots
from search.plan import Operand, Proximity, Window
from search.query.patterns import Element, Pattern
from search.sets import NO_DOCS, DocIds, Ints, Mask, contains, distinct, unite
from search.tokens import LocalSpace, Spots, docs_at, units_of

_OVERHEAD = 500  # bytes of an entry of the cache besides its documents

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


@dataclass(frozen=True, slots=True)
class Intervals:
    """Places: int64[n] starts, ascending, and ends, the positions behind; each pair once."""

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, parts: Sequence[tuple[Ints, Ints]]) -> Intervals:
        """Put places together."""
        some = [part for part in parts if len(part[0])]
        if len(some) == 1 and _is_ascending(some[0][0]):
            return cls(*some[0])
        none = np.empty(0, np.int64)
        starts = np.concatenate([none, *(starts for starts, _ in some)])
        ends = np.concatenate([none, *(ends for _, ends in some)])
        order = np.lexsort((ends, starts))
        starts, ends = starts[order], ends[order]
        if len(starts):
            first = np.ones(len(starts), np.bool_)
            first[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
            starts, ends = starts[first], ends[first]
        return cls(starts, ends)

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: Mask) -> Intervals:
        """Some of the places."""
        return Intervals(self.starts[mask], self.ends[mask])

    def sorted_ends(self) -> Ints:
        """The ends, ascending."""
        return self.ends if _is_ascending(self.ends) else np.sort(self.ends)


def proximity_node(field: FieldView, plan: Proximity, expanded: Expand) -> Node:
    """Places of one operand near places of another."""
    reader = _Reader(field, expanded)
    wanted = reader.documents(plan.left)
    if not plan.negated:
        wanted = _common(field, [wanted, reader.documents(plan.right)])

    def find(among: DocIds | None) -> DocIds:
        space = reader.space(wanted, among, _needed(plan))
        return docs_at(field, reader.left_places(plan, space).starts, space)

    return _node(field, wanted, plan, find)


def window_node(field: FieldView, plan: Window, expanded: Expand) -> Node:
    """Windows with all of some words."""
    reader = _Reader(field, expanded)
    wanted = _common(field, [reader.documents(word) for word in dict.fromkeys(plan.words)])

    def find(among: DocIds | None) -> DocIds:
        space = reader.space(wanted, among, [each for word in plan.words for each in _sure(word)])
        words = [(reader.places(word, space), count) for word, count in Counter(plan.words).items()]
        return docs_at(field, _window_starts(words, plan.size), space)

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

    def space(self, wanted: DocIds, among: DocIds | None, needed: Iterable[Element]) -> LocalSpace:
        """The space of the units to look at, all of which have the elements that are needed."""
        if among is not None:
            wanted = wanted[contains(among, wanted)]
        return LocalSpace(wanted, {self._field.term(each.term).key for each in needed})

    def places(self, operand: Operand, space: LocalSpace) -> Intervals:
        """Where an operand stands."""
        found = []
        for each in operand:
            if isinstance(each, Proximity):
                left = self.left_places(each, space)
                found.append((left.starts, left.ends))
                if not each.negated:
                    right = self._right_places(each, space)
                    found.append((right.starts, right.ends))
            else:
                found.append(self._pattern_places(each, space))
        return Intervals.of(found)

    def left_places(self, plan: Proximity, space: LocalSpace) -> Intervals:
        """The places of the left operand that are near the right one, or that are not."""
        left, right = self.places(plan.left, space), self.places(plan.right, space)
        if plan.negated:
            return left.where(~_touched(left, right, plan.distance, ordered=plan.ordered))
        near = _followed(left, right, plan.distance)
        if not plan.ordered:
            near |= _preceded(left, right, plan.distance)
        return left.where(near)

    def _right_places(self, plan: Proximity, space: LocalSpace) -> Intervals:
        """The places of the right operand that are near the left one."""
        left, right = self.places(plan.left, space), self.places(plan.right, space)
        near = _preceded(right, left, plan.distance)
        if not plan.ordered:
            near |= _followed(right, left, plan.distance)
        return right.where(near)

    def _pattern_places(self, pattern: Pattern, space: LocalSpace) -> tuple[Ints, Ints]:
        """Where a pattern stands: starts and ends, in any order."""
        first, *others = pattern
        starts, ends = _of_spots(element_spots(self._field, first, self._expanded, space))
        for element in others:
            step = element_spots(self._field, element, self._expanded, space)
            narrow, wide = contains(step.narrow, ends), contains(step.wide, ends)
            starts = np.concatenate((starts[narrow], starts[wide]))
            ends = np.concatenate((ends[narrow] + 1, ends[wide] + 2))
        return starts, ends


def _of_spots(spots: Spots) -> tuple[Ints, Ints]:
    if not len(spots.wide):
        return spots.narrow, spots.narrow + 1
    starts = np.concatenate((spots.narrow, spots.wide))
    return starts, np.concatenate((spots.narrow + 1, spots.wide + 2))


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


def _followed(these: Intervals, others: Intervals, distance: int) -> Mask:
    """Behind which places another one begins, at most so far."""
    if not len(others):
        return np.zeros(len(these), np.bool_)
    at = others.starts.searchsorted(these.ends)
    near: Mask = others.starts.take(at, mode="clip") - these.ends < distance
    return near & (at < len(others))


def _preceded(these: Intervals, others: Intervals, distance: int) -> Mask:
    """Before which places another one ends, at most so far."""
    if not len(others):
        return np.zeros(len(these), np.bool_)
    ends = others.sorted_ends()
    at = ends.searchsorted(these.starts, "right")
    near: Mask = these.starts - ends.take(np.maximum(at, 1) - 1) < distance
    return near & (at > 0)


def _touched(these: Intervals, others: Intervals, distance: int, *, ordered: bool) -> Mask:
    """Which places another one overlaps, or stands at most so far from."""
    if not len(others):
        return np.zeros(len(these), np.bool_)
    at = others.starts.searchsorted(these.ends + (distance - 1), "right")
    if ordered:
        return at > others.starts.searchsorted(these.starts)
    reach = np.maximum.accumulate(others.ends).take(np.maximum(at, 1) - 1)
    near: Mask = these.starts - reach < distance
    return near & (at > 0)


def _window_starts(words: Sequence[tuple[Intervals, int]], size: int) -> Ints:
    """Where windows begin that have each word as often as it is needed."""
    starts: Ints = distinct(np.concatenate([places.starts for places, _ in words]))
    for places, needed in words:
        widths = places.ends - places.starts
        found = np.zeros(len(starts), np.int64)
        for width in np.unique(widths).tolist():
            some = places.starts[widths == width]
            inside = some.searchsorted(starts + (size - width), "right") - some.searchsorted(starts)
            found += np.maximum(inside, 0)
        starts = starts[found >= needed]
    return starts


def _common(field: FieldView, lists: list[DocIds]) -> DocIds:
    """The units that are in all lists, from the shortest on."""
    scratch = None if field.by_article else field.segments.scratch
    found, *others = sorted(lists, key=len)
    for each in others:
        found = found[contains(each, found, scratch)]
    return found


def _is_ascending(values: Ints) -> bool:
    return bool((values[1:] >= values[:-1]).all())
