"""Runs of characters without spaces in a query any word of which may match: pairs of them.

Chinese, Japanese and Thai do not write where a word ends, Korean puts endings on its words.
What is typed without a space is a phrase where all has to match; where anything may match,
each pair of neighbouring characters is a word of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.characters import shape
from search.query.lexer import Lexeme
from search.query.limits import MAX_WORDS

_BEFORE = ("field", "near", "not", "and")
_AFTER = ("near", "and")
_PART = re.compile("c+|[^c]+")
_WORD = re.compile("[ac0]")


def in_pairs(lexemes: Sequence[Lexeme]) -> list[Lexeme]:
    """The lexemes, with pairs of characters for words of three or more without spaces.

    Words behind a field, a sign or beside an operator stay as they are, and exact ones. Pairs
    do not overlap where they would be more words than a query may have.

    >>> [lexeme.text for lexeme in in_pairs([Lexeme("word", "港口关闭2016年", 0, 9)])]
    ['港口', '口关', '关闭', '2016', '年']
    """
    found = _split(lexemes, 1)
    return found if len(found) <= MAX_WORDS else _split(lexemes, 2)


def _split(lexemes: Sequence[Lexeme], step: int) -> list[Lexeme]:
    """The same, with so many characters from one pair to the next."""
    found: list[Lexeme] = []
    for at, lexeme in enumerate(lexemes):
        before = lexemes[at - 1].kind if at else None
        after = lexemes[at + 1].kind if at + 1 < len(lexemes) else None
        is_alone = lexeme.kind == "word" and before not in _BEFORE and after not in _AFTER
        shapes = shape(lexeme.text)
        is_plain = not lexeme.exact and not set(lexeme.text) & set("*?~")
        if is_alone and is_plain and "ccc" in shapes:
            found += _parts(lexeme, shapes, step)
        else:
            found.append(lexeme)
    return found


def _parts(lexeme: Lexeme, shapes: str, step: int) -> Iterator[Lexeme]:
    """What stands between such characters, and pairs of them; one that is left over alone."""
    for part in _PART.finditer(shapes):
        first, end = part.span()
        if part[0][0] == "c":
            starts = range(first, max(first + 1, end - (step == 1)), step)
            spans = [(start, min(start + 2, end)) for start in starts]
        else:
            spans = [(first, end)] if _WORD.search(part[0]) else []
        for start, end in spans:
            text = lexeme.text[start:end]
            yield lexeme._replace(text=text, start=lexeme.start + start, end=lexeme.start + end)
