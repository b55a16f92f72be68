"""Hashes of words: of texts read by their bytes the same as of their printed words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import printed, tokenize
from index.codec.arrays import starts_of
from index.word_hashes import hashes_of_forms, hashes_of_texts

# What is read by its bytes, and what is not: accents, marks, scripts, invisible characters.
_CHARACTERS = "aAbZ09 .,-_'’‘“”–…\u00a0\u2009éÉßøİñǅяЯй½²ª·\u00ad\u200b\u200c\u200d\u2060\u0301ʼʹ中国ไहि٢🙂\n\t\x00"
_TEXTS = st.lists(
    st.one_of(
        st.text(_CHARACTERS, max_size=40), st.text(max_size=20), st.text("a'.,9 ", max_size=400)
    )
)


def words_of(text: str) -> list[str]:
    """The words of a text, by its tokens one by one."""
    tokens = [token for token in tokenize(text) if token.width == 1]
    forms = [printed(text[token.start : token.end]).casefold() for token in tokens]
    return [word for form in forms for word in re.findall(r"[^\W_]+", form)]


def hashes(found) -> list[list[int]]:
    """The hashes of each text."""
    edges = starts_of(found[1]).tolist()
    return [found[0][low:high].tolist() for low, high in pairwise(edges)]


@given(_TEXTS)
def test_they_are_those_of_the_printed_words(texts):
    texts = [text.encode(errors="replace").decode() for text in texts]
    found = hashes(hashes_of_texts([text.encode() for text in texts]))
    assert found == hashes(hashes_of_forms([" ".join(words_of(text)) for text in texts]))


@given(_TEXTS)
def test_texts_do_not_depend_on_what_they_are_read_with(texts):
    together = hashes(hashes_of_texts([text.encode(errors="replace") for text in texts]))
    alone = [hashes(hashes_of_texts([text.encode(errors="replace")]))[0] for text in texts]
    assert together == alone


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("The 350-mln-dlr bid", "the 350 mln dlr BID"),
        ("country's", "country s"),
        ("“ÉTÉ”—l’hiver", "été l hiver"),
        ("co\u00adoperate", "cooperate"),
    ],
)
def test_words_are_the_same_however_they_are_written(text, other):
    assert hashes(hashes_of_texts([text.encode()])) == hashes(hashes_of_texts([other.encode()]))


def test_different_words_have_different_hashes():
    words = [f"{'x' * length}{number}" for length in range(40) for number in range(100)]
    found, counts = hashes_of_forms(words)
    assert len(set(found.tolist())) == len(set(words))
    assert counts.tolist() == [1] * len(words)
