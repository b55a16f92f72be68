"""Sets of document numbers as sorted arrays, and the algebra over them.

What takes long looks at the deadline first, so that whoever puts queries together of these need
not think of it.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from search.deadline import check_time

DocIds = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NO_DOCS: DocIds = np.empty(0, np.int32)
NO_SCORES: Scores = np.empty(0, np.float64)

SEARCHED = 500  # up to so many are looked up one by one
_TIMES = 7  # as many documents as wanted ones, from which on the wanted are looked up
_FLAGGED = 8  # of so many documents, one: from there on flags are faster than sorting
_RUNS = 4  # lists up to which it is faster to merge them than to sort; of two, most are
_RARE = 16  # of so many documents of a list, one: so few others are put into it


class Scratch(threading.local):
    """Arrays with a place for every document, for one thread; zero whenever no one uses them."""

    def __init__(self, max_doc: int) -> None:
        self.max_doc = max_doc
        self._flags: Mask | None = None
        self._sums: Scores | None = None
        self._steps: npt.NDArray[np.uint16] | None = None
        self._any: dict[str, npt.NDArray[Any]] = {}
        self.recent: dict[Any, Any] = {}  # what a query may need again soon, by key

    @property
    def flags(self) -> Mask:
        """bool[max_doc], all false. Leave it so."""
        if self._flags is None:
            self._flags = np.zeros(self.max_doc, np.bool_)
        return self._flags

    @property
    def sums(self) -> Scores:
        """float64[max_doc], all zero. Leave it so."""
        if self._sums is None:
            self._sums = np.zeros(self.max_doc, np.float64)
        return self._sums

    def any(self, size: int, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """An array[size] of a type, with anything in it; the size is always the same."""
        name = np.dtype(dtype).str
        if name not in self._any:
            self._any[name] = np.empty(size, dtype)
        return self._any[name]

    @property
    def steps(self) -> npt.NDArray[np.uint16]:
        """uint16[max_doc], all zero. Leave it so."""
        if self._steps is None:
            self._steps = np.zeros(self.max_doc, np.uint16)
        return self._steps


def contains(
    docs: npt.NDArray[Any], wanted: npt.NDArray[Any], scratch: Scratch | None = None
) -> Mask:
    """Which values are among the documents; a new bool[n].

    Args:
        docs: integers [m], ascending, distinct.
        wanted: integers [n] of the same type, ascending, distinct.
        scratch: where both are documents: for flags, which are faster than searching for many.

    >>> contains(np.array([1, 4, 9]), np.array([0, 4, 9, 12])).tolist()
    [False, True, True, False]
    """
    if not len(docs) or not len(wanted):
        return np.zeros(len(wanted), np.bool_)
    check_time()
    if scratch is None or len(wanted) <= SEARCHED or len(wanted) * _TIMES < len(docs):
        found: Mask = docs.take(docs.searchsorted(wanted), mode="clip") == wanted
        return found
    flags = scratch.flags
    try:
        flags[docs] = True
        return flags.take(wanted)
    finally:
        flags[docs] = False


def places_in(docs: DocIds, chosen: DocIds, scratch: Scratch) -> Ints:
    """Where some of the documents stand among all; int64[n].

    Args:
        docs: int32[m], ascending, distinct.
        chosen: int32[n], ascending, distinct, each of them among ``docs``.
        scratch: for flags, which are faster than searching for many.

    >>> places_in(np.array([1, 4, 9], np.int32), np.array([4, 9], np.int32), Scratch(10)).tolist()
    [1, 2]
    """
    if len(chosen) <= SEARCHED or len(chosen) * _TIMES < len(docs):
        return docs.searchsorted(chosen)
    flags = scratch.flags
    try:
        flags[chosen] = True
        return flags.take(docs).nonzero()[0]
    finally:
        flags[chosen] = False


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The values in ascending order, each once; a new array.

    >>> distinct(np.array([4, 1, 4])).tolist()
    [1, 4]
    """
    if len(values) < 2:
        return values.copy()
    check_time()
    ordered = np.sort(values)
    first = first_of_runs(ordered)
    return ordered if len(first) == len(ordered) else ordered.take(first)


def first_of_runs(ordered: npt.NDArray[Any]) -> Ints:
    """Where a new value begins; int64[m] into sorted values [n], at least one."""
    differs = np.empty(len(ordered), np.bool_)
    differs[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=differs[1:])
    return differs.nonzero()[0]


def unite(lists: Sequence[DocIds], scratch: Scratch) -> DocIds:
    """The documents of several lists, each ascending and distinct; int32[n], ascending, distinct.

    >>> unite([np.array([1, 4]), np.array([2, 4])], Scratch(5)).tolist()
    [1, 2, 4]
    """
    lists = [each for each in lists if len(each)]
    if len(lists) < 2:
        return lists[0] if lists else NO_DOCS
    *small, largest = sorted(lists, key=len)
    few = sum(map(len, small))
    if few * _RARE < len(largest):
        return _put_into(largest, unite(small, scratch))
    flagged = _FLAGGED // _RUNS if len(lists) == 2 else _FLAGGED
    if len(lists) <= _RUNS and (few + len(largest)) * flagged < scratch.max_doc:
        merged = np.concatenate(lists)
        merged.sort(kind="stable")  # which finds runs that ascend
        return merged.take(first_of_runs(merged))
    return collect(lists, scratch)


def _put_into(docs: DocIds, others: DocIds) -> DocIds:
    """Some documents and a few others, both ascending: a word, and ways to write it in two."""
    others = others.compress(~contains(docs, others))
    return np.insert(docs, docs.searchsorted(others), others) if len(others) else docs


def collect(lists: Sequence[DocIds], scratch: Scratch) -> DocIds:
    """The documents of several lists in any order; int32[n], ascending, distinct."""
    if sum(map(len, lists)) * _FLAGGED < scratch.max_doc:
        return distinct(np.concatenate([NO_DOCS, *lists]))
    flags = scratch.flags
    try:
        for docs in lists:
            check_time()
            flags[docs] = True
        return where(flags)
    finally:
        flags.fill(False)


def where(flags: Mask) -> DocIds:
    """The places that are set, int32[n]."""
    return flags.nonzero()[0].astype(np.int32)


def without(docs: DocIds, unwanted: DocIds, scratch: Scratch | None = None) -> DocIds:
    """The documents that are not among the unwanted; both ascending."""
    if not len(docs) or not len(unwanted):
        return docs
    return docs.compress(~contains(unwanted, docs, scratch))


def ranges(starts: npt.NDArray[Any], counts: npt.NDArray[Any]) -> DocIds:
    """The numbers of several ranges, one after the other; a new int32[counts.sum()].

    >>> ranges(np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    shifts = (starts - (ends - counts)).astype(np.int32)
    return np.repeat(shifts, counts) + np.arange(total, dtype=np.int32)
