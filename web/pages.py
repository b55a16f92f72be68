"""The pages: the start, the results of a search, an article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request
from werkzeug import Response

from search.errors import ArticleNotFound, QueryError
from search.passages import passages
from search.query.periods import period_of
from search.results import Neighbours
from search.searcher import Searcher
from web.addresses import search_address
from web.citing import verdict_of_link
from web.concordance import concordance_view
from web.filters import chosen_filters, query_with_dates
from web.ladder import climb, read_ladder
from web.parameters import Asked, read_arguments
from web.room import Showing, results_within_room, view_within_room
from web.summary import current_info, current_searcher
from web.timeline import timeline_view
from web.unfolding import unfold

_JUMPS = 40  # links to marked paragraphs beside an article

View = Callable[[Searcher, Asked], dict[str, Any]]
"""What its template shows of all that matches, beside what a page of results has."""

VIEWS: dict[str, View] = {"timeline": timeline_view, "kwic": concordance_view}
"""The views beside that of articles; each has a template of its name, which extends that one."""

pages = Blueprint("pages", __name__)


@pages.get("/")
def search_page() -> str | Response:
    """The box, and what it found; without a query, what there is to find."""
    asked = read_arguments(request.args)
    dated = query_with_dates(asked, request.args)
    if dated is not None:
        return redirect(search_address(asked, q=dated, page=1), 303)
    if not asked.query.strip():
        return render_template("start.html", asked=asked, info=current_info())
    ladder = read_ladder(request.args)
    searcher = current_searcher()
    options = asked.options._replace(facets=True)
    if asked.view in VIEWS:  # which count what there is, and show no articles by their rank
        options = options._replace(fold=True, size=1, number=1, sort="date")
    page = searcher.search(asked.query, options)
    template, shown = "results.html", {}
    if asked.view in VIEWS and page.total.paragraphs:
        template, shown = f"{asked.view}.html", VIEWS[asked.view](searcher, asked)
    page = climb(page, ladder, searcher, asked)
    told = {
        "ladder": ladder,
        "unfolded": unfold(request.args, page, searcher),
        "chosen": chosen_filters(page),
        "dates": period_of(asked.query),
    }

    def render(showing: Showing) -> str:
        # A query of hundreds of characters in every link would be most of the page.
        linked = Asked() if showing.is_spare else asked
        more = {"showing": showing, "linked": linked, **told, **shown}
        return render_template(template, asked=asked, page=page, **more)

    if shown:
        return view_within_room(len(shown["counted"]), render)
    return results_within_room(page, render)


@pages.get("/articles/<article_id:article_id>")
def article_page(article_id: str) -> str:
    """One article with its paragraphs as anchors, and what the query matches marked."""
    asked = read_arguments(request.args)
    searcher = current_searcher()
    view = searcher.article(article_id, asked.query, asked.options)
    matching = [each.number for each in view.paragraphs if each.spans]
    return render_template(
        "article.html",
        asked=asked,
        view=view,
        matching=matching,
        jumps=matching[:_JUMPS],
        places=_places(matching),
        verdict=verdict_of_link(searcher, article_id),
        beside=_beside(searcher, asked, article_id, view.hits),
    )


def _places(matching: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each marked paragraph, the ones before and after it; 0 at the ends."""
    ends = [0, *matching, 0]
    steps = zip(pairwise(ends), pairwise(ends[1:]), strict=False)
    return {at: (before, after) for (before, at), (_, after) in steps}


def _beside(searcher: Searcher, asked: Asked, article_id: str, hits: Sequence[int]) -> Neighbours:
    """The last hit of the article before this one in the results, and the first of the next."""
    if not hits:
        return Neighbours(None, None)

    def neighbours(number: int) -> Neighbours:
        return searcher.neighbours(asked.query, asked.options, article_id, number)

    try:
        return Neighbours(neighbours(hits[0]).previous, neighbours(hits[-1]).next)
    except ArticleNotFound:  # it was not come to from this page of results
        return Neighbours(None, None)
    except QueryError as error:
        if error.code != "too_slow":
            raise
        return Neighbours(None, None)  # the article is worth more than the way to the next hit


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
    app.jinja_env.filters["passages"] = passages
