"""What can stand beside ``w/5`` and ``w/2p``: words, phrases, groups, other distances."""

from __future__ import annotations

import dataclasses
import re

from index.analysis import tokenize
from search.errors import QueryError
from search.query.lexer import Lexeme
from search.query.limits import check_distance
from search.query.tree import (
    And,
    Either,
    Field,
    InParagraph,
    Near,
    NearParagraphs,
    Node,
    Operand,
    Or,
    Terms,
    Window,
)

_OPERATOR = re.compile(r"(NOT\s+)?(w|pre)/([0-9]+)(p?)", re.IGNORECASE)
_LONGEST = 6  # digits of a distance that are read


def join_near(
    left: Node,
    operator: Lexeme,
    right: Node,
    positions: tuple[int, int],
    clause: int,
    written: str,
) -> Near:
    """One clause of two operands.

    Args:
        left: the operand before the operator.
        operator: such as ``w/5``, ``pre/2`` or ``NOT w/5``.
        right: the operand behind it.
        positions: where the two stand.
        clause: the number of the clause.
        written: all of it.

    Raises QueryError ``bad_distance`` or ``bad_operand``.
    """
    distance, ordered, negated = _read_operator(operator)
    check_distance(operator.text, distance, 1, operator.start)
    left_operand = _as_operand(left, operator, positions[0], clause)
    right_operand = _as_operand(right, operator, positions[1], clause)
    field = _field(left_operand)
    if field != _field(right_operand):
        raise QueryError(
            f"Both sides of {operator.text} have to be in the same field; "
            f"write title:(siege {operator.text} town)",
            "bad_operand",
            positions[1],
        )
    return Near(
        clause,
        written,
        field,
        left_operand,
        right_operand,
        distance,
        ordered=ordered,
        negated=negated,
    )


def join_paragraphs(
    left: Node,
    operator: Lexeme,
    right: Node,
    positions: tuple[int, int],
    clause: int,
    written: str,
) -> NearParagraphs:
    """One clause of two sides that stand in paragraphs near each other; see join_near.

    Raises QueryError ``bad_distance`` or ``bad_operand``.
    """
    distance, ordered, negated = _read_operator(operator)
    check_distance(operator.text, distance, 1 if ordered else 0, operator.start)
    return NearParagraphs(
        clause,
        written,
        _as_side(left, operator, positions[0], clause),
        _as_side(right, operator, positions[1], clause),
        distance,
        ordered,
        negated,
    )


def _read_operator(operator: Lexeme) -> tuple[int, bool, bool]:
    """The distance of an operator, whether the sides are in order, and whether it is negated."""
    match = _OPERATOR.fullmatch(operator.text)
    assert match is not None  # as the lexer has found it
    distance = int(match[3]) if len(match[3]) <= _LONGEST else 10**_LONGEST
    return distance, match[2].lower() == "pre", match[1] is not None


def _as_side(node: Node, operator: Lexeme, position: int, clause: int) -> Node:
    """What one paragraph has to have, as a part of a clause."""
    match node:
        case Terms(field="text"):
            return dataclasses.replace(node, clause=clause)
        case Near(field="text", left=left, right=right):
            return dataclasses.replace(
                node,
                clause=clause,
                left=_renumbered(left, clause),
                right=_renumbered(right, clause),
            )
        case Window(field="text", words=words):
            own = tuple(dataclasses.replace(word, clause=clause) for word in words)
            return dataclasses.replace(node, clause=clause, words=own)
        case And(children):
            return And(tuple(_as_side(each, operator, position, clause) for each in children))
        case Or(children):
            return Or(tuple(_as_side(each, operator, position, clause) for each in children))
        case InParagraph(child):
            return InParagraph(_as_side(child, operator, position, clause))
        case NearParagraphs():
            raise QueryError(
                f"{operator.text} joins two sides, so neither has such a distance in it; "
                "write siege w/2p truce siege w/2p convoy",
                "bad_operand",
                position,
            )
    raise QueryError(
        f"On each side of {operator.text} stands what a paragraph has to have, words of its text, "
        f"such as (siege OR blockade) {operator.text} truce",
        "bad_operand",
        position,
    )


def _as_operand(node: Node, operator: Lexeme, position: int, clause: int) -> Operand:
    """An operand as a part of a clause."""
    match node:
        case Terms(field=field) if field != "language":
            return dataclasses.replace(node, clause=clause)
        case Near(left=left, right=right):
            return dataclasses.replace(
                node,
                clause=clause,
                left=_renumbered(left, clause),
                right=_renumbered(right, clause),
            )
        case Or(children):
            either = Either(
                tuple(_as_operand(each, operator, position, clause) for each in children)
            )
            if len({_field(each) for each in either.children}) == 1:
                return either
    raise QueryError(
        f"Beside {operator.text} stands a word, a phrase or words that OR joins, such as "
        f"(siege OR blockade) {operator.text} town",
        "bad_operand",
        position,
    )


def _renumbered(operand: Operand, clause: int) -> Operand:
    match operand:
        case Either(children):
            return Either(tuple(_renumbered(each, clause) for each in children))
        case Near(left=left, right=right):
            return dataclasses.replace(
                operand,
                clause=clause,
                left=_renumbered(left, clause),
                right=_renumbered(right, clause),
            )
        case Terms():
            return dataclasses.replace(operand, clause=clause)


def _field(operand: Operand) -> Field:
    """The one field of an operand."""
    return _field(operand.children[0]) if isinstance(operand, Either) else operand.field


def read_window(lexeme: Lexeme, clause: int, written: str, field: Field) -> Window:
    """A phrase with a tilde: its words, and how long the window is.

    Raises QueryError ``bad_distance`` or ``empty_value``.
    """
    digits = lexeme.window or ""
    distance = int(digits) if digits and len(digits) <= _LONGEST else 10**_LONGEST
    check_distance("~" + digits, distance, 0, lexeme.end - len(digits) - 1)
    pieces = [piece for piece in lexeme.text.split() if tokenize(piece)]
    words = tuple(
        Terms(clause, piece, field, "exact" if lexeme.exact else "phrase", piece)
        for piece in pieces
    )
    if not words:
        raise QueryError(f"{written} has no word in it to look for", "empty_value", lexeme.start)
    tokens = [tokenize(piece) for piece in pieces]
    own = sum(max(token.position + token.width for token in each) for each in tokens)
    return Window(clause, written, field, words, own + distance)
