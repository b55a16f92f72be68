"""Sketches of paragraphs: a few numbers by which those of nearly the same words find each other.

A *shingle* is five words in a row, as printed but for case and punctuation. Two paragraphs are
alike as their sets of shingles are: the number of those in both, divided by the number of those
in either (Jaccard). The *sketch* of a paragraph is its smallest hashes of shingles. Sets of n
shingles that are four fifths the same share one of their first n / 5 + 1 in any order, so a
sketch of so many finds all of them (prefix filtering: Bayardo, Ma and Srikant, "Scaling up all
pairs similarity search", 2007). From MOST hashes on, which 36 shingles need, the order being
random, the chance to miss a pair that is four fifths the same is about one in 400,000.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.piece_tokens import Tokens
from index.vocabulary import Vocabulary

SHINGLE = 5
"""Words of a shingle."""
SHORT = 12
"""Words from which on a paragraph has shingles; a shorter one is alike or is not."""
MOST = 8
"""Hashes of a sketch, at most."""

_SHARE = 5  # of so many shingles one goes into the sketch
_ENOUGH = 24  # hashes of a paragraph that are looked at, so that MOST are hardly ever missing
_HASHES = 1 << 32
_WORD, _STEP, _END = (np.uint64(each) for each in (0x9E3779B97F4A7C15, 0xD1342543DE82EF95, 0xBF58476D1CE4E5B9))  # fmt: skip

U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]


class Sketches(NamedTuple):
    """The sketches of some paragraphs, one after the other.

    Attributes:
        sizes: uint8[n], how many hashes each has: none without words, one if it is short.
        keys: uint32[n], a hash of all its words; with the first hash it tells texts apart.
        hashes: uint32[m], the hashes, ascending in each.
    """

    sizes: npt.NDArray[np.uint8]
    keys: U32
    hashes: U32


class Sketcher:
    """Makes sketches of tokens; it remembers the hashes of printed forms."""

    def __init__(self) -> None:
        self._vocabulary: Vocabulary | None = None
        self._words: U64 = np.empty(0, np.uint64)
        self._known = 0

    def sketches(self, vocabulary: Vocabulary, tokens: Tokens) -> Sketches:
        """The sketches of texts, by their tokens and the vocabulary that numbers these."""
        words = self._hashes(vocabulary)[tokens.forms]
        starts = starts_of(tokens.counts)
        keys = _keys(words, starts)
        counts = np.diff(starts)
        long = np.flatnonzero(counts >= SHORT)
        sizes = np.minimum(counts, 1).astype(np.uint8)
        sizes[long] = np.minimum((counts[long] - SHINGLE + 1) // _SHARE + 1, MOST)
        low, owners = smallest(words, starts, long, sizes)
        sizes[long] = np.bincount(owners, minlength=len(counts))[long]
        hashes = np.empty(int(sizes.sum(dtype=np.int64)), np.uint32)
        at = starts_of(sizes)
        short = np.flatnonzero((counts > 0) & (counts < SHORT))
        hashes[at[short]] = keys[short].astype(np.uint32)
        hashes[ragged(at[long], sizes[long])] = low
        return Sketches(sizes, (keys >> np.uint64(32)).astype(np.uint32), hashes)

    def shingles(self, vocabulary: Vocabulary, tokens: Tokens) -> tuple[U64, Ints]:
        """All hashes of shingles, of 64 bits, and where those of each text begin; [n + 1]."""
        words = self._hashes(vocabulary)[tokens.forms]
        starts = starts_of(tokens.counts)
        counts = np.maximum(np.diff(starts) - SHINGLE + 1, 0)
        return _rolled(words)[ragged(starts[:-1], counts)], starts_of(counts)

    def _hashes(self, vocabulary: Vocabulary) -> U64:
        """The hash of each form of a vocabulary, by its number."""
        if vocabulary is not self._vocabulary:
            self._vocabulary, self._known = vocabulary, 0
        texts = vocabulary.form_texts
        if len(texts) > len(self._words):
            self._words = np.resize(self._words, 2 * len(texts))
        new = texts[self._known :]
        if new:
            # CRC-32 is the same in every process and on every machine.
            sums = [zlib.crc32(text.casefold().encode()) for text in new]
            words = np.array(sums, np.uint64) * _WORD
            self._words[self._known : len(texts)] = words ^ (words >> np.uint64(29))
            self._known = len(texts)
        return self._words


def smallest(
    words: U64, starts: Ints, long: Ints, sizes: npt.NDArray[np.uint8]
) -> tuple[U32, Ints]:
    """The smallest hashes of the shingles of some texts.

    Args:
        words: uint64[m], hashes of the words of all texts.
        starts: int64[n + 1], where each text begins.
        long: int64[k], the texts, ascending.
        sizes: uint8[n], how many hashes each has at most; equal ones count once.

    Returns:
        The hashes, ascending in each text, and the text of each.
    """
    counts = starts[long + 1] - starts[long] - SHINGLE + 1
    hashes = _mixed(_rolled(words))
    # Of n random numbers few are below 24 / n of all. Who has too few there is looked at whole.
    below = np.minimum(_HASHES * _ENOUGH // np.maximum(counts, 1), _HASHES)
    limits = np.zeros(len(hashes), np.uint64)
    firsts = starts[long]
    # A limit holds from where it is set to where the next one is.
    edges = np.concatenate((firsts, firsts + counts))
    steps = np.zeros(len(hashes) + 1, np.int64)
    np.add.at(steps, edges, np.concatenate((below, -below)))
    limits = np.cumsum(steps[:-1])
    at = np.flatnonzero(hashes < limits)
    owners = np.searchsorted(firsts, at, "right") - 1
    low, owners = _first(hashes[at].astype(np.uint32), owners, sizes[long])
    missing = np.bincount(owners, minlength=len(long)) < np.minimum(sizes[long], counts)
    missing &= below < _HASHES
    if missing.any():
        again = np.flatnonzero(missing)
        kept = ~missing[owners]
        at = ragged(firsts[again], counts[again])
        more, of_more = _first(
            hashes[at].astype(np.uint32), np.repeat(again, counts[again]), sizes[long]
        )
        low, owners = np.concatenate((low[kept], more)), np.concatenate((owners[kept], of_more))
        order = np.argsort(owners, kind="stable")
        low, owners = low[order], owners[order]
    return low, long[owners]


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


def _mixed(rolled: U64) -> U64:
    """The same as 32 bits in which all of them have a part; uint64[n]."""
    mixed = rolled ^ (rolled >> np.uint64(31))
    mixed *= _END
    mixed >>= np.uint64(32)
    return mixed


def _keys(words: U64, starts: Ints) -> U64:
    """A hash of all words of each text in their order; uint64[n]."""
    counts = np.diff(starts)
    places = np.arange(len(words)) - np.repeat(starts[:-1], counts)
    factors = (places.astype(np.uint64) + np.uint64(1)) * _STEP
    factors ^= factors >> np.uint64(32)
    factors |= np.uint64(1)
    keys = np.zeros(len(counts), np.uint64)
    some = np.flatnonzero(counts)
    if len(some):
        keys[some] = np.add.reduceat(words * factors, starts[some])
    keys ^= keys >> np.uint64(30)
    keys *= _END
    keys ^= keys >> np.uint64(27)
    keys *= _WORD
    return keys ^ (keys >> np.uint64(31))
