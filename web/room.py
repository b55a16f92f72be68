"""How much of its paragraphs a page of results shows, so that it is no larger than it may be."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from search.passages import passages
from search.results import Page
from web.marks import marked, told_apart

MOST = 100_000  # bytes of a page, as far as it lies with its paragraphs
_LEAST = 200  # bytes of each paragraph that are shown in any case
_LINK = 300  # bytes of the link to what is left out of a paragraph, about


def within_room(page: Page, render: Callable[[int | None], str]) -> str:
    """A page of results; where it is too large, with its longest paragraphs shortened.

    Args:
        page: what was found.
        render: the HTML of the page, with so many bytes of each paragraph, or with all of it.
    """
    html = render(None)
    over = len(html.encode()) - MOST
    return html if over <= 0 else render(_room(_sizes(page), over))


def _sizes(page: Page) -> list[int]:
    """The bytes of each paragraph of a page, with its marks."""
    several = told_apart(page.clauses)
    return [
        len(marked(shown.paragraph.text, shown.paragraph.spans, several).encode())
        for found in page.articles
        for shown in passages(found)
    ]


def _room(sizes: list[int], over: int) -> int:
    """How many bytes each may have at most, so that all together are smaller by so many.

    >>> _room([1000, 5000, 9000], 4500)
    4450
    """
    longest = sorted(sizes, reverse=True)
    together = 0
    for count, (size, following) in enumerate(pairwise([*longest, 0]), start=1):
        together += size
        room = (together - over) // count - _LINK  # if so many are shortened
        if room >= following:
            return max(_LEAST, room)
    return _LEAST
