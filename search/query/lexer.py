"""Query text -> lexemes, in one pass: words, phrases, fields, operators, parentheses.

::

    word     = [ "=" ] { character }
    phrase   = [ "=" ] quote { character } quote [ "~" number ]
    field    = name ":"             right before its value
    near     = [ "NOT" ] ( "w" | "pre" ) "/" number [ "p" ]
    article  = "article"            right before "("
    para     = "para"               right before "("
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

LexemeKind = Literal[
    "word",
    "phrase",
    "field",
    "and",
    "or",
    "not",
    "near",
    "article",
    "para",
    "open",
    "close",
    "stray quote",
    "unknown field",
]
FIELDS = ("title", "author", "source", "language", "date", "para", "words")

QUOTES = '"“”„‟«»'
_BLANK = re.compile(r"\s+")
_PHRASE = re.compile(rf"[{QUOTES}]([^{QUOTES}]*)[{QUOTES}]")
_WORD = re.compile(rf"[^\s(){QUOTES}]+")
_FIELD = re.compile(r"([A-Za-z]+):(?=[^\s)])")
_NEAR = re.compile(rf"(?:NOT\s+)?(?:[Ww]|pre|PRE)/[0-9]+[pP]?(?=[\s(){QUOTES}]|$)")
_SCOPE = re.compile(r"(?:article|para)(?=\()", re.IGNORECASE)
_WINDOW = re.compile(r"~([0-9]*)(?![^\s()])")
_EXACT = re.compile(rf"=(?=[^\s()={QUOTES}]|[{QUOTES}][^{QUOTES}]*[{QUOTES}])")
_MINUS = re.compile(r"-(?=[^\s)-])")
_SIGNS: dict[str, LexemeKind] = {"(": "open", ")": "close"}
_SCOPES: dict[str, LexemeKind] = {"article": "article", "para": "para"}
_OPERATORS: dict[str, LexemeKind] = {"AND": "and", "OR": "or", "NOT": "not"}


class Lexeme(NamedTuple):
    """A piece of a query: its kind, what it says and where it stands.

    ``exact`` is a word or a phrase behind an equals sign; ``window`` is what is written behind
    the tilde of a phrase, None where there is no tilde.
    """

    kind: LexemeKind
    text: str
    start: int
    end: int
    exact: bool = False
    window: str | None = None


def is_of_paragraphs(distance: Lexeme) -> bool:
    """Whether a distance is one in paragraphs."""
    return distance.text[-1] in "pP"


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
    elif char in QUOTES:
        yield _read_phrase(query, start)
    elif _EXACT.match(query, start):
        yield _read_exact(query, start)
    elif is_value:
        yield _read_word(query, start)
    elif near := _NEAR.match(query, start):
        yield Lexeme("near", near[0], start, near.end())
    elif _MINUS.match(query, start):
        yield Lexeme("not", char, start, start + 1)
    elif scope := _SCOPE.match(query, start):
        yield Lexeme(_SCOPES[scope[0].lower()], scope[0], start, scope.end())
    else:
        yield from _read_named(query, start)


def _read_phrase(query: str, start: int) -> Lexeme:
    """A phrase with its window, or a quotation mark that has no partner."""
    phrase = _PHRASE.match(query, start)
    if not phrase:
        return Lexeme("stray quote", query[start], start, start + 1)
    window = _WINDOW.match(query, phrase.end())
    end = window.end() if window else phrase.end()
    return Lexeme("phrase", phrase[1], start, end, window=window[1] if window else None)


def _read_exact(query: str, start: int) -> Lexeme:
    """A word or a phrase behind an equals sign."""
    is_phrase = query[start + 1] in QUOTES
    lexeme = _read_phrase(query, start + 1) if is_phrase else _read_word(query, start + 1)
    return lexeme._replace(start=start, exact=True)


def _read_named(query: str, start: int) -> Iterator[Lexeme]:
    """A word, an operator or the name of a field."""
    field = _FIELD.match(query, start)
    if field and field[1].lower() in FIELDS:
        yield Lexeme("field", field[1].lower(), start, field.end())
        return
    word = _read_word(query, start)
    if field and not word.text.startswith(field[0] + "//"):
        yield Lexeme("unknown field", field[1], start, start)
    yield word._replace(kind=_OPERATORS.get(word.text, "word"))


def _read_word(query: str, start: int) -> Lexeme:
    """A word as it stands."""
    word = _WORD.match(query, start)
    text = word[0] if word else query[start]
    return Lexeme("word", text, start, start + len(text))
