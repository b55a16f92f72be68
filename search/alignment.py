"""Alignment: how one sequence of words becomes another by the fewest changes.

A change is a word that is inserted, deleted or replaced (Levenshtein's distance, by words). Rows
of the table of distances are NumPy arrays: of what can come along a row, a running minimum says
the best at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from search.deadline import check_time

Kind = Literal["equal", "insert", "delete", "replace", "gap"]

ANY = 1 << 20
"""Of a gap: however many words."""

Row = npt.NDArray[np.int32]


class Operation(NamedTuple):
    """A step from ``a`` to ``b``: ``a[a_start:a_end]`` became ``b[b_start:b_end]``.

    ``insert``: only ``b`` has it; ``delete``: only ``a`` has it; ``gap``: words of ``b`` that
    were left out where that was allowed.
    """

    kind: Kind
    a_start: int
    a_end: int
    b_start: int
    b_end: int


class Alignment(NamedTuple):
    """The fewest changes, in order.

    Attributes:
        distance: how many words are inserted, deleted or replaced.
        operations: neighbours of one kind are one. They cover all of ``a``, and ``b`` from
            ``start`` to ``end``.
        start, end: the part of ``b``; all of it, unless ``a`` was looked for within it.
    """

    distance: int
    operations: tuple[Operation, ...]
    start: int
    end: int


def align(
    a: Sequence[str],
    b: Sequence[str],
    *,
    within: bool = False,
    gaps: Mapping[int, int] | None = None,
) -> Alignment:
    """Align two sequences of words.

    Args:
        a: words.
        b: words.
        within: look for the part of ``b`` that is most like ``a``, instead of taking all of it.
        gaps: before which word of ``a`` (``len(a)``: at its end) how many words of ``b`` may be
            left out without being counted.

    >>> align("the old cat sat".split(), "the cat sat down".split()).operations[1]
    Operation(kind='delete', a_start=1, a_end=2, b_start=1, b_end=1)
    >>> align(["cat", "sat"], "so the cat sat down".split(), within=True)[2:]
    (2, 4)
    """
    gaps = gaps or {}
    numbers: dict[str, int] = {}
    ours = [numbers.setdefault(word, len(numbers)) for word in a]
    theirs = np.array([numbers.setdefault(word, len(numbers)) for word in b], np.int32)
    low, high = 0, len(b)
    if within:
        last = _last_row(ours, theirs, gaps)
        high = int(last.argmin())
        if not gaps:  # so many words at most are deleted as are changed at most
            low = max(0, high - 2 * len(a) - 1)
    rows = _rows(ours, theirs[low:high], gaps, within=within)
    steps = _back(rows, ours, theirs[low:high].tolist(), gaps, within=within)
    found = _merged([(kind, i, j + low) for kind, i, j in steps])
    start = found[0].b_start if found else high
    return Alignment(int(rows[-1][-1]), tuple(found), start, high)


def _last_row(a: Sequence[int], b: Row, gaps: Mapping[int, int]) -> Row:
    """The distances of all of ``a`` to what ends at each place of ``b``; int32[len(b) + 1]."""
    row = _first_row(len(b), gaps, within=True)
    for at, word in enumerate(a):
        row = _next_row(row, word, b, gaps.get(at + 1, 0))
    return row


def _rows(a: Sequence[int], b: Row, gaps: Mapping[int, int], *, within: bool) -> list[Row]:
    """The table of distances, a row after each word of ``a``, gaps taken."""
    rows = [_first_row(len(b), gaps, within=within)]
    for at, word in enumerate(a):
        rows.append(_next_row(rows[-1], word, b, gaps.get(at + 1, 0)))
    return rows


def _first_row(length: int, gaps: Mapping[int, int], *, within: bool) -> Row:
    if within:
        return np.zeros(length + 1, np.int32)
    row = np.arange(length + 1, dtype=np.int32)
    return _with_gap(row, gaps.get(0, 0))


def _next_row(row: Row, word: int, b: Row, gap: int) -> Row:
    """The row after one more word of ``a``."""
    check_time()
    found = row + np.int32(1)
    np.minimum(found[1:], row[:-1] + (b != word), out=found[1:])
    places = np.arange(len(found), dtype=np.int32)
    found = np.minimum.accumulate(found - places) + places
    return _with_gap(found, gap)


def _with_gap(row: Row, gap: int) -> Row:
    """A row where so many words may be left out before the next."""
    if gap >= len(row):
        return np.minimum.accumulate(row)
    best = row.copy()
    for skipped in range(1, gap + 1):
        np.minimum(best[skipped:], row[:-skipped], out=best[skipped:])
    return best


def _back(
    rows: Sequence[Row],
    a: Sequence[int],
    b: Sequence[int],
    gaps: Mapping[int, int],
    *,
    within: bool,
) -> list[tuple[Kind, int, int]]:
    """The way through the table, from its beginning: (kind, place in ``a``, place in ``b``)."""
    steps: list[tuple[Kind, int, int]] = []
    i, j = len(a), len(b)
    while i or (j and not within):
        gap = min(gaps.get(i, 0), j)
        if gap and (skipped := _skipped(rows, i, j, gap, a, b)):
            steps += [("gap", i, j - back - 1) for back in range(skipped)]
            j -= skipped
        here = int(rows[i][j])
        if i and j and here == int(rows[i - 1][j - 1]) + (a[i - 1] != b[j - 1]):
            i, j = i - 1, j - 1
            steps.append(("equal" if a[i] == b[j] else "replace", i, j))
        elif i and here == int(rows[i - 1][j]) + 1:
            i -= 1
            steps.append(("delete", i, j))
        elif j:
            j -= 1
            steps.append(("insert", i, j))
    steps.reverse()
    return steps


def _skipped(
    rows: Sequence[Row], i: int, j: int, gap: int, a: Sequence[int], b: Sequence[int]
) -> int:
    """How many words were left out to come to a place of the table; as few as explain it."""
    here = int(rows[i][j])
    if not i:
        return next((back for back in range(gap + 1) if here == j - back), 0)
    above = rows[i - 1]
    for back in range(gap + 1):
        at = j - back
        if here == int(above[at]) + 1:
            return back
        if at and here == int(above[at - 1]) + (a[i - 1] != b[at - 1]):
            return back
    return 0


def _merged(steps: Sequence[tuple[Kind, int, int]]) -> list[Operation]:
    """Neighbouring steps of one kind as one operation."""
    found: list[Operation] = []
    for kind, i, j in steps:
        a_end, b_end = i + (kind not in ("insert", "gap")), j + (kind != "delete")
        last = found[-1] if found else None
        if last and last.kind == kind and (last.a_end, last.b_end) == (i, j):
            found[-1] = last._replace(a_end=a_end, b_end=b_end)
        else:
            found.append(Operation(kind, i, a_end, j, b_end))
    return found
