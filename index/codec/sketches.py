"""The sketches of the paragraphs of a segment: by them, those of nearly the same words are found.

Arrays, in the order of the paragraphs; ``index.shingles`` tells what they mean:

============== == ==========================================================================
sketch.sizes   u1 how many hashes each paragraph has: none without words, one if it is short
sketch.keys    u4 a hash of all its words
sketch.hashes  u4 its hashes, ascending
============== == ==========================================================================
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.codec.arrays import ragged, starts_of
from index.codec.sealed import SealedFile, SealedWriter
from index.shingles import MOST, Sketches


def put_sketches(sealed: SealedWriter, parts: Sequence[Sketches]) -> None:
    """Write the sketches of all paragraphs, which come in parts."""
    for at, name in enumerate(Sketches._fields):
        sealed.begin(f"sketch.{name}", np.uint8 if name == "sizes" else np.uint32)
        for part in parts:
            sealed.append(part[at])
        sealed.end()


def read_sketches(sealed: SealedFile, docs: int) -> Sketches:
    """The sketches of all paragraphs; none of them has any where the file has none."""
    if "sketch.sizes" not in sealed:
        return Sketches(np.zeros(docs, np.uint8), np.zeros(docs, np.uint32), np.empty(0, np.uint32))
    sizes, keys, hashes = (sealed.array(f"sketch.{name}") for name in Sketches._fields)
    if len(sizes) != docs or len(keys) != docs or int(sizes.sum(dtype=np.int64)) != len(hashes):
        sealed.damaged("it has not a sketch for every paragraph")
    if len(sizes) and int(sizes.max()) > MOST:
        sealed.damaged("a sketch has more hashes than it may")
    return Sketches(sizes, keys, hashes)


def chosen(sketches: Sketches, docs: npt.NDArray[np.int64]) -> Sketches:
    """The sketches of some paragraphs."""
    sizes = sketches.sizes[docs]
    at = ragged(starts_of(sketches.sizes)[docs], sizes)
    return Sketches(sizes, sketches.keys[docs], sketches.hashes[at])
