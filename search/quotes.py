"""Quotations checked: the paragraph that a quotation is from, and how it differs from it.

A quotation is *found* where fewer than half of its words would have to be changed and three of
them at least stay as they are; a shorter one, as it is or not at all. The best place has the
fewest words changed. Of several that are equally good, the earliest is the first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np

from index.header import UNDATED
from search.alignment import Operation, align
from search.quote_candidates import having
from search.quote_votes import Voice, Voted, by_place, choose, voices, vote
from search.quoted_words import MAX_QUOTATION, Quotation, Word, plain, read_quotation, words_of
from search.results import ArticleHeader
from search.sets import DocIds
from search.snapshot import Snapshot

Verdict = Literal["exact", "punctuation", "elided", "altered", "not found"]
Change = Literal["equal", "inserted", "deleted", "replaced", "left out", "bracketed"]

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
_KINDS: dict[str, Change] = {
    "equal": "equal", "delete": "inserted", "insert": "deleted", "replace": "replaced",
    "gap": "left out",
}  # fmt: skip


class _Effort(NamedTuple):
    """How much is done to find a quotation: postings counted, paragraphs kept, and read."""

    postings: int
    most: int
    read: int


_EFFORTS = (_Effort(100_000, 200, 5), _Effort(800_000, 1_000, 12))


class Piece(NamedTuple):
    """A part of the comparison, in order: what the source says and what the quotation says.

    ``inserted``: only the quotation has it; ``deleted``: only the source; ``left out``: where
    the quotation says so; ``bracketed``: what the quotation has in brackets instead.
    """

    kind: Change
    source: str
    quotation: str


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


class _Compared(NamedTuple):
    """A quotation beside a text; ``distance`` counts the words that were changed."""

    verdict: Verdict
    distance: int
    start: int
    end: int
    pieces: tuple[Piece, ...]


class _Place(NamedTuple):
    """Neighbouring paragraphs, and how a quotation compares with them."""

    first: int
    last: int
    text: str
    compared: _Compared


def check_quotation(snapshot: Snapshot, given: str) -> Checked:
    """Check one quotation. Raises QueryError where it has no word or is too long."""
    quotation = read_quotation(given)
    snapshot.queries += 1
    places, complete = _as_it_is(snapshot, quotation)
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
    docs = _by_date(snapshot, having(quotation.text, snapshot))
    places = []
    for doc in docs[:_EQUAL].tolist():
        text = snapshot.text(doc)
        if compared := _side_by_side(quotation, text, words_of(text)):
            places.append(_Place(doc, doc, text, compared))
    exact = [each for each in places if each.compared.verdict == "exact"]
    return exact or places, len(docs) <= _EQUAL


def _best(snapshot: Snapshot, quotation: Quotation) -> _Place | None:
    """The place of the fewest changes; None where it is not found."""
    words = voices(quotation.own_text, snapshot)
    places: list[_Place] = []
    for effort in _EFFORTS:
        chosen = choose(words, effort.postings)
        voted = vote(chosen, _most_changes(quotation) + _SLACK, effort.most, snapshot)
        places = _closest(snapshot, quotation, chosen, voted, effort.read)
        if voted.complete or any(_is_found(quotation, each.compared) for each in places):
            break
        if len(chosen) >= _ENOUGH:
            break
    places.sort(key=_changes)
    if places and places[0].compared.distance:
        places += [_extended(snapshot, quotation, each) for each in places[:_EXTENDED]]
    found = [each for each in places if _is_found(quotation, each.compared)]
    return min(found, key=_changes, default=None)


def _closest(
    snapshot: Snapshot, quotation: Quotation, chosen: Sequence[Voice], voted: Voted, most: int
) -> list[_Place]:
    """The paragraphs with the most votes, and others that may be closer, compared."""
    first, rest = voted.docs[:_FIRST], voted.docs[_FIRST:]
    places = [each for doc in first.tolist() if (each := _place(snapshot, quotation, doc))]
    best = min((each.compared.distance for each in places), default=0)
    limit = min(best, _most_changes(quotation))
    rest = rest.compress(voted.lacking[_FIRST:] <= limit)
    if len(rest) > _FEW:
        rest = by_place(chosen, quotation.breaks, rest)[:most]
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
    return _Place(doc, doc, text, _compare(quotation, text, words))


def _most_changes(quotation: Quotation) -> int:
    """The words that may be changed in a quotation that is found."""
    words = len(quotation.own)
    return max(0, min((words - 1) // 2, words - _STAYING))


def _changes(place: _Place) -> tuple[int, int, int]:
    return place.compared.distance, place.last - place.first, place.first


def _is_found(quotation: Quotation, compared: _Compared) -> bool:
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
            compared = _side_by_side(quotation, text, words) or _compare(quotation, text, words)
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
    docs = _by_date(snapshot, having(said, snapshot))
    places = []
    for doc in docs[:_EQUAL].tolist():
        text = snapshot.text(doc)
        words = words_of(text)
        if _find(keys, [word.key for word in words]):
            compared = _compare(quotation, text, words)
            if compared[:2] == best.compared[:2]:
                places.append(_Place(doc, doc, text, compared))
    return places or [best], len(docs) <= _EQUAL


def _by_date(snapshot: Snapshot, docs: DocIds) -> DocIds:
    """Paragraphs by the date of their articles; those without one last."""
    published = snapshot.published.take(snapshot.articles_of(docs))
    return docs.take(np.lexsort((docs, published, published == UNDATED)))


def _side_by_side(quotation: Quotation, text: str, words: Sequence[Word]) -> _Compared | None:
    """The comparison with a text that has all its words side by side; else None."""
    starts = _find([word.key for word in quotation.words], [word.key for word in words])
    if not starts:
        return None
    count = len(quotation.words)
    inner = quotation.text[quotation.words[0].start : quotation.words[-1].end]
    spans = [(words[at].start, words[at + count - 1].end) for at in starts]
    same = [span for span in spans if plain(text[span[0] : span[1]]) == inner]
    is_exact = bool(same) and _stands_in(quotation.text, plain(text))
    start, end = same[0] if same else spans[0]
    pieces = (Piece("equal", text[start:end], quotation.text),)
    return _Compared("exact" if is_exact else "punctuation", 0, start, end, pieces)


def _stands_in(quotation: str, text: str) -> bool:
    """Whether a text has a quotation character for character, and no part of a word."""
    at = text.find(quotation)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(quotation) :][:1]
        cut = (before.isalnum() and quotation[0].isalnum()) or (
            after.isalnum() and quotation[-1].isalnum()
        )
        if not cut:
            return True
        at = text.find(quotation, at + 1)
    return False


def _find(wanted: Sequence[str], words: Sequence[str]) -> list[int]:
    """Where words follow each other as wanted."""
    count = len(wanted)
    first = wanted[0]
    return [
        at
        for at in range(len(words) - count + 1)
        if words[at] == first and list(words[at : at + count]) == list(wanted)
    ]


def _compare(quotation: Quotation, text: str, words: Sequence[Word]) -> _Compared:
    """A quotation beside the place of a text that is most like it."""
    keys = [word.key for word in words]
    found = align(quotation.keys, keys, within=True, gaps=quotation.gaps)
    start = words[found.start].start if found.start < found.end else 0
    end = words[found.end - 1].end if found.start < found.end else 0
    pieces = tuple(_pieces(quotation, text, words, found.operations))
    changed = found.distance or any(each.kind == "bracketed" for each in pieces)
    left_out = any(each.kind == "left out" for each in pieces)
    verdict: Verdict = "altered" if changed else "elided" if left_out else "punctuation"
    return _Compared(verdict, found.distance, start, end, pieces)


def _pieces(
    quotation: Quotation, text: str, words: Sequence[Word], operations: Iterable[Operation]
) -> Iterable[Piece]:
    """The operations with their words as they are printed; brackets where they stand."""
    waiting = list(quotation.brackets)
    for kind, a_start, a_end, b_start, b_end in operations:
        source = text[words[b_start].start : words[b_end - 1].end] if b_start < b_end else ""
        if kind == "gap":
            here = [each for each in waiting if each.before == a_start]
            waiting = [each for each in waiting if each.before != a_start]
            inside = " ".join(each.text for each in here)
            if not here:
                yield Piece("left out", source, "…")
            elif _same_words(inside, source):
                yield Piece("equal", source, inside)
            else:
                yield Piece("bracketed", source, inside)
            continue
        for bracket in [each for each in waiting if a_start <= each.before < a_end]:
            waiting.remove(bracket)
            yield Piece("bracketed", "", bracket.text)  # it stands for nothing, as [sic] does
        own = quotation.own[a_start:a_end]
        quoted = quotation.text[own[0].start : own[-1].end] if own else ""
        yield Piece(_KINDS[kind], source, quoted)
    for bracket in waiting:
        yield Piece("bracketed", "", bracket.text)


def _same_words(left: str, right: str) -> bool:
    return [word.key for word in words_of(left)] == [word.key for word in words_of(right)]


def _source(snapshot: Snapshot, place: _Place) -> Source:
    """A place as it is shown."""
    article = int(snapshot.articles_of(np.array([place.first], np.int32))[0])
    base = int(snapshot.first_doc[article]) - 1
    header = snapshot.header(article)
    start, end = place.compared.start, place.compared.end
    return Source(header, place.first - base, place.last - base, place.text, start, end)
