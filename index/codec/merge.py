"""Several segments -> one, as if all their articles had been indexed together.

Postings are merged a range of terms at a time, so that memory stays bounded. Articles that
are deleted are left out; where none is, texts are copied as they are packed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, run_counts, run_sums, starts_of
from index.codec.encoded import EncodedTerms
from index.codec.field import FieldKind, FieldReader
from index.codec.postings import Postings
from index.codec.ranges import cuts
from index.codec.run import RunField, RunReader
from index.codec.segment import SegmentReader, SegmentWriter
from index.codec.side_by_side import side_by_side
from index.codec.sketches import chosen
from index.shingles import Sketches

_RANGE = 1 << 18  # postings that are merged at a time
_TEXTS = 4096  # texts that are packed at a time
_RELEASE = 16  # ranges after which the memory of the mapped files is given back


@dataclass(frozen=True, slots=True)
class Source:
    """A segment to merge, and what of it stays.

    ``live`` is bool[articles], None where no article is deleted.
    """

    segment: SegmentReader | RunReader
    live: npt.NDArray[np.bool_] | None = None

    @property
    def article_sizes(self) -> Ints:
        """The paragraphs of each article that stays."""
        sizes = np.diff(self.segment.first_doc).astype(np.int64)
        return sizes if self.live is None else sizes[self.live]

    def live_at(self, level: str) -> npt.NDArray[np.bool_] | None:
        """Which documents of a level stay; None where all do."""
        if self.live is None or level == "article":
            return self.live
        return np.repeat(self.live, np.diff(self.segment.first_doc))


@dataclass(frozen=True, slots=True)
class _Part:
    """One source of a field: where its documents go, and where its terms are among all."""

    source: Source
    field: FieldReader | RunField
    base: int
    live: npt.NDArray[np.bool_] | None
    terms: Ints


def merged_first_doc(sources: Sequence[Source]) -> Ints:
    """Where each article of the merged segment begins; int64[articles + 1]."""
    return starts_of(np.concatenate([source.article_sizes for source in sources]))


def merge(sources: Sequence[Source], writer: SegmentWriter) -> None:
    """Write the articles of several segments, in their order, into a new one.

    The segments have the same fields, columns and texts.
    """
    fields = list(sources[0].segment.fields)
    for name in fields:
        _merge_field(name, sources, writer)
    names = sources[0].segment.names
    for name in names["numbers"]:
        parts = [_kept(source.segment.numbers(name), source.live) for source in sources]
        writer.put_numbers(name, np.concatenate(parts), sources[0].segment.unknown(name))
    for name in names["words"]:
        words: list[str] = []
        for source in sources:
            codes, known = source.segment.codes(name)
            words += [known[code] for code in _kept(codes, source.live).tolist()]
        writer.put_words(name, words)
    writer.put_sketches([_sketches(source) for source in sources])
    for name in names["texts"]:
        level = "paragraph" if name == "text" else "article"
        _merge_texts(name, level, sources, writer)


def _kept(values: npt.NDArray[np.generic], live: npt.NDArray[np.bool_] | None) -> npt.NDArray:  # type: ignore[type-arg]
    return values if live is None else values[live]


def _sketches(source: Source) -> Sketches:
    live, sketches = source.live_at("paragraph"), source.segment.sketches()
    return sketches if live is None else chosen(sketches, np.flatnonzero(live))


def _merge_texts(name: str, level: str, sources: Sequence[Source], writer: SegmentWriter) -> None:
    texts = writer.texts()
    for source in sources:
        live = source.live_at(level)
        stored = source.segment.texts(name)
        if live is None:
            texts.copy(stored)
        else:
            kept = np.flatnonzero(live).tolist()
            for part in range(0, len(kept), _TEXTS):
                texts.extend([stored[doc] for doc in kept[part : part + _TEXTS]])
        source.segment.sealed.release()
    writer.put_texts(name, texts)


def _merge_field(name: str, sources: Sequence[Source], writer: SegmentWriter) -> None:
    fields = [source.segment.fields[name] for source in sources]
    first = fields[0]
    lengths: npt.NDArray[np.int32] | None = None
    parts: list[_Part] = []
    base = 0
    terms, numbers = _all_terms(fields)
    kept_lengths = []
    for source, field, number in zip(sources, fields, numbers, strict=True):
        live = source.live_at(field.level)
        parts.append(_Part(source, field, base, live, number))
        base += _count(source, field.level, live)
        if field.lengths is not None:
            kept_lengths.append(_kept(field.lengths, live))
    if first.is_scored:
        lengths = np.concatenate(kept_lengths)
    field_writer = writer.field(FieldKind(first.level, first.has_tokens), lengths)

    def encoded(edges: tuple[int, int]) -> EncodedTerms | None:
        postings = _merged_range(terms, parts, *edges)
        return field_writer.encode(postings) if postings else None

    found = side_by_side(encoded, itertools.pairwise(_edges(len(terms), parts)))
    for done, each in enumerate(found):
        if each:
            field_writer.append(each)
        if done % _RELEASE == 0:
            for source in sources:
                source.segment.sealed.release()
    writer.put_field(name, field_writer)


def _count(source: Source, level: str, live: npt.NDArray[np.bool_] | None) -> int:
    if live is not None:
        return int(np.count_nonzero(live))
    return source.segment.max_doc if level == "paragraph" else source.segment.num_articles


def _all_terms(fields: Sequence[FieldReader | RunField]) -> tuple[list[bytes], list[Ints]]:
    """The terms of all fields, ascending; for each field the number of each of its terms."""
    if len(fields) == 1:
        return fields[0].all_terms(), [np.arange(fields[0].num_terms)]
    distinct: set[bytes] = set()
    for field in fields:  # one after the other: together they would not fit
        distinct.update(field.all_terms())
    terms = sorted(distinct)
    del distinct
    number_of = {term: number for number, term in enumerate(terms)}
    return terms, [
        np.fromiter(map(number_of.__getitem__, field.all_terms()), np.int64, field.num_terms)
        for field in fields
    ]


def _edges(term_count: int, parts: Sequence[_Part]) -> list[int]:
    """Where the ranges of terms begin that are merged at a time, and the number of terms."""
    totals = np.zeros(term_count, np.int64)
    for part in parts:
        if part.field.num_terms:
            totals[part.terms] += part.field.doc_freqs()
    return cuts(totals, _RANGE)


def _merged_range(
    terms: list[bytes], parts: Sequence[_Part], low: int, high: int
) -> Postings | None:
    """The postings of the terms from ``low`` to ``high - 1``, joined; None if none stays."""
    pieces = []
    for part in parts:
        first, last = np.searchsorted(part.terms, (low, high))
        if first < last:
            postings = part.field.postings(int(first), int(last))
            postings, kept = _live(postings, part.live, part.base)
            pieces.append((postings, part.terms[first:last][kept] - low))
    if not any(len(piece.terms) for piece, _ in pieces):
        return None
    return _join(terms[low:high], pieces)


def _live(
    postings: Postings, live: npt.NDArray[np.bool_] | None, base: int
) -> tuple[Postings, Ints | slice]:
    """Postings without deleted documents, numbered for the new segment; the terms that stay."""
    docs = postings.docs
    if live is None:
        return replace(postings, docs=docs + np.int32(base)), slice(None)
    new_numbers = np.cumsum(live, dtype=np.int32) + np.int32(base - 1)
    keep = live[docs]
    starts = starts_of(postings.doc_freqs)
    counts = run_counts(keep, starts)
    kept = np.flatnonzero(counts)
    terms = [postings.terms[at] for at in kept.tolist()]
    docs = new_numbers[docs[keep]]
    if postings.freqs is None:
        return Postings(terms, counts[kept], docs, None, None, None, None, []), kept
    freqs, positions, forms, form_counts = _tokens(postings)
    tokens = np.repeat(keep, freqs)
    form_starts = starts_of(form_counts).tolist()
    texts = [
        text
        for at in kept.tolist()
        for text in postings.form_texts[form_starts[at] : form_starts[at + 1]]
    ]
    return Postings(
        terms,
        counts[kept],
        docs,
        freqs[keep],
        positions[tokens],
        forms[tokens],
        form_counts[kept],
        texts,
    ), kept


def _tokens(
    postings: Postings,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int32], Ints]:
    """Frequencies, positions, forms and their counts, of a field that has them."""
    freqs, positions, forms = postings.freqs, postings.positions, postings.forms
    if freqs is None or positions is None or forms is None or postings.form_counts is None:
        raise ValueError("a field has tokens in one segment and none in another")
    return freqs, positions, forms, postings.form_counts


def _join(terms: list[bytes], pieces: list[tuple[Postings, Ints]]) -> Postings:
    """One after the other, the documents of each piece under each term."""
    doc_freqs = np.zeros(len(terms), np.int64)
    for postings, numbers in pieces:
        doc_freqs[numbers] += postings.doc_freqs
    present = np.flatnonzero(doc_freqs)
    if len(present) < len(terms):
        terms = [terms[at] for at in present.tolist()]
        new_number = np.cumsum(doc_freqs > 0) - 1
        pieces = [(postings, new_number[numbers]) for postings, numbers in pieces]
        doc_freqs = doc_freqs[present]
    docs = np.empty(int(doc_freqs.sum()), np.int32)
    at = starts_of(doc_freqs)[:-1]
    if pieces[0][0].freqs is None:
        for postings, numbers in pieces:
            docs[ragged(at[numbers], postings.doc_freqs)] = postings.docs
            at[numbers] += postings.doc_freqs
        return Postings(terms, doc_freqs, docs, None, None, None, None, [])
    return _join_tokens(terms, doc_freqs, docs, pieces)


def _join_tokens(
    terms: list[bytes],
    doc_freqs: Ints,
    docs: npt.NDArray[np.int32],
    pieces: list[tuple[Postings, Ints]],
) -> Postings:
    token_counts = np.zeros(len(terms), np.int64)
    tokens_of: list[Ints] = []
    for postings, numbers in pieces:
        tokens_of.append(run_sums(_tokens(postings)[0], starts_of(postings.doc_freqs)))
        token_counts[numbers] += tokens_of[-1]
    freqs = np.empty(len(docs), np.int32)
    positions = np.empty(int(token_counts.sum()), np.int32)
    forms = np.empty(len(positions), np.int32)
    form_counts, texts, new_forms = _join_forms(len(terms), pieces)
    at, token_at = starts_of(doc_freqs)[:-1], starts_of(token_counts)[:-1]
    for (postings, numbers), tokens, renumbered in zip(pieces, tokens_of, new_forms, strict=True):
        its_freqs, its_positions, its_forms, its_counts = _tokens(postings)
        where = ragged(at[numbers], postings.doc_freqs)
        docs[where], freqs[where] = postings.docs, its_freqs
        at[numbers] += postings.doc_freqs
        where = ragged(token_at[numbers], tokens)
        positions[where] = its_positions
        flat = np.repeat(starts_of(its_counts)[:-1], tokens) + its_forms
        forms[where] = renumbered[flat]
        token_at[numbers] += tokens
    return Postings(terms, doc_freqs, docs, freqs, positions, forms, form_counts, texts)


def _join_forms(
    term_count: int, pieces: list[tuple[Postings, Ints]]
) -> tuple[Ints, list[bytes], list[Ints]]:
    """Join the tables of forms.

    Returns:
        The forms of each term, int64[t]; their texts, term after term; for each piece the new
        number, within its term, of each of its forms.
    """
    every: list[bytes] = []
    of_term: list[Ints] = []
    for postings, numbers in pieces:
        every += postings.form_texts
        of_term.append(np.repeat(numbers, _tokens(postings)[3]))
    texts = list(dict.fromkeys(every))
    number_of = {text: number for number, text in enumerate(texts)}
    text_numbers = np.fromiter(map(number_of.__getitem__, every), np.int64, len(every))
    keys = np.concatenate(of_term) * len(texts) + text_numbers
    distinct, inverse = np.unique(keys, return_inverse=True)
    form_counts = np.bincount(distinct // len(texts), minlength=term_count)
    within = inverse - starts_of(form_counts)[distinct // len(texts)][inverse]
    ends = np.cumsum([len(each) for each in of_term])[:-1]
    return (
        form_counts,
        [texts[at] for at in (distinct % len(texts)).tolist()],
        np.split(within, ends),
    )
