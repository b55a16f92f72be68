"""The segments of the next commit: which paragraph has which number, before it and in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, starts_of
from index.codec.segment import SegmentReader
from index.committed import SegmentState


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment of the next commit.

    Attributes:
        reader: of it.
        live: bool[articles], which of them are there.
        merged: the segments of the last commit whose live articles it begins with, by number;
            None if it is one of them itself.
        number: then, which one.
    """

    reader: SegmentReader
    live: npt.NDArray[np.bool_]
    merged: tuple[int, ...] | None = None
    number: int = -1


@dataclass(frozen=True)
class Numbering:
    """The paragraphs of the last commit and of the next one, numbered over their segments.

    Attributes:
        before: the segments of the last commit, with what was deleted since.
        after: those of the next one.
    """

    before: Sequence[SegmentState]
    after: Sequence[Placed]

    @cached_property
    def bases(self) -> Ints:
        """The first number of each segment of the next commit, and the end of the last."""
        return np.array([0, *accumulate(each.reader.max_doc for each in self.after)])

    @cached_property
    def bases_before(self) -> Ints:
        """The first number of each segment of the last commit, and the end of the last."""
        return np.array([0, *accumulate(each.reader.max_doc for each in self.before)])

    @property
    def is_longer(self) -> bool:
        """Whether all numbers of before are the same, no paragraph went, and more may follow."""
        order: list[int] = []
        for placed in self.after:
            if placed.merged is None:
                order.append(placed.number)
                continue
            order += placed.merged
            if not all(self.before[number].live.all() for number in placed.merged):
                return False
        went = any(segment.changed for segment in self.before)
        return not went and order == list(range(len(self.before)))

    @property
    def first_new(self) -> int:
        """The number from which on all paragraphs are new."""
        if not self.after or self.after[-1].merged is None:
            return int(self.bases[-1])
        of_before = sum(
            int(np.diff(each.reader.first_doc)[each.live].sum())
            for each in (self.before[number] for number in self.after[-1].merged)
        )
        return int(self.bases[-2]) + of_before

    def moved(self, docs: Ints) -> Ints:
        """The new numbers of paragraphs of before; -1 where they are gone."""
        numbers = np.full(len(docs), -1, np.int64)
        for base, placed in zip(self.bases.tolist(), self.after, strict=False):
            at = base
            for number in (placed.number,) if placed.merged is None else placed.merged:
                segment = self.before[number]
                first, end = self.bases_before[number : number + 2].tolist()
                within = np.flatnonzero((docs >= first) & (docs < end))
                own = docs[within] - first
                live = ~segment.deleted_docs
                places = own
                if placed.merged is not None:
                    places = starts_of(live)[own]
                numbers[within] = np.where(live[own], places + at, -1)
                if placed.merged is not None:
                    at += int(np.count_nonzero(live))
        return numbers

    def parts(self, docs: Ints) -> Iterator[tuple[Placed, Ints, slice]]:
        """Ascending paragraphs of the next commit by segment: it, their numbers in it, which."""
        edges = np.searchsorted(docs, self.bases)
        for at, placed in enumerate(self.after):
            part = slice(int(edges[at]), int(edges[at + 1]))
            if part.start < part.stop:
                yield placed, docs[part] - self.bases[at], part

    def articles(self, docs: Ints) -> Ints:
        """The article of each of some ascending paragraphs, numbered over all; int64[n]."""
        articles = np.zeros(len(docs), np.int64)
        first = 0
        firsts = {}
        for placed in self.after:
            firsts[id(placed)] = first
            first += placed.reader.num_articles
        for placed, own, part in self.parts(docs):
            within = placed.reader.first_doc.searchsorted(own, "right") - 1
            articles[part] = within + firsts[id(placed)]
        return articles

    def texts(self, docs: Ints) -> list[bytes]:
        """The texts of some ascending paragraphs, UTF-8."""
        texts: list[bytes] = []
        for placed, own, _ in self.parts(docs):
            texts += placed.reader.texts("text").several(own)
            placed.reader.sealed.release()
        return texts
