"""Nodes of words near each other and of windows: from documents with all of them to places.

A place is an interval of positions, in a space in which documents are so far apart that no
distance reaches from one into the next: a space of the documents that have something of every
operand if those are few, else of all.
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
from search.sets import NO_DOCS, DocIds, Ints, Mask, contains, distinct, first_of_runs, unite
from search.tokens import LocalSpace, Places, Spots, TokenSpace, docs_at, space_of, units_of

_OVERHEAD = 500  # bytes of an entry of the cache besides its documents
_FEW = 4  # of so many postings of the operands, one document: of fewer, each is looked at
_MANY = 1000  # documents from which on it pays to look at all others, too
_UNIT_BITS = 32  # of a place below its unit, where all units are looked at
_RARE = 8  # times as many places as all others, from which on those are put in between
_WIDTH_BITS = 7  # of the positions of an interval, where they fit beside its start

_NONE: Ints = np.empty(0, np.int64)

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


Part = tuple[Ints, Ints]
"""Starts and ends of some places."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Places: int64[n] starts, ascending, and ends, the positions behind; each pair once."""

    starts: Ints
    ends: Ints

    @classmethod
    def of(cls, parts: Sequence[Part]) -> Intervals:
        """Put places together; each part is ascending."""
        some = sorted((part for part in parts if len(part[0])), key=lambda part: len(part[0]))
        if not some:
            return cls(_NONE, _NONE)
        starts, ends = some[-1]
        if len(some) == 1 and _is_ascending(starts, strictly=True):
            return cls(starts, ends)
        rest = sum(len(part[0]) for part in some[:-1])
        if rest * _RARE < len(starts) and _is_ascending(starts, strictly=True):
            more = cls(*_sorted(some[:-1]))
            at = starts.searchsorted(more.starts)
            known = starts.take(at, mode="clip") == more.starts
            new = ~(known & (ends.take(at, mode="clip") == more.ends))
            at, more = at[new], more.where(new)
            return cls(np.insert(starts, at, more.starts), np.insert(ends, at, more.ends))
        return cls(*_sorted(some))

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: Mask) -> Intervals:
        """Some of the places."""
        return Intervals(self.starts[mask], self.ends[mask])

    def sorted_ends(self) -> Ints:
        """The ends, ascending."""
        return self.ends if _is_ascending(self.ends) else np.sort(self.ends, kind="stable")


def _sorted(parts: Sequence[Part]) -> Part:
    """The places of all parts, in their order, each once."""
    starts = np.concatenate([starts for starts, _ in parts])
    widths = np.concatenate([ends - starts for starts, ends in parts])
    if max(int(starts.max()) >> (62 - _WIDTH_BITS), int(widths.max()) >> _WIDTH_BITS):
        pairs = np.unique(np.stack((starts, widths), axis=1), axis=0)
        return pairs[:, 0], pairs[:, 0] + pairs[:, 1]
    # A stable sort merges what is sorted in parts.
    keys = np.sort((starts << _WIDTH_BITS) | widths, kind="stable")
    keys = keys[first_of_runs(keys)]
    starts = keys >> _WIDTH_BITS
    return starts, starts + (keys & ((1 << _WIDTH_BITS) - 1))


def proximity_node(field: FieldView, plan: Proximity, expanded: Expand) -> Node:
    """Places of one operand near places of another."""
    reader = _Reader(field, expanded)
    sides = [reader.documents(each) for each in (plan.left, plan.right)]
    wanted = sides[0] if plan.negated else _common(field, sides)

    def find(among: DocIds | None) -> DocIds:
        space = reader.space(wanted, among, sides, _needed(plan))
        return docs_at(field, reader.nearer_side(plan, space).starts, space)

    return _node(field, wanted, plan, find)


def window_node(field: FieldView, plan: Window, expanded: Expand) -> Node:
    """Windows with all of some words."""
    reader = _Reader(field, expanded)
    sides = [reader.documents(word) for word in dict.fromkeys(plan.words)]
    wanted = _common(field, sides)

    def find(among: DocIds | None) -> DocIds:
        needed = [each for word in plan.words for each in _sure(word)]
        space = reader.space(wanted, among, sides, needed)
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

    def space(
        self,
        wanted: DocIds,
        among: DocIds | None,
        sides: Sequence[DocIds],
        needed: Iterable[Element],
    ) -> Space:
        """The space to look in.

        Args:
            wanted: the units to look at.
            among: the documents that matter; None if all of them do.
            sides: the units of each operand.
            needed: the elements that all wanted units have.
        """
        if among is not None:
            wanted = wanted[contains(among, wanted)]
        if len(wanted) > _MANY and len(wanted) * _FEW > sum(map(len, sides)):
            return _AllUnits(space_of(self._field))
        return LocalSpace(wanted, {self._field.term(each.term).key for each in needed})

    def places(self, operand: Operand, space: Space) -> Intervals:
        """Where an operand stands."""
        found: list[Part] = []
        for each in operand:
            if isinstance(each, Proximity):
                left, right = self.places(each.left, space), self.places(each.right, space)
                if each.negated:
                    sides = [_alone(left, right, each)]
                else:
                    sides = [_near_right(left, right, each), _near_left(left, right, each)]
                found += [(side.starts, side.ends) for side in sides]
            else:
                found += self._pattern_places(each, space)
        return Intervals.of(found)

    def nearer_side(self, plan: Proximity, space: Space) -> Intervals:
        """The places of one operand that match; of that which has fewer, if both have some."""
        left, right = self.places(plan.left, space), self.places(plan.right, space)
        if plan.negated:
            return _alone(left, right, plan)
        side = _near_right if len(left) < len(right) else _near_left
        return side(left, right, plan)

    def _pattern_places(self, pattern: Pattern, space: Space) -> list[Part]:
        """Where a pattern stands, by the widths of its tokens; each part is ascending."""
        parts = _of_spots(self._spots(pattern[0], space))
        for element in pattern[1:]:
            step = self._spots(element, space)
            following: list[Part] = []
            for starts, ends in parts:
                for places, width in ((step.narrow, 1), (step.wide, 2)):
                    if len(places):
                        kept = contains(places, ends)
                        following.append((starts[kept], ends[kept] + width))
            parts = following
        return parts

    def _spots(self, element: Element, space: Space) -> Spots:
        if isinstance(space, LocalSpace):
            return element_spots(self._field, element, self._expanded, space)
        found = element_spots(self._field, element, self._expanded, space.inner)
        return Spots(space.apart(found.narrow), space.apart(found.wide))


class _AllUnits:
    """The places of a TokenSpace, with the units far apart."""

    def __init__(self, inner: TokenSpace) -> None:
        self.inner = inner

    def apart(self, places: Places) -> Ints:
        """Places of the TokenSpace in this one, int64[n]."""
        apart: Ints = self.inner.units(places).astype(np.int64)
        apart <<= _UNIT_BITS
        apart += places.astype(np.int64)
        return apart

    def units(self, places: Places) -> DocIds:
        """The unit of each place, int32[n]."""
        return (places >> _UNIT_BITS).astype(np.int32)


Space = LocalSpace | _AllUnits


def _of_spots(spots: Spots) -> list[Part]:
    return [
        (places, places + width)
        for places, width in ((spots.narrow, 1), (spots.wide, 2))
        if len(places)
    ]


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


def _near_right(left: Intervals, right: Intervals, plan: Proximity) -> Intervals:
    """The places of the left that are near a right one."""
    near = _followed(left, right, plan.distance)
    if not plan.ordered:
        near |= _preceded(left, right, plan.distance)
    return left.where(near)


def _near_left(left: Intervals, right: Intervals, plan: Proximity) -> Intervals:
    """The places of the right that are near a left one."""
    near = _preceded(right, left, plan.distance)
    if not plan.ordered:
        near |= _followed(right, left, plan.distance)
    return right.where(near)


def _alone(left: Intervals, right: Intervals, plan: Proximity) -> Intervals:
    """The places of the left that have no right one near."""
    return left.where(~_touched(left, right, plan.distance, ordered=plan.ordered))


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
    words = sorted(words, key=lambda word: len(word[0]))
    if not len(words[0][0]):
        return _NONE
    starts, _ = _sorted([(places.starts, places.starts) for places, _ in words])
    for places, needed in words:
        starts = starts[_inside(places, starts, size, needed)]
    return starts


def _inside(places: Intervals, starts: Ints, size: int, needed: int) -> Mask:
    """Which windows have so many of some places."""
    first = places.starts.searchsorted(starts)
    if needed == 1:
        soonest = np.minimum.accumulate(places.ends[::-1])[::-1]
        some: Mask = soonest.take(first, mode="clip") <= starts + size
        return some & (first < len(places))
    widths = places.ends - places.starts
    found = np.zeros(len(starts), np.int64)
    for width in np.unique(widths).tolist():
        alike = places.starts[widths == width]
        last = alike.searchsorted(starts + (size - width), "right")
        found += np.maximum(last - alike.searchsorted(starts), 0)
    enough: Mask = found >= needed
    return enough


def _common(field: FieldView, lists: list[DocIds]) -> DocIds:
    """The units that are in all lists, from the shortest on."""
    scratch = None if field.by_article else field.segments.scratch
    found, *others = sorted(lists, key=len)
    for each in others:
        found = found[contains(each, found, scratch)]
    return found


def _is_ascending(values: Ints, *, strictly: bool = False) -> bool:
    before, after = values[:-1], values[1:]
    return bool((after > before).all() if strictly else (after >= before).all())
