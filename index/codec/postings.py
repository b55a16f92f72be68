"""Postings in memory: which documents hold which terms, where, and how they are printed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Postings:
    """A run of terms of one field: t terms, p postings, n occurrences.

    A posting is one term in one document. The arrays stand one term after the other, and
    within a term one document after the other. A field that keeps documents only has None
    in ``freqs``, ``positions``, ``forms`` and ``form_counts``, and no ``form_texts``.

    Attributes:
        terms: UTF-8, ascending, distinct.
        doc_freqs: int64[t], how many documents hold the term; never 0.
        docs: int32[p], the documents, ascending within each term.
        freqs: int32[p], how often the term stands in the document.
        positions: int32[n], where; ascending within a posting, but not strictly, as two words
            that become one term can share a position.
        forms: int32[n], the printed form of each occurrence: a number within its term.
        form_counts: int64[t], how many printed forms the term has.
        form_texts: UTF-8: the printed forms of the first term, then those of the second, …
    """

    terms: list[bytes]
    doc_freqs: npt.NDArray[np.int64]
    docs: npt.NDArray[np.int32]
    freqs: npt.NDArray[np.int32] | None
    positions: npt.NDArray[np.int32] | None
    forms: npt.NDArray[np.int32] | None
    form_counts: npt.NDArray[np.int64] | None
    form_texts: list[bytes]
