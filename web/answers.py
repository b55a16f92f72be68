"""Answers as JSON or CSV, remembered as they were sent: the same question to the same commit."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Response, current_app, request

from search.cache import ByteCache
from search.searcher import Searcher
from web.summary import current_searcher

JSON = "application/json; charset=utf-8"
CSV = "text/csv; charset=utf-8; header=present"
_BYTES = 32 << 20
_QUARTER = 900  # seconds
_OVERHEAD = 1_000  # bytes of an entry besides what is sent


def as_json(answer: Any, status: int = 200) -> Response:
    """An answer in the order of the contract, and with its letters readable."""
    return Response(_encode(answer) + b"\n", status, content_type=JSON)


def remembered(work_out: Callable[[Searcher], Any]) -> Response:
    """The answer to this request, worked out if the same was not asked lately.

    What is worked out is sent as JSON, or, if it is a text, as a table in CSV.

    The same is what has the same address, to the letter, the same commit, and the same day in
    every time zone: days begin and end at quarters of an hour. What was not worked out to the
    end, because there was no time, is not remembered.
    """
    cache: ByteCache = current_app.extensions["nutgraf.answers"]
    searcher = current_searcher()
    quarter = int(time.time()) // _QUARTER
    key = (searcher.commit, request.path, request.query_string, quarter)
    known = cast("tuple[bytes, str] | None", cache.get(key))
    if known is None:
        answer = work_out(searcher)
        is_table = isinstance(answer, str)
        known = (answer.encode(), CSV) if is_table else (_encode(answer) + b"\n", JSON)
        if is_table or _is_complete(answer):
            cache.put(key, known, len(known[0]) + _OVERHEAD)
    return Response(known[0], 200, content_type=known[1])


def register(app: Flask) -> None:
    """Remember answers, as far as there is room."""
    app.extensions["nutgraf.answers"] = ByteCache(_BYTES)


def _is_complete(answer: dict[str, Any]) -> bool:
    advice = answer.get("advice") or {}
    return not answer.get("timed_out") and bool(advice.get("complete", True))


def _encode(answer: Any) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
