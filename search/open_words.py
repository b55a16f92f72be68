"""Wildcards and similar words -> the terms that have words of the kind, in all segments.

What is asked is a question about forms, words as they are written; the dictionary holds stems.
"""

from __future__ import annotations

from index.analysis import form_of
from search.candidates import having_forms
from search.dictionary import Found, Run
from search.expansions import Expansion, of_texts
from search.fields import FieldView, Part
from search.form_texts import FormTexts
from search.query.accepting import acceptor_of, fuzzy_word
from search.query.limits import MAX_EXPANSIONS, MAX_SIMILAR
from search.query.patterns import Element

_OVERHEAD = 500  # bytes of an entry of the cache besides its arrays


def expand_open(field: FieldView, element: Element) -> Expansion:
    """The terms of a wildcard or of a similar word, or those that it is bound to."""
    if element.only is not None:
        prefix = element.value if element.kind == "prefix" else None
        return of_texts(field, sorted(element.only), prefix)
    return _similar(field, element) if element.kind == "fuzzy" else _wildcard(field, element)


def _wildcard(field: FieldView, element: Element) -> Expansion:
    """The terms with words that match a wildcard; the first in the order of the dictionary."""
    certain, doubtful = having_forms(field, element.value, field.segments.stemmers)
    if len(doubtful) + sum(high - low for _, low, high in certain) > MAX_EXPANSIONS:
        texts = {each for run in certain for each in texts_of(run)} | doubtful
        live = [text for text in sorted(texts) if field.term(text).doc_freq]
        if len(live) > MAX_EXPANSIONS:
            return of_texts(field, live[:MAX_EXPANSIONS])
    return Expansion(Found.of(certain), sorted(doubtful), False)


def _similar(field: FieldView, element: Element) -> Expansion:
    """The terms with words that are similar to one; the nearest and most frequent of them."""
    word, edits = fuzzy_word(element.value)
    nearest: dict[str, int] = {}
    for part in field.parts:
        for number, distance in _form_texts(field, part).within(word, edits).items():
            text = part.reader.terms.term(number).decode()
            nearest[text] = min(distance, nearest.get(text, distance))
    most = MAX_SIMILAR[edits]
    if len(nearest) > most:
        freqs = {text: field.term(text).doc_freq for text in nearest}
        live = [text for text in nearest if freqs[text]]
        if len(live) > most:
            live.sort(key=lambda text: (nearest[text], -freqs[text], text))
            return of_texts(field, sorted(live[:most]))
    return Expansion(Found.of(()), sorted(nearest), False)


def _form_texts(field: FieldView, part: Part) -> FormTexts:
    """The printed forms of a segment, read once."""
    cache = field.segments.cache
    key = ("form texts", field.name, part.base)
    known: FormTexts | None = cache.get(key)
    if known is None:
        known = FormTexts(part.reader)
        known = cache.put(key, known, known.nbytes + _OVERHEAD)
    return known


def texts_of(run: Run) -> list[str]:
    """The terms of a run."""
    part, low, high = run
    return [text.decode() for text in part.reader.terms.texts(low, high)]


def accepted_word(field: FieldView, text: str, element: Element) -> str | None:
    """The most frequent word of a term that an element accepts; None if it accepts none."""
    accepts = acceptor_of(element.kind, element.value)
    for part, number in field.term(text).places:
        for printed in part.reader.form_texts(number):
            form, _ = form_of(printed)
            if accepts(form, printed):
                return form
    return None
