"""Admission: so many searches at once, some that wait a moment, and the rest come again later.

A search is mostly arithmetic, so that more of them at once than there are cores only make all
of them slower. Who would have to wait for long is told so at once, and the server stays quick.
Whoever is in has so many seconds for all that is to be found for one answer. A search that takes
longer than most gives its place to others. Another process answers it (``web.background``), or it
goes on beside them in a lane (``web.lanes``): so a few that take long keep nobody waiting but each
other.

A program that would be refused is, before the application looks at its request at all: under
three times the load that can be answered, most of what is done is to refuse.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask, Response, current_app, g, request

from search.deadline import pausing, time_limit
from web.background import Background
from web.gate import WAITING, Answered, Gate, Overloaded
from web.lanes import Lanes

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE = 2  # searches, a core
SECONDS = 1.4
"""How long it may take to find all that an answer tells: a page asks several questions."""
LONG = 0.15
"""Seconds of work after which a search gives its place to others; few have more."""

FREE = {None, "static", "api.health", "api.tell_info", "api.describe"}
"""Endpoints that ask nothing of the archive, and are never made to wait."""
_FREE_PATHS = ("/api/info", "/api/openapi.json")
"""Those under /api."""


class Visit:
    """One request behind the gate: in its place, aside, or gone. For one thread."""

    def __init__(self, gate: Gate, environ: WSGIEnvironment | None = None) -> None:
        """Come in, as soon as there is room. Raises Overloaded.

        Args:
            gate: to come in by.
            environ: of the request, if another process may answer it.
        """
        gate.enter()
        self._gate = gate
        self._environ = environ
        self._since = time.monotonic()
        self._end = self._since + SECONDS
        self._has_place = True
        self._lane: int | None = None
        self._limits = contextlib.ExitStack()
        self._limits.enter_context(time_limit(SECONDS))
        self._limits.enter_context(pausing(LONG, self.step_aside))

    def step_aside(self, left: float) -> None:
        """Let another one have the place, and go on beside; wait for that so many seconds.

        Raises Answered if another process has answered instead.
        """
        self._leave_place()
        soon = time.monotonic() + left
        # What has been allowed more time is no answer like others, and is sent bit by bit.
        if self._environ is not None and soon < self._end + SECONDS:
            self._gate.hand_over(self._environ, soon, self._end)
        self._lane = self._gate.step_aside(soon - time.monotonic())

    def _leave_place(self) -> None:
        if self._has_place:
            self._has_place = False
            self._gate.leave(time.monotonic() - self._since)

    def leave(self) -> None:
        """Go, and let others in."""
        self._limits.close()
        self._leave_place()
        if self._lane is not None:
            self._gate.finish(self._lane)
            self._lane = None


class Refusal(NamedTuple):
    """What a program is told that is refused."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Doorkeeper:
    """The application, and who turns programs away before it where the gate would."""

    def __init__(self, app: Flask, gate: Gate) -> None:
        """Stand before an application."""
        self._app = app
        self._inner: WSGIApplication = app.wsgi_app
        self._gate = gate

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Refuse a request, or hand it on."""
        path = environ["PATH_INFO"]
        if not path.startswith("/api/") or path in _FREE_PATHS or not self._gate.refuses():
            return self._inner(environ, start_response)
        start_response(self._refusal.status, self._refusal.headers.copy())
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else self._refusal.body]

    @cached_property
    def _refusal(self) -> Refusal:
        """The answer that the application gives, made once."""
        with self._app.test_request_context("/api/search"):
            answer = self._app.make_response(self._app.handle_user_exception(Overloaded()))
            answer = self._app.process_response(answer)
            headers = answer.get_wsgi_headers(request.environ).to_wsgi_list()
            return Refusal(answer.status, headers, answer.get_data())


def register(
    app: Flask, processes: int, lanes: Lanes | None, background: Background | None
) -> None:
    """Let all that ask the archive through a gate, which all processes share by equal parts."""
    cores = os.cpu_count() or 1
    places, waiting = max(1, AT_ONCE * cores // processes), max(1, WAITING // processes)
    gate = Gate(places, waiting, lanes=lanes, background=background)
    app.extensions["nutgraf.gate"] = gate
    app.wsgi_app = Doorkeeper(app, gate)  # type: ignore[method-assign]
    app.register_error_handler(Answered, _pass_on)
    app.before_request(_enter)
    app.after_request(_leave_with)
    app.teardown_request(_leave)


def _enter() -> None:
    if request.endpoint not in FREE:
        has_body = request.method not in ("GET", "HEAD")
        environ = None if has_body else request.environ
        g.visit = Visit(current_app.extensions["nutgraf.gate"], environ)


def _pass_on(answered: Answered) -> Response:
    """What another process has answered."""
    status, headers, body = answered.told
    return Response(body, status, headers)


def _leave_with(response: Response) -> Response:
    """The answer is made; to send it needs no room."""
    _leave()
    return response


def _leave(_: BaseException | None = None) -> None:
    visit = g.pop("visit", None)
    if visit is not None:
        visit.leave()
