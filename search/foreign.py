"""Plans that only Whoosh can answer, by its own matchers, one paragraph at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from search.nodes import Node, ScoredNode
from search.sets import NO_DOCS

if TYPE_CHECKING:
    from search.plan import Foreign
    from search.segments import SegmentSet

fallbacks: Counter[str] = Counter()
"""How often Whoosh had to answer, by the kind of query: what to make faster next."""


def foreign_node(segments: SegmentSet, plan: Foreign) -> Node:
    """The paragraphs and scores that Whoosh finds; without those that are deleted."""
    query = plan.query
    fallbacks[type(query).__name__] += 1
    if not segments.max_doc:
        return ScoredNode(NO_DOCS, np.empty(0))
    docs: list[int] = []
    scores: list[float] = []
    searcher = segments.whoosh_searcher()
    context = searcher.context()
    for leaf, base in searcher.leaf_searchers():
        matcher = query.matcher(leaf, context)  # type: ignore[attr-defined]
        while matcher.is_active():
            docs.append(base + matcher.id())
            scores.append(matcher.score())
            matcher.next()
    found, values = np.array(docs, np.int32), np.array(scores, np.float64)
    if segments.live is not None:  # its NOT finds deleted paragraphs, too
        kept = segments.live[found]
        found, values = found[kept], values[kept]
    return ScoredNode(found, values)
