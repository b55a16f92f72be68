"""The sorted terms of a field, with what is known of each: TermWriter, TermDictionary.

Arrays, with the name of the field in front:

======== ====== ============================================================================
terms    u1     the terms in the order of their bytes, each followed by a line feed
infos    u4, u8 [terms + 1, columns]: for each term where its parts begin, see ``COLUMNS``
heads    u8     the first 8 bytes, big-endian, of every 64th term
reversed u4     the terms in the order of their reversed bytes (fields with positions)
======== ====== ============================================================================
"""

from __future__ import annotations

import bisect
import itertools
import re

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints
from index.codec.sealed import SealedFile, SealedWriter

COLUMNS = ("text", "posting", "gap", "first", "freq", "token", "form", "form_bits", "high")
"""What the columns of ``infos`` count; a field of documents only has the first four.

text: byte in ``terms``; posting: number of the posting; gap: byte in ``gaps``; first: the first
document; freq: index in ``freqs``; token: index in ``positions``; form: byte in ``forms``;
form_bits: byte in ``form_bits``; high: index in ``highs``.
"""

FIRST = COLUMNS.index("first")
PAGE = 64  # terms between two heads
_KNOWN = 65_536  # terms that are remembered with their numbers


def head(term: bytes) -> int:
    """The first 8 bytes of a term as a number of the same order."""
    return int.from_bytes(term[:8].ljust(8, b"\0"), "big")


class TermDictionary:
    """The terms of one field of a segment, by number and by text."""

    def __init__(self, sealed: SealedFile, name: str, columns: int) -> None:
        self._sealed = sealed
        self._terms, self._infos = f"{name}.terms", f"{name}.infos"
        self._reversed = f"{name}.reversed"
        self._columns = columns
        self._count = sealed.count(self._infos) // columns - 1
        self._heads: npt.NDArray[np.uint64] = sealed.array(f"{name}.heads")
        self._numbers: dict[bytes, int] = {}

    def __len__(self) -> int:
        return self._count

    def info(self, number: int) -> list[int]:
        """The row of a term and the row after it, in one list."""
        columns = self._columns
        start = number * columns
        row: list[int] = self._sealed.slice(self._infos, start, start + 2 * columns).tolist()
        return row

    def infos(self, low: int, high: int) -> Ints:
        """The rows of the terms from ``low`` to ``high``, the one of ``high`` included.

        A new int64[high - low + 1, columns].
        """
        columns = self._columns
        rows = self._sealed.slice(self._infos, low * columns, (high + 1) * columns)
        return rows.astype(np.int64).reshape(-1, columns)

    def term(self, number: int) -> bytes:
        """The text of a term."""
        info = self.info(number)
        return self._sealed.slice(self._terms, info[0], info[self._columns] - 1).tobytes()

    def texts(self, low: int, high: int) -> list[bytes]:
        """The texts of the terms from ``low`` to ``high - 1``."""
        if low >= high:
            return []
        blob, ends = self.blob(low, high)
        view = blob.tobytes()
        offsets = ends.tolist()
        return [view[start : end - 1] for start, end in itertools.pairwise(offsets)]

    def blob(self, low: int, high: int) -> tuple[npt.NDArray[np.uint8], Ints]:
        """The terms from ``low`` to ``high - 1`` as they are stored, and where each begins.

        A view, uint8[m], and int64[high - low + 1] into it; a term ends with a line feed.
        """
        offsets = self.infos(low, high)[:, 0]
        start, stop = int(offsets[0]), int(offsets[-1])
        return self._sealed.slice(self._terms, start, stop), offsets - start

    def lower(self, term: bytes) -> int:
        """How many terms come before a term in the order of their bytes."""
        key = np.uint64(head(term))
        page = int(self._heads.searchsorted(key, "right")) - 1
        if page < 0:
            return 0
        first = max(int(self._heads.searchsorted(key, "left")) - 1, 0)
        if first < page:  # several pages begin with the same 8 bytes
            page = (
                bisect.bisect_right(
                    range(first, page + 1), term, key=lambda at: self.term(at * PAGE)
                )
                + first
                - 1
            )
            if page < first:
                return first * PAGE
        low, high = page * PAGE, min(page * PAGE + PAGE, self._count)
        return low + bisect.bisect_left(self.texts(low, high), term)

    def find(self, term: bytes) -> int:
        """The number of a term; -1 if the field does not have it."""
        number = self._numbers.get(term)
        if number is None:
            number = self.lower(term)
            if number >= self._count or self.term(number) != term:
                number = -1
            if len(self._numbers) < _KNOWN:
                self._numbers[term] = number
        return number

    def has_prefix(self, prefix: bytes) -> bool:
        """Whether some term begins with a prefix."""
        number = self.lower(prefix)
        return number < self._count and self.term(number).startswith(prefix)

    def prefix(self, prefix: bytes) -> tuple[int, int]:
        """The range (low, high) of the terms that begin with a prefix."""
        if not prefix:
            return 0, self._count
        following = prefix.rstrip(b"\xff")
        low = self.lower(prefix)
        if not following:
            return low, self._count
        return low, self.lower(following[:-1] + bytes([following[-1] + 1]))

    def matching(self, pattern: re.Pattern[bytes], low: int, high: int) -> Ints:
        """The numbers of the terms from ``low`` to ``high - 1`` that a pattern matches.

        The pattern is searched line by line: compiled with re.MULTILINE, from ``^`` to ``$``.
        """
        if low >= high:
            return np.empty(0, np.int64)
        blob, offsets = self.blob(low, high)
        starts = [match.start() for match in pattern.finditer(blob.tobytes())]
        return np.searchsorted(offsets, np.array(starts, np.int64)) + low

    def by_ending(self) -> npt.NDArray[np.uint32] | None:
        """The numbers of the terms in the order of their reversed bytes, if that is stored."""
        if self._reversed not in self._sealed:
            return None
        return self._sealed.array(self._reversed)


class TermWriter:
    """Collects the terms of a field and the sizes of their parts, in order."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._texts: list[bytes] = []  # each with its line feed
        self._sizes: list[npt.NDArray[np.uint32]] = []
        self._firsts: list[AnyInts] = []
        self._heads: list[int] = []
        self.count = 0

    def add(self, terms: list[bytes], sizes: Ints, firsts: AnyInts) -> None:
        """Add terms.

        Args:
            terms: [n], in the order of their bytes, after all that were added before.
            sizes: int64[n, columns], how much of each part a term takes; what stands for
                "text" and "first" is not read.
            firsts: integers [n], the first document of each.
        """
        sizes[:, 0] = np.fromiter(map(len, terms), np.int64, len(terms)) + 1
        self._texts += [term + b"\n" for term in terms]
        self._heads += [head(term) for term in terms[-self.count % PAGE :: PAGE]]
        self._sizes.append(sizes.astype(np.uint32))
        self._firsts.append(firsts)
        self.count += len(terms)

    def finish(self, sealed: SealedWriter, name: str, *, by_ending: bool) -> None:
        """Write the arrays."""
        sealed.put(f"{name}.terms", np.frombuffer(b"".join(self._texts), np.uint8))
        infos = np.zeros((self.count + 1, self._columns), np.int64)
        if self.count:
            np.cumsum(np.concatenate(self._sizes), axis=0, dtype=np.int64, out=infos[1:])
            infos[:-1, FIRST] = np.concatenate(self._firsts)
        infos[-1, FIRST] = 0
        dtype = np.uint32 if infos.max(initial=0) < 1 << 32 else np.uint64
        sealed.put(f"{name}.infos", infos.astype(dtype).ravel())
        sealed.put(f"{name}.heads", np.array(self._heads, np.uint64))
        if by_ending:
            endings = [text[-2::-1] for text in self._texts]
            order = sorted(range(self.count), key=endings.__getitem__)
            sealed.put(f"{name}.reversed", np.array(order, np.uint32))
