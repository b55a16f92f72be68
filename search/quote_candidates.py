"""Which paragraphs may hold a quotation: by its words side by side, else by its rarest words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from index.analysis import tokenize
from search import scoring
from search.deadline import check_time
from search.fields import TermView
from search.phrases import common, shifted, side_by_side
from search.postings import docs_of, docs_of_all
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, Scores, distinct
from search.tokens import LocalSpace, Space, all_places, docs_at, in_parts

_TOGETHER = 16  # words of a phrase that are looked for; the text decides
_RAREST = 12  # words that vote
_POSTINGS = 120_000  # of the words that vote, at most, but for the three rarest
_LEAST = 3
_PAIRED = 3_000  # paragraphs of which more have the words than can be told apart by them alone

Reading = Sequence[tuple[int, TermView]]
"""The words of a text by their positions, as one stemmer reads them."""


def having(text: str, segments: SegmentSet) -> DocIds:
    """The paragraphs that may have the words of a text side by side; ascending.

    None that has them is missing. Where there are many words, some are looked for.
    """
    found = NO_DOCS
    for words in _readings(text, segments):
        if all(term.doc_freq for _, term in words):
            found = np.union1d(found, _side_by_side(words)).astype(np.int32)
    return found


def likely(text: str, segments: SegmentSet, most: int) -> DocIds:
    """The paragraphs that are most likely to have most words of a text; the likeliest first.

    The rarest words vote, each by its idf. Where more paragraphs have the same votes than are
    asked for, words that stand side by side in the text and in the paragraph vote again.
    """
    docs, votes = NO_DOCS, np.empty(0)
    for words in _readings(text, segments):
        own_docs, own_votes = _voted(_rarest(words), segments)
        if len(own_docs) > most:
            least = np.partition(own_votes, len(own_votes) - most)[-most]
            if np.count_nonzero(own_votes >= least * 0.8) > most:
                own_docs, own_votes = _paired(words, own_docs, own_votes)
        docs, votes = np.concatenate((docs, own_docs)), np.concatenate((votes, own_votes))
    order = np.lexsort((docs, -votes))
    best = docs.take(order[: 2 * most])
    return best[np.sort(np.unique(best, return_index=True)[1])][:most]


def _readings(text: str, segments: SegmentSet) -> list[list[tuple[int, TermView]]]:
    """The words of a text by each stemmer of the archive, where they differ."""
    field = segments.field("text")
    known: dict[tuple[str, ...], list[tuple[int, TermView]]] = {}
    for stemmer in segments.stemmers:
        tokens = [token for token in tokenize(text, stemmer) if token.width == 1]
        terms = tuple(token.term for token in tokens)
        if tokens and terms not in known:
            known[terms] = [(token.position, field.term(token.term)) for token in tokens]
    return list(known.values())


def _side_by_side(words: Reading) -> DocIds:
    """The paragraphs that have the rarest of some words at their distances."""
    chosen = sorted(words, key=lambda each: each[1].doc_freq)[:_TOGETHER]
    terms = list(dict.fromkeys(term for _, term in chosen))
    docs = docs_of_all(terms)
    if len(chosen) == 1 or not len(docs):
        return docs
    first = min(position for position, _ in chosen)

    def find(space: Space) -> DocIds:
        places = {term: all_places(term, space) for term in terms}
        lists = [places[term] for _, term in chosen]
        offsets = [position - first for position, _ in chosen]
        return docs_at(terms[0].field, side_by_side(lists, offsets, space), space)

    return in_parts(LocalSpace(docs, {term.key for term in terms}), find)


def _rarest(words: Reading) -> list[TermView]:
    """The words that vote, each once."""
    terms = sorted({term for _, term in words if term.doc_freq}, key=lambda each: each.doc_freq)
    kept: list[TermView] = []
    postings = 0
    for term in terms[:_RAREST]:
        postings += term.doc_freq
        if postings > _POSTINGS and len(kept) >= _LEAST:
            break
        kept.append(term)
    return kept


def _voted(terms: Sequence[TermView], segments: SegmentSet) -> tuple[DocIds, Scores]:
    """The paragraphs with any of some words, and their votes."""
    sums = segments.scratch.sums
    lists = [docs_of(term) for term in terms]
    try:
        for term, docs in zip(terms, lists, strict=True):
            check_time()
            sums[docs] += scoring.idf(max(segments.num_docs, term.doc_freq), term.doc_freq)
        docs = distinct(np.concatenate([NO_DOCS, *lists]))
        return docs, sums.take(docs)
    finally:
        for docs in lists:
            sums[docs] = 0.0


def _paired(words: Reading, docs: DocIds, votes: Scores) -> tuple[DocIds, Scores]:
    """The paragraphs with the most votes, with those of words that stand side by side."""
    if len(docs) > _PAIRED:
        kept = np.sort(np.argpartition(votes, len(votes) - _PAIRED)[-_PAIRED:])
        docs, votes = docs.take(kept), votes.take(kept)
    votes = votes.copy()
    space = LocalSpace(docs, ())
    rare = set(_rarest(words))
    places = {term: all_places(term, space) for term in rare}
    pairs = {
        (left, right)
        for (at, left), (next_to, right) in pairwise(words)
        if next_to == at + 1 and left in rare and right in rare
    }
    for left, right in pairs:
        check_time()
        found = distinct(space.units(common(places[right], shifted(places[left], 1))))
        votes[docs.searchsorted(found)] += left.weight + right.weight
    return docs, votes
