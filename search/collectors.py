"""What to keep of the matches: articles in their order, and the best paragraphs of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.doc_sets import DocSet, ListedSet, WideSet
from search.evaluation import Evaluation
from search.results import Sort
from search.segments import SegmentSet
from search.sets import DocIds, Ints, Scores, first_of_runs, ranges
from search.snapshot import Snapshot

_DIGITS = 9  # of a score; what differs behind them differs by the order of adding
_PARAGRAPHS = 4  # of an article, to begin with, among which its best will be
_FEWEST = 10  # articles for which paragraphs are looked for, at least
_MORE = 8  # times as many where they were too few

Name = Callable[[int], str]
"""The name of a group; equal groups come in the order of their names."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Matching paragraphs by article: group ``i`` is those from ``starts[i]`` to ``starts[i + 1]``.

    Attributes:
        found: the paragraphs.
        articles: int32[n], the article of each group, ascending.
        starts: int64[n + 1].
        among: of how many matches these are; see search.families.
    """

    found: DocSet
    articles: npt.NDArray[np.int32]
    starts: Ints
    among: int

    def __len__(self) -> int:
        return len(self.articles)

    @property
    def doc_ids(self) -> DocIds:
        """The paragraphs, int32[m], ascending."""
        return self.found.docs

    def members(self, groups: Ints) -> tuple[DocIds, Ints]:
        """The paragraphs of some groups, and where each group begins among them; [n + 1].

        Ascending, if the groups are.
        """
        counts = self.starts[groups + 1] - self.starts[groups]
        if isinstance(self.found, WideSet) and len(groups) < len(self):
            docs = self.found.in_articles(self.articles[groups])
        else:
            docs = self.doc_ids[ranges(self.starts[groups], counts)]
        return docs, np.concatenate(([0], np.cumsum(counts)))


def group_by_article(
    matches: DocIds | DocSet, segments: SegmentSet, among: int | None = None
) -> Groups:
    """Group matches; the paragraphs of an article are neighbours, so that groups are runs.

    Args:
        matches: int32[m], ascending, or as they are held.
        segments: where they are.
        among: how many matches there are, if these are only those that are shown.
    """
    among = len(matches) if among is None else among
    if isinstance(matches, WideSet):
        return Groups(matches, *matches.runs(), among)
    docs = matches.docs if isinstance(matches, ListedSet) else matches
    found = ListedSet(docs, segments)
    if not len(docs):
        return Groups(found, np.empty(0, np.int32), np.zeros(1, np.int64), among)
    articles = segments.articles_of(docs)
    first = first_of_runs(articles)
    return Groups(found, articles[first], np.append(first, len(articles)), among)


def shown_groups(snapshot: Snapshot, every: Groups) -> Groups:
    """Of all matches those that are shown if copies are folded."""
    found, hidden = snapshot.families.shown(every.found)
    if not len(hidden):
        return every
    counts = np.diff(every.starts)
    counts -= np.bincount(
        every.articles.searchsorted(snapshot.articles_of(hidden)), minlength=len(counts)
    )
    left = counts.nonzero()[0]
    starts = np.concatenate(([0], counts.take(left).cumsum()))
    return Groups(found, every.articles.take(left), starts, every.among)


class Candidates(NamedTuple):
    """Groups of which those to show are some: all that come before the last of them.

    Attributes:
        groups: int64[n].
        best: float64[n], the highest score in each.
        published: int64[n], when its article was published.
        highest: int64[n], how many paragraphs of the article come before its first match; 0
            where the order does not depend on it.
    """

    groups: Ints
    best: Scores
    published: Ints
    highest: Ints

    def window(self, start: int, end: int, sort: Sort, name: Name) -> list[int]:
        """The groups from place ``start`` to ``end``; equal ones in the order of their names.

        By relevance: the best paragraph first, of equal ones the newest. By date: the newest
        first, of the same moment the best. By position: those that match nearest the top first,
        of equal ones as by relevance. Undated articles come last in all of them.

        The document numbers of an index change when segments are merged, names do not.
        """
        newest, best = -self.published, -np.round(self.best, _DIGITS)
        keys = {
            "relevance": (newest, best),
            "date": (best, newest),
            "position": (newest, best, self.highest),
        }[sort]
        order = np.lexsort(keys)
        ranked = self.groups[order]
        differs = np.flatnonzero(np.any([np.diff(key[order]) != 0 for key in keys], axis=0))
        window: list[int] = []
        for tie, following in pairwise([0, *(differs + 1).tolist(), len(ranked)]):
            if following > start and tie < end:
                equal = ranked[tie:following].tolist()
                equal = sorted(equal, key=name) if len(equal) > 1 else equal
                window += equal[max(start - tie, 0) : end - tie]
        return window


def latest(groups: Groups, published: Ints, end: int) -> Candidates:
    """The groups of the newest articles, among which the first ``end`` are; none is scored."""
    moments = published[groups.articles]
    chosen = _greatest(moments, end)
    return Candidates(chosen, np.zeros(len(chosen)), moments[chosen], np.zeros_like(chosen))


def candidates(
    groups: Groups, evaluation: Evaluation, published: Ints, sort: Sort, end: int
) -> Candidates:
    """The groups among which the first ``end`` are.

    Args:
        groups: of all matches.
        evaluation: that gave them.
        published: int64[articles of the index].
        sort: the order that is asked for.
        end: how many groups, from the first, are wanted.
    """
    if sort == "date":
        chosen = _greatest(published[groups.articles], end)
    elif sort == "position":
        chosen = _greatest(-_highest(groups, np.arange(len(groups)), evaluation.segments), end)
    elif evaluation.is_constant or len(groups) <= end:
        chosen = np.arange(len(groups))
    else:
        return _best(groups, evaluation, published, end)
    best = _best_scores(groups, chosen, evaluation)
    by_position = sort == "position"
    highest = (
        _highest(groups, chosen, evaluation.segments) if by_position else np.zeros_like(chosen)
    )
    return Candidates(chosen, best, published[groups.articles[chosen]], highest)


def _highest(groups: Groups, chosen: Ints, segments: SegmentSet) -> Ints:
    """How many paragraphs of its article come before the first of a group; int64[n]."""
    first = groups.doc_ids[groups.starts[chosen]].astype(np.int64)
    return first - segments.first_doc[groups.articles[chosen]]


def _greatest(numbers: Ints, end: int) -> Ints:
    """The groups of the highest numbers, and all that are equal to the last; ascending."""
    if len(numbers) <= end:
        return np.arange(len(numbers))
    return np.flatnonzero(numbers >= np.partition(numbers, len(numbers) - end)[len(numbers) - end])


def _best_scores(groups: Groups, chosen: Ints, evaluation: Evaluation) -> Scores:
    """The highest score in each of some groups, ascending."""
    if not len(chosen):
        return np.empty(0)
    docs, starts = groups.members(chosen)
    found: Scores = np.maximum.reduceat(evaluation.scores_of(docs), starts[:-1])
    return found


def _best(groups: Groups, evaluation: Evaluation, published: Ints, end: int) -> Candidates:
    """The groups of the best paragraphs, as many as are needed to have ``end`` groups.

    The last paragraphs are left out: other articles may have as good ones.
    """
    k = _PARAGRAPHS * max(end, _FEWEST)
    while True:
        top = evaluation.best(k)
        whole = len(top.doc_ids) == groups.among
        scores = top.scores
        sure = (
            len(scores)
            if whole
            else int(np.count_nonzero(np.round(scores, _DIGITS) > np.round(scores[-1], _DIGITS)))
        )
        best, scores = top.doc_ids[:sure], scores[:sure]
        if len(groups.found) < groups.among:
            shown = groups.found.has(best)
            best, scores = best[shown], scores[shown]
        of_groups = groups.articles.searchsorted(evaluation.segments.articles_of(best))
        found, first = np.unique(of_groups, return_index=True)
        if len(found) >= end or whole:
            highest = np.zeros_like(found)  # only by position it matters
            return Candidates(found, scores[first], published[groups.articles[found]], highest)
        k *= _MORE


def best_in_group(scores: Scores, most: int) -> Ints:
    """The best paragraphs of a group, as indices into its scores, in the order of the text."""
    if len(scores) <= most:
        return np.arange(len(scores))
    return np.sort(np.argsort(-scores, kind="stable")[:most])
