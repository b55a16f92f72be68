"""Questions: long queries of which any word may match, read as somebody says them.

Words that say little are left out: of "what is the cost of a bridge", all but two. They are
left out of questions only, never of the index, and neither match nor are marked. A word with
a hyphen is read as its parts, each of which may do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.analysis import tokenize
from search.query.lexer import Lexeme

LONG = 5
"""Single words of a query from which on it is long."""

STOP_WORDS = frozenset(
    """
    a about after against all also am among an and any are aren't as at be because been before
    being between both but by can can't cannot could couldn't did didn't do does doesn't doing
    don't done during each either else ever every few for from further get give given gave had
    hadn't has hasn't have haven't having he her here hers herself him himself his how however i
    i'd i'll i'm i've if in into is isn't it it'll its itself just let many may me might more
    most much must mustn't my myself neither no nor not of off often on once only onto or other
    ought our ours ourselves out over own please rather same shall she should shouldn't since so
    some such than that the their theirs them themselves then there these they they're this those
    though through thus to too under until unto up upon us very via was wasn't we were weren't
    what whatever when where whether which while who whoever whom whose why will with within
    without won't would wouldn't yet you your yours yourself yourselves
    """.replace("'", "").split()
)
"""English function words, in small letters and without apostrophes, as forms are."""

_JOINED = ("field", "and", "or", "not", "near", "article", "para")


_HYPHENATED = re.compile(r"[^\W\d_]{3,}(?:[-‐‑][^\W\d_]{3,})+")
_PART = re.compile(r"[^-‐‑]+")


def is_question(lexemes: Sequence[Lexeme]) -> bool:
    """Whether a query, any word of which may match, has so many that stand by themselves."""
    return sum(_stands_alone(lexemes, at) for at in range(len(lexemes))) >= LONG


def read_question(lexemes: Sequence[Lexeme]) -> tuple[list[Lexeme], list[str]]:
    """The lexemes of a question as it is asked for, and the words that were left out.

    Only single words that stand by themselves are left out: none in quotation marks or
    parentheses, behind a field or a sign, or beside an operator. What is in capitals, such as
    WHO, stays. If there is nothing but stop words, all of them stay.
    """
    depth = 0
    kept: list[Lexeme] = []
    left_out: list[str] = []
    for at, lexeme in enumerate(lexemes):
        depth += (lexeme.kind == "open") - (lexeme.kind == "close")
        if not depth and _stands_alone(lexemes, at) and _is_stop_word(lexeme.text):
            left_out.append(lexeme.text)
        elif _stands_alone(lexemes, at):
            kept += _parts(lexeme)
        else:
            kept.append(lexeme)
    return (kept, left_out) if kept else (list(lexemes), [])


def _stands_alone(lexemes: Sequence[Lexeme], at: int) -> bool:
    """Whether a lexeme is a word that nothing refers to."""
    lexeme = lexemes[at]
    before = lexemes[at - 1].kind if at else None
    after = lexemes[at + 1].kind if at + 1 < len(lexemes) else None
    is_behind = before in _JOINED
    is_operand = after in ("and", "or", "near")
    return lexeme.kind == "word" and not (lexeme.exact or is_behind or is_operand)


def _parts(lexeme: Lexeme) -> Iterator[Lexeme]:
    """A word, or its parts if it has hyphens between words of three letters or more."""
    if not _HYPHENATED.fullmatch(lexeme.text.strip(".,;:!?…")):
        yield lexeme
        return
    for part in _PART.finditer(lexeme.text):
        start, end = lexeme.start + part.start(), lexeme.start + part.end()
        yield Lexeme("word", part[0], start, end)


def _is_stop_word(text: str) -> bool:
    """Whether all of a word as it is written says little."""
    bare = text.strip(".,;:!?…")
    if "*" in bare or "?" in bare or "~" in bare or (len(bare) > 1 and bare.isupper()):
        return False
    tokens = tokenize(bare)
    return bool(tokens) and all(token.form in STOP_WORDS for token in tokens)
