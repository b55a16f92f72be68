"""Tokens side by side and near each other, by their places.

What stands at one distance of each other is an intersection of shifted arrays, from the
rarest on. Where a token may take one position or two, the ways part and are followed one
token after the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.deadline import check_time
from search.dense import Dense
from search.sets import contains, distinct
from search.tokens import Places, Space, Spots

_MANY = 200  # places from which on it pays to look at their documents first
_FLAGGED = 30_000  # places from which on flags are faster than searching
_TIMES = 20  # as many places as wanted ones, from which on the wanted are looked up
_BLOCK = 1 << 20  # places that are flagged at a time


def side_by_side(
    lists: Sequence[Places],
    offsets: Sequence[int],
    space: Space,
    frequent: Sequence[Dense | None] = (),
) -> Places:
    """The places of one of the tokens where all stand at their distances.

    Args:
        lists: the places of each token.
        offsets: where each stands, counted from the first.
        space: of the places.
        frequent: for each token its term's arrays, if it is frequent and units are documents.
    """
    order = sorted(range(len(lists)), key=lambda at: len(lists[at]))
    rarest = order[0]
    found = lists[rarest]
    if _MANY < len(found) < _FLAGGED:
        units = space.units(found)
        for at, each in enumerate(frequent):
            if each is not None and at != rarest:
                kept = each.has(units).nonzero()[0]
                found, units = found.take(kept), units.take(kept)
    for other in order[1:]:
        if not len(found):
            break
        check_time()
        shift = offsets[other] - offsets[rarest]
        found = shifted(common(lists[other], shifted(found, shift)), -shift)
    return found


def shifted(places: Places, shift: int) -> Places:
    """Places so many positions further on, or back; a new array."""
    step = places.dtype.type(abs(shift))
    moved: Places = places + step if shift >= 0 else places - step
    return moved


def common(left: Places, right: Places) -> Places:
    """The places in both; ascending, distinct, as those that are given."""
    if len(left) > len(right):
        left, right = right, left
    if len(left) < _FLAGGED or len(left) * _TIMES < len(right):
        return left.compress(contains(right, left))
    first, last = int(left[0]), int(left[-1])
    if (last - first) // _BLOCK > len(left) // 16:
        return left.compress(contains(right, left))  # they are far apart
    flags = np.zeros(_BLOCK, np.bool_)
    borders = np.arange(first, last + 1, _BLOCK, dtype=np.int64).astype(left.dtype)
    ours = [*left.searchsorted(borders).tolist(), len(left)]
    theirs = [*right.searchsorted(borders).tolist(), int(right.searchsorted(left[-1], "right"))]
    found = []
    for block, border in enumerate(borders):
        check_time()
        flagged = (left[ours[block] : ours[block + 1]] - border).astype(np.intp)
        flags[flagged] = True
        asked = right[theirs[block] : theirs[block + 1]]
        found.append(asked.compress(flags.take(asked - border)))
        flags[flagged] = False
    return np.concatenate(found)


def follow(steps: Sequence[Spots], space: Space) -> Places:
    """The places of the last token of a sequence whose tokens follow each other.

    Args:
        steps: where each token stands.
        space: of the places.
    """
    widths = [_width(step) for step in steps[:-1]]
    if all(widths):
        offsets = [0, *np.cumsum(widths, dtype=int).tolist()]
        return side_by_side([_places(step) for step in steps], offsets, space)
    found = steps[0]
    for step in steps[1:]:
        starts = distinct(np.concatenate((shifted(found.narrow, 1), shifted(found.wide, 2))))
        found = Spots(common(step.narrow, starts), common(step.wide, starts))
    return distinct(np.concatenate((found.narrow, found.wide)))


def _width(spots: Spots) -> int:
    """The one width that all tokens have; 0 if they have both."""
    if not len(spots.wide):
        return 1
    return 0 if len(spots.narrow) else 2


def _places(spots: Spots) -> Places:
    """All places, ascending, each once."""
    if not len(spots.wide):
        return spots.narrow
    if not len(spots.narrow):
        return spots.wide
    return distinct(np.concatenate((spots.narrow, spots.wide)))


def in_order(lists: Sequence[Places], distance: int, space: Space) -> Places:
    """The places of the last of some tokens, each at most so far behind the one before.

    The nearest token before decides; no two tokens stand at the same place.
    """
    found = lists[0]
    for places in lists[1:]:
        if not len(found):
            return found
        check_time()
        before = found.searchsorted(places)
        nearest = found.take(np.maximum(before, 1) - 1)
        near = (before > 0) & (places - nearest <= distance)
        near &= space.units(places) == space.units(nearest)
        found = places[near]
    return found


def in_window(lists: Sequence[Places], width: int, space: Space) -> Places:
    """The first place of every window of so many positions that has all of the tokens."""
    starts = distinct(np.concatenate(lists))
    for places in lists:
        if not len(places):
            return starts[:0]
        check_time()
        after = places.searchsorted(starts)
        nearest = places.take(after, mode="clip")
        near = (after < len(places)) & (nearest - starts <= width)
        near &= space.units(nearest) == space.units(starts)
        starts = starts[near]
    return starts
