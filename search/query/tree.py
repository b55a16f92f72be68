"""The syntax tree of a query: frozen values, leaves numbered as clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from search.results import Clause

Field = Literal["text", "title", "author", "source", "language"]
Kind = Literal["word", "phrase", "prefix"]


@dataclass(frozen=True, slots=True)
class Terms:
    """A leaf that words of a field match: a word, a phrase or the beginning of a word."""

    clause: int
    written: str
    field: Field
    kind: Kind
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


Leaf = Terms | DateRange
Node = Leaf | And | Or | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was understood; ``notices`` say in words what was mended."""

    written: str
    tree: Node
    notices: tuple[str, ...] = ()

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The leaves, numbered from 1 in the order in which they are written."""
        return tuple(Clause(leaf.clause, leaf.written) for leaf in leaves(self.tree))


def leaves(node: Node) -> Iterator[Leaf]:
    """The leaves of a tree, from left to right."""
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child)
        case Not(child):
            yield from leaves(child)
        case _:
            yield node
