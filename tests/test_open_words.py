"""Patterns and similar words find every word of a vocabulary that is like that, and no other."""

import gzip
import json
import random
from fnmatch import fnmatchcase
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import tokenize
from search.evaluate import Evaluator
from search.open_words import accepted_word, expand_open, texts_of
from search.query.limits import MAX_SIMILAR
from search.query.patterns import Element
from tests.make import article
from tests.memory import segments_of
from tests.reading import edits

ODD = ["Syria's", "l'harmonie", "U.S.S.R.", "275,000", "cease-fire", "Ja’afari's", "état", "ÉTATS", "Straße", "Øre",
       "сирия", "Сирии", "中国", "dell'arte's", "quell'anno", "O'Brien", "re-elected", "co\u00adoperate", "x", "dying",
       "die", "lying", "skies", "sky", "hoping", "hope", "W-2"]  # fmt: skip


def terms_of_texts(texts: list[str], accepts) -> set[str]:
    return {token.term for text in texts for token in tokenize(text) if accepts(token.form)}


def expanded(segments, element: Element) -> set[str]:
    """The terms of an element that have a word that it accepts."""
    field = segments.field("text")
    found = expand_open(field, element)
    terms = {text for run in found.certain.runs for text in texts_of(run)}.union(found.doubtful)
    return {term for term in terms if accepted_word(field, term, element)}


@pytest.fixture(scope="module")
def invented():
    """Two segments of words, odd ones and invented ones."""
    chance = random.Random(3)
    words = ["".join(chance.choices("aeinst", k=chance.randint(2, 7))) for _ in range(600)]
    texts = [" ".join([*ODD, *words[:300]]), " ".join(words[300:])]
    parts = [[article(str(number), text)] for number, text in enumerate(texts)]
    return segments_of(parts), texts


@given(st.data())
def test_similar_words_are_those_that_are_so_many_edits_away(invented, data):
    segments, texts = invented
    chosen = st.sampled_from([token.form for text in texts for token in tokenize(text)])
    word = data.draw(st.one_of(chosen, st.text("aeinstyé'", min_size=3, max_size=8)))
    distance = data.draw(st.sampled_from([1, 2]))
    expected = terms_of_texts(texts, lambda form: edits(form, word) <= distance)
    found = expanded(segments, Element("fuzzy", f"{word}~{distance}", ""))
    if len(expected) <= MAX_SIMILAR[distance]:
        assert found == expected
    else:
        assert len(found) == MAX_SIMILAR[distance]
        assert found < expected


@given(st.data())
def test_a_pattern_finds_the_words_that_it_matches(invented, data):
    segments, texts = invented
    form = data.draw(st.sampled_from(sorted({t.form for text in texts for t in tokenize(text)})))
    head = data.draw(st.integers(1, len(form)))
    tail = data.draw(st.lists(st.sampled_from(["*", "?", "a", "t", form[-1]]), max_size=4))
    pattern = form[:head] + "".join(tail) + data.draw(st.sampled_from(["?", "*"]))
    expected = terms_of_texts(texts, lambda each: fnmatchcase(each, pattern))
    assert expanded(segments, Element("wildcard", pattern, "")) == expected


def test_both_agree_with_a_real_vocabulary(data):
    with gzip.open(data("reuters.jsonl.gz"), "rt") as lines:
        texts = [" ".join(json.loads(line)["paragraphs"]) for line in islice(lines, 400)]
    segments = segments_of([[article("a", "\n".join(" ".join(t.split()) for t in texts))]])
    assert Evaluator(segments)
    forms = {(token.form, token.term) for text in texts for token in tokenize(text)}
    for pattern in ("co*r", "wom?n", "pri?e*", "in*tion*", "sa?d", "dy*g", "ag*?t", "hop?*"):
        expected = {term for form, term in forms if fnmatchcase(form, pattern)}
        assert expanded(segments, Element("wildcard", pattern, "")) == expected, pattern
    for word in ("reagan", "dollars", "price", "washington", "oil"):
        expected = {term for form, term in forms if edits(form, word) <= 1}
        assert expanded(segments, Element("fuzzy", f"{word}~1", "")) == expected, word
