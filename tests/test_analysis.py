"""Analysis: what is written in several ways becomes one term; offsets point at the text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import MAX_TOKEN_LENGTH, compounds, count_words, tokenize
from index.analyzer import Analyzer


def terms(text: str) -> list[str]:
    return [token.term for token in tokenize(text)]


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Syria's", "Syria"),
        ("Syria’s", "Syria"),
        ("Ja'afari", "Jaafari"),
        ("Ja‘afari", "Jaafari"),
        ("l'harmonie", "harmonie"),
        ("L’Été", "ete"),
        ("U.S.", "US"),
        ("U.N.'s", "UN"),
        ("275,000", "275000"),
        ("1,234,567", "1234567"),
        ("Café", "cafe"),
        ("Straße", "STRASSE"),
        ("Øresund", "oresund"),
        ("co\u00adoperate", "cooperate"),
        ("ministers", "Minister"),
        ("ﬁnal", "final"),
        ("Ёлка", "елка"),
    ],
)
def test_two_ways_of_writing_are_one_term(written, other):
    assert terms(written) == terms(other)


@pytest.mark.parametrize("written", ["Emma's", "EMMA’S", "l'Emma", "Em'ma", "Emma"])
def test_apostrophes_are_no_part_of_the_form(written):
    assert [token.form for token in tokenize(written)] == ["emma"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("vitamin C and the W-2", ["vitamin", "c", "and", "the", "w2", "w", "2"]),
        ("7:30 p.m., 2.5%", ["7", "30", "pm", "2", "5"]),
        ("2016-17", ["2016", "17"]),
        ("al-Qaida-linked", ["alqaida", "al", "qaidalink", "qaida", "link"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("中国人", ["中国", "中", "国人", "国", "人"]),
        ("10,20 and 1,2345", ["10", "20", "and", "1", "2345"]),
        ("… — &", []),
    ],
)
def test_a_text_has_these_terms(text, expected):
    assert terms(text) == expected


def test_a_hyphenated_word_takes_two_places_and_its_parts_one_each():
    joined, left, right = tokenize("cease-fire")
    assert (joined.position, joined.width, left.position, right.position) == (0, 2, 0, 1)
    assert (joined.start, joined.end) == (left.start, right.end) == (0, 10)


def test_hyphenated_words_are_told_from_ranges_and_pairs_of_characters():
    assert compounds(tokenize("a cease-fire, 2016-17, 中国")) == {"ceasefir ceas fire"}


def test_a_token_is_cut_at_its_longest():
    (token,) = tokenize("x" * 1000)
    assert len(token.form) == MAX_TOKEN_LENGTH


def test_a_run_of_characters_without_spaces_counts_as_one_word():
    assert count_words("中国人民 three little-words") == 4


@given(st.text())
def test_tokens_lie_in_the_text_in_order_and_have_terms(text):
    tokens = tokenize(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)
    assert all(token.term and token.form for token in tokens if text[token.start].isascii())
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)


@given(st.text())
def test_every_ascii_letter_and_digit_belongs_to_a_token(text):
    covered = {at for token in tokenize(text) for at in range(token.start, token.end)}
    wanted = {at for at, char in enumerate(text) if char.isascii() and char.isalnum()}
    assert wanted <= covered


@given(st.text(st.characters(categories=["L", "Nd", "Zs", "Po", "Pd"])))
def test_whoosh_sees_the_same_terms_at_the_same_places(text):
    seen = [(t.text, t.pos, t.startchar) for t in Analyzer()(text, positions=True, chars=True)]
    assert seen == [(t.term, t.position, t.start) for t in tokenize(text)]


def test_the_analyzer_is_stored_by_its_name_alone():
    assert pickle.loads(pickle.dumps(Analyzer())) == Analyzer()
