"""A run: a segment on its way. Its postings are written as they are, and merged soon.

What is not indexed (first documents, columns, texts) is stored as in a segment. A run is read
once, from beginning to end, so nothing is packed. Arrays, with the name of the field in front:

============ ======== ======================================================================
run_terms    u1       the terms, each followed by a line feed
run_sizes    u4       [terms, 5] bytes in run_terms, postings, tokens, forms, bytes in run_forms
run_docs     u4       the documents of each posting
run_freqs    u1 … u4  how often the term comes in it
run_places   u1 … u4  the position of each token
run_numbers  u1 … u4  the number of its form
run_forms    u1       the printed forms of each term, each followed by a line feed
============ ======== ======================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import AnyInts, Ints, narrowest, run_sums, starts_of
from index.codec.field import FieldKind, Level, put_lengths, read_lengths
from index.codec.postings import Postings
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.stored import StoredReader

KIND = "run"
(_TEXT, _POSTING, _TOKEN, _FORM, _TABLE) = range(5)


def put_run_field(
    sealed: SealedWriter,
    name: str,
    kind: FieldKind,
    lengths: npt.NDArray[Any] | None,
    postings: Postings,
) -> dict[str, Any]:
    """Write all postings of a field; what the run's meta says of it."""
    terms = b"\n".join((*postings.terms, b""))
    sizes = np.zeros((len(postings.terms), 5), np.uint32)
    sizes[:, _TEXT] = np.fromiter(map(len, postings.terms), np.int64, len(postings.terms)) + 1
    sizes[:, _POSTING] = postings.doc_freqs
    sealed.put(f"{name}.run_terms", np.frombuffer(terms, np.uint8))
    sealed.put(f"{name}.run_docs", postings.docs.view(np.uint32))
    freqs, positions, forms = postings.freqs, postings.positions, postings.forms
    if freqs is not None and positions is not None and forms is not None:
        assert postings.form_counts is not None
        sizes[:, _TOKEN] = run_sums(freqs, starts_of(postings.doc_freqs))
        sizes[:, _FORM] = postings.form_counts
        lengths_of = np.fromiter(map(len, postings.form_texts), np.int64, len(postings.form_texts))
        sizes[:, _TABLE] = run_sums(lengths_of + 1, starts_of(postings.form_counts))
        tables = b"\n".join((*postings.form_texts, b""))
        sealed.put(f"{name}.run_forms", np.frombuffer(tables, np.uint8))
        for part, values in (("freqs", freqs), ("places", positions), ("numbers", forms)):
            narrow = values.astype(narrowest(int(values.max(initial=0))))
            sealed.put(f"{name}.run_{part}", narrow)
    sealed.put(f"{name}.run_sizes", sizes.ravel())
    if lengths is not None:
        put_lengths(sealed, name, lengths)
    return {"level": kind.level, "tokens": kind.has_tokens, "scored": lengths is not None}


class RunField:
    """The postings of one field of a run."""

    def __init__(self, sealed: SealedFile, name: str, meta: Mapping[str, Any]) -> None:
        self._sealed = sealed
        self._name = name
        self.level: Level = meta["level"]
        self.has_tokens: bool = meta["tokens"]
        self.is_scored: bool = meta["scored"]
        sizes = sealed.array(f"{name}.run_sizes").astype(np.int64).reshape(-1, 5)
        self.num_terms = len(sizes)
        self._doc_freqs: Ints = np.ascontiguousarray(sizes[:, _POSTING])
        self._starts = np.zeros((len(sizes) + 1, 5), np.int64)
        np.cumsum(sizes, axis=0, out=self._starts[1:])

    @property
    def lengths(self) -> npt.NDArray[np.int32] | None:
        """The tokens of each document; None if the field is not scored."""
        return read_lengths(self._sealed, self._name) if self.is_scored else None

    def all_terms(self) -> list[bytes]:
        """All terms, in the order of their bytes."""
        return self._terms(0, self.num_terms)

    def doc_freqs(self) -> Ints:
        """How many documents each term has; int64[num_terms]."""
        return self._doc_freqs

    def postings(self, low: int, high: int) -> Postings:
        """All there is of the terms from ``low`` to ``high - 1``."""
        terms, doc_freqs = self._terms(low, high), self._doc_freqs[low:high]
        docs = self._slice("docs", _POSTING, low, high).view(np.int32)
        if not self.has_tokens:
            return Postings(terms, doc_freqs, docs, None, None, None, None, [])
        return Postings(
            terms,
            doc_freqs,
            docs,
            self._slice("freqs", _POSTING, low, high).astype(np.int32),
            self._slice("places", _TOKEN, low, high).astype(np.int32),
            self._slice("numbers", _TOKEN, low, high).astype(np.int32),
            np.diff(self._starts[low : high + 1, _FORM]),
            self._slice("forms", _TABLE, low, high).tobytes().split(b"\n")[:-1],
        )

    def _slice(self, part: str, column: int, low: int, high: int) -> AnyInts:
        start, stop = int(self._starts[low, column]), int(self._starts[high, column])
        return self._sealed.slice(f"{self._name}.run_{part}", start, stop)

    def _terms(self, low: int, high: int) -> list[bytes]:
        blob = self._slice("terms", _TEXT, low, high).tobytes()
        if self.has_tokens:  # words, and none has a line feed in it
            return blob.split(b"\n")[:-1]
        edges = (self._starts[low : high + 1, _TEXT] - self._starts[low, _TEXT]).tolist()
        return [blob[start : end - 1] for start, end in pairwise(edges)]


class RunReader(StoredReader):
    """A run, to be merged."""

    def __init__(self, sealed: SealedFile) -> None:
        super().__init__(sealed)
        self.fields = {
            name: RunField(sealed, name, about) for name, about in sealed.meta["fields"].items()
        }
