"""Receipts as files: written beside the results of a search, and read by ``nutgraf rerun``."""

from __future__ import annotations

from pathlib import Path

from cli.written import whole_file
from index.errors import cause
from search.receipt import Receipt, make_receipt
from search.receipt_contract import MAX_BYTES, ReceiptError, read_receipt, receipt_text
from search.results import Page
from search.searcher import Searcher


def write_receipt(searcher: Searcher, page: Page, path: Path) -> None:
    """Write the receipt of a search that has been answered.

    Raises CannotWrite, or QueryError.
    """
    text = receipt_text(make_receipt(searcher, page.query, page.options))
    with whole_file(path) as stream:
        stream.write(text)


def read_receipt_file(path: Path) -> Receipt:
    """The receipt in a file. Raises ReceiptError."""
    try:
        with path.open("rb") as stream:
            return read_receipt(stream.read(MAX_BYTES + 1))
    except OSError as error:
        raise ReceiptError(f"{path} cannot be read: {cause(error)}; name a receipt") from error
