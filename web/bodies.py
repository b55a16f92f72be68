"""Bodies of requests: read before a request takes a place among searches, and for so long only.

A server hands on what comes, and waits for it. A client that sends a byte a second would keep a
place for as long as it likes; one that takes long because it has much to send may go on. One that
sends nothing more at all cannot be left while it is waited for, so that only so many are.
"""

from __future__ import annotations

import io
import threading
import time
from typing import IO

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestTimeout
from werkzeug.wsgi import get_input_stream

from web.access import may_write
from web.gate import Overloaded
from web.limits import MAX_WRITTEN

PATIENCE = 10.0
"""Seconds that a client has to send a body, besides one for each RATE of it."""
RATE = 64 * 1024
"""Bytes a second that are reason enough to go on."""
AT_ONCE = 8
"""Bodies that a process reads at once of those who may write, and as many of all others."""
_MOST = 64 * 1024  # bytes that are waited for at once
_SHARE = 8  # of so many bytes that have come, one: who sends slowly is looked at often


def read_within(stream: IO[bytes], patience: float = PATIENCE) -> bytes:
    """Read a stream to its end.

    Args:
        stream: whose ``read`` waits until as much has come as it is asked for.
        patience: seconds, besides those that what has come is worth.

    Raises RequestTimeout.
    """
    body = bytearray()
    end = time.monotonic() + patience
    while piece := stream.read(max(1, min(_MOST, len(body) // _SHARE))):
        body += piece
        if time.monotonic() > end + len(body) / RATE:
            raise RequestTimeout
    return bytes(body)


def register(app: Flask) -> None:
    """Read bodies before anything waits for them."""
    app.extensions["nutgraf.bodies"] = {
        is_written: threading.BoundedSemaphore(AT_ONCE) for is_written in (True, False)
    }
    app.before_request(_receive)


def _receive() -> None:
    """Put what was sent in the place of what is being sent. Raises Overloaded."""
    if request.method not in ("PUT", "POST") or request.endpoint is None:
        return
    is_written = request.blueprint == "writing"
    if is_written and not may_write():
        return  # which is told without listening
    places: threading.BoundedSemaphore = current_app.extensions["nutgraf.bodies"][is_written]
    if not places.acquire(blocking=False):
        raise Overloaded
    try:
        stream = get_input_stream(request.environ, max_content_length=MAX_WRITTEN)
        request.environ["wsgi.input"] = io.BytesIO(read_within(stream))
    finally:
        places.release()
