"""The copies of a paragraph: in how many articles it stands, since when, and what they are."""

from __future__ import annotations

import numpy as np

from search.address import address_of
from search.results import Copies, FamilyMember, FamilyView, HitPlace
from search.segments import SegmentSet
from search.sets import Ints
from search.snapshot import Snapshot
from search.word_diff import word_diff

_BYTES = 600  # of a value in the cache, roughly


def copies_of(snapshot: Snapshot, doc: int) -> Copies | None:
    """What there is to say of the copies of a paragraph; None if it has none."""
    family = snapshot.families.find(doc)
    if family is None:
        return None
    known: Copies | None = snapshot.cache.get(("copies", family))
    if known is None:
        known = _copies(snapshot, family)
        known = snapshot.cache.put(("copies", family), known, _BYTES)
    return known


def _copies(snapshot: Snapshot, family: int) -> Copies:
    members = snapshot.families.members(family)
    articles = articles_in_order(snapshot, members)
    first = snapshot.header(int(articles[0]))
    number = int(members[0]) - int(snapshot.first_doc[articles[0]]) + 1
    distinct = list(dict.fromkeys(articles.tolist()))
    sources = {snapshot.source(article) for article in distinct} - {""}
    return Copies(
        kind="boilerplate" if snapshot.boilerplate.has(family) else "copy",
        paragraphs=len(members),
        articles=len(distinct),
        sources=len(sources),
        first=HitPlace(first.id, number, 0),
        first_date=first.date,
        address=str(address_of(first.id, number, snapshot.text(int(members[0])))),
    )


def articles_in_order(snapshot: SegmentSet, members: Ints) -> Ints:
    """The article of each of some paragraphs in any order; int64[n]."""
    found: Ints = snapshot.first_doc.searchsorted(members, "right").astype(np.int64) - 1
    return found


def read_family(snapshot: Snapshot, article: int, number: int, page: tuple[int, int]) -> FamilyView:
    """All copies of a paragraph, in the order of time, each compared with the first.

    Args:
        snapshot: where it is.
        article: the number of its article there.
        number: of the paragraph, from 1; the article has it.
        page: how many copies there are on a page, and which page, from 1.
    """
    size, at = page
    doc = int(snapshot.first_doc[article]) + number - 1
    family = snapshot.families.find(doc)
    members = [doc] if family is None else snapshot.families.members(family).tolist()
    first = snapshot.text(members[0])
    shown = []
    for member in members[(at - 1) * size : at * size]:
        own = int(articles_in_order(snapshot, np.array([member], np.int32))[0])
        text = snapshot.text(member)
        shown.append(
            FamilyMember(
                article=snapshot.header(own),
                number=member - int(snapshot.first_doc[own]) + 1,
                text=text,
                parts=word_diff(first, text),
            )
        )
    return FamilyView(
        article=snapshot.header(article),
        number=number,
        copies=copies_of(snapshot, doc),
        members=tuple(shown),
        page=at,
        pages=-(-len(members) // size),
    )
