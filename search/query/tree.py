"""The syntax tree of a query: frozen values, leaves numbered as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from search.query.dates import FIRST_DAY, LAST_DAY
from search.results import Clause

Field = Literal["text", "title", "author", "source", "language"]
Kind = Literal["word", "phrase", "exact", "prefix", "wildcard", "fuzzy"]
Number = Literal["para", "words"]


@dataclass(frozen=True, slots=True)
class Terms:
    """A leaf that words of a field match.

    ``edits`` is how many letters may differ in a fuzzy word.
    """

    clause: int
    written: str
    field: Field
    kind: Kind
    text: str
    edits: int = 0


@dataclass(frozen=True, slots=True)
class Near:
    """A leaf: places of one operand near places of another, within one field.

    The distance is the difference of positions: neighbours are 1 apart. ``ordered``: the
    right one comes behind the left one. ``negated``: places of the left operand that have no
    right one near; here one that overlaps is near, too.
    """

    clause: int
    written: str
    field: Field
    left: Operand
    right: Operand
    distance: int
    ordered: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A leaf: words in any order, in a window of as many positions as they have, and some more."""

    clause: int
    written: str
    field: Field
    words: tuple[Terms, ...]
    size: int
    """The positions of the whole window."""


@dataclass(frozen=True, slots=True)
class Name:
    """A leaf: articles whose author, source or language is this, as a whole and as printed.

    An empty text asks for articles that have none.
    """

    clause: int
    written: str
    field: Field
    text: str


@dataclass(frozen=True, slots=True)
class DateRange:
    """A leaf that articles match whose date lies wholly between two days, both included.

    Days are proleptic ordinals (``datetime.date.toordinal``); 0 to 0 is an unknown date.
    """

    clause: int
    written: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class NumberRange:
    """A leaf: paragraphs by where they stand in the article, or by their length in words."""

    clause: int
    written: str
    number: Number
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class And:
    """All children match, in one paragraph."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child matches."""

    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The child does not match."""

    child: Node


@dataclass(frozen=True, slots=True)
class InArticle:
    """The child matches somewhere in the article; see search.query.in_article."""

    child: Node


@dataclass(frozen=True, slots=True)
class InParagraph:
    """The child matches in one paragraph, also within ``article()``."""

    child: Node


@dataclass(frozen=True, slots=True)
class NearParagraphs:
    """A leaf: paragraphs with one tree near paragraphs with another, in one article.

    The distance is the difference of their numbers; a paragraph with both is near itself.
    ``ordered``: the right one comes behind the left one. ``negated``: paragraphs with the left
    that have no right one near. Both trees ask for words of the text and negate nothing;
    their leaves have the number of the whole.
    """

    clause: int
    written: str
    left: Node
    right: Node
    distance: int
    ordered: bool = False
    negated: bool = False
    field: Field = "text"

    @property
    def steps(self) -> tuple[int, int]:
        """How far behind a left paragraph a right one stands, at least and at most."""
        return (1 if self.ordered else -self.distance), self.distance


@dataclass(frozen=True, slots=True)
class Either:
    """An operand: the places of any of some operands."""

    children: tuple[Operand, ...]


Operand = Terms | Near | Either
Leaf = Terms | Name | Near | NearParagraphs | Window | DateRange | NumberRange
LEAVES = (Terms, Name, Near, NearParagraphs, Window, DateRange, NumberRange)
Node = Leaf | And | Or | Not | InArticle | InParagraph


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood; ``notices`` say in words what was mended.

    ``is_question`` tells a long one of which any word may match; see search.query.questions.
    """

    written: str
    tree: Node
    notices: tuple[str, ...] = ()
    is_question: bool = False

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The leaves, numbered from 1 in the order in which they are written."""
        return tuple(
            Clause(leaf.clause, leaf.written, kind_of(leaf), field_of(leaf), days=_days(leaf))
            for leaf in leaves(self.tree)
        )


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree, from left to right."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child) | InArticle(child) | InParagraph(child):
            yield from leaves(child)
        case _:
            yield node


def terms_of(node: Node | Operand) -> Iterator[Terms]:
    """All words of a tree or of an operand, also those within a leaf, from left to right."""
    match node:
        case Terms():
            yield node
        case Near(left=left, right=right) | NearParagraphs(left=left, right=right):
            yield from terms_of(left)
            yield from terms_of(right)
        case Window(words=words):
            yield from words
        case And(children) | Or(children) | Either(children):
            for child in children:
                yield from terms_of(child)
        case Not(child) | InArticle(child) | InParagraph(child):
            yield from terms_of(child)


def _days(leaf: Leaf) -> tuple[date | None, date | None] | None:
    """The days of a range of dates; None of other leaves, and where the date is unknown."""
    if not isinstance(leaf, DateRange) or not leaf.last:
        return None
    return (
        date.fromordinal(leaf.first) if leaf.first > FIRST_DAY else None,
        date.fromordinal(leaf.last) if leaf.last < LAST_DAY else None,
    )


def field_of(leaf: Leaf) -> Field | None:
    """The field whose words a leaf asks for; None where it asks for no words."""
    return None if isinstance(leaf, DateRange | NumberRange) else leaf.field


def kind_of(leaf: Leaf) -> str:
    """The kind of a leaf, as receipts tell it."""
    match leaf:
        case Terms(kind=kind):
            return kind
        case NumberRange(number=number):
            return number
        case Name():
            return "name"
        case Near():
            return "near"
        case NearParagraphs():
            return "paragraphs"
        case Window():
            return "window"
        case DateRange():
            return "date"
