"""When the articles of an archive were published: their days as arrays, made once a commit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.days import Step, numbers_of
from search.segments import SegmentSet
from search.sets import Ints

UNKNOWN, ONLY_YEAR, ONLY_MONTH = 0, 1, 2
"""Codes of articles that lie in no period."""
PERIODS = 3
"""The code of the first period."""
_LONGEST_MONTH = 31

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Published:
    """The days of all articles. Days are proleptic ordinals, 0 where the date is unknown.

    Attributes:
        first, last: int64[num_articles], the days that the date of an article can mean.
        lengths: int64[num_articles], its live paragraphs.
        span: the first and the last day of all live articles; None where none is known.
        covered: int64[days of the span + 1], how many days before each one of the span, counted
            from its first, some article can be of.
    """

    first: Ints
    last: Ints
    lengths: Ints
    span: tuple[int, int] | None
    covered: Ints

    def is_gap(self, first: int, last: int) -> bool:
        """Whether no article can be of any of some days within the span."""
        if self.span is None:
            return True
        return bool(self.covered[last + 1 - self.span[0]] == self.covered[first - self.span[0]])


def published(segments: SegmentSet) -> Published:
    """The days of all articles of a commit."""
    known: Published | None = segments.cache.get(("published",))
    if known is None:
        first, last = segments.numbers("first_day"), segments.numbers("last_day")
        lengths = _lengths(segments)
        dated = (first > 0) & (lengths > 0)
        span, covered = None, np.zeros(1, np.int64)
        if dated.any():
            start, end = int(first[dated].min()), int(last[dated].max())
            span = start, end
            turns = np.bincount(first[dated] - start, minlength=end - start + 2)
            turns -= np.bincount(last[dated] - start + 1, minlength=end - start + 2)
            open_days = np.cumsum(turns)[:-1] > 0
            covered = np.concatenate(([0], np.cumsum(open_days)))
        made = Published(first, last, lengths, span, covered)
        known = segments.cache.put(("published",), made, lengths.nbytes + covered.nbytes)
    return known


def codes_of(segments: SegmentSet, step: Step) -> Codes:
    """In which period each article lies; int32[num_articles].

    PERIODS is the period of the first day of the span, the next one is one more. Where the days
    that a date can mean lie in several periods, it is ONLY_YEAR or ONLY_MONTH.
    """
    known: Codes | None = segments.cache.get(("periods", step))
    if known is None:
        dates = published(segments)
        codes = np.full(len(dates.first), UNKNOWN, np.int32)
        dated = np.flatnonzero((dates.first > 0) & (dates.lengths > 0))
        if len(dated) and dates.span:
            first, last = dates.first[dated], dates.last[dated]
            numbers = numbers_of(first, step)
            apart = np.where(last - first < _LONGEST_MONTH, ONLY_MONTH, ONLY_YEAR)
            base = int(numbers_of(np.array(dates.span[:1]), step)[0])
            places = np.where(numbers == numbers_of(last, step), numbers - base + PERIODS, apart)
            codes[dated] = places
        known = segments.cache.put(("periods", step), codes, codes.nbytes)
    return known


def _lengths(segments: SegmentSet) -> Ints:
    """How many live paragraphs each article has; int64[num_articles]."""
    if segments.live is None or not segments.num_articles:
        return np.diff(segments.first_doc).astype(np.int64)
    return np.add.reduceat(segments.live.astype(np.int64), segments.first_doc[:-1])
