"""A word's beginning -> the terms under which words that begin so are found, in each segment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from index.stemming import ENGLISH
from search.candidates import having_forms, short_terms
from search.dictionary import Found, Run, runs
from search.fields import FieldView, Part
from search.query.expand import is_certain, stems_beside
from search.query.limits import MAX_EXPANSIONS


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

    No more than MAX_EXPANSIONS: bare terms that begin so themselves come first, in the order
    of the dictionary, then the stems of words that begin so, then those of other languages.
    """
    bare = _bare(field, prefix)
    others = [each for each in field.segments.stemmers if each != ENGLISH]
    if bare.capped or not others:
        return bare
    certain, doubtful = having_forms(field, prefix + "*", others)
    size = sum(high - low for _, low, high in (*bare.certain.runs, *certain))
    if size + len(bare.doubtful) + len(doubtful) > MAX_EXPANSIONS:
        first = {*_texts(bare.certain.runs), *bare.doubtful}
        then = {*_texts(certain), *doubtful}
        live = [text for text in (*sorted(first), *sorted(then)) if field.term(text).doc_freq]
        if len(live) > MAX_EXPANSIONS:
            return of_texts(field, live[:MAX_EXPANSIONS], prefix)
    doubtful.update(bare.doubtful)
    return Expansion(Found.of([*bare.certain.runs, *certain]), sorted(doubtful), False)


def _bare(field: FieldView, prefix: str) -> Expansion:
    """The same of English words and those without a language."""
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


def _texts(found: Iterable[Run]) -> Iterator[str]:
    for part, low, high in found:
        yield from (text.decode() for text in part.reader.terms.texts(low, high))


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
