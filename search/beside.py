"""Which paragraphs of an article a paragraph is near to, as ``A w/2p B`` asks.

The plain reading, one paragraph at a time; search.paragraph_nodes does it with arrays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from search.query.tree import NearParagraphs, Node

InThisArticle = Callable[[Node], Sequence[int]]
"""The numbers of the paragraphs of the article that match a part of the tree, ascending."""


class Beside(NamedTuple):
    """What is near one paragraph, which is a side of the distance itself.

    Attributes:
        number: of the paragraph.
        rights: near ones that match the right side; empty if the paragraph does not match the
            left one. A paragraph that matches both is among them itself.
        lefts: the same for the other side.
        is_alone: whether it matches the left side, and no right one is near.
    """

    number: int
    rights: tuple[int, ...] = ()
    lefts: tuple[int, ...] = ()
    is_alone: bool = False

    def sides(self, near: NearParagraphs) -> tuple[Node, ...]:
        """The sides with which the paragraph takes part."""
        if near.negated:
            return (near.left,) if self.is_alone else ()
        taking = ((near.left, self.rights), (near.right, self.lefts))
        return tuple(side for side, partners in taking if partners)

    @property
    def partners(self) -> tuple[int, ...]:
        """The other paragraphs that take part with it, ascending."""
        return tuple(sorted({*self.rights, *self.lefts} - {self.number}))

    @property
    def distance(self) -> int | None:
        """How far the nearest is, in paragraphs: 0 where both sides are in this one."""
        near = (*self.rights, *self.lefts)
        return min((abs(each - self.number) for each in near), default=None)


def beside(
    near: NearParagraphs, number: int, holds: Callable[[Node], bool], in_article: InThisArticle
) -> Beside:
    """What is near a paragraph.

    Args:
        near: what is asked.
        number: of the paragraph in its article, from 1.
        holds: whether it matches a side.
        in_article: which paragraphs of its article do.
    """
    low, high = near.steps
    is_left = holds(near.left)
    rights = _between(in_article(near.right), number + low, number + high) if is_left else ()
    if near.negated:
        return Beside(number, is_alone=is_left and not rights)
    is_right = holds(near.right)
    lefts = _between(in_article(near.left), number - high, number - low) if is_right else ()
    return Beside(number, rights, lefts)


def _between(numbers: Sequence[int], first: int, last: int) -> tuple[int, ...]:
    return tuple(numbers[bisect_left(numbers, first) : bisect_right(numbers, last)])
