"""Report: what an indexing run did."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from index.readers.reading import Failure, Notice, Skip

Outcome = Literal["added", "replaced", "unchanged"]


@dataclass(slots=True)
class Report:
    """What an indexing run did: counts of articles, and what could not be read.

    Attributes:
        added, replaced, unchanged, removed: counts of articles.
        failures: what could not be read, also in an earlier run, if it was not tried again.
        skips: files, and parts of files, that hold no article.
        notices: what the user should know of articles that were read.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    failures: list[Failure] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def articles(self) -> int:
        """How many articles are in what was looked at."""
        return self.added + self.replaced + self.unchanged

    @property
    def skipped(self) -> int:
        """How many files, and parts of files, hold no article."""
        return len(self.skips)

    @property
    def has_changes(self) -> bool:
        """Whether an article was added, replaced or removed."""
        return bool(self.added or self.replaced or self.removed)

    def count(self, outcome: Outcome, articles: int = 1) -> None:
        """Count articles."""
        setattr(self, outcome, getattr(self, outcome) + articles)
