"""Search receipts: as a file, and as a page to be printed."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, render_template, request

from search.address import read_address
from search.deadline import another_limit
from search.receipt import Receipt, make_receipt
from search.receipt_contract import receipt_text
from web import operations
from web.answers import JSON
from web.api import asked_for
from web.exports import Places, file_name
from web.parameters import ALL, Asked, refuse_unknown
from web.summary import current_searcher

SECONDS = 10.0
"""How long it may take to find and to read what is written down."""
_SHOWN = 100  # addresses on the page

receipts = Blueprint("receipts", __name__)


@receipts.get("/api/receipt")
def take_receipt() -> Response:
    """What was searched and found, as a file."""
    operations.RECEIPT.check(request.args)
    asked = asked_for("/api/receipt?q=words")
    response = Response(receipt_text(_made(asked)), content_type=JSON)
    response.headers.set(
        "Content-Disposition", "attachment", filename=file_name(asked.query, "receipt.json")
    )
    return response


@receipts.get("/receipt")
def receipt_page() -> str:
    """The same in words."""
    refuse_unknown(request.args, ALL)
    asked = asked_for("/receipt?q=words")
    receipt = _made(asked)
    addresses = receipt.found.addresses[:_SHOWN]
    return render_template(
        "receipt.html",
        asked=asked,
        receipt=receipt,
        shown=[read_address(each) for each in addresses],
    )


def _made(asked: Asked) -> Receipt:
    """The receipt. All that was found is read for it, so it takes a place among the exports."""
    places: Places = current_app.extensions["nutgraf.exports"]
    place = places.take()
    try:
        with another_limit(SECONDS):
            options = asked.options._replace(seconds=SECONDS)
            return make_receipt(current_searcher(), asked.query, options)
    finally:
        places.leave(place)


def register(app: Flask) -> None:
    """Add receipts to the application."""
    app.register_blueprint(receipts)
