"""The pages: the start, the results of a search, an article."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from search.passages import passages
from web.parameters import read_arguments
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
    return render_template("results.html", asked=asked, page=page)


@pages.get("/articles/<article_id:article_id>")
def article_page(article_id: str) -> str:
    """One article with its paragraphs as anchors, and what the query matches marked."""
    asked = read_arguments(request.args)
    view = current_searcher().article(article_id, asked.query, asked.options)
    matching = [each.number for each in view.paragraphs if each.spans]
    return render_template(
        "article.html", asked=asked, view=view, matching=matching, jumps=matching[:_JUMPS]
    )


def register(app: Flask) -> None:
    """Add the pages to the application."""
    app.register_blueprint(pages)
    app.jinja_env.filters["passages"] = passages
