"""Nodes of phrases and patterns: what depends on where words stand, and on how they are printed.

The documents are worked out from the places of the tokens; the scores are those of the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from index.cached import cached_property
from search.dictionary import TermsNode
from search.expansions import Expansion
from search.fields import FieldView, TermView
from search.nodes import Node, NothingNode, TermNode
from search.phrases import follow, in_order, in_window, side_by_side
from search.plan import Near, Phrase
from search.plan import Sequence as Pattern
from search.postings import cached_dense
from search.query.accepting import ElementKind as Kind
from search.query.patterns import Element
from search.sets import DocIds, Scores, distinct
from search.tokens import (
    LocalSpace,
    Space,
    Spots,
    accepts_all,
    all_places,
    docs_at,
    in_parts,
    space_for,
    space_of,
    spots,
)

_OVERHEAD = 500  # bytes of an entry of the cache besides its array
_OF_SCORES = 200  # of one of its scores
_FEW = 4_000  # documents of which all scores are remembered

Expand = Callable[[FieldView, Element], Expansion]
"""What an element that accepts words of many terms is looked up by."""


Kept = Phrase | Near | Pattern
"""Plans whose documents are remembered."""


class PlacedNode(Node):
    """Documents in which words stand as they should; scored as the words."""

    def __init__(
        self,
        field: FieldView,
        words: Sequence[Node],
        find: Callable[[], DocIds],
        extra: float = 0.0,
        kept: Kept | None = None,
    ) -> None:
        """Make the node.

        Args:
            field: whose words they are.
            words: what is scored; every match has them all.
            find: works out the documents.
            extra: the score that each match has besides.
            kept: by which it is remembered what was worked out.
        """
        self.words = words
        self.size = min([each.size for each in words], default=field.segments.num_docs)
        self._find = find
        self._extra = extra
        self._kept = kept
        self._cache = field.segments.cache
        self._docs: DocIds | None = None

    def docs(self) -> DocIds:
        """Those that were worked out."""
        if self._docs is None:
            self._docs = self._find()
        return self._docs

    @cached_property
    def _scores(self) -> Scores | None:
        """The scores of all documents, where they are few; float64[n]."""
        docs = self.docs()
        if self._kept is None or len(docs) > _FEW:
            return None
        key = ("scores", self._kept)
        known: Scores | None = self._cache.get(key)
        if known is None:
            found = self._added_up(docs)
            known = self._cache.put(key, found, found.nbytes + _OF_SCORES)
        return known

    def scores_or_zero(self, wanted: DocIds) -> Scores:
        """The sum of all words."""
        docs, scores = self.docs(), self._scores
        if scores is None or not len(docs):
            return super().scores_or_zero(wanted)
        at = docs.searchsorted(wanted)
        np.minimum(at, len(docs) - 1, out=at)
        found = scores.take(at)
        found *= docs.take(at) == wanted
        return found

    def scores(self, matching: DocIds) -> Scores:
        """The sum of all words."""
        known = self._scores
        if known is None:
            return self._added_up(matching)
        return known.take(self.docs().searchsorted(matching))

    def _added_up(self, matching: DocIds) -> Scores:
        if not self.words:
            return np.full(len(matching), self._extra)
        total = self.words[0].scores(matching)
        if self._extra:
            total += self._extra
        for each in self.words[1:]:
            total += each.scores(matching)
        return total

    def bounds(self, matching: DocIds) -> Scores:
        """The sum of all words."""
        total = np.full(len(matching), self._extra)
        for each in self.words:
            total += each.bounds(matching)
        return total


def phrase_node(field: FieldView, plan: Phrase) -> Node:
    """Terms side by side."""
    words = {text: field.term(text) for text in plan.terms}
    if not words or not all(term.doc_freq for term in words.values()):
        return NothingNode()
    if len(plan.terms) == 1:
        return TermNode(words[plan.terms[0]])

    terms = [words[text] for text in plan.terms]

    def find(space: Space) -> DocIds:
        lists = [all_places(term, space) for term in terms]
        # In places of a few units there is nothing to leave out.
        local = isinstance(space, LocalSpace) or field.by_article
        frequent = [] if local else [cached_dense(term) for term in terms]
        found = side_by_side(lists, range(len(terms)), space, frequent)
        return docs_at(field, found, space)

    nodes = [TermNode(term) for term in words.values()]
    return _kept_node(field, nodes, plan, lambda: _found(field, terms, find))


def near_node(field: FieldView, plan: Near) -> Node:
    """Terms near each other."""
    terms = [field.term(text) for text in plan.terms]
    if not terms or not all(term.doc_freq for term in terms):
        return NothingNode()
    words = [field.term(text) for text in dict.fromkeys(plan.terms)]

    def find(space: Space) -> DocIds:
        if plan.ordered:
            found = in_order([all_places(term, space) for term in terms], plan.distance, space)
        else:
            lists = [all_places(term, space) for term in words]
            found = in_window(lists, plan.distance * (len(words) - 1), space)
        return docs_at(field, found, space)

    nodes = [TermNode(term) for term in words]
    return _kept_node(field, nodes, plan, lambda: _found(field, terms, find))


def pattern_node(field: FieldView, plan: Pattern, expanded: Expand) -> Node:
    """Tokens side by side, by term, by form, by prefix and so on."""
    if len(plan.elements) == 1:
        return _single(field, plan.elements[0], expanded)
    words = [field.term(each.term) for each in plan.elements if not each.is_open]
    if not all(term.doc_freq for term in words):
        return NothingNode()
    scored = [each for each in dict.fromkeys(plan.elements) if not each.is_open]
    many = len(set(plan.elements)) - len(scored)

    def find(space: Space) -> DocIds:
        steps = [element_spots(field, each, expanded, space) for each in plan.elements]
        return docs_at(field, follow(steps, space), space)

    nodes = [TermNode(field.term(each.term)) for each in scored]
    if many:  # what they become is told to the user each time, and many terms are not parted
        return PlacedNode(
            field,
            nodes,
            lambda: find(space_for(field, words) if words else space_of(field)),
            float(many),
        )
    return _kept_node(field, nodes, plan, lambda: _found(field, words, find))


def _found(field: FieldView, terms: Sequence[TermView], find: Callable[[Space], DocIds]) -> DocIds:
    """The documents in which terms stand as they should."""
    return in_parts(space_for(field, terms), find)


def _kept_node(
    field: FieldView, words: Sequence[Node], plan: Kept, find: Callable[[], DocIds]
) -> PlacedNode:
    """The node of a phrase that is remembered."""
    return PlacedNode(field, words, lambda: _kept(field, plan, find), kept=plan)


def _kept(field: FieldView, plan: Kept, find: Callable[[], DocIds]) -> DocIds:
    """The documents of a phrase, from the cache where they were found before."""
    cache = field.segments.cache
    known: DocIds | None = cache.get(plan)
    if known is None:
        found = find()
        known = cache.put(plan, found, found.nbytes + _OVERHEAD)
    return known


def _single(field: FieldView, element: Element, expanded: Expand) -> Node:
    """A pattern of one token."""
    if element.is_open:
        return _open_node(field, element, expanded)
    term = field.term(element.term)
    if not term.doc_freq:
        return NothingNode()
    if element.kind == "term" or accepts_all(term, element.kind, element.value):
        return TermNode(term)
    return PlacedNode(field, [TermNode(term)], lambda: _in_form(term, element.kind, element.value))


def _in_form(term: TermView, kind: Kind, value: str) -> DocIds:
    """The documents that have a term in a form that is accepted."""
    space = space_for(term.field, [term])
    found = spots(term, kind, value, space)
    places = distinct(np.concatenate((found.narrow, found.wide)))
    return docs_at(term.field, places, space)


def _open_node(field: FieldView, element: Element, expanded: Expand) -> Node:
    """Words of many terms that an element accepts; a constant score."""
    found = expanded(field, element)
    beside = []
    for text in found.doubtful:
        term = field.term(text)
        if accepts_all(term, element.kind, element.value):
            beside.append(TermNode(term).docs())
        else:
            beside.append(_in_form(term, element.kind, element.value))
    return TermsNode(field, found.certain, ("words", element), beside)


def element_spots(field: FieldView, element: Element, expanded: Expand, space: Space) -> Spots:
    """Where an element of a pattern stands."""
    if not element.is_open:
        return spots(field.term(element.term), element.kind, element.value, space)
    found = expanded(field, element)
    texts = [*found.doubtful]
    for part, low, high in found.certain.runs:
        texts += [text.decode() for text in part.reader.terms.texts(low, high)]
    every = [
        spots(field.term(text), element.kind, element.value, space) for text in dict.fromkeys(texts)
    ]
    narrow = np.concatenate([space.none, *(each.narrow for each in every)])
    wide = np.concatenate([space.none, *(each.wide for each in every)])
    return Spots(distinct(narrow), distinct(wide))
