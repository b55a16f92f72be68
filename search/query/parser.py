"""Query text -> syntax tree: recursive descent over mended lexemes, in linear time.

::

    either   = all { "OR" all }
    all      = single { [ "AND" ] single }
    single   = ( "NOT" | "-" ) single | beside
    beside   = near [ [ "NOT" ] ( "w" | "pre" ) "/" number "p" near ]
    near     = operand { [ "NOT" ] ( "w" | "pre" ) "/" number operand }
    operand  = [ field ] ( word | phrase | "(" either ")" ) | ( "article(" | "para(" ) either ")"

The whole grammar, with what a word may be, is in docs/query.md.
"""

from __future__ import annotations

import dataclasses
from datetime import date

from index.analysis import count_words, tokenize
from search.errors import QueryError
from search.query.dates import parse_range
from search.query.lexer import Lexeme, is_of_paragraphs, scan
from search.query.limits import check_depth, check_length, check_words
from search.query.numbers import parse_numbers
from search.query.operands import join_near, join_paragraphs, read_window
from search.query.questions import is_question, read_question
from search.query.repairs import mend
from search.query.tree import (
    LEAVES,
    And,
    DateRange,
    Field,
    InArticle,
    InParagraph,
    Kind,
    Leaf,
    Name,
    Node,
    Not,
    NumberRange,
    Or,
    Query,
    Terms,
    Window,
    field_of,
    leaves,
    terms_of,
)
from search.query.unspaced import in_pairs
from search.query.words import read_word, with_letters
from search.results import Match

_NAMED = ("author", "source", "language")


def parse(
    text: str, *, match: Match = "all", strict: bool = False, today: date | None = None
) -> Query:
    """Read a query.

    Args:
        text: what the user wrote.
        match: ``any`` joins neighbouring words and phrases by OR instead of AND, and pairs of
            characters that are written without spaces. It leaves the stop words out of a long
            query, with a notice.
        strict: mistakes are errors instead of being mended with a notice; no word is left out.
        today: the day that relative dates are counted from; by default, today where the
            process runs.

    Raises:
        QueryError: the query is too long or too deep, has no words, a bad date, number or
            distance, or a wildcard that cannot be answered; in ``strict``, any mistake.
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
    if match == "any":
        lexemes = in_pairs(lexemes)
    question = match == "any" and is_question(lexemes)
    if question and not strict:
        lexemes, left_out = read_question(lexemes)
        notices += _left_out(left_out)
    parser = _Parser(text, lexemes, match, today or date.today())
    tree = parser.either("text")
    every = list(terms_of(tree))
    words = sum(count_words(with_letters(leaf.text)) for leaf in every)
    filters = sum(field_of(leaf) is None for leaf in leaves(tree))
    check_words(words, len(every) + filters)
    return Query(text, tree, tuple(notices), question)


class _Parser:
    """Where the descent stands in the lexemes, and how many clauses it has met."""

    def __init__(self, query: str, lexemes: list[Lexeme], match: Match, today: date) -> None:
        self._query = query
        self._lexemes = lexemes
        self._match = match
        self._today = today
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
        """Read ``( "NOT" | "-" ) single | beside``."""
        lexeme = self._peek()
        if lexeme and lexeme.kind == "not":
            return self._negated(self._advance(), field)
        return self._beside(field)

    def _negated(self, lexeme: Lexeme, field: Field) -> Node:
        self._negations += 1
        check_depth(self._negations, lexeme.start)
        child = self._single(field)
        self._negations -= 1
        if isinstance(child, Not):
            return child.child
        if isinstance(child, LEAVES):
            child = dataclasses.replace(child, written=self._written(lexeme.start))
        return Not(child)

    def _beside(self, field: Field) -> Node:
        """Read ``near [ distance near ]``, a distance in paragraphs; all of it is one clause."""
        start, clauses = self._lexemes[self._next].start, self._clauses
        node = self._near(field)
        while (lexeme := self._peek()) and lexeme.kind == "near":
            operator = self._advance()
            right_start = self._lexemes[self._next].start
            right = self._near(field)
            self._clauses = clauses + 1
            places = (start, right_start)
            written = self._written(start)
            node = join_paragraphs(node, operator, right, places, self._clauses, written)
        return node

    def _near(self, field: Field) -> Node:
        """Read ``operand { near operand }``, from left to right; all of it is one clause."""
        start, clauses = self._lexemes[self._next].start, self._clauses
        node = self._operand(field)
        while (lexeme := self._peek()) and lexeme.kind == "near" and not is_of_paragraphs(lexeme):
            operator = self._advance()
            right_start = self._lexemes[self._next].start
            right = self._operand(field)
            self._clauses = clauses + 1
            written = self._written(start)
            node = join_near(node, operator, right, (start, right_start), self._clauses, written)
        return node

    def _operand(self, field: Field) -> Node:
        """Read a word, a phrase or a group, with what stands right before it."""
        lexeme = self._advance()
        start = lexeme.start
        if lexeme.kind in ("article", "para"):
            self._take("open")
            inner = self.either("text")
            self._take("close")
            return InArticle(inner) if lexeme.kind == "article" else InParagraph(inner)
        if lexeme.kind == "field":
            name, lexeme = lexeme.text, self._advance()
            if name in ("date", "para", "words"):
                return self._filter(name, lexeme, start)
            field = _as_field(name)
        if lexeme.kind == "open":
            inner = self.either(field)
            self._take("close")
            return inner
        return self._words(lexeme, field, start)

    def _filter(self, name: str, lexeme: Lexeme, start: int) -> Leaf:
        """A date or a number behind its field."""
        written = self._query[start : lexeme.end]
        if lexeme.kind != "word":
            example = {"date": "date:2016-09", "para": "para:1..3", "words": "words:>40"}[name]
            raise QueryError(
                f"{name}: takes a {'date' if name == 'date' else 'number'} without quotes or "
                f"parentheses, such as {example}",
                "bad_date" if name == "date" else "bad_number",
                lexeme.start,
            )
        if name == "date":
            first, last = parse_range(lexeme.text, lexeme.start, self._today)
            return DateRange(self._number(), written, first, last)
        low, high = parse_numbers(name, lexeme.text, lexeme.start)
        return NumberRange(
            self._number(), written, "para" if name == "para" else "words", low, high
        )

    def _words(self, lexeme: Lexeme, field: Field, start: int) -> Leaf:
        """A word, a phrase or a window."""
        if lexeme.exact and lexeme.window is None and field in _NAMED:
            return Name(self._number(), self._query[start : lexeme.end], field, lexeme.text)
        if lexeme.window is not None and field != "language":
            return read_window(lexeme, self._number(), self._query[start : lexeme.end], field)
        kind: Kind
        if lexeme.kind == "phrase":
            kind, text, edits = "exact" if lexeme.exact else "phrase", lexeme.text, 0
        elif field == "language":
            kind, text, edits = "word", lexeme.text, 0
        else:
            kind, text, edits = read_word(lexeme)
        if not tokenize(with_letters(text) if kind == "wildcard" else text):
            raise QueryError(
                f"{self._query[start : lexeme.end]} has no word in it to look for",
                "empty_value",
                lexeme.start,
            )
        return Terms(self._number(), self._query[start : lexeme.end], field, kind, text, edits)

    def _number(self) -> int:
        self._clauses += 1
        return self._clauses

    def _written(self, start: int) -> str:
        """What is written from a place to the end of what was read last."""
        return self._query[start : self._lexemes[self._next - 1].end]

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


def _left_out(words: list[str]) -> list[str]:
    """The notice that words were left out, if any were."""
    if not words:
        return []
    shown = ", ".join(f"“{word}”" for word in dict.fromkeys(words))
    return [
        "The question is long, so words that say little were left out: "
        f"{shown}; a word in quotation marks stays"
    ]


def _as_field(name: str) -> Field:
    """The field of a name that the lexer knows."""
    fields: dict[str, Field] = {
        "title": "title",
        "author": "author",
        "source": "source",
        "language": "language",
    }
    return fields[name]


def _join_by_or(children: list[Node]) -> list[Node]:
    """Join the words and phrases of the text by OR; filters and negations stay as they are."""
    optional = [child for child in children if not _is_filter(child)]
    required = [child for child in children if _is_filter(child)]
    joined: list[Node] = [Or(tuple(optional))] if len(optional) > 1 else list(optional)
    return [*joined, *required]


def _is_filter(node: Node) -> bool:
    match node:
        case DateRange() | NumberRange() | Name() | Not():
            return True
        case Terms(field=field) | Window(field=field):
            return field in ("author", "source", "language")
        case _:
            return False
