"""How good a ranking is: nDCG, average precision, success, recall, as trec_eval has them.

A ranking is given as the grades of the texts in their order, 0 where a text is not relevant or
was not judged, and the grades of all that were judged. Grades above 0 are relevant.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Measures(NamedTuple):
    """What a ranking is worth, each from 0 to 1: higher is better."""

    ndcg: float
    """nDCG@10: grades as gains, less for each place by its logarithm, of what was possible."""
    precision: float
    """Average precision of the whole ranking; its mean over questions is MAP."""
    success: float
    """Whether the first text is relevant."""
    recall: float
    """How many of the relevant texts are among the first 100."""


def measure(ranked: Sequence[int], judged: Iterable[int]) -> Measures:
    """Measure one ranking; at least one judged grade is above 0."""
    judged = list(judged)
    relevant = sum(grade > 0 for grade in judged)
    ideal = gain(sorted(judged, reverse=True)[:10])
    return Measures(
        gain(ranked[:10]) / ideal,
        precision_sum(ranked) / relevant,
        float(bool(ranked) and ranked[0] > 0),
        sum(grade > 0 for grade in ranked[:100]) / relevant,
    )


def gain(ranked: Sequence[int]) -> float:
    """Discounted cumulated gain: Järvelin and Kekäläinen, 2002; grades are the gains.

    >>> gain([3, 0, 1])
    3.5
    """
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(ranked, start=1))


def precision_sum(ranked: Sequence[int]) -> float:
    """The precision at each relevant text, added up.

    >>> precision_sum([1, 0, 1])
    1.6666666666666665
    """
    found, total = 0, 0.0
    for place, grade in enumerate(ranked, start=1):
        if grade > 0:
            found += 1
            total += found / place
    return total


def mean(measures: Sequence[Measures]) -> Measures:
    """The mean over questions, of at least one."""
    return Measures(*(sum(column) / len(measures) for column in zip(*measures, strict=True)))
