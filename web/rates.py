"""Rates: how many searches and writes a minute one client may make, over all processes.

Each client has a moment until which its requests are paid for, and every request moves it on by
its share of a minute; who is more than a minute ahead has to wait. (That is the generic cell rate
algorithm.) The moments are in memory that all processes share, in a table of fixed size: a place
is found by a keyed hash of the address, so that no number of addresses fills the memory, and
nobody can choose one to share a place with somebody else.
"""

from __future__ import annotations

import ipaddress
import math
import mmap
import multiprocessing
import secrets
import time
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from flask import Flask, current_app, request

from search.errors import NutgrafError
from web.admission import FREE

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_CLIENTS = 1 << 16  # places in the table; of so many clients, few share one
_WINDOW = 60.0  # seconds
_NETWORK = 64  # bits of an IPv6 address that name a client: it has all of the others itself
_WRITING = ("PUT", "POST", "DELETE", "PATCH")


class TooMany(NutgrafError):
    """A client asks too often. ``wait`` is in how many seconds it may ask again."""

    code = "too_many_requests"

    def __init__(self, most: int, what: str, wait: int) -> None:
        seconds = "a second" if wait == 1 else f"{wait} seconds"
        super().__init__(f"At most {most} {what} a minute are answered; try again in {seconds}")
        self.wait = wait


class Rates(NamedTuple):
    """What one client may do in a minute.

    Attributes:
        searches: or None, where there is no limit.
        writes: or None.
        proxies: how many of our own stand before the server, whose word on where a request
            comes from is taken; what comes from farther away may be forged.
    """

    searches: int | None = None
    writes: int | None = None
    proxies: int = 0


class Limiter:
    """Counts what clients do. For all processes that are forked behind it, and their threads."""

    def __init__(self, rates: Rates) -> None:
        """Begin, with memory that forked processes share."""
        self._rates = rates
        self._key = secrets.token_bytes(16)
        self._lock = multiprocessing.Lock()
        # Searches, and then writes: until when each is paid for, by time.monotonic.
        self._paid_until = memoryview(mmap.mmap(-1, 2 * _CLIENTS * 8)).cast("d")

    def check(self, environ: WSGIEnvironment, now: float) -> None:
        """Count a request. Raises TooMany where it is one too many."""
        writes = environ["REQUEST_METHOD"] in _WRITING
        most = self._rates.writes if writes else self._rates.searches
        if most is not None:
            wait = self._wait(client_of(environ, self._rates.proxies), most, now, writes=writes)
            if wait > 0:
                raise TooMany(most, "writes" if writes else "searches", math.ceil(wait))

    def _wait(self, client: str, most: int, now: float, *, writes: bool) -> float:
        """Count a request of a client; or in how many seconds it may come again."""
        digest = blake2b(client.encode(), digest_size=8, key=self._key).digest()
        place = int.from_bytes(digest, "big") % _CLIENTS + _CLIENTS * writes
        step = _WINDOW / most
        with self._lock:
            paid_until = max(self._paid_until[place], now) + step
            wait = paid_until - _WINDOW - now
            if wait <= step / 1000:  # what is left by rounding is not waited for
                self._paid_until[place] = paid_until
                return 0.0
        return wait


def client_of(environ: WSGIEnvironment, proxies: int) -> str:
    """Who asks: the address that the farthest of our own proxies saw, or the nearest one at all.

    Args:
        environ: of the request.
        proxies: how many of our own are before us. Each puts the address that it saw at the end
            of X-Forwarded-For, so that many are counted from there.
    """
    seen = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
    remote = environ.get("REMOTE_ADDR", "")
    told = seen[-proxies].strip() if 0 < proxies <= len(seen) else ""
    try:
        address = ipaddress.ip_address(told or remote)
    except ValueError:  # a socket, or what is no address: all who have the same are one client
        return told or remote
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, _NETWORK), strict=False))
    return str(address)


def register(app: Flask, limiter: Limiter | None) -> None:
    """Refuse what is too much of one client, before it waits for anything."""
    app.extensions["nutgraf.limiter"] = limiter
    if limiter is not None:
        app.before_request(_check)


def check(limiter: Limiter | None, environ: WSGIEnvironment) -> None:
    """Count a request, where there is a limit. Raises TooMany where it is one too many."""
    if limiter is not None:
        limiter.check(environ, time.monotonic())  # one clock for all processes of a machine


def _check() -> None:
    if request.endpoint not in FREE:
        check(current_app.extensions["nutgraf.limiter"], request.environ)
