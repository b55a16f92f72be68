"""Lexemes -> lexemes that make a sentence of the grammar: every mistake is mended, with a notice.

What cannot be an operator, a field or a parenthesis where it stands is read as a word, or
left out if there is no word in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.analysis import tokenize
from search.query.lexer import FIELDS, Lexeme
from search.query.limits import check_depth

Notify = Callable[[str, str, int], None]
"""Called with a code, a sentence and a position for every mistake."""

_BARE_FIELDS = {f"{name}:" for name in FIELDS}
_NO_DISTANCES = ("w/", "pre/", "w/s", "pre/s", "w/p", "pre/p")  # as other systems write them
_WEIGHT = re.compile(r"[^^]*\^[0-9.]+")
_NO_EDITS = re.compile(r"[^~]*~+(?!~*[0-9]*[.,;:!?]*$).+")
_ENDS = ("word", "phrase", "close")
_STARTS = ("word", "phrase", "open", "field", "article", "para", "not")
_OPERANDS = ("word", "phrase", "open", "field", "article", "para")


def mend(lexemes: list[Lexeme], notify: Notify) -> list[Lexeme]:
    """Mend what the grammar has no place for, from the marks inwards to the operators."""
    lexemes = _without_stray_marks(lexemes, notify)
    before: list[Lexeme] = []
    while lexemes != before:  # what is left out may have been the operand of something else
        before = lexemes
        lexemes = _with_whole_fields(lexemes, notify)
        lexemes = _balanced(lexemes, notify)
        lexemes = _with_whole_operators(lexemes, notify)
    return lexemes


def _without_stray_marks(lexemes: list[Lexeme], notify: Notify) -> list[Lexeme]:
    """Drop quotation marks without a partner, and words and phrases with no letter in them."""
    kept = []
    for number, lexeme in enumerate(lexemes):
        behind_field = number > 0 and lexemes[number - 1].kind == "field"
        if lexeme.kind == "stray quote":
            notify(
                "unbalanced_quote",
                f"The quotation mark at character {lexeme.start + 1} has no partner, "
                "so what follows is read as single words",
                lexeme.start,
            )
        elif lexeme.kind == "unknown field":
            notify(
                "unknown_field",
                f"“{lexeme.text}:” is not a field, so it is read as a word; the fields are "
                + ", ".join(f"{name}:" for name in FIELDS),
                lexeme.start,
            )
        elif lexeme.kind not in ("word", "phrase") or behind_field or tokenize(lexeme.text):
            kept.append(lexeme)
            if lexeme.kind == "word" and lexeme.text.lower() in _BARE_FIELDS:
                _notify_no_value(lexeme, notify)
            elif _is_no_distance(lexeme) and not behind_field:
                notify(
                    "no_distance",
                    f"“{lexeme.text}” is no distance, so it is read as a word; "
                    "write w/5 for words and w/2p for paragraphs",
                    lexeme.start,
                )
            elif behind_field and (lexeme.text == "NOT" or lexeme.text.startswith("-")):
                _notify_inner_negation(lexemes[number - 1].text, lexeme, notify)
            elif lexeme.kind == "word":
                _notify_suffix(lexeme, lexemes[number - 1] if number else None, notify)
    return kept


def _notify_suffix(lexeme: Lexeme, before: Lexeme | None, notify: Notify) -> None:
    """Tell of what looks like a weight, or like letters that may differ, and is neither."""
    text = lexeme.text
    if text[0] in "^~" and not (
        before and before.end == lexeme.start and before.kind in ("phrase", "close")
    ):
        return  # ~10 stands for about ten
    if _WEIGHT.fullmatch(text):
        notify(
            "no_weight",
            f"“{text}” is read as words: nothing can be given a weight by ^",
            lexeme.start,
        )
    elif "://" not in text and "/~" not in text and not lexeme.exact and _NO_EDITS.fullmatch(text):
        notify(
            "no_edits",
            f"“{text}” is read as words: behind a tilde stands nothing, 1 or 2, and behind that of "
            "a phrase a number",
            lexeme.start,
        )


def _is_no_distance(lexeme: Lexeme) -> bool:
    return lexeme.kind == "word" and lexeme.text.lower() in _NO_DISTANCES


def _with_whole_fields(lexemes: list[Lexeme], notify: Notify) -> list[Lexeme]:
    """Read a field without a value as a word."""
    kept = []
    for number, lexeme in enumerate(lexemes):
        following = lexemes[number + 1].kind if number + 1 < len(lexemes) else None
        if lexeme.kind == "field" and following not in ("word", "phrase", "open"):
            _notify_no_value(lexeme, notify)
            lexeme = lexeme._replace(kind="word")
        elif lexeme.kind in ("article", "para") and following != "open":
            notify(
                "no_value",
                f"“{lexeme.text}(” at character {lexeme.start + 1} has no closing parenthesis, "
                "so it is read as a word",
                lexeme.start,
            )
            lexeme = lexeme._replace(kind="word")
        kept.append(lexeme)
    return kept


def _notify_no_value(lexeme: Lexeme, notify: Notify) -> None:
    notify(
        "no_value",
        f"“{lexeme.text.rstrip(':')}:” has no value right behind it, so it is read as a word",
        lexeme.start,
    )


def _notify_inner_negation(field: str, lexeme: Lexeme, notify: Notify) -> None:
    notify(
        "inner_negation",
        f"What is not wanted is written -{field}:…, so “{field}:{lexeme.text}” asks for the word",
        lexeme.start,
    )


def _balanced(lexemes: list[Lexeme], notify: Notify) -> list[Lexeme]:
    """Drop parentheses without a partner or without a word inside; refuse too deep ones."""
    opened: list[int] = []
    dropped: set[int] = set()
    for number, lexeme in enumerate(lexemes):
        if lexeme.kind == "open":
            opened.append(number)
            check_depth(len(opened), lexeme.start)
        elif lexeme.kind == "close":
            if not opened:
                dropped.add(number)
                _notify_parenthesis(lexeme, notify)
                continue
            start = opened.pop()
            if all(inside in dropped for inside in range(start + 1, number)):
                dropped |= {start, number}
                if start and lexemes[start - 1].kind in ("field", "article", "para"):
                    dropped.add(start - 1)
    for number in opened:
        dropped.add(number)
        _notify_parenthesis(lexemes[number], notify)
    return [lexeme for number, lexeme in enumerate(lexemes) if number not in dropped]


def _notify_parenthesis(lexeme: Lexeme, notify: Notify) -> None:
    notify(
        "unbalanced_parenthesis",
        f"The parenthesis at character {lexeme.start + 1} has no partner, so it was left out",
        lexeme.start,
    )


def _with_whole_operators(lexemes: list[Lexeme], notify: Notify) -> list[Lexeme]:
    """Read an operator that lacks an operand as a word; drop a sign that lacks one."""
    kept: list[Lexeme] = []
    for number, lexeme in enumerate(lexemes):
        if lexeme.kind in ("and", "or", "not", "near"):
            before = kept[-1].kind if kept else None
            after = lexemes[number + 1].kind if number + 1 < len(lexemes) else None
            if not _is_whole(lexeme, before, after):
                is_sign = lexeme.text == "-" or lexeme.kind == "near"
                notify(
                    "no_operand",
                    f"“{lexeme.text}” at character {lexeme.start + 1} has nothing to join, "
                    + ("so it was left out" if is_sign else "so it is read as a word"),
                    lexeme.start,
                )
                if is_sign:
                    continue
                lexeme = lexeme._replace(kind="word")
        kept.append(lexeme)
    return kept


def _is_whole(lexeme: Lexeme, before: str | None, after: str | None) -> bool:
    """Whether an operator stands between what it can join."""
    if lexeme.kind == "not":
        return after in _STARTS
    return before in _ENDS and after in (_OPERANDS if lexeme.kind == "near" else _STARTS)
