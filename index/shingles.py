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

import threading
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.piece_tokens import Tokens
from index.vocabulary import Vocabulary
from index.word_hashes import U64, hashes_of_forms

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

_HASHES = 1 << 32
# Odd numbers whose bits are mixed well; any others would do, but they are part of the format.
_WORD = np.uint64(0x9E3779B97F4A7C15)
_STEP = np.uint64(0xD1342543DE82EF95)
_END = np.uint64(0xBF58476D1CE4E5B9)
_UNSTEP = np.uint64(pow(0xD1342543DE82EF95, -1, 1 << 64))
_SMALL_STEP, _SMALL_END = np.uint32(0x915F77F5), np.uint32(0x9E3779B1)

_LOCK = threading.Lock()
_POWERS = [np.empty(0, np.uint64), np.empty(0, np.uint64)]

_SIZES = np.array(
    [0]
    + [1] * (SHORT - 1)
    + [min((words - SHINGLE + 1) // SHARE + 1, MOST) for words in range(SHORT, 256)],
    np.uint8,
)
# Hashes of a paragraph that are looked at, by how many are wanted: so many that hardly ever
# too few are there.
_LOOKED_AT = np.array([size + 2 + round(2 * size**0.5) for size in range(MOST + 1)], np.int64)

U32 = npt.NDArray[np.uint32]


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
        # Of each form, the hash of its word, zero if it has not one, and the number of its words.
        self._singles: U32 = np.empty(0, np.uint32)
        self._counts: npt.NDArray[np.uint8] = np.empty(0, np.uint8)
        # Of those with zero, where their words begin, among these hashes.
        self._at: npt.NDArray[np.int32] = np.empty(0, np.int32)
        self._words_of: U32 = np.empty(0, np.uint32)

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
        hashes[ragged(at[long], sizes[long])] = _smallest(words, starts, long, sizes)
        return Sketches(told, (keys >> np.uint64(32)).astype(np.uint32), hashes)

    def _words(self, vocabulary: Vocabulary, tokens: Tokens) -> tuple[U32, Ints]:
        """The hashes of the words of all texts, and where each text begins; [texts + 1]."""
        self._learn(vocabulary)
        words = self._singles[tokens.forms]
        joined = tokens.joined
        words[joined] = 0  # their words follow
        counts = np.ones(len(words), np.uint8)
        others = np.flatnonzero(words == 0)
        own = self._counts[tokens.forms[others]]
        own[others.searchsorted(joined)] = 0
        counts[others] = own
        # Few tokens are not one word: their places follow from how many they have more or less.
        more = starts_of(own.astype(np.int64) - 1)
        words = np.repeat(words, counts)
        to = ragged(others + more[:-1], own)
        words[to] = self._words_of[ragged(self._at[tokens.forms[others]], own)]
        starts = starts_of(tokens.counts)
        return words, starts + more[others.searchsorted(starts)]

    def _learn(self, vocabulary: Vocabulary) -> None:
        """Take in the forms of a vocabulary that are new."""
        if vocabulary is not self._vocabulary:
            self._vocabulary, self._known = vocabulary, 0
            self._words_of = np.empty(0, np.uint32)
        texts = vocabulary.form_texts
        if len(texts) > len(self._singles):
            self._singles = np.resize(self._singles, 2 * len(texts))
            self._counts = np.resize(self._counts, 2 * len(texts))
            self._at = np.resize(self._at, 2 * len(texts))
        new = slice(self._known, len(texts))
        if new.start == new.stop:
            return
        hashes, counts = hashes_of_forms(texts[new])
        words = (hashes >> np.uint64(32)).astype(np.uint32)
        singles = np.zeros(len(counts), np.uint32)
        singles[counts == 1] = words[np.repeat(counts, counts) == 1]
        self._singles[new] = singles
        self._counts[new] = counts
        several = np.where(singles == 0, counts, 0)
        self._at[new] = starts_of(several)[:-1] + len(self._words_of)
        own = words[np.repeat(singles == 0, counts)]
        self._words_of = np.concatenate((self._words_of, own))
        self._known = len(texts)


def _smallest(words: U32, starts: Ints, long: Ints, sizes: npt.NDArray[np.uint8]) -> U32:
    """The smallest hashes of the shingles of some texts.

    Args:
        words: uint32[m], hashes of the words of all texts.
        starts: int64[n + 1], where each text begins.
        long: int64[k], the texts, ascending.
        sizes: uint8[n], how many hashes each has; the last of fewer different ones is repeated.

    Returns:
        The hashes, ascending in each text.
    """
    if not len(long):
        return np.empty(0, np.uint32)
    firsts, sizes = starts[long], sizes[long]
    counts = starts[long + 1] - firsts - SHINGLE + 1
    hashes = _hashed(words)
    # Of n random numbers about 16 are below 16 / n of all. Who has too few is looked at whole.
    below = np.minimum(_HASHES * _LOOKED_AT[sizes] // counts, _HASHES - 1)
    at = np.flatnonzero(hashes < _limits(below, firsts, counts, len(hashes)))
    own = np.diff(at.searchsorted(np.append(firsts, len(hashes))))
    low, own = _first(hashes[at], own, sizes)
    missing = np.flatnonzero((own < np.minimum(sizes, counts)) & (below < _HASHES - 1))
    if len(missing):
        at = ragged(firsts[missing], counts[missing])
        more, of_more = _first(hashes[at], counts[missing], sizes[missing])
        begins = starts_of(own)[:-1]
        begins[missing] = starts_of(of_more)[:-1] + len(low)
        own[missing] = of_more
        low = np.concatenate((low, more))[ragged(begins, own)]
    times = np.ones(len(low), np.int64)
    times[np.cumsum(own) - 1] += sizes - own
    return np.repeat(low, times)


def _limits(below: Ints, firsts: Ints, counts: Ints, total: int) -> U32:
    """The limit of each text for all its shingles, and zero for what is between; uint32[total]."""
    limits = np.zeros(2 * len(firsts) + 1, np.uint32)
    limits[1::2] = below
    times = np.empty(2 * len(firsts) + 1, np.int64)
    times[0] = firsts[0]
    times[1::2] = counts
    times[2::2] = np.append(firsts[1:], total) - firsts - counts
    return np.repeat(limits, times)


def _first(hashes: U32, own: Ints, sizes: npt.NDArray[np.uint8]) -> tuple[U32, Ints]:
    """The smallest different hashes of each text, so many as its size says or there are.

    Args:
        hashes: uint32[m], text by text.
        own: int64[n], how many each text has.
        sizes: uint8[n].

    Returns:
        The hashes, ascending in each text, and how many of them each text has.
    """
    owners = np.repeat(np.arange(len(own), dtype=np.uint64) << np.uint64(32), own)
    both = np.sort(owners | hashes)
    again = np.flatnonzero(both[1:] == both[:-1]) + 1
    if len(again):
        own = own - np.bincount((both[again] >> np.uint64(32)).astype(np.int64), None, len(own))
        both = np.delete(both, again)
    kept = np.minimum(own, sizes)
    return both[ragged(starts_of(own)[:-1], kept)].astype(np.uint32), kept


def rolled(words: npt.NDArray[Any], step: np.unsignedinteger[Any]) -> npt.NDArray[Any]:
    """A hash of each word and the four after it; of the same dtype, the last four meaningless."""
    hashes = words.copy()
    for after in range(1, SHINGLE):
        hashes *= step
        hashes[:-after] += words[after:]
    return hashes


def _hashed(words: U32) -> U32:
    """The hashes of shingles, in which all bits have a part; uint32[n]."""
    hashes = rolled(words, _SMALL_STEP)
    hashes ^= hashes >> np.uint32(16)
    hashes *= _SMALL_END
    hashes ^= hashes >> np.uint32(15)
    hashes *= _SMALL_STEP
    hashes ^= hashes >> np.uint32(16)
    return hashes


def _keys(words: U32, starts: Ints) -> U64:
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
