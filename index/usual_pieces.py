"""Direct ways to the tokens of the usual pieces: ASCII words, numbers, words with hyphens.

They give what ``index.analysis.tokenize`` gives, several times as fast, or nothing.
"""

from __future__ import annotations

import re

from index.analysis import MAX_TOKEN_LENGTH, compound_key
from index.stemming import ENGLISH, stem

# Term and printed form of each token, with the step to the position of the next (0 or 1).
Parsed = list[tuple[str, str, int]]

_NUMBER = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9]|,[0-9])|[0-9]+")
_WORDS = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:'[sS])?")


def parse(piece: bytes, stemmer: str = ENGLISH) -> tuple[Parsed, list[str]] | None:
    """The tokens and the compound keys of a piece of a usual kind; else None.

    >>> parse(b"Mid-East's")[0]
    [('mideast', "Mid-East's", 0), ('mid', 'Mid', 1), ('east', "East's", 1)]
    >>> parse(b"2,500.75")[0]
    [('2500', '2,500', 1), ('75', '75', 1)]
    """
    if len(piece) > MAX_TOKEN_LENGTH or not piece.isascii():
        return None
    piece = piece.lstrip(b"-'")  # which changes nothing but where an acronym may begin
    text = piece.decode()
    if not piece.translate(None, b"0123456789,."):
        return [(found.replace(",", ""), found, 1) for found in _NUMBER.findall(text)], []
    return _hyphenated(text, stemmer) if _WORDS.fullmatch(text) else None


def _hyphenated(text: str, stemmer: str) -> tuple[Parsed, list[str]]:
    """The tokens of words joined by hyphens, the last perhaps in the genitive."""
    words = text.split("-")
    forms = text.lower().removesuffix("'s").split("-")
    terms = [stem(form, stemmer) for form in forms]
    parsed: Parsed = []
    keys = set()
    for at in range(len(words) - 1):
        left, right = forms[at], forms[at + 1]
        if not (left.isdigit() and right.isdigit()):  # else it is a range of numbers
            joined = stem(left + right, stemmer)
            keys.add(compound_key(joined, terms[at], terms[at + 1]))
            parsed.append((joined, f"{words[at]}-{words[at + 1]}", 0))
        parsed.append((terms[at], words[at], 1))
    parsed.append((terms[-1], words[-1], 1))
    return parsed, sorted(keys)
