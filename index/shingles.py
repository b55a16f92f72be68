"""Sketches of paragraphs: a few numbers by which those of nearly the same words find each other.

A *shingle* is five words in a row. Words are here what is printed between punctuation, without
regard to case: "350-mln-dlr" has three, "country's" two. Two paragraphs are
alike as their sets of shingles are: the number of those in both, divided by the number of those
in either (Jaccard). The *sketch* of a paragraph is its smallest hashes of shingles. Sets of n
shingles that are four fifths the same share one of their first n / 5 + 1 in any order, so a
sketch of so many finds all of them (prefix filtering: Bayardo, Ma and Srikant, "Scaling up all
pairs similarity search", 2007). From MOST hashes on, which 36 shingles need, the order being
random, the chance to miss a pair that is four fifths the same is about one in 400,000.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.piece_tokens import Tokens
from index.vocabulary import Vocabulary

SHINGLE = 5
"""Words of a shingle."""
SHORT = 18
"""Words from which on a paragraph has shingles; a shorter one is the same as another or is not."""
TINY = 8
"""Words from which on a paragraph can be a copy; what is shorter recurs by itself."""
SHARE = 5
"""Of so many shingles one goes into the sketch, and one more."""
MOST = 8
"""Hashes of a sketch, at most."""

_ENOUGH = 24  # hashes of a paragraph that are looked at, so that MOST are hardly ever missing
_HASHES = 1 << 32
# Odd numbers whose bits are mixed well; any others would do, but they are part of the format.
_WORD = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD1342543DE82EF95)
_END = np.uint64(0xBF58476D1CE4E5B9)
_UNSTEP = np.uint64(pow(0xD1342543DE82EF95, -1, 1 << 64))

_LOCK = threading.Lock()
_POWERS = [np.empty(0, np.uint64), np.empty(0, np.uint64)]

_SIZES = np.array(
    [0]
    + [1] * (SHORT - 1)
    + [min((words - SHINGLE + 1) // SHARE + 1, MOST) for words in range(SHORT, 256)],
    np.uint8,
)
_WORDS = re.compile(r"\w+")

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]


class Sketches(NamedTuple):
    """The sketches of some paragraphs, one after the other.

    Attributes:
        words: uint8[n], the words of each; 255 if there are more.
        keys: uint32[n], a hash of all its words; with the first hash it tells texts apart.
        hashes: uint32[m], the hashes, ascending in each, as many as ``sketch_sizes`` says. If
            it has not so many different ones, the last is repeated.
    """

    words: npt.NDArray[np.uint8]
    keys: U32
    hashes: U32

    @property
    def sizes(self) -> npt.NDArray[np.uint8]:
        """How many hashes each has; a new uint8[n]."""
        return sketch_sizes(self.words)


def sketch_sizes(words: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """How many hashes the sketches of so many words have; a new uint8[n].

    >>> sketch_sizes(np.array([0, 3, 18, 24, 255], np.uint8)).tolist()
    [0, 1, 3, 5, 8]
    """
    return _SIZES[words]


class Sketcher:
    """Makes sketches of tokens; it remembers the hashes of printed forms."""

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._known = 0
        self._firsts: U64 = np.empty(0, np.uint64)  # of each form, if it is one word
        self._counts: npt.NDArray[np.uint8] = np.empty(0, np.uint8)  # its words
        self._at: npt.NDArray[np.int32] = np.empty(0, np.int32)  # if not: where they begin in
        self._several: U64 = np.empty(0, np.uint64)

    def sketches(self, vocabulary: Vocabulary, tokens: Tokens) -> Sketches:
        """The sketches of texts, by their tokens and the vocabulary that numbers these."""
        words, starts = self._words(vocabulary, tokens)
        keys = _keys(words, starts)
        counts = np.diff(starts)
        long = np.flatnonzero(counts >= SHORT)
        told = np.minimum(counts, 255).astype(np.uint8)
        sizes = sketch_sizes(told)
        hashes = np.zeros(int(sizes.sum(dtype=np.int64)), np.uint32)
        at = starts_of(sizes)
        short = np.flatnonzero((counts > 0) & (counts < SHORT))
        hashes[at[short]] = keys[short].astype(np.uint32)
        hashes[ragged(at[long], sizes[long])] = smallest(words, starts, long, sizes)
        return Sketches(told, (keys >> np.uint64(32)).astype(np.uint32), hashes)

    def shingles(self, vocabulary: Vocabulary, tokens: Tokens) -> tuple[U64, Ints]:
        """All hashes of shingles, of 64 bits, and where those of each text begin; [n + 1]."""
        words, starts = self._words(vocabulary, tokens)
        counts = np.maximum(np.diff(starts) - SHINGLE + 1, 0)
        return _rolled(words)[ragged(starts[:-1], counts)], starts_of(counts)

    def _words(self, vocabulary: Vocabulary, tokens: Tokens) -> tuple[U64, Ints]:
        """The hashes of the words of all texts, and where each text begins; [texts + 1]."""
        self._learn(vocabulary)
        ends = np.cumsum(tokens.counts, dtype=np.int64)
        # Of two words together there is a token, too, at the place of the first.
        single = np.ones(len(tokens.forms), np.bool_)
        single[:-1] = tokens.positions[1:] != tokens.positions[:-1]
        single[ends[tokens.counts > 0] - 1] = True
        dropped = np.flatnonzero(~single)
        starts = np.concatenate(([0], ends))
        starts -= dropped.searchsorted(starts)
        forms = tokens.forms[single]
        counts = self._counts[forms]
        several = np.flatnonzero(counts != 1)
        if not len(several):
            return self._firsts[forms], starts
        # Few forms have not one word: their places follow from how many the others have more.
        own = counts[several]
        more = starts_of(own.astype(np.int64) - 1)
        words = np.repeat(self._firsts[forms], counts)
        to = ragged(several + more[:-1], own)
        words[to] = self._several[ragged(self._at[forms[several]], own)]
        return words, starts + more[several.searchsorted(starts)]

    def _learn(self, vocabulary: Vocabulary) -> None:
        """Take in the forms of a vocabulary that are new."""
        if vocabulary is not self._vocabulary:
            self._vocabulary, self._known = vocabulary, 0
            self._several = np.empty(0, np.uint64)
        texts = vocabulary.form_texts
        if len(texts) > len(self._firsts):
            self._firsts = np.resize(self._firsts, 2 * len(texts))
            self._counts = np.resize(self._counts, 2 * len(texts))
            self._at = np.resize(self._at, 2 * len(texts))
        new = slice(self._known, len(texts))
        if new.start == new.stop:
            return
        folded = [text.casefold() for text in texts[new]]
        self._firsts[new] = _hashed(folded)
        self._counts[new] = 1
        more: list[str] = []
        for number, text in enumerate(folded, start=self._known):
            if not text.isalnum():
                own = _WORDS.findall(text)
                self._at[number] = len(self._several) + len(more)
                self._counts[number] = len(own)
                more += own
        self._several = np.concatenate((self._several, _hashed(more)))
        self._known = len(texts)


def _hashed(words: Sequence[str]) -> U64:
    """A hash of each word. CRC-32 is the same in every process and on every machine."""
    hashes = np.array([zlib.crc32(word.encode()) for word in words], np.uint64) * _WORD
    hashed: U64 = hashes ^ (hashes >> np.uint64(29))
    return hashed


def smallest(words: U64, starts: Ints, long: Ints, sizes: npt.NDArray[np.uint8]) -> U32:
    """The smallest hashes of the shingles of some texts.

    Args:
        words: uint64[m], hashes of the words of all texts.
        starts: int64[n + 1], where each text begins.
        long: int64[k], the texts, ascending.
        sizes: uint8[n], how many hashes each has; the last of fewer different ones is repeated.

    Returns:
        The hashes, ascending in each text.
    """
    counts = starts[long + 1] - starts[long] - SHINGLE + 1
    hashes = _mixed(_rolled(words))
    # Of n random numbers few are below 24 / n of all. Who has too few there is looked at whole.
    below = np.minimum(_HASHES * _ENOUGH // np.maximum(counts, 1), _HASHES - 1)
    firsts = starts[long]
    # Each limit is repeated for the shingles of its text, and zero for what is between texts.
    limits = np.zeros(2 * len(long) + 1, np.uint32)
    limits[1::2] = below
    sizes_of = np.zeros(2 * len(long) + 1, np.int64)
    sizes_of[1::2] = counts
    sizes_of[2::2] = np.append(firsts[1:], len(hashes)) - firsts - counts
    sizes_of[0] = firsts[0] if len(long) else len(hashes)
    at = np.flatnonzero(hashes < np.repeat(limits, sizes_of))
    owners = np.searchsorted(firsts, at, "right") - 1
    low, owners = _first(hashes[at], owners, sizes[long])
    missing = np.bincount(owners, minlength=len(long)) < np.minimum(sizes[long], counts)
    missing &= below < _HASHES - 1
    if missing.any():
        again = np.flatnonzero(missing)
        kept = ~missing[owners]
        at = ragged(firsts[again], counts[again])
        more, of_more = _first(hashes[at], np.repeat(again, counts[again]), sizes[long])
        low, owners = np.concatenate((low[kept], more)), np.concatenate((owners[kept], of_more))
        order = np.argsort(owners, kind="stable")
        low, owners = low[order], owners[order]
    own = np.bincount(owners, minlength=len(long))
    times = np.ones(len(low), np.int64)
    times[np.cumsum(own) - 1] += sizes[long] - own
    return np.repeat(low, times)


def _first(hashes: U32, owners: Ints, sizes: npt.NDArray[np.uint8]) -> tuple[U32, Ints]:
    """The smallest hashes of each owner, so many as its size says, and their owners."""
    if not len(hashes):
        return hashes, owners
    both = np.sort(owners.astype(np.uint64) << np.uint64(32) | hashes)
    distinct = np.ones(len(both), np.bool_)
    distinct[1:] = both[1:] != both[:-1]
    both = both[distinct]
    owners = (both >> np.uint64(32)).astype(np.int64)
    begins = np.flatnonzero(np.concatenate(([True], owners[1:] != owners[:-1])))
    runs = np.diff(np.append(begins, len(owners)))
    rank = np.arange(len(owners)) - np.repeat(begins, runs)
    kept = rank < sizes[owners]
    return both[kept].astype(np.uint32), owners[kept]


def _rolled(words: U64) -> U64:
    """A hash of each word and the four after it; uint64[n], the last four without a meaning."""
    padded = np.concatenate((words, np.zeros(SHINGLE - 1, np.uint64)))
    rolled = words.copy()
    for after in range(1, SHINGLE):
        rolled *= _STEP
        rolled += padded[after : after + len(words)]
    return rolled


def _mixed(rolled: U64) -> U32:
    """The same as 32 bits in which all of them have a part; uint32[n]."""
    mixed = rolled ^ (rolled >> np.uint64(31))
    mixed *= _END
    mixed >>= np.uint64(32)
    return mixed.astype(np.uint32)


def _keys(words: U64, starts: Ints) -> U64:
    """A hash of all words of each text in their order; uint64[n]."""
    powers, inverses = _powers(len(words))
    keys = np.zeros(len(starts) - 1, np.uint64)
    some = np.flatnonzero(np.diff(starts))
    if len(some):
        # As if each text began with the power zero.
        keys[some] = np.add.reduceat(words * powers, starts[some]) * inverses[starts[some]]
    keys ^= keys >> np.uint64(30)
    keys *= _END
    keys ^= keys >> np.uint64(27)
    keys *= _WORD
    return keys ^ (keys >> np.uint64(31))


def _powers(count: int) -> tuple[U64, U64]:
    """The powers of an odd number from zero on, at least so many, and their inverses."""
    with _LOCK:
        if len(_POWERS[0]) < count:
            size = max(count, 2 * len(_POWERS[0]))
            steps = np.full((2, size), np.array([[_STEP], [_UNSTEP]]), np.uint64)
            steps[:, 0] = 1
            _POWERS[:] = np.cumprod(steps, axis=1)
        return _POWERS[0][:count], _POWERS[1][:count]
