"""The printed forms of a field in one segment, for looking at all of them at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.analysis import form_of
from search.deadline import check_time
from search.fuzzy import BITS, distances
from search.sets import Ints, Mask

if TYPE_CHECKING:
    from index.codec.field import FieldReader

_LONGER = 4  # times as many bytes as letters that a printed form has, at most
_BESIDE = 8  # letters before and behind apostrophes that are not in the form, at most
_NON_ASCII = 0x80
_APOSTROPHE = ord("'")
_IS_LETTER = np.array([bytes([byte]).isalnum() for byte in range(256)])
_LETTER_BITS = np.where(_IS_LETTER, BITS, 0).astype(np.uint32)
"""The bit of each letter or digit of ASCII, upper case as lower case."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Some printed forms, each a line of a blob.

    Attributes:
        blob: uint8, lines that end with a line feed.
        starts, sizes: int64[n], where each begins, and its bytes without the line feed.
        terms: int64[n], the number of its term.
        letters: int64[n], how many letters and digits of ASCII it has.
        signatures: uint32[n], the bits of those.
        apostrophes: int64[n], how many it has.
        possessive: bool[n], whether it ends with one and an s.
        foreign: bool[n], whether it has others than ASCII characters.
    """

    blob: npt.NDArray[np.uint8]
    starts: Ints
    sizes: Ints
    terms: Ints
    letters: Ints
    signatures: npt.NDArray[np.uint32]
    apostrophes: Ints
    possessive: Mask
    foreign: Mask

    @classmethod
    def of(cls, blob: npt.NDArray[np.uint8], terms: Ints, chosen: Ints) -> Lines:
        """Some lines of a blob.

        Args:
            blob: uint8, lines.
            terms: int64[lines], the term of each.
            chosen: int64[n], which lines.
        """
        ends = np.flatnonzero(blob == ord("\n"))
        starts = np.concatenate(([0], ends[:-1] + 1)) if len(ends) else ends

        def reduced(reduce: np.ufunc, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
            whole: npt.NDArray[np.generic] = reduce.reduceat(values, starts)
            return whole[chosen]

        if not len(chosen):
            none = np.empty(0, np.int64)
            flags = np.empty(0, np.bool_)
            return cls(blob, none, none, none, none, none.astype(np.uint32), none, flags, flags)
        is_apostrophe = (blob == _APOSTROPHE).astype(np.int64)
        possessive = is_apostrophe.take(ends - 2, mode="clip").astype(np.bool_)
        possessive &= (blob.take(ends - 1, mode="clip") | 0x20) == ord("s")
        return cls(
            blob,
            starts[chosen],
            (ends - starts)[chosen],
            terms[chosen],
            reduced(np.add, _IS_LETTER.take(blob).astype(np.int64)).astype(np.int64),
            reduced(np.bitwise_or, _LETTER_BITS.take(blob)).astype(np.uint32),
            reduced(np.add, is_apostrophe).astype(np.int64),
            possessive[chosen],
            reduced(np.maximum, blob).astype(np.int64) >= _NON_ASCII,
        )

    @property
    def nbytes(self) -> int:
        """What it takes in memory, the mapped file not counted."""
        return 46 * len(self.starts)

    def similar(self, word: str, edits: int) -> Iterator[tuple[int, str]]:
        """The terms and the forms of lines that may be at most some edits from a word."""
        check_time()
        encoded = np.frombuffer(word.encode("utf-8", "surrogatepass"), np.uint8)
        own = np.bitwise_or.reduce(_LETTER_BITS.take(encoded), initial=0)
        least, most = len(word) - edits, len(word) + edits
        missing = np.bitwise_count(own & ~self.signatures)
        extra = np.bitwise_count(self.signatures & ~own)
        # An apostrophe takes an s from the form, or an article from before it.
        lost = np.where(self.apostrophes > 0, _BESIDE, 0)
        lost[self.possessive & (self.apostrophes == 1)] = 1
        may = (missing <= edits) & (extra <= edits + lost)
        may &= (self.letters >= least) & (self.letters <= most + lost)
        may |= self.foreign & (self.sizes >= least) & (self.sizes <= _LONGER * most + _BESIDE)
        is_plain = may & (self.letters == self.sizes)
        for number in np.flatnonzero(may).tolist():
            text = self._text(number)
            yield int(self.terms[number]), text.lower() if is_plain[number] else form_of(text)[0]

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
            Lines.of(tables, of_lines, np.arange(len(of_lines))),
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
