"""BM25 as pure functions over arrays: Whoosh's BM25F, with its length byte.

The constants and the table of factors are those by which the segments choose champions, so
that equal postings have equal scores, bit by bit.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.champions import K1, B
from index.codec.norms import LENGTHS

Bytes = npt.NDArray[np.uint8]
Scores = npt.NDArray[np.float64]

MOST = 255
"""The highest frequency that a table of factors knows."""

__all__ = ["K1", "LENGTHS", "MOST", "B", "factors", "growth", "idf", "table"]


def idf(num_docs: int, doc_freq: int) -> float:
    """The weight of a term in ``doc_freq`` of ``num_docs`` documents; above 0.

    >>> round(idf(1000, 9), 3), round(idf(1000, 1000), 3)
    (5.605, 0.999)
    """
    return math.log(max(num_docs, 1) / (doc_freq + 1)) + 1


def factors(freqs: npt.NDArray[Any], length_bytes: Bytes, mean_length: float) -> Scores:
    """The part of a score that is not the idf; a new float64[n].

    Args:
        freqs: integers [n], how often the term comes in each document, at least 1.
        length_bytes: uint8[n], the length of each document.
        mean_length: of all documents.
    """
    lengths = LENGTHS.take(length_bytes)
    factor: Scores = freqs * (K1 + 1) / (freqs + K1 * ((1 - B) + B * lengths / mean_length))
    return factor


def table(highest: int, mean_length: float) -> Scores:
    """The factors by frequency << 8 | length byte; a new float64[(highest + 1) * 256].

    Args:
        highest: the highest frequency.
        mean_length: of all documents.
    """
    freqs = np.arange(highest + 1)[:, None]
    return factors(freqs, np.arange(256, dtype=np.uint8)[None, :], mean_length).ravel()


def growth(own_mean: float, mean_length: float) -> float:
    """By how much a factor can be higher with the mean of the index than with a segment's own.

    The quotient of both is ``(f + K1 (1 - B + B l / own)) / (f + K1 (1 - B + B l / mean))``,
    which lies between 1 and ``mean / own`` for every frequency f and length l.
    """
    return max(1.0, mean_length / own_mean)
