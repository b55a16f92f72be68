"""Tokens of many texts at once: those of ``tokenize``, and numbers in the order of the texts."""

import gzip
import json
import sys

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import compounds, printed, tokenize
from index.characters import shape
from index.piece_table import PieceTable
from index.pieces import cut
from index.tokens import BatchTokenizer
from index.usual_pieces import parse

WORDS = [
    "a", "A", "s", "IRA", "Minister", "ministers", "x" * 15, "x" * 16, "x" * 17, "x" * 200, "1" * 200,
    "U.S.", "U.S", "u.s.a", "U.S.'s", "U.N.’s", "a.b.c.d.e.f.g.h.i.j", "275", "000", "275,000", "1,234,567",
    "1,743.7", "5.93", "10,20", "2016-17", "a-b-c", "cease-fire", "rock-'n'-roll", "Emma's", "EMMA’S",
    "Ja‘afari", "l'été", "L’Été", "l´ete", "l`eau", "Straße", "Øre", "ﬁnal", "Ёлка", "हिन्दी", "中国人",
    "ภาษาไทย", "한국", "カタ", "ﾊﾝ", "½", "²", "Ⅻ", "٣", "٣,٠٠٠", "𝟘𝟙", "𠀀", "e\u0301", "n\u0303", "A" + "\u0301" * 3,
]  # fmt: skip
JOINTS = [
    " ", "  ", "'", "’", "‘", "`", "´", "-", "--", "‐", "‑", ".", "..", "…", ",", ",,", "'.", ".'", ".,-'",
    "'-", "-'", ".-", ",000", ".5", "'s", "’s", "'S", "“", "”", "’”", "’—", "«", "»", "—", "–", "\u00a0", "•",
    "、", "。", "，", "\0", "\t", "\n", "\x0b", "\x1c", "\x7f", "\x85", "_", "/", "\u00ad", "\u200b", "\u200c",
    "\u200d", "\u2060", "\u2028", "\ufeff", "\ufffd", "\u0301", "\u0344", "\u0316\u0301", "\u1dc2\u0316", "😀", "👨\u200d👩", "-" * 9, "." * 30,
    "\ud800",
]  # fmt: skip
NASTY = st.lists(st.sampled_from(WORDS + JOINTS), max_size=12).map("".join)
TEXTS = st.lists(st.one_of(NASTY, st.text(max_size=20)), max_size=6)
PARTS = [
    "a",
    "Ab",
    "s",
    "L",
    "0",
    "12",
    "000",
    "345",
    "-",
    "-",
    "'",
    "'s",
    "'S",
    ".",
    ".",
    ",",
    ",",
]
ASCII_PIECES = st.lists(st.sampled_from(PARTS), min_size=1, max_size=8).map("".join)


def words(text):
    """Term, printed form and position of each token, by the analyzer."""
    return [(t.term, printed(text[t.start : t.end]), t.position) for t in tokenize(text)]


def read(tokenizer, tokens):
    """The same of each text, from the arrays."""
    terms = np.array(tokenizer.terms, object)[tokenizer.term_of_form[tokens.forms]]
    forms = np.array(tokenizer.form_texts, object)[tokens.forms]
    flat = list(zip(terms, forms, tokens.positions.tolist(), strict=True))
    ends = np.cumsum(tokens.counts).tolist()
    return [flat[end - size : end] for end, size in zip(ends, tokens.counts.tolist(), strict=True)]


def vocabulary(tokenizer):
    terms = [tokenizer.terms[number] for number in tokenizer.term_of_form.tolist()]
    return list(zip(terms, tokenizer.form_texts, strict=True))


def in_order(texts):
    """The pairs of term and printed form in the order in which they are first met."""
    return list(dict.fromkeys((term, form) for text in texts for term, form, _ in words(text)))


@given(TEXTS)
def test_the_tokens_are_those_of_the_analyzer(texts):
    tokenizer = BatchTokenizer()
    expected = [words(text) for text in texts]
    assert read(tokenizer, tokenizer.add(texts)) == expected
    assert read(tokenizer, tokenizer.add(texts)) == expected, "now that they are known"


@given(ASCII_PIECES)
def test_the_tokens_of_one_ascii_piece_are_those_of_the_analyzer(piece):
    tokenizer = BatchTokenizer()
    assert read(tokenizer, tokenizer.add([piece])) == [words(piece)]


@pytest.mark.parametrize("around", ["a{}b", "'{}.", "2{}000 {}1", "L’{}E", "‘{}"])
def test_every_character_is_what_it_is_to_the_analyzer(around):
    codes = [*range(0x3000), *range(0x3000, sys.maxunicode + 1, 97), *range(0xFE00, 0x10000)]
    texts = [around.format(chr(code), chr(code)) for code in codes]
    tokenizer = BatchTokenizer()
    found = read(tokenizer, tokenizer.add(texts))
    assert [text for text, tokens in zip(texts, found, strict=True) if tokens != words(text)] == []


@given(TEXTS)
def test_compound_keys_come_once_for_each_text(texts):
    found = BatchTokenizer().add(texts * 2).compounds
    expected = [
        (number, key) for number, text in enumerate(texts * 2) for key in compounds(tokenize(text))
    ]
    assert sorted(found) == sorted(expected)
    assert [number for number, _ in found] == sorted(number for number, _ in found)


def test_a_compound_that_a_text_repeats_is_one():
    texts = ["none", "a cease-fire, Cease-fire or cease-fires", "cease-fire"]
    key = "ceasefir ceas fire"
    assert BatchTokenizer().add(texts).compounds == [(1, key), (2, key)]


@given(st.lists(TEXTS, max_size=3))
def test_numbers_are_given_in_the_order_of_the_texts(batches):
    tokenizer = BatchTokenizer()
    for texts in batches:
        tokenizer.add(texts)
    assert vocabulary(tokenizer) == in_order([text for texts in batches for text in texts])


@given(st.lists(TEXTS, max_size=3))
def test_what_is_remembered_changes_nothing(batches):
    forgetful, other = BatchTokenizer(pieces_limit=0), BatchTokenizer()
    for texts in batches:
        left, right = forgetful.add(texts), other.add(texts)
        assert left.forms.tolist() == right.forms.tolist()
        assert left.positions.tolist() == right.positions.tolist()
        assert left.compounds == right.compounds
    assert vocabulary(forgetful) == vocabulary(other)


def test_a_batch_in_parts_gives_what_its_texts_give_one_by_one(monkeypatch):
    texts = ["cease-fire", "", "U.S.", "a long-range text", "中国"] * 20
    whole = BatchTokenizer().add(texts)
    monkeypatch.setattr("index.tokens._BATCH_SIZE", 10)
    parts = BatchTokenizer().add(texts)
    assert whole.compounds == parts.compounds
    for name in ("forms", "positions", "counts"):
        assert getattr(whole, name).tolist() == getattr(parts, name).tolist()
        assert getattr(whole, name).dtype == getattr(parts, name).dtype == np.uint32


@pytest.mark.parametrize("texts", [[], [""], ["", " ", "—", "\0"]])
def test_texts_without_words_have_no_tokens(texts):
    tokens = BatchTokenizer().add(texts)
    assert (len(tokens.forms), len(tokens.positions), tokens.compounds) == (0, 0, [])
    assert tokens.counts.tolist() == [0] * len(texts)


def test_a_reset_begins_a_new_vocabulary_and_frees_memory():
    tokenizer = BatchTokenizer()
    empty = tokenizer.nbytes
    tokenizer.add([" ".join(f"word{number}" for number in range(50_000))])
    assert tokenizer.nbytes > empty + 50_000 * 100
    tokenizer.reset()
    assert (tokenizer.nbytes, tokenizer.terms, tokenizer.form_texts) == (empty, [], [])
    assert read(tokenizer, tokenizer.add(["Word1"])) == [[("word1", "Word1", 0)]]


def test_pieces_are_forgotten_before_they_fill_the_memory():
    tokenizer = BatchTokenizer(pieces_limit=8 << 20)
    tokenizer.add(["中" * 400_000])
    assert tokenizer.nbytes < 8 << 20


@given(ASCII_PIECES)
@example("1.234,567")
@example("1,234,5678")
@example(",234,567")
def test_the_usual_pieces_are_parsed_as_the_analyzer_does(piece):
    if parsed := parse(piece.encode()):
        tokens, keys = parsed
        assert [(term, form) for term, form, _ in tokens] == [word[:2] for word in words(piece)]
        assert keys == sorted(compounds(tokenize(piece)))


@pytest.mark.parametrize("piece", ["1,234,567", "5.93", "end-morning", "IRA's", "Allied-Signal's"])
def test_the_usual_pieces_take_the_direct_way(piece):
    assert parse(piece.encode())


@given(TEXTS)
def test_pieces_hold_all_words_and_no_separators(texts):
    pieces = cut(texts)
    raws = [raw.decode() for raw in pieces.raw(np.arange(len(pieces.starts)))]
    assert all(raws)
    assert {
        char for raw in raws for char in raw if shape(char) == " " and char < "\U00010000"
    } == set()
    assert len(pieces.bounds) == len(texts) + 1
    assert (pieces.bounds[0], pieces.bounds[-1]) == (0, len(raws))


@given(st.lists(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), unique=True), max_size=4))
def test_the_table_is_a_dictionary(groups):
    table, known = PieceTable(), {}
    for keys in groups:
        new = [key for key in keys if key not in known]
        numbers = {key: len(known) + at for at, key in enumerate(new)}
        table.add(*columns(new), np.array([*numbers.values()], np.int32))
        known |= numbers
        every = [(low, high) for low in range(1, 10) for high in range(4)]
        assert table.find(*columns(every)).tolist() == [known.get(key, -1) for key in every]


def test_the_table_grows_with_its_pieces():
    table = PieceTable()
    before = table.nbytes
    low, high = np.random.default_rng(3).integers(1, 1 << 63, (2, 100_000), np.uint64)
    table.add(low, high, np.arange(100_000, dtype=np.int32))
    assert table.nbytes > before
    assert table.find(low, high).tolist() == list(range(100_000))
    assert set(table.find(low, high + np.uint64(1)).tolist()) == {-1}


def columns(keys):
    low, high = np.array(keys, np.uint64).reshape(-1, 2).T
    return low, high


@pytest.mark.parametrize("name", ["reuters.jsonl.gz", "whitehouse.jsonl.gz"])
def test_the_tokens_of_real_articles_are_those_of_the_analyzer(data, name):
    with gzip.open(data(name), "rt", encoding="utf-8") as lines:
        texts = [text for _ in range(40) for text in json.loads(next(lines))["paragraphs"]]
    tokenizer = BatchTokenizer()
    assert read(tokenizer, tokenizer.add(texts)) == [words(text) for text in texts]
