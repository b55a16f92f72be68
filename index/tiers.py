"""Which segments to merge, so that there are never many and none is rewritten often.

Segments are sorted by size into tiers, each eight times as large as the one below. When
a commit fills a tier, its segments become one, which belongs to the next. Each article is so
rewritten about once a tier, and adding one article to a million rewrites a handful.
"""

from __future__ import annotations

from collections.abc import Sequence

FACTOR = 8
"""Segments that fill a tier."""

_LOWEST = 1024  # paragraphs; whatever is smaller costs nothing to rewrite
_MOST_DELETED = 0.2


def segments_to_merge(sizes: Sequence[tuple[int, int]], added: int) -> set[int]:
    """The segments that a commit should merge with what it adds.

    Args:
        sizes: for each segment its paragraphs and how many of them are deleted.
        added: paragraphs that the commit adds, as one more segment.

    >>> segments_to_merge([(5, 0)] * 6, 5)
    set()
    >>> sorted(segments_to_merge([(90_000, 0)] + [(5, 0)] * 7, 5))
    [1, 2, 3, 4, 5, 6, 7]
    """
    live = [size - deleted for size, deleted in sizes]
    chosen = {
        number for number, (size, deleted) in enumerate(sizes) if deleted > _MOST_DELETED * size
    }
    for tier in range(max(map(_tier, [*live, added]), default=0) + 1):
        written = added + sum(live[number] for number in chosen)
        of_tier = {number for number in range(len(sizes)) if _tier(live[number]) == tier} - chosen
        if of_tier and len(of_tier) + (written > 0 and _tier(written) == tier) >= FACTOR:
            chosen |= of_tier
    return chosen


def _tier(size: int) -> int:
    """The tier of a segment of so many paragraphs, from 0."""
    tier = 0
    while size >= _LOWEST * FACTOR**tier:
        tier += 1
    return tier
