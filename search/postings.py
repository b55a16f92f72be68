"""Terms as arrays over all segments: decoded once, kept in the cache.

A rare term is a sorted list of documents, a frequent one bits (``dense``). Of a score, two bytes
are kept: frequency << 8 | length byte; a table says the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from index.codec.champions import score_codes
from search import scoring
from search.bits import to_docs
from search.deadline import check_time
from search.dense import UNIT, Dense, Freqs
from search.fields import FieldView, TermView
from search.sets import NO_DOCS, SEARCHED, DocIds, Ints, Mask, Scores, contains, places_in

if TYPE_CHECKING:
    from index.codec.champions import Codes
    from index.codec.tokens import TermTokens
    from search.fields import Part

DENSE = 128  # a term in more than one of so many documents may be held as Dense
DENSE_MIN = 4096  # documents that it must have
STEP = 1 / 512  # a step of a finer bound, of scores that add up to less than 128
_FEW = 8  # of so many postings one: of fewer, only these are decoded
_LISTED = 1 << 19  # documents of which more are not listed, if bits will do
_RECENT = 16  # terms whose tokens a thread remembers
_OVERHEAD = 300  # bytes of an entry of the cache besides its arrays

Steps = npt.NDArray[np.uint16]


class Postings:
    """The live documents of a term, and what their scores depend on.

    Frequencies are decoded when they are first needed.

    Attributes:
        docs: int32[n], ascending.
    """

    __slots__ = (
        "_codes", "_exact", "_factors", "_field", "_highest", "_steps", "_term", "_weight", "docs",
    )  # fmt: skip

    def __init__(
        self, term: TermView, docs: DocIds, freqs: Freqs | None = None, codes: Codes | None = None
    ) -> None:
        self.docs = docs
        self._term = term
        self._field = term.field
        self._weight = term.weight
        self._codes = codes
        self._exact: Scores | None = None
        self._highest: float | None = None
        self._factors: Scores | None = None  # at least those of the codes
        self._steps: Steps | None = None  # of each code
        if freqs is not None and codes is not None:
            self._set(freqs, codes)

    def _set(self, freqs: Freqs, codes: Codes) -> Codes:
        """Take what was decoded."""
        if len(freqs) and int(freqs.max()) > scoring.MOST and self._field.is_scored:
            lengths = codes.astype(np.uint8)
            self._exact = scoring.factors(freqs, lengths, self._field.mean_length) * self._weight
        self._codes = codes
        return codes

    @property
    def codes(self) -> Codes:
        """Frequency (255 and more are one) << 8 | length byte; uint16[n]."""
        if self._codes is None:
            check_time()
            return self._set(*decode_codes(self._term, self.docs))
        return self._codes

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays, once they are all there."""
        return self.docs.nbytes * 3 // 2

    @property
    def highest(self) -> float:
        """The highest score; 0 if there is none."""
        if self._highest is None:
            self._highest = float(self.scores.max(initial=0.0))
        return self._highest

    @property
    def scores(self) -> Scores:
        """The scores of all documents, float64[n]."""
        check_time()
        codes = self.codes
        if self._exact is not None:
            return self._exact
        found: Scores = self._table.take(codes)
        found *= self._weight
        return found

    @property
    def steps(self) -> Steps:
        """The scores of all documents in STEPs, rounded up; uint16[n]."""
        codes = self.codes
        if self._exact is not None:
            return np.ceil(self._exact * (1 / STEP)).astype(np.uint16)
        if self._steps is None:
            self._steps = np.ceil(self._table * (self._weight / STEP)).astype(np.uint16)
        return self._steps.take(codes)

    @property
    def _table(self) -> Scores:
        if self._factors is None:
            self._factors = self._field.factors(int(self.codes.max(initial=0)) >> 8)
        return self._factors

    def has(self, wanted: DocIds) -> Mask:
        """Which documents have the term; bool[n] of int32[n], ascending, distinct."""
        return contains(self.docs, wanted, self._field.segments.scratch)

    def scores_at(self, at: Ints) -> Scores:
        """The scores of some of the documents, by their places in ``docs``."""
        few = self._codes is None and len(at) * _FEW < len(self.docs)
        if few and not self._term.is_asked_again():
            return scores_of_few(self._term, self.docs, at)
        codes = self.codes
        if self._exact is not None:
            return self._exact.take(at)
        found: Scores = self._table.take(codes.take(at))
        found *= self._weight
        return found

    def meet(self, wanted: DocIds) -> tuple[Ints, Scores]:
        """Which documents have the term, by their places in ``wanted``, and their scores."""
        if len(wanted) > SEARCHED:
            kept = self.has(wanted).nonzero()[0]
            return kept, self.scores_in(wanted.take(kept))
        at = self.docs.searchsorted(wanted)
        kept = (self.docs.take(at, mode="clip") == wanted).nonzero()[0]
        return kept, self.scores_at(at.take(kept))

    def bounds_of(self, wanted: DocIds) -> Scores:
        """The scores of documents, 0 where the term is not; float64[n] of int32[n]."""
        return self.scores_of(wanted)

    def scores_in(self, having: DocIds) -> Scores:
        """The scores of documents that have the term; float64[n] of int32[n]."""
        return self.scores_at(places_in(self.docs, having, self._field.segments.scratch))

    def scores_of(self, wanted: DocIds) -> Scores:
        """The scores of documents, 0 where the term is not; float64[n] of int32[n]."""
        if not len(self.docs):
            return np.zeros(len(wanted))
        check_time()
        at = self.docs.searchsorted(wanted)
        np.minimum(at, len(self.docs) - 1, out=at)
        found = self.scores_at(at)
        found *= self.docs.take(at) == wanted
        return found


def is_frequent(term: TermView) -> bool:
    """Whether a term is to be held as Dense."""
    return term.doc_freq > max(DENSE_MIN, term.field.segments.max_doc // DENSE)


def postings(term: TermView) -> Postings:
    """The postings of a term, from the cache or decoded."""
    cache = term.field.segments.cache
    key = ("postings", *term.key)
    known: Postings | None = cache.get(key)
    if known is None:
        known = Postings(term, decode_docs(term))
        known = cache.put(key, known, known.nbytes + _OVERHEAD)
    return known


def dense(term: TermView) -> Dense | None:
    """A frequent term with a bit for every document; None if it cannot be held so."""
    if not is_frequent(term):
        return None
    cache = term.field.segments.cache
    key = ("dense", *term.key)
    known: Dense | Literal[False] | None = cache.get(key)
    if known is None:
        if (scoring.K1 + 1) * term.weight > 254 * UNIT:
            cache.put(key, False, _OVERHEAD)
            return None
        found = Dense(term, *decode(term))
        known = cache.put(key, found, found.nbytes + _OVERHEAD)
        cache.drop(("postings", *term.key))
    return known or None


def cached_dense(term: TermView) -> Dense | None:
    """The same if it is at hand."""
    known: Dense | Literal[False] | None = term.field.segments.cache.get(("dense", *term.key))
    return known or None


def held(term: TermView) -> Dense | Postings:
    """A term as it is best held: a frequent one as Dense from its second query on.

    For a single query, it is enough to know the documents and a few of the scores, unless there
    are so many of them that they take more memory than bits.
    """
    if not is_frequent(term):
        return postings(term)
    known = cached_dense(term)
    if known is None and (term.is_asked_again() or term.doc_freq > _LISTED):
        known = dense(term)
    return known or postings(term)


def docs_of(term: TermView) -> DocIds:
    """The live documents of a term, int32[doc_freq]."""
    cache = term.field.segments.cache
    listed: Postings | None = cache.get(("postings", *term.key))
    if listed is None and (wide := cached_dense(term)):
        listed = Postings(term, to_docs(wide.bits))
        listed = cache.put(("postings", *term.key), listed, listed.nbytes + _OVERHEAD)
    return (listed or postings(term)).docs


def docs_of_all(terms: Sequence[TermView]) -> DocIds:
    """The live documents that have all of some terms, given from the rarest on."""
    arrays = [held(term) for term in terms]
    sets = [each.bits for each in arrays if isinstance(each, Dense)]
    lists = [each for each in arrays if isinstance(each, Postings)]
    if isinstance(arrays[0], Dense):
        bits = sets[0]
        for each in sets[1:]:
            bits = bits & each
        docs = to_docs(bits)
        others: list[Dense | Postings] = [*lists]
    else:
        docs, others = arrays[0].docs, arrays[1:]
    for other in others:
        docs = docs.compress(other.has(docs))
    return docs


def decode_docs(term: TermView) -> DocIds:
    """The live documents of a term, decoded."""
    check_time()
    lists = [part.docs(number) for part, number in term.places]
    if len(lists) == 1:
        return lists[0]
    return np.concatenate([NO_DOCS, *lists])


def decode_codes(term: TermView, docs: DocIds) -> tuple[Freqs, Codes]:
    """The frequency and code of a term in each of its live documents."""
    if any(part.live is not None or part.by_article for part, _ in term.places):
        return decode(term)[1:]
    freqs, codes, start = [np.empty(0, np.int32)], [np.empty(0, np.uint16)], 0
    for part, number in term.places:
        freqs.append(part.reader.freqs(number))
        own = docs[start : start + len(freqs[-1])]
        start += len(own)
        codes.append(score_codes(freqs[-1], part.lengths_of(own - np.int32(part.base))))
    if len(freqs) == 2:
        return freqs[1], codes[1]
    return np.concatenate(freqs), np.concatenate(codes)


def scores_of_few(term: TermView, docs: DocIds, at: Ints) -> Scores:
    """The scores of some documents of a term, by their places in ``docs``; few are decoded."""
    (part, number), *others = term.places
    if others or part.live is not None or part.by_article or not part.reader.has_tokens:
        every, codes = decode_codes(term, docs)
        freqs, lengths = every.take(at).astype(np.int64), codes.take(at).astype(np.uint8)
    else:
        freqs = tokens_of(term, part, number).of_rows(at)[1]
        lengths = part.lengths_of(docs.take(at) - np.int32(part.base))
    if not term.field.is_scored:
        return np.ones(len(at))
    return scoring.factors(freqs, lengths, term.field.mean_length) * term.weight


def tokens_of(term: TermView, part: Part, number: int) -> TermTokens:
    """What reads some of the tokens of a term in one segment; kept for the moment only."""
    recent = term.field.segments.scratch.recent
    key = (*term.key, part.base)
    known: TermTokens | None = recent.get(key)
    if known is None:
        if len(recent) >= _RECENT:
            recent.clear()
        known = recent[key] = part.reader.tokens(number)
    return known


def decode(term: TermView) -> tuple[DocIds, Freqs, Codes]:
    """The live documents of a term, its frequency and code in each; three arrays [n]."""
    check_time()
    parts = [decode_part(part, number) for part, number in term.places]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NO_DOCS, np.empty(0, np.int32), np.empty(0, np.uint16)
    docs, freqs, codes = zip(*parts, strict=True)
    return np.concatenate(docs), np.concatenate(freqs), np.concatenate(codes)


def decode_part(part: Part, number: int) -> tuple[DocIds, Freqs, Codes]:
    """The same, for one segment; documents are numbered over all segments."""
    docs, freqs = part.reader.docs(number), part.reader.freqs(number)
    codes = score_codes(freqs, part.lengths_of(docs))
    if part.by_article:
        docs, counts = part.expand(docs)
        freqs, codes = np.repeat(freqs, counts), np.repeat(codes, counts)
    if part.live is not None:
        kept = part.live[docs]
        docs, freqs, codes = docs[kept], freqs[kept], codes[kept]
    return (docs + np.int32(part.base) if part.base else docs), freqs, codes


def scores_in(field: FieldView, part: Part, number: int, weight: float) -> tuple[DocIds, Scores]:
    """The live documents of a term in one segment, and their scores."""
    docs, freqs, codes = decode_part(part, number)
    if not field.is_scored:
        return docs, np.ones(len(docs))
    lengths = codes.astype(np.uint8)
    return docs, scoring.factors(freqs, lengths, field.mean_length) * weight
