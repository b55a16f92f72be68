"""Evaluator: a plan -> matching paragraphs, their scores, the best of them.

A plan becomes a tree of nodes on the segments of a commit. The plans that are asked most, a
term, all of some terms, any of some terms, have ways of their own to the best paragraphs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

import numpy as np

from search.articles import Articles, articles_of, articles_with, common, within
from search.conjunction import top_of_all
from search.dictionary import OverTerms, terms_node
from search.difference import top_of_difference
from search.disjunction import top_of_any
from search.expansions import Expansion, expand
from search.fields import FieldView, TermView
from search.foreign import foreign_node
from search.names import NameNode
from search.nodes import (
    AllNode,
    AnyNode,
    ConstantNode,
    EveryNode,
    ListNode,
    Node,
    NothingNode,
    RangeNode,
    TermNode,
    WithoutNode,
)
from search.open_words import expand_open
from search.paragraph_nodes import LengthsNode, NearParagraphsNode, ParagraphsNode, WholeNode
from search.pattern_nodes import near_node, pattern_node, phrase_node
from search.plan import (
    All,
    Any,
    AnyOf,
    Constant,
    Every,
    Foreign,
    Fuzzy,
    InArticle,
    Lengths,
    Name,
    Near,
    NearParagraphs,
    Nothing,
    Paragraphs,
    Phrase,
    Plan,
    Prefix,
    Proximity,
    Range,
    Sequence,
    Term,
    TermRange,
    Whole,
    Wildcard,
    Window,
    Without,
)
from search.proximity import proximity_node, window_node
from search.query.patterns import Element
from search.segments import SegmentSet
from search.sets import DocIds, Scores, distinct
from search.topk import Top, top_of_node, top_of_term


class Evaluator:
    """Answers plans on one commit. Safe to share between threads.

    Every answer is exact: pruning leaves out only what cannot be among the best.
    """

    def __init__(self, segments: SegmentSet) -> None:
        self.segments = segments

    def docs(self, plan: Plan) -> DocIds:
        """The live paragraphs that match, int32[n], ascending."""
        self._begin()
        return self.node(plan).docs()

    def scores(self, plan: Plan, docs: DocIds) -> Scores:
        """The scores of paragraphs that match a plan; float64[n] of int32[n], ascending."""
        return self.node(plan).scores(docs)

    def top(self, plan: Plan, k: int, count: bool = True) -> Top:
        """The k best paragraphs, best first, ties by number, and how many match.

        Args:
            plan: what to look for.
            k: how many, at least 1.
            count: whether the number of matches is wanted; where it costs nothing, it is
                told all the same.
        """
        self._begin()
        if type(plan) is Term:
            return top_of_term(self.term(plan), k)
        if type(plan) is Any and (terms := self._terms(plan.children)):
            return top_of_any(terms, k, count=count, segments=self.segments)
        if type(plan) is All and (terms := self._terms(plan.children)):
            return top_of_all(terms, (), k, extra=0.0, segments=self.segments)
        if (
            type(plan) is Without
            and type(plan.wanted) is Term
            and (terms := self._terms(_either(plan.unwanted)))
            and (top := top_of_difference(self.term(plan.wanted), terms, k))
        ):
            return top
        node = self.node(plan)
        if isinstance(node, AllNode):
            return top_of_conjunction(node, k, self.segments)
        return top_of_node(node, k)

    def _begin(self) -> None:
        """Count a query."""
        self.segments.queries += 1

    def _terms(self, plans: tuple[Plan, ...]) -> list[TermView]:
        """What is known of terms; nothing if some plan is of another kind."""
        terms = [self.term(plan) for plan in plans if type(plan) is Term]
        return terms if len(terms) == len(plans) else []

    def term(self, plan: Term) -> TermView:
        """What is known of a term."""
        return self.segments.field(plan.field).term(plan.term)

    def node(self, plan: Plan) -> Node:
        """The node of a plan."""
        make: Callable[[Evaluator, Plan], Node] = _NODES[type(plan)]
        return make(self, plan)

    def expand(self, field: FieldView, prefix: str) -> Expansion:
        """The terms of a prefix."""
        key = ("expansion", field.name, prefix)
        known: Expansion | None = self.segments.cache.get(key)
        if known is None:
            known = expand(field, prefix)
            size = 500 + 100 * (len(known.certain.runs) + len(known.doubtful))
            known = self.segments.cache.put(key, known, size)
        return known

    def expand_element(self, field: FieldView, element: Element) -> Expansion:
        """The terms of an element that accepts words of many."""
        if element.kind == "prefix" and element.only is None:
            return self.expand(field, element.value)
        key = ("expansion", field.name, element)
        known: Expansion | None = self.segments.cache.get(key)
        if known is None:
            known = expand_open(field, element)
            size = 500 + 100 * (len(known.certain.runs) + len(known.doubtful))
            known = self.segments.cache.put(key, known, size)
        return known

    def articles(self, plan: Plan) -> Articles:
        """The articles with a paragraph that matches, ascending, each once."""
        match plan:
            case Term():
                return articles_with(self.segments, plan, self.node(plan).docs)
            case Any(children) if children:
                every = [self.articles(child) for child in children]
                return distinct(np.concatenate(every))
        return articles_of(self.segments, self.node(plan).docs())

    def _term(self, plan: Term) -> Node:
        return TermNode(self.term(plan))

    def _phrase(self, plan: Phrase) -> Node:
        return phrase_node(self.segments.field(plan.field), plan)

    def _near(self, plan: Near) -> Node:
        return near_node(self.segments.field(plan.field), plan)

    def _sequence(self, plan: Sequence) -> Node:
        return pattern_node(self.segments.field(plan.field), plan, self.expand_element)

    def _proximity(self, plan: Proximity) -> Node:
        return proximity_node(self.segments.field(plan.field), plan, self.expand_element)

    def _window(self, plan: Window) -> Node:
        return window_node(self.segments.field(plan.field), plan, self.expand_element)

    def _over_terms(self, plan: OverTerms) -> Node:
        return terms_node(self.segments.field(plan.field), plan)

    def _range(self, plan: Range) -> Node:
        return RangeNode(self.segments, plan.column, plan.low, plan.high)

    def _name(self, plan: Name) -> Node:
        return NameNode(self.segments, plan.column, plan.name)

    def _paragraphs(self, plan: Paragraphs) -> Node:
        return ParagraphsNode(self.segments, plan.low, plan.high)

    def _lengths(self, plan: Lengths) -> Node:
        return LengthsNode(self.segments, plan.low, plan.high)

    def _whole(self, plan: Whole) -> Node:
        return WholeNode(self.segments, self.articles(plan.child))

    def _near_paragraphs(self, plan: NearParagraphs) -> Node:
        left, right = self.node(plan.left), self.node(plan.right)
        return NearParagraphsNode(self.segments, left, right, plan.steps, negated=plan.negated)

    def _all(self, plan: All) -> Node:
        children = [self.node(child) for child in plan.children]
        if not children or not all(child.size for child in children):
            return NothingNode()
        if len(children) > 1 and all(isinstance(child, WholeNode) for child in children):
            articles = [child.articles for child in children if isinstance(child, WholeNode)]
            return WholeNode(self.segments, common(articles), float(len(children)))
        return children[0] if len(children) == 1 else AllNode(children)

    def _any(self, plan: Any) -> Node:
        children = [child for child in map(self.node, plan.children) if child.size]
        if len(children) < 2:
            return children[0] if children else NothingNode()
        return AnyNode(children, self.segments)

    def _without(self, plan: Without) -> Node:
        wanted, unwanted = self.node(plan.wanted), self.node(plan.unwanted)
        return WithoutNode(wanted, unwanted) if unwanted.size else wanted

    def _every(self, _: Every) -> Node:
        return EveryNode(self.segments)

    def _nothing(self, _: Nothing) -> Node:
        return NothingNode()

    def _constant(self, plan: Constant) -> Node:
        return ConstantNode(self.node(plan.child), plan.score)

    def _in_article(self, plan: InArticle) -> Node:
        children = [self.node(child) for child in plan.children]
        if not children or not all(child.size for child in children):
            return NothingNode()
        either = AnyNode(children, self.segments)
        articles = common([articles_of(self.segments, child.docs()) for child in children])
        inside = ConstantNode(
            ListNode(either.size, lambda: within(self.segments, either.docs(), articles)), 0.0
        )
        return AllNode([either, inside])

    def _foreign(self, plan: Foreign) -> Node:
        return foreign_node(self.segments, plan)


def _either(plan: Plan) -> tuple[Plan, ...]:
    """The plans of which one has to match."""
    return plan.children if type(plan) is Any else (plan,)


def top_of_conjunction(node: AllNode, k: int, segments: SegmentSet) -> Top:
    """The best of a conjunction: from its rarest term on, if nothing else is rarer."""
    terms = [each.term for each in node.children if _is_scored_term(each)]
    tests = [each for each in node.children if not _is_scored_term(each)]
    rarest = min((term.doc_freq for term in terms), default=0)
    constants = [each.constant for each in tests if each.constant is not None]
    if not rarest or len(constants) < len(tests) or any(each.size < rarest for each in tests):
        return top_of_node(node, k)
    return top_of_all(terms, tests, k, extra=sum(constants), segments=segments)


def _is_scored_term(node: Node) -> TypeGuard[TermNode]:
    return isinstance(node, TermNode) and node.constant is None


_NODES: dict[type[Plan], Callable[..., Node]] = {
    Term: Evaluator._term,
    Phrase: Evaluator._phrase,
    Near: Evaluator._near,
    Sequence: Evaluator._sequence,
    Proximity: Evaluator._proximity,
    Window: Evaluator._window,
    Prefix: Evaluator._over_terms,
    Wildcard: Evaluator._over_terms,
    Fuzzy: Evaluator._over_terms,
    TermRange: Evaluator._over_terms,
    AnyOf: Evaluator._over_terms,
    Range: Evaluator._range,
    Name: Evaluator._name,
    Paragraphs: Evaluator._paragraphs,
    Lengths: Evaluator._lengths,
    Whole: Evaluator._whole,
    NearParagraphs: Evaluator._near_paragraphs,
    All: Evaluator._all,
    Any: Evaluator._any,
    Without: Evaluator._without,
    Every: Evaluator._every,
    Nothing: Evaluator._nothing,
    Constant: Evaluator._constant,
    InArticle: Evaluator._in_article,
    Foreign: Evaluator._foreign,
}
