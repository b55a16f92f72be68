"""Small array functions that every part of a segment is made with.

A *patched* array is stored in narrow integers; what does not fit stands in two further
arrays, ``<name>_at`` (index, ascending) and ``<name>_big`` (value).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
AnyInts = npt.NDArray[Any]


def ragged(starts: AnyInts, counts: AnyInts) -> Ints:
    """The indices of many ranges, one range after the other.

    Args:
        starts: integers [n], where each range begins.
        counts: integers [n], how long it is.

    Returns:
        A new int64[counts.sum()].

    >>> ragged(np.array([7, 2]), np.array([2, 3])).tolist()
    [7, 8, 2, 3, 4]
    """
    counts = np.asarray(counts, np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(np.asarray(starts, np.int64) - (ends - counts), counts) + np.arange(total)


def starts_of(counts: AnyInts) -> Ints:
    """Where each run begins, and the end of the last: int64[n + 1] of integers [n].

    >>> starts_of(np.array([2, 0, 3])).tolist()
    [0, 2, 2, 5]
    """
    starts = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=starts[1:])
    return starts


def narrowest(highest: int) -> np.dtype[Any]:
    """The narrowest unsigned integers that hold values up to ``highest``.

    >>> narrowest(255), narrowest(256)
    (dtype('uint8'), dtype('uint16'))
    """
    return np.min_scalar_type(highest)


def patch(
    low: AnyInts, at: AnyInts, big: AnyInts, start: int, dtype: type[np.generic] = np.int32
) -> npt.NDArray[Any]:
    """Values of a patched array: a new array of ``dtype``.

    Args:
        low: integers [n], the narrow values from index ``start`` on.
        at: integers [m], ascending, the indices of all values that did not fit.
        big: integers [m], those values.
        start: the index of ``low[0]`` in the whole array.
        dtype: of the result.
    """
    values = low.astype(dtype)
    if len(at):
        first, last = np.searchsorted(at, np.array((start, start + len(low)), at.dtype))
        if first < last:
            values[at[first:last].astype(np.int64) - start] = big[first:last]
    return values


def run_sums(values: AnyInts, starts: AnyInts) -> Ints:
    """The sum of each run of values; int64[n] of int[m] and the starts int[n + 1].

    Unlike numpy's reduceat, a run may be empty.

    >>> run_sums(np.array([1, 1, 4]), np.array([0, 2, 2, 3])).tolist()
    [2, 0, 4]
    """
    sums = starts_of(values)
    result: Ints = np.diff(sums[starts])
    return result


def run_counts(flags: npt.NDArray[np.bool_], starts: AnyInts) -> Ints:
    """How many flags are set in each run; int64[n] of bool[m] and the starts int[n + 1].

    Faster than run_sums where few are.

    >>> run_counts(np.array([True, True, False]), np.array([0, 2, 2, 3])).tolist()
    [2, 0, 0]
    """
    return np.diff(np.searchsorted(np.flatnonzero(flags), starts))
