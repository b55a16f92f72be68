"""Which paragraphs may have most words of a quotation: those that its words vote for.

Every word votes for the paragraphs that have it, the rarer the more. What a paragraph's votes
lack says how many words would have to be changed in it at least, so that most need not be read.
Where too many are left, the words vote again for places: those that are as far from each other
in the paragraph as in the quotation count together.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.analysis import tokenize
from search import scoring
from search.deadline import check_time
from search.fields import TermView
from search.postings import docs_of
from search.segments import SegmentSet
from search.sets import NO_DOCS, NO_SCORES, DocIds, Ints, Scores, first_of_runs
from search.tokens import LocalSpace, Places, all_places

_MOST_VOICES = 64
_LEAST_VOICES = 3  # words that vote however frequent they are
_FIRST = 1  # paragraphs that are told of however much they lack
_SHARE = 1 / 3  # of the votes, that the words that stay have at least
_SHARE_IN_PLACE = 1 / 5
_FEW_CHANGES = 2  # words that may always be lacking, however rare they are
_NEAR = 3  # bits: distances that differ by less than 2 ** 3 are one
_BITS = 25  # of a distance in a paragraph
_EPSILON = 1e-6


class Voice(NamedTuple):
    """A word that votes.

    Attributes:
        position: of the word in the quotation.
        start: of the word in the text of the quotation.
        terms: what it is indexed as, by each stemmer; some may be in no paragraph.
        doc_freq: how many paragraphs have any of them, at most.
        weight: of its vote.
    """

    position: int
    start: int
    terms: tuple[TermView, ...]
    doc_freq: int
    weight: float


class Voted(NamedTuple):
    """The paragraphs that have the most votes, in that order.

    Attributes:
        docs: int32[n].
        lacking: int64[n], how many of the words that voted each lacks, at least.
        complete: whether every paragraph is there that lacks few enough.
    """

    docs: DocIds
    lacking: Ints
    complete: bool


def voices(text: str, segments: SegmentSet) -> list[Voice]:
    """The words of a text, the rarest first."""
    field = segments.field("text")
    terms: dict[int, dict[str, None]] = {}
    starts: dict[int, int] = {}
    for stemmer in segments.stemmers:
        for token in tokenize(text, stemmer):
            if token.width == 1:
                terms.setdefault(token.position, {})[token.term] = None
                starts[token.position] = token.start
    found = []
    for position, texts in terms.items():
        views = tuple(map(field.term, texts))
        doc_freq = sum(view.doc_freq for view in views)
        weight = scoring.idf(max(segments.num_docs, doc_freq), doc_freq)
        found.append(Voice(position, starts[position], views, doc_freq, weight))
    return sorted(found, key=lambda voice: (voice.doc_freq, voice.position))


def choose(words: Sequence[Voice], postings: int) -> list[Voice]:
    """Those of some words that vote, each once: the rarest, with so many postings at most."""
    chosen: dict[tuple[TermView, ...], Voice] = {}
    total = 0
    for voice in words:
        if voice.terms in chosen:
            continue
        total += voice.doc_freq
        if len(chosen) >= _LEAST_VOICES and (total > postings or len(chosen) >= _MOST_VOICES):
            break
        chosen[voice.terms] = voice
    return list(chosen.values())


def vote(chosen: Sequence[Voice], changes: int, most: int, segments: SegmentSet) -> Voted:
    """Let words vote.

    Args:
        chosen: the words, the rarest first.
        changes: how many of them may be lacking, save in the first few paragraphs.
        most: paragraphs that are wanted.
        segments: of the paragraphs.
    """
    docs, votes = _count(chosen, segments)
    weights = np.cumsum([0.0, *(voice.weight for voice in chosen)])
    # Who lacks so many words lacks at most the votes of so many of the rarest.
    all_votes = float(weights[-1])
    least = max(all_votes - float(weights[min(changes, len(chosen))]), all_votes * _SHARE)
    least = min(least, all_votes - float(weights[min(_FEW_CHANGES, len(chosen))])) - _EPSILON
    enough = int(np.count_nonzero(votes >= least))
    wanted = min(len(docs), most, max(enough, _FIRST))
    if wanted < len(docs):
        kept = np.argpartition(votes, len(votes) - wanted)[len(votes) - wanted :]
        docs, votes = docs.take(kept), votes.take(kept)
    order = np.lexsort((docs, -votes))
    docs, votes = docs.take(order), votes.take(order)
    lacking = weights.searchsorted(weights[-1] - votes - _EPSILON)
    return Voted(docs, lacking, enough <= most)


def _count(chosen: Sequence[Voice], segments: SegmentSet) -> tuple[DocIds, Scores]:
    """The paragraphs with any of some words, in any order, and their votes."""
    weights: defaultdict[TermView, float] = defaultdict(float)
    for voice in chosen:
        for term in voice.terms:
            if term.doc_freq:
                weights[term] += voice.weight
    sums = segments.scratch.sums
    lists = [docs_of(term) for term in weights]
    docs_of_each, votes_of_each = [NO_DOCS], [NO_SCORES]
    try:
        for docs, weight in zip(lists, weights.values(), strict=True):
            check_time()
            sums[docs] += weight
        for docs in lists:
            votes = sums.take(docs)
            sums[docs] = 0.0
            new = votes.nonzero()[0]  # not in a list before
            docs_of_each.append(docs.take(new))
            votes_of_each.append(votes.take(new))
    finally:
        for docs in lists:
            sums[docs] = 0.0
    return np.concatenate(docs_of_each), np.concatenate(votes_of_each)


def by_place(chosen: Sequence[Voice], breaks: Sequence[int], docs: DocIds) -> DocIds:
    """Paragraphs in which words stand as in the quotation, those with the most such first.

    Args:
        chosen: the words.
        breaks: where in the text of the quotation words are left out, ascending.
        docs: of the paragraphs, in any order; of equals, the first given comes first.
    """
    inner = np.sort(docs)
    space = LocalSpace(inner, ())
    places = {term: all_places(term, space) for voice in chosen for term in voice.terms
              if term.doc_freq}  # fmt: skip
    total = np.zeros(len(inner))
    runs: defaultdict[int, list[Voice]] = defaultdict(list)
    for voice in chosen:
        runs[bisect_right(breaks, voice.start)].append(voice)
    for run in runs.values():
        total += together(run, places, space)
    score = total.take(inner.searchsorted(docs))
    order = np.argsort(-score, kind="stable")
    enough = sum(voice.weight for voice in chosen) * _SHARE_IN_PLACE
    return docs.take(order[: np.count_nonzero(score >= enough)])


def together(
    run: Sequence[Voice], places: dict[TermView, Places], space: LocalSpace, near: int = _NEAR
) -> Scores:
    """The most votes that one place of each paragraph has; float64[len(space.chosen)].

    Args:
        run: the words.
        places: of their terms.
        space: of the places.
        near: bits; words whose distances differ by less than ``2 ** (near - 1)`` count together,
            and none whose distances differ by ``2 ** near``. A word counts once in a place.
    """
    best = np.zeros(len(space.chosen))
    behind = max(voice.position for voice in run)
    at: list[tuple[Ints, float]] = []
    for voice in run:
        for term in voice.terms:
            if term in places:
                numbers, positions = space.apart(places[term])
                distances = (numbers << _BITS) + (positions + (behind - voice.position))
                at.append((distances, voice.weight))
    for shift in (0, 1 << near - 1):
        lists = [(_runs(distances + shift >> near), weight) for distances, weight in at]
        votes = np.concatenate([NO_SCORES, *(np.full(len(own), weight) for own, weight in lists)])
        every = np.concatenate([np.empty(0, np.int64), *(own for own, _ in lists)])
        order = every.argsort(kind="stable")  # which finds runs that ascend
        ordered = every.take(order)
        if not len(ordered):
            continue
        is_first = np.diff(ordered, prepend=-1) != 0
        sums = np.bincount(is_first.cumsum() - 1, votes.take(order))
        np.maximum.at(best, ordered.compress(is_first) >> _BITS - near, sums)
    return best


def _runs(ordered: Ints) -> Ints:
    """The different values of an ascending array."""
    return ordered[first_of_runs(ordered)] if len(ordered) > 1 else ordered
