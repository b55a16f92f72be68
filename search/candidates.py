"""A pattern of forms -> the terms whose words match it, in each segment.

A stem begins as its words do, but for its last letter and a few short ones: so only a part of
the dictionary is looked at for each stemmer, and there the printed forms decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from index.analysis import form_of
from index.stemming import ENGLISH, KEPT, kept_letters, tag_of
from search.deadline import check_time
from search.dictionary import Run, runs
from search.fields import FieldView, Part
from search.query.accepting import wildcard_pattern
from search.query.expand import LETTERS
from search.wildcards import matching

_TERMS = 256  # whose forms are looked at between two looks at the deadline


def having_forms(
    field: FieldView, pattern: str, stemmers: Sequence[str]
) -> tuple[list[Run], set[str]]:
    """The terms of some stemmers that have words of a pattern.

    Returns:
        Those all of whose words match, and those of which some do not.
    """
    certain: list[Run] = []
    doubtful: set[str] = set()
    head = re.split(r"[*?]", pattern)[0]
    for part in field.parts:
        whole = []
        for stemmer in stemmers if head else (ENGLISH,):  # whose range is all without a head
            for number, all_match in _matching(part, pattern, _ranges(part, head, stemmer)):
                if all_match:
                    whole.append(number)
                else:
                    doubtful.add(part.reader.terms.term(number).decode())
        certain += [(part, *run) for run in runs(np.array(sorted(whole), np.int64))]
    return certain, doubtful


def short_terms(part: Part, prefix: str, tag: str = "") -> list[int]:
    """The terms that begin with some letters and are too short to tell; see is_certain."""
    terms = part.reader.terms
    numbers = [terms.find((tag + prefix).encode())]
    for more in range(1, LETTERS - len(prefix) + 1):
        numbers += matching(terms, tag + prefix + "?" * more).tolist()
    return sorted(number for number in numbers if number >= 0)


def _ranges(part: Part, head: str, stemmer: str) -> Iterator[tuple[int, int]]:
    """Where the terms are whose words may begin with some letters."""
    tag, kept = tag_of(stemmer), kept_letters(stemmer)
    low, high = part.reader.terms.prefix((tag + head[:kept]).encode())
    yield low, high
    if kept == KEPT:
        for each in short_terms(part, head[:1], tag):
            if not low <= each < high:
                yield each, each + 1


def _matching(
    part: Part, pattern: str, ranges: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, bool]]:
    """The terms with a form that matches, and whether all of their forms do."""
    matches = wildcard_pattern(pattern).fullmatch
    for first, last in ranges:
        if first >= last:
            continue
        counts, texts = part.reader.forms_between(first, last)
        at = 0
        for number, count in zip(range(first, last), counts.tolist(), strict=True):
            if not number % _TERMS:
                check_time()
            found = sum(1 for text in texts[at : at + count] if matches(_form(text)))
            at += count
            if found:
                yield number, found == count


def _form(text: bytes) -> str:
    """The form of a word as it is printed."""
    if text.isalnum():  # letters and digits of ASCII
        return text.lower().decode()
    return form_of(text.decode())[0]
