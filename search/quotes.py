"""Quotations checked: the paragraph that a quotation is from, and how it differs from it.

A quotation is *found* where fewer than half of its words would have to be changed and three of
them at least stay as they are; a shorter one, as it is or not at all. It is from where the fewest
words are changed. Of several places that are equally good, the earliest is the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from search.deadline import check_time
from search.quote_candidates import having
from search.quote_claims import Claim, agrees
from search.quote_comparison import Piece, Verdict, compare, find_words, side_by_side
from search.quote_pieces import Near, near
from search.quote_places import (
    Place,
    changes,
    dates_of,
    earliest,
    extended,
    fewest_changes,
    most_changes,
    place_of,
)
from search.quote_votes import Voice, Voted, by_place, choose, voices, vote
from search.quoted_words import Quotation, read_quotation, words_of
from search.results import ArticleHeader
from search.snapshot import Snapshot

MOST_SOURCES = 10
"""Sources that are named."""

_SURE = 5  # words, of which one may be changed so that the best place is found for sure
_ENOUGH = 4  # words that vote, of which no others need to
_FIRST = 1  # paragraphs that are compared however much they lack
_FEW = 2  # paragraphs that are read in the order of their votes
_SLACK = 1  # words that the index may read otherwise than we do
_EXTENDED = 3  # of them those whose neighbours are looked at
_EQUAL = 200  # paragraphs that may be equally good that are compared
_COPIES = 10_000  # of a paragraph that are looked through for a source


class _Effort(NamedTuple):
    """How much is done to find a quotation that has many changes.

    Attributes:
        postings: that are counted.
        most: paragraphs that are kept.
        placed: words that vote for places.
        read: paragraphs that are read.
    """

    postings: int
    most: int
    placed: int
    read: int


_EFFORTS = (_Effort(80_000, 200, 8, 4), _Effort(800_000, 3_000, 24, 30))


class Source(NamedTuple):
    """Where a quotation is from: ``text[start:end]`` of paragraphs ``first`` to ``last``."""

    article: ArticleHeader
    first: int
    last: int
    text: str
    start: int
    end: int


class Checked(NamedTuple):
    """What became of a quotation.

    Attributes:
        quotation: as it was given.
        verdict: how it differs from the first source.
        sources: where it is from, the earliest first, undated ones last; the first ten. One that
            is as it is said to be comes before them.
        also: how many other paragraphs have it equally well, at least.
        complete: whether all that may were looked at, so that ``also`` is exact.
        pieces: the comparison with the first source.
        claim: where it is said to be from.
        agrees: whether the first source is that; None where nothing is said, or found.
    """

    quotation: str
    verdict: Verdict
    sources: tuple[Source, ...] = ()
    also: int = 0
    complete: bool = True
    pieces: tuple[Piece, ...] = ()
    claim: Claim = Claim()
    agrees: bool | None = None


def check_quotation(snapshot: Snapshot, given: str, claim: Claim | None = None) -> Checked:
    """Check one quotation. Raises QueryError where it has no word or is too long.

    Args:
        snapshot: of the archive.
        given: the quotation.
        claim: where it is said to be from; of equally good sources, that one comes first.
    """
    quotation = read_quotation(given)
    claim = claim or Claim()
    snapshot.queries += 1
    places, complete = _as_it_is(snapshot, quotation)
    if not places and quotation.gaps:
        places, complete = _with_gaps(snapshot, quotation)
    if not places:
        places, complete = _with_changes(snapshot, quotation)
    if not places:
        return Checked(given, "not found", claim=claim)
    if claim:
        places = _claimed_first(snapshot, quotation, places, claim)
    first = places[0].compared
    sources = tuple(_source(snapshot, each) for each in places[:MOST_SOURCES])
    return Checked(
        quotation=given,
        verdict=first.verdict,
        sources=sources,
        also=len(places) - 1,
        complete=complete,
        pieces=first.pieces,
        claim=claim,
        agrees=agrees(claim, sources[0].article) if claim else None,
    )


def _as_it_is(snapshot: Snapshot, quotation: Quotation) -> tuple[list[Place], bool]:
    """The paragraphs that have all its words side by side, if only punctuation differs."""
    docs = having([quotation.text], snapshot)
    places = []
    for doc in earliest(snapshot, docs, _EQUAL).tolist():
        check_time()
        text = snapshot.text(doc)
        if compared := side_by_side(quotation, text, words_of(text)):
            places.append(Place(doc, doc, text, compared))
    exact = [each for each in places if each.compared.verdict == "exact"]
    return exact or places, len(docs) <= _EQUAL


def _with_gaps(snapshot: Snapshot, quotation: Quotation) -> tuple[list[Place], bool]:
    """The paragraphs that have all its parts, if nothing else differs."""
    docs = having(quotation.parts, snapshot)
    places = []
    for doc in earliest(snapshot, docs, _EQUAL).tolist():
        check_time()
        place = place_of(snapshot, quotation, doc, 0)
        if place and not place.compared.distance:
            places.append(place)
    return places, len(docs) <= _EQUAL


def _with_changes(snapshot: Snapshot, quotation: Quotation) -> tuple[list[Place], bool]:
    """The places of the fewest changes; none where it is not found."""
    most = most_changes(quotation)
    candidates = near(quotation, min(most, -(-len(quotation.own) // _SURE)), snapshot)
    places = _read(snapshot, quotation, candidates)
    if not places:
        places = _voted(snapshot, quotation)
        if 1 < (least := fewest_changes(places)) <= most:
            candidates = near(quotation, least, snapshot, more_than=candidates.changes)
            places += _read(snapshot, quotation, candidates)
    places.sort(key=changes)
    longer = [extended(snapshot, quotation, each) for each in places[:_EXTENDED]]
    places += [each for each in longer if each.first < each.last]
    least = fewest_changes(places)
    if 0 < least > most or not places:
        return [], True
    equal = {each.first: each for each in reversed(places) if each.compared.distance == least}
    if all(each.first < each.last for each in equal.values()):
        return [min(equal.values(), key=changes)], True
    if least > candidates.changes:
        return _of_same_words(snapshot, quotation, min(equal.values(), key=changes)), False
    docs = np.array(sorted(equal), np.int32)
    first = earliest(snapshot, docs, len(docs)).tolist()
    return [equal[doc] for doc in first], len(candidates.docs) <= _EQUAL


def _read(snapshot: Snapshot, quotation: Quotation, candidates: Near) -> list[Place]:
    """The paragraphs that may have few changes, compared; those that have too many left out."""
    docs, lacking, limit = candidates
    order = np.lexsort((dates_of(snapshot, docs), lacking))[:_EQUAL]
    places = []
    for doc, least in zip(docs.take(order).tolist(), lacking.take(order).tolist(), strict=True):
        if least > limit:
            break
        place = place_of(snapshot, quotation, doc, limit)
        if place and place.compared.distance <= limit:
            places.append(place)
            limit = place.compared.distance
    return places


def _voted(snapshot: Snapshot, quotation: Quotation) -> list[Place]:
    """The paragraphs that most words of the quotation vote for, compared."""
    words = voices(quotation.own_text, snapshot)
    places: list[Place] = []
    for effort in _EFFORTS:
        chosen = choose(words, effort.postings)
        voted = vote(chosen, most_changes(quotation) + _SLACK, effort.most, snapshot)
        places = _closest(snapshot, quotation, words, voted, effort)
        if voted.complete or _is_settled(quotation, chosen, voted, places):
            break
    return places


def _is_settled(
    quotation: Quotation, chosen: Sequence[Voice], voted: Voted, places: Sequence[Place]
) -> bool:
    """Whether no paragraph that was left out can be better than those that were compared."""
    best = fewest_changes(places)
    if best > most_changes(quotation):
        return len(chosen) >= _ENOUGH
    return bool(voted.lacking[-1] > best)


def _closest(
    snapshot: Snapshot, quotation: Quotation, words: Sequence[Voice], voted: Voted, effort: _Effort
) -> list[Place]:
    """The paragraphs with the most votes, and others that may be closer, compared."""
    first, rest = voted.docs[:_FIRST], voted.docs[_FIRST:]
    places = [each for doc in first.tolist() if (each := place_of(snapshot, quotation, doc))]
    best = min((each.compared.distance for each in places), default=0)
    limit = min(best, most_changes(quotation))
    rest = rest.compress(voted.lacking[_FIRST:] <= limit)
    if len(rest) > _FEW:
        rest = by_place(words[: effort.placed], quotation.breaks, rest)[: effort.read]
    for doc in rest.tolist():
        if place := place_of(snapshot, quotation, doc, limit):
            places.append(place)
            limit = min(limit, place.compared.distance)
    return places


def _of_same_words(snapshot: Snapshot, quotation: Quotation, best: Place) -> list[Place]:
    """The paragraphs that say the same as the best does where the quotation is from, by date."""
    said = best.text[best.compared.start : best.compared.end]
    keys = [word.key for word in words_of(said)]
    docs = having([said], snapshot)
    places = []
    for doc in earliest(snapshot, docs, _EQUAL).tolist():
        check_time()
        text = snapshot.text(doc)
        words = words_of(text)
        if find_words(keys, [word.key for word in words]):
            compared = compare(quotation, text, words)
            if compared[:2] == best.compared[:2]:
                places.append(Place(doc, doc, text, compared))
    return places or [best]


def _claimed_first(
    snapshot: Snapshot, quotation: Quotation, places: list[Place], claim: Claim
) -> list[Place]:
    """The places, that from which the quotation is said to be first.

    Where it is none of them, the copies of the first are looked through, which may be too many to
    have been compared, or differ in punctuation.
    """

    def is_claimed(doc: int) -> bool:
        article = int(snapshot.articles_of(np.array([doc], np.int32))[0])
        return agrees(claim, snapshot.header(article))

    for at, place in enumerate(places):
        if is_claimed(place.first):
            return [place, *places[:at], *places[at + 1 :]]
    family = snapshot.families.find(places[0].first)
    if family is None or places[0].first < places[0].last:
        return places
    for doc in snapshot.families.members(family)[:_COPIES].tolist():
        check_time()
        if is_claimed(doc):
            text = snapshot.text(doc)
            words = words_of(text)
            compared = side_by_side(quotation, text, words) or compare(quotation, text, words)
            if compared.distance == places[0].compared.distance:
                return [Place(doc, doc, text, compared), *places]
    return places


def _source(snapshot: Snapshot, place: Place) -> Source:
    """A place as it is shown."""
    article = int(snapshot.articles_of(np.array([place.first], np.int32))[0])
    base = int(snapshot.first_doc[article]) - 1
    header = snapshot.header(article)
    start, end = place.compared.start, place.compared.end
    return Source(header, place.first - base, place.last - base, place.text, start, end)
