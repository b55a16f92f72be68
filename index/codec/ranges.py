"""Long postings in parts: ranges of terms that can be worked on one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from index.codec.arrays import Ints, starts_of
from index.codec.postings import Postings


def cuts(doc_freqs: Ints, size: int) -> list[int]:
    """Where to cut terms into ranges of about ``size`` postings.

    Args:
        doc_freqs: int64[t], the postings of each term.
        size: postings of a range; a term with more is a range of its own.

    Returns:
        The first term of each range, and t.

    >>> cuts(np.array([3, 3, 9, 1]), 5)
    [0, 2, 3, 4]
    """
    sums = np.cumsum(doc_freqs)
    if not len(sums):
        return [0]
    steps = np.searchsorted(sums, np.arange(size, sums[-1] + size, size)) + 1
    return [0, *np.unique(np.minimum(steps, len(sums))).tolist()]


def ranges(postings: Postings, size: int) -> Iterator[Postings]:
    """Postings in ranges of about ``size``; the arrays are views."""
    edges = cuts(postings.doc_freqs, size)
    if len(edges) == 2:
        yield postings
        return
    starts = starts_of(postings.doc_freqs)[edges].tolist()
    freqs, positions, forms = postings.freqs, postings.positions, postings.forms
    if freqs is None or positions is None or forms is None or postings.form_counts is None:
        for (low, high), (start, stop) in zip(pairwise(edges), pairwise(starts), strict=True):
            yield Postings(
                postings.terms[low:high],
                postings.doc_freqs[low:high],
                postings.docs[start:stop],
                None, None, None, None, [],
            )  # fmt: skip
        return
    form_starts = starts_of(postings.form_counts)[edges].tolist()
    token = 0
    for at, (low, high) in enumerate(pairwise(edges)):
        start, stop = starts[at], starts[at + 1]
        last = token + int(freqs[start:stop].sum(dtype=np.int64))
        yield Postings(
            postings.terms[low:high],
            postings.doc_freqs[low:high],
            postings.docs[start:stop],
            freqs[start:stop],
            positions[token:last],
            forms[token:last],
            postings.form_counts[low:high],
            postings.form_texts[form_starts[at] : form_starts[at + 1]],
        )
        token = last
