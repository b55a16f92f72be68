"""The application: one Flask app over one index."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from search.live import LiveSearcher
from web import (
    access,
    addresses,
    admission,
    answers,
    api,
    bodies,
    checking,
    citing,
    concordance,
    copies,
    errors,
    exports,
    feeds,
    filters,
    headers,
    limits,
    marks,
    pages,
    rates,
    receipts,
    timeline,
    unfolding,
    wording,
    writing,
)
from web.access import Token
from web.background import Background
from web.lanes import Lanes
from web.memory import Memory
from web.rates import Limiter
from web.summary import Summary


def create_app(
    index_path: Path,
    token: Token | None = None,
    processes: int = 1,
    limiter: Limiter | None = None,
    lanes: Lanes | None = None,
    memory: Memory | None = None,
    background: Background | None = None,
) -> Flask:
    """Make the application that serves the index in a folder.

    The index need not exist yet: every request looks for its last commit, and answers
    503 with one clear sentence as long as there is none.

    Args:
        index_path: the folder.
        token: lets who has it write; without one nothing is written.
        processes: how many serve together, and share the searches that run at once.
        limiter: how often one client may ask; without one as often as it likes.
        lanes: where searches go on that take long, of all processes; without any it has its own.
        memory: of answers, of all processes; without one it has a small one of its own.
        background: processes that answer instead what takes long, where that is possible.
    """
    app = Flask("nutgraf.web", root_path=str(Path(__file__).parent))
    live = LiveSearcher(index_path)
    app.extensions["nutgraf"] = live
    app.extensions["nutgraf.summary"] = Summary()
    app.json = _Json(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    access.register(app, token)
    for part in (
        addresses,
        limits,
        bodies,
        headers,
        errors,
        marks,
        wording,
        filters,
        timeline,
        unfolding,
        pages,
        citing,
        api,
        writing,
        exports,
        receipts,
        feeds,
        checking,
        concordance,
        copies,
    ):
        part.register(app)
    rates.register(app, limiter)
    admission.register(app, processes, lanes, background)
    answers.register(app, memory)  # in front of all others: what is known waits for nobody
    return app


class _Json(DefaultJSONProvider):
    """JSON with its keys in the order of the contract and its letters readable."""

    ensure_ascii = False
    sort_keys = False
    mimetype = "application/json; charset=utf-8"
