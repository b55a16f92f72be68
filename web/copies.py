"""The page of the copies of a paragraph: who else has it, since when, and how they differ."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template, request

from search.wording import told_changes, told_copies, told_copies_briefly
from web.parameters import read_arguments, read_one
from web.summary import current_searcher

_ON_A_PAGE = 50

copies = Blueprint("copies", __name__)


@copies.get("/families/<article_id:article_id>/<paragraph:number>")
def family_page(article_id: str, number: int) -> str:
    """The copies of a paragraph in the order of time, each compared with the first or another."""
    asked = read_arguments(request.args)
    part, against = (read_one(request.args, name) for name in ("part", "against"))
    searcher, page = current_searcher(), (_ON_A_PAGE, part)
    view = searcher.family(article_id, number, page, against, asked.query, asked.options)
    return render_template("family.html", asked=asked, view=view, size=_ON_A_PAGE)


def register(app: Flask) -> None:
    """Add the page to the application."""
    app.register_blueprint(copies)
    for each in (told_changes, told_copies, told_copies_briefly):
        app.jinja_env.filters[each.__name__] = each
