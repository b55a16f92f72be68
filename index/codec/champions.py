"""The best postings of frequent terms, so that a search for one word need not decode it.

=============== ====== =====================================================================
champion_terms  u4     the terms that have champions, ascending
champion_docs   u4     [terms, 64] their best documents, ascending
champion_codes  u2     [terms, 64] of each, frequency << 8 | length byte
=============== ====== =====================================================================

Best is meant by BM25 with the mean length of the segment; where the mean of the whole index
is another one, a reader can tell by how much the order may have changed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints
from index.codec.norms import LENGTHS

CHAMPIONS = 64
MIN_DOC_FREQ = 1024
K1, B = 1.2, 0.75

Codes = npt.NDArray[np.uint16]


def score_codes(freqs: npt.NDArray[Any], length_bytes: npt.NDArray[np.uint8]) -> Codes:
    """What a score depends on, in two bytes: frequency (up to 255) << 8 | length byte."""
    codes: Codes = np.minimum(freqs, 255).astype(np.uint16) << np.uint16(8) | length_bytes
    return codes


def score_factors(mean_length: float) -> npt.NDArray[np.float64]:
    """The BM25 factor of each code, to be multiplied by the idf; float64[65536].

    ``tf (k1 + 1) / (tf + k1 (1 - b + b length / mean_length))``, k1 = 1.2, b = 0.75:
    Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.
    """
    tf = np.arange(256, dtype=np.float64)[:, None]
    normalised = (1 - B) + B * LENGTHS[None, :] / mean_length
    return (tf * (K1 + 1) / (tf + K1 * normalised)).ravel()


def champions(
    docs: npt.NDArray[np.int32], codes: Codes, factors: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.int32], Codes]:
    """The best postings of one term, ascending by document; of equal ones the first.

    Args:
        docs: int32[doc_freq], ascending, at least CHAMPIONS of them.
        codes: uint16[doc_freq], see score_codes.
        factors: float64[65536], see score_factors.
    """
    scores = factors[codes]
    edge = np.partition(scores, len(scores) - CHAMPIONS)[len(scores) - CHAMPIONS]
    better: Ints = np.flatnonzero(scores > edge)
    equal = np.flatnonzero(scores == edge)[: CHAMPIONS - len(better)]
    best = np.sort(np.concatenate((better, equal)))
    return docs[best], codes[best]
