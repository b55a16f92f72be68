"""TextTokens: the tokens that tokenize gives, one by one, found without making all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import text_tokens
from index.analysis import tokenize
from index.text_tokens import TextTokens

LETTERS = "aA0 .,'-’\t\n\u00a0\u2009\u00adéß中国ก・:&U.S.,000 cease-fire"
texts = st.one_of(
    st.text(alphabet=LETTERS, max_size=60),
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            "the U.S.-led cease-fire, 275,000 Ja’afari's l'été … — 2016-17 中国人 ' state".split()
        ),
        max_size=20,
    ).map(" ".join),
)
languages = st.sampled_from(["", "en", "de", "fr", "ru", "zh", "vi"])


@given(text=texts, language=languages)
def test_every_token_is_that_of_the_full_reading(text, language):
    expected = tokenize(text, language)
    tokens = TextTokens(text, language)
    assert tokens.terms == [each.term for each in expected]
    assert tokens.forms == [each.form for each in expected]
    assert [tokens.token(at) for at in range(len(expected))] == expected


@given(text=texts, language=languages)
def test_the_tokens_of_each_position_are_those_of_the_full_reading(text, language):
    expected = tokenize(text, language)
    tokens = TextTokens(text, language)
    last = max((each.position for each in expected), default=0)
    for position in range(last + 3):
        assert tokens.at_position(position) == [
            each for each in expected if each.position == position
        ]


@given(text=texts, language=languages, place=st.integers(0, 80))
def test_the_words_beside_a_place_are_those_of_the_full_reading(text, language, place):
    words = [(each.start, each.end) for each in tokenize(text, language) if each.width == 1]
    tokens = TextTokens(text, language)
    assert list(tokens.before(place)) == [each for each in words if each[1] <= place][::-1]
    assert list(tokens.behind(place)) == [each for each in words if each[0] >= place]


def test_more_pieces_than_are_remembered_change_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text_tokens, "_KNOWN", 3)
    text = "one two three four five one two " + "long" * 30
    assert [TextTokens(text).token(at) for at in range(8)] == tokenize(text)
    assert TextTokens(text).every() == tokenize(text)
