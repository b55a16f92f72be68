"""Evaluation: one query on one commit; each part of it is looked up once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

import numpy as np

from search.articles import Articles, articles_of, common
from search.best import KEPT, select
from search.deadline import TimedOut, check_time, time_limit
from search.doc_sets import DocSet, doc_set_of
from search.evaluate import Evaluator
from search.expansions import Expansion
from search.fields import FieldView
from search.nodes import EveryNode
from search.nodes import Node as PlanNode
from search.plan import Any, Plan, Term
from search.query.patterns import Patterns
from search.query.to_plan import to_plan
from search.query.tree import And, InArticle, InParagraph, Node, Not, Or, terms_of
from search.ranking import Bonuses, asked_words, scored_once, top_with
from search.results import RARE
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, Mask, Scores, distinct, unite, without
from search.topk import Top, top_among

_BESIDE = 4_000  # paragraphs that are scored one by one beside the best of terms


Nodes = dict[Plan, PlanNode]
"""What plans have become on one commit."""


class Evaluation(Evaluator):
    """One query; what its parts match is worked out once. For one thread.

    Attributes:
        tree: what is asked.
        patterns: what its words are looked up by.
        plan: the same, for the evaluator.
        nodes: of the parts that were asked for.
        capped: the prefixes that have more terms than are looked up, as far as they were.
    """

    def __init__(
        self,
        segments: SegmentSet,
        tree: Node,
        patterns: Patterns,
        *,
        is_question: bool = False,
        nodes: Nodes | None = None,
    ) -> None:
        """Begin. The words of a question earn bonuses; see search.ranking.

        Args:
            segments: of the commit.
            tree: of the query.
            patterns: what its words are looked up by.
            is_question: whether it is one.
            nodes: of queries on the same commit, in the same thread, that share them.
        """
        super().__init__(segments)
        super()._begin()
        self.tree = tree
        self.plan = to_plan(tree, patterns)
        self.capped: list[str] = []
        self.patterns = patterns
        self.nodes: Nodes = {} if nodes is None else nodes
        self._article = -1  # of which the numbers are known
        self._numbers: dict[Node, list[int]] = {}
        self._expansions: dict[tuple[str, str], Expansion] = {}
        asked = asked_words(tree, patterns) if is_question else None
        if asked:
            self.plan = scored_once(self.plan, tree, patterns)
        self._bonuses = Bonuses(asked, segments.field("text"), self.node) if asked else None

    def _begin(self) -> None:
        """It has begun."""

    def node(self, plan: Plan) -> PlanNode:
        """The node of a plan, made once."""
        known = self.nodes.get(plan)
        if known is None:
            check_time()
            known = self.nodes[plan] = super().node(plan)
        return known

    def expand(self, field: FieldView, prefix: str) -> Expansion:
        """The terms of a prefix, looked up once."""
        known = self._expansions.get((field.name, prefix))
        if known is None:
            known = self._expansions[field.name, prefix] = super().expand(field, prefix)
            if known.capped:
                self.capped.append(prefix)
        return known

    def matching(self) -> DocIds:
        """The paragraphs that match, ascending."""
        return self.docs(self.plan)

    def matching_set(self) -> DocSet:
        """The same, as it is best held to be counted and grouped."""
        return doc_set_of(self.node(self.plan), self.segments)

    def matching_so_far(self) -> DocIds:
        """Of the paragraphs that match, those that are known already when the time is over.

        Where any of some parts may match, that is what the first of them match.
        """
        found: list[DocIds] = []
        with contextlib.suppress(TimedOut), time_limit(0):
            found.extend(map(self.docs, self.plan.children if type(self.plan) is Any else ()))
        return unite(found, self.segments.scratch)

    def scores_of(self, docs: DocIds) -> Scores:
        """The scores of matching paragraphs, ascending."""
        scores = self.scores(self.plan, docs)
        return scores + self._bonuses.of(docs) if self._bonuses else scores

    @property
    def is_constant(self) -> bool:
        """Whether all matches have the same score."""
        return self.node(self.plan).constant is not None

    def best(self, k: int) -> Top:
        """The k best paragraphs."""
        if self._bonuses is None:
            return self._best(k)
        first = self._best(max(k + 1, KEPT))
        return top_with(self._bonuses, first, self._reaching, k)

    def _reaching(self, least: float) -> tuple[DocIds, Scores]:
        """The paragraphs that may score so much without bonuses, ascending, and their scores."""
        node, docs = self.node(self.plan), self.matching()
        docs = docs.take((node.bounds(docs) >= least).nonzero()[0])
        return docs, node.scores(docs)

    def _best(self, k: int) -> Top:
        """The k best paragraphs, without bonuses."""
        terms, others = _terms_and_others(self.plan)
        if terms and not others:
            return self.top(_any_of(terms), k, count=False)
        found = self._best_of_terms(terms, others, k) if terms else None
        return found or top_among(self.node(self.plan), self.matching(), k)

    def _best_of_terms(self, terms: list[Term], others: list[Plan], k: int) -> Top | None:
        """The k best, where little matches but terms: a word, and the ways to write it in two.

        A paragraph that nothing else matches scores what the terms do. None if this does not
        tell the k best.
        """
        beside = unite([self.node(each).docs() for each in others], self.segments.scratch)
        if len(beside) > _BESIDE:
            return None
        top = self.top(_any_of(terms), max(k, KEPT), count=False)
        plain = ~_are_in(top.doc_ids, beside)
        if np.count_nonzero(plain) < k:
            return None
        docs = np.concatenate((top.doc_ids[plain], beside))
        scores = np.concatenate((top.scores[plain], self.scores(self.plan, beside)))
        return Top(*select(docs, scores, k), None)

    def has_rare_word(self) -> bool:
        """Whether some word may be misspelt, because few paragraphs have it."""
        return any(
            self.segments.field(leaf.field).term(pattern[0].term).doc_freq <= RARE
            for leaf in terms_of(self.tree)
            if leaf.kind == "word" and leaf.field != "language"
            for pattern in self.patterns[leaf][:1]
        )

    def same_article(self) -> int:
        """How many articles match if the clauses may be met in different paragraphs.

        Each word still has to stand in a paragraph without what is negated beside it.
        """
        return len(self._articles(self.tree, NO_DOCS))

    def matching_in(self, article: int) -> list[int]:
        """The paragraphs of an article that match, ascending."""
        first, end = self.segments.first_doc[article : article + 2].tolist()
        docs = self.matching()
        found: list[int] = docs[docs.searchsorted(first) : docs.searchsorted(end)].tolist()
        return found

    def in_article(self, article: int) -> Callable[[Node], Sequence[int]]:
        """The numbers of the paragraphs of an article that match a part of the tree."""
        if article != self._article:
            self._article, self._numbers = article, {}
        known = self._numbers
        first, end = self.segments.first_doc[article : article + 2].tolist()

        def numbers(node: Node) -> Sequence[int]:
            found = known.get(node)
            if found is None:
                check_time()
                docs = self._matching(node)
                inside = docs[docs.searchsorted(first) : docs.searchsorted(end)]
                found = known[node] = (inside - (first - 1)).tolist()
            return found

        return numbers

    def _articles(self, node: Node, excluded: DocIds) -> Articles:
        """The articles of a tree, ascending, without the paragraphs that are excluded."""
        match node:
            case And(children):
                negated = [self._matching(each.child) for each in children if isinstance(each, Not)]
                excluded = unite([excluded, *negated], self.segments.scratch)
                wanted = [each for each in children if not isinstance(each, Not)]
                if not wanted:
                    everything = EveryNode(self.segments).docs()
                    return articles_of(self.segments, without(everything, excluded))
                return common([self._articles(each, excluded) for each in wanted])
            case Or(children):
                every = [self._articles(child, excluded) for child in children]
                return distinct(np.concatenate(every))  # np.unique would load numpy.ma
            case _:
                plan = to_plan(node, self.patterns)
                if not len(excluded):
                    return self.articles(plan)
                return articles_of(self.segments, without(self.docs(plan), excluded))

    def _matching(self, node: Node) -> DocIds:
        """The paragraphs of a part of the tree."""
        return self.docs(to_plan(node, self.patterns))


def may_be_spread(node: Node) -> bool:
    """Whether an article may match a tree by several paragraphs of which none does."""
    match node:
        case And(children):
            wanted = [each for each in children if not isinstance(each, Not)]
            return len(wanted) > 1 or any(map(may_be_spread, wanted))
        case Or(children):
            return any(map(may_be_spread, children))
    return False


def has_negation(node: Node) -> bool:
    """Whether something in a tree is negated."""
    match node:
        case And(children) | Or(children):
            return any(map(has_negation, children))
        case InArticle(child) | InParagraph(child):
            return has_negation(child)
    return isinstance(node, Not)


def _terms_and_others(plan: Plan) -> tuple[list[Term], list[Plan]]:
    """The terms of a plan that asks for any of some plans, and the rest of these."""
    if type(plan) is Term:
        return [plan], []
    if type(plan) is not Any:
        return [], [plan]
    terms: list[Term] = []
    others: list[Plan] = []
    for child in plan.children:
        of_child, rest = _terms_and_others(child)
        terms += of_child
        others += rest
    return terms, others


def _any_of(terms: list[Term]) -> Plan:
    """The plan for any of some terms, at least one."""
    return terms[0] if len(terms) == 1 else Any(tuple(terms))


def _are_in(docs: DocIds, known: DocIds) -> Mask:
    """Which documents, in any order, are among some that ascend."""
    if not len(known):
        return np.zeros(len(docs), np.bool_)
    found: Mask = known.take(known.searchsorted(docs), mode="clip") == docs
    return found
