"""The sketches of the paragraphs of a segment: by them, those of nearly the same words are found.

Arrays, in the order of the paragraphs; ``index.shingles`` tells what they mean:

============== == ==========================================================================
sketch.words   u1 the words of each paragraph, 255 if there are more: they say how many
                  hashes it has
sketch.keys    u4 a hash of all its words
sketch.highs   u2 its hashes, ascending: their upper bits
sketch.lows    u2 and their lower ones
============== == ==========================================================================

Who looks for a few hashes looks through the upper bits alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, ragged, starts_of
from index.codec.sealed import SealedFile, SealedWriter
from index.shingles import Sketches, sketch_sizes

_HIGH_BITS = _LOW_BITS = 16
_ARRAYS = {"words": np.uint8, "keys": np.uint32, "highs": np.uint16, "lows": np.uint16}
_CHUNK = 1 << 14  # paragraphs, or hashes, that are looked through at once
_FEW = 1 << 9  # items of an array that are read one by one


def put_sketches(sealed: SealedWriter, parts: Sequence[Sketches]) -> None:
    """Write the sketches of all paragraphs, which come in parts."""
    for name, dtype in _ARRAYS.items():
        sealed.begin(f"sketch.{name}", dtype)
        for part in parts:
            sealed.append(_array(part, name))
        sealed.end()


def _array(sketches: Sketches, name: str) -> npt.NDArray[Any]:
    if name in ("words", "keys"):
        array: npt.NDArray[Any] = getattr(sketches, name)
        return array
    high = sketches.hashes >> np.uint32(_LOW_BITS)
    return (high if name == "highs" else sketches.hashes).astype(np.uint16)


def read_sketches(sealed: SealedFile, docs: int) -> Sketches:
    """The sketches of all paragraphs; none of them has any where the file has none."""
    if "sketch.words" not in sealed:
        return Sketches(np.zeros(docs, np.uint8), np.zeros(docs, np.uint32), np.empty(0, np.uint32))
    words = sealed.array("sketch.words")
    if sum(_counts(words)) != sealed.count("sketch.highs"):
        sealed.damaged("it has not a sketch for every paragraph")
    hashes = sealed.array("sketch.highs").astype(np.uint32)
    hashes <<= np.uint32(_LOW_BITS)
    hashes |= sealed.array("sketch.lows")
    return Sketches(words, sealed.array("sketch.keys"), hashes)


class StoredSketches:
    """The sketches of a segment, of which only a few are asked for."""

    def __init__(self, sealed: SealedFile, docs: int) -> None:
        self._sealed = sealed
        self._docs = docs
        if "sketch.words" in sealed:
            counts = [sealed.count(f"sketch.{name}") for name in _ARRAYS]
            if counts[:2] != [docs, docs] or counts[2] != counts[3]:
                sealed.damaged("it has not a sketch for every paragraph")

    def with_hashes(self, wanted: npt.NDArray[np.uint32]) -> Ints:
        """The paragraphs that have one of some hashes, int64[n], ascending.

        Args:
            wanted: uint32[m], ascending.
        """
        if "sketch.words" not in self._sealed or not len(wanted):
            return np.empty(0, np.int64)
        begins = np.zeros(1 << _HIGH_BITS, np.bool_)
        begins[wanted >> _LOW_BITS] = True
        highs = self._sealed.array("sketch.highs")
        found = []
        for first in range(0, len(highs), _CHUNK):  # that caches hold
            met = begins.take(highs[first : first + _CHUNK].astype(np.int32), mode="clip")
            if met.any():
                found.append(met.nonzero()[0] + first)
        if not found:
            return np.empty(0, np.int64)
        at = np.concatenate(found)
        own = highs[at].astype(np.uint32) << np.uint32(_LOW_BITS) | self._few("lows", at)
        at = at[wanted.take(wanted.searchsorted(own), mode="clip") == own]
        return self._owners(at)

    def chosen(self, docs: Ints) -> Sketches:
        """The sketches of some paragraphs."""
        words, keys = self._of_docs("words", docs), self._of_docs("keys", docs)
        sizes = sketch_sizes(words)
        return Sketches(words, keys, self._hashes(ragged(self._starts(docs), sizes)))

    def words(self, docs: Ints) -> npt.NDArray[np.uint8]:
        """How many words some paragraphs have; 255 if there are more."""
        return self._of_docs("words", docs)

    def _of_docs(self, name: str, docs: Ints) -> npt.NDArray[Any]:
        """The items of some paragraphs in an array."""
        if "sketch.words" not in self._sealed:
            return np.zeros(len(docs), _ARRAYS[name])
        return self._few(name, docs)

    def _hashes(self, at: Ints) -> npt.NDArray[np.uint32]:
        """Hashes by their places."""
        if not len(at):
            return np.empty(0, np.uint32)
        hashes: npt.NDArray[np.uint32] = self._few("highs", at).astype(np.uint32)
        hashes <<= np.uint32(_LOW_BITS)
        hashes |= self._few("lows", at)
        return hashes

    def _few(self, name: str, at: Ints) -> npt.NDArray[Any]:
        """Items of an array by their places; only the blocks that they are in are checked."""
        whole = f"sketch.{name}"
        if len(at) and int(at.max()) >= self._sealed.count(whole):
            self._sealed.damaged("it has not a sketch for every paragraph")
        if len(at) > _FEW:
            return self._sealed.array(whole)[at]
        values = (self._sealed.slice(whole, each, each + 1) for each in at.tolist())
        return np.concatenate([np.empty(0, _ARRAYS[name]), *values])

    def _owners(self, at: Ints) -> Ints:
        """The paragraphs that some hashes are of, each once."""
        edges = self._edges
        chunks = np.searchsorted(edges, at, "right") - 1
        found = [np.empty(0, np.int64)]
        words = self._sealed.array("sketch.words")
        for chunk in np.unique(chunks).tolist():
            first = chunk * _CHUNK
            starts = starts_of(sketch_sizes(words[first : first + _CHUNK]))
            own = at[chunks == chunk] - edges[chunk]
            found.append(np.unique(np.searchsorted(starts, own, "right") - 1) + first)
        return np.concatenate(found)

    def _starts(self, docs: Ints) -> Ints:
        """The place of the first hash of some paragraphs."""
        starts = np.zeros(len(docs), np.int64)
        if "sketch.words" not in self._sealed:
            return starts
        edges, words = self._edges, self._sealed.array("sketch.words")
        chunks = docs // _CHUNK
        for chunk in np.unique(chunks).tolist():
            first = chunk * _CHUNK
            within = starts_of(sketch_sizes(words[first : first + _CHUNK]))
            some = np.flatnonzero(chunks == chunk)
            starts[some] = edges[chunk] + within[docs[some] - first]
        return starts

    @cached_property
    def _edges(self) -> Ints:
        """How many hashes are before each chunk of paragraphs, and in all."""
        edges = starts_of(np.array(list(_counts(self._sealed.array("sketch.words"))), np.int64))
        if int(edges[-1]) != self._sealed.count("sketch.highs"):
            self._sealed.damaged("it has not a sketch for every paragraph")
        return edges


def _counts(words: npt.NDArray[np.uint8]) -> Iterator[int]:
    """How many hashes each chunk of paragraphs has."""
    for first in range(0, len(words), _CHUNK):
        yield int(sketch_sizes(words[first : first + _CHUNK]).sum(dtype=np.int64))


def chosen(sketches: Sketches, docs: npt.NDArray[np.int64]) -> Sketches:
    """The sketches of some paragraphs."""
    every = sketches.sizes
    sizes = every[docs]
    at = ragged(starts_of(every)[docs], sizes)
    return Sketches(sketches.words[docs], sketches.keys[docs], sketches.hashes[at])
