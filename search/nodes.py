"""Nodes: a plan on the segments of one commit, asked for its documents and scores.

A node lives as long as one query. What a query needs more than once of it is worked out
once; what other queries need, too, is in the cache of the segments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.cached import cached_property
from search.deadline import check_time
from search.dense import Dense
from search.fields import TermView
from search.postings import Postings, docs_of, held
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, Mask, Scores, contains, ranges, unite, where


class Node:
    """A part of a query.

    Attributes:
        size: how many documents match at most.
        constant: the score of every match, if it is the same for all; else None.
    """

    size: int = 0
    constant: float | None = None

    def docs(self) -> DocIds:
        """The live documents that match, int32[n], ascending."""
        raise NotImplementedError

    def has(self, wanted: DocIds) -> Mask:
        """Which of some live documents match; bool[n] of int32[n], ascending, distinct."""
        return contains(self.docs(), wanted)

    def scores(self, matching: DocIds) -> Scores:
        """The scores of documents that match; float64[n] of int32[n], ascending."""
        return np.full(len(matching), self.constant)

    def scores_or_zero(self, wanted: DocIds) -> Scores:
        """The scores of documents, 0 where they do not match; float64[n] of int32[n]."""
        has = self.has(wanted)
        found = np.zeros(len(wanted))
        found[has] = self.scores(wanted[has])
        return found

    def bounds(self, matching: DocIds) -> Scores:
        """What documents that match score at most; cheaper than the scores. float64[n]."""
        return self.scores(matching)

    def bounds_or_zero(self, wanted: DocIds) -> Scores:
        """The same of any documents, which may not match."""
        has = self.has(wanted)
        found = np.zeros(len(wanted))
        found[has] = self.bounds(wanted[has])
        return found


class NothingNode(Node):
    """No document."""

    constant = 0.0

    def docs(self) -> DocIds:
        """None."""
        return NO_DOCS


class EveryNode(Node):
    """All live documents."""

    constant = 1.0

    def __init__(self, segments: SegmentSet) -> None:
        self._segments = segments
        self.size = segments.num_docs

    def docs(self) -> DocIds:
        """All that are live."""
        if self._segments.live is None:
            return np.arange(self._segments.max_doc, dtype=np.int32)
        return where(self._segments.live)

    def has(self, wanted: DocIds) -> Mask:
        """All."""
        return np.ones(len(wanted), np.bool_)


class TermNode(Node):
    """The documents of a term."""

    def __init__(self, term: TermView) -> None:
        self.term = term
        self.size = term.doc_freq
        self.constant = None if term.field.is_scored else 1.0
        self._held: Dense | Postings | None = None

    @property
    def held(self) -> Dense | Postings:
        """The term, decoded."""
        if self._held is None:
            self._held = held(self.term)
        return self._held

    def docs(self) -> DocIds:
        """From the cache, or decoded."""
        return docs_of(self.term)

    def has(self, wanted: DocIds) -> Mask:
        """By a byte of each where the term is frequent, else by searching."""
        return self.held.has(wanted)

    def scores(self, matching: DocIds) -> Scores:
        """BM25."""
        return self.held.scores_in(matching)

    def scores_or_zero(self, wanted: DocIds) -> Scores:
        """BM25."""
        return self.held.scores_of(wanted)

    def bounds(self, matching: DocIds) -> Scores:
        """A byte of each block of documents where the term is frequent, else its score."""
        return self.held.bounds_of(matching)

    def bounds_or_zero(self, wanted: DocIds) -> Scores:
        """A byte of each block of documents where the term is frequent, else its score."""
        return self.held.bounds_of(wanted)


class ListNode(Node):
    """Documents that are worked out when they are first asked for; a constant score."""

    def __init__(self, size: int, find: Callable[[], DocIds], constant: float = 1.0) -> None:
        self.size = size
        self.constant = constant
        self._find = find

    @cached_property
    def _docs(self) -> DocIds:
        return self._find()

    def docs(self) -> DocIds:
        """What was worked out."""
        return self._docs


class ScoredNode(ListNode):
    """Documents that are worked out, each with its score; for what we cannot score ourselves."""

    def __init__(self, docs: DocIds, scores: Scores) -> None:
        super().__init__(len(docs), lambda: docs)
        self.constant = None
        self._scores = scores

    def scores(self, matching: DocIds) -> Scores:
        """What was worked out."""
        found: Scores = self._scores[self._docs.searchsorted(matching)]
        return found


class RangeNode(Node):
    """Documents of articles with a number in a range."""

    constant = 1.0

    def __init__(self, segments: SegmentSet, column: str, low: int, high: int) -> None:
        self._segments = segments
        self._column, self._low, self._high = column, low, high
        self.size = segments.num_docs

    def docs(self) -> DocIds:
        """Those of the articles that match, which are runs."""
        segments = self._segments
        articles = np.flatnonzero(self._within(segments.numbers(self._column)))
        starts = segments.first_doc[articles]
        found = ranges(starts, segments.first_doc[articles + 1] - starts)
        return found if segments.live is None else found[segments.live[found]]

    def has(self, wanted: DocIds) -> Mask:
        """By the number of each."""
        return self._within(self._segments.doc_numbers(self._column).take(wanted))

    def _within(self, numbers: np.ndarray[tuple[int], np.dtype[np.signedinteger]]) -> Mask:
        """Compare, but not with borders that no number can cross."""
        found: Mask | None = None
        limits = np.iinfo(numbers.dtype)
        if self._low > limits.min:
            found = numbers >= self._low if self._low <= limits.max else _none(len(numbers))
        if self._high < limits.max:
            below = numbers <= self._high if self._high >= limits.min else _none(len(numbers))
            found = below if found is None else found & below
        return np.ones(len(numbers), np.bool_) if found is None else found


def _none(count: int) -> Mask:
    return np.zeros(count, np.bool_)


class AllNode(Node):
    """Documents that match every child."""

    def __init__(self, children: Sequence[Node]) -> None:
        self.children = children
        self._by_size = sorted(children, key=lambda child: child.size)
        self.size = self._by_size[0].size
        constants = [child.constant for child in children]
        if None not in constants:
            self.constant = sum(each for each in constants if each is not None)

    @cached_property
    def _docs(self) -> DocIds:
        found = self._by_size[0].docs()
        for child in self._by_size[1:]:
            check_time()
            found = found[child.has(found)]
        return found

    def docs(self) -> DocIds:
        """The rarest child's, as far as the others have them."""
        return self._docs

    def has(self, wanted: DocIds) -> Mask:
        """Where all have."""
        found = self._by_size[0].has(wanted)
        for child in self._by_size[1:]:
            found &= child.has(wanted)
        return found

    def scores(self, matching: DocIds) -> Scores:
        """The sum."""
        if self.constant is not None:
            return super().scores(matching)
        return added([child.scores(matching) for child in self.children], len(matching))

    def bounds(self, matching: DocIds) -> Scores:
        """The sum."""
        return added([child.bounds(matching) for child in self.children], len(matching))


class AnyNode(Node):
    """Documents that match at least one child."""

    def __init__(self, children: Sequence[Node], segments: SegmentSet) -> None:
        self.children = children
        self.size = min(sum(child.size for child in children), segments.num_docs)
        self._segments = segments

    @cached_property
    def _docs(self) -> DocIds:
        return unite([child.docs() for child in self.children], self._segments.scratch)

    def docs(self) -> DocIds:
        """Those of all children."""
        return self._docs

    def has(self, wanted: DocIds) -> Mask:
        """Where any has."""
        found = _none(len(wanted))
        for child in self.children:
            found |= child.has(wanted)
        return found

    def scores(self, matching: DocIds) -> Scores:
        """The sum of those that match."""
        return added([each.scores_or_zero(matching) for each in self.children], len(matching))

    def bounds(self, matching: DocIds) -> Scores:
        """The sum of those that match."""
        return added([each.bounds_or_zero(matching) for each in self.children], len(matching))


class WithoutNode(Node):
    """Documents that match one node and not another."""

    def __init__(self, wanted: Node, unwanted: Node) -> None:
        self.wanted, self.unwanted = wanted, unwanted
        self.size, self.constant = wanted.size, wanted.constant

    @cached_property
    def _docs(self) -> DocIds:
        found = self.wanted.docs()
        return found[~self.unwanted.has(found)]

    def docs(self) -> DocIds:
        """Those of the first as far as the second does not have them."""
        return self._docs

    def has(self, wanted: DocIds) -> Mask:
        """Where the first has and the second has not."""
        return self.wanted.has(wanted) & ~self.unwanted.has(wanted)

    def scores(self, matching: DocIds) -> Scores:
        """Those of the first."""
        return self.wanted.scores(matching)

    def bounds(self, matching: DocIds) -> Scores:
        """Those of the first."""
        return self.wanted.bounds(matching)


class ConstantNode(Node):
    """The documents of a node, all with one score."""

    def __init__(self, child: Node, score: float) -> None:
        self.child, self.constant, self.size = child, score, child.size

    def docs(self) -> DocIds:
        """Those of the child."""
        return self.child.docs()

    def has(self, wanted: DocIds) -> Mask:
        """Where the child has."""
        return self.child.has(wanted)


def added(scores: Sequence[Scores], count: int) -> Scores:
    """The sum of scores, added from the first to the last; a new float64[count]."""
    total = np.zeros(count)
    for each in scores:
        total += each
    return total
