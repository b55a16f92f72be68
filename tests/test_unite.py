"""Sets of documents are united alike, whichever way is the quickest for them."""

from __future__ import annotations

import numpy as np
import pytest

from search.sets import Scratch, unite

MANY = 40_000  # documents


def some(random: np.random.Generator, count: int) -> np.ndarray:
    return np.sort(random.choice(MANY, count, replace=False)).astype(np.int32)


@pytest.mark.parametrize(
    "counts",
    [(3000, 3), (3000, 0, 1), (3, 5000, 4), (900, 1000), (19_000, 18_000), (600, 900, 700),
     (9000, 8000, 9000), (400, 300, 500, 200, 100, 600), (2000,), (), (0, 0)],
)  # fmt: skip
def test_every_document_of_any_list_comes_once_and_in_order(counts):
    random = np.random.default_rng(7)
    scratch = Scratch(MANY)
    lists = [some(random, count) for count in counts]
    before = [each.copy() for each in lists]
    found = unite(lists, scratch)
    assert found.dtype == np.int32
    assert found.tolist() == sorted({doc for each in lists for doc in each.tolist()})
    assert all((one == other).all() for one, other in zip(lists, before, strict=True))
    assert not scratch.flags.any()


def test_what_adds_nothing_changes_nothing():
    frequent = np.arange(0, MANY, 2, dtype=np.int32)
    assert unite([np.array([4, 8], np.int32), frequent], Scratch(MANY)) is frequent
