"""Which paragraphs may have all words of a text side by side, as quotations and copies do."""

from __future__ import annotations

from collections.abc import Sequence

from index.analysis import tokenize
from search.fields import TermView
from search.phrases import side_by_side
from search.postings import docs_of, held
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, unite
from search.tokens import LocalSpace, Space, all_places, docs_at, in_parts

_TOGETHER = 16  # words of a phrase that are looked for; the text decides
_FEW = 8  # paragraphs of which the texts decide at once
_RAREST = 3  # words of a piece of a quotation that are looked for at their distances

SOME = 60
"""Paragraphs with all words of a piece that are looked at otherwise than for their places."""

Reading = Sequence[tuple[int, TermView]]
"""The words of a text by their positions, as one stemmer reads them."""


def having(parts: Sequence[str], segments: SegmentSet) -> DocIds:
    """The paragraphs that may have the words of each of some texts side by side; ascending.

    None that has them is missing. Where there are many words, some are looked for.
    """
    found = []
    for reading in _readings(parts, segments):
        if all(term.doc_freq for words in reading for _, term in words):
            docs = _having_words([term for words in reading for _, term in words])
            for words in reading:
                if len(docs) > _FEW:
                    docs = _side_by_side(words, docs)
            found.append(docs)
    return unite(found, segments.scratch)


def _readings(parts: Sequence[str], segments: SegmentSet) -> list[list[Reading]]:
    """The words of texts by each stemmer of the archive, where they differ."""
    field = segments.field("text")
    known: dict[tuple[str, ...], list[Reading]] = {}
    for stemmer in segments.stemmers:
        tokens = [[token for token in tokenize(text, stemmer) if token.width == 1]
                  for text in parts]  # fmt: skip
        tokens = [each for each in tokens if each]
        terms = tuple(token.term for each in tokens for token in each)
        if terms and terms not in known:
            known[terms] = [
                [(token.position, field.term(token.term)) for token in each] for each in tokens
            ]
    return list(known.values())


def in_a_row(words: Reading) -> DocIds:
    """The paragraphs that may have some words at their distances; ascending.

    They are looked for less closely than by ``having``, which is faster.
    """
    if not all(term.doc_freq for _, term in words):
        return NO_DOCS
    docs = _having_words([term for _, term in words])
    return _side_by_side(words, docs, _RAREST) if len(docs) > SOME else docs


def _having_words(words: Sequence[TermView]) -> DocIds:
    """The paragraphs that have the rarest of some words."""
    terms = sorted(set(words), key=lambda term: term.doc_freq)
    docs = docs_of(terms[0])
    for term in terms[1:_TOGETHER]:
        if len(docs) <= _FEW:
            break
        docs = docs.compress(held(term).has(docs))
    return docs


def _side_by_side(words: Reading, docs: DocIds, most: int = _TOGETHER) -> DocIds:
    """Those of some paragraphs that have the rarest of some words at their distances."""
    chosen = sorted(words, key=lambda each: each[1].doc_freq)[:most]
    if len(chosen) == 1:
        return docs
    terms = list(dict.fromkeys(term for _, term in chosen))
    first = min(position for position, _ in chosen)

    def find(space: Space) -> DocIds:
        places = {term: all_places(term, space) for term in terms}
        lists = [places[term] for _, term in chosen]
        offsets = [position - first for position, _ in chosen]
        return docs_at(terms[0].field, side_by_side(lists, offsets, space), space)

    return in_parts(LocalSpace(docs, ()), find)
