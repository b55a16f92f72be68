"""Quotations over HTTP: one by its address, many as a JSON list, and the page with its box."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, render_template, request

from search.deadline import another_limit
from search.errors import QueryError
from search.quote_claims import read_claim
from search.quote_contract import (
    VERDICTS,
    checked_as_dict,
    told_changes,
    told_claim,
    told_others,
)
from search.quotes import Checked
from search.searcher import Searcher
from web import operations
from web.answers import as_json, remembered
from web.parameters import SECONDS, Asked, refuse_unknown
from web.summary import current_searcher
from web.writing import WrongType

MOST = 100
"""Quotations of one request, at most."""
TOGETHER = 10.0
"""Seconds that all of them may take."""

checking = Blueprint("checking", __name__)


@checking.get("/api/check")
def check_one() -> Response:
    """One quotation."""

    def answer(searcher: Searcher) -> dict[str, Any]:
        operations.CHECK.check(request.args)
        return checked_as_dict(_asked(searcher))

    return remembered(answer)


def _asked(searcher: Searcher) -> Checked:
    """The quotation of the address, checked."""
    quotation, source, date = (request.args.get(name, "") for name in ("q", "source", "date"))
    return searcher.check_quotation(quotation, SECONDS, read_claim(source, date))


@checking.post("/api/check")
def check_many() -> Response:
    """A list of quotations."""
    operations.CHECK_MANY.check(request.args)
    if request.mimetype != "application/json":
        raise WrongType("Send this as application/json, in the header Content-Type")
    given = _sent_json()
    if not isinstance(given, list) or not all(map(_is_quotation, given)):
        raise QueryError('Send a JSON list of quotations, such as ["We will not go"]', "bad_input")
    if not 1 <= len(given) <= MOST:
        raise QueryError(
            f"1 to {MOST} quotations are checked at once, not {len(given):,}", "bad_input"
        )
    searcher = current_searcher()
    every = [{"quotation": each} if isinstance(each, str) else each for each in given]
    with another_limit(TOGETHER):
        checked = [_checked(searcher, number, each) for number, each in enumerate(every, 1)]
    return as_json([checked_as_dict(each) for each in checked])


def _checked(searcher: Searcher, number: int, given: dict[str, str]) -> Checked:
    """A quotation of a list. Raises QueryError, which says which one it is."""
    try:
        claim = read_claim(given.get("source", ""), given.get("date", ""))
        return searcher.check_quotation(given["quotation"], SECONDS, claim)
    except QueryError as error:
        raise QueryError(f"Quotation {number} of the list: {error}", error.code) from error


def _is_quotation(given: Any) -> bool:
    """Whether it is a text, or one with what is said of it."""
    if isinstance(given, str):
        return True
    return (
        isinstance(given, dict)
        and "quotation" in given
        and given.keys() <= {"quotation", "source", "date"}
        and all(isinstance(value, str) for value in given.values())
    )


def _sent_json() -> Any:
    """What was sent; None if it is no JSON, or is nested deeper than can be read."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


@checking.get("/check")
def check_page() -> str:
    """A box for a quotation, and what became of it."""
    refuse_unknown(request.args, ("q", "source", "date"))
    quotation = request.args.get("q", "")
    checked = None
    if quotation.strip():
        checked = _asked(current_searcher())
    return render_template(
        "check.html",
        asked=Asked(),
        quotation=quotation,
        checked=checked,
        verdict=VERDICTS[checked.verdict] if checked else "",
        changes=told_changes(checked) if checked else "",
        others=told_others(checked) if checked else "",
        claim=told_claim(checked) if checked else "",
        source=request.args.get("source", ""),
        date=request.args.get("date", ""),
    )


def register(app: Flask) -> None:
    """Add the checking of quotations to the application."""
    app.register_blueprint(checking)
