"""The copies of a paragraph: in how many articles it stands, since when, and what they are.

A family is *boilerplate* if it is no news that went round, but what is printed again and again:

- paragraphs of fewer than 8 words, which are of a family only if they are the same in 20 articles
  and more;
- what stands in EVERYWHERE articles;
- what stands in RECURRING articles over LONG days, nearly always within the first or the last
  EDGE paragraphs, while the articles themselves are not copies of each other: hardly any of the
  paragraphs in their middle are of one family.

All others are *copies*.
"""

from __future__ import annotations

import numpy as np

from index.shingles import TINY
from search.families import Families
from search.results import Copies, FamilyKind, FamilyMember, FamilyView, HitPlace
from search.segments import SegmentSet
from search.sets import DocIds, Ints
from search.snapshot import Snapshot
from search.word_diff import word_diff

EVERYWHERE = 100
"""Articles from which on a paragraph is boilerplate, wherever it stands."""
RECURRING, LONG, EDGE = 4, 14, 5
"""Articles, days, and paragraphs at either end, of what recurs at the same place."""

_NEARLY_ALWAYS = 0.8
_BYTES = 600  # of a value in the cache, roughly


def copies_of(snapshot: Snapshot, doc: int) -> Copies | None:
    """What there is to say of the copies of a paragraph; None if it has none."""
    families = snapshot.families
    family = families.find(doc)
    if family is None:
        return None
    known: Copies | None = snapshot.cache.get(("copies", family))
    if known is None:
        known = _copies(snapshot, families, families.members(family))
        known = snapshot.cache.put(("copies", family), known, _BYTES)
    return known


def _copies(snapshot: Snapshot, families: Families, members: DocIds) -> Copies:
    articles = articles_in_order(snapshot, members)
    first = snapshot.header(int(articles[0]))
    number = int(members[0]) - int(snapshot.first_doc[articles[0]]) + 1
    distinct = list(dict.fromkeys(articles.tolist()))
    sources = {snapshot.source(article) for article in distinct} - {""}
    return Copies(
        kind=_kind(snapshot, families, members, articles),
        paragraphs=len(members),
        articles=len(distinct),
        sources=len(sources),
        first=HitPlace(first.id, number, 0),
        first_date=first.date,
    )


def articles_in_order(snapshot: SegmentSet, members: DocIds) -> Ints:
    """The article of each of some paragraphs in any order; int64[n]."""
    found: Ints = snapshot.first_doc.searchsorted(members, "right").astype(np.int64) - 1
    return found


def _kind(snapshot: Snapshot, families: Families, members: DocIds, articles: Ints) -> FamilyKind:
    """Whether paragraphs of a family are copies or boilerplate."""
    segment, doc = snapshot.place(int(members[0]))
    count = len(set(articles.tolist()))
    if segment.word_count(doc) < TINY or count >= EVERYWHERE:
        return "boilerplate"
    days = snapshot.numbers("first_day")[articles]
    days = days[days > 0]
    if count < RECURRING or not len(days) or int(days.max() - days.min()) < LONG:
        return "copy"
    first, end = snapshot.first_doc[articles], snapshot.first_doc[articles + 1]
    if max(np.count_nonzero(members - first < EDGE), np.count_nonzero(end - members <= EDGE)) < (
        _NEARLY_ALWAYS * len(members)
    ):
        return "copy"
    middle = families.of_docs(((first + end) // 2).astype(np.int64))
    middle = middle[(middle >= 0) & (middle != families.find(int(members[0])))]
    reprinted = int(np.bincount(middle).max()) if len(middle) else 0
    return "boilerplate" if reprinted <= (1 - _NEARLY_ALWAYS) * len(members) else "copy"


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
