"""Inversion: postings hold every token of every text, by term, document and position."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import printed, tokenize
from index.inverter import invert, invert_values, used_words
from index.tokens import BatchTokenizer

WORDS = [
    "peace",
    "Peace",
    "peace’s",
    "cease-fire",
    "U.S.",
    "US",
    "275,000",
    "中国",
    "l'été",
    "été",
    "ý",
    "𝐳",
    "\u0301-a",
]
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), max_size=6)
VALUES = st.lists(
    st.lists(st.sampled_from(["", "de", "en", "ö", "𐀀", "\uffff"]), max_size=3), max_size=6
)


def invert_all(tokenizer, batches):
    """The postings of batches of one tokenizer."""
    return invert(used_words(tokenizer, batches), batches)


def inverted(texts):
    """Term -> document -> (position, printed form) of its tokens, by plain dictionaries."""
    found = {}
    for doc, text in enumerate(texts):
        for token in tokenize(text):
            documents = found.setdefault(token.term, {})
            place = token.position, printed(text[token.start : token.end])
            documents.setdefault(doc, []).append(place)
    return found


def read(postings):
    """The same of postings, and that their arrays fit together and have their types."""
    for array in (postings.docs, postings.freqs, postings.positions, postings.forms):
        assert array.dtype == np.int32
    assert postings.doc_freqs.dtype == postings.form_counts.dtype == np.int64
    assert postings.terms == sorted(set(postings.terms))
    assert postings.freqs.sum() == len(postings.positions) == len(postings.forms)
    docs, freqs = iter(postings.docs.tolist()), iter(postings.freqs.tolist())
    places = zip(postings.positions.tolist(), postings.forms.tolist(), strict=True)
    texts = iter(postings.form_texts)
    found = {}
    sizes = zip(postings.doc_freqs.tolist(), postings.form_counts.tolist(), strict=True)
    for term, (doc_freq, form_count) in zip(postings.terms, sizes, strict=True):
        forms = [next(texts).decode() for _ in range(form_count)]
        assert len(set(forms)) == form_count
        used = set()
        documents = found[term.decode()] = {}
        for doc, freq in [(next(docs), next(freqs)) for _ in range(doc_freq)]:
            here = [next(places) for _ in range(freq)]
            documents[doc] = [(position, forms[form]) for position, form in here]
            used |= {form for _, form in here}
        assert list(documents) == sorted(documents)
        assert used == set(range(form_count)), "only forms that occur are listed"
    assert [*docs, *freqs, *places, *texts] == []
    return found


@pytest.mark.parametrize("bits", [64, 1])
@given(st.lists(TEXTS, max_size=3))
def test_the_postings_hold_every_token(bits, batches):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.inverter._KEY_BITS", bits)
        tokenizer = BatchTokenizer()
        postings = invert_all(tokenizer, [tokenizer.add(texts) for texts in batches])
    assert read(postings) == inverted([text for texts in batches for text in texts])


@given(TEXTS, TEXTS)
def test_fields_that_share_a_tokenizer_are_inverted_by_themselves(titles, texts):
    tokenizer = BatchTokenizer()
    batches = [tokenizer.add(titles), tokenizer.add(texts)]
    assert read(invert_all(tokenizer, batches[:1])) == inverted(titles)
    assert read(invert_all(tokenizer, batches[1:])) == inverted(texts)


def test_two_words_that_become_one_term_can_share_a_position():
    tokenizer = BatchTokenizer()
    postings = invert_all(tokenizer, [tokenizer.add(["run-s"])])
    assert read(postings)["run"] == {0: [(0, "run-s"), (0, "run")]}


def test_there_can_be_more_terms_than_one_pass_sorts():
    tokenizer = BatchTokenizer()
    texts = [f"{number} {number % 7} {70_000 - number}" for number in range(70_000)]
    postings = invert_all(tokenizer, [tokenizer.add(texts[:40_000]), tokenizer.add(texts[40_000:])])
    assert len(postings.terms) > 1 << 16
    assert read(postings) == inverted(texts)


def test_memory_stays_within_what_is_announced():
    tokenizer = BatchTokenizer()
    batches = [tokenizer.add(["some words and as many more"] * 5_000) for _ in range(60)]
    tokens = sum(len(batch.forms) for batch in batches)
    tracemalloc.start()
    postings = invert_all(tokenizer, batches)
    size, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert postings.freqs.sum() == tokens
    assert size <= 16 * tokens + 20_000
    assert peak <= 24 * tokens + (4 << 20)


@given(VALUES)
def test_values_are_terms_as_they_stand_once_for_each_document(values):
    postings = invert_values(values)
    expected = {}
    for doc, some in enumerate(values):
        for value in some:
            expected.setdefault(value.encode(), {})[doc] = None
    assert postings.terms == sorted(expected)
    ends = np.cumsum(postings.doc_freqs).tolist()
    runs = [part.tolist() for part in np.split(postings.docs, ends)[:-1]] if ends else []
    assert runs == [list(expected[term]) for term in postings.terms]
    assert (postings.docs.dtype, postings.doc_freqs.dtype) == (np.int32, np.int64)


def test_values_have_no_positions_and_no_forms():
    postings = invert_values([["en"]])
    assert (postings.freqs, postings.positions, postings.forms) == (None, None, None)
    assert (postings.form_counts, postings.form_texts) == (None, [])


def test_inversion_needs_no_whoosh():
    seen = "import sys, index.inverter; print(sorted(name for name in sys.modules if 'whoosh' in name))"
    run = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
