"""A word as it is written -> how it is looked for: as it is, by its beginning, by a pattern."""

from __future__ import annotations

import re

from index.analysis import tokenize
from index.characters import shape
from search.errors import QueryError
from search.query.lexer import Lexeme
from search.query.tree import Kind

MIN_LETTERS = 2
"""Letters before the first wildcard, at least."""
MAX_EDITS = 2
MIN_FUZZY = {1: 3, 2: 4}
"""Letters of a word of which one or two may differ, at least."""

# Two letters that no text of today has stand for the wildcards while a word is analysed.
_LETTER_OF = {"*": "\ua840", "?": "\ua841"}
_TO_LETTERS = str.maketrans(_LETTER_OF)
_TO_WILDCARDS = str.maketrans({letter: sign for sign, letter in _LETTER_OF.items()})
_END = re.compile(r"[.,;:!?]+$")
_FUZZY = re.compile(r"([^~]*)~+([0-9]*)")


def with_letters(text: str) -> str:
    """A word whose wildcards are letters, so that it can be analysed."""
    return text.translate(_TO_LETTERS)


def with_wildcards(form: str) -> str:
    """The form of such a word with its wildcards."""
    return form.translate(_TO_WILDCARDS)


def read_word(lexeme: Lexeme) -> tuple[Kind, str, int]:
    """The kind of a word, its text and how many letters may differ.

    What ends a sentence ends a word: a question mark there is no wildcard. Raises QueryError
    ``bad_wildcard`` or ``bad_fuzzy`` where it cannot be answered.
    """
    text = _END.sub("", lexeme.text)
    fuzzy = _FUZZY.fullmatch(text)
    if fuzzy and not tokenize(fuzzy[1]):
        fuzzy = None  # ~10 stands for about ten
    has_wildcard = ("*" in text or "?" in text) and "://" not in text
    if lexeme.exact:
        if fuzzy or has_wildcard:
            plain = re.sub(r"[*?]|~.*", "", text)
            raise QueryError(
                f"={text} asks for a word exactly as printed, so nothing in it can vary; "
                f"write ={plain} or {text}",
                "bad_fuzzy" if fuzzy else "bad_wildcard",
                lexeme.start,
            )
        return "exact", lexeme.text, 0
    if fuzzy:
        return "fuzzy", fuzzy[1], _read_edits(lexeme, fuzzy[1], fuzzy[2])
    if not has_wildcard:
        return "word", lexeme.text, 0
    _check_wildcard(lexeme, text)
    beginning = text.rstrip("*")
    if "*" not in beginning and "?" not in beginning:
        return "prefix", beginning, 0
    return "wildcard", text, 0


def _check_wildcard(lexeme: Lexeme, text: str) -> None:
    """Refuse a wildcard that would have to look at every word."""
    if text[0] in "*?":
        sign = "a star" if text[0] == "*" else "a question mark"
        letters = text.strip("*?") or "ferr"
        raise QueryError(
            f"A word cannot begin with {sign}; write its first letters, such as {letters}*",
            "bad_wildcard",
            lexeme.start,
        )
    beginning = re.split(r"[*?]", text)[0]
    inner = text.rstrip("*")
    parts = tokenize(with_letters(inner)) if inner != beginning else []
    starts = [with_wildcards(part.form)[:1] for part in parts]
    size = sum(kind in "ac0" for kind in shape(beginning))  # vowel signs are letters
    if size < MIN_LETTERS or "*" in starts or "?" in starts:
        sign = "star" if text[len(beginning)] == "*" else "question mark"
        raise QueryError(
            f"{lexeme.text} is too short; write at least {MIN_LETTERS} letters before the {sign}",
            "bad_wildcard",
            lexeme.start,
        )


def _read_edits(lexeme: Lexeme, word: str, written: str) -> int:
    """How many letters may differ."""
    edits = int(written or 1) if len(written) < 3 else MAX_EDITS + 1  # no number is too long
    if not 1 <= edits <= MAX_EDITS:
        raise QueryError(
            f"{lexeme.text} cannot be looked for; one letter may differ ({word}~) "
            f"or two ({word}~2)",
            "bad_fuzzy",
            lexeme.start,
        )
    if "*" in word or "?" in word:
        raise QueryError(
            f"{lexeme.text} has a wildcard and a tilde; write one of them",
            "bad_fuzzy",
            lexeme.start,
        )
    if not any(is_long_enough(token.form, edits) for token in tokenize(word)):
        raise QueryError(
            f"{lexeme.text} is too short; one letter may differ (~) in words of {MIN_FUZZY[1]} "
            f"letters or more, two (~2) in words of {MIN_FUZZY[2]} or more",
            "bad_fuzzy",
            lexeme.start,
        )
    return edits


def is_long_enough(form: str, edits: int) -> bool:
    """Whether letters of a word may differ."""
    return len(form) >= MIN_FUZZY[edits]
