"""Word by word: what one text has that another one has not."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

_TOKENS = re.compile(r"\w+|\s+|[^\w\s]")
_MOST = 4_000  # tokens that are compared; of longer texts, what differs is told as a whole

Kind = Literal["same", "deleted", "inserted"]


class Part(NamedTuple):
    """A part of two texts.

    Attributes:
        kind: whether both have it, or only the first (deleted), or only the second (inserted).
        start, end: where, in code points: of the first text if it is deleted, else of the second.
        text: what it says there.
    """

    kind: Kind
    start: int
    end: int
    text: str


def word_diff(first: str, second: str) -> tuple[Part, ...]:
    """The parts of two texts in their order, those that differ word by word.

    The parts that are the same or inserted are the second text; how wide white space is does
    not count.

    >>> [(part.kind, part.text) for part in word_diff("a red fox", "a sly red fox")]
    [('same', 'a '), ('inserted', 'sly '), ('same', 'red fox')]
    """
    old, new = _TOKENS.findall(first), _TOKENS.findall(second)
    old_at, new_at = _starts(old), _starts(new)
    parts: list[Part] = []

    def put(kind: Kind, low: int, high: int) -> None:
        text, at = (first, old_at) if kind == "deleted" else (second, new_at)
        if low < high:
            parts.append(Part(kind, at[low], at[high], text[at[low] : at[high]]))

    for tag, old_low, old_high, new_low, new_high in _operations(_folded(old), _folded(new)):
        if tag == "equal":
            put("same", new_low, new_high)
        else:
            put("deleted", old_low, old_high)
            put("inserted", new_low, new_high)
    return tuple(parts)


def _operations(old: list[str], new: list[str]) -> list[tuple[str, int, int, int, int]]:
    """What becomes what, as difflib tells it."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    after = 0
    while after < min(len(old), len(new)) - same and old[-1 - after] == new[-1 - after]:
        after += 1
    old_end, new_end = len(old) - after, len(new) - after
    between = [("replace", same, old_end, same, new_end)]
    if max(old_end, new_end) - same <= _MOST:
        matcher = SequenceMatcher(None, old[same:old_end], new[same:new_end], autojunk=False)
        between = [
            (tag, a + same, b + same, c + same, d + same)
            for tag, a, b, c, d in matcher.get_opcodes()
        ]
    ends = ("equal", old_end, len(old), new_end, len(new))
    return [("equal", 0, same, 0, same), *between, ends]


def _folded(tokens: list[str]) -> list[str]:
    return [" " if token.isspace() else token for token in tokens]


def _starts(tokens: list[str]) -> list[int]:
    """Where each token begins, and the end of the last."""
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts
