"""The printed form of each token: ``Syria``, ``SYRIA``, ``Syria’s`` of the term ``syria``.

The forms of a term are numbered from the most frequent to the rarest, of equal ones the one
that comes first. A term's numbers are packed in 0, 1, 2, 4 or 8 bits, whichever is smallest
with the patches for numbers that do not fit. A term whose only form is the term itself has
neither table nor bits.

=========== ====== =========================================================================
forms       u1     the forms of each term, joined by line feeds
form_bits   u1     packed numbers, low bits first; each term begins at a byte
form_at     u4, u8 indices of the tokens whose form does not fit
form_big    u4     the numbers of those forms
=========== ====== =========================================================================
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints, ragged, run_sums, starts_of

_PATCH = 8  # bytes that a patch takes
_WIDTHS = (0, 1, 2, 4, 8)
Bytes = npt.NDArray[np.uint8]


class EncodedForms(NamedTuple):
    """The forms of several terms: tables and their sizes, bits and theirs, patches."""

    tables: bytes
    table_sizes: Ints
    bits: Bytes
    bit_sizes: Ints
    at: Ints
    big: AnyInts


def encode_forms(
    terms: list[bytes], token_counts: Ints, forms: AnyInts, form_counts: Ints, texts: list[bytes]
) -> EncodedForms:
    """Encode the forms of several terms.

    Args:
        terms: [t].
        token_counts: int64[t], tokens of each term, at least 1.
        forms: integers [n], for each token its form, numbered within the term in any way.
        form_counts: int64[t], how many numbers each term has given out.
        texts: the forms of the first term, of the second …
    """
    flat = np.repeat(starts_of(form_counts)[:-1], token_counts) + forms
    kept, numbers, uses = _rank(flat, form_counts)
    forms = numbers[flat]
    term_of = np.repeat(np.arange(len(terms)), form_counts)[kept]
    given = np.bincount(term_of, minlength=len(terms))
    tables, table_sizes = _tables(terms, given, [texts[at] for at in kept.tolist()])
    widths = _widths(uses, given, token_counts)
    bit_sizes = (token_counts * widths + 7) // 8
    widths = _widths_of(bit_sizes, token_counts)
    limits = np.repeat((1 << widths).astype(np.uint16), token_counts)
    at = np.flatnonzero(forms >= limits)
    big = forms[at]
    forms = forms.astype(np.uint8)
    forms[at] = 0
    bits = _bits(forms, token_counts, limits, widths, bit_sizes)
    return EncodedForms(tables, table_sizes, bits, bit_sizes, at, big)


def _bits(
    forms: Bytes, token_counts: Ints, limits: npt.NDArray[np.uint16], widths: Ints, bit_sizes: Ints
) -> Bytes:
    """The packed numbers of several terms.

    Args:
        forms: uint8[n], the numbers, 0 for those that are patched.
        token_counts: int64[t], tokens of each term.
        limits: uint16[n], 2 to the power of the width of the token's term.
        widths: int64[t].
        bit_sizes: int64[t], the bytes of each term.
    """
    bits = np.empty(int(bit_sizes.sum()), np.uint8)
    width_of_byte = np.repeat(widths.astype(np.uint8), bit_sizes)
    for width in _WIDTHS[1:]:
        some = np.flatnonzero(widths == width)
        if not len(some):
            continue
        values = forms[limits == 1 << width]
        # Each term begins at a byte: after its numbers there are as many zeros as that takes.
        padding = bit_sizes[some] * (8 // width) - token_counts[some]
        ends = np.cumsum(token_counts[some])
        values = np.insert(values, np.repeat(ends, padding), 0)
        bits[width_of_byte == width] = _pack(values, width)
    return bits


def _rank(flat: Ints, form_counts: Ints) -> tuple[Ints, npt.NDArray[np.uint32], Ints]:
    """Number the forms of each term anew, from the most frequent to the rarest.

    Returns:
        The forms that are used, in their new order, int64[f]; the new number within its term
        of each old form, uint32[forms]; the uses of each of the first, int64[f].
    """
    total = int(form_counts.sum())
    uses = np.bincount(flat, minlength=total)
    first_use = np.zeros(total, np.int64)
    first_use[flat[::-1]] = np.arange(len(flat) - 1, -1, -1)
    term_of = np.repeat(np.arange(len(form_counts)), form_counts)
    order = np.lexsort((first_use, -uses, term_of))
    kept = order[uses[order] > 0]
    numbers = np.zeros(total, np.uint32)
    given = np.bincount(term_of[kept], minlength=len(form_counts))
    numbers[kept] = np.arange(len(kept)) - np.repeat(starts_of(given)[:-1], given)
    return kept, numbers, uses[kept]


def _tables(terms: list[bytes], given: Ints, texts: list[bytes]) -> tuple[bytes, Ints]:
    """The tables of all terms, and their sizes; none where the form is the term."""
    tables: list[bytes] = []
    at = 0
    for term, count in zip(terms, given.tolist(), strict=True):
        alone = count == 1 and texts[at] == term
        tables.append(b"" if alone else b"\n".join(texts[at : at + count]) + b"\n")
        at += count
    return b"".join(tables), np.fromiter(map(len, tables), np.int64, len(tables))


def _widths(uses: Ints, given: Ints, token_counts: Ints) -> Ints:
    """The width in bits that makes each term's numbers smallest, int64[t]."""
    starts = starts_of(given)
    rank = np.arange(len(uses)) - np.repeat(starts[:-1], given)
    costs = np.stack(
        [
            (token_counts * width + 7) // 8
            + _PATCH * run_sums(np.where(rank < 1 << width, 0, uses), starts)
            for width in _WIDTHS
        ]
    )
    chosen: Ints = np.array(_WIDTHS)[np.argmin(costs, axis=0)]
    return chosen


def _widths_of(bit_sizes: AnyInts, token_counts: AnyInts) -> Ints:
    """The widths that terms have by the bytes they take: the widest that takes no more."""
    widths = np.zeros(len(bit_sizes), np.int64)
    for width in _WIDTHS[1:]:
        widths[(bit_sizes > 0) & ((token_counts * width + 7) // 8 == bit_sizes)] = width
    return widths


def _pack(values: Bytes, width: int) -> Bytes:
    """Pack values of ``width`` bits, low bits first; their count fills whole bytes."""
    if width == 8:
        return values
    rows = values.reshape(-1, 8 // width)
    packed = rows[:, 0].copy()
    for column in range(1, 8 // width):
        packed |= rows[:, column] << np.uint8(column * width)
    return packed


def _unpack(packed: Bytes, width: int) -> Bytes:
    """What _pack has packed."""
    if width == 8:
        return packed
    if width == 1:
        return np.unpackbits(packed, bitorder="little")
    shifts = np.arange(0, 8, width, dtype=np.uint8)
    values: Bytes = ((packed[:, None] >> shifts) & np.uint8((1 << width) - 1)).ravel()
    return values


def form_width(size: int, count: int) -> int:
    """The bits that a number has where ``count`` of them take ``size`` bytes."""
    return next((width for width in (8, 4, 2, 1) if (count * width + 7) // 8 == size), 0)


def decode_forms(bits: Bytes, count: int, at: AnyInts, big: AnyInts) -> npt.NDArray[np.int32]:
    """The numbers of the forms of one term; a new int32[count].

    Args:
        bits: uint8[b], its packed numbers.
        count: how many tokens it has.
        at: integers [m], the tokens of the term whose number did not fit, from 0.
        big: integers [m], those numbers.
    """
    width = form_width(len(bits), count)
    forms = np.zeros(count, np.int32)
    if width and len(bits):
        forms[:] = _unpack(bits, width)[:count]
    forms[at] = big
    return forms


def decode_many_forms(
    bits: Bytes, bit_sizes: Ints, token_counts: Ints, at: Ints, big: AnyInts
) -> npt.NDArray[np.int32]:
    """The numbers of the forms of several terms, one after the other; a new int32[n].

    Args:
        bits: uint8[b], the packed numbers of all the terms.
        bit_sizes: int64[t], the bytes of each term.
        token_counts: int64[t], the tokens of each term.
        at: int64[m], the tokens whose number did not fit, from 0 over all the terms.
        big: integers [m], those numbers.
    """
    token_starts = starts_of(token_counts)
    forms = np.zeros(token_starts[-1], np.int32)
    widths = _widths_of(bit_sizes, token_counts)
    bit_starts = starts_of(bit_sizes)[:-1]
    for width in _WIDTHS[1:]:
        some = np.flatnonzero(widths == width)
        if len(some):
            values = _unpack(bits[ragged(bit_starts[some], bit_sizes[some])], width)
            padded = starts_of(bit_sizes[some] * (8 // width))[:-1]
            where = ragged(token_starts[some], token_counts[some])
            forms[where] = values[ragged(padded, token_counts[some])]
    forms[at] = big
    return forms
