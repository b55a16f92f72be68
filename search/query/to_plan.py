"""Syntax tree -> plan: what the words of a query mean, for the evaluator."""

from __future__ import annotations

from search.plan import (
    All,
    Any,
    Constant,
    Every,
    Lengths,
    Name,
    NearParagraphs,
    Operand,
    Paragraphs,
    Plan,
    Proximity,
    Range,
    Sequence,
    Term,
    Window,
    Without,
)
from search.query import tree
from search.query.in_article import article_plan
from search.query.patterns import Pattern, Patterns
from search.query.tree import (
    And,
    DateRange,
    InArticle,
    InParagraph,
    Leaf,
    Node,
    Not,
    NumberRange,
    Or,
    Terms,
)

_SCORED = ("text", "title")
_OPEN = ("prefix", "wildcard", "fuzzy")


def to_plan(node: Node, patterns: Patterns) -> Plan:
    """The plan of a tree, or of a part of it."""
    match node:
        case And(children):
            return _all(children, patterns)
        case Or(children):
            return Any(tuple(to_plan(child, patterns) for child in children))
        case Not(child):
            return Without(_everything(), to_plan(child, patterns))
        case InArticle(child):
            return article_plan(child, lambda node: to_plan(node, patterns))
        case InParagraph(child):
            return to_plan(child, patterns)
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
        case NumberRange(number="para", low=low, high=high):
            return Constant(Paragraphs(low, high), 1.0)
        case NumberRange(low=low, high=high):
            return Constant(Lengths(low, high), 1.0)
        case tree.Near():
            return _near(leaf, patterns)
        case tree.NearParagraphs():
            return _near_paragraphs(leaf, patterns)
        case tree.Window():
            return _window(leaf, patterns)
        case tree.Name(field=field, text=text):
            return Constant(Name(field, text), 1.0)
        case Terms(field="language"):
            return Constant(Term("language", leaf.text.lower()), 1.0)
        case Terms():
            ways = tuple(_pattern(leaf.field, pattern) for pattern in patterns[leaf])
            either = ways[0] if len(ways) == 1 else Any(ways)
            scored = leaf.field in _SCORED and leaf.kind not in _OPEN
            return either if scored else Constant(either, 1.0)


def _near(leaf: tree.Near, patterns: Patterns) -> Plan:
    """Places near each other; scored as the words of both sides, or of the one that is wanted."""
    return All((_proximity(leaf, patterns), *_operand_scores(leaf, patterns)))


def _near_paragraphs(leaf: tree.NearParagraphs, patterns: Patterns) -> Plan:
    """Paragraphs near each other; scored as what they have of both sides, or of the wanted one."""
    left, right = to_plan(leaf.left, patterns), to_plan(leaf.right, patterns)
    near = NearParagraphs(left, right, leaf.steps, leaf.negated)
    return All((near, left if leaf.negated else Any((left, right))))


def _operand_scores(leaf: tree.Near, patterns: Patterns) -> tuple[Plan, ...]:
    wanted = (leaf.left,) if leaf.negated else (leaf.left, leaf.right)
    return tuple(_operand_score(operand, patterns) for operand in wanted)


def _proximity(leaf: tree.Near, patterns: Patterns) -> Proximity:
    left, right = _operand(leaf.left, patterns), _operand(leaf.right, patterns)
    return Proximity(leaf.field, left, right, leaf.distance, leaf.ordered, leaf.negated)


def _operand(operand: tree.Operand, patterns: Patterns) -> Operand:
    match operand:
        case tree.Either(children):
            return tuple(each for child in children for each in _operand(child, patterns))
        case tree.Near():
            return (_proximity(operand, patterns),)
        case Terms():
            return patterns[operand]


def _operand_score(operand: tree.Operand, patterns: Patterns) -> Plan:
    """The paragraphs that have an operand anywhere, with its score."""
    match operand:
        case tree.Either(children):
            return Any(tuple(_operand_score(child, patterns) for child in children))
        case tree.Near():
            return All(_operand_scores(operand, patterns))
        case Terms():
            return leaf_plan(operand, patterns)


def _window(leaf: tree.Window, patterns: Patterns) -> Plan:
    """A window with all of its words; scored as they are."""
    words = tuple(patterns[word] for word in leaf.words)
    scored = {patterns[word]: leaf_plan(word, patterns) for word in leaf.words}
    return All((Window(leaf.field, words, leaf.size), *scored.values()))


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
