"""Real quotations in five alterations: verdicts and sources are those that a plain scan finds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from bench.corpus import collected
from bench.quotes import ALTERATIONS, Case, judged, wrong
from search.searcher import Searcher
from tests.make import write_index

ARTICLES = 1_500
QUOTATIONS = 25


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of the first articles will be."""
    return tmp_path_factory.mktemp("quotations") / "reuters"


@pytest.fixture(scope="module")
def known() -> dict[str, list[Case]]:
    """The cases, once they are made."""
    return {}


@pytest.fixture
def cases(
    data: Callable[[str], Path], archive: Path, known: dict[str, list[Case]]
) -> dict[str, list[Case]]:
    """Quotations from the first articles, which are indexed, by their alteration."""
    path = data("reuters.jsonl.gz")
    if not known:
        write_index(archive, islice(collected(path.parent), ARTICLES))
        for case in judged(path, QUOTATIONS, seed=11, most=ARTICLES):
            known.setdefault(case.alteration, []).append(case)
    return known


@pytest.mark.parametrize("alteration", ALTERATIONS)
def test_quotations_are_judged_as_a_plain_scan_does(
    cases: dict[str, list[Case]], archive: Path, alteration: str
) -> None:
    assert len(cases[alteration]) == QUOTATIONS
    searcher = Searcher.open(archive)
    told = [(case.quotation, wrong(searcher, case)) for case in cases[alteration]]
    searcher.close()
    assert [each for each in told if each[1]] == []


def test_a_wrong_verdict_and_a_wrong_source_are_seen(
    cases: dict[str, list[Case]], archive: Path
) -> None:
    searcher = Searcher.open(archive)
    right = cases["exact"][0]
    lost = Case("exact", right.quotation, right.parts, 0, "not found")
    moved = Case("exact", right.quotation, right.parts, 0, "exact", 0, [("nowhere", 1, 0.0)])
    assert wrong(searcher, right) == ""
    assert "instead of not found" in wrong(searcher, lost)
    assert "nowhere" in wrong(searcher, moved)
    searcher.close()
