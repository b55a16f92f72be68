"""A plain reading of queries: looks at every token and every pair of them. An oracle.

Shares nothing with search.document and search.places but the tokens of a text, and with the
evaluator but the patterns that words are compiled to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import product

from index.analysis import Token, printed, tokenize
from index.article import Article
from search.query.patterns import Element, Patterns
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
    Or,
    Terms,
    Window,
    field_of,
)

Place = tuple[int, int, int, int]
"""First and last position, first character and the one behind the last."""
Because = dict[Place, set[Place]]
"""Places that match, and of each all places of words that it needs."""


@dataclass
class Reader:
    """One article, read for one query after the other."""

    article: Article
    tokens: dict[tuple[str, int], list[Token]] = field(default_factory=dict)

    def read(self, node: Node, patterns: Patterns) -> list[Reading]:
        """What each paragraph says to a tree."""
        count = len(self.article.paragraphs)
        readings = [Reading(self, number, patterns) for number in range(count)]
        for each in readings:
            each.others = readings
        return readings

    def text(self, name: str, number: int) -> str:
        return self.article.paragraphs[number] if name == "text" else getattr(self.article, name)

    def tokens_of(self, name: str, number: int) -> list[Token]:
        key = (name, number if name == "text" else 0)
        if key not in self.tokens:
            self.tokens[key] = tokenize(self.text(*key), self.article.language)
        return self.tokens[key]


@dataclass
class Reading:
    """One paragraph, read for one query."""

    reader: Reader
    number: int
    patterns: Patterns
    others: list[Reading] = field(default_factory=list)
    known: dict[Leaf, Because] = field(default_factory=dict)

    def holds(self, node: Node) -> bool:
        """Whether a tree matches."""
        match node:
            case And(children):
                return all(self.holds(child) for child in children)
            case Or(children):
                return any(self.holds(child) for child in children)
            case Not(child):
                return not self.holds(child)
            case InArticle(child):
                return self.article_holds(child) and self.has_part(child)
            case InParagraph(child):
                return self.holds(child)
            case _:
                return self.leaf_holds(node)

    def article_holds(self, node: Node) -> bool:
        """Whether the article matches a tree, if its clauses may be met anywhere in it."""
        match node:
            case And(children):
                return all(self.article_holds(child) for child in children)
            case Or(children):
                return any(self.article_holds(child) for child in children)
            case Not(child):
                return not self.article_holds(child)
            case InArticle(child):
                return self.article_holds(child)
            case _:
                return any(each.holds(node) for each in self.others)

    def has_part(self, node: Node) -> bool:
        """Whether this paragraph is one of those that article() finds, if the article matches."""
        match node:
            case And(children):
                words = [each for each in children if has_words(each)]
                positive = [each for each in children if not isinstance(each, Not)]
                return any(self.has_part(each) for each in words or positive or children)
            case Or(children):
                return any(self.article_holds(c) and self.has_part(c) for c in children)
            case Not():
                return True
            case InArticle(child):
                return self.has_part(child)
            case _:
                return self.holds(node)

    def leaf_holds(self, leaf: Leaf) -> bool:
        match leaf:
            case DateRange(first=first, last=last):
                date = self.reader.article.date
                if date.value is None:
                    return (first, last) == (0, 0)
                days = date.first_day.toordinal(), date.last_day.toordinal()
                return first <= days[0] and days[1] <= last
            case NumberRange(number="para", low=low, high=high):
                return self.number + 1 in range(low, high + 1)
            case NumberRange(low=low, high=high):
                return len(self.reader.tokens_of("text", self.number)) in range(low, high + 1)
            case Name(field=field, text=text):
                return getattr(self.reader.article, field) == text
            case Terms(field="language"):
                return self.reader.article.language == leaf.text.lower()
            case NearParagraphs():
                return bool(self.sides(leaf))
            case _:
                return bool(self.because(leaf))

    def parts(self, node: Node, inside: bool = False) -> Iterator[Leaf]:
        """The clauses that make a tree match here; it does match."""
        match node:
            case And(children):
                for child in children:
                    yield from self.parts(child, inside)
            case Or(children):
                for child in children:
                    if self.article_holds(child) if inside else self.holds(child):
                        yield from self.parts(child, inside)
            case InArticle(child):
                yield from self.parts(child, True)
            case InParagraph(child):
                if not inside or self.holds(child):
                    yield from self.parts(child)
            case Not():
                pass
            case _:
                if not inside or self.leaf_holds(node):
                    yield node

    def spans(self, node: Node, name: str) -> list[tuple[int, int, int]]:
        """What is to be marked in a field."""
        found = set()
        for leaf in self.parts(node) if self.holds(node) else ():
            if field_of(leaf) != name or (isinstance(leaf, Terms) and name == "language"):
                continue
            marks = {place[2:] for each in self.words(leaf) for place in each}
            for start, end in marks:
                within = [
                    (a, b) for a, b in marks if a <= start and end <= b and (a, b) != (start, end)
                ]
                if not within:
                    found.add((start, end, leaf.clause))
        return sorted(found)

    def words(self, leaf: Leaf) -> Iterator[set[Place]]:
        """The words that make a leaf match here."""
        if isinstance(leaf, NearParagraphs):
            for side in self.sides(leaf):
                for part in self.parts(side):
                    yield from self.words(part)
        else:
            yield from self.because(leaf).values()

    def clauses(self, node: Node) -> set[tuple[int, int | None, tuple[int, ...]]]:
        """The clauses that make a tree match, the distances of what is near, and to what."""
        leaves = self.parts(node) if self.holds(node) else ()
        return {(leaf.clause, *self.near_to(leaf)) for leaf in leaves}

    def near_to(self, leaf: Leaf) -> tuple[int | None, tuple[int, ...]]:
        if isinstance(leaf, Near) and not leaf.negated:
            return min(steps for _, _, steps in self.pairs(leaf)), ()
        if isinstance(leaf, NearParagraphs) and not leaf.negated:
            numbers = {
                (left if self is right else right).number + 1
                for left, right in self.paragraphs(leaf)
                if self in (left, right)
            }
            own = self.number + 1
            steps = min(abs(each - own) for each in numbers)
            return steps, tuple(sorted(numbers - {own}))
        return None, ()

    def sides(self, near: NearParagraphs) -> list[Node]:
        """The sides of a distance in paragraphs with which this one takes part."""
        pairs = self.paragraphs(near)
        is_left = any(self is left for left, _ in pairs)
        if near.negated:
            return [near.left] if self.holds(near.left) and not is_left else []
        is_right = any(self is right for _, right in pairs)
        return [near.left] * is_left + [near.right] * is_right

    def paragraphs(self, near: NearParagraphs) -> list[tuple[Reading, Reading]]:
        """All pairs of paragraphs of the article that are near each other."""
        return [
            (left, right)
            for left, right in product(self.others, repeat=2)
            if left.holds(near.left)
            and right.holds(near.right)
            and abs(left.number - right.number) <= near.distance
            and not (near.ordered and right.number <= left.number)
        ]

    def because(self, leaf: Leaf) -> Because:
        """Where a leaf matches, and the words that it needs for it."""
        if leaf not in self.known:
            self.known[leaf] = self._because(leaf)
        return self.known[leaf]

    def _because(self, leaf) -> Because:
        match leaf:
            case Either(children):
                found: Because = {}
                for child in children:
                    for place, words in self.because(child).items():
                        found[place] = found.get(place, set()) | words
                return found
            case Near(negated=True):
                left, right = self.because(leaf.left), self.because(leaf.right)
                return {
                    place: words
                    for place, words in left.items()
                    if not any(touches(place, other, leaf) for other in right)
                }
            case Near():
                left, right = self.because(leaf.left), self.because(leaf.right)
                found = {}
                for one, other, _ in self.pairs(leaf):
                    for place in (one, other):
                        found[place] = found.get(place, set()) | left[one] | right[other]
                return found
            case Window():
                return self._in_window(leaf)
            case Terms():
                return {place: {place} for place in self.places(leaf)}

    def pairs(self, near: Near) -> Iterator[tuple[Place, Place, int]]:
        """All pairs of places that are near each other."""
        for one, other in product(self.because(near.left), self.because(near.right)):
            if one[1] < other[0]:
                steps = other[0] - one[1]
            elif other[1] < one[0] and not near.ordered:
                steps = one[0] - other[1]
            else:
                continue
            if steps <= near.distance:
                yield one, other, steps

    def _in_window(self, window: Window) -> Because:
        needed = Counter(self.patterns[word] for word in window.words)
        places = {self.patterns[word]: set(self.places(word)) for word in window.words}
        found: Because = {}
        for first in range(len(self.reader.tokens_of(window.field, self.number)) + 1):
            last = first + window.size - 1
            inside = {
                word: {each for each in every if first <= each[0] and each[1] <= last}
                for word, every in places.items()
            }
            if all(len(inside[word]) >= count for word, count in needed.items()):
                found |= {place: {place} for each in inside.values() for place in each}
        return found

    def places(self, leaf: Terms) -> Iterator[Place]:
        """Where the patterns of a word stand."""
        text = self.reader.text(leaf.field, self.number)
        tokens = self.reader.tokens_of(leaf.field, self.number)
        for pattern in self.patterns[leaf]:
            ways = [[token] for token in tokens if accepts(pattern[0], token, text)]
            for element in pattern[1:]:
                ways = [
                    [*way, token]
                    for way in ways
                    for token in tokens
                    if token.position == way[-1].position + way[-1].width
                    and accepts(element, token, text)
                ]
            for way in ways:
                last = way[-1].position + way[-1].width - 1
                yield way[0].position, last, way[0].start, way[-1].end


def touches(place: Place, other: Place, near: Near) -> bool:
    """Whether another place is near one, or overlaps it."""
    if near.ordered:
        return other[0] >= place[0] and other[0] - place[1] <= near.distance
    return other[0] - place[1] <= near.distance and place[0] - other[1] <= near.distance


def has_words(node: Node) -> bool:
    """Whether a tree asks for words of the text that are wanted."""
    match node:
        case And(children) | Or(children):
            return any(has_words(child) for child in children)
        case InArticle(child) | InParagraph(child):
            return has_words(child)
        case Not():
            return False
        case _:
            return field_of(node) == "text"


def accepts(element: Element, token: Token, text: str) -> bool:
    """Whether a token is what an element asks for."""
    if element.only is not None and token.term not in element.only:
        return False
    if not element.is_open and token.term != element.term:
        return False  # the same form, of an article in another language
    match element.kind:
        case "term":
            return token.term == element.value
        case "form":
            return token.form == element.value
        case "exact":
            return printed(text[token.start : token.end]) == element.value
        case "prefix":
            return token.form.startswith(element.value)
        case "wildcard":
            return fnmatchcase(token.form, element.value)
        case "fuzzy":
            word, distance = element.value.split("~")
            return edits(token.form, word) <= int(distance)


@lru_cache(maxsize=100_000)
def edits(one: str, other: str) -> int:
    """The Levenshtein distance, by its table."""
    table = {(row, 0): row for row in range(len(one) + 1)}
    table |= {(0, column): column for column in range(len(other) + 1)}
    for row, column in product(range(1, len(one) + 1), range(1, len(other) + 1)):
        table[row, column] = min(
            table[row - 1, column] + 1,
            table[row, column - 1] + 1,
            table[row - 1, column - 1] + (one[row - 1] != other[column - 1]),
        )
    return table[len(one), len(other)]
