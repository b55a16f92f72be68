"""How much of its paragraphs a page of results shows, so that it is no larger than it may be."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from search.passages import passages
from search.results import Page
from web.marks import marked, told_apart

MOST = 100_000  # bytes of a page, as far as it lies with its paragraphs
_LEAST = 200  # bytes of each paragraph that are shown in any case
_ROWS = 400  # or periods that a page shows at most; of more, not even the letters would fit
_STEP = 10  # articles that are shown at least; of more, so many times a number
_ROW_STEP = 50  # the same of rows
_FRAME = 20_000  # bytes of a page without what was found, as a rule
_ARTICLE, _PASSAGE = 400, 250  # bytes of an article and of a paragraph without text, at least
_LINK = 300  # bytes of the link to what is left out of a paragraph, about


class Showing(NamedTuple):
    """How much of what was found a page shows.

    Attributes:
        room: bytes of each paragraph; None shows all of it.
        most: how many articles, rows or periods; None shows all of the page.
        is_spare: whether what can be done without is left out: filters, what lies around hits,
            and the query in links to articles.
    """

    room: int | None = None
    most: int | None = None
    is_spare: bool = False


Render = Callable[[Showing], str]
"""Makes the HTML of a page."""


def results_within_room(page: Page, render: Render) -> str:
    """A page of results; where it is too large, with its longest paragraphs shortened.

    Where that is not enough, because the query is long and stands in every link, or many articles
    with what stands around their hits are asked for, less is shown.
    """
    whole, spare = _surely_too_many(page, is_spare=False), _surely_too_many(page, is_spare=True)
    showing, html = Showing(None, whole), ""
    if whole == spare:
        showing, html = _shortened(page, showing, render)
    if whole != spare or _over(html) > 0:  # what lies around hits goes before any article does
        showing, html = _shortened(page, Showing(None, spare, is_spare=True), render)
    return _with_less(html, showing, render, (len(page.articles), _STEP))


def _shortened(page: Page, showing: Showing, render: Render) -> tuple[Showing, str]:
    """A page, if it is too large with its longest paragraphs shortened, and how much it shows."""
    html = render(showing)
    if (over := _over(html)) > 0:
        showing = showing._replace(room=_room(_sizes(page, showing), over))
        html = render(showing)
    return showing, html


def view_within_room(count: int, render: Render) -> str:
    """A page of so many rows or periods; where it is too large, with less."""
    showing = Showing(most=count if count <= _ROWS else _ROWS)
    return _with_less(render(showing), showing, render, (count, _ROW_STEP))


def _with_less(html: str, showing: Showing, render: Render, sizes: tuple[int, int]) -> str:
    """A page that is spared, and then with fewer of its articles or rows, until it fits.

    It ends where a page of fewer begins, so that whoever goes on there misses none and sees none
    twice.

    Args:
        html: the page as it is.
        showing: how much of it that shows.
        render: makes it anew.
        sizes: how many articles or rows there are, and how many such a page of fewer has.
    """
    count, step = sizes
    if _over(html) > 0 and not showing.is_spare:
        showing = showing._replace(is_spare=True)
        html = render(showing)
    most = count if showing.most is None else min(showing.most, count)
    while (over := _over(html)) > 0 and most > 0:
        # What is not of articles or rows is guessed; if it is more, the next turn takes more away.
        kept = (MOST - _FRAME) / max(1, MOST - _FRAME + over)
        most = _whole(min(most - 1, int(most * kept)), step)
        html = render(showing._replace(most=most))
    return html


def _whole(most: int, step: int) -> int:
    """So many, or a few less: a number of whole pages of fewer.

    >>> _whole(57, 10), _whole(7, 10)
    (50, 7)
    """
    return most - most % step if most > step else most


def _over(html: str) -> int:
    """The bytes of which a page has too many."""
    return len(html.encode()) - MOST


def _surely_too_many(page: Page, *, is_spare: bool) -> int | None:
    """How many articles of a page could fit at most; None if all of them could."""
    left = MOST
    for count, found in enumerate(page.articles):
        left -= _ARTICLE + sum(
            _PASSAGE + min(_LEAST, len(shown.paragraph.text))
            for shown in passages(found)
            if shown.is_hit or shown.is_partner or not is_spare
        )
        if left < 0:
            return _whole(count, _STEP)
    return None


def _sizes(page: Page, showing: Showing) -> list[int]:
    """The bytes of each paragraph that a page shows, with its marks."""
    several = told_apart(page.clauses)
    return [
        len(marked(shown.paragraph.text, shown.paragraph.spans, several).encode())
        for found in page.articles[: showing.most]
        for shown in passages(found)
        if shown.is_hit or shown.is_partner or not showing.is_spare
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
