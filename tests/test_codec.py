"""The parts of a segment: whatever is written is read back, one by one, many at once, merged.

- Each encoding returns what it was given, at and around the borders of its widths.
- The dictionary answers like a sorted list.
- A field returns its postings, term by term and in ranges.
- Merging segments gives the segment of all their articles, byte for byte.
"""

from __future__ import annotations

import bisect
import io
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.codec.arrays import ragged, starts_of
from index.codec.columns import put_numbers, put_words, read_numbers, read_words
from index.codec.field import FieldReader, FieldWriter
from index.codec.forms import decode_forms, decode_many_forms, encode_forms
from index.codec.gaps import decode_gaps, decode_many, encode_gaps
from index.codec.norms import length_bytes
from index.codec.postings import Postings
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.terms import PAGE, TermDictionary, TermWriter
from index.codec.texts import TextsReader, TextsWriter
from index.codec.tokens import Bits
from index.header import UNDATED
from tests.memory_file import MemoryFile

IDENTITY = bytes(16)
GAPS = [1, 2, 254, 255, 256, 257, 65534, 65535, 65536, 65537, 10_000_000]


def reopened(write) -> SealedFile:
    """What ``write`` puts into a sealed file, opened."""
    file = MemoryFile()
    sealed = SealedWriter(file, "segment", IDENTITY)
    meta = write(sealed)
    sealed.close(meta or {})
    return SealedFile(file.data, "a file", "segment", IDENTITY)


doc_lists = st.lists(st.sampled_from(GAPS), min_size=1, max_size=40).map(
    lambda gaps: np.cumsum(gaps).clip(max=2**31 - 1).tolist()
)


@given(st.lists(doc_lists, min_size=1, max_size=12))
def test_gaps_give_the_documents_back(lists):
    lists = [sorted(set(docs)) for docs in lists]
    docs = np.array([doc for each in lists for doc in each], np.int32)
    counts = np.array([len(each) for each in lists])
    encoded, sizes, at, big = encode_gaps(docs, counts)
    firsts = docs[starts_of(counts)[:-1]].astype(np.int64)
    assert decode_many(encoded, sizes, firsts, counts, at, big).tolist() == docs.tolist()
    starts, bytes_at = starts_of(counts).tolist(), starts_of(sizes).tolist()
    for term, each in enumerate(lists):
        if len(each) > 1:
            mine = (at >= starts[term]) & (at < starts[term + 1])
            part = encoded[bytes_at[term] : bytes_at[term + 1]]
            again = decode_gaps(part, each[0], len(each), at[mine] - starts[term], big[mine])
            assert again.tolist() == each


@given(st.lists(st.lists(st.integers(0, 300), min_size=1, max_size=60), min_size=1, max_size=8))
def test_forms_give_the_printed_forms_back(tokens):
    tokens = [[number % (1 + 40 * at) for number in each] for at, each in enumerate(tokens)]
    terms = [b"%03d" % at for at in range(len(tokens))]
    given_out = np.array([max(each) + 1 for each in tokens])
    texts = [b"%03d" % at if not n else b"%03d-%d" % (at, n) for at, each in enumerate(tokens) for n in range(max(each) + 1)]  # fmt: skip
    counts = np.array([len(each) for each in tokens])
    flat = np.array([number for each in tokens for number in each])
    encoded = encode_forms(terms, counts, flat, given_out, texts)
    forms = decode_many_forms(encoded.bits, encoded.bit_sizes, counts, encoded.at, encoded.big)
    table_at, bits_at = starts_of(encoded.table_sizes), starts_of(encoded.bit_sizes)
    starts = starts_of(counts)
    for at, each in enumerate(tokens):
        table = encoded.tables[table_at[at] : table_at[at + 1]].split(b"\n")[:-1] or [terms[at]]
        wanted = [b"%03d" % at if not n else b"%03d-%d" % (at, n) for n in each]
        assert [table[n] for n in forms[starts[at] : starts[at + 1]]] == wanted
        mine = (encoded.at >= starts[at]) & (encoded.at < starts[at + 1])
        alone = decode_forms(
            encoded.bits[bits_at[at] : bits_at[at + 1]],
            len(each),
            encoded.at[mine] - starts[at],
            encoded.big[mine],
        )
        assert [table[n] for n in alone] == wanted


def test_the_most_frequent_form_has_the_first_number_and_of_equal_ones_the_first_to_come():
    forms = np.array([2, 1, 1, 0, 0, 3])
    encoded = encode_forms([b"x"], np.array([6]), forms, np.array([4]), [b"a", b"b", b"c", b"d"])
    assert encoded.tables == b"b\na\nc\nd\n"


def write_terms(terms: Sequence[bytes], parts: int = 1):
    def write(sealed: SealedWriter) -> None:
        writer = TermWriter(4)
        for part in np.array_split(np.arange(len(terms)), parts):
            some = [terms[at] for at in part.tolist()]
            if some:
                writer.add(some, np.zeros((len(some), 4), np.int64), np.zeros(len(some)))
        writer.finish(sealed, "f", by_ending=True)

    return TermDictionary(reopened(write), "f", 4)


words = st.text("ab\u00e9\u4e2d", min_size=1, max_size=12).map(str.encode)


@settings(max_examples=60)
@given(
    st.sets(words, min_size=1, max_size=3 * PAGE),
    st.lists(words, min_size=1, max_size=20),
    st.integers(1, 5),
)
def test_the_dictionary_answers_like_a_sorted_list(terms, asked, parts):
    terms = sorted(terms)
    dictionary = write_terms(terms, parts)
    assert len(dictionary) == len(terms)
    assert dictionary.texts(0, len(terms)) == terms
    for term in [*asked, *terms[::17]]:
        assert dictionary.lower(term) == bisect.bisect_left(terms, term)
        assert dictionary.find(term) == (terms.index(term) if term in terms else -1)
        found = [at for at, each in enumerate(terms) if each.startswith(term)]
        low, high = dictionary.prefix(term)
        assert list(range(low, high)) == found
    pattern = re.compile(rb"^a[^\n]*b$", re.MULTILINE)
    matching = [at for at, each in enumerate(terms) if re.fullmatch(rb"a.*b", each)]
    assert dictionary.matching(pattern, 0, len(terms)).tolist() == matching
    by_ending = sorted(range(len(terms)), key=lambda at: terms[at][::-1])
    assert dictionary.by_ending().tolist() == by_ending


@pytest.mark.parametrize("shared", [b"", b"longer than eight bytes "])
@pytest.mark.parametrize("count", [1, PAGE - 1, PAGE, PAGE + 1, 5 * PAGE])
def test_a_term_is_found_on_every_page_also_where_pages_begin_alike(shared, count):
    terms = [shared + b"%06d" % at for at in range(count)]
    dictionary = write_terms(terms)
    assert [dictionary.find(term) for term in terms] == list(range(count))
    assert dictionary.find(shared) == dictionary.find(shared + b"~") == -1


def random_postings(chance: np.random.Generator, docs: int) -> Postings:
    """Postings of terms of all frequencies, up to all documents."""
    terms, doc_freqs, all_docs, freqs, positions, forms, counts, texts = [], [], [], [], [], [], [], []  # fmt: skip
    for number, frequency in enumerate([1, 2, 3, docs // 50, docs // 3, docs]):
        terms.append(b"t%d" % number)
        some = np.sort(chance.choice(docs, max(1, frequency), replace=False))
        times = chance.choice([1, 1, 1, 2, 300], len(some))
        doc_freqs.append(len(some))
        all_docs.append(some)
        freqs.append(times)
        positions += [np.sort(chance.choice(70_000, each, replace=False)) for each in times]
        counts.append(number + 1)
        forms.append(chance.integers(0, number + 1, times.sum()))
        texts += [b"T%d.%d" % (number, form) for form in range(number + 1)]
    return Postings(
        terms, np.array(doc_freqs), np.concatenate(all_docs).astype(np.int32),
        np.concatenate(freqs).astype(np.int32), np.concatenate(positions).astype(np.int32),
        np.concatenate(forms).astype(np.int32), np.array(counts), texts,
    )  # fmt: skip


def lengths_of(postings: Postings, docs: int) -> np.ndarray:
    return np.bincount(postings.docs, postings.freqs, docs).astype(np.int64)


def write_field(postings: Postings, docs: int, *, has_tokens: bool = True) -> FieldReader:
    def write(sealed: SealedWriter):
        lengths = lengths_of(postings, docs) if has_tokens else None
        writer = FieldWriter(lengths, has_tokens=has_tokens, level="paragraph", scratch=io.BytesIO)
        writer.add(postings)
        return writer.finish(sealed, "f")

    sealed = reopened(write)
    return FieldReader(sealed, "f", sealed.meta, docs)


@pytest.mark.parametrize("docs", [200, 5000])
def test_a_field_returns_its_postings_term_by_term_and_in_ranges(docs):
    postings = random_postings(np.random.default_rng(7), docs)
    field = write_field(postings, docs)
    starts = starts_of(postings.doc_freqs)
    tokens = starts_of(np.add.reduceat(postings.freqs, starts[:-1]))
    form_starts = starts_of(postings.form_counts)
    assert field.lengths.tolist() == lengths_of(postings, docs).tolist()
    assert field.length_bytes.tolist() == length_bytes(lengths_of(postings, docs)).tolist()
    whole = field.postings(0, field.num_terms)
    assert whole.docs.tolist() == postings.docs.tolist()
    assert whole.freqs.tolist() == postings.freqs.tolist()
    assert whole.positions.tolist() == postings.positions.tolist()
    for number, term in enumerate(postings.terms):
        assert field.terms.find(term) == number
        here = slice(starts[number], starts[number + 1])
        assert field.doc_freq(number) == postings.doc_freqs[number]
        assert field.docs(number).tolist() == postings.docs[here].tolist()
        assert field.freqs(number).tolist() == postings.freqs[here].tolist()
        here = slice(tokens[number], tokens[number + 1])
        assert field.positions(number).tolist() == postings.positions[here].tolist()
        printed = [field.form_texts(number)[form] for form in field.forms(number)]
        texts = postings.form_texts[form_starts[number] : form_starts[number + 1]]
        assert printed == [texts[form].decode() for form in postings.forms[here]]
        alone = field.tokens(number)
        for rows in (np.arange(starts[number + 1] - starts[number]), np.array([0])):
            firsts, counts = alone.of_rows(rows)
            assert counts.tolist() == field.freqs(number)[rows].tolist()
            wanted = ragged(firsts, counts)
            assert alone.positions(wanted).tolist() == field.positions(number)[wanted].tolist()
            assert alone.forms.of(wanted).tolist() == field.forms(number)[wanted].tolist()
        again = field.postings(number, number + 1)
        assert [again.form_texts[form].decode() for form in again.forms] == printed


def test_champions_are_the_best_postings_of_frequent_terms():
    postings = random_postings(np.random.default_rng(8), 5000)
    field = write_field(postings, 5000)
    lengths = lengths_of(postings, 5000)
    assert field.champions(0) is None
    docs, codes = field.champions(5)
    freqs, all_docs = field.freqs(5), field.docs(5)
    mean = lengths.mean()
    scores = (
        freqs.clip(max=255)
        * 2.2
        / (freqs.clip(max=255) + 1.2 * (0.25 + 0.75 * lengths[all_docs] / mean))
    )
    chosen = scores[np.isin(all_docs, docs)]
    assert len(docs) == 64
    assert chosen.min() >= np.sort(scores)[-64] * 0.96  # a length byte is a step of 3.3 %
    assert (codes >> 8).tolist() == freqs[np.isin(all_docs, docs)].clip(max=255).tolist()


def test_a_field_of_documents_only_has_no_tokens():
    postings = Postings([b"a", b"b"], np.array([2, 1]), np.array([0, 7, 3], np.int32), None, None, None, None, [])  # fmt: skip
    field = write_field(postings, 8, has_tokens=False)
    assert field.docs(0).tolist() == [0, 7]
    assert field.freqs(0).tolist() == [1, 1]
    assert field.lengths is None
    assert field.postings(0, 2).docs.tolist() == [0, 7, 3]


def test_texts_are_read_back_in_any_order():
    texts = ["", "x" * 254, "y" * 255, "é" * 300, "z" * 10_000, *(f"paragraph {n}" for n in range(2000)), ""]  # fmt: skip
    with ThreadPoolExecutor(1) as pool:

        def write(sealed: SealedWriter) -> None:
            writer = TextsWriter(io.BytesIO, pool)
            for part in np.array_split(np.arange(len(texts)), 7):
                writer.extend([texts[at] for at in part.tolist()])
            writer.finish(sealed, "t")

        reader = TextsReader(reopened(write), "t")

        def copy(sealed: SealedWriter) -> None:
            writer = TextsWriter(io.BytesIO, pool)
            writer.extend(["before"])
            writer.copy(reader)
            writer.extend(["after"])
            writer.finish(sealed, "t")

        copied = TextsReader(reopened(copy), "t")
    order = np.random.default_rng(1).permutation(len(texts)).tolist()
    assert [reader[at] for at in order] == [texts[at] for at in order]
    assert [copied[at] for at in range(len(texts) + 2)] == ["before", *texts, "after"]


def test_columns_give_numbers_and_words_back():
    words = ["", "Coast Wire", "a\0b", "é", "Coast Wire", "line\nfeed"]
    numbers = np.array([-5, UNDATED, 10**12, 0, 3600, -5])

    def write(sealed: SealedWriter) -> dict[str, int]:
        put_words(sealed, "w", words)
        return put_numbers(sealed, "n", numbers, UNDATED)

    sealed = reopened(write)
    codes, known = read_words(sealed, "w")
    assert [known[code] for code in codes] == words
    assert read_numbers(sealed, "n", sealed.meta).tolist() == numbers.tolist()


@given(
    st.lists(st.booleans(), min_size=1, max_size=200),
    st.integers(0, 7),
    st.data(),
)
def test_bits_tell_which_are_set_and_how_many_are_before(flags, first, data):
    packed = np.packbits([True] * first + flags, bitorder="little")
    of_bits = st.integers(0, len(flags) - 1)
    asked = np.array(sorted(data.draw(st.sets(of_bits, min_size=1))), np.int64)
    expected = [(at, sum(flags[:bit])) for at, bit in enumerate(asked.tolist()) if flags[bit]]
    read = Bits(packed, first)
    places, ranks = read.among(asked)
    assert list(zip(places.tolist(), ranks.tolist(), strict=True)) == expected
    places, ranks = read.before(asked)
    assert places.tolist() == [at for at, _ in expected]
    assert ranks.tolist() == [sum(flags[:bit]) for bit in asked.tolist()]
