"""Spelling: the word of the archive that was meant, for one that it does not have or has rarely.

Only small words in letters are looked at: never numbers, names or whatever else is written
with a capital, nothing in quotation marks or behind an equals sign. Two letters that changed
places are one mistake. The first letter is right, or it has changed places with the second.
One mistake is allowed, and two in a longer word that the archive does not have at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from index.analysis import Token, form_of, tokenize
from index.stemming import stem, stemmer_of_term, tag_of
from search.fields import FieldView, Part
from search.fuzzy import BITS, distances, signature
from search.results import RARE

TIMES = 100
"""As often, at least, is the word that was meant; once is enough if the archive has none."""
MIN_LETTERS = 4
_TWO_MISTAKES = 6  # letters of a word that may have two mistakes
_TRIED = 30  # terms whose words are compared
_CHARACTER = 4  # bytes that a character takes at most
_BYTES = 2_000  # of what is kept of a word


class Spelling(NamedTuple):
    """A word of the archive; its ``paragraphs`` are those of all its forms."""

    word: str
    mistakes: int
    paragraphs: int


def may_be_misspelt(word: str) -> Token | None:
    """The one token of a word whose spelling may be looked at; None of all others."""
    if len(word) < MIN_LETTERS or not word.isalpha() or word != word.lower():
        return None
    tokens = tokenize(word)
    return tokens[0] if len(tokens) == 1 and len(tokens[0].form) >= MIN_LETTERS else None


def spellings(field: FieldView, token: Token, paragraphs: int) -> list[Spelling]:
    """The words that may have been meant, the likeliest first.

    Args:
        field: whose words they are.
        token: of the word that was written.
        paragraphs: how many have that word.
    """
    if paragraphs > RARE:
        return []
    cache = field.segments.cache
    key = ("spellings", field.name, token.form, paragraphs)
    known: list[Spelling] | None = cache.get(key)
    if known is None:
        known = cache.put(key, _spellings(field, token, paragraphs), _BYTES)
    return known


def _spellings(field: FieldView, token: Token, paragraphs: int) -> list[Spelling]:
    allowed = 2 if len(token.form) >= _TWO_MISTAKES and not paragraphs else 1
    least = max(1, paragraphs * TIMES)
    found: dict[str, int] = {}
    for stemmer in field.segments.stemmers:
        term = stem(token.form, stemmer)
        for part in field.parts:
            for text in _similar_terms(part, token.form, term, allowed):
                if text != term and text not in found:
                    found[text] = mistakes_between(text, term)
    freqs = {text: field.term(text).doc_freq for text in found}
    likely = sorted(
        (text for text in found if freqs[text] >= least),
        key=lambda text: (found[text], -freqs[text], text),
    )
    near = ((*_nearest(field, text, token.form), freqs[text]) for text in likely[:_TRIED])
    words = [Spelling(*each) for each in near if each[1] <= allowed]
    return sorted(words, key=lambda each: (each.mistakes, -each.paragraphs, each.word))


def _similar_terms(part: Part, form: str, term: str, allowed: int) -> Iterator[str]:
    """The terms of one segment and of the stemmer of a term that words like it may have."""
    terms = part.reader.terms
    tag = tag_of(stemmer_of_term(term))
    for word in (term.removeprefix(tag), form):
        text = tag + word[1::-1] + word[2:]
        if terms.find(text.encode()) >= 0:
            yield text
    encoded = term.encode()
    blob, offsets = terms.blob(*terms.prefix(term[: len(tag) + 1].encode()))
    if len(offsets) < 2:
        return
    signs = np.bitwise_or.reduceat(BITS.take(blob), offsets[:-1])
    sizes = np.diff(offsets) - 1
    # A swap changes no letters, every other mistake puts in one or takes out one, or both.
    near = np.bitwise_count(signs ^ signature(encoded)) <= 2 * allowed
    near &= np.abs(sizes - len(encoded)) <= (allowed if term.isascii() else _CHARACTER * allowed)
    chosen = np.flatnonzero(near)
    if not len(chosen):
        return
    view = blob.tobytes()
    texts = [view[offsets[at] : offsets[at + 1] - 1].decode() for at in chosen.tolist()]
    # Two letters that changed places are two changes here.
    steps = distances(texts, term)
    for at in np.flatnonzero(steps <= 2).tolist():
        yield texts[at]


def _nearest(field: FieldView, text: str, form: str) -> tuple[str, int]:
    """The printed word of a term that is nearest to a form, and its mistakes."""
    best, least = "", 99
    for part, number in field.term(text).places:
        for printed in part.reader.form_texts(number):
            other, width = form_of(printed)
            if width != 1 or not printed.isalpha():
                continue
            distance = mistakes_between(form, other)
            if distance < least:
                best, least = printed, distance
    return best, least


def mistakes_between(one: str, other: str) -> int:
    """The letters put in, left out, changed or swapped with their neighbour.

    >>> mistakes_between("aelppo", "aleppo"), mistakes_between("alepo", "aleppo")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, start=1):
        last, before, row = before, row, [at]
        for place, letter in enumerate(other, start=1):
            step = min(before[place] + 1, row[-1] + 1, before[place - 1] + (char != letter))
            swapped = at > 1 and place > 1 and char == other[place - 2] and one[at - 2] == letter
            row.append(min(step, last[place - 2] + 1) if swapped else step)
    return row[-1]
