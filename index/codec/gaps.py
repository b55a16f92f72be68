"""The documents of each term, as gaps in 1, 2 or 4 bytes.

A term's gaps take the width that makes them smallest; a gap that does not fit stands in the
patches, by the number of its posting. The first document of a term stands with the term, so
that a term of one document has no gap at all.

======== ====== ============================================================================
gaps     u1     little-endian gaps of 1, 2 or 4 bytes, term after term
gap_at   u4, u8 numbers of the postings whose gap does not fit
gap_big  u4     those gaps
======== ====== ============================================================================
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints, ragged, run_counts, run_sums, starts_of

_PATCH = 8  # bytes that a patch takes
_WIDTHS = (1, 2, 4)
Bytes = npt.NDArray[np.uint8]


def encode_gaps(
    docs: npt.NDArray[np.int32], doc_freqs: Ints
) -> tuple[Bytes, Ints, Ints, npt.NDArray[np.uint32]]:
    """Encode the documents of several terms.

    Args:
        docs: int32[p], ascending within each term.
        doc_freqs: int64[t], at least 1 each.

    Returns:
        The gaps uint8[b]; the bytes of each term int64[t]; the postings, numbered from 0,
        whose gap did not fit int64[m]; those gaps uint32[m].
    """
    starts = starts_of(doc_freqs)
    gaps = np.diff(docs, prepend=np.int32(0)).astype(np.uint32)
    gaps[starts[:-1]] = 0
    inner = doc_freqs - 1
    costs = np.stack(
        [
            inner + _PATCH * run_counts(gaps > 0xFF, starts),
            2 * inner + _PATCH * run_counts(gaps > 0xFFFF, starts),
            4 * inner,
        ]
    )
    widths = np.array(_WIDTHS)[np.argmin(costs, axis=0)]
    sizes = inner * widths
    encoded = np.empty(int(sizes.sum()), np.uint8)
    narrow = widths.astype(np.uint8)
    width_of_byte = np.repeat(narrow, sizes)
    width_of_posting = np.repeat(narrow, doc_freqs)
    width_of_posting[starts[:-1]] = 0  # a first document has no gap
    fits = np.ones(len(docs), np.bool_)
    for width in _WIDTHS:
        some = width_of_posting == width
        of_width = gaps[some]
        if width < 4:
            fits[some] = of_width < 1 << 8 * width
        encoded[width_of_byte == width] = of_width.astype(f"<u{width}").view(np.uint8)
    big = np.flatnonzero(~fits)
    return encoded, sizes, big, gaps[big]


def decode_gaps(
    encoded: Bytes, first: int, doc_freq: int, at: AnyInts, big: AnyInts
) -> npt.NDArray[np.int32]:
    """The documents of one term; a new int32[doc_freq].

    Args:
        encoded: uint8[b], the term's gaps.
        first: its first document.
        doc_freq: how many documents it has, at least 2.
        at: the patched gaps, by their number in the term, from 1.
        big: those gaps.
    """
    docs = np.empty(doc_freq, np.int32)
    docs[0] = first
    gaps: AnyInts = encoded.view(f"<u{len(encoded) // (doc_freq - 1)}")
    if len(at):
        gaps = gaps.astype(np.uint32)
        gaps[at - 1] = big
    docs[1:] = gaps
    np.add.accumulate(docs, out=docs)
    return docs


def decode_many(
    encoded: Bytes, sizes: Ints, firsts: Ints, doc_freqs: Ints, at: Ints, big: AnyInts
) -> npt.NDArray[np.int32]:
    """The documents of several terms, one after the other; a new int32[doc_freqs.sum()].

    Args:
        encoded: uint8[b], the gaps of all the terms.
        sizes: int64[t], the bytes of each.
        firsts: int64[t], the first document of each.
        doc_freqs: int64[t], at least 1.
        at: int64[m], the patched gaps, by their posting, numbered from 0.
        big: integers [m], those gaps.
    """
    starts = starts_of(doc_freqs)
    gaps = np.zeros(starts[-1], np.int64)
    inner = doc_freqs - 1
    widths = sizes // np.maximum(inner, 1)
    byte_starts = starts_of(sizes)[:-1]
    for width in _WIDTHS:
        terms = np.flatnonzero(widths == width)
        if len(terms):
            values = encoded[ragged(byte_starts[terms], sizes[terms])].view(f"<u{width}")
            gaps[ragged(starts[terms] + 1, inner[terms])] = values
    gaps[at] = big
    # One running sum over all the terms: each takes back what the ones before it left.
    gaps[starts[:-1]] = firsts
    lasts = run_sums(gaps, starts)
    gaps[starts[1:-1]] -= lasts[:-1]
    return np.cumsum(gaps).astype(np.int32)
