"""The engines that are compared, each behind the same four methods.

What all of them do: read the same file of articles (bench.corpus), index text and title of
every paragraph with positions, keep the texts so that they can be shown, keep the article's id,
its day and the paragraph's number, and have everything on the disk when they say that it is.
English stems, no stop words. 512 MB where an engine asks for a limit of memory. Every module
says how its engine departs from that.

Nothing here imports an engine before it is loaded, so that a new process pays for one only.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, cast

from bench.queries import Question
from index.article import Article

NAMES = ("nutgraf", "tantivy", "fts5", "whoosh", "bm25s")
TOP = 10


@dataclass(frozen=True, slots=True)
class Build:
    """How an index is built.

    Attributes:
        jobs: processes or threads; 0 is one for each core.
        memory: bytes that an engine may use, where it asks.
        repaired: as of bench.corpus.articles.
        commits: how many segments are wanted, each of a commit of its own; 0 leaves it to the
            engine.
    """

    jobs: int = 1
    memory: int = 512 << 20
    repaired: bool = True
    commits: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The best ten paragraphs, best first, by their number in the corpus; and how many match."""

    ids: tuple[int, ...]
    total: int | None


class Reader(Protocol):
    """An index that is open for questions."""

    segments: int

    def prepare(self, question: Question) -> Any | None:
        """The question in the engine's own form; None if the engine cannot answer it."""

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten; with ``count``, also how many match, exactly."""

    def page(self, question: Question) -> int | None:
        """A first page from what a user types: texts and marks; how many paragraphs it shows."""


class Engine(Protocol):
    """What a module of this package offers."""

    parallel: bool

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus into an empty folder; committed when it returns."""

    def open(self, folder: Path) -> Reader:
        """Open an index."""

    def add(self, folder: Path, article: Article) -> None:
        """Add one article to an index, committed when it returns."""


def load(name: str) -> Engine:
    """An engine by its name; raises ImportError where it is not installed."""
    return cast(Callable[[], Engine], importlib.import_module(f"bench.engines.{name}").Engine)()
