"""The pages: the start, the results of a search, an article."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from search.results import Page
from web.parameters import MAX_DEPTH, read_arguments
from web.passages import shown_paragraphs
from web.summary import current_info, current_searcher

_JUMPS = 40  # links to marked paragraphs beside an article

pages = Blueprint("pages", __name__)


@pages.get("/")
def search_page() -> str:
    """The box, and what it found; without a query, what there is to find."""
    asked = read_arguments(request.args)
    if not asked.query.strip():
        return render_template("start.html", asked=asked, info=current_info())
    page = current_searcher().search(asked.query, asked.options)
    return render_template("results.html", asked=asked, page=page, next_page=_next_page(page))


@pages.get("/articles/<article_id:article_id>")
def article_page(article_id: str) -> str:
    """One article with its paragraphs as anchors, and what the query matches marked."""
    asked = read_arguments(request.args)
    view = current_searcher().article(article_id, asked.query, asked.options.strict)
    matching = [each.number for each in view.paragraphs if each.spans]
    return render_template(
        "article.html", asked=asked, view=view, matching=matching, jumps=matching[:_JUMPS]
    )


def _next_page(page: Page) -> int | None:
    """The number of the next page; None at the end, and where paging ends."""
    number = page.options.number + 1
    reachable = number * page.options.size <= MAX_DEPTH
    return number if number <= page.pages and reachable else None


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
    app.jinja_env.filters["shown_paragraphs"] = shown_paragraphs
