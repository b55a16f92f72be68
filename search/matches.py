"""Matches: paragraphs and their scores, and the algebra of sets over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

DocIds = npt.NDArray[np.int32]
Scores = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matches:
    """Matching paragraphs of the whole index.

    ``doc_ids`` int32[n], ascending, without duplicates; ``scores`` float64[n], in the same
    order. Both are read only.
    """

    doc_ids: DocIds
    scores: Scores

    def __len__(self) -> int:
        return len(self.doc_ids)

    def where(self, kept: Mask) -> Matches:
        """Those for which the mask, bool[n], is true."""
        return Matches(self.doc_ids[kept], self.scores[kept])

    def without(self, doc_ids: DocIds) -> Matches:
        """Those that are not among the sorted doc_ids."""
        return self.where(~np.isin(self.doc_ids, doc_ids, assume_unique=True))


NO_MATCHES = Matches(np.empty(0, np.int32), np.empty(0, np.float64))


def intersect(left: Matches, right: Matches) -> Matches:
    """Paragraphs in both; scores are added.

    >>> one = Matches(np.array([1, 3], np.int32), np.array([1.0, 2.0]))
    >>> two = Matches(np.array([3, 4], np.int32), np.array([0.5, 0.5]))
    >>> intersect(one, two).doc_ids.tolist(), intersect(one, two).scores.tolist()
    ([3], [2.5])
    """
    doc_ids, of_left, of_right = np.intersect1d(
        left.doc_ids, right.doc_ids, assume_unique=True, return_indices=True
    )
    return Matches(doc_ids, left.scores[of_left] + right.scores[of_right])


def unite(left: Matches, right: Matches) -> Matches:
    """Paragraphs in either; where they are in both, scores are added.

    >>> one = Matches(np.array([1, 3], np.int32), np.array([1.0, 2.0]))
    >>> two = Matches(np.array([3, 4], np.int32), np.array([0.5, 0.5]))
    >>> unite(one, two).doc_ids.tolist(), unite(one, two).scores.tolist()
    ([1, 3, 4], [1.0, 2.5, 0.5])
    """
    doc_ids = np.union1d(left.doc_ids, right.doc_ids)
    scores = np.zeros(len(doc_ids))
    scores[np.searchsorted(doc_ids, left.doc_ids)] += left.scores
    scores[np.searchsorted(doc_ids, right.doc_ids)] += right.scores
    return Matches(doc_ids, scores)
