"""Real articles: timelines and trends are what a plain reading of the file counts, day by day."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from bench.corpus import collected
from bench.timelines import ZONES, Faces, Line, Question, compare, questions, read
from tests.make import write_index

ARTICLES = 1_000
QUESTIONS = 10


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the index of the first articles will be."""
    return tmp_path_factory.mktemp("timelines") / "reuters"


@pytest.fixture
def lines(data: Callable[[str], Path], archive: Path) -> list[Line]:
    """The first articles, indexed and as a plain reader has them."""
    path = data("reuters.jsonl.gz")
    if not archive.exists():
        write_index(archive, islice(collected(path.parent), ARTICLES))
    return list(read(path, ARTICLES))


@pytest.mark.parametrize("zone", ZONES)
def test_timelines_agree_with_a_plain_count_in_every_time_zone(
    lines: list[Line], archive: Path, zone: str
) -> None:
    assert compare(Faces(archive), lines, questions(lines, QUESTIONS), zone) == []


def test_a_comparison_sees_what_differs(lines: list[Line], archive: Path) -> None:
    every = ("0001-01-01", "9999-12-31")
    wrong = Question('"the"', lambda words, _: "a" in words, lambda _: every)
    assert any(told.startswith("api: ") for told in compare(Faces(archive), lines, [wrong], "UTC"))
