"""How much a request may bring: these pages only answer questions, so a body has no use."""

from __future__ import annotations

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

MAX_BODY = 16 * 1024


def register(app: Flask) -> None:
    """Refuse large bodies before anything else is done."""
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.before_request(_refuse_large_body)


def _refuse_large_body() -> None:
    """Flask checks the limit when a body is read; we read none, so we check what is announced."""
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        raise RequestEntityTooLarge
