"""Families: paragraphs of nearly the same words in several articles, found when they enter.

A commit looks for the new paragraphs among all others by their sketches (``index.similar``), and
writes which paragraphs make up a family (``index.family_file``). Families are what links join:
who is alike one of them is of the family. So they do not depend on the order in which articles
came, nor on how they were shared out among commits and segments. If a paragraph goes that may
have joined others, these are looked at as if they were new.

A paragraph that is too short to be alike another is of a family with those of the same words; if
it has hardly any words, only if they stand in MANY articles. What stands twice in one article is
kept as a family, too: the next article may join it. Readers leave it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.candidates import Candidates
from index.codec.arrays import Ints, starts_of
from index.codec.sketches import chosen
from index.comparison import Joined
from index.family_file import FamilyFiles, FamilyTable
from index.family_order import in_order_of_time
from index.numbering import Numbering, Placed
from index.shingles import TINY, Sketches
from index.similar import alike, distinct, same_words

MANY = 20
"""Articles from which on a tiny paragraph is of a family with those of the same words."""

_FEW = 8  # of so many paragraphs one is new: if fewer are, they are looked for among the others


class _Known(NamedTuple):
    """What is known of families by the commit before.

    Attributes:
        docs: int64[n], the paragraphs, by their new numbers, in the order of the table.
        families: int64[n], the number that the family of each had.
        fresh: int64[m], paragraphs that have to be looked for again, ascending.
        changed: whether paragraphs have gone from families.
    """

    docs: Ints
    families: Ints
    fresh: Ints
    changed: bool


def find_families(before: FamilyTable, numbering: Numbering) -> FamilyTable:
    """The families of the next commit, by those of the last one."""
    known = _known(before, numbering)
    fresh = np.concatenate((known.fresh, _new(numbering)))
    kept, touched = _joined(_candidates(numbering, fresh), known, len(before), numbering)
    members = np.concatenate((known.docs[kept].astype(np.int32), touched.members))
    starts = np.flatnonzero(np.diff(known.families[kept], prepend=-1))
    return FamilyTable(members, np.concatenate((starts, touched.firsts + np.count_nonzero(kept))))


def find_joined(before: FamilyFiles, numbering: Numbering) -> FamilyTable:
    """The families that new paragraphs make or join, if no other has another number than before."""
    found = _candidates(numbering, _new(numbering))
    table = before.having(found.docs)
    nothing = np.empty(0, np.int64)
    known = _Known(table.members.astype(np.int64), table.numbers(), nothing, changed=False)
    return _joined(found, known, len(table), numbering)[1]


def _new(numbering: Numbering) -> Ints:
    """The new paragraphs, ascending."""
    return np.arange(numbering.first_new, int(numbering.bases[-1]))


def _joined(
    found: Candidates, known: _Known, families: int, numbering: Numbering
) -> tuple[npt.NDArray[np.bool_], FamilyTable]:
    """Join candidates to the families of before.

    Returns:
        Which paragraphs of those families are of one that stays as it is; the families that do
        not.
    """
    same = same_words(found.sketches)
    links = alike(found, same, numbering.texts)
    labels, of_families = _labels(found, same, links, known, families)
    own = of_families[known.families]
    # Families that no paragraph joins or leaves stay as they are, in their order.
    joining = labels[~np.isin(found.docs, known.docs)]
    kept = np.zeros(len(own), np.bool_) if known.changed else ~np.isin(own, joining)
    others = np.isin(labels, own[kept], invert=True)
    left = ~kept & ~np.isin(known.docs, found.docs)
    docs = np.concatenate((known.docs[left], found.docs[others]))
    return kept, _table(docs, np.concatenate((own[left], labels[others])), numbering)


def _known(before: FamilyTable, numbering: Numbering) -> _Known:
    """What stays of the families of before."""
    members, families = before.members.astype(np.int64), before.numbers()
    docs = numbering.moved(members)
    gone = docs < 0
    if not gone.any():
        return _Known(docs, families, np.empty(0, np.int64), changed=False)
    # As long as another paragraph has the same words, nothing that was joined falls apart.
    touched = np.isin(families, np.unique(families[gone]))
    texts = np.zeros(len(members), np.uint64)
    texts[touched] = _texts_before(numbering, members[touched])
    pairs = np.stack((families.astype(np.uint64), texts), axis=1)
    left = set(map(tuple, pairs[touched & ~gone].tolist()))
    apart = {pair[0] for pair in map(tuple, pairs[gone].tolist()) if pair not in left}
    again = np.isin(families, np.array(sorted(apart), np.int64))
    kept = ~gone & ~again
    return _Known(docs[kept], families[kept], np.sort(docs[again & ~gone]), changed=True)


def _texts_before(numbering: Numbering, docs: Ints) -> npt.NDArray[np.uint64]:
    """What tells apart the words of paragraphs of the last commit; uint64[n]."""
    texts = np.zeros(len(docs), np.uint64)
    for number, segment in enumerate(numbering.before):
        first, end = numbering.bases_before[number : number + 2].tolist()
        within = np.flatnonzero((docs >= first) & (docs < end))
        if len(within):
            texts[within] = _texts(segment.reader.few_sketches().chosen(docs[within] - first))
    return texts


def _texts(sketches: Sketches) -> npt.NDArray[np.uint64]:
    """What tells apart the words of paragraphs that have some; uint64[n]."""
    firsts = sketches.hashes[starts_of(sketches.sizes)[:-1]]
    return sketches.keys.astype(np.uint64) << np.uint64(32) | firsts


def _candidates(numbering: Numbering, fresh: Ints) -> Candidates:
    """The paragraphs that are new, and those that share a hash with one of them."""
    wanted = None
    if len(fresh) * _FEW < int(numbering.bases[-1]):
        wanted = np.unique(_sketches(numbering, fresh).hashes)
    parts, docs = [], []
    for base, placed in zip(numbering.bases.tolist(), numbering.after, strict=False):
        own, sketches = _all_live(placed) if wanted is None else _sharing(placed, wanted)
        parts.append(sketches)
        docs.append(own + base)
    if not docs:
        parts, docs = [_sketches(numbering, fresh)], [fresh]
    numbers = np.concatenate(docs)
    if len(parts) > 1:
        parts = [Sketches(*(np.concatenate(each) for each in zip(*parts, strict=True)))]
    return Candidates(
        numbers,
        parts[0],
        np.isin(numbers, fresh) if len(fresh) < len(numbers) else np.ones(len(numbers), np.bool_),
    )


def _sketches(numbering: Numbering, docs: Ints) -> Sketches:
    parts = [placed.reader.few_sketches().chosen(own) for placed, own, _ in numbering.parts(docs)]
    empty = Sketches(np.empty(0, np.uint8), np.empty(0, np.uint32), np.empty(0, np.uint32))
    return Sketches(*(np.concatenate(each) for each in zip(empty, *parts, strict=True)))


def _all_live(placed: Placed) -> tuple[Ints, Sketches]:
    """All paragraphs of a segment that are there and have words; their sketches."""
    sketches = placed.reader.sketches()
    there = sketches.words > 0
    if placed.live.all():  # those without words have no hashes
        own = np.flatnonzero(there)
        return own, Sketches(sketches.words[own], sketches.keys[own], sketches.hashes)
    own = np.flatnonzero(there & np.repeat(placed.live, np.diff(placed.reader.first_doc)))
    return own, chosen(sketches, own)


def _sharing(placed: Placed, wanted: npt.NDArray[np.uint32]) -> tuple[Ints, Sketches]:
    """The paragraphs of a segment that are there and have one of some hashes; their sketches."""
    sketches = placed.reader.few_sketches()
    own = sketches.with_hashes(wanted)
    articles = placed.reader.first_doc.searchsorted(own.astype(np.int32), "right") - 1
    own = own[placed.live[articles]]
    return own, sketches.chosen(own)


def _labels(
    found: Candidates, same: Ints, links: Sequence[tuple[int, int]], known: _Known, families: int
) -> tuple[Ints, Ints]:
    """Numbers that are the same for all of a family, of candidates and of families of before."""
    joined = Joined()
    count = len(found.docs)
    for one, other in links:
        joined.join(one, other)
    order = np.argsort(known.docs)
    at = np.searchsorted(found.docs, known.docs[order])
    met = np.flatnonzero(at < count)
    met = met[found.docs[at[met]] == known.docs[order[met]]]
    pairs = {*zip(same[at[met]].tolist(), known.families[order[met]].tolist(), strict=True)}
    for content, family in sorted(pairs):
        joined.join(content, family + count)
    labels = np.arange(count + families)
    for number in joined.numbers():
        labels[number] = joined.find(number)
    return labels[same], labels[count:]


def _table(docs: Ints, labels: Ints, numbering: Numbering) -> FamilyTable:
    """The families of two paragraphs and more."""
    several = np.bincount(labels)[labels] > 1
    docs = docs[several]
    families, numbers = np.unique(labels[several], return_inverse=True)
    order = np.argsort(docs)
    docs, numbers = docs[order], numbers[order]
    kept = _are_families(docs, numbers, len(families), numbering)
    docs, numbers = docs[kept], numbers[kept]
    members = in_order_of_time(docs, numbers, numbering)
    _, sizes = np.unique(numbers, return_counts=True)
    return FamilyTable(members.astype(np.int32), starts_of(sizes))


def _are_families(
    docs: Ints, numbers: Ints, families: int, numbering: Numbering
) -> npt.NDArray[np.bool_]:
    """Which paragraphs are long enough, or stand in many articles; bool[n]."""
    short = np.zeros(len(docs), np.bool_)
    for placed, own, part in numbering.parts(docs):
        short[part] = placed.reader.few_sketches().words(own) < TINY
    pairs = distinct((numbers << 32 | numbering.articles(docs)).astype(np.uint64))
    of_pairs = (pairs >> np.uint64(32)).astype(np.int64)
    many = np.bincount(of_pairs, minlength=families) >= MANY
    return ~short | many[numbers]
