"""Sets of documents as a list or as bits: of many matches, only bits are made as a rule.

To list a hundred thousand documents takes longer than to count them, to group them by article and
to read ten; bits tell all of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from index.cached import cached_property
from search.articles import Articles, articles_of
from search.bits import Bits, count, from_docs, has, pack, to_docs, to_flags
from search.deadline import check_time
from search.dense import Dense
from search.nodes import AllNode, AnyNode, ConstantNode, Node, TermNode, WithoutNode
from search.segments import SegmentSet
from search.sets import DocIds, Ints, Mask, ranges

_WIDE = 24  # of so many documents and articles one: of more, bits are kept
_BY_ARTICLE = 4  # what an article weighs in that, against a document


class Runs(NamedTuple):
    """Documents by article: of each article that has any, how many come before.

    Attributes:
        articles: int32[n], ascending.
        starts: int64[n + 1], of how many documents each is behind; last, all of them.
    """

    articles: Articles
    starts: Ints


class WideSet:
    """Many documents, as bits. For one thread."""

    def __init__(self, bits: Bits, segments: SegmentSet) -> None:
        """Take the live documents that are set."""
        self.bits = bits
        self._segments = segments

    @cached_property
    def _count(self) -> int:
        return count(self.bits)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def docs(self) -> DocIds:
        """The documents, int32[n], ascending."""
        return to_docs(self.bits)

    def has(self, wanted: DocIds) -> Mask:
        """Which of some documents are among them; bool[n] of int32[n]."""
        return has(self.bits, wanted)

    def flags(self) -> Mask:
        """A flag for each document; a new bool[max_doc]."""
        return to_flags(self.bits, self._segments.max_doc)

    def of_flags(self, flags: Mask) -> WideSet:
        """Another set of the same segments; bool[max_doc]."""
        return WideSet(pack(flags), self._segments)

    def in_articles(self, articles: DocIds) -> DocIds:
        """The documents that stand in some articles, in the order of these."""
        starts = self._segments.first_doc[articles]
        every = ranges(starts, self._segments.first_doc[articles + 1] - starts)
        return every.compress(self.has(every))

    def articles(self) -> Articles:
        """The articles of the documents, ascending, each once."""
        return self.runs().articles

    def runs(self) -> Runs:
        """The documents by article: of two borders, the bits before each tell what is between."""
        words, below = self._segments.first_bits
        counts = np.bitwise_count(self.bits)
        before = np.zeros(len(counts) + 1, np.int64)
        np.cumsum(counts, out=before[1:])
        # The last border may be behind the last word.
        starts = before.take(words)
        starts += np.bitwise_count(self.bits.take(words, mode="clip") & below)
        articles = (starts[1:] != starts[:-1]).nonzero()[0]
        found = np.append(starts.take(articles), starts[-1])
        return Runs(articles.astype(np.int32), found)


class ListedSet:
    """Documents as a list. For one thread."""

    def __init__(self, docs: DocIds, segments: SegmentSet) -> None:
        """Take documents, int32[n], ascending."""
        self.docs = docs
        self._segments = segments

    def __len__(self) -> int:
        return len(self.docs)

    def has(self, wanted: DocIds) -> Mask:
        """Which of some documents, in any order, are among them; bool[n] of int32[n]."""
        if not len(self.docs):
            return np.zeros(len(wanted), np.bool_)
        found: Mask = self.docs.take(self.docs.searchsorted(wanted), mode="clip") == wanted
        return found

    def of(self, docs: DocIds) -> ListedSet:
        """Another set of the same segments; int32[n], ascending."""
        return ListedSet(docs, self._segments)

    def articles(self) -> Articles:
        """The articles of the documents, ascending, each once."""
        return articles_of(self._segments, self.docs)


DocSet = ListedSet | WideSet


def doc_set_of(node: Node, segments: SegmentSet) -> DocSet:
    """The documents that match: as bits, where they are many and of frequent terms."""
    if _are_many(node.size, segments):
        bits = _bits_of(node, segments)
        if bits is not None:
            found = WideSet(bits, segments)
            return found if _are_many(len(found), segments) else ListedSet(found.docs, segments)
    return ListedSet(node.docs(), segments)


def _are_many(size: int, segments: SegmentSet) -> bool:
    """Whether so many documents are better kept as bits, with borders of all articles."""
    return size * _WIDE > segments.max_doc + segments.num_articles * _BY_ARTICLE


def _bits_of(node: Node, segments: SegmentSet) -> Bits | None:
    """The documents of a node as bits; None where it is as well to list them."""
    match node:
        case TermNode(held=Dense() as held):
            return held.bits
        case ConstantNode(child=child):
            return _bits_of(child, segments)
        case AnyNode(children=children):
            return _any(children, segments)
        case AllNode(children=children) if _are_many(node.size, segments):
            every = [_bits_of(child, segments) for child in children]
            known = [each for each in every if each is not None]
            return reduce(np.bitwise_and, known) if len(known) == len(every) else None
        case WithoutNode(wanted=wanted, unwanted=unwanted):
            bits = _bits_of(wanted, segments)
            return None if bits is None else bits & ~_any([unwanted], segments)
    return None


def _any(nodes: Sequence[Node], segments: SegmentSet) -> Bits:
    """The documents of any of some nodes."""
    sets: list[Bits] = []
    lists: list[DocIds] = []
    for each in nodes:
        check_time()
        bits = _bits_of(each, segments)
        if bits is None:
            lists.append(each.docs())
        else:
            sets.append(bits)
    if lists:
        sets.append(from_docs(np.concatenate(lists), segments.scratch))
    return reduce(np.bitwise_or, sets)
