"""Writing: articles in and out over HTTP, for who has the token; durable before it is answered.

The only module of the page that reaches the index past search. The next request, to any process,
finds what was written: each looks for the last commit before it searches.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from werkzeug.exceptions import MethodNotAllowed

from index.receiving import Received, put_article, receive, remove_article
from index.store import Store
from search.errors import ArticleNotFound, IndexNotFound, NutgrafError
from search.header_contract import article_link
from search.live import LiveSearcher
from web import operations
from web.access import require_token
from web.answers import as_json
from web.operations import Operation
from web.summary import current_searcher

writing = Blueprint("writing", __name__)


class WrongType(NutgrafError):
    """What was sent is of a type that is not read here."""

    code = "wrong_type"


@writing.put("/api/articles/<article_id:article_id>")
def put(article_id: str) -> Response:
    """Add an article, or replace the one of this id."""
    store = _admitted(operations.PUT)
    outcome = put_article(store, article_id, request.get_data())
    answer = {"id": article_id, "status": outcome, "link": article_link(article_id)}
    return as_json(answer, 201 if outcome == "added" else 200)


@writing.delete("/api/articles/<article_id:article_id>")
def delete(article_id: str) -> Response:
    """Remove an article."""
    store = _admitted(operations.DELETE)
    if not remove_article(store, article_id):
        raise ArticleNotFound(f"There is no article {article_id!r} in the index")
    return as_json({"id": article_id, "status": "removed"})


@writing.post("/api/articles")
def bulk() -> Response:
    """Add or replace many articles."""
    received = receive(_admitted(operations.BULK), request.get_data())
    counts: Counter[str] = Counter(each.outcome for each in received)
    kinds = ("added", "replaced", "unchanged", "failed")
    shown: dict[str, Any] = {kind: counts[kind] for kind in kinds}
    return as_json({**shown, "lines": [_line(each) for each in received]})


_PARAGRAPH = "/api/articles/<article_id:article_id>/paragraphs/<paragraph:number>"


@writing.route(f"{_PARAGRAPH}/copies", methods=["PUT", "DELETE"], defaults={"of": "/copies"})
@writing.route(_PARAGRAPH, methods=["PUT", "DELETE"], defaults={"of": ""})
def write_what_is_called_like_a_paragraph(article_id: str, number: int, of: str) -> Response:
    """Write the article whose id ends like this. A paragraph itself is written with its article."""
    whole = f"{article_id}/paragraphs/{number}{of}"
    exists = _has(whole)
    if request.method == "DELETE" and exists:
        return delete(whole)
    may_be_new = request.mimetype in operations.PUT.body and not _has(article_id)
    if request.method == "PUT" and (exists or may_be_new):
        return put(whole)
    raise MethodNotAllowed(["GET", "HEAD", "OPTIONS"])


def register(app: Flask) -> None:
    """Add writing to the application."""
    app.register_blueprint(writing)


def _has(article_id: str) -> bool:
    """Whether there is an article of that id; none where there is no index yet."""
    try:
        return current_searcher().has_article(article_id)
    except IndexNotFound:
        return False


def _admitted(operation: Operation) -> Store:
    """The index to write to, if the request may, and is what it has to be."""
    require_token()
    operation.check(request.args)
    if operation.body and request.mimetype not in operation.body:
        raise WrongType(f"Send this as {operation.body[0]}, in the header Content-Type")
    live: LiveSearcher = current_app.extensions["nutgraf"]
    return Store(live.path)


def _line(received: Received) -> dict[str, Any]:
    """What became of a line, as JSON."""
    shown: dict[str, Any] = {"line": received.line, "status": received.outcome}
    if received.article_id:
        shown["id"] = received.article_id
    if received.reason:
        shown["error"] = {"code": "bad_input", "message": received.reason}
    return shown
