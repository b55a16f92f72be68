"""The printed forms of a field in one segment, for looking at all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.analysis import form_of
from search.fuzzy import BITS, distances, signature
from search.sets import Ints

if TYPE_CHECKING:
    from index.codec.field import FieldReader

_LONGER = 3  # times as many bytes as letters that a printed form has, roughly
_BESIDE = 8  # bytes of apostrophes, points and endings in a printed form
_SPECIAL = np.array(
    [not ((chr(byte).isalnum() and byte < 128) or byte == 10) for byte in range(256)]
)
"""Which bytes are neither letters and digits of ASCII nor line feeds."""
_NON_ASCII = 0x80


@dataclass(frozen=True, slots=True)
class Lines:
    """Some printed forms, each a line of a blob.

    Attributes:
        blob: uint8, lines that end with a line feed.
        starts, sizes: int64[n], where each begins, and its bytes without the line feed.
        terms: int64[n], the number of its term.
        signatures: uint32[n], the letters of each, upper case as lower case.
        special, foreign: bool[n], whether it has others than letters and digits of ASCII, and
            others than ASCII.
    """

    blob: npt.NDArray[np.uint8]
    starts: Ints
    sizes: Ints
    terms: Ints
    signatures: npt.NDArray[np.uint32]
    special: npt.NDArray[np.bool_]
    foreign: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, blob: npt.NDArray[np.uint8], terms: Ints, chosen: Ints | None = None) -> Lines:
        """The lines of a blob.

        Args:
            blob: uint8, all lines.
            terms: int64[lines], the term of each.
            chosen: int64[n], which lines to keep; all by default.
        """
        ends = np.flatnonzero(blob == ord("\n"))
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends
        if len(ends):
            signatures = np.bitwise_or.reduceat(BITS.take(blob), starts)
            special = np.logical_or.reduceat(_SPECIAL.take(blob), starts)
            foreign = np.maximum.reduceat(blob, starts) >= _NON_ASCII
        else:
            signatures = np.empty(0, np.uint32)
            special = foreign = np.empty(0, np.bool_)
        arrays = (starts, ends - starts, terms, signatures, special, foreign)
        if chosen is not None:
            arrays = tuple(each[chosen] for each in arrays)  # type: ignore[assignment]
        return cls(blob, *arrays)

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        return 30 * len(self.starts)

    def similar(self, word: str, edits: int) -> Iterator[tuple[int, str]]:
        """The terms and the forms of lines that may be at most some edits from a word."""
        own = signature(word.encode("utf-8", "surrogatepass"))
        least, most = len(word) - edits, len(word) + edits
        plain = ~self.special & (self.sizes >= least) & (self.sizes <= most)
        plain &= np.bitwise_count(self.signatures ^ own) <= 2 * edits
        others = self.special & (self.sizes >= least) & (self.sizes <= _LONGER * most + _BESIDE)
        others &= self.foreign | (np.bitwise_count(own & ~self.signatures) <= edits)
        for number in np.flatnonzero(plain).tolist():
            yield int(self.terms[number]), self._text(number).lower()
        for number in np.flatnonzero(others).tolist():
            yield int(self.terms[number]), form_of(self._text(number))[0]

    def _text(self, number: int) -> str:
        start = int(self.starts[number])
        return self.blob[start : start + int(self.sizes[number])].tobytes().decode()


class FormTexts:
    """All printed forms of a field in one segment."""

    def __init__(self, reader: FieldReader) -> None:
        tables, starts = reader.form_tables(0, reader.num_terms)
        of_lines = starts.searchsorted(np.flatnonzero(tables == ord("\n")), "right") - 1
        # A term whose only form is the term itself has no table.
        blob, _ = reader.terms.blob(0, reader.num_terms)
        bare = np.flatnonzero(np.diff(starts) == 0)
        self._lines = (
            Lines.of(tables, of_lines),
            Lines.of(blob, np.arange(reader.num_terms), bare),
        )

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        return sum(lines.nbytes for lines in self._lines)

    def within(self, word: str, edits: int) -> dict[int, int]:
        """The terms that have a form at most some edits from a word, and the least edits."""
        found = [each for lines in self._lines for each in lines.similar(word, edits)]
        if not found:
            return {}
        nearest: dict[int, int] = {}
        steps = distances([form for _, form in found], word).tolist()
        for (term, _), distance in zip(found, steps, strict=True):
            if distance <= edits:
                nearest[term] = min(distance, nearest.get(term, distance))
        return nearest
