"""A sample of the rows of a concordance that is the same on every machine.

Which rows are chosen depends only on the seed and on what a row is: the id of its article, the
number of its paragraph, and which of the matches in the paragraph it is. So the same archive gives
the same sample, however it was indexed and merged. Every row is as likely as any other.

A row gets a number of 64 bits, mixed of these three, and those with the lowest numbers are chosen.
How many rows a paragraph has is only known when it is read, but not more than it has words that a
clause may begin with. So the numbers of all rows that there could be are worked out in arrays, and
only paragraphs that may hold a low one are read: hardly more than the sample has rows.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from search.concordance import Place, documents, marks_anything, spans_of
from search.deadline import check_time
from search.matched import Matched
from search.query.tree import Terms, field_of, leaves
from search.sets import DocIds, Ints

MAX_SAMPLE = 10_000
MAX_SEED = 999_999_999

_FIRST, _MORE = 40, 8  # rows that are looked at for each that is wanted; times as many again
LEAST_READ = 50
"""Paragraphs that are read at least, however little time there is for it."""

_CHUNK = 1 << 18  # rows that there could be, whose numbers are worked out at once
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)

Codes = npt.NDArray[np.uint64]


def sample(matched: Matched, size: int, seed: int = 1) -> list[Place]:
    """The places of a sample, by article id, paragraph and text; all if there are not more.

    Args:
        matched: all that matches.
        size: how many rows, from 1.
        seed: another one gives another sample; from 0.
    """
    if not marks_anything(matched) or not len(matched.docs):
        return []
    possible = _Possible(matched, seed)
    looked_at = _FIRST * size
    known: dict[int, list[tuple[int, int]]] = {}
    while True:
        docs, ordinals = possible.lowest(looked_at)
        chosen: list[Place] = []
        for doc, ordinal in zip(docs.tolist(), ordinals.tolist(), strict=True):
            spans = known.get(doc)
            if spans is None:
                document = next(documents(matched, np.array([doc], np.int32)))[1]
                spans = known[doc] = spans_of(document, matched)
            if ordinal < len(spans):
                chosen.append(Place(doc, *spans[ordinal]))
                if len(chosen) == size:
                    break
        if len(chosen) == size or len(docs) < looked_at:
            return _by_name(matched, chosen)
        looked_at *= _MORE


def some_paragraphs(matched: Matched, most: int, seed: int = 1) -> DocIds:
    """The paragraphs that match, or so many of them, chosen alike on every machine.

    All of them ascend; some of them are in the order of their numbers, so that the first of them
    are a sample, too.
    """
    if len(matched.docs) <= most:
        return matched.docs
    codes = _codes_of_paragraphs(matched, seed)
    chosen = np.argpartition(codes, most)[:most]
    some: DocIds = matched.docs.take(chosen[np.argsort(codes[chosen], kind="stable")])
    return some


class _Possible:
    """The rows that there could be, by their numbers."""

    def __init__(self, matched: Matched, seed: int) -> None:
        self._docs = matched.docs
        self._codes = _codes_of_paragraphs(matched, seed)
        self._most = _most_rows(matched)
        self._ends = np.cumsum(self._most)

    def lowest(self, count: int) -> tuple[DocIds, Ints]:
        """The rows of the lowest numbers, the lowest first.

        Returns:
            The paragraph of each, int32[n], and which of its rows it is, int64[n].
        """
        kept = np.empty(0, np.uint64), np.empty(0, np.int32), np.empty(0, np.int64)
        start = 0
        while start < len(self._docs):
            check_time()
            done = self._ends[start - 1] if start else 0
            end = max(start + 1, int(np.searchsorted(self._ends, done + _CHUNK, "right")))
            kept = _lowest(count, kept, self._between(start, end))
            start = end
        codes, docs, ordinals = kept
        order = np.argsort(codes, kind="stable")
        return docs[order], ordinals[order]

    def _between(self, start: int, end: int) -> tuple[Codes, DocIds, Ints]:
        """The possible rows of some paragraphs: numbers, paragraphs, ordinals."""
        most = self._most[start:end]
        ordinals = np.arange(int(most.sum())) - np.repeat(np.cumsum(most) - most, most)
        codes = _mixed(np.repeat(self._codes[start:end], most) + ordinals.astype(np.uint64))
        return codes, np.repeat(self._docs[start:end], most), ordinals


def _lowest(
    count: int, one: tuple[Codes, DocIds, Ints], other: tuple[Codes, DocIds, Ints]
) -> tuple[Codes, DocIds, Ints]:
    """The rows of the lowest numbers of both."""
    if len(one[0]) == count:  # the greatest that is kept tells most of the others off
        lower = np.flatnonzero(other[0] < one[0].max())
        other = other[0][lower], other[1][lower], other[2][lower]
    codes = np.concatenate((one[0], other[0]))
    docs, ordinals = np.concatenate((one[1], other[1])), np.concatenate((one[2], other[2]))
    if len(codes) > count:
        chosen = np.argpartition(codes, count)[:count]
        return codes[chosen], docs[chosen], ordinals[chosen]
    return codes, docs, ordinals


def _codes_of_paragraphs(matched: Matched, seed: int) -> Codes:
    """A number of each paragraph that matches: uint64[n]."""
    snapshot = matched.snapshot
    articles = snapshot.article_of.take(matched.docs)
    changes = np.flatnonzero(np.diff(articles, prepend=-1))
    names = [_code_of(snapshot.header(each).id, seed) for each in articles[changes].tolist()]
    counts = np.diff(changes, append=len(articles))
    of_articles = np.repeat(np.array(names, np.uint64), counts)
    numbers = (matched.docs - snapshot.first_doc[articles] + 1).astype(np.uint64)
    return _mixed(of_articles + numbers * _GOLDEN)


def _code_of(article_id: str, seed: int) -> int:
    check_time()
    named = f"{seed}\0{article_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(named, digest_size=8).digest(), "little")


def _mixed(codes: Codes) -> Codes:
    """Numbers mixed so that every bit depends on every other: the end of SplitMix64."""
    codes = (codes ^ (codes >> np.uint64(30))) * _MIX[0]
    codes = (codes ^ (codes >> np.uint64(27))) * _MIX[1]
    return codes ^ (codes >> np.uint64(31))


def _most_rows(matched: Matched) -> Ints:
    """How many rows each paragraph that matches may have, at most: int64[n].

    A word or a phrase whose terms are known has no more than its first terms stand there; others no
    more than there are tokens.
    """
    evaluation, field = matched.evaluation, matched.snapshot.field("text")
    counts = np.zeros(matched.snapshot.max_doc, np.int64)
    marking = [each for each in leaves(evaluation.tree) if field_of(each) == "text"]
    for leaf in marking:
        patterns = evaluation.patterns[leaf] if isinstance(leaf, Terms) else ()
        if not patterns or any(pattern[0].is_open for pattern in patterns):
            return _lengths(matched).astype(np.int64) * len(marking)
        for pattern in patterns:
            for part, number in field.term(pattern[0].term).places:
                counts[part.reader.docs(number) + part.base] += part.reader.freqs(number)
    return counts.take(matched.docs)


def _lengths(matched: Matched) -> npt.NDArray[np.int32]:
    """How many tokens each paragraph has that matches: int32[n]."""
    lengths = np.zeros(matched.snapshot.max_doc, np.int32)
    for part in matched.snapshot.field("text").parts:
        of_part = part.reader.lengths
        assert of_part is not None  # the text is scored
        lengths[part.base : part.base + len(of_part)] = of_part
    found: npt.NDArray[np.int32] = lengths.take(matched.docs)
    return found


def _by_name(matched: Matched, chosen: list[Place]) -> list[Place]:
    """Places by article id, paragraph and text: an order that no merge changes."""
    snapshot = matched.snapshot

    def name(place: Place) -> tuple[str, Place]:
        return snapshot.header(int(snapshot.article_of[place.doc])).id, place

    return sorted(chosen, key=name)
