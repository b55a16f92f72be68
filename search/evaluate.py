"""Syntax tree -> matching paragraphs with scores, as array algebra over its leaves.

Whoosh finds the paragraphs of each leaf. Where its index cannot be sure, because a phrase
asks for neighbours and for forms as written, the candidates are read and decided one by one.
"""

from __future__ import annotations

from itertools import islice

import numpy as np
import numpy.typing as npt

from search.document import Document
from search.matches import NO_MATCHES, DocIds, Mask, Matches, intersect, unite
from search.query.expand import terms_of_prefix
from search.query.limits import MAX_EXPANSIONS
from search.query.patterns import Patterns
from search.query.to_whoosh import certain_part, needs_reading, to_whoosh
from search.query.tree import And, Leaf, Node, Not, Or, Terms
from search.snapshot import Snapshot

Articles = npt.NDArray[np.int32]


class Evaluation:
    """One evaluation of a query on a snapshot; each leaf is looked up once.

    ``capped`` holds, in words, the prefixes that have more terms than are looked up.
    """

    def __init__(self, snapshot: Snapshot, patterns: Patterns) -> None:
        self._snapshot = snapshot
        self._patterns = patterns
        self._leaves: dict[int, Matches] = {}
        self._expansions: dict[tuple[str, str], list[str]] = {}
        self.capped: list[str] = []

    def matches(self, node: Node) -> Matches:
        """The paragraphs that a tree matches, scores added over the leaves that match."""
        match node:
            case And(children):
                return self._all(children)
            case Or(children):
                found = NO_MATCHES
                for child in children:
                    found = unite(found, self.matches(child))
                return found
            case Not(child):
                return self._everything().without(self.matches(child).doc_ids)
            case _:
                if node.clause not in self._leaves:
                    self._leaves[node.clause] = self._leaf(node)
                return self._leaves[node.clause]

    def same_article(self, node: Node) -> int:
        """How many articles match if the clauses may be met in different paragraphs.

        Each word still has to stand in a paragraph without what is negated beside it.
        """
        return len(self._articles(node, NO_MATCHES.doc_ids))

    def _all(self, children: tuple[Node, ...]) -> Matches:
        wanted = [child for child in children if not isinstance(child, Not)]
        found = self.matches(wanted[0]) if wanted else self._everything()
        for child in wanted[1:]:
            found = intersect(found, self.matches(child))
        for negated in (child for child in children if isinstance(child, Not)):
            found = found.without(self.matches(negated.child).doc_ids)
        return found

    def _everything(self) -> Matches:
        doc_ids = np.flatnonzero(self._snapshot.live).astype(np.int32)
        return Matches(doc_ids, np.zeros(len(doc_ids)))

    def _articles(self, node: Node, excluded: DocIds) -> Articles:
        """The articles of a tree, sorted, without the paragraphs that are excluded."""
        match node:
            case And(children):
                for child in children:
                    if isinstance(child, Not):
                        excluded = np.union1d(excluded, self.matches(child.child).doc_ids)
                found = [
                    self._articles(child, excluded)
                    for child in children
                    if not isinstance(child, Not)
                ] or [self._articles_of(self._everything(), excluded)]
                common = found[0]
                for each in found[1:]:
                    common = np.intersect1d(common, each, assume_unique=True)
                return common
            case Or(children):
                every = [self._articles(child, excluded) for child in children]
                return np.unique(np.concatenate(every))
            case _:
                return self._articles_of(self.matches(node), excluded)

    def _articles_of(self, matches: Matches, excluded: DocIds) -> Articles:
        kept = matches.without(excluded) if len(excluded) else matches
        return np.unique(self._snapshot.article_of[kept.doc_ids])

    def _leaf(self, leaf: Leaf) -> Matches:
        found = self._snapshot.matching(to_whoosh(leaf, self._patterns, self._expand))
        patterns = self._patterns.get(leaf.clause)
        if not isinstance(leaf, Terms) or patterns is None or not needs_reading(patterns):
            return found
        certain = self._snapshot.matching(certain_part(leaf, patterns, self._expand))
        sure = np.isin(found.doc_ids, certain.doc_ids, assume_unique=True)
        return found.where(self._read(leaf, found.doc_ids, sure))

    def _read(self, leaf: Terms, doc_ids: DocIds, sure: Mask) -> Mask:
        """Which candidates match, by reading those that are not sure; bool[n]."""
        kept = sure.copy()
        decided: dict[int, bool] = {}
        for at in np.flatnonzero(~sure):
            doc_id = int(doc_ids[at])
            article = int(self._snapshot.article_of[doc_id])
            header = self._snapshot.header(article)
            if leaf.field == "text":
                text = self._snapshot.text(doc_id)
                kept[at] = Document(header, text).holds(leaf, self._patterns)
            else:
                if article not in decided:
                    decided[article] = Document(header).holds(leaf, self._patterns)
                kept[at] = decided[article]
        return kept

    def _expand(self, field: str, prefix: str) -> list[str]:
        """The terms for a prefix, no more than the limit."""
        known = self._expansions.get((field, prefix))
        if known is None:
            every = terms_of_prefix(
                prefix,
                lambda start: self._snapshot.terms_from(field, start),
                lambda term: self._snapshot.has_term(field, term),
            )
            known = list(islice(every, MAX_EXPANSIONS + 1))
            if len(known) > MAX_EXPANSIONS:
                self.capped.append(prefix)
            known = self._expansions[field, prefix] = known[:MAX_EXPANSIONS]
        return known
