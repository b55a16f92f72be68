"""Positions: how deep in its article a paragraph stands, as a newsroom says it."""

from __future__ import annotations

from search.results import Place

TOP = 5
"""One of so many paragraphs is at the top, and always the first."""
BURIED = 3
"""The last one of so many paragraphs is buried, in articles of more than that."""


def position_of(number: int, length: int) -> Place:
    """The position of a paragraph.

    Args:
        number: of the paragraph, from 1.
        length: paragraphs of the article.

    >>> [position_of(number, 10) for number in (1, 2, 3, 7, 8)]
    ['top', 'top', 'middle', 'middle', 'buried']
    """
    if number == 1 or number * TOP <= length:
        return "top"
    # All that has two thirds of the paragraphs before it.
    if length > BURIED and (number - 1) * BURIED >= length * (BURIED - 1):
        return "buried"
    return "middle"
