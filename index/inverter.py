"""Inversion: the tokens of many texts, text by text -> postings, term by term.

All that is known of a token goes into one number of 64 bits: from the highest bits down the
rank of its term, its text, its position, and its form. These numbers are sorted, which NumPy
does with vector instructions, and taken apart again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, starts_of
from index.codec.postings import Postings
from index.piece_tokens import Tokens
from index.tokens import BatchTokenizer

Int32s = npt.NDArray[np.int32]
Keys = npt.NDArray[np.uint64]

_KEY_BITS = 64
_DOC_BITS = 32
_CHUNK = 1 << 16  # tokens that are worked on at once: what caches hold


def invert(words: Words, batches: Sequence[Tokens]) -> Postings:
    """The postings of texts; they are documents 0, 1, … over all batches.

    At most 24 bytes a token are taken at a time, of which up to 16 are the result, and some
    megabytes; the batches take 8 themselves.

    Args:
        words: of the batches, see ``used_words``.
        batches: of less than 2^31 tokens in all.
    """
    layout = _layout(words, batches)
    if sum(layout) > _KEY_BITS:
        return _invert_at_length(words, batches)
    keys = _keys(words, batches, layout)
    keys.sort()
    starts, docs = _postings(keys, layout)
    freqs = np.diff(starts)
    doc_freqs = _doc_freqs(keys, starts, layout, len(words.terms))
    del starts
    positions, forms = _places(keys, layout)
    return Postings(
        terms=words.terms,
        doc_freqs=doc_freqs,
        docs=docs,
        freqs=freqs,
        positions=positions,
        forms=forms,
        form_counts=words.form_counts,
        form_texts=words.form_texts,
    )


def invert_values(values: Sequence[Sequence[str]]) -> Postings:
    """The postings of documents 0, 1, … whose values are terms as they stand.

    >>> postings = invert_values([["en", "fr"], [], ["en", "en"]])
    >>> postings.terms, postings.doc_freqs.tolist(), postings.docs.tolist()
    ([b'en', b'fr'], [2, 1], [0, 2, 0])
    """
    terms = sorted(set(chain.from_iterable(values)))
    rank = {term: number for number, term in enumerate(terms)}
    sizes = np.fromiter(map(len, values), np.uint32, len(values))
    total = int(sizes.sum())
    keys = np.fromiter(map(rank.__getitem__, chain.from_iterable(values)), np.uint64, total)
    keys <<= np.uint64(_DOC_BITS)
    keys |= np.repeat(np.arange(len(sizes), dtype=np.uint64), sizes)
    keys = np.unique(keys)
    doc_freqs = np.bincount((keys >> np.uint64(_DOC_BITS)).view(np.int64), minlength=len(terms))
    docs = (keys & np.uint64((1 << _DOC_BITS) - 1)).astype(np.int32)
    encoded = [term.encode() for term in terms]
    return Postings(encoded, doc_freqs, docs, None, None, None, None, [])


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some batches.

    Attributes:
        terms, form_counts, form_texts: as in Postings.
        ranks: uint32[vocabulary], of each form: the rank of its term.
        forms: int32[vocabulary], the number of each form within its term.
    """

    terms: list[bytes]
    form_counts: Ints
    form_texts: list[bytes]
    ranks: npt.NDArray[np.uint32]
    forms: npt.NDArray[np.int32]


def used_words(tokenizer: BatchTokenizer, batches: Iterable[Tokens]) -> Words:
    """The words that occur in batches; those of the vocabulary that do not have rank 0.

    So several fields can share a tokenizer. It must not have been reset since it made the
    batches; once this returns, others may use it again.
    """
    is_used = np.zeros(len(tokenizer.form_texts), np.bool_)
    for batch in batches:
        is_used[batch.forms] = True
    used = np.flatnonzero(is_used)
    term_of = tokenizer.term_of_form[used]
    by_text = tokenizer.terms
    # Python sorts strings by code point, which is the order of their UTF-8.
    numbers = sorted(set(term_of.tolist()), key=by_text.__getitem__)
    rank_of_term = np.zeros(len(by_text), np.uint32)
    rank_of_term[numbers] = np.arange(len(numbers), dtype=np.uint32)
    ranks = np.zeros(len(is_used), np.uint32)
    ranks[used] = rank_of_term[term_of]
    used = used[np.argsort(ranks[used], kind="stable")]
    form_counts = np.bincount(ranks[used], minlength=len(numbers))
    first = np.repeat(starts_of(form_counts)[:-1], form_counts)
    forms = np.zeros(len(is_used), np.int32)
    forms[used] = np.arange(len(used)) - first
    texts = tokenizer.form_texts
    return Words(
        _encoded(map(by_text.__getitem__, numbers)),
        form_counts,
        _encoded(map(texts.__getitem__, used.tolist())),
        ranks,
        forms,
    )


class _Layout(NamedTuple):
    """The bits of each part of a key, from the highest part to the lowest.

    Two tokens of a text may have one position, the later one then stands above the earlier
    one by a bit.
    """

    rank: int
    text: int
    position: int
    form: int


def _layout(words: Words, batches: Sequence[Tokens]) -> _Layout:
    texts = sum(len(each.counts) for each in batches)
    last = max((int(each.positions.max(initial=0)) for each in batches), default=0)
    form_count = int(words.form_counts.max(initial=0))
    return _Layout(
        len(words.terms).bit_length(),
        texts.bit_length(),
        last.bit_length() + 1,
        form_count.bit_length(),
    )


def _keys(words: Words, batches: Sequence[Tokens], layout: _Layout) -> Keys:
    """The keys of all tokens, a new uint64[n]."""
    place_bits = layout.position + layout.form
    of_form = words.ranks.astype(np.uint64) << np.uint64(layout.text + place_bits)
    of_form |= words.forms.view(np.uint32)
    keys = np.empty(sum(len(each.forms) for each in batches), np.uint64)
    text = at = 0
    for batch in batches:
        part = keys[at : at + len(batch.forms)]
        np.take(of_form, batch.forms, out=part, mode="clip")  # which writes where it should
        numbers = np.arange(text, text + len(batch.counts), dtype=np.uint64)
        part |= np.repeat(numbers << np.uint64(place_bits), batch.counts)
        places = batch.positions.astype(np.uint64)
        places <<= np.uint64(1)
        # Of two tokens with one position the first has a follower with the same.
        places[:-1] |= batch.positions[1:] != batch.positions[:-1]
        places[-1:] |= np.uint64(1)
        places <<= np.uint64(layout.form)
        part |= places
        text, at = text + len(batch.counts), at + len(part)
    return keys


def _postings(keys: Keys, layout: _Layout) -> tuple[Int32s, Int32s]:
    """The runs of one document within one term.

    Returns:
        int32[p + 1], the first token of each posting, and n; int32[p], the documents.
    """
    text_at = np.uint64(layout.position + layout.form)
    is_first = np.ones(len(keys) + 1, np.bool_)
    for at in range(0, len(keys) - 1, _CHUNK):
        owners = keys[at : at + _CHUNK + 1] >> text_at
        np.not_equal(owners[1:], owners[:-1], out=is_first[at + 1 : at + len(owners)])
    starts = np.empty(np.count_nonzero(is_first), np.int32)
    filled = 0
    for at in range(0, len(is_first), _CHUNK):
        found = np.flatnonzero(is_first[at : at + _CHUNK])
        starts[filled : filled + len(found)] = found + at
        filled += len(found)
    docs = np.empty(len(starts) - 1, np.int32)
    last_text = np.uint64((1 << layout.text) - 1)
    for at in range(0, len(docs), _CHUNK):
        some = docs[at : at + _CHUNK]
        some[:] = (keys[starts[at : at + len(some)]] >> text_at) & last_text
    return starts, docs


def _doc_freqs(keys: Keys, starts: Int32s, layout: _Layout, terms: int) -> Ints:
    """The number of postings of each term, int64[terms]."""
    rank_at = np.uint64(layout.text + layout.position + layout.form)
    firsts = np.searchsorted(keys, np.arange(terms + 1, dtype=np.uint64) << rank_at)
    return np.diff(np.searchsorted(starts, firsts.astype(np.int32)))


def _places(keys: Keys, layout: _Layout) -> tuple[Int32s, Int32s]:
    """The position and the form of each token: two new int32[n]."""
    positions, forms = np.empty(len(keys), np.int32), np.empty(len(keys), np.int32)
    last_position = np.uint64((1 << layout.position - 1) - 1)
    last_form = np.uint64((1 << layout.form) - 1)
    for at in range(0, len(keys), _CHUNK):
        part = keys[at : at + _CHUNK]
        forms[at : at + _CHUNK] = part & last_form
        positions[at : at + _CHUNK] = part >> np.uint64(layout.form + 1) & last_position
    return positions, forms


def _invert_at_length(words: Words, batches: Sequence[Tokens]) -> Postings:
    """The postings of texts whose numbers are so large that keys do not hold them."""
    forms = np.concatenate([batch.forms for batch in batches])
    order = np.argsort(words.ranks[forms], kind="stable")
    forms = forms[order]
    ranks = words.ranks[forms]
    sizes = np.concatenate([batch.counts for batch in batches])
    docs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
    is_first = np.ones(len(order) + 1, np.bool_)
    is_first[1:-1] = (docs[1:] != docs[:-1]) | (ranks[1:] != ranks[:-1])
    starts = np.flatnonzero(is_first)
    return Postings(
        terms=words.terms,
        doc_freqs=np.bincount(ranks[is_first[:-1]], minlength=len(words.terms)),
        docs=docs[is_first[:-1]],
        freqs=np.diff(starts).astype(np.int32),
        positions=np.concatenate([batch.positions for batch in batches])[order].view(np.int32),
        forms=words.forms[forms],
        form_counts=words.form_counts,
        form_texts=words.form_texts,
    )


def _encoded(words: Iterable[str]) -> list[bytes]:
    """Words in UTF-8; none contains NUL, as that is no part of words."""
    return "\0".join(("", *words)).encode().split(b"\0")[1:]
