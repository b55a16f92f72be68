"""Errors -> one clear sentence: a page for people, one JSON shape for programs."""

from __future__ import annotations

import logging
import os
import secrets

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestTimeout

from search.contract import error_as_dict
from search.deadline import TimedOut
from search.errors import (
    ArticleNotFound,
    CursorExpired,
    IndexLocked,
    IndexNotFound,
    NutgrafError,
    QueryError,
    StoreError,
)
from search.live import LiveSearcher
from web.access import Unauthorized, WritingIsOff
from web.admission import SECONDS
from web.background import Interrupted
from web.gate import Overloaded
from web.parameters import Asked
from web.rates import TooMany
from web.writing import WrongType

logger = logging.getLogger("nutgraf.web")

_STATUS: tuple[tuple[type[NutgrafError], int], ...] = (
    (QueryError, 400),
    (Unauthorized, 401),
    (WritingIsOff, 403),
    (ArticleNotFound, 404),
    (CursorExpired, 410),
    (WrongType, 415),
    (IndexLocked, 423),
    (TooMany, 429),
    (StoreError, 503),
    (Overloaded, 503),
    (Interrupted, 503),
)
_HEADERS = {
    Unauthorized: ("WWW-Authenticate", "Bearer"),
    IndexLocked: ("Retry-After", "1"),
    Overloaded: ("Retry-After", "1"),
    Interrupted: ("Retry-After", "1"),
}
_OF_PROGRAMS = ("/api", "/healthz", "/feed.json", "/feed.atom")
"""What else is no page."""
_HEADINGS = {
    400: "That cannot be searched for",
    404: "Not found",
    405: "Not possible",
    410: "Begin again",
    413: "Too large",
    414: "Too long",
    429: "Too often",
    431: "Too large",
    500: "Something went wrong",
    503: "The archive is not open",
}


class _HttpError(NutgrafError):
    """An error of HTTP itself, in the shape of ours."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def register(app: Flask) -> None:
    """Answer every error ourselves."""
    app.register_error_handler(NutgrafError, _answer_ours)
    app.register_error_handler(TimedOut, _answer_too_slow)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_ours(error: NutgrafError) -> Response:
    statuses = [status for kind, status in _STATUS if isinstance(error, kind)]
    shown = _without_folder(error) if isinstance(error, StoreError) else error
    response = _answer(shown, statuses[0] if statuses else 400)
    for kind, (name, value) in _HEADERS.items():
        if isinstance(error, kind):
            response.headers[name] = value
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.wait)
    return response


def _answer_too_slow(_: TimedOut) -> Response:
    sentence = f"The answer takes longer than {SECONDS:g} s; ask for fewer words, or rarer ones"
    return _answer(QueryError(sentence, "too_slow"), 400)


def _without_folder(error: StoreError) -> NutgrafError:
    """The same error for who need not know where the index lies; the log tells all of it."""
    logger.error("%s", error)
    if isinstance(error, IndexNotFound):
        sentence = "There is no index to search yet; it is made with: nutgraf index PATH"
    elif isinstance(error, IndexLocked):
        sentence = "Another process is writing to the index; try again when it has ended"
    else:
        live: LiveSearcher = current_app.extensions["nutgraf"]
        folder = str(live.path)
        sentence = str(error).replace(folder + os.sep, "").replace(folder, "the index")
        sentence = sentence[:1].upper() + sentence[1:]
    return _HttpError(error.code, sentence)


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    response = _answer(_in_our_words(error), status)
    if isinstance(error, RequestTimeout):
        response.headers["Connection"] = "close"  # the rest of it is not waited for
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _answer_unexpected(error: Exception) -> Response:
    """Say nothing of what is inside, only a number under which the log tells it."""
    number = secrets.token_hex(4)
    logger.error("error %s at %r", number, request.full_path[:200], exc_info=error)
    sentence = f"The fault is ours, not yours; if you report it, name the number {number}"
    return _answer(_HttpError("internal_error", sentence), 500)


def _in_our_words(error: HTTPException) -> _HttpError:
    path = request.path if len(request.path) <= 100 else request.path[:100] + "…"
    sentences = {
        404: ("not_found", f"There is nothing at {path}"),
        405: ("method_not_allowed", f"{request.method} is not possible here; {_usable(error)}"),
        408: ("too_slow", "What is sent does not come; after 10 s nobody waits for it any more"),
        413: ("too_large", "The request is too large; at most 16 kB are read, of articles 16 MB"),
        414: ("too_long", "The address is too long; at most 8,190 bytes are read"),
        431: ("too_large", "The headers are too large; at most 100 of 8,190 bytes are read"),
    }
    fallback = ("bad_request", "The request cannot be understood")
    return _HttpError(*sentences.get(error.code or 500, fallback))


def _usable(error: HTTPException) -> str:
    """Which methods to use instead."""
    valid = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    methods = sorted({*(valid or ())} - {"HEAD", "OPTIONS"}) or ["GET"]
    return "use " + " or ".join(part for part in (", ".join(methods[:-1]), methods[-1]) if part)


def _answer(error: NutgrafError, status: int) -> Response:
    """The same sentence as JSON to programs, as a page to people."""
    if request.path.startswith("/api/") or request.path in _OF_PROGRAMS:
        return make_response(jsonify(error_as_dict(error)), status)
    heading = _HEADINGS.get(status, _HEADINGS[400])
    asked = Asked(request.args.get("q", ""))
    page = render_template("error.html", error=error, heading=heading, asked=asked, status=status)
    return make_response(page, status)
