"""Field lengths as scores see them: one byte, on Whoosh's logarithmic scale.

Lengths up to 10 are exact; above, the scale has steps of about 3.3 %. We store lengths
exactly and use the byte for scoring only, so that scores are those of stock Whoosh.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

LENGTHS: npt.NDArray[np.int64] = np.array([round((1.033**n - 1) * 27) for n in range(256)])
"""int64[256]: the length that a length byte stands for (whoosh.util.numeric)."""


@cache
def _table() -> npt.NDArray[np.uint8]:
    """The byte of each length up to the longest."""
    return np.searchsorted(LENGTHS, np.arange(LENGTHS[-1] + 1)).astype(np.uint8)


def length_bytes(lengths: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The length bytes of exact lengths; a new uint8[n] of integers [n].

    >>> length_bytes(np.array([0, 10, 11, 12, 10**6])).tolist()
    [0, 10, 11, 11, 255]
    """
    found: npt.NDArray[np.uint8] = _table()[np.minimum(lengths, LENGTHS[-1])]
    return found


def length_bytes_of(low: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The same of lengths up to 255; a new uint8[n] of uint8[n]."""
    table = np.searchsorted(LENGTHS, np.arange(256)).astype(np.uint8).tobytes()
    return np.frombuffer(bytearray(low).translate(table), np.uint8)  # np.take needs wide indices
