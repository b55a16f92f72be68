"""A paragraph with its article, as the tree asks about it: does a clause hold, and where?

This is the plain reading of a query, one paragraph at a time. Every mark that is shown is
decided here; the evaluator finds the same paragraphs by arrays, for which this is the oracle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from index.analysis import Token, tokenize
from search.query.patterns import Pattern, Patterns
from search.query.tree import And, DateRange, Leaf, Node, Not, Or, Terms
from search.results import ArticleHeader, Span


class TokenTable:
    """The tokens of one text, by term and by position."""

    def __init__(self, text: str) -> None:
        self.tokens = tokenize(text)
        self.by_term: dict[str, list[Token]] = defaultdict(list)
        self.by_position: dict[int, list[Token]] = defaultdict(list)
        for token in self.tokens:
            self.by_term[token.term].append(token)
            self.by_position[token.position].append(token)

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Where a pattern matches: (start, end) of each place."""
        first = pattern[0]
        starts = self.tokens if first.kind == "prefix" else self.by_term.get(first.term, [])
        for token in starts:
            if first.accepts(token):
                for end in self._follow(token, pattern[1:]):
                    yield token.start, end

    def _follow(self, token: Token, rest: Pattern) -> Iterator[int]:
        """The ends of all ways in which the rest of a pattern stands behind a token."""
        if not rest:
            yield token.end
            return
        for following in self.by_position.get(token.position + token.width, []):
            if rest[0].accepts(following):
                yield from self._follow(following, rest[1:])


class Document:
    """One paragraph and the header of its article."""

    def __init__(self, header: ArticleHeader, text: str = "") -> None:
        self.header = header
        self._texts = {
            "text": text,
            "title": header.title,
            "author": header.author,
            "source": header.source,
        }
        self._tables: dict[str, TokenTable] = {}

    def holds(self, node: Node, patterns: Patterns) -> bool:
        """Whether a tree matches this paragraph."""
        match node:
            case And(children):
                return all(self.holds(child, patterns) for child in children)
            case Or(children):
                return any(self.holds(child, patterns) for child in children)
            case Not(child):
                return not self.holds(child, patterns)
            case _:
                return self._leaf_holds(node, patterns)

    def spans(self, node: Node, patterns: Patterns, field: str = "text") -> tuple[Span, ...]:
        """What made a tree match, in one field: sorted, for each clause that did its part.

        Nothing is marked for a clause that is negated, that asks about another field, or
        that stands in a branch of the tree that does not match.
        """
        if not self.holds(node, patterns):
            return ()
        return tuple(sorted(set(self._marks(node, patterns, field))))

    def _leaf_holds(self, leaf: Leaf, patterns: Patterns) -> bool:
        match leaf:
            case DateRange(first=first, last=last):
                first_day, last_day = self.header.date.first_day, self.header.date.last_day
                if first_day is None or last_day is None:
                    return last == 0
                return first <= first_day.toordinal() and last_day.toordinal() <= last
            case Terms(field="language", text=text):
                return self.header.language == text.lower()
            case Terms():
                return any(True for _ in self._places(leaf, patterns))

    def _marks(self, node: Node, patterns: Patterns, field: str) -> Iterator[Span]:
        """The spans of the leaves that make a matching tree match."""
        match node:
            case And(children):
                for child in children:
                    yield from self._marks(child, patterns, field)
            case Or(children):
                for child in children:
                    if self.holds(child, patterns):
                        yield from self._marks(child, patterns, field)
            case Terms() if node.field == field:
                for start, end in _outermost(self._places(node, patterns)):
                    yield Span(start, end, node.clause)

    def _places(self, leaf: Terms, patterns: Patterns) -> Iterator[tuple[int, int]]:
        table = self._tables.get(leaf.field)
        if table is None:
            table = self._tables[leaf.field] = TokenTable(self._texts[leaf.field])
        for pattern in patterns[leaf.clause]:
            yield from table.find(pattern)


def _outermost(places: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Leave out the places that lie within another one: "cease" in "cease-fire"."""
    last_end = 0
    for start, end in sorted(set(places), key=lambda place: (place[0], -place[1])):
        if end > last_end:
            yield start, end
            last_end = end
