"""Admission: so many searches at once, some that wait a moment, and the rest come again later.

A search is mostly arithmetic, so that more of them at once than there are cores only make all
of them slower. Who would have to wait for long is told so at once, and the server stays quick.
Whoever is in has so many seconds for all that is to be found for one answer.
"""

from __future__ import annotations

import os
import threading
import time

from flask import Flask, Response, current_app, g, request

from search.deadline import time_limit
from search.errors import NutgrafError

AT_ONCE = 2  # searches, a core
WAITING = 64
PATIENCE = 2.0  # seconds that a search waits for its turn
SECONDS = 1.4
"""How long it may take to find all that an answer tells: a page asks several questions."""
_NEWEST = 0.1  # what the last search weighs in how long they take

FREE = {None, "static", "api.health", "api.tell_info", "api.describe"}
"""Endpoints that ask nothing of the archive, and are never made to wait."""


class Overloaded(NutgrafError):
    """There are too many searches at once."""

    code = "overloaded"

    def __init__(self) -> None:
        super().__init__("There are too many searches at once; try again in a second")


class Gate:
    """Lets so many in at once. Safe to share between threads, for which it is made."""

    def __init__(self, at_once: int, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        """Open the gate.

        Args:
            at_once: how many are in.
            waiting: how many may wait.
            patience: seconds that each of them may.
        """
        self._room = threading.Semaphore(at_once)
        self._queue = threading.Semaphore(waiting)
        self._patience = patience
        self._at_once = at_once
        self._waiting = 0
        self._lock = threading.Lock()
        self._taken = 0.0  # seconds that somebody was in lately; threads may lose one of them

    def enter(self) -> None:
        """Come in, as soon as there is room.

        Raises Overloaded: at once, where too many wait or it would probably take too long.
        """
        if self._room.acquire(blocking=False):
            return
        if (self._waiting + 1) * self._taken / self._at_once > self._patience:
            raise Overloaded
        if not self._queue.acquire(blocking=False):
            raise Overloaded
        with self._lock:
            self._waiting += 1
        try:
            if not self._room.acquire(timeout=self._patience):
                raise Overloaded
        finally:
            with self._lock:
                self._waiting -= 1
            self._queue.release()

    def leave(self, taken: float = 0.0) -> None:
        """Make room for the next; in so many seconds."""
        self._taken += (taken - self._taken) * _NEWEST
        self._room.release()


def register(app: Flask, processes: int) -> None:
    """Let all that ask the archive through a gate, which all processes share by equal parts."""
    cores = os.cpu_count() or 1
    app.extensions["nutgraf.gate"] = Gate(
        max(1, AT_ONCE * cores // processes), max(1, WAITING // processes)
    )
    app.before_request(_enter)
    app.after_request(_leave_with)
    app.teardown_request(_leave)


def _enter() -> None:
    if request.endpoint not in FREE:
        current_app.extensions["nutgraf.gate"].enter()
        g.admitted = time.monotonic()
        g.limit = time_limit(SECONDS)
        g.limit.__enter__()


def _leave_with(response: Response) -> Response:
    """The answer is made; to send it needs no room."""
    _leave()
    return response


def _leave(_: BaseException | None = None) -> None:
    admitted = g.pop("admitted", None)
    if admitted is not None:
        g.pop("limit").__exit__(None, None, None)
        current_app.extensions["nutgraf.gate"].leave(time.monotonic() - admitted)
