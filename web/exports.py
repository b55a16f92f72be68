"""Downloads of all that matches: streamed, few at once, so that searches stay quick.

An export takes as long as its reader. So it has no place among the searches while it is sent; there
are places for exports, one or two a process, and who finds none is told to come again. A reader who
takes nothing for half a minute may lose the place to the next.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from flask import Blueprint, Flask, Response, current_app, request

from search.deadline import another_limit
from search.errors import NutgrafError
from search.export import CONTENT_TYPES, export
from search.matched import Matched
from web import operations
from web.api import asked_for
from web.gate import Overloaded
from web.parameters import Asked, read_one
from web.summary import current_searcher

AT_ONCE = 1  # exports, a process
SECONDS = 10.0
"""How long it may take to find what is exported; to read and send it may take any time."""
STALLED = 30.0  # seconds without a step, after which another export may have the place

_NAME = 60  # characters of a file name that are of the query

exports = Blueprint("exports", __name__)
logger = logging.getLogger("nutgraf.web")

Streamed = TypeVar("Streamed")


class TooManyExports(Overloaded):
    """All places for exports are taken."""

    def __init__(self) -> None:
        NutgrafError.__init__(
            self, "There are too many exports at once; try again when another has ended"
        )


class LostPlace(NutgrafError):
    """An export has stood still for so long that another one got its place."""

    code = "lost_place"

    def __init__(self) -> None:
        super().__init__("it stood still for too long, and another one got its place; begin again")


class Places:
    """Places for exports. Safe to share between threads.

    A place is a number, which is no longer among those taken when another export has got it.
    """

    def __init__(self, at_once: int = AT_ONCE, stalled: float = STALLED) -> None:
        self._lock = threading.Lock()
        self._at_once = at_once
        self._stalled = stalled
        self._last = 0
        self._taken: dict[int, float] = {}

    def take(self) -> int:
        """Take a place. Raises TooManyExports."""
        with self._lock:
            if len(self._taken) >= self._at_once:
                idle = min(self._taken, key=self._taken.__getitem__)
                if time.monotonic() - self._taken[idle] < self._stalled:
                    raise TooManyExports
                del self._taken[idle]
            self._last += 1
            self._taken[self._last] = time.monotonic()
            return self._last

    def step(self, place: int) -> None:
        """Go on with an export. Raises LostPlace."""
        with self._lock:
            if place not in self._taken:
                raise LostPlace
            self._taken[place] = time.monotonic()

    def leave(self, place: int) -> None:
        """Make room for the next."""
        with self._lock:
            self._taken.pop(place, None)


@exports.get("/api/export")
def take_all() -> Response:
    """All paragraphs that match, as a file."""
    operations.EXPORT.check(request.args)
    asked = asked_for("/api/export?q=words")
    form = read_one(request.args, "type")

    def work_out(go_on: Callable[[], None]) -> tuple[Matched, Iterator[str]]:
        options = asked.options._replace(seconds=SECONDS)
        matched = current_searcher().matched(asked.query, options)
        server = request.host_url.rstrip("/")
        return matched, export(matched, form, server, go_on)

    response, matched = streamed(work_out, CONTENT_TYPES[form])
    _describe(response, asked, matched, form)
    return response


def streamed(
    work_out: Callable[[Callable[[], None]], tuple[Streamed, Iterator[str]]], content_type: str
) -> tuple[Response, Streamed]:
    """Send a text while it is made, at one of the places for exports.

    Args:
        work_out: gives what there is to say of it, and its chunks; it is handed what it calls
            now and then, to keep its place.
        content_type: of the text.

    Raises TooManyExports.
    """
    places: Places = current_app.extensions["nutgraf.exports"]
    place = places.take()
    leave = partial(places.leave, place)
    try:
        with another_limit(SECONDS):
            said, chunks = work_out(lambda: places.step(place))
        response = Response(_sent(chunks, leave), content_type=f"{content_type}; charset=utf-8")
    except BaseException:
        leave()
        raise
    response.call_on_close(leave)  # of who goes away before the first row
    response.headers["Cache-Control"] = "no-store"
    return response, said


def _sent(chunks: Iterator[str], leave: Callable[[], None]) -> Iterator[bytes]:
    """The chunks of an export. If it fails half-way, its last row said so; so does the log."""
    try:
        for chunk in chunks:
            yield chunk.encode()
    except NutgrafError as error:
        logger.error("an export is not complete: %s", error)
    finally:
        leave()


def _describe(response: Response, asked: Asked, matched: Matched, form: str) -> None:
    """Say what the file is called, and how much is in it if it is whole."""
    response.headers.set("Content-Disposition", "attachment", filename=file_name(asked.query, form))
    response.headers["X-Total-Count"] = str(len(matched.docs))


def file_name(query: str, ending: str) -> str:
    """A name of a file that says what was asked, and is one on every system.

    >>> file_name('"cost overrun" -title:Café', "csv")
    'nutgraf-cost-overrun-title-Cafe.csv'
    >>> file_name("../港", "csv")
    'nutgraf.csv'
    """
    plain = unicodedata.normalize("NFKD", query).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain)
    return "-".join(["nutgraf", *words])[:_NAME].rstrip("-") + f".{ending}"


def register(app: Flask) -> None:
    """Add the downloads to the application."""
    app.extensions["nutgraf.exports"] = Places()
    app.register_blueprint(exports)
