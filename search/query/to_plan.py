"""Syntax tree -> plan: what the words of a query mean, for the evaluator."""

from __future__ import annotations

from search.plan import All, Any, Constant, Every, Plan, Range, Sequence, Term, Without
from search.query.patterns import Pattern, Patterns
from search.query.tree import And, DateRange, Leaf, Node, Not, Or, Terms

_SCORED = ("text", "title")


def to_plan(node: Node, patterns: Patterns) -> Plan:
    """The plan of a tree, or of a part of it."""
    match node:
        case And(children):
            return _all(children, patterns)
        case Or(children):
            return Any(tuple(to_plan(child, patterns) for child in children))
        case Not(child):
            return Without(_everything(), to_plan(child, patterns))
        case _:
            return leaf_plan(node, patterns)


def _all(children: tuple[Node, ...], patterns: Patterns) -> Plan:
    """All that is wanted, without what is negated."""
    wanted = [to_plan(each, patterns) for each in children if not isinstance(each, Not)]
    negated = [to_plan(each.child, patterns) for each in children if isinstance(each, Not)]
    every = All(tuple(wanted)) if len(wanted) > 1 else [*wanted, _everything()][0]
    if not negated:
        return every
    return Without(every, negated[0] if len(negated) == 1 else Any(tuple(negated)))


def _everything() -> Plan:
    """All paragraphs; that they match says nothing for them."""
    return Constant(Every(), 0.0)


def leaf_plan(leaf: Leaf, patterns: Patterns) -> Plan:
    """The plan of one clause."""
    match leaf:
        case DateRange():
            return _date_range(leaf)
        case Terms(field="language"):
            return Constant(Term("language", leaf.text.lower()), 1.0)
        case Terms():
            ways = tuple(_pattern(leaf.field, pattern) for pattern in patterns[leaf.clause])
            either = ways[0] if len(ways) == 1 else Any(ways)
            scored = leaf.field in _SCORED and leaf.kind != "prefix"
            return either if scored else Constant(either, 1.0)


def _pattern(field: str, pattern: Pattern) -> Plan:
    """One way in which a clause is written."""
    if len(pattern) == 1 and pattern[0].kind == "term":
        return Term(field, pattern[0].term)
    return Sequence(field, pattern)


def _date_range(leaf: DateRange) -> Plan:
    """Articles whose first and last possible day both lie in the range.

    The first day is no later than the last, and both are 0 where the date is unknown.
    """
    if leaf.last == 0:
        return Range("last_day", 0, 0)
    first = Range("first_day", low=max(leaf.first, 1))
    return Constant(All((first, Range("last_day", high=leaf.last))), 1.0)
