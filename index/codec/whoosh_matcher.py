"""NutgrafMatcher: steps through the postings of one term, for Whoosh's own queries."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh.formats import Format, Frequency, Positions
from whoosh.matching import LeafMatcher, ReadTooFar
from whoosh.system import pack_uint

from index.codec.arrays import starts_of
from index.codec.norms import LENGTHS
from index.codec.whoosh_fields import FieldView

_BLOCK = 128  # postings whose best score Whoosh asks for, to skip them


class NutgrafMatcher(LeafMatcher):
    """The postings of a term as Whoosh steps through them. One matcher is for one thread."""

    def __init__(
        self, term: tuple[str, bytes], field: FieldView, number: int, format_: Format, scorer: Any
    ) -> None:
        """Begin at the first posting.

        Args:
            term: name of the field and text of the term.
            field: the field.
            number: the number of the term in it.
            format_: how the field encodes what it keeps of a posting.
            scorer: Whoosh's scorer, or None.
        """
        self._term = term
        self._field, self._number = field, number
        self.format, self.scorer = format_, scorer
        self._docs, self._freqs = field.postings(number)
        self._ids = self._docs.data
        self._count = len(self._docs)
        self._at = 0
        self._positions: tuple[list[int], Any] | None = None
        self._blocks: tuple[list[int], list[int], list[int]] | None = None

    def copy(self) -> NutgrafMatcher:
        """Another matcher at the same posting."""
        copied = self.__class__.__new__(self.__class__)
        copied.__dict__.update(self.__dict__)
        return copied

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def is_active(self) -> bool:
        """Whether there is a posting here, and not the end."""
        return self._at < self._count

    def id(self) -> int:
        """The document of this posting."""
        return self._ids[self._at]

    def all_ids(self) -> Iterator[int]:
        """The documents from here on."""
        return iter(self._docs[self._at :].tolist())

    def next(self) -> bool:  # type: ignore[override]
        """Go to the next posting; whether a new block begins there."""
        if self._at >= self._count:
            raise ReadTooFar
        self._at += 1
        return self._at % _BLOCK == 0 or self._at == self._count

    def skip_to(self, id: int) -> None:
        """Go to the first posting of the document or a later one, never back."""
        if self._at >= self._count:
            raise ReadTooFar
        if self._ids[self._at] < id:
            self._at = bisect_left(self._ids, id, self._at)

    def weight(self) -> float:
        """How often the term stands in the document, times the boost of the field."""
        return float(self._freqs[self._at]) * self.format.field_boost

    def value(self) -> bytes:
        """This posting as the format encodes it: a merge by Whoosh copies that."""
        if type(self.format) is Positions:
            encoded: bytes = self.format.encode(self._here())
            return encoded
        if type(self.format) is Frequency:
            return pack_uint(int(self._freqs[self._at]))
        return b""

    def value_as(self, astype: str) -> Any:
        """A part of what is known of this posting; what we have, we do not encode first."""
        if astype == "positions" and self.format.supports("positions"):
            return self._here()
        if astype == "frequency":
            return int(self._freqs[self._at])
        return self.format.decode_as(astype, self.value())

    def _here(self) -> list[int]:
        """The positions of this posting."""
        if self._positions is None:
            starts = starts_of(self._freqs).tolist()
            self._positions = starts, self._field.positions(self._number)
        starts, positions = self._positions
        here: list[int] = positions[starts[self._at] : starts[self._at + 1]].tolist()
        return here

    def block_max_weight(self) -> float:
        """The largest weight in this block."""
        return float(self._bounds()[0][self._at // _BLOCK]) * self.format.field_boost

    def block_min_length(self) -> int:
        """The length of the shortest document in this block."""
        return self._bounds()[1][self._at // _BLOCK]

    def block_max_length(self) -> int:
        """The length of the longest document in this block."""
        return self._bounds()[2][self._at // _BLOCK]

    def _bounds(self) -> tuple[list[int], list[int], list[int]]:
        """For each block: largest frequency, shortest length, longest length."""
        if self._blocks is None:
            starts = np.arange(0, self._count, _BLOCK)
            lengths = self._field.lengths
            here = np.zeros(self._count, np.uint8) if lengths is None else lengths[self._docs]
            self._blocks = (
                np.maximum.reduceat(self._freqs, starts).tolist(),
                LENGTHS[np.minimum.reduceat(here, starts)].tolist(),
                LENGTHS[np.maximum.reduceat(here, starts)].tolist(),
            )
        return self._blocks

    def skip_to_quality(self, minquality: float) -> int:
        """Go to a block that can hold a better score; how many blocks were left out."""
        skipped = 0
        while self._at < self._count and self.scorer.block_quality(self) <= minquality:
            self._at = min((self._at // _BLOCK + 1) * _BLOCK, self._count)
            skipped += 1
        return skipped
