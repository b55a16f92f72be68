"""The sketches of the paragraphs of a segment: by them, those of nearly the same words are found.

Arrays, in the order of the paragraphs; ``index.shingles`` tells what they mean:

============== == ==========================================================================
sketch.words   u1 the words of each paragraph, 255 if there are more: they say how many
                  hashes it has
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
from index.shingles import Sketches


def put_sketches(sealed: SealedWriter, parts: Sequence[Sketches]) -> None:
    """Write the sketches of all paragraphs, which come in parts."""
    for at, name in enumerate(Sketches._fields):
        sealed.begin(f"sketch.{name}", np.uint8 if name == "words" else np.uint32)
        for part in parts:
            sealed.append(part[at])
        sealed.end()


def read_sketches(sealed: SealedFile, docs: int) -> Sketches:
    """The sketches of all paragraphs; none of them has any where the file has none."""
    if "sketch.words" not in sealed:
        return Sketches(np.zeros(docs, np.uint8), np.zeros(docs, np.uint32), np.empty(0, np.uint32))
    found = Sketches(*(sealed.array(f"sketch.{name}") for name in Sketches._fields))
    count = int(found.sizes.sum(dtype=np.int64))
    if len(found.words) != docs or len(found.keys) != docs or len(found.hashes) != count:
        sealed.damaged("it has not a sketch for every paragraph")
    return found


def chosen(sketches: Sketches, docs: npt.NDArray[np.int64]) -> Sketches:
    """The sketches of some paragraphs."""
    every = sketches.sizes
    sizes = every[docs]
    at = ragged(starts_of(every)[docs], sizes)
    return Sketches(sketches.words[docs], sketches.keys[docs], sketches.hashes[at])
