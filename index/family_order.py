"""The order of the paragraphs of a family: which was first."""

from __future__ import annotations

import numpy as np

from index.codec.arrays import Ints
from index.header import UNDATED, read_header
from index.numbering import Numbering, Placed

_LATE = np.iinfo(np.int64).max
_LOOKUPS = 200  # of so many articles of a segment, the ids of all are read together


def in_order_of_time(docs: Ints, families: Ints, numbering: Numbering) -> Ints:
    """The paragraphs family by family, each in the order of time; a new int64[n].

    By the first day that the date can mean, then by its moment; those without one come last.
    Of equal ones, in the order of the ids of their articles, and then of the text.

    Args:
        docs: int64[n], ascending.
        families: int64[n], the family of each.
        numbering: that numbers them.
    """
    days, moments = np.full(len(docs), _LATE), np.full(len(docs), _LATE)
    articles = numbering.articles(docs)
    for placed, own, part in numbering.parts(docs):
        within = placed.reader.first_doc.searchsorted(own, "right") - 1
        first_days = placed.reader.numbers("first_day")[within]
        published = placed.reader.numbers("published")[within]
        days[part] = np.where(first_days == 0, _LATE, first_days)
        moments[part] = np.where(published == UNDATED, _LATE, published)
    order = np.lexsort((moments, days, families))
    equal = np.ones(len(order), np.bool_)
    for key in (families, days, moments):
        equal[1:] &= key[order][1:] == key[order][:-1]
    if len(equal):
        equal[0] = False
    tied = equal.copy()
    tied[:-1] |= equal[1:]
    ranks = np.zeros(len(docs), np.int64)
    unsure = np.sort(order[tied])
    ranks[unsure] = _ranks(docs[unsure], articles[unsure], numbering)
    return docs[np.lexsort((docs, ranks, moments, days, families))]


def _ranks(docs: Ints, articles: Ints, numbering: Numbering) -> Ints:
    """The place of the id of each paragraph's article among those of all of them."""
    ids: dict[int, str] = {}
    for placed, own, part in numbering.parts(docs):
        within = placed.reader.first_doc.searchsorted(own, "right") - 1
        of_part = dict(zip(within.tolist(), articles[part].tolist(), strict=True))
        names = _ids(placed, list(of_part))
        ids |= {number: names[article] for article, number in of_part.items()}
    place = {number: at for at, number in enumerate(sorted(ids, key=ids.__getitem__))}
    return np.fromiter(map(place.__getitem__, articles.tolist()), np.int64, len(articles))


def _ids(placed: Placed, articles: list[int]) -> dict[int, str]:
    """The ids of some articles of a segment."""
    if len(articles) < _LOOKUPS:
        return {each: read_header(placed.reader.header(each))["id"] for each in articles}
    field = placed.reader.fields["article"]
    postings = field.postings(0, field.num_terms)
    terms = np.repeat(np.arange(field.num_terms), postings.doc_freqs)
    pairs = zip(terms.tolist(), postings.docs.tolist(), strict=True)
    return {article: postings.terms[term].decode() for term, article in pairs}
