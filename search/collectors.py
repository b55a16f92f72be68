"""What to keep of the matches: articles in their order, and the best paragraphs of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search.matches import Matches
from search.results import Sort

Ints = npt.NDArray[np.int64]
_DIGITS = 9  # of a score; what differs behind them differs by the order of adding


@dataclass(frozen=True, slots=True)
class Groups:
    """Matches by article: group ``i`` is ``matches[starts[i]:starts[i + 1]]``.

    Attributes:
        articles: int32[n], the article of each group, ascending.
        starts: int64[n + 1].
        best: float64[n], the highest score in each group.
    """

    matches: Matches
    articles: npt.NDArray[np.int32]
    starts: Ints
    best: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.articles)


def group_by_article(matches: Matches, article_of: npt.NDArray[np.int32]) -> Groups:
    """Group matches; the paragraphs of an article are neighbours, so that groups are runs."""
    articles = article_of[matches.doc_ids]
    first = np.flatnonzero(np.diff(articles, prepend=-1))
    best = np.maximum.reduceat(matches.scores, first) if len(first) else np.empty(0)
    return Groups(matches, articles[first], np.append(first, len(articles)), best)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Groups in their order, int64[n], and where those that are equal begin, int64[m + 1]."""

    ranked: Ints
    ties: Ints

    def window(self, start: int, end: int, name: Callable[[int], str]) -> list[int]:
        """The groups from place ``start`` to ``end``; equal ones in the order of their names.

        The document numbers of an index change when segments are merged, names do not.
        """
        start, end = min(start, len(self.ranked)), min(end, len(self.ranked))
        if start == end:
            return []
        first = int(self.ties[np.searchsorted(self.ties, start, side="right") - 1])
        last = int(self.ties[np.searchsorted(self.ties, end, side="left")])
        borders = self.ties[(self.ties >= first) & (self.ties <= last)]
        window: list[int] = []
        for tie, following in pairwise(borders.tolist()):
            equal = self.ranked[tie:following].tolist()
            window += sorted(equal, key=name) if len(equal) > 1 else equal
        return window[start - first : end - first]


def order(groups: Groups, published: npt.NDArray[np.int64], sort: Sort) -> Ranking:
    """The groups from the first to the last to show.

    By relevance: the best paragraph first, of equal ones the newest. By date: the newest
    first, of the same moment the best. Undated articles come last in both.

    Args:
        groups: n groups.
        published: int64[n], when each group's article was published.
        sort: the order that is asked for.
    """
    newest, best = -published, -np.round(groups.best, _DIGITS)
    keys = (best, newest) if sort == "date" else (newest, best)
    ranked = np.lexsort(keys)
    differs = np.flatnonzero((np.diff(newest[ranked]) != 0) | (np.diff(best[ranked]) != 0))
    return Ranking(ranked, np.concatenate([[0], differs + 1, [len(ranked)]]))


def best_in_group(groups: Groups, group: int, most: int) -> Ints:
    """The best paragraphs of a group, as indices into the matches, in the order of the text."""
    start, end = groups.starts[group], groups.starts[group + 1]
    by_score = np.argsort(-groups.matches.scores[start:end], kind="stable")
    kept: Ints = np.sort(by_score[:most]) + start
    return kept
