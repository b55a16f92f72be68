"""Query text -> syntax tree: recursive descent over mended lexemes, in linear time.

::

    either   = all { "OR" all }
    all      = single { [ "AND" ] single }
    single   = ( "NOT" | "-" ) single | [ field ] ( word | phrase | "(" either ")" )
"""

from __future__ import annotations

import dataclasses
import re

from index.analysis import count_words, tokenize
from search.errors import QueryError
from search.query.dates import parse_range
from search.query.lexer import Lexeme, scan
from search.query.limits import check_depth, check_length, check_words
from search.query.repairs import mend
from search.query.tree import And, DateRange, Field, Kind, Node, Not, Or, Query, Terms, leaves
from search.results import Match

_MIN_PREFIX = 2
_STARS = re.compile(r"\*+[.,;:!?]*$")
_INNER_WILDCARD = re.compile(r"[^\W_][*?]+[^\W_]")


def parse(text: str, *, match: Match = "all", strict: bool = False) -> Query:
    """Read a query.

    Args:
        text: what the user wrote.
        match: ``any`` joins neighbouring words and phrases by OR instead of AND.
        strict: mistakes are errors instead of being mended with a notice.

    Raises:
        QueryError: the query is too long or too deep, has no words, a bad date or a
            wildcard that cannot be answered; in ``strict``, any mistake.
    """
    check_length(text)
    notices: list[str] = []

    def notify(code: str, sentence: str, position: int) -> None:
        if strict:
            raise QueryError(sentence.partition(", so ")[0], code, position)
        notices.append(sentence)

    lexemes = mend(list(scan(text)), notify)
    if not lexemes:
        raise QueryError("The query has no words in it; type what to look for", "empty_query")
    parser = _Parser(text, lexemes, match)
    for lexeme in lexemes:
        if lexeme.kind == "word" and _INNER_WILDCARD.search(lexeme.text):
            notify(
                "inner_wildcard",
                f"A wildcard can only end a word, so “{lexeme.text}” is read without it",
                lexeme.start,
            )
    tree = parser.either("text")
    words = sum(count_words(leaf.text) for leaf in leaves(tree) if isinstance(leaf, Terms))
    check_words(words, len(list(leaves(tree))))
    return Query(text, tree, tuple(notices))


class _Parser:
    """Where the descent stands in the lexemes, and how many clauses it has met."""

    def __init__(self, query: str, lexemes: list[Lexeme], match: Match) -> None:
        self._query = query
        self._lexemes = lexemes
        self._match = match
        self._next = 0
        self._clauses = 0
        self._negations = 0

    def either(self, field: Field) -> Node:
        """Read ``all { "OR" all }``."""
        children = [self._all(field)]
        while self._take("or"):
            children.append(self._all(field))
        return children[0] if len(children) == 1 else Or(tuple(children))

    def _all(self, field: Field) -> Node:
        """Read ``single { [ "AND" ] single }``."""
        children = [self._single(field)]
        while (lexeme := self._peek()) and lexeme.kind not in ("or", "close"):
            self._take("and")
            children.append(self._single(field))
        if self._match == "any":
            children = _join_by_or(children)
        return children[0] if len(children) == 1 else And(tuple(children))

    def _single(self, field: Field) -> Node:
        """Read ``( "NOT" | "-" ) single | [ field ] ( word | phrase | "(" either ")" )``."""
        lexeme = self._advance()
        if lexeme.kind == "not":
            return self._negated(lexeme, field)
        start = lexeme.start
        if lexeme.kind == "field":
            name, lexeme = lexeme.text, self._advance()
            if name == "date":
                return self._date(lexeme, start)
            field = _as_field(name)
        if lexeme.kind == "open":
            inner = self.either(field)
            self._take("close")
            return inner
        return self._terms(lexeme, field, start)

    def _negated(self, lexeme: Lexeme, field: Field) -> Node:
        self._negations += 1
        check_depth(self._negations, lexeme.start)
        child = self._single(field)
        self._negations -= 1
        if isinstance(child, Not):
            return child.child
        if isinstance(child, Terms | DateRange):
            end = self._lexemes[self._next - 1].end
            child = dataclasses.replace(child, written=self._query[lexeme.start : end])
        return Not(child)

    def _date(self, lexeme: Lexeme, start: int) -> Node:
        if lexeme.kind != "word":
            raise QueryError(
                "date: takes a date without quotes or parentheses, such as date:2016-09",
                "bad_date",
                lexeme.start,
            )
        first, last = parse_range(lexeme.text, lexeme.start)
        return DateRange(self._number(), self._query[start : lexeme.end], first, last)

    def _terms(self, lexeme: Lexeme, field: Field, start: int) -> Node:
        kind: Kind = "phrase" if lexeme.kind == "phrase" else "word"
        text = lexeme.text
        if lexeme.kind == "word" and "*" in text:
            kind, text = _read_wildcard(lexeme)
        if field == "language":
            kind = "word"
        if not tokenize(text):
            raise QueryError(
                f"{self._query[start : lexeme.end]} has no word in it to look for",
                "empty_value",
                lexeme.start,
            )
        return Terms(self._number(), self._query[start : lexeme.end], field, kind, text)

    def _number(self) -> int:
        self._clauses += 1
        return self._clauses

    def _peek(self) -> Lexeme | None:
        return self._lexemes[self._next] if self._next < len(self._lexemes) else None

    def _advance(self) -> Lexeme:
        self._next += 1
        return self._lexemes[self._next - 1]

    def _take(self, kind: str) -> bool:
        """Step over the next lexeme if it is of this kind."""
        lexeme = self._peek()
        taken = lexeme is not None and lexeme.kind == kind
        self._next += taken
        return taken


def _as_field(name: str) -> Field:
    """The field of a name that the lexer knows."""
    fields: dict[str, Field] = {
        "title": "title",
        "author": "author",
        "source": "source",
        "language": "language",
    }
    return fields[name]


def _read_wildcard(lexeme: Lexeme) -> tuple[Kind, str]:
    """A word with a star: a prefix, or an error that shows the right way."""
    text = _STARS.sub("", lexeme.text)
    letters = sum(char.isalnum() for char in text)
    if text.startswith("*"):
        raise QueryError(
            f"A word cannot begin with a star; write its first letters, such as {text.strip('*')}*",
            "bad_wildcard",
            lexeme.start,
        )
    if text == lexeme.text:  # the star is inside; the notice has been given
        return "word", text
    if letters < _MIN_PREFIX:
        raise QueryError(
            f"{lexeme.text} is too short; write at least {_MIN_PREFIX} letters before the star",
            "bad_wildcard",
            lexeme.start,
        )
    return "prefix", text


def _join_by_or(children: list[Node]) -> list[Node]:
    """Join the words and phrases of the text by OR; filters and negations stay as they are."""
    optional = [child for child in children if not _is_filter(child)]
    required = [child for child in children if _is_filter(child)]
    joined: list[Node] = [Or(tuple(optional))] if len(optional) > 1 else list(optional)
    return [*joined, *required]


def _is_filter(node: Node) -> bool:
    match node:
        case DateRange() | Not():
            return True
        case Terms(field=field):
            return field in ("author", "source", "language")
        case _:
            return False
