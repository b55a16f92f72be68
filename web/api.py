"""The JSON API: the same answers as the pages, for programs; and whether we are well."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify, request

from search.contract import article_as_dict, page_as_dict
from search.errors import QueryError
from web.parameters import read_arguments, refuse_unknown
from web.summary import current_info, current_searcher

api = Blueprint("api", __name__)


@api.get("/api/search")
def find_paragraphs() -> Response:
    """A page of results."""
    refuse_unknown(request.args)
    asked = read_arguments(request.args)
    if not asked.query.strip():
        raise QueryError("The query is empty; ask with /api/search?q=words", "empty_query")
    return jsonify(page_as_dict(current_searcher().search(asked.query, asked.options)))


@api.get("/api/articles/<article_id:article_id>")
def show_article(article_id: str) -> Response:
    """One article, whole, with what a query matches in it."""
    refuse_unknown(request.args, ("q", "match", "strict", "tz"))
    asked = read_arguments(request.args)
    view = current_searcher().article(article_id, asked.query, asked.options)
    return jsonify(article_as_dict(view))


@api.get("/healthz")
def health() -> Response:
    """Whether the index can be read."""
    info = current_info()
    return jsonify(status="ok", articles=info.articles, paragraphs=info.paragraphs)


def register(app: Flask) -> None:
    """Add the API to the application."""
    app.register_blueprint(api)
