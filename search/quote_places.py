"""Quotations beside the paragraphs of an archive: how much of each would have to be changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from index.header import UNDATED
from search.quote_comparison import Compared, compare, side_by_side
from search.quoted_words import MAX_QUOTATION, Quotation, most_of_words, words_of
from search.sets import DocIds, Ints
from search.snapshot import Snapshot

_STAYING = 3  # words of an altered quotation that stay
_EDGE = 20  # characters from the end of a paragraph, that the quotation may have otherwise
_PARAGRAPHS = 20  # that a quotation runs over, at most


class Place(NamedTuple):
    """Neighbouring paragraphs, and how a quotation compares with them."""

    first: int
    last: int
    text: str
    compared: Compared


def place_of(
    snapshot: Snapshot, quotation: Quotation, doc: int, limit: int = MAX_QUOTATION
) -> Place | None:
    """A paragraph, compared; None where more words than the limit have to differ."""
    text = snapshot.text(doc)
    keys = Counter(quotation.keys)
    least = len(quotation.own) - limit
    if least > 0 and most_of_words(keys, text) < least:
        return None
    words = words_of(text)
    if (keys & Counter([word.key for word in words])).total() < least:
        return None
    return Place(doc, doc, text, compare(quotation, text, words))


def most_changes(quotation: Quotation) -> int:
    """The words that may be changed in a quotation that is found."""
    words = len(quotation.own)
    return max(0, min((words - 1) // 2, words - _STAYING))


def fewest_changes(places: Iterable[Place]) -> int:
    """The changes of the best of some places; more than there can be where there is none."""
    return min((each.compared.distance for each in places), default=MAX_QUOTATION)


def changes(place: Place) -> tuple[int, int, int]:
    """What places are sorted by: the fewest changes come first, then the fewest paragraphs."""
    return place.compared.distance, place.last - place.first, place.first


def extended(snapshot: Snapshot, quotation: Quotation, place: Place) -> Place:
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
            best = Place(first, last, text, compared)
    return best


def _touches(place: Place, *, at_end: bool) -> bool:
    """Whether a quotation comes so near to the edge of a text that it may go on behind it."""
    compared = place.compared
    return (len(place.text) - compared.end if at_end else compared.start) <= _EDGE


def earliest(snapshot: Snapshot, docs: DocIds, most: int) -> DocIds:
    """So many of some paragraphs, by the date of their articles, undated last."""
    published = dates_of(snapshot, docs)
    if len(docs) > most:
        last = np.partition(published, most)[most]
        docs, published = docs[published <= last], published[published <= last]
    return docs.take(np.lexsort((docs, published))[:most])


def dates_of(snapshot: Snapshot, docs: DocIds) -> Ints:
    """When the articles of paragraphs were published, in seconds; undated last."""
    published = snapshot.published.take(snapshot.articles_of(docs))
    return np.where(published == UNDATED, np.iinfo(np.int64).max, published)
