"""Evaluation: one query on one commit; each part of it is looked up once."""

from __future__ import annotations

import numpy as np

from search.articles import Articles, articles_of, common
from search.evaluate import Evaluator
from search.expansions import Expansion
from search.fields import FieldView
from search.nodes import EveryNode
from search.nodes import Node as PlanNode
from search.plan import Any, Plan, Term
from search.query.patterns import Patterns
from search.query.to_plan import to_plan
from search.query.tree import And, Node, Not, Or
from search.segments import SegmentSet
from search.sets import NO_DOCS, DocIds, Scores, distinct, unite, without
from search.topk import Top, top_among, top_of_term


class Evaluation(Evaluator):
    """One query; what its parts match is worked out once. For one thread.

    Attributes:
        tree: what is asked.
        patterns: what its words are looked up by.
        plan: the same, for the evaluator.
        capped: the prefixes that have more terms than are looked up, as far as they were.
    """

    def __init__(self, segments: SegmentSet, tree: Node, patterns: Patterns) -> None:
        super().__init__(segments)
        super()._begin()
        self.tree = tree
        self.plan = to_plan(tree, patterns)
        self.capped: list[str] = []
        self.patterns = patterns
        self._nodes: dict[Plan, PlanNode] = {}
        self._expansions: dict[tuple[str, str], Expansion] = {}

    def _begin(self) -> None:
        """It has begun."""

    def node(self, plan: Plan) -> PlanNode:
        """The node of a plan, made once."""
        known = self._nodes.get(plan)
        if known is None:
            known = self._nodes[plan] = super().node(plan)
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

    def scores_of(self, docs: DocIds) -> Scores:
        """The scores of matching paragraphs, ascending."""
        return self.scores(self.plan, docs)

    @property
    def is_constant(self) -> bool:
        """Whether all matches have the same score."""
        return self.node(self.plan).constant is not None

    def best(self, k: int) -> Top:
        """The k best paragraphs."""
        plan = self.plan
        if type(plan) is Term:
            return top_of_term(self.term(plan), k)
        if type(plan) is Any and all(type(child) is Term for child in plan.children):
            return self.top(plan, k, count=False)
        return top_among(self.node(plan), self.matching(), k)

    def same_article(self) -> int:
        """How many articles match if the clauses may be met in different paragraphs.

        Each word still has to stand in a paragraph without what is negated beside it.
        """
        return len(self._articles(self.tree, NO_DOCS))

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
                return articles_of(self.segments, without(self._matching(node), excluded))

    def _matching(self, node: Node) -> DocIds:
        """The paragraphs of a part of the tree."""
        return self.docs(to_plan(node, self.patterns))
