"""Quotations checked: the paragraph that a quotation is from, and how it differs from it.

A quotation is *found* where fewer than half of its words would have to be changed and three of
them at least stay as they are; a shorter one, as it is or not at all. The best place has the
fewest words changed. Of several that are equally good, the earliest is the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from index.header import UNDATED
from search.deadline import check_time
from search.quote_candidates import having
from search.quote_comparison import Compared, Piece, Verdict, compare, find_words, side_by_side
from search.quote_votes import Voice, Voted, by_place, choose, voices, vote
from search.quoted_words import MAX_QUOTATION, Quotation, read_quotation, words_of
from search.results import ArticleHeader
from search.sets import DocIds
from search.snapshot import Snapshot

MOST_SOURCES = 10
"""Sources that are named."""

_ENOUGH = 4  # words that vote, of which no others need to
_FIRST = 1  # paragraphs that are compared however much they lack
_FEW = 2  # paragraphs that are read in the order of their votes
_SLACK = 1  # words that the index may read otherwise than we do
_EXTENDED = 3  # of them those whose neighbours are looked at
_EDGE = 20  # characters from the end of a paragraph, that the quotation may have otherwise
_PARAGRAPHS = 20  # that a quotation runs over, at most
_EQUAL = 200  # paragraphs with the same words that are compared, the earliest first
_STAYING = 3  # words of an altered quotation that stay


class _Effort(NamedTuple):
    """How much is done to find a quotation.

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
        sources: where it is from, the earliest first, undated ones last; the first ten.
        also: how many other paragraphs have it equally well, at least.
        complete: whether all that may were looked at, so that ``also`` is exact.
        pieces: the comparison with the first source.
    """

    quotation: str
    verdict: Verdict
    sources: tuple[Source, ...] = ()
    also: int = 0
    complete: bool = True
    pieces: tuple[Piece, ...] = ()


class _Place(NamedTuple):
    """Neighbouring paragraphs, and how a quotation compares with them."""

    first: int
    last: int
    text: str
    compared: Compared


def check_quotation(snapshot: Snapshot, given: str) -> Checked:
    """Check one quotation. Raises QueryError where it has no word or is too long."""
    quotation = read_quotation(given)
    snapshot.queries += 1
    places, complete = _as_it_is(snapshot, quotation)
    if not places and quotation.gaps:
        places, complete = _with_gaps(snapshot, quotation)
    if not places:
        best = _best(snapshot, quotation)
        if best is None:
            return Checked(given, "not found")
        places, complete = _equally_good(snapshot, quotation, best)
    first = places[0].compared
    return Checked(
        quotation=given,
        verdict=first.verdict,
        sources=tuple(_source(snapshot, each) for each in places[:MOST_SOURCES]),
        also=len(places) - 1,
        complete=complete,
        pieces=first.pieces,
    )


def _as_it_is(snapshot: Snapshot, quotation: Quotation) -> tuple[list[_Place], bool]:
    """The paragraphs that have all its words side by side, if only punctuation differs."""
    docs = having([quotation.text], snapshot)
    places = []
    for doc in _earliest(snapshot, docs).tolist():
        check_time()
        text = snapshot.text(doc)
        if compared := side_by_side(quotation, text, words_of(text)):
            places.append(_Place(doc, doc, text, compared))
    exact = [each for each in places if each.compared.verdict == "exact"]
    return exact or places, len(docs) <= _EQUAL


def _with_gaps(snapshot: Snapshot, quotation: Quotation) -> tuple[list[_Place], bool]:
    """The paragraphs that have all its parts, if nothing else differs."""
    docs = having(quotation.parts, snapshot)
    places = []
    for doc in _earliest(snapshot, docs).tolist():
        check_time()
        place = _place(snapshot, quotation, doc, 0)
        if place and not place.compared.distance:
            places.append(place)
    return places, len(docs) <= _EQUAL


def _best(snapshot: Snapshot, quotation: Quotation) -> _Place | None:
    """The place of the fewest changes; None where it is not found."""
    words = voices(quotation.own_text, snapshot)
    places: list[_Place] = []
    for effort in _EFFORTS:
        chosen = choose(words, effort.postings)
        voted = vote(chosen, _most_changes(quotation) + _SLACK, effort.most, snapshot)
        places = _closest(snapshot, quotation, words[: effort.placed], voted, effort.read)
        if voted.complete or _is_settled(quotation, chosen, voted, places):
            break
    places.sort(key=_changes)
    if places and places[0].compared.distance:
        places += [_extended(snapshot, quotation, each) for each in places[:_EXTENDED]]
    found = [each for each in places if _is_found(quotation, each.compared)]
    if not found:
        return None
    best = _changes(min(found, key=_changes))[:2]
    equal = {each.first: each for each in found if _changes(each)[:2] == best}
    earliest = _earliest(snapshot, np.array(sorted(equal), np.int32))
    return equal[int(earliest[0])]


def _is_settled(
    quotation: Quotation, chosen: Sequence[Voice], voted: Voted, places: Sequence[_Place]
) -> bool:
    """Whether no paragraph that was left out can be better than those that were compared."""
    best = min((each.compared.distance for each in places), default=MAX_QUOTATION)
    if best > _most_changes(quotation):
        return len(chosen) >= _ENOUGH
    return bool(voted.lacking[-1] > best)


def _closest(
    snapshot: Snapshot, quotation: Quotation, words: Sequence[Voice], voted: Voted, most: int
) -> list[_Place]:
    """The paragraphs with the most votes, and others that may be closer, compared."""
    first, rest = voted.docs[:_FIRST], voted.docs[_FIRST:]
    places = [each for doc in first.tolist() if (each := _place(snapshot, quotation, doc))]
    best = min((each.compared.distance for each in places), default=0)
    limit = min(best, _most_changes(quotation))
    rest = rest.compress(voted.lacking[_FIRST:] <= limit)
    if len(rest) > _FEW:
        rest = by_place(words, quotation.breaks, rest)[:most]
    for doc in rest.tolist():
        if place := _place(snapshot, quotation, doc, limit):
            places.append(place)
            limit = min(limit, place.compared.distance)
    return places


def _place(
    snapshot: Snapshot, quotation: Quotation, doc: int, limit: int = MAX_QUOTATION
) -> _Place | None:
    """A paragraph, compared; None where more words than the limit have to differ."""
    text = snapshot.text(doc)
    words = words_of(text)
    keys = quotation.keys
    shared = (Counter(keys) & Counter([word.key for word in words])).total()
    if len(keys) - shared > limit:
        return None
    return _Place(doc, doc, text, compare(quotation, text, words))


def _most_changes(quotation: Quotation) -> int:
    """The words that may be changed in a quotation that is found."""
    words = len(quotation.own)
    return max(0, min((words - 1) // 2, words - _STAYING))


def _changes(place: _Place) -> tuple[int, int, int]:
    return place.compared.distance, place.last - place.first, place.first


def _is_found(quotation: Quotation, compared: Compared) -> bool:
    words, distance = len(quotation.own), compared.distance
    return not distance or (2 * distance < words and words - distance >= _STAYING)


def _extended(snapshot: Snapshot, quotation: Quotation, place: _Place) -> _Place:
    """The same place with the paragraphs before and after it, as far as fewer words differ."""
    article = int(snapshot.articles_of(np.array([place.first], np.int32))[0])
    low, high = int(snapshot.first_doc[article]), int(snapshot.first_doc[article + 1])
    best = place
    for before, after in ((0, 1), (1, 0)):
        while best.last - best.first + 1 < _PARAGRAPHS and _touches(best, at_end=bool(after)):
            first, last = best.first - before, best.last + after
            if first < low or last >= high:
                break
            text = "\n\n".join(snapshot.text(doc) for doc in range(first, last + 1))
            words = words_of(text)
            compared = side_by_side(quotation, text, words) or compare(quotation, text, words)
            if compared.distance >= best.compared.distance:
                break
            best = _Place(first, last, text, compared)
    return best


def _touches(place: _Place, *, at_end: bool) -> bool:
    """Whether a quotation comes so near to the edge of a text that it may go on behind it."""
    compared = place.compared
    return (len(place.text) - compared.end if at_end else compared.start) <= _EDGE


def _equally_good(
    snapshot: Snapshot, quotation: Quotation, best: _Place
) -> tuple[list[_Place], bool]:
    """The paragraphs that say the same as the best does where the quotation is from, by date."""
    if best.first != best.last:
        return [best], True
    said = best.text[best.compared.start : best.compared.end]
    keys = [word.key for word in words_of(said)]
    docs = having([said], snapshot)
    places = []
    for doc in _earliest(snapshot, docs).tolist():
        check_time()
        text = snapshot.text(doc)
        words = words_of(text)
        if find_words(keys, [word.key for word in words]):
            compared = compare(quotation, text, words)
            if compared[:2] == best.compared[:2]:
                places.append(_Place(doc, doc, text, compared))
    return places or [best], len(docs) <= _EQUAL


def _earliest(snapshot: Snapshot, docs: DocIds) -> DocIds:
    """So many of some paragraphs as are compared, by the date of their articles, undated last."""
    published = snapshot.published.take(snapshot.articles_of(docs))
    published = np.where(published == UNDATED, np.iinfo(np.int64).max, published)
    if len(docs) > _EQUAL:
        last = np.partition(published, _EQUAL)[_EQUAL]
        docs, published = docs[published <= last], published[published <= last]
    return docs.take(np.lexsort((docs, published))[:_EQUAL])


def _source(snapshot: Snapshot, place: _Place) -> Source:
    """A place as it is shown."""
    article = int(snapshot.articles_of(np.array([place.first], np.int32))[0])
    base = int(snapshot.first_doc[article]) - 1
    header = snapshot.header(article)
    start, end = place.compared.start, place.compared.end
    return Source(header, place.first - base, place.last - base, place.text, start, end)
