"""``article(…)``: which articles match, and which of their paragraphs are found.

An article matches a clause if one of its paragraphs does, AND if it matches all, OR if it
matches any, NOT if it does not match. Found are the paragraphs that have something of it: of
AND, what any of the words matches. Filters (dates, headlines, places in the article) and what
is negated are conditions there; only without words do they bring paragraphs of their own.
``para(…)`` counts as one word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from search.plan import All, Any, Constant, Every, Plan, Whole, Without
from search.query.tree import And, InArticle, InParagraph, Node, Not, Or, field_of

PlanOf = Callable[[Node], Plan]
"""The plan of a leaf, or of what has to be in one paragraph."""


def article_plan(node: Node, plan_of: PlanOf) -> Plan:
    """The plan of what stands in the parentheses of ``article()``."""
    return All((_parts(node, plan_of), Constant(_articles(node, plan_of), 0.0)))


def wanted(children: Sequence[Node]) -> Sequence[Node]:
    """Those of AND whose paragraphs are found."""
    with_words = [child for child in children if not _is_condition(child)]
    positive = [child for child in children if not isinstance(child, Not)]
    return with_words or positive or children


def _is_condition(node: Node) -> bool:
    match node:
        case And(children) | Or(children):
            return all(map(_is_condition, children))
        case InArticle(child) | InParagraph(child):
            return _is_condition(child)
        case Not():
            return True
        case _:
            return field_of(node) != "text"


def _articles(node: Node, plan_of: PlanOf) -> Plan:
    """All paragraphs of the articles that match."""
    match node:
        case And(children):
            positive = [_articles(each, plan_of) for each in children if not isinstance(each, Not)]
            every: Plan = All(tuple(positive)) if positive else Every()
            for each in children:
                if isinstance(each, Not):
                    every = Without(every, _articles(each.child, plan_of))
            return every
        case Or(children):
            return Any(tuple(_articles(child, plan_of) for child in children))
        case Not(child):
            return Without(Every(), _articles(child, plan_of))
        case InArticle(child):
            return _articles(child, plan_of)
        case _:
            return Whole(plan_of(node))


def _parts(node: Node, plan_of: PlanOf) -> Plan:
    """The paragraphs that have something of it, if the article matches."""
    match node:
        case And(children):
            return Any(tuple(_parts(child, plan_of) for child in wanted(children)))
        case Or(children):
            return Any(tuple(article_plan(child, plan_of) for child in children))
        case Not():
            return Constant(Every(), 0.0)
        case InArticle(child):
            return _parts(child, plan_of)
        case _:
            return plan_of(node)
