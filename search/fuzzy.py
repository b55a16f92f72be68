"""Terms of a dictionary that are few edits from a word: Levenshtein, never Damerau.

An edit puts in, takes out or changes one character. A term one edit from a word shares with
it the first half or, the edit being there, the second: two ranges of the dictionary, which is
sorted by its beginnings and by its endings. For more edits, a term is tried if the sets of
their characters differ by no more than the edits can explain.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from search.deadline import check_time
from search.sets import Ints, distinct

if TYPE_CHECKING:
    from index.codec.terms import TermDictionary

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint32]

_NON_ASCII = 0x80
_BYTES = 4  # that a character takes at most


class TermTexts:
    """The terms of a dictionary as bytes, for looking at many at once.

    Attributes:
        blob: uint8, all terms, each followed by a line feed.
        offsets: int64[n + 1], where each begins in the blob.
    """

    def __init__(self, terms: TermDictionary) -> None:
        self._terms = terms
        self.blob, self.offsets = terms.blob(0, len(terms))
        self.by_ending = terms.by_ending()

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def sizes(self, numbers: Ints) -> Ints:
        """The bytes of terms, int64[n]."""
        return self.offsets[numbers + 1] - 1 - self.offsets[numbers]

    def text(self, number: int) -> bytes:
        """One term."""
        return self.blob[self.offsets[number] : self.offsets[number + 1] - 1].tobytes()

    def prefix(self, prefix: bytes) -> tuple[int, int]:
        """The range of the terms that begin with a prefix."""
        return self._terms.prefix(prefix)

    def ending(self, ending: bytes) -> Ints:
        """The terms that end with some letters, in no order."""
        if self.by_ending is None:
            whole = np.arange(len(self))
            return whole[_equal_ends(self, whole, ending)]
        low = self._lower(ending[::-1])
        high = self._lower(ending[::-1] + b"\xff")
        return self.by_ending[low:high].astype(np.int64)

    def _lower(self, backwards: bytes) -> int:
        """How many terms come before one, all of them spelled backwards."""
        assert self.by_ending is not None
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) >> 1
            if self.text(int(self.by_ending[middle]))[::-1] < backwards:
                low = middle + 1
            else:
                high = middle
        return low

    @cached_property
    def is_ascii(self) -> npt.NDArray[np.bool_]:
        """Which terms are ASCII; bool[n]."""
        if not len(self):
            return np.empty(0, np.bool_)
        return np.bitwise_or.reduceat(self.blob, self.offsets[:-1]) < _NON_ASCII

    @cached_property
    def characters(self) -> Ints:
        """The characters of each term, int64[n]: bytes that do not continue one."""
        begins = np.concatenate(([0], np.cumsum((self.blob & 0xC0) != 0x80)))
        counts: Ints = np.diff(begins[self.offsets]) - 1
        return counts

    @cached_property
    def signatures(self) -> Numbers:
        """A bit for each kind of character in a term, uint32[n]; see ``signature``."""
        if not len(self):
            return np.empty(0, np.uint32)
        bits = BITS[self.blob]
        found: Numbers = np.bitwise_or.reduceat(bits, self.offsets[:-1])
        return found


BITS = np.array(
    [0 if byte == 10 else 1 << (byte & 31 if byte < _NON_ASCII else 0) for byte in range(256)],
    np.uint32,
)
"""The bit of each byte; none for the line feed, one for all that are not ASCII."""


def signature(text: bytes) -> np.uint32:
    """The bits of the characters of a text; an edit changes no more than two of them."""
    bits: np.uint32 = np.bitwise_or.reduce(BITS[np.frombuffer(text, np.uint8)], initial=0)
    return bits


def within(texts: TermTexts, word: str, distance: int, prefix: int) -> Ints:
    """The terms at most some edits from a word, ascending; int64[n].

    Args:
        texts: of the dictionary.
        word: what they are compared to.
        distance: edits, at least 0.
        prefix: characters at the beginning that have to be the same.
    """
    encoded = word.encode("utf-8", "surrogatepass")
    if distance == 1 and word.isascii() and len(word) > 1:
        return _within_one(texts, encoded, prefix)
    low, high = texts.prefix(word[:prefix].encode("utf-8", "surrogatepass"))
    numbers = np.arange(low, high)
    differs = np.bitwise_count(texts.signatures[low:high] ^ signature(encoded))
    longer = np.abs(texts.characters[low:high] - len(word))
    return _checked(
        texts, numbers[(differs <= 2 * distance) & (longer <= distance)], word, distance
    )


def _within_one(texts: TermTexts, word: bytes, prefix: int) -> Ints:
    """The terms at most one edit from an ASCII word of at least two letters."""
    low, high = texts.prefix(word[:prefix])
    half = max(len(word) // 2, min(prefix, len(word)))
    numbers = np.arange(*texts.prefix(word[:half]))
    if prefix < half < len(word):
        endings = texts.ending(word[half:])
        endings = endings[(endings >= low) & (endings < high)]
        numbers = distinct(np.concatenate((numbers, endings)))
    numbers = numbers[np.abs(texts.sizes(numbers) - len(word)) <= _BYTES]
    plain = texts.is_ascii[numbers]
    found = numbers[plain]
    found = found[_one_edit(texts, found, word)]
    others = _checked(texts, numbers[~plain], word.decode(), 1)
    return np.sort(np.concatenate((found, others))) if len(others) else found


def _one_edit(texts: TermTexts, numbers: Ints, word: bytes) -> npt.NDArray[np.bool_]:
    """Which ASCII terms are at most one edit from an ASCII word; bool[n].

    So they are if the letters that both begin with and those that both end with cover all
    but one of the longer.
    """
    sizes = texts.sizes(numbers)
    longer = np.maximum(sizes, len(word))
    same = _equal_letters(texts, numbers, word)
    same += _equal_letters(texts, numbers, word, backwards=True)
    found: npt.NDArray[np.bool_] = (same >= longer - 1) & (np.abs(sizes - len(word)) <= 1)
    return found


def _equal_letters(
    texts: TermTexts, numbers: Ints, word: bytes, *, backwards: bool = False
) -> Ints:
    """How many letters terms have in common with the beginning of a word, or its end."""
    steps = np.arange(len(word))
    letters = np.frombuffer(word, np.uint8)
    if backwards:
        places = (texts.offsets[numbers + 1] - 2)[:, None] - steps
        letters = letters[::-1]
    else:
        places = texts.offsets[numbers][:, None] + steps
    equal = texts.blob.take(places, mode="clip") == letters
    common: Ints = np.logical_and.accumulate(equal, axis=1).sum(axis=1)
    return np.minimum(common, texts.sizes(numbers))


def _equal_ends(texts: TermTexts, numbers: Ints, ending: bytes) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = _equal_letters(texts, numbers, ending, backwards=True) >= len(
        ending
    )
    return found


def _checked(texts: TermTexts, numbers: Ints, word: str, distance: int) -> Ints:
    """Those of the terms that are at most some edits from a word, by any characters."""
    if not len(numbers):
        return numbers
    found = [texts.text(number).decode("utf-8", "surrogatepass") for number in numbers.tolist()]
    return numbers[distances(found, word) <= distance]


def distances(texts: list[str], word: str) -> Ints:
    """The edits between a word and each of some texts; int64[n].

    >>> distances(["siege", "sieges", "eigse", ""], "siege").tolist()
    [0, 1, 3, 5]
    """
    sizes = np.array([len(text) for text in texts])
    longest = max(int(sizes.max()), 1)
    letters = np.zeros((len(texts), longest), np.int64)
    for row, text in zip(letters, texts, strict=True):
        row[: len(text)] = [ord(char) for char in text]
    # rows[j]: the edits between the first j characters of each text and those of the word
    rows = np.tile(np.arange(longest + 1)[:, None], (1, len(texts)))
    for at, char in enumerate(word, start=1):
        before = rows
        rows = np.empty_like(before)
        rows[0] = at
        check_time()
        differs = np.not_equal(letters.T, ord(char))
        for column in range(1, longest + 1):
            changed = before[column - 1] + differs[column - 1]
            edited = np.minimum(before[column], rows[column - 1]) + 1
            np.minimum(changed, edited, out=rows[column])
    result: Ints = rows[sizes, np.arange(len(texts))]
    return result
