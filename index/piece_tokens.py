"""The analyses of pieces in arrays: the tokens of many pieces at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import ragged, starts_of
from index.pieces import Ints
from index.vocabulary import Analysis

_KEYS_SIZE = 400  # of a row's compound keys in memory, roughly


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of some texts, one text after the other, each in the order of ``tokenize``.

    Attributes:
        forms: uint32[n], the number of term and printed form in the vocabulary.
        positions: uint32[n], the position within the text; ascending, but not strictly.
        counts: uint32[texts], how many tokens each text has.
        compounds: text number and compound key, by text; each key once for a text.
    """

    forms: npt.NDArray[np.uint32]
    positions: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint32]
    compounds: list[tuple[int, str]]

    @property
    def joined(self) -> Ints:
        """Those of two words together, by their places: the first word follows at the same one."""
        same = self.positions[1:] == self.positions[:-1]
        ends = np.cumsum(self.counts, dtype=np.int64)[self.counts > 0]
        same[ends[:-1] - 1] = False
        return np.flatnonzero(same)


class Column:
    """An array that grows at its end, in steps that double."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._values: npt.NDArray[Any] = np.zeros(64, dtype)
        self._size = 0

    @property
    def values(self) -> npt.NDArray[Any]:
        """A view of what is in it, good until it changes."""
        return self._values[: self._size]

    @property
    def nbytes(self) -> int:
        """What the array takes, the part that is still free included."""
        return self._values.nbytes

    def __len__(self) -> int:
        return self._size

    def extend(self, values: list[int]) -> None:
        """Put values at the end."""
        size = self._size + len(values)
        if size > len(self._values):
            self._values = np.resize(self._values, max(size, 2 * len(self._values)))
        self._values[self._size : size] = values
        self._size = size


class PieceTokens:
    """What is in each piece, by its number.

    Most pieces have one token: their *code* is its form. The code of the others is -1 - row,
    and the tokens of a row stand together in two arrays: form, and step to the next position.
    """

    def __init__(self) -> None:
        self._codes = Column(np.int32)
        self._starts = Column(np.int64)  # of each row, and the end of the last
        self._starts.extend([0])
        self._forms = Column(np.uint32)
        self._steps = Column(np.uint8)
        self._keys: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def nbytes(self) -> int:
        """Roughly what it takes in memory."""
        columns = (self._codes, self._starts, self._forms, self._steps)
        return sum(column.nbytes for column in columns) + len(self._keys) * _KEYS_SIZE

    def extend(self, analyses: Iterable[Analysis]) -> None:
        """Add pieces, the first with the number ``len(self)``."""
        codes: list[int] = []
        ends: list[int] = []
        all_forms: list[int] = []
        all_steps: list[int] = []
        row, begin = len(self._starts) - 1, len(self._forms)
        for analysis in analyses:
            if isinstance(analysis, int):
                codes.append(analysis)
                continue
            forms, steps, keys = analysis
            if keys:
                self._keys[row + len(ends)] = keys
            codes.append(-1 - row - len(ends))
            all_forms += forms
            all_steps += steps
            ends.append(begin + len(all_forms))
        self._codes.extend(codes)
        self._starts.extend(ends)
        self._forms.extend(all_forms)
        self._steps.extend(all_steps)

    def tokens(self, numbers: npt.NDArray[np.int32], bounds: Ints) -> Tokens:
        """The tokens of texts whose pieces are all known.

        Args:
            numbers: int32[pieces], the pieces of the texts, one text after the other.
            bounds: int64[texts + 1], the first piece of each text, and the number of pieces.
        """
        codes = self._codes.values[numbers]
        others = np.flatnonzero(codes < 0)
        rows = -1 - codes[others]
        begins = self._starts.values[rows]
        sizes = self._starts.values[rows + 1] - begins
        counts = np.ones(len(codes), np.int64)
        counts[others] = sizes
        starts = starts_of(counts)
        forms = np.repeat(codes, counts).view(np.uint32)
        steps = np.ones(len(forms), np.uint32)
        to, source = ragged(starts[others], sizes), ragged(begins, sizes)
        forms[to] = self._forms.values[source]
        steps[to] = self._steps.values[source]
        ends = starts[bounds]
        return Tokens(
            forms,
            _positions(steps, ends),
            np.diff(ends).astype(np.uint32),
            self._compounds(rows, np.searchsorted(bounds, others, "right") - 1),
        )

    def _compounds(self, rows: Ints, texts: Ints) -> list[tuple[int, str]]:
        """The compound keys of rows that stand in these texts."""
        keys = self._keys
        pairs = zip(rows.tolist(), texts.tolist(), strict=True)
        found = [(text, key) for row, text in pairs if row in keys for key in keys[row]]
        return list(dict.fromkeys(found))


def _positions(steps: npt.NDArray[np.uint32], bounds: Ints) -> npt.NDArray[np.uint32]:
    """The position of each token in its text: uint32[n].

    Args:
        steps: uint32[n], from each token's position to the next one's.
        bounds: int64[texts + 1], the first token of each text, and n.
    """
    positions = np.zeros(len(steps) + 1, np.uint32)
    np.cumsum(steps, out=positions[1:])
    firsts = positions[bounds[:-1]]
    positions = positions[:-1]
    positions -= np.repeat(firsts, np.diff(bounds))
    return positions
