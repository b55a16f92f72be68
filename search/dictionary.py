"""Plans over the dictionary: prefixes, wildcards, ranges and similar words -> documents.

In each segment the sorted dictionary gives the numbers of the terms that match. Frequent
terms come from the cache; neighbouring rare ones are decoded together.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.bits import Bits, count, first_docs, from_docs, to_docs
from search.dense import Dense
from search.fields import FieldView, Part
from search.fuzzy import within
from search.nodes import Node
from search.plan import AnyOf, Fuzzy, Prefix, TermRange, Wildcard
from search.postings import DENSE, DENSE_MIN, held
from search.sets import NO_DOCS, DocIds, distinct
from search.wildcards import matching

_AS_BITS = 32  # of so many documents, one: from there on bits are smaller than a list
_FLAGGED = 2  # of so many documents, one: from there on flags are faster than sorting
_SORTED = 256  # of so many documents, one: below, sorting is so fast that all may be listed
_ENTRY = 500  # bytes of an entry of the cache besides its arrays

OverTerms = AnyOf | Fuzzy | Prefix | TermRange | Wildcard
Numbers = range | npt.NDArray[np.int64]
"""The numbers of terms in one segment, ascending."""
Run = tuple[Part, int, int]
"""Neighbouring terms of one segment: its part, the first of them, and the last + 1."""


def numbers_of(plan: OverTerms, part: Part) -> Numbers:
    """The terms of a segment that match a plan."""
    terms = part.reader.terms
    match plan:
        case Prefix(_, text):
            return range(*terms.prefix(_encode(text)))
        case TermRange(_, low, high):
            first = 0 if low is None else terms.lower(_encode(low))
            if high is None:
                return range(first, len(terms))
            last = _encode(high)
            return range(first, max(first, terms.lower(last) + (terms.find(last) >= 0)))
        case AnyOf(_, texts):
            found = (terms.find(_encode(text)) for text in set(texts))
            return np.array(sorted(number for number in found if number >= 0), np.int64)
        case Wildcard(_, pattern):
            return matching(terms, pattern)
        case Fuzzy(_, text, distance, prefix):
            return within(part.texts, text, distance, prefix)


class Found(NamedTuple):
    """Terms that were found, and how many postings they have."""

    runs: tuple[Run, ...]
    size: int

    @classmethod
    def of(cls, runs: Iterable[Run]) -> Found:
        """Put ranges together."""
        every = tuple(runs)
        return cls(every, sum(postings_between(*run) for run in every))


class TermsNode(Node):
    """Documents with any of many terms."""

    constant = 1.0

    def __init__(
        self, field: FieldView, found: Found, key: Hashable, beside: Sequence[DocIds] = ()
    ) -> None:
        """Make the node.

        Args:
            field: whose terms they are.
            found: the terms.
            key: what says which terms they are.
            beside: documents that match for other reasons, ascending lists.
        """
        self._field = field
        self._terms = found
        self._key = key
        self._beside = beside
        self._scratch = field.segments.scratch
        self.size = min(field.segments.num_docs, found.size + sum(map(len, beside)))
        self._docs: DocIds | None = None

    def docs(self) -> DocIds:
        """All lists as one."""
        if self._docs is None:
            rare, sets = self._lists()
            if not sets and len(rare) * _FLAGGED < self._scratch.max_doc:
                self._docs = distinct(rare)
            else:
                self._docs = to_docs(self._united(rare, sets))
        return self._docs

    def first(self, k: int) -> tuple[DocIds, int]:
        """The k documents of the lowest numbers, and how many there are, without listing all."""
        if self._docs is not None or self.size * _SORTED < self._scratch.max_doc:
            docs = self.docs()
            return docs[:k], len(docs)
        bits = self._united(*self._lists())
        return first_docs(bits, k), count(bits)

    def _united(self, rare: DocIds, sets: Sequence[Bits]) -> Bits:
        """All of them as bits."""
        if not len(rare) and sets:
            bits = sets[0]
            for each in sets[1:]:
                bits = bits | each
            return bits
        bits = from_docs(rare, self._scratch)
        for each in sets:
            bits |= each
        return bits

    def _lists(self) -> tuple[DocIds, list[Bits]]:
        """The live documents of rare terms, in no order; and bits of all others."""
        cache = self._field.segments.cache
        key = ("rare terms", self._field.name, self._key)
        known: tuple[DocIds, Bits | None, list[str]] | None = cache.get(key)
        if known is None:
            docs, texts = self._decode()
            bits = None
            if len(docs) * _AS_BITS > self._scratch.max_doc:
                docs, bits = NO_DOCS, from_docs(docs, self._scratch)
            size = docs.nbytes + (0 if bits is None else bits.nbytes) + _ENTRY
            known = cache.put(key, (docs, bits, texts), size)
        docs, bits, texts = known
        lists = [docs, *self._beside]
        sets = [] if bits is None else [bits]
        for text in texts:
            arrays = held(self._field.term(text))
            if isinstance(arrays, Dense):
                sets.append(arrays.bits)
            else:
                lists.append(arrays.docs)
        lists = [each for each in lists if len(each)]
        return (lists[0] if len(lists) == 1 else np.concatenate([NO_DOCS, *lists])), sets

    def _decode(self) -> tuple[DocIds, list[str]]:
        """The live documents of rare terms, in no order; and the frequent terms."""
        lists = [NO_DOCS]
        frequent: set[str] = set()
        for part, low, high in self._terms.runs:
            for first, last in _apart(part, low, high, frequent):
                lists.append(part.place(_decode(part, first, last)))
        return (lists[1] if len(lists) == 2 else np.concatenate(lists)), sorted(frequent)


def terms_node(field: FieldView, plan: OverTerms) -> TermsNode:
    """The node of a plan over the dictionary."""
    cache = field.segments.cache
    found: Found | None = cache.get(("terms", plan))
    if found is None:
        found = Found.of(
            (part, *run) for part in field.parts for run in runs(numbers_of(plan, part))
        )
        found = cache.put(("terms", plan), found, _ENTRY + 100 * len(found.runs))
    return TermsNode(field, found, plan)


def runs(numbers: Numbers) -> Iterator[tuple[int, int]]:
    """Ascending numbers as ranges: (first, last + 1) of each."""
    if isinstance(numbers, range):
        if len(numbers):
            yield numbers.start, numbers.stop
        return
    if not len(numbers):
        return
    ends = np.flatnonzero(np.diff(numbers) != 1)
    firsts = numbers[np.concatenate(([0], ends + 1))].tolist()
    lasts = numbers[np.concatenate((ends, [-1]))].tolist()
    yield from ((first, last + 1) for first, last in zip(firsts, lasts, strict=True))


def postings_between(part: Part, low: int, high: int) -> int:
    """How many postings the terms from ``low`` to ``high - 1`` have."""
    if high - low == 1:
        return part.reader.doc_freq(low)
    terms = part.reader.terms
    return int(terms.infos(high, high)[0, 1] - terms.infos(low, low)[0, 1])


def _decode(part: Part, low: int, high: int) -> DocIds:
    return part.reader.docs(low) if high - low == 1 else part.reader.docs_of(low, high)


def _apart(part: Part, low: int, high: int, frequent: set[str]) -> Sequence[tuple[int, int]]:
    """The ranges of rare terms; the texts of frequent ones are added to ``frequent``."""
    limit = max(DENSE_MIN, part.max_doc // DENSE)
    if part.by_article or postings_between(part, low, high) <= limit:
        return [(low, high)]
    terms = part.reader.terms
    often = (np.flatnonzero(np.diff(terms.infos(low, high)[:, 1]) > limit) + low).tolist()
    frequent.update(terms.term(number).decode() for number in often)
    borders = [low - 1, *often, high]
    return [(before + 1, after) for before, after in pairwise(borders) if before + 1 < after]


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
