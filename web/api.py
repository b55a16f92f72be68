"""The JSON API: the same answers as the pages, for programs; and whether we are well.

What it takes and gives is in two tables, web.operations and web.parameters, and in web.schemas.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from flask import Blueprint, Flask, Response, current_app, jsonify, request

from search.citing.contract import verdict_as_dict
from search.contract import (
    article_as_dict,
    completions_as_dict,
    context_as_dict,
    info_as_dict,
    neighbours_as_dict,
    page_as_dict,
)
from search.errors import QueryError
from search.family_contract import family_as_dict
from search.query.limits import check_length
from search.searcher import Searcher
from search.timeline import count_by_date
from search.timeline_contract import timeline_as_csv, timeline_as_dict
from web import operations
from web.answers import JSON, as_json, remembered
from web.citing import verdict_of_link
from web.openapi import description
from web.parameters import Asked, read_arguments, read_one
from web.summary import current_info, current_searcher

Json = dict[str, Any]

api = Blueprint("api", __name__)


@api.get("/api/search")
def find_paragraphs() -> Response:
    """A page of results."""

    def answer(searcher: Searcher) -> Json:
        operations.SEARCH.check(request.args)
        asked = asked_for("/api/search?q=words")
        return page_as_dict(searcher.search(asked.query, asked.options))

    return remembered(answer)


@api.get("/api/suggest")
def complete() -> Response:
    """What a query may go on with."""

    def answer(searcher: Searcher) -> Json:
        operations.SUGGEST.check(request.args)
        text, most = request.args.get("q", ""), read_one(request.args, "most")
        check_length(text)
        return completions_as_dict(searcher.complete(text, most))

    return remembered(answer)


@api.get("/api/neighbours")
def find_neighbours() -> Response:
    """The hits before and after one."""

    def answer(searcher: Searcher) -> Json:
        operations.NEIGHBOURS.check(request.args)
        asked = asked_for("/api/neighbours?q=words&id=article&paragraph=1")
        article_id = request.args.get("id", "")
        if not article_id:
            raise QueryError("The hit is not named; ask with &id=article&paragraph=1", "bad_option")
        number = read_one(request.args, "paragraph")
        return neighbours_as_dict(
            searcher.neighbours(asked.query, asked.options, article_id, number)
        )

    return remembered(answer)


@api.get("/api/timeline")
def count_periods() -> Response:
    """How much of what matches was published when."""

    def answer(searcher: Searcher) -> Json | str:
        operations.TIMELINE.check(request.args)
        asked = asked_for("/api/timeline?q=words")
        form = read_one(request.args, "format")
        matched = searcher.matched(asked.query, asked.options).counting(asked.copies)
        timeline = count_by_date(matched, asked.by)
        as_form = timeline_as_csv if form == "csv" else timeline_as_dict
        return as_form(timeline, asked.per)

    return remembered(answer)


@api.get("/api/info")
def tell_info() -> Response:
    """What is in the archive."""
    operations.INFO.check(request.args)
    told = info_as_dict(current_info())
    del told["path"]  # which is no one's concern but the server's
    writable = current_app.extensions["nutgraf.token"] is not None
    return as_json({**told, "version": version("nutgraf"), "writable": writable})


@api.get("/api/articles/<article_id:article_id>")
def show_article(article_id: str) -> Response:
    """One article, whole, with what a query matches in it."""
    operations.ARTICLE.check(request.args)
    asked = read_arguments(request.args)
    searcher = current_searcher()
    view = searcher.article(article_id, asked.query, asked.options)
    verdict = verdict_of_link(searcher, article_id)
    cited = {"cited": verdict_as_dict(verdict)} if verdict else {}
    return as_json(article_as_dict(view) | cited)


_CONTEXT = "/api/articles/<article_id:article_id>/paragraphs/<paragraph:number>"


@api.get(_CONTEXT, provide_automatic_options=False)
def read_around(article_id: str, number: int) -> Response:
    """A paragraph and those around it."""
    searcher = current_searcher()
    whole = f"{article_id}/paragraphs/{number}"
    if not searcher.has_article(article_id) and searcher.has_article(whole):
        return show_article(whole)  # ids may hold slashes
    operations.CONTEXT.check(request.args)
    asked = read_arguments(request.args)
    around = read_one(request.args, "before"), read_one(request.args, "after")
    view = searcher.context(article_id, number, around, asked.query, asked.options)
    return as_json(context_as_dict(view))


@api.get(f"{_CONTEXT}/copies", provide_automatic_options=False)
def show_copies(article_id: str, number: int) -> Response:
    """The copies of a paragraph."""
    searcher = current_searcher()
    whole = f"{article_id}/paragraphs/{number}/copies"
    if not searcher.has_article(article_id) and searcher.has_article(whole):
        return show_article(whole)  # ids may hold slashes
    operations.COPIES.check(request.args)
    page = read_one(request.args, "n"), read_one(request.args, "page")
    against = read_one(request.args, "against")
    return as_json(family_as_dict(searcher.family(article_id, number, page, against)))


@api.route(f"{_CONTEXT}/copies", methods=["OPTIONS"])
@api.route(_CONTEXT, methods=["OPTIONS"])
def tell_methods(article_id: str, number: int) -> Response:
    """What can be done with a paragraph; Flask would count what can be done with articles."""
    return Response(headers={"Allow": "GET, HEAD, OPTIONS"}, content_type=JSON)


@api.get("/api/openapi.json")
def describe() -> Response:
    """This API, by OpenAPI."""
    operations.DESCRIPTION.check(request.args)
    return as_json(description())


@api.get("/healthz")
def health() -> Response:
    """Whether the index can be read."""
    info = current_info()
    return jsonify(status="ok", articles=info.articles, paragraphs=info.paragraphs)


def register(app: Flask) -> None:
    """Add the API to the application."""
    app.register_blueprint(api)


def asked_for(example: str) -> Asked:
    """What is asked for, where there has to be a query. Raises QueryError."""
    asked = read_arguments(request.args)
    if not asked.query.strip():
        raise QueryError(f"The query is empty; ask with {example}", "empty_query")
    return asked
