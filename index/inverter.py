"""Inversion: the tokens of many texts, text by text -> postings, term by term.

Tokens are sorted by the rank of their term with a radix sort: numpy's stable sort of 16-bit
integers is one, so a pass over each half of the rank does it, and within a term the order of
texts and positions stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, starts_of
from index.codec.postings import Postings
from index.piece_tokens import Tokens
from index.tokens import BatchTokenizer

Int32s = npt.NDArray[np.int32]

_HALF = 16  # bits of a rank that one pass sorts by
_PACKED_BITS = 64
_CHUNK = 1 << 16  # tokens that are worked on at once, where that saves memory


def invert(words: Words, batches: Sequence[Tokens]) -> Postings:
    """The postings of texts; they are documents 0, 1, … over all batches.

    At most 24 bytes a token are taken at a time, of which up to 16 are the result, and some
    megabytes; the batches take 8 themselves.

    Args:
        words: of the batches, see ``used_words``.
        batches: of less than 2^31 tokens in all.
    """
    ranks = (words.ranks[batch.forms] for batch in batches)
    total = sum(len(batch.forms) for batch in batches)
    order, token_counts = _order_by_rank(ranks, total, len(words.terms))
    docs, positions, forms = _occurrences(words, batches, order)
    del order
    docs, starts, doc_freqs = _postings(docs, token_counts)
    return Postings(
        terms=words.terms,
        doc_freqs=doc_freqs,
        docs=docs,
        freqs=np.diff(starts),
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
    ranks = np.fromiter((rank[term] for term in chain.from_iterable(values)), np.uint32, total)
    order, counts = _order_by_rank([ranks], total, len(terms))
    docs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    docs, _, doc_freqs = _postings(docs[order], counts)
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


def _order_by_rank(
    parts: Iterable[npt.NDArray[np.uint32]], total: int, ranks: int
) -> tuple[npt.NDArray[np.uint32], Ints]:
    """A stable order of tokens by rank.

    Args:
        parts: uint32[…], the ranks of the tokens, part by part.
        total: how many tokens there are.
        ranks: how many ranks there are.

    Returns:
        uint32[total], the indices of the tokens in order, and int64[ranks], how many have
        each rank.
    """
    low, high = np.empty(total, np.uint16), np.empty(total, np.uint16)
    counts = np.zeros(ranks, np.int64)
    at = 0
    for part in parts:
        counts += np.bincount(part, minlength=ranks)
        low[at : at + len(part)] = part & 0xFFFF
        high[at : at + len(part)] = part >> _HALF
        at += len(part)
    order = np.argsort(low, kind="stable").astype(np.uint32)
    if ranks > 1 << _HALF:
        del low
        high = high[order]
        order = order[np.argsort(high, kind="stable")]
    return order, counts


def _occurrences(
    words: Words, batches: Sequence[Tokens], order: npt.NDArray[np.uint32]
) -> tuple[Int32s, Int32s, Int32s]:
    """Document, position and form of each token, in this order: three new int32[n].

    The three are put together in one number: to look numbers up all over large arrays is
    what takes time.
    """
    texts = sum(len(each.counts) for each in batches)
    last = max((int(each.positions.max(initial=0)) for each in batches), default=0)
    form_bits = int(words.form_counts.max(initial=0)).bit_length()
    text_at = form_bits + last.bit_length()
    if text_at + texts.bit_length() > _PACKED_BITS:
        return _occurrences_one_by_one(words, batches, order)
    packed = np.empty(len(order), np.uint64)
    text = at = 0
    for batch in batches:
        part = packed[at : at + len(batch.forms)]
        numbers = np.arange(text, text + len(batch.counts), dtype=np.uint64)
        part[:] = np.repeat(numbers << np.uint64(text_at), batch.counts)
        part |= batch.positions.astype(np.uint64) << np.uint64(form_bits)
        part |= words.forms[batch.forms].view(np.uint32)
        text, at = text + len(batch.counts), at + len(part)
    return _unpacked(packed, order, form_bits, text_at)


def _unpacked(
    packed: npt.NDArray[np.uint64], order: npt.NDArray[np.uint32], form_bits: int, text_at: int
) -> tuple[Int32s, Int32s, Int32s]:
    """Document, position and form from the high, middle and low bits of uint64[n], in order."""
    docs, positions, forms = (np.empty(len(order), np.int32) for _ in range(3))
    for at in range(0, len(order), _CHUNK):
        part = packed[order[at : at + _CHUNK]]
        docs[at : at + _CHUNK] = part >> np.uint64(text_at)
        forms[at : at + _CHUNK] = part & np.uint64((1 << form_bits) - 1)
        part &= np.uint64((1 << text_at) - 1)
        positions[at : at + _CHUNK] = part >> np.uint64(form_bits)
    return docs, positions, forms


def _occurrences_one_by_one(
    words: Words, batches: Sequence[Tokens], order: npt.NDArray[np.uint32]
) -> tuple[Int32s, Int32s, Int32s]:
    """The same, for numbers so large that they do not fit into one."""
    sizes = np.concatenate([batch.counts for batch in batches])
    docs = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
    positions = np.concatenate([batch.positions for batch in batches])[order]
    forms = np.concatenate([words.forms[batch.forms] for batch in batches])[order]
    return docs, positions.view(np.int32), forms


def _postings(docs: Int32s, token_counts: Ints) -> tuple[Int32s, Int32s, Ints]:
    """The runs of one document within one term.

    Args:
        docs: int32[n], the document of each token, term by term, ascending in each.
        token_counts: int64[terms], how many tokens each term has.

    Returns:
        int32[p], the documents; int32[p + 1], the first token of each posting, and n;
        int64[terms], the number of postings of each term.
    """
    is_first = np.ones(len(docs) + 1, np.bool_)
    np.not_equal(docs[1:], docs[:-1], out=is_first[1:-1])
    bounds = starts_of(token_counts)
    is_first[bounds] = True
    starts = np.empty(np.count_nonzero(is_first), np.int32)
    filled = 0
    for at in range(0, len(is_first), _CHUNK):
        found = np.flatnonzero(is_first[at : at + _CHUNK])
        starts[filled : filled + len(found)] = found + at
        filled += len(found)
    return docs[is_first[:-1]], starts, np.diff(np.searchsorted(starts, bounds.astype(np.int32)))


def _encoded(words: Iterable[str]) -> list[bytes]:
    """Words in UTF-8; none contains NUL, as that is no part of words."""
    return "\0".join(("", *words)).encode().split(b"\0")[1:]
