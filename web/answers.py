"""Answers as JSON or CSV, remembered as they were sent: the same question to the same commit.

What one process has worked out, all remember (``web.memory``). It is sent before Flask is asked
at all, and waits at no gate: there is nothing to be worked out. Whatever else has to be said of a
request, Flask says.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, request

from search.errors import StoreError
from search.live import LiveSearcher
from search.searcher import Searcher
from web.headers import SECURITY_HEADERS
from web.limits import has_large_head
from web.memory import Answer, Memory
from web.rates import TooMany, check
from web.summary import current_searcher

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"
_QUARTER = 900  # seconds
_HASTY = 10.0  # seconds for which an answer is kept whose advice is not whole
_NO_BODY = {None, "", "0"}  # lengths of requests
_SECURITY = tuple(SECURITY_HEADERS.items())


def as_json(answer: Any, status: int = 200) -> Response:
    """An answer in the order of the contract, and with its letters readable."""
    return Response(_encode(answer) + b"\n", status, content_type=JSON)


def remembered(work_out: Callable[[Searcher], Any]) -> Response:
    """The answer to this request, worked out if the same was not asked lately.

    What is worked out is sent as JSON, or, if it is a text, as a table in CSV.

    The same is what has the same address, to the letter, the same commit, and the same day in
    every time zone: days begin and end at quarters of an hour. A search that was stopped, because
    there was no time, is not remembered, and one whose advice was, for some seconds: a server
    that has no time gains none by doing the same again.
    """
    memory: Memory = current_app.extensions["nutgraf.answers"]
    searcher = current_searcher()
    question = _question(searcher, request.environ)
    known = memory.get(question)
    if known is None:
        answer = work_out(searcher)
        known = _as_sent(answer)
        if isinstance(answer, str) or not answer.get("timed_out"):
            memory.put(question, known)
    return Response(known.body, 200, content_type=known.kind)


class AtOnce:
    """A WSGI application before another one: it sends what is remembered."""

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        """Stand before the WSGI application of an app."""
        self._app = app
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        known = self._find(environ)
        if known is None:
            return self._behind(environ, start_response)
        size = str(len(known.body))
        headers = [("Content-Type", known.kind), ("Content-Length", size), *_SECURITY]
        start_response("200 OK", headers)
        return [known.body]

    def _find(self, environ: WSGIEnvironment) -> Answer | None:
        """What is remembered for a request, and may be sent: GET, without a body, paid for."""
        if environ["REQUEST_METHOD"] != "GET" or not environ["PATH_INFO"].startswith("/api/"):
            return None
        if environ.get("CONTENT_LENGTH") not in _NO_BODY or "HTTP_TRANSFER_ENCODING" in environ:
            return None
        extensions = self._app.extensions
        live: LiveSearcher = extensions["nutgraf"]
        memory: Memory = extensions["nutgraf.answers"]
        try:
            known = memory.get(_question(live.searcher(), environ))
            if known is None or has_large_head(environ):
                return None
            check(extensions["nutgraf.limiter"], environ)
        except (StoreError, TooMany):  # Flask meets the same, and says so
            return None
        return known


def register(app: Flask, memory: Memory | None) -> None:
    """Remember answers; without a memory that processes share, in one of its own."""
    app.extensions["nutgraf.answers"] = memory or Memory()
    app.wsgi_app = AtOnce(app, app.wsgi_app)  # type: ignore[method-assign]


def _question(searcher: Searcher, environ: WSGIEnvironment) -> bytes:
    """What requests have in common that have the same answer, and no others.

    The generation is that of the state which was opened. It is not always that of the last
    commit, which may be damaged, and be whole again when another process opens it.
    """
    quarter = int(time.time()) // _QUARTER
    path, query = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
    return f"{searcher.commit} {searcher.generation} {quarter} {path!r} {query!r}".encode()


def _as_sent(answer: dict[str, Any] | str) -> Answer:
    """An answer as it will be sent."""
    if isinstance(answer, str):
        return Answer(answer.encode(), CSV, math.inf)
    advice = answer.get("advice") or {}
    is_whole = advice.get("complete", True)
    until = math.inf if is_whole else time.monotonic() + _HASTY
    return Answer(_encode(answer) + b"\n", JSON, until)


def _encode(answer: Any) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
