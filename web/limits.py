"""How much a request may bring; what is larger is refused before anything else is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, request
from werkzeug.exceptions import (
    RequestEntityTooLarge,
    RequestHeaderFieldsTooLarge,
    RequestURITooLarge,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

MAX_BODY = 16 * 1024
MAX_WRITTEN = 16 * 1024 * 1024
"""Bytes of a body that holds articles."""
MAX_LINE = 8_190
"""Bytes of an address: a query of 512 characters, percent-encoded, has up to 6,144."""
MAX_HEADERS = 100
MAX_HEADER = 8_190


def register(app: Flask) -> None:
    """Refuse what is too large."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_WRITTEN
    app.before_request(_refuse_large_head)
    app.before_request(_refuse_large_body)


def has_large_head(environ: WSGIEnvironment) -> bool:
    """Whether the address or the headers of a request are too large."""
    return _has_large_line(environ) or _has_large_headers(environ)


def _has_large_line(environ: WSGIEnvironment) -> bool:
    return len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > MAX_LINE


def _has_large_headers(environ: WSGIEnvironment) -> bool:
    headers = [len(value) for name, value in environ.items() if name.startswith("HTTP_")]
    return len(headers) > MAX_HEADERS or max(headers, default=0) > MAX_HEADER


def _refuse_large_head() -> None:
    if _has_large_line(request.environ):
        raise RequestURITooLarge
    if _has_large_headers(request.environ):
        raise RequestHeaderFieldsTooLarge


def _refuse_large_body() -> None:
    """Flask checks the limit when a body is read; most read none, so what is announced counts."""
    writes = request.method in ("PUT", "POST") and request.endpoint is not None
    limit = MAX_WRITTEN if writes else MAX_BODY
    if (request.content_length or 0) > limit:
        raise RequestEntityTooLarge
