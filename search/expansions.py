"""A word's beginning -> the terms under which words that begin so are found, in each segment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from search.dictionary import Found, Run, runs
from search.fields import FieldView, Part
from search.query.expand import LETTERS, is_certain, stems_beside
from search.query.limits import MAX_EXPANSIONS
from search.wildcards import matching


class Expansion(NamedTuple):
    """The terms of a prefix.

    Attributes:
        certain: terms all of whose words begin with the prefix.
        doubtful: terms of which some words may not.
        capped: whether there are more terms than are looked up.
    """

    certain: Found
    doubtful: list[str]
    capped: bool


def expand(field: FieldView, prefix: str) -> Expansion:
    """The terms under which the words of a field that begin with a prefix are found.

    No more than MAX_EXPANSIONS: those that begin so themselves come first, in the order of
    the dictionary, then the stems of words that begin so.
    """
    beside = [text for text in stems_beside(prefix) if field.term(text).doc_freq]
    found = [(part, *part.reader.terms.prefix(prefix.encode())) for part in field.parts]
    if sum(high - low for _, low, high in found) + len(beside) > MAX_EXPANSIONS:
        texts = _first_texts(found)
        if len(texts) + len(beside) > MAX_EXPANSIONS:
            return of_texts(field, [*texts, *beside][:MAX_EXPANSIONS], prefix)
    certain: list[Run] = []
    doubtful = set(beside)
    for part, low, high in found:
        short = short_terms(part, prefix)
        doubtful.update(part.reader.terms.term(number).decode() for number in short)
        rest = np.setdiff1d(np.arange(low, high), short, assume_unique=True)
        certain += [(part, *run) for run in runs(rest)]
    return Expansion(Found.of(certain), sorted(doubtful), False)


def short_terms(part: Part, prefix: str) -> list[int]:
    """The terms that begin with some letters and are too short to tell; see is_certain."""
    terms = part.reader.terms
    numbers = [terms.find(prefix.encode())]
    for more in range(1, LETTERS - len(prefix) + 1):
        numbers += matching(terms, prefix + "?" * more).tolist()
    return sorted(number for number in numbers if number >= 0)


def _first_texts(found: list[Run]) -> list[str]:
    """The first terms that live paragraphs have; one more than are looked up, if there are."""
    texts: set[bytes] = set()
    for part, low, high in found:
        if part.live is None:
            texts.update(part.reader.terms.texts(low, min(high, low + MAX_EXPANSIONS + 1)))
        else:
            every = part.reader.terms.texts(low, high)
            texts.update(every[at] for at in _live(part, low, high))
    return [text.decode() for text in sorted(texts)[: MAX_EXPANSIONS + 1]]


def _live(part: Part, low: int, high: int) -> Iterable[int]:
    """Which of the terms of a range live paragraphs have, counted from the first."""
    assert part.live is not None
    counts = np.diff(part.reader.terms.infos(low, high)[:, 1])
    live = part.live
    if part.by_article:
        live = np.logical_or.reduceat(live, part.first_doc[:-1])
    having = live[part.reader.docs_of(low, high)]
    term_of = np.repeat(np.arange(high - low), counts)
    return np.flatnonzero(np.bincount(term_of[having], minlength=high - low)).tolist()


def of_texts(field: FieldView, texts: list[str], prefix: str | None = None) -> Expansion:
    """An expansion of the given terms and no others; of a prefix, some of them are certain."""
    sure = [text for text in texts if prefix is not None and is_certain(text, prefix)]
    certain: list[Run] = []
    for part in field.parts:
        found = (part.reader.terms.find(text.encode()) for text in sure)
        numbers = sorted(number for number in found if number >= 0)
        certain += [(part, *run) for run in runs(np.array(numbers, np.int64))]
    known = set(sure)
    return Expansion(Found.of(certain), [text for text in texts if text not in known], True)
