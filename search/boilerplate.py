"""Boilerplate: families that are no news that went round, but what is printed again and again.

- paragraphs of fewer than 8 words, which are of a family only if they are the same in 20 articles
  and more;
- what stands in EVERYWHERE articles;
- what recurs: in RECURRING articles over LONG days, nearly always within the first or the last
  EDGE paragraphs, while the articles themselves are not copies of each other: hardly any of the
  paragraphs in their middle are of one family;
- what sounds like that: a family of any size at such a place of articles that are not copies of
  each other, of whose shingles half are of what recurs. So a formula with a date in it, that falls
  into many families, is known in all of them. So may be a single paragraph that is of no family.

All other families are *copies*.
"""

from __future__ import annotations

import re

import numpy as np

from index.shingles import SHINGLE, SHORT, TINY
from search.families import Families
from search.segments import SegmentSet
from search.sets import DocIds, Ints, Mask

EVERYWHERE = 100
"""Articles from which on a paragraph is boilerplate, wherever it stands."""
RECURRING, LONG, EDGE = 4, 14, 5
"""Articles, days, and paragraphs at either end, of what recurs at the same place."""

_NEARLY_ALWAYS = 0.8
_MANY = 20  # articles in which tiny paragraphs are a family
_ENOUGH = 0.5  # of the shingles, of what sounds like boilerplate
_WORD = re.compile(r"[^\W_]+")

Shingle = tuple[str, ...]


class Boilerplate:
    """Tells which families of a commit are boilerplate. Safe to share between threads."""

    def __init__(self, segments: SegmentSet, families: Families) -> None:
        """Look at all families: at their places and times, and read what recurs."""
        self._segments = segments
        self._families = families
        members, firsts = families.table.members, families.table.firsts
        self._articles = segments.first_doc.searchsorted(members, "right") - 1
        at = firsts[:-1]
        self._is_edge: Mask = np.empty(0, np.bool_)
        self._known: Mask = np.empty(0, np.bool_)
        self._shingles: frozenset[Shingle] = frozenset()
        if not len(families.table):
            return
        first, end = segments.first_doc[self._articles], segments.first_doc[self._articles + 1]
        sizes = np.diff(firsts)
        at_start = np.add.reduceat((members - first < EDGE).astype(np.int64), at)
        at_end = np.add.reduceat((end - members <= EDGE).astype(np.int64), at)
        self._is_edge = np.maximum(at_start, at_end) >= _NEARLY_ALWAYS * sizes
        counts = self._counts()
        recurs = self._is_edge & (counts >= RECURRING) & (self._days() >= LONG)
        for family in recurs.nonzero()[0].tolist():
            recurs[family] = not self._reprinted(family)
        everywhere = counts >= EVERYWHERE
        tiny = [
            family
            for family in (counts >= _MANY).nonzero()[0].tolist()
            if self._words(family) < TINY
        ]
        self._known = recurs | everywhere
        self._known[tiny] = True
        long = (each for each in recurs.nonzero()[0].tolist() if self._words(each) >= SHORT)
        self._shingles = frozenset().union(*(_shingles(self._text(each)) for each in long))

    def has(self, family: int) -> bool:
        """Whether a family is boilerplate."""
        return bool(self._known[family]) or (
            bool(self._is_edge[family])
            and self._sounds_known(self._text(family))
            and not self._reprinted(family)
        )

    def has_single(self, doc: int) -> bool:
        """Whether a paragraph that is of no family sounds like boilerplate, at such a place."""
        article = int(self._segments.first_doc.searchsorted(doc, "right")) - 1
        first, end = (int(each) for each in self._segments.first_doc[article : article + 2])
        if not self._shingles or EDGE <= doc - first < end - first - EDGE:
            return False
        segment, number = self._segments.place(doc)
        return self._sounds_known(segment.text(number))

    def _sounds_known(self, text: str) -> bool:
        shingles = _shingles(text)
        return bool(shingles) and len(shingles & self._shingles) >= _ENOUGH * len(shingles)

    def _reprinted(self, family: int) -> bool:
        """Whether articles of a family are copies of each other, by what stands in their middle."""
        firsts = self._families.table.firsts
        articles = self._articles[firsts[family] : firsts[family + 1]]
        docs: DocIds = self._segments.first_doc
        middle = self._families.of_docs(
            ((docs[articles] + docs[articles + 1]) // 2).astype(np.int64)
        )
        middle = middle[(middle >= 0) & (middle != family)]
        if len(self._known):
            middle = middle[~self._known[middle]]
        most = int(np.bincount(middle).max()) if len(middle) else 0
        return most > max(1.0, (1 - _NEARLY_ALWAYS) * len(articles))

    def _counts(self) -> Ints:
        """In how many articles each family stands; int64[n]."""
        numbers, articles = self._families.table.numbers(), self._articles
        pairs = np.unique(numbers * np.int64(self._segments.num_articles) + articles)
        found = np.bincount(pairs // self._segments.num_articles, minlength=len(self._is_edge))
        return found.astype(np.int64)

    def _days(self) -> Ints:
        """Over how many days each family is spread, as far as they are known; int64[n]."""
        days = self._segments.numbers("first_day")[self._articles]
        at = self._families.table.firsts[:-1]
        last = np.maximum.reduceat(days, at)
        first = np.minimum.reduceat(np.where(days > 0, days, np.iinfo(np.int64).max), at)
        return np.where(last > 0, last - np.minimum(first, last), 0)

    def _first(self, family: int) -> int:
        return int(self._families.members(family)[0])

    def _words(self, family: int) -> int:
        segment, doc = self._segments.place(self._first(family))
        return segment.word_count(doc)

    def _text(self, family: int) -> str:
        segment, doc = self._segments.place(self._first(family))
        return segment.text(doc)


def _shingles(text: str) -> frozenset[Shingle]:
    """All runs of five words of a text, without regard to case."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return frozenset(tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
