"""Bonuses: what a paragraph scores besides, where any of the words may match.

A word that is printed as it was asked for adds a share of its score, and two words that follow
each other in the question and in the paragraph add that share of both. So a score is never
more than a known factor times what the words alone give, and most paragraphs that match are
ruled out without being looked at: the best are exact, ties and all, as they are without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.analysis import tokenize
from search.best import kth, select
from search.fields import FieldView, TermView
from search.nodes import Node
from search.phrases import side_by_side
from search.plan import All, Any, Plan, Term, Without
from search.query.patterns import Patterns
from search.query.to_plan import leaf_plan
from search.query.tree import And, Or, Terms, terms_of
from search.query.tree import Node as Tree
from search.sets import DocIds, Ints, Scores
from search.tokens import LocalSpace, Places, accepts_all, all_places, spots
from search.topk import MARGIN, Top

Reaching = Callable[[float], tuple[DocIds, Scores]]
"""Paragraphs that may reach a score, ascending, and their scores."""

SHARE = 0.2
"""Of the score of a word, for each bonus."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question: the term it is looked up by, and its form."""

    term: str
    form: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The single words of a question.

    Attributes:
        words: each once.
        pairs: those that follow each other, each once.
        times: how often each term is asked for.
    """

    words: tuple[Word, ...]
    pairs: tuple[tuple[str, str], ...]
    times: dict[str, int]

    @property
    def most(self) -> float:
        """What the score of the words alone grows by at most: a factor."""
        shares = Counter(word.term for word in self.words)
        shares.update(term for pair in self.pairs for term in pair)
        return 1 + SHARE * max(count / self.times[term] for term, count in shares.items())


def asked_words(tree: Tree, patterns: Patterns) -> Asked | None:
    """The words of a tree of which any may match, at least two; None of other trees."""
    parts = tree.children if isinstance(tree, And) else (tree,)
    either = [each for each in parts if isinstance(each, Or)]
    if len(either) != 1:
        return None
    words = [_word(child, patterns) for child in either[0].children]
    known = [word for word in words if word]
    if len(known) < 2:
        return None
    pairs = {
        (left.term, right.term): None
        for left, right in pairwise(words)
        if left and right and left.term != right.term
    }
    return Asked(tuple(dict.fromkeys(known)), tuple(pairs), Counter(word.term for word in known))


def scored_once(plan: Plan, tree: Tree, patterns: Patterns) -> Plan:
    """The plan of a tree in which a word that is written in several ways scores by one of them.

    ``cease fire`` finds ``ceasefire`` by each of its words, and where ``cease-fire`` is printed,
    all three are there: only where a word itself is not, another way to write it counts.
    """
    once: dict[Plan, Plan] = {}
    for leaf in terms_of(tree):
        written = leaf_plan(leaf, patterns) if len(patterns.get(leaf, ())) > 1 else None
        if isinstance(written, Any):
            first, *rest = written.children
            once[written] = Any((first, *(Without(each, first) for each in rest)))
    return _replaced(plan, once) if once else plan


def _replaced(plan: Plan, by: dict[Plan, Plan]) -> Plan:
    """A plan with some of its parts replaced by others."""
    if plan in by:
        return by[plan]
    match plan:
        case Any(children):
            return Any(tuple(_replaced(each, by) for each in children))
        case All(children):
            return All(tuple(_replaced(each, by) for each in children))
        case Without(wanted, unwanted):
            return Without(_replaced(wanted, by), unwanted)
        case _:
            return plan


def _word(node: Tree, patterns: Patterns) -> Word | None:
    """A leaf as a word, if it is one of the text, written as one."""
    if not isinstance(node, Terms) or node.field != "text" or node.kind != "word":
        return None
    tokens = tokenize(node.text)
    first = patterns[node][0]
    if len(tokens) != 1 or len(first) != 1:
        return None
    return Word(first[0].term, tokens[0].form)


class Bonuses:
    """What the words of one question add to the scores of paragraphs."""

    def __init__(self, asked: Asked, field: FieldView, node: Callable[[Plan], Node]) -> None:
        """Take the words, the field they are asked of, and what gives the node of a plan."""
        self.most = asked.most
        self._asked = asked
        self._field = field
        self._node = node
        self._in_one_form = {word for word in asked.words if self._accepts_all(word)}

    def _accepts_all(self, word: Word) -> bool:
        return accepts_all(self._field.term(word.term), "form", word.form)

    def of(self, docs: DocIds) -> Scores:
        """What paragraphs score besides; float64[n] of int32[n], ascending."""
        scores = self._scores(docs)
        found = np.zeros(len(docs))
        for word in self._asked.words:
            having = scores[word.term].nonzero()[0]
            having = having.take(self._as_printed(word, docs.take(having)))
            found[having] += scores[word.term].take(having)
        for left, right in self._asked.pairs:
            having = (scores[left] * scores[right]).nonzero()[0]
            having = having.take(self._side_by_side(left, right, docs.take(having)))
            found[having] += scores[left].take(having) + scores[right].take(having)
        found *= SHARE
        return found

    def at_most(self, docs: DocIds) -> Scores:
        """The same if all words were printed as asked, and side by side where both are there."""
        scores = self._scores(docs)
        found = np.zeros(len(docs))
        for word in self._asked.words:
            found += scores[word.term]
        for left, right in self._asked.pairs:
            found += (scores[left] + scores[right]) * ((scores[left] * scores[right]) != 0)
        found *= SHARE
        return found

    def _scores(self, docs: DocIds) -> dict[str, Scores]:
        """The scores of each term, 0 where it is not."""
        return {
            term: self._node(Term(self._field.name, term)).scores_or_zero(docs)
            for term in self._asked.times
        }

    def _as_printed(self, word: Word, docs: DocIds) -> Ints:
        """Which of some paragraphs that have a term have it in the form that was asked for."""
        term = self._field.term(word.term)
        if not len(docs) or word in self._in_one_form:
            return np.arange(len(docs))
        space = LocalSpace(docs, {term.key})
        found = spots(term, "form", word.form, space)
        return _units(docs, space, np.concatenate((found.narrow, found.wide)))

    def _side_by_side(self, left: str, right: str, docs: DocIds) -> Ints:
        """In which of some paragraphs that have two terms one follows the other."""
        if not len(docs):
            return np.arange(0)
        terms: Sequence[TermView] = [self._field.term(left), self._field.term(right)]
        space = LocalSpace(docs, {term.key for term in terms})
        places = side_by_side([all_places(term, space) for term in terms], (0, 1), space)
        return _units(docs, space, places)


def _units(docs: DocIds, space: LocalSpace, places: Places) -> Ints:
    """The numbers of the paragraphs in which places are, among those of a space."""
    has = np.zeros(len(docs), np.bool_)
    has[docs.searchsorted(space.units(places))] = True
    return has.nonzero()[0]


def top_with(bonuses: Bonuses, first: Top, reaching: Reaching, k: int) -> Top:
    """The k best paragraphs with their bonuses.

    Args:
        bonuses: of the question.
        first: the best without bonuses, more than k; all, if they are fewer.
        reaching: gives all paragraphs that may score so much without bonuses, or more.
        k: how many.
    """
    order = first.doc_ids.argsort()
    docs, scores = first.doc_ids.take(order), first.scores.take(order)
    scores = scores + bonuses.of(docs)
    if len(docs) > k:
        least = kth(scores, k) - MARGIN
        if first.scores[-1] * bonuses.most >= least:
            docs, scores = reaching(least / bonuses.most - MARGIN)
            kept = (scores + bonuses.at_most(docs) >= least).nonzero()[0]
            docs, scores = docs.take(kept), scores.take(kept)
            scores = scores + bonuses.of(docs)
    return Top(*select(docs, scores, k), None)
