"""Which words an element of a pattern accepts: by their form, or as they are printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Literal

ElementKind = Literal["term", "form", "exact", "prefix", "wildcard", "fuzzy"]
Acceptor = Callable[[str, str], bool]
"""Whether a word is accepted, by its form and as it is printed."""


@lru_cache(maxsize=4096)
def acceptor_of(kind: ElementKind, value: str) -> Acceptor:
    """What decides for an element; a ``term`` accepts every word that is found under it.

    >>> acceptor_of("wildcard", "wom?n")("women", "Women")
    True
    """
    match kind:
        case "form":
            return lambda form, _: form == value
        case "exact":
            return lambda _, printed: printed == value
        case "prefix":
            return lambda form, _: form.startswith(value)
        case "wildcard":
            pattern = wildcard_pattern(value)
            return lambda form, _: pattern.fullmatch(form) is not None
        case "fuzzy":
            word, edits = fuzzy_word(value)
            return lambda form, _: are_similar(form, word, edits)
        case "term":
            return lambda *_: True


def wildcard_pattern(value: str) -> re.Pattern[str]:
    """A wildcard for whole forms: ``*`` any characters, ``?`` one."""
    wild = {"*": ".*", "?": "."}
    value = re.sub(r"\*+", "*", value)
    return re.compile("".join(wild.get(each) or re.escape(each) for each in value), re.DOTALL)


def fuzzy_word(value: str) -> tuple[str, int]:
    """The word and the edits of the value of a fuzzy element.

    >>> fuzzy_word("churkin~2")
    ('churkin', 2)
    """
    word, _, edits = value.rpartition("~")
    return word, int(edits)


@lru_cache(maxsize=1 << 16)
def are_similar(form: str, word: str, edits: int) -> bool:
    """Whether two words are at most some edits apart (Levenshtein).

    >>> are_similar("sieges", "siege", 1), are_similar("eigse", "siege", 2)
    (True, False)
    """
    if abs(len(form) - len(word)) > edits:
        return False
    row = list(range(len(word) + 1))
    for at, char in enumerate(form, start=1):
        before, row = row, [at]
        for column, other in enumerate(word, start=1):
            changed = before[column - 1] + (char != other)
            row.append(min(changed, before[column] + 1, row[-1] + 1))
        if min(row) > edits:
            return False
    return row[-1] <= edits
