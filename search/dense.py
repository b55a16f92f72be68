"""Dense: a frequent term as bits, with what its scores depend on.

A bit for every document says where it is, two bytes for 64 documents how many are before them:
so a document's posting is found without a search, and there its frequency. A byte bounds the
scores of a block: of one document, or of 16 where there are many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from search import bits as bit_sets
from search import scoring
from search.bits import Bits, block_bits, blocks_of
from search.deadline import check_time
from search.sets import DocIds, Ints, Mask, Scores, first_of_runs

if TYPE_CHECKING:
    from index.codec.champions import Codes
    from search.fields import TermView

UNIT = 20 / 255  # a step of a bound: two terms in 1/32 of the documents score less than 20
_SUPER_BITS = 10  # words of 64 bits whose ranks are counted from the same one: 2 ** 10

Freqs = npt.NDArray[np.int32]


class Dense:
    """A frequent term, with a bit for every document.

    Attributes:
        bits: uint64[words], the live documents that have it.
        tops: uint8[blocks], the highest score of each block in UNITs, rounded up.
        highest: what no score is above.
    """

    __slots__ = (
        "_bases", "_block_bits", "_field", "_freqs", "_often", "_ranks", "_table", "_weight",
        "bits", "highest", "tops",
    )  # fmt: skip

    def __init__(self, term: TermView, docs: DocIds, freqs: Freqs, codes: Codes) -> None:
        self._field = term.field
        self._weight = term.weight
        self._table: Scores = term.field.factors(int(codes.max()) >> 8)
        self._freqs = (codes >> np.uint16(8)).astype(np.uint8)
        self.bits: Bits = bit_sets.from_docs(docs, term.field.segments.scratch)
        counts = np.bitwise_count(self.bits)
        ranks = np.cumsum(counts, dtype=np.int32)
        ranks -= counts
        self._bases = ranks[:: 1 << _SUPER_BITS].copy()
        self._ranks = (ranks - np.repeat(self._bases, 1 << _SUPER_BITS)[: len(ranks)]).astype(
            np.uint16
        )
        self._often: tuple[Ints, Scores] | None = None  # where the frequency is beyond the codes
        bounds = np.ceil(self._table * (term.weight / UNIT)).astype(np.uint8).take(codes)
        if int(freqs.max()) > scoring.MOST and term.field.is_scored:
            often = np.flatnonzero(freqs >= scoring.MOST)
            lengths = codes[often].astype(np.uint8)
            scores = scoring.factors(freqs[often], lengths, term.field.mean_length) * term.weight
            self._often = often, scores
            bounds[often] = np.ceil(scores * (1 / UNIT))
        max_doc = term.field.segments.max_doc
        self._block_bits = block_bits(max_doc)
        blocks = docs >> self._block_bits
        first = first_of_runs(blocks)
        self.tops = np.zeros(blocks_of(max_doc), np.uint8)
        self.tops[blocks.take(first)] = np.maximum.reduceat(bounds, first)
        self.highest = int(self.tops.max()) * UNIT

    @property
    def nbytes(self) -> int:
        """Bytes of the arrays."""
        return self.bits.nbytes + self._ranks.nbytes + self.tops.nbytes + self._freqs.nbytes

    def has(self, wanted: DocIds) -> Mask:
        """Which documents have the term; bool[n] of int32[n]."""
        return bit_sets.has(self.bits, wanted)

    def bounds_of(self, wanted: DocIds) -> Scores:
        """What documents score at most; float64[n] of int32[n]."""
        bounds: Scores = self.tops.take(wanted >> self._block_bits) * np.float64(UNIT)
        return bounds

    def meet(self, wanted: DocIds) -> tuple[Ints, Scores]:
        """Which documents have the term, by their places in ``wanted``, and their scores."""
        kept = self.has(wanted).nonzero()[0]
        return kept, self.scores_in(wanted.take(kept))

    def scores_of(self, wanted: DocIds) -> Scores:
        """The scores of documents, 0 where the term is not; float64[n] of int32[n]."""
        kept, scores = self.meet(wanted)
        if len(kept) == len(wanted):
            return scores
        found = np.zeros(len(wanted))
        found[kept] = scores
        return found

    def scores_in(self, having: DocIds) -> Scores:
        """The scores of documents that have the term; float64[n] of int32[n]."""
        check_time()
        rows = self.rows(having)
        codes = self._freqs.take(rows).astype(np.intp)
        codes <<= 8
        if self._field.is_scored:
            codes |= self._field.length_bytes.take(having)
        found: Scores = self._table.take(codes)
        found *= self._weight
        if self._often is not None:
            often, scores = self._often
            at = np.flatnonzero(codes >= scoring.MOST << 8)
            found[at] = scores.take(often.searchsorted(rows.take(at)))
        return found

    def rows(self, having: DocIds) -> npt.NDArray[np.int32]:
        """The postings of documents that have the term, int32[n]."""
        words = having >> 6
        shifts = (having & 63).astype(np.uint64)
        below = self.bits.take(words)
        below &= (np.uint64(1) << shifts) - np.uint64(1)
        rows = self._bases.take(words >> _SUPER_BITS)
        rows += self._ranks.take(words)
        rows += np.bitwise_count(below)
        return rows
