"""What changed between two readings of a paragraph, word by word, and how alike they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple


class Change(NamedTuple):
    """Words that were cited, and those that stand in their place; one of the two may be empty."""

    cited: str
    now: str


def changes(cited: str, now: str) -> tuple[Change, ...]:
    """What changed, in the order of the text.

    >>> changes("The bridge was closed", "The old bridge was opened")
    (Change(cited='', now='old'), Change(cited='closed', now='opened'))
    """
    from difflib import SequenceMatcher  # which takes a while to load

    before, after = cited.split(), now.split()
    steps = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return tuple(
        Change(" ".join(before[start:end]), " ".join(after[there:until]))
        for kind, start, end, there, until in steps
        if kind != "equal"
    )


def likeness(one: str, other: str) -> float:
    """How alike two texts are, from 0 to 1: twice the words that both have, of all their words.

    >>> likeness("The bridge was closed", "The bridge was opened")
    0.75
    """
    words, others = Counter(one.casefold().split()), Counter(other.casefold().split())
    both = (words & others).total()
    return 2 * both / max(1, words.total() + others.total())


def most_alike(text: str, paragraphs: Sequence[str]) -> tuple[int, float]:
    """The number, from 1, of the paragraph that is most like a text, and how alike it is."""
    found = max(range(len(paragraphs)), key=lambda at: likeness(text, paragraphs[at]))
    return found + 1, likeness(text, paragraphs[found])
