"""Asking: what other queries on the same commit would find, for advice and facets."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from search.binding import Binder
from search.errors import QueryError
from search.evaluation import Evaluation, Nodes
from search.query import parse
from search.results import Match
from search.segments import SegmentSet
from search.sets import DocIds


class Counts(NamedTuple):
    """How much matches."""

    paragraphs: int
    articles: int


NOTHING = Counts(0, 0)


class Asking:
    """Counts what queries find; each is asked once."""

    def __init__(
        self,
        segments: SegmentSet,
        match: Match,
        today: date,
        beside: Evaluation | None = None,
    ) -> None:
        """Begin.

        Args:
            segments: of the commit.
            match: how words are joined where nothing else is said.
            today: the day that relative dates are counted from.
            beside: a query that the others are made of: what it has looked up is known.
        """
        self.segments = segments
        self._nodes: Nodes = beside.nodes if beside else {}
        self.match = match
        self._today = today
        self._known: dict[tuple[str, Match], Counts] = {}

    def matching(self, query: str, match: Match | None = None) -> DocIds:
        """The paragraphs that match a query, ascending. Raises QueryError."""
        return self._evaluation(query, match).matching()

    def _evaluation(self, query: str, match: Match | None) -> Evaluation:
        parsed = parse(query, match=match or self.match, today=self._today)
        bound = Binder(self.segments).bind(parsed.tree)
        return Evaluation(self.segments, parsed.tree, bound.patterns, nodes=self._nodes)

    def counts(self, query: str, match: Match | None = None) -> Counts:
        """How much matches a query; nothing, where it cannot be asked."""
        key = (query, match or self.match)
        known = self._known.get(key)
        if known is None:
            try:
                found = self._evaluation(query, match).matching_set()
                known = Counts(len(found), len(found.articles()))
            except QueryError:  # too long, too deep or without a word, now that it is another
                known = NOTHING
            self._known[key] = known
        return known

    def can_be_asked(self, query: str) -> bool:
        """Whether a query is within the limits."""
        try:
            parse(query, match=self.match, today=self._today)
        except QueryError:
            return False
        return True
