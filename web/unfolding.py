"""The copies of one hit, unfolded in place; asked for by ``unfold=ARTICLE#pN``.

The links are whole addresses, as those of the context ladder, so that they work without a script.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask
from werkzeug.datastructures import MultiDict

from search.errors import ArticleNotFound
from search.family_contract import family_link
from search.results import ArticleHeader, FamilyMember, FamilyView, Page
from search.searcher import Searcher
from web.addresses import search_address
from web.parameters import Asked, read_place

SHOWN = 10
"""Other copies that are listed in place; all of them are on the page of copies."""


class Unfolded(NamedTuple):
    """The hit whose copies are shown; of no article if none is."""

    article_id: str = ""
    number: int = 0
    view: FamilyView | None = None

    def stands_at(self, article: ArticleHeader, number: int) -> bool:
        """Whether the copies of this paragraph are shown."""
        return self.view is not None and (article.id, number) == (self.article_id, self.number)

    @property
    def others(self) -> tuple[FamilyMember, ...]:
        """The first of the other copies, in the order of time."""
        own = self.article_id, self.number
        members = self.view.members if self.view else ()
        return tuple(each for each in members if (each.article.id, each.number) != own)[:SHOWN]


def unfold(arguments: MultiDict[str, str], page: Page, searcher: Searcher) -> Unfolded:
    """Read which hit of a page is asked for, and its copies. Raises QueryError."""
    place = read_place(arguments, "unfold")
    if not place:
        return Unfolded()
    article_id, number = place
    if all(each.article.id != article_id for each in page.articles):
        return Unfolded()
    try:
        return Unfolded(article_id, number, searcher.family(article_id, number, (SHOWN + 1, 1)))
    except ArticleNotFound:  # removed since the page was put together
        return Unfolded()


def unfold_address(asked: Asked, article_id: str, number: int) -> str:
    """The address of the results with the copies of a hit."""
    return f"{search_address(asked)}&{urlencode({'unfold': f'{article_id}#p{number}'})}"


def family_address(
    asked: Asked, article_id: str, number: int, part: int = 1, against: int = 1
) -> str:
    """The address of the page of copies of a paragraph, which keeps the search."""
    more = {"part": part, "against": against}
    kept = {name: value for name, value in more.items() if value != 1}
    path = search_address(asked, family_link(article_id, number))
    return f"{path}{'&' if '?' in path else '?'}{urlencode(kept)}" if kept else path


def register(app: Flask) -> None:
    """Teach templates these addresses."""
    for each in (unfold_address, family_address):
        app.jinja_env.globals[each.__name__] = each
