"""The page of the copies of a paragraph: who else has it, since when, and how they differ."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from search.family_contract import family_link
from search.wording import told_changes, told_copies
from web.parameters import Asked, read_one
from web.summary import current_searcher

_ON_A_PAGE = 50

copies = Blueprint("copies", __name__)


@copies.get("/families/<article_id:article_id>/<paragraph:number>")
def family_page(article_id: str, number: int) -> str:
    """The copies of a paragraph in the order of time, each compared with the first."""
    page = read_one(request.args, "page")
    view = current_searcher().family(article_id, number, (_ON_A_PAGE, page))
    return render_template("family.html", asked=Asked(), view=view, first=_ON_A_PAGE * (page - 1))


def register(app: Flask) -> None:
    """Add the page to the application."""
    app.register_blueprint(copies)
    app.jinja_env.globals["family_link"] = family_link
    for each in (told_changes, told_copies):
        app.jinja_env.filters[each.__name__] = each
