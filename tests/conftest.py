"""Fixtures that all tests share: small indexes, and the real data where it is at hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from index.article import Article
from search.searcher import Searcher
from tests.make import article, write_index

settings.register_profile("default", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("default")

DATA = Path(os.environ.get("NUTGRAF_DATA", Path(__file__).parent / "../../shared/data"))

MakeIndex = Callable[..., Path]
MakeSearcher = Callable[..., Searcher]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Measure coverage by chosen examples alone: under it, random ones take three times as long."""
    for item in items:
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker("no_cover")


@pytest.fixture
def data() -> Callable[[str], Path]:
    """The path of a file of real data; the test is skipped where it is missing."""

    def path(name: str) -> Path:
        if not (DATA / name).exists():
            pytest.skip(f"the data file {name} is not in {DATA}; set NUTGRAF_DATA")
        return DATA / name

    return path


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """Index articles, or texts that become articles of one paragraph a line: 0, 1, 2 …"""

    def make(*given: Article | str) -> Path:
        articles = (
            each if isinstance(each, Article) else article(str(number), each)
            for number, each in enumerate(given)
        )
        return write_index(tmp_path / "an index", articles)

    return make


@pytest.fixture
def make_searcher(make_index: MakeIndex) -> Iterator[MakeSearcher]:
    """The same, opened for searching."""
    opened: list[Searcher] = []

    def make(*given: Article | str) -> Searcher:
        opened.append(Searcher.open(make_index(*given)))
        return opened[-1]

    yield make
    for searcher in opened:
        searcher.close()
