"""Which paragraphs differ from a quotation in few words: those that have a piece of it whole.

Where k words are changed, one of any k + 1 pieces of the quotation stays whole. So none is missed
if the paragraphs are looked at that have any of the pieces. They are cut where that costs least:
rare words alone, frequent ones together. What a paragraph lacks of the other words says how many
would have to be changed in it at least, so that most texts need not be read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from index.analysis import tokenize
from search.deadline import check_time
from search.fields import TermView
from search.postings import held
from search.quote_candidates import SOME, in_a_row
from search.quote_votes import Voice, together
from search.quoted_words import Quotation
from search.segments import SegmentSet
from search.sets import NO_DOCS, NO_SCORES, DocIds, Scores, unite
from search.tokens import LocalSpace, all_places

_MOST_CHANGES = 12  # that are looked for
_MOST_WORDS = 64  # that are cut into pieces: few changes in all of them are few in these
_LONGEST = 8  # words of a piece
_AFFORDABLE = 200_000  # of the costs of all pieces; they are in microseconds, roughly
_POSTING = 0.02  # cost of looking for a paragraph among those of a word
_CANDIDATE = 0.1  # of a paragraph that has a piece
_PHRASE, _PLACE = 3_000.0, 0.3  # of looking for words at their distances, and of each place
_TOGETHER = 0.7  # words of a piece stand together more often than by chance
_FEW = 4  # paragraphs of which the texts decide at once
_SOME = 8  # paragraphs whose words' places are not looked at before they are read
_RAREST = 10  # words whose places are looked at
_PART = 1 << 14  # paragraphs in which they are looked at together
_EPSILON = 1e-6

_Word = list[Voice]  # its tokens in the index
_Piece = list[_Word]


class Near(NamedTuple):
    """The paragraphs that may have few changes, those with the fewest first.

    Attributes:
        docs: int32[n].
        lacking: float64[n], how many words would have to be changed in each, at least.
        changes: how many changes no paragraph has that is not there.
    """

    docs: DocIds
    lacking: Scores
    changes: int


def near(quotation: Quotation, changes: int, segments: SegmentSet, *, more_than: int = 0) -> Near:
    """The paragraphs that may have so many changes at most; or fewer, if that costs too much.

    None, if they would have to be so few that they are not more than the caller knows of.
    """
    readings = _readings(quotation, segments)
    cuts = [_cut(reading, min(changes, _MOST_CHANGES), segments.num_docs) for reading in readings]
    sure = min((len(cut) - 1 for cut in cuts), default=0)
    if sure <= more_than:
        return Near(NO_DOCS, NO_SCORES, more_than)
    lists = [
        _lacking(reading, quotation.breaks, _docs(cut, segments), sure)
        for reading, cut in zip(readings, cuts, strict=True)
    ]
    docs = np.concatenate([docs for docs, _ in lists])
    lacking = np.concatenate([lacking for _, lacking in lists])
    order = np.lexsort((lacking, docs))
    docs, lacking = docs.take(order), lacking.take(order)
    first = np.diff(docs, prepend=-1).nonzero()[0]  # as it is read best
    docs, lacking = docs.take(first), lacking.take(first)
    order = np.lexsort((docs, lacking))
    return Near(docs.take(order), lacking.take(order), sure)


def _readings(quotation: Quotation, segments: SegmentSet) -> list[list[_Word]]:
    """The words of a quotation by each stemmer of the archive, where they differ.

    The tokens of one word weigh 1 together.
    """
    field = segments.field("text")
    starts = [word.start for word in quotation.own]
    known: dict[tuple[str, ...], list[_Word]] = {}
    for stemmer in segments.stemmers:
        tokens = [each for each in tokenize(quotation.own_text, stemmer) if each.width == 1]
        terms = tuple(token.term for token in tokens)
        if not terms or terms in known:
            continue
        words = []
        for _, group in groupby(tokens, key=lambda token: bisect_right(starts, token.start)):
            own = list(group)
            views = [field.term(token.term) for token in own]
            words.append([
                Voice(token.position, token.start, (view,), view.doc_freq, 1 / len(own))
                for token, view in zip(own, views, strict=True)
            ])  # fmt: skip
        known[terms] = words
    return list(known.values())


def _cut(words: Sequence[_Word], changes: int, num_docs: int) -> list[_Piece]:
    """The pieces of least cost, one more than there are changes; fewer if they cost too much."""
    words = words[:_MOST_WORDS]
    costs = [_costs(words, end, num_docs) for end in range(len(words) + 1)]
    # rows[k][j]: what k pieces of the first j words cost, and where the last of them begins.
    rows = [[(0.0, -1)] * (len(words) + 1)]
    for _ in range(min(changes + 1, len(words))):
        above, row = rows[-1], [(float("inf"), -1)]
        for end in range(1, len(words) + 1):
            best = (row[-1][0], -1)
            for start, cost in costs[end]:
                if above[start][0] + cost < best[0]:
                    best = (above[start][0] + cost, start)
            row.append(best)
        if row[-1][0] > _AFFORDABLE:
            break
        rows.append(row)
    pieces, end = [], len(words)
    for row in reversed(rows[1:]):
        while row[end][1] < 0:
            end -= 1
        start = row[end][1]
        pieces.append(list(words[start:end]))
        end = start
    return pieces


def _costs(words: Sequence[_Word], end: int, num_docs: int) -> list[tuple[int, float]]:
    """Where the pieces begin that end there, and what it costs to find each."""
    found = []
    rarest, share = num_docs, 1.0
    for start in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
        for voice in words[start]:
            rarest = min(rarest, voice.doc_freq)
            share *= (voice.doc_freq / max(1, num_docs)) ** _TOGETHER
        left = share * rarest ** (1 - _TOGETHER) * max(1, num_docs) ** _TOGETHER
        cost = rarest * _POSTING + left * _CANDIDATE
        if left > SOME and end - start > 1:
            cost = rarest * _POSTING + _PHRASE + left * _PLACE * (end - start)
        found.append((start, cost))
    return found


def _docs(pieces: Sequence[_Piece], segments: SegmentSet) -> DocIds:
    """The paragraphs that have any of the pieces, ascending."""
    lists = [
        in_a_row([(voice.position, voice.terms[0]) for word in piece for voice in word])
        for piece in pieces
    ]
    return unite(lists, segments.scratch)


def _lacking(
    words: Sequence[_Word], breaks: Sequence[int], docs: DocIds, changes: int
) -> tuple[DocIds, Scores]:
    """Those of some paragraphs that lack few of the words, and how many; ascending."""
    lacking = np.zeros(len(docs))
    if len(docs) <= _FEW:
        return docs, lacking
    most = changes + _EPSILON
    voices = [voice for word in words for voice in word]
    weights: defaultdict[TermView, float] = defaultdict(float)
    for voice in voices:
        weights[voice.terms[0]] += voice.weight
    for term in sorted(weights, key=lambda term: term.doc_freq):
        if term.doc_freq:
            lacking += weights[term] * ~held(term).has(docs)
        else:
            lacking += weights[term]
        kept = lacking <= most
        docs, lacking = docs.compress(kept), lacking.compress(kept)
    if len(docs) > _SOME:
        rarest = sorted(
            sorted(voices, key=lambda voice: voice.doc_freq)[:_RAREST],
            key=lambda voice: voice.position,
        )
        count = sum(voice.weight for voice in rarest)
        lacking = np.maximum(lacking, count - _in_place(rarest, breaks, docs, changes))
        kept = lacking <= most
        docs, lacking = docs.compress(kept), lacking.compress(kept)
    return docs, lacking


def _in_place(voices: Sequence[Voice], breaks: Sequence[int], docs: DocIds, changes: int) -> Scores:
    """How many words each of some paragraphs has at about their distances, at most.

    Of many paragraphs, a part at a time: frequent words have millions of places.
    """
    parts = [docs[start : start + _PART] for start in range(0, len(docs), _PART)]
    return np.concatenate([_in_place_of(voices, breaks, part, changes) for part in parts])


def _in_place_of(
    voices: Sequence[Voice], breaks: Sequence[int], docs: DocIds, changes: int
) -> Scores:
    check_time()
    space = LocalSpace(docs, ())
    places = {term: all_places(term, space) for voice in voices for term in voice.terms
              if term.doc_freq}  # fmt: skip
    total = np.zeros(len(docs))
    # As far from each other as the changes before them may move them.
    near = (changes + 1).bit_length() + 1
    for _, run in groupby(voices, key=lambda voice: bisect_right(breaks, voice.start)):
        total += together(list(run), places, space, near)
    return total
