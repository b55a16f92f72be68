"""The copies of a paragraph: in how many articles it stands, since when, and what they are."""

from __future__ import annotations

import numpy as np

from search.address import address_of
from search.document import Document
from search.errors import QueryError
from search.evaluation import Evaluation
from search.results import (
    MAX_MARKED_CHARACTERS,
    Copies,
    FamilyMember,
    FamilyView,
    HitPlace,
    Span,
)
from search.segments import SegmentSet
from search.sets import DocIds, Ints
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
    distinct = np.unique(articles)
    return Copies(
        kind="boilerplate" if snapshot.boilerplate.has(family) else "copy",
        paragraphs=len(members),
        articles=len(distinct),
        sources=len(snapshot.sources_of(distinct) - {""}),
        first=HitPlace(first.id, number, 0),
        first_date=first.date,
        address=str(address_of(first.id, number, snapshot.text(int(members[0])))),
    )


def told_of(snapshot: Snapshot, doc: int) -> Copies | None:
    """The same; also that a paragraph without copies is boilerplate, which takes longer."""
    if snapshot.families.find(doc) is not None:
        return copies_of(snapshot, doc)
    if not snapshot.boilerplate.has_single(doc):
        return None
    article = int(snapshot.article_of[doc])
    header, number = snapshot.header(article), doc - int(snapshot.first_doc[article]) + 1
    return Copies(
        kind="boilerplate",
        paragraphs=1,
        articles=1,
        sources=len({header.source} - {""}),
        first=HitPlace(header.id, number, 0),
        first_date=header.date,
        address=str(address_of(header.id, number, snapshot.text(doc))),
    )


def articles_in_order(snapshot: SegmentSet, members: DocIds) -> Ints:
    """The article of each of some paragraphs in any order; int64[n]."""
    found: Ints = snapshot.first_doc.searchsorted(members, "right").astype(np.int64) - 1
    return found


def copies_in(snapshot: Snapshot, article: int) -> dict[int, Copies]:
    """What there is to say of the copies of an article's paragraphs, by their numbers."""
    first, end = (int(each) for each in snapshot.first_doc[article : article + 2])
    told = ((number, told_of(snapshot, doc)) for number, doc in enumerate(range(first, end), 1))
    return {number: copies for number, copies in told if copies}


def read_family(
    snapshot: Snapshot,
    paragraph: tuple[int, int],
    page: tuple[int, int],
    against: int,
    evaluation: Evaluation | None,
) -> FamilyView:
    """All copies of a paragraph, in the order of time, each compared with one of them.

    Args:
        snapshot: where it is.
        paragraph: the number of its article there, and its own, from 1; the article has it.
        page: how many copies there are on a page, and which page, from 1.
        against: with which copy the others are compared, by its place in that order, from 1.
        evaluation: of the query that is marked.

    Raises QueryError where there is no such copy.
    """
    article, number = paragraph
    size, at = page
    doc = int(snapshot.first_doc[article]) + number - 1
    family = snapshot.families.find(doc)
    members = [doc] if family is None else snapshot.families.members(family).tolist()
    if not 1 <= against <= len(members):
        raise QueryError(
            f"There is no copy {against:,} to compare with; there are {len(members):,}",
            "bad_option",
        )
    base = snapshot.text(members[against - 1])

    def member(place: int) -> FamilyMember:
        return _member(snapshot, (place, members[place - 1]), base, evaluation)

    places = range(size * (at - 1) + 1, min(size * at, len(members)) + 1)
    return FamilyView(
        article=snapshot.header(article),
        number=number,
        copies=told_of(snapshot, doc),
        members=tuple(map(member, places)),
        page=at,
        pages=-(-len(members) // size),
        against=member(against),
    )


def _member(
    snapshot: Snapshot, placed: tuple[int, int], base: str, evaluation: Evaluation | None
) -> FamilyMember:
    """A copy, by its place and its document, compared with what another one says."""
    place, doc = placed
    article = int(articles_in_order(snapshot, np.array([doc], np.int32))[0])
    number = doc - int(snapshot.first_doc[article]) + 1
    header, text = snapshot.header(article), snapshot.text(doc)
    spans: tuple[Span, ...] = ()
    if evaluation:
        read = Document(
            header, text[:MAX_MARKED_CHARACTERS], number, evaluation.in_article(article)
        )
        spans = read.spans(evaluation.tree, evaluation.patterns)
    return FamilyMember(place, header, number, text, word_diff(base, text), spans)
