"""A paragraph with its article, as the tree asks about it: does a clause hold, and where?

This is the plain reading of a query, one paragraph at a time. Every mark that is shown is
decided here; the evaluator finds the same paragraphs by arrays, for which this is the oracle.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from index.analysis import Token
from index.text_tokens import TextTokens
from search.beside import Beside, InThisArticle, beside
from search.deadline import check_time
from search.names import canonical_name
from search.places import Pairs, Place, TokenTable, alone, in_windows, pair
from search.query.in_article import wanted
from search.query.patterns import Patterns
from search.query.tree import (
    And,
    DateRange,
    Either,
    InArticle,
    InParagraph,
    Leaf,
    Name,
    Near,
    NearParagraphs,
    Node,
    Not,
    NumberRange,
    Operand,
    Or,
    Terms,
    Window,
)
from search.results import ArticleHeader, ClauseMatch, Span

_NO_PATTERNS = Patterns()


class Document:
    """One paragraph and the header of its article."""

    def __init__(
        self,
        header: ArticleHeader,
        text: str = "",
        number: int = 1,
        in_article: InThisArticle | None = None,
    ) -> None:
        """Begin.

        Args:
            header: of the article.
            text: of the paragraph.
            number: of the paragraph in its article, from 1.
            in_article: which paragraphs of the article match; only needed for ``article()`` and
                distances in paragraphs.
        """
        self.header = header
        self.text = text
        self.number = number
        self._in_article = in_article
        self._texts = {
            "text": text,
            "title": header.title,
            "author": header.author,
            "source": header.source,
        }
        self._tables: dict[str, TokenTable] = {}
        # By identity, as to compare operands takes longer; with the operand, so that it stays.
        self._found: dict[int, tuple[Operand, list[Place]]] = {}
        self._marked: dict[int, tuple[Terms, set[tuple[int, int]]]] = {}
        self._patterns = _NO_PATTERNS
        self._last: tuple[Node | None, Patterns, list[Leaf]] = (None, _NO_PATTERNS, [])

    @property
    def tokens(self) -> list[Token]:
        """The tokens of the paragraph."""
        return self._table("text").tokens.every()

    @property
    def text_tokens(self) -> TextTokens:
        """The same, made as far as they are looked at."""
        tokens = self._table("text").tokens
        assert isinstance(tokens, TextTokens)  # its own
        return tokens

    def holds(self, node: Node, patterns: Patterns) -> bool:
        """Whether a tree matches this paragraph."""
        match node:
            case Terms(field="text"):  # as most do
                return bool(self._ranges(node, patterns))
            case And(children):
                return all(self.holds(child, patterns) for child in children)
            case Or(children):
                return any(self.holds(child, patterns) for child in children)
            case Not(child):
                return not self.holds(child, patterns)
            case InArticle(child):
                return self._article_holds(child) and self._has_part(child, patterns)
            case InParagraph(child):
                return self.holds(child, patterns)
            case _:
                return self._leaf_holds(node, patterns)

    def spans(self, node: Node, patterns: Patterns, field: str = "text") -> tuple[Span, ...]:
        """What made a tree match, in one field: sorted, for each clause that did its part.

        Nothing is marked for a clause that is negated, that asks about another field, or
        that stands in a branch of the tree that does not match.
        """
        found = set()
        for leaf in self._matching_parts(node, patterns):
            if not isinstance(leaf, DateRange | NumberRange | Name) and leaf.field == field:
                for start, end in _outermost(self._ranges(leaf, patterns)):
                    found.add(Span(start, end, leaf.clause))
        return tuple(sorted(found))

    def matches(self, node: Node, patterns: Patterns) -> tuple[ClauseMatch, ...]:
        """The clauses that made a tree match, by their numbers."""
        found = {
            ClauseMatch(leaf.clause, *self._near_to(leaf, patterns))
            for leaf in self._matching_parts(node, patterns)
        }
        return tuple(sorted(found, key=lambda each: each.id))

    def _matching_parts(self, node: Node, patterns: Patterns) -> list[Leaf]:
        """The leaves that make a tree match; none where it does not. The last are remembered."""
        asked, with_patterns, parts = self._last
        if asked is not node or with_patterns is not patterns:
            parts = list(self._parts(node, patterns)) if self.holds(node, patterns) else []
            self._last = node, patterns, parts
        return parts

    def _leaf_holds(self, leaf: Leaf, patterns: Patterns) -> bool:
        match leaf:
            case DateRange(first=first, last=last):
                first_day, last_day = self.header.date.first_day, self.header.date.last_day
                if first_day is None or last_day is None:
                    return last == 0
                return first <= first_day.toordinal() and last_day.toordinal() <= last
            case NumberRange(number="para", low=low, high=high):
                return low <= self.number <= high
            case NumberRange(low=low, high=high):
                return low <= len(self._table("text")) <= high
            case Name(field=field, text=text):
                return canonical_name(str(getattr(self.header, field))) == canonical_name(text)
            case Terms(field="language", text=text):
                return self.header.language == text.lower()
            case NearParagraphs():
                return bool(self._beside(leaf, patterns).sides(leaf))
            case Window():
                return bool(self._in_windows(leaf, patterns))
            case Terms() | Near():
                return bool(self._places(leaf, patterns))

    def _article_holds(self, node: Node) -> bool:
        """Whether the article matches a tree whose leaves may be met in different paragraphs."""
        match node:
            case And(children):
                return all(self._article_holds(child) for child in children)
            case Or(children):
                return any(self._article_holds(child) for child in children)
            case Not(child):
                return not self._article_holds(child)
            case InArticle(child):
                return self._article_holds(child)
            case _:
                assert self._in_article is not None  # whoever asks about articles knows them
                return bool(self._in_article(node))

    def _has_part(self, node: Node, patterns: Patterns) -> bool:
        """Whether this paragraph has something of what the article matches by."""
        match node:
            case And(children):
                return any(self._has_part(child, patterns) for child in wanted(children))
            case Or(children):
                return any(
                    self._article_holds(child) and self._has_part(child, patterns)
                    for child in children
                )
            case Not():
                return True
            case InArticle(child):
                return self._has_part(child, patterns)
            case _:
                return self.holds(node, patterns)

    def _parts(
        self, node: Node, patterns: Patterns, *, within_article: bool = False
    ) -> Iterator[Leaf]:
        """The leaves that make a matching tree match; of ``article()``, those met here."""
        match node:
            case And(children):
                for child in children:
                    yield from self._parts(child, patterns, within_article=within_article)
            case Or(children):
                for child in children:
                    holds = (
                        self._article_holds(child)
                        if within_article
                        else self.holds(child, patterns)
                    )
                    if holds:
                        yield from self._parts(child, patterns, within_article=within_article)
            case InArticle(child):
                yield from self._parts(child, patterns, within_article=True)
            case InParagraph(child):
                if not within_article or self.holds(child, patterns):
                    yield from self._parts(child, patterns)
            case Not():
                return
            case _:
                if not within_article or self._leaf_holds(node, patterns):
                    yield node

    def _ranges(self, leaf: Leaf, patterns: Patterns) -> set[tuple[int, int]]:
        """The characters that make a leaf match."""
        if not isinstance(leaf, Terms) or leaf.field == "language":
            return {(place.start, place.end) for place in self._marks(leaf, patterns)}
        self._forget_other(patterns)
        known = self._marked.get(id(leaf))
        if known is None:
            known = leaf, self._table(leaf.field).ranges(patterns.sought(leaf))
            self._marked[id(leaf)] = known
        return known[1]

    def _marks(self, leaf: Leaf, patterns: Patterns) -> Iterable[Place]:
        """The places that make a leaf match."""
        match leaf:
            case Near():
                return self._near_marks(leaf, patterns, self._places(leaf, patterns))
            case NearParagraphs():
                return [
                    place
                    for side in self._beside(leaf, patterns).sides(leaf)
                    for part in self._parts(side, patterns)
                    for place in self._marks(part, patterns)
                ]
            case Window():
                return self._in_windows(leaf, patterns)
            case Terms() if leaf.field != "language":
                return self._places(leaf, patterns)
        return ()

    def _near_marks(self, near: Near, patterns: Patterns, kept: Iterable[Place]) -> Iterator[Place]:
        """Some places of a leaf, with what they are near to."""
        places = set(kept)
        if near.negated:
            yield from self._operand_marks(near.left, patterns, places)
            return
        left, right, _ = self._pairs(near, patterns)
        # A place of the left brings the right ones that it is near to, and the other way round.
        one = [place for place in left if place in places]
        other = [place for place in right if place in places]
        size, ordered = near.distance, near.ordered
        both = (
            {*one, *pair(left, other, size, ordered=ordered).left},
            {*other, *pair(one, right, size, ordered=ordered).right},
        )
        yield from self._operand_marks(near.left, patterns, both[0])
        yield from self._operand_marks(near.right, patterns, both[1])

    def _operand_marks(
        self, operand: Operand, patterns: Patterns, places: set[Place]
    ) -> Iterator[Place]:
        match operand:
            case Either(children):
                for child in children:
                    yield from self._operand_marks(child, patterns, places)
            case Near():
                own = places.intersection(self._places(operand, patterns))
                yield from self._near_marks(operand, patterns, own)
            case Terms():
                yield from places.intersection(self._places(operand, patterns))

    def _near_to(self, leaf: Leaf, patterns: Patterns) -> tuple[int | None, tuple[int, ...]]:
        """How near the nearest places of two operands are, and in which other paragraphs."""
        match leaf:
            case Near(negated=False):
                return self._pairs(leaf, patterns).distance, ()
            case NearParagraphs():
                found = self._beside(leaf, patterns)
                return found.distance, found.partners
        return None, ()

    def _beside(self, leaf: NearParagraphs, patterns: Patterns) -> Beside:
        assert self._in_article is not None  # whoever asks about other paragraphs knows them
        return beside(leaf, self.number, lambda side: self.holds(side, patterns), self._in_article)

    def _pairs(self, near: Near, patterns: Patterns) -> Pairs:
        left = self._places(near.left, patterns)
        right = self._places(near.right, patterns)
        return pair(left, right, near.distance, ordered=near.ordered)

    def _places(self, operand: Operand, patterns: Patterns) -> list[Place]:
        """Where an operand stands, in the order of the text."""
        self._forget_other(patterns)
        known = self._found.get(id(operand))
        if known is None:
            check_time()
            known = operand, sorted(set(self._find(operand, patterns)))
            self._found[id(operand)] = known
        return known[1]

    def _forget_other(self, patterns: Patterns) -> None:
        """Forget what was found by other patterns."""
        if patterns is not self._patterns:
            self._patterns, self._found, self._marked = patterns, {}, {}

    def _find(self, operand: Operand, patterns: Patterns) -> Iterator[Place]:
        match operand:
            case Either(children):
                for child in children:
                    yield from self._places(child, patterns)
            case Near(negated=True):
                left = self._places(operand.left, patterns)
                right = self._places(operand.right, patterns)
                yield from alone(left, right, operand.distance, ordered=operand.ordered)
            case Near():
                found = self._pairs(operand, patterns)
                yield from found.left
                yield from found.right
            case Terms():
                table = self._table(operand.field)
                for pattern in patterns[operand]:
                    yield from table.find(pattern)

    def _in_windows(self, window: Window, patterns: Patterns) -> list[Place]:
        """The places of words that stand in a window of them."""
        needed = Counter(patterns[word] for word in window.words)
        table = self._table(window.field)
        words = [
            (sorted({place for pattern in each for place in table.find(pattern)}), count)
            for each, count in needed.items()
        ]
        return in_windows(words, window.size)

    def _table(self, field: str) -> TokenTable:
        table = self._tables.get(field)
        if table is None:
            table = self._tables[field] = TokenTable(self._texts[field], self.header.language)
        return table


def _outermost(ranges: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Leave out the ranges that lie within another one: "cease" in "cease-fire"."""
    last_end = 0
    for start, end in sorted(ranges, key=lambda each: (each[0], -each[1])):
        if end > last_end:
            yield start, end
            last_end = end
