"""Scores are those of Whoosh's BM25F, and what bounds them is never below them.

- The factors, by formula and by table, are Whoosh's to the last bit that counts.
- No factor grows by more than ``growth`` when the mean length changes.
- Selecting the k best gives what sorting gives.
- The best documents of a term from its champions are those of all of its postings.
"""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh.scoring import bm25
from whoosh.util.numeric import byte_to_length

from index.codec import champions, encoded
from search import best, scoring
from search.best import at_least, best_of, select
from search.postings import postings
from tests.memory import random_parts, segments_of

MEANS = st.floats(0.1, 5000)


@given(st.integers(1, 100_000), st.integers(0, 255), MEANS)
def test_a_factor_is_that_of_whoosh(freq, length_byte, mean):
    ours = scoring.factors(np.array([freq]), np.array([length_byte], np.uint8), mean)
    theirs = bm25(1.0, freq, byte_to_length(length_byte), mean, 0.75, 1.2)
    assert ours.tolist() == [pytest.approx(theirs, rel=1e-12)]


@given(st.integers(1, 255), st.integers(0, 255), MEANS)
def test_the_table_has_the_factors_bit_by_bit(freq, length_byte, mean):
    alone = scoring.factors(np.array([freq]), np.array([length_byte], np.uint8), mean)
    assert scoring.table(freq, mean)[freq << 8 | length_byte] == alone[0]


def test_the_idf_is_that_of_whoosh_and_positive():
    for count, freq in [(1, 1), (5, 5), (1000, 3), (10**6, 10**6)]:
        assert scoring.idf(count, freq) == math.log(count / (freq + 1)) + 1
        assert scoring.idf(count, freq) > 0


@given(st.integers(1, 300), st.integers(0, 255), MEANS, MEANS)
def test_no_factor_grows_by_more_than_the_bound(freq, length_byte, own, mean):
    lengths = np.array([length_byte], np.uint8)
    before, after = (scoring.factors(np.array([freq]), lengths, each)[0] for each in (own, mean))
    assert after <= before * scoring.growth(own, mean) * (1 + 1e-12)


@given(
    st.lists(st.sampled_from([0.0, 0.5, 0.5000000001, 1.0, 2.0, 3.5]), max_size=400),
    st.sampled_from([1, 2, 3, 7, 64, 500]),
    st.sampled_from([1, 2, 64]),
)
def test_selecting_is_sorting(scores, k, row):
    docs = np.random.default_rng(len(scores)).permutation(len(scores)).astype(np.int32)
    expected = sorted(zip(scores, docs.tolist(), strict=True), key=lambda p: (-p[0], p[1]))[:k]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "_ROW", row)
        found, values = select(docs, np.array(scores), k)
    assert list(zip(values.tolist(), found.tolist(), strict=True)) == expected


@given(st.lists(st.floats(0, 9), min_size=1, max_size=300), st.data())
def test_a_threshold_is_reached_by_k_scores(scores, data):
    k = data.draw(st.integers(1, len(scores)))
    row = data.draw(st.sampled_from([1, 3, 64]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best, "_ROW", row)
        assert np.count_nonzero(np.array(scores) >= at_least(np.array(scores), k)) >= k


@pytest.mark.parametrize("seed", range(40))
def test_the_best_by_champions_are_the_best_of_all(seed, monkeypatch):
    """Several segments of other mean lengths, with and without deletions, many ties."""
    chance = random.Random(seed)
    kept = chance.choice([1, 2, 3, 5])
    monkeypatch.setattr(champions, "CHAMPIONS", kept)
    monkeypatch.setattr(encoded, "MIN_DOC_FREQ", chance.choice([kept, kept + 2]))
    monkeypatch.setattr(best, "KEPT", kept)
    parts, gone = random_parts(chance)
    segments = segments_of(parts, gone)
    for name in ("text", "title"):
        for word in ("w0", "w1", "w2", "w5", "none"):
            term = segments.field(name).term(word)
            every = postings(term)
            docs, scores = every.docs, every.scores
            for k in (1, kept, kept + 1, 50):
                found, values = best_of(term, k)
                expected, of_expected = select(docs, scores, k)
                assert found.tolist() == expected.tolist()
                assert values.tolist() == of_expected.tolist()
