"""Query text -> lexemes, in one pass: words, phrases, fields, operators, parentheses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

LexemeKind = Literal[
    "word", "phrase", "field", "and", "or", "not", "open", "close", "stray quote", "unknown field"
]
FIELDS = ("title", "author", "source", "language", "date")

_QUOTES = '"“”„‟«»'
_BLANK = re.compile(r"\s+")
_PHRASE = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]")
_WORD = re.compile(rf"[^\s(){_QUOTES}]+")
_FIELD = re.compile(r"([A-Za-z]+):(?=[^\s)])")
_MINUS = re.compile(r"-(?=[^\s)-])")
_SIGNS: dict[str, LexemeKind] = {"(": "open", ")": "close"}
_OPERATORS: dict[str, LexemeKind] = {"AND": "and", "OR": "or", "NOT": "not"}


class Lexeme(NamedTuple):
    """A piece of a query: its kind, what it says and where it stands."""

    kind: LexemeKind
    text: str
    start: int
    end: int


def scan(query: str) -> Iterator[Lexeme]:
    """Yield the lexemes of a query.

    A field is a known name, a colon and a value right behind it. Where the name is not
    known, an "unknown field" without text stands before the word that holds all of it.
    """
    position, value_follows = 0, False
    while position < len(query):
        if blank := _BLANK.match(query, position):
            position = blank.end()
            continue
        for lexeme in _read(query, position, value_follows):
            yield lexeme
            position = lexeme.end
            value_follows = lexeme.kind == "field"


def _read(query: str, start: int, is_value: bool) -> Iterator[Lexeme]:
    """The one lexeme that begins here, or two where a field is not known."""
    char = query[start]
    if char in _SIGNS:
        yield Lexeme(_SIGNS[char], char, start, start + 1)
    elif char in _QUOTES:
        if phrase := _PHRASE.match(query, start):
            yield Lexeme("phrase", phrase[1], start, phrase.end())
        else:
            yield Lexeme("stray quote", char, start, start + 1)
    elif not is_value and _MINUS.match(query, start):
        yield Lexeme("not", char, start, start + 1)
    else:
        yield from _read_word(query, start, is_value)


def _read_word(query: str, start: int, is_value: bool) -> Iterator[Lexeme]:
    """A word, an operator or the name of a field."""
    field = None if is_value else _FIELD.match(query, start)
    if field and field[1].lower() in FIELDS:
        yield Lexeme("field", field[1].lower(), start, field.end())
        return
    word = _WORD.match(query, start)
    text = word[0] if word else query[start]
    if field and not text.startswith(field[0] + "//"):
        yield Lexeme("unknown field", field[1], start, start)
    kind = "word" if is_value else _OPERATORS.get(text, "word")
    yield Lexeme(kind, text, start, start + len(text))
