"""The postings of some terms as their field stores them: what FieldWriter writes.

The terms of a range are encoded apart from all others, so that several threads can.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints, run_counts, run_sums, starts_of
from index.codec.champions import MIN_DOC_FREQ, Codes, champions, score_codes
from index.codec.forms import encode_forms
from index.codec.gaps import encode_gaps
from index.codec.postings import Postings
from index.codec.terms import COLUMNS

(_TEXT, _POSTING, _GAP, _FIRST, _FREQ, _TOKEN, _FORM, _FORM_BITS, _HIGH) = range(len(COLUMNS))
DOCUMENTS_ONLY = 4
"""Columns of a field without frequencies and positions."""

Norms = tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]
"""The length byte of each document of a field, and the factors of ``score_factors``."""


@dataclass(slots=True)
class EncodedTerms:
    """Some terms of a field, encoded.

    Attributes:
        terms: [t], UTF-8.
        sizes: int64[t, columns], how much each term takes of each part, see ``COLUMNS``.
        first_docs: int32[t], the first document of each term.
        num_postings, num_tokens: how many there are.
        streams: the bytes that follow in arrays of the field, by the name of the array.
        bits: the bits that follow in others.
        patches: numbers of postings or tokens, from 0, and values that did not fit.
        champions: term, from 0, its best documents and their codes.
    """

    terms: list[bytes]
    sizes: Ints
    first_docs: npt.NDArray[np.int32]
    num_postings: int
    num_tokens: int = 0
    streams: dict[str, npt.NDArray[np.uint8]] = field(default_factory=dict)
    bits: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
    patches: dict[str, tuple[Ints, AnyInts]] = field(default_factory=dict)
    champions: list[tuple[int, npt.NDArray[np.int32], Codes]] = field(default_factory=list)


def encode_terms(postings: Postings, norms: Norms | None, *, has_tokens: bool) -> EncodedTerms:
    """Encode the postings of at least one term.

    Args:
        postings: of a field.
        norms: of the field's documents, if it is scored.
        has_tokens: whether the field keeps frequencies, positions and forms.
    """
    starts = starts_of(postings.doc_freqs)
    sizes = np.zeros((len(postings.doc_freqs), len(COLUMNS)), np.int64)
    sizes[:, _POSTING] = postings.doc_freqs
    first_docs = postings.docs[starts[:-1]]
    encoded = EncodedTerms(postings.terms, sizes, first_docs, len(postings.docs))
    gaps, sizes[:, _GAP], at, big = encode_gaps(postings.docs, postings.doc_freqs)
    encoded.streams["gaps"] = gaps
    encoded.patches["gap"] = at, big
    if has_tokens:
        _encode_tokens(postings, starts, encoded)
    if norms is not None:
        encoded.champions = _champions(postings, starts, norms)
    if not has_tokens:
        encoded.sizes = sizes[:, :DOCUMENTS_ONLY]
    return encoded


def _encode_tokens(postings: Postings, starts: Ints, encoded: EncodedTerms) -> None:
    """Encode frequencies, positions and forms; ``starts`` are the postings of the terms."""
    freqs, positions, forms = postings.freqs, postings.positions, postings.forms
    if freqs is None or positions is None or forms is None or postings.form_counts is None:
        raise ValueError("a field with tokens needs frequencies, positions and forms")
    sizes = encoded.sizes
    more = freqs > 1
    sizes[:, _FREQ] = run_counts(more, starts)
    encoded.bits["freq_bits"] = more
    encoded.streams["freqs"] = np.minimum(freqs[more], 255).astype(np.uint8)
    at = np.flatnonzero(freqs >= 255)
    encoded.patches["freq"] = at, freqs[at]
    tokens = run_sums(freqs, starts)
    sizes[:, _TOKEN] = tokens
    encoded.num_tokens = len(positions)
    _encode_positions(positions, starts_of(tokens), encoded)
    of_forms = encode_forms(
        postings.terms, tokens, forms, postings.form_counts, postings.form_texts
    )
    sizes[:, _FORM] = of_forms.table_sizes
    sizes[:, _FORM_BITS] = of_forms.bit_sizes
    encoded.streams["forms"] = np.frombuffer(of_forms.tables, np.uint8)
    encoded.streams["form_bits"] = of_forms.bits
    encoded.patches["form"] = of_forms.at, of_forms.big


def _encode_positions(
    positions: npt.NDArray[np.int32], starts: Ints, encoded: EncodedTerms
) -> None:
    """Encode positions; ``starts`` are the tokens of the terms."""
    encoded.streams["positions"] = positions.astype(np.uint8)  # modulo 256
    high = positions > 255
    encoded.sizes[:, _HIGH] = run_counts(high, starts)
    encoded.bits["high_bits"] = high
    at = np.flatnonzero(high)
    highs = positions[at] >> 8
    encoded.streams["highs"] = np.minimum(highs, 255).astype(np.uint8)
    at = at[highs >= 255]
    encoded.patches["position"] = at, positions[at]


def _champions(
    postings: Postings, starts: Ints, norms: Norms
) -> list[tuple[int, npt.NDArray[np.int32], Codes]]:
    """The best postings of frequent terms; ``starts`` are the postings of the terms."""
    freqs = postings.freqs
    assert freqs is not None  # a scored field has tokens
    length_bytes, factors = norms
    found = []
    for term in np.flatnonzero(postings.doc_freqs >= MIN_DOC_FREQ).tolist():
        some = slice(int(starts[term]), int(starts[term + 1]))
        docs = postings.docs[some]
        codes = score_codes(freqs[some], length_bytes[docs])
        found.append((term, *champions(docs, codes, factors)))
    return found
