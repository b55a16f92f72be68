"""The context ladder: the paragraphs around one hit, in place, a few more with each step.

It is asked for by ``at=ARTICLE#pN`` with ``before=`` and ``after=``; the links are whole
addresses, so that they work without a script and can be passed on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from search.errors import ArticleNotFound, QueryError
from search.results import MAX_READ, ArticleHeader, ArticleHits, Page
from search.searcher import Searcher
from web.addresses import article_address, search_address
from web.parameters import Asked, read_place


class Ladder(NamedTuple):
    """Where it stands (in no article: nowhere), and how far it reaches."""

    article_id: str = ""
    number: int = 0
    before: int = 0
    after: int = 0

    def stands_at(self, article: ArticleHeader, number: int) -> bool:
        """Whether it stands at a paragraph."""
        return (article.id, number) == (self.article_id, self.number)

    def foot(self, article: ArticleHeader, number: int) -> int:
        """Below which paragraph the links of a hit are shown."""
        after = self.after if self.stands_at(article, number) else 0
        return min(article.length, number + after)

    def links(self, asked: Asked, article: ArticleHeader, number: int) -> Iterator[tuple[str, str]]:
        """The steps that can be taken at a hit: what they are called, and their addresses."""
        before, after = (self.before, self.after) if self.stands_at(article, number) else (0, 0)
        above, below = number - 1, article.length - number

        def step(to_before: int, to_after: int) -> str:
            return ladder_address(asked, Ladder(article.id, number, to_before, to_after))

        if before < min(above, MAX_READ):
            yield "¶ before", step(min(above, MAX_READ, 2 * before + 1), after)
        if after < min(below, MAX_READ):
            yield "¶ after", step(before, min(below, MAX_READ, 2 * after + 1))
        if max(above, below) > MAX_READ:
            yield "Whole article", article_address(article.id, asked).partition("#")[0]
        elif (before, after) != (above, below):
            yield "Whole article", step(above, below)
        if before or after:
            yield "Only this", search_address(asked)


def ladder_address(asked: Asked, ladder: Ladder) -> str:
    """The address of the results with a ladder."""
    at = f"{ladder.article_id}#p{ladder.number}"
    steps = {"at": at, "before": ladder.before, "after": ladder.after}
    return f"{search_address(asked)}&{urlencode(steps)}"


def read_ladder(arguments: MultiDict[str, str]) -> Ladder:
    """Read at, before and after. Raises QueryError."""
    place = read_place(arguments, "at")
    if not place:
        return Ladder()
    before, after = (_steps(arguments, name) for name in ("before", "after"))
    return Ladder(*place, before, after)


def _steps(arguments: MultiDict[str, str], name: str) -> int:
    given = arguments.get(name) or "0"
    if re.fullmatch("[0-9]{1,3}", given) and int(given) <= MAX_READ:
        return int(given)
    raise QueryError(
        f'{name} must be a whole number from 0 to {MAX_READ}, not "{given[:40]}"', "bad_option"
    )


def climb(page: Page, ladder: Ladder, searcher: Searcher, asked: Asked) -> Page:
    """The page with the paragraphs of the ladder around its hit, if that is on the page."""
    articles = tuple(
        _widened(found, ladder, searcher, asked) if found.article.id == ladder.article_id else found
        for found in page.articles
    )
    return page._replace(articles=articles)


def _widened(found: ArticleHits, ladder: Ladder, searcher: Searcher, asked: Asked) -> ArticleHits:
    if all(hit.paragraph.number != ladder.number for hit in found.hits):
        return found
    around = (ladder.before, ladder.after)
    try:
        view = searcher.context(
            ladder.article_id, ladder.number, around, asked.query, asked.options
        )
    except ArticleNotFound:  # removed since the page was put together
        return found
    hits = tuple(
        hit._replace(before=view.before, after=view.after)
        if hit.paragraph.number == ladder.number
        else hit
        for hit in found.hits
    )
    return found._replace(hits=hits)
