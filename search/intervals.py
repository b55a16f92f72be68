"""Places as intervals of positions: which are near which, and which windows have all of them.

They lie in a space in which units are so far apart that no distance reaches from one into the
next. What a word matches comes in parts, each with tokens of the same widths, so that starts and
ends ascend alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from search.deadline import check_time
from search.plan import Proximity
from search.sets import Ints, Mask, first_of_runs
from search.tokens import Spots

_NONE: Ints = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Places: int64[n] starts and ends, the positions behind; both ascending."""

    starts: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.starts)

    def where(self, mask: Mask) -> Intervals:
        """Some of the places."""
        return Intervals(self.starts[mask], self.ends[mask])


def of_spots(spots: Spots) -> list[Intervals]:
    """The places of single tokens, by their width."""
    return [
        Intervals(places, places + width)
        for places, width in ((spots.narrow, 1), (spots.wide, 2))
        if len(places)
    ]


def starts_of(parts: Sequence[Intervals]) -> Ints:
    """Where the places of all parts begin, ascending."""
    some = [part.starts for part in parts if len(part)]
    if len(some) == 1:
        return some[0]
    return np.sort(np.concatenate([_NONE, *some]), kind="stable")


def merged(parts: Sequence[Intervals], needed: int) -> tuple[Ints, Ints]:
    """The starts of all places, ascending, and the ends; each once, if several are needed."""
    some = [part for part in parts if len(part)]
    if len(some) == 1:
        return some[0].starts, some[0].ends
    starts = np.concatenate([_NONE, *(part.starts for part in some)])
    ends = np.concatenate([_NONE, *(part.ends for part in some)])
    if needed == 1:
        order = np.argsort(starts, kind="stable")  # which merges what is sorted in parts
        return starts[order], ends[order]
    order = np.lexsort((ends, starts))
    starts, ends = starts[order], ends[order]
    new = np.ones(len(starts), np.bool_)
    new[1:] = (starts[1:] != starts[:-1]) | (ends[1:] != ends[:-1])
    return starts[new], ends[new]


def matching_left(
    left: Sequence[Intervals], right: Sequence[Intervals], plan: Proximity
) -> list[Intervals]:
    """The places of the left that are near a right one, or that are not."""
    found = []
    for these in left:
        near = np.zeros(len(these), np.bool_)
        for others in right:
            check_time()
            if plan.negated:
                near |= _touched(these, others, plan.distance, ordered=plan.ordered)
                continue
            near |= _followed(these, others, plan.distance)
            if not plan.ordered:
                near |= _preceded(these, others, plan.distance)
        found.append(these.where(~near if plan.negated else near))
    return found


def matching_right(
    left: Sequence[Intervals], right: Sequence[Intervals], plan: Proximity
) -> list[Intervals]:
    """The places of the right that are near a left one."""
    found = []
    for these in right:
        near = np.zeros(len(these), np.bool_)
        for others in left:
            check_time()
            near |= _preceded(these, others, plan.distance)
            if not plan.ordered:
                near |= _followed(these, others, plan.distance)
        found.append(these.where(near))
    return found


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
    at = others.ends.searchsorted(these.starts, "right")
    near: Mask = these.starts - others.ends.take(np.maximum(at, 1) - 1) < distance
    return near & (at > 0)


def _touched(these: Intervals, others: Intervals, distance: int, *, ordered: bool) -> Mask:
    """Which places another one overlaps, or stands at most so far from."""
    if not len(others):
        return np.zeros(len(these), np.bool_)
    at = others.starts.searchsorted(these.ends + (distance - 1), "right")
    if ordered:
        return at > others.starts.searchsorted(these.starts)
    reach = others.ends.take(np.maximum(at, 1) - 1)
    near: Mask = these.starts - reach < distance
    return near & (at > 0)


Word = tuple[tuple[Ints, Ints], int]
"""The starts and the ends of a word, and how often a window needs it."""


def window_starts(words: Sequence[Word], size: int) -> Ints:
    """Where windows begin that have each word as often as it is needed."""
    words = sorted(words, key=lambda word: len(word[0][0]))
    if not len(words[0][0][0]):
        return _NONE
    starts: Ints = np.sort(np.concatenate([places for (places, _), _ in words]), kind="stable")
    starts = starts[first_of_runs(starts)]
    for places, needed in words:
        check_time()
        starts = starts[_inside(*places, starts, size, needed)]
    return starts


def _inside(firsts: Ints, ends: Ints, starts: Ints, size: int, needed: int) -> Mask:
    """Which windows have so many places of a word."""
    at = firsts.searchsorted(starts)
    if needed == 1:
        soonest = np.minimum.accumulate(ends[::-1])[::-1]
        some: Mask = soonest.take(at, mode="clip") <= starts + size
        return some & (at < len(firsts))
    widths = ends - firsts
    found = np.zeros(len(starts), np.int64)
    for width in np.unique(widths).tolist():
        alike = firsts[widths == width]
        last = alike.searchsorted(starts + (size - width), "right")
        found += np.maximum(last - alike.searchsorted(starts), 0)
    enough: Mask = found >= needed
    return enough
