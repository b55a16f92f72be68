"""Nodes of paragraphs by where they stand, how long they are, and what stands around them."""

from __future__ import annotations

import numpy as np

from index.cached import cached_property
from search.articles import Articles
from search.deadline import check_time
from search.nodes import Node
from search.segments import SegmentSet
from search.sets import DocIds, Ints, Mask, ranges, unite, where

_OVERHEAD = 500  # bytes of an entry of the cache besides its array


class ParagraphsNode(Node):
    """Documents by their number in the article."""

    constant = 1.0

    def __init__(self, segments: SegmentSet, low: int, high: int) -> None:
        self._segments = segments
        self._low, self._high = max(low, 1), high
        self.size = segments.num_docs

    def docs(self) -> DocIds:
        """A run of each article."""
        segments = self._segments
        starts = segments.first_doc[:-1].astype(np.int64)
        ends = np.minimum(segments.first_doc[1:], starts + self._high)
        starts = np.minimum(starts + (self._low - 1), ends)
        found = ranges(starts, ends - starts)
        return found if segments.live is None else found[segments.live[found]]

    def has(self, wanted: DocIds) -> Mask:
        """By counting from the first of its article."""
        segments = self._segments
        numbers = wanted - segments.first_doc[segments.articles_of(wanted)] + 1
        return (numbers >= self._low) & (numbers <= self._high)


class LengthsNode(Node):
    """Documents by how many words they have."""

    constant = 1.0

    def __init__(self, segments: SegmentSet, low: int, high: int) -> None:
        self._segments = segments
        self._low, self._high = low, high
        self.size = segments.num_docs

    @cached_property
    def _lengths(self) -> Ints:
        """The words of each document; integers [max_doc]."""
        segments = self._segments
        known: Ints | None = segments.cache.get(("lengths", "text"))
        if known is None:
            known = np.zeros(segments.max_doc, np.int32)
            for part in segments.field("text").parts:
                lengths = part.reader.lengths
                assert lengths is not None  # the text is scored
                known[part.base : part.base + part.max_doc] = lengths
            known = segments.cache.put(("lengths", "text"), known, known.nbytes + _OVERHEAD)
        return known

    def docs(self) -> DocIds:
        """Those of all."""
        found = where(self._within(self._lengths))
        live = self._segments.live
        return found if live is None else found[live[found]]

    def has(self, wanted: DocIds) -> Mask:
        """By the length of each."""
        return self._within(self._lengths.take(wanted))

    def _within(self, lengths: Ints) -> Mask:
        found: Mask = (lengths >= self._low) & (lengths <= self._high)
        return found


class WholeNode(Node):
    """All documents of the articles in which one matches."""

    def __init__(self, segments: SegmentSet, articles: Articles, constant: float = 1.0) -> None:
        """Take the articles; all are known, and how many they are tells where to begin.

        Args:
            segments: of the commit.
            articles: in which some paragraph matches, ascending.
            constant: the score of every paragraph of them.
        """
        self._segments = segments
        self.articles = articles
        self.constant = constant

    @cached_property
    def size(self) -> int:  # type: ignore[override]
        """How many documents the articles have."""
        first = self._segments.first_doc
        return int((first[self.articles + 1] - first[self.articles]).sum())

    def docs(self) -> DocIds:
        """The runs of those articles."""
        segments = self._segments
        starts = segments.first_doc[self.articles]
        found = ranges(starts, segments.first_doc[self.articles + 1] - starts)
        return found if segments.live is None else found[segments.live[found]]

    def has(self, wanted: DocIds) -> Mask:
        """By a flag of each article."""
        flags = np.zeros(self._segments.num_articles, np.bool_)
        flags[self.articles] = True
        return flags.take(self._segments.articles_of(wanted))


class NearParagraphsNode(Node):
    """Documents of two nodes that stand near each other in an article, or of one that do not."""

    constant = 0.0

    def __init__(
        self,
        segments: SegmentSet,
        left: Node,
        right: Node,
        steps: tuple[int, int],
        *,
        negated: bool = False,
    ) -> None:
        self._segments = segments
        self._left, self._right = left, right
        self._steps, self._negated = steps, negated
        if negated:
            self.size = left.size
        elif left.size and right.size:
            self.size = min(left.size + right.size, segments.num_docs)

    @cached_property
    def _docs(self) -> DocIds:
        left = self._left.docs()
        check_time()
        right = self._right.docs()
        check_time()
        low, high = self._steps
        at = self._places(left), self._places(right)
        near = _have_one(*at, low, high)
        if self._negated:
            return left[~near]
        back = _have_one(at[1], at[0], -high, -low)
        return unite([left[near], right[back]], self._segments.scratch)

    def docs(self) -> DocIds:
        """Those of both that have one of the other near."""
        return self._docs

    def _places(self, docs: DocIds) -> Ints:
        """Numbers that differ as those of paragraphs, and by more than any step elsewhere."""
        steps = max(map(abs, self._steps)) + 1
        return docs + self._segments.articles_of(docs).astype(np.int64) * steps


def _have_one(places: Ints, others: Ints, low: int, high: int) -> Mask:
    """Which places have another one ``low`` to ``high`` behind them; both ascend. bool[n]."""
    check_time()
    first = others.searchsorted(places + low, "left")
    found: Mask = first < others.searchsorted(places + high, "right")
    return found
