"""Tables of text for spreadsheets: rows of CSV by RFC 4180, in which no cell is a formula.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``, and some of them one
that does so behind a tab, a line break or a NUL, or in full-width forms; what an article says must
not be run. So such a cell gets an apostrophe in front, which spreadsheets take for "this is text".
A cell that begins with apostrophes and then such a sign gets one, too, so that the apostrophe can
be taken away again without doubt: ``plain_cell`` undoes ``safe_cell`` for any text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

_FORMULA = re.compile("'*[=+\\-@\t\r\n\0＝＋－＠]")
_DEFUSED = re.compile("'+[=+\\-@\t\r\n\0＝＋－＠]")

Cell = str | int | float | None


def safe_cell(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula.

    >>> safe_cell("=1+1"), safe_cell("'=1+1"), safe_cell("one = one"), safe_cell("'tis")
    ("'=1+1", "''=1+1", 'one = one', "'tis")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(cell: str) -> str:
    """The text that was made a cell.

    >>> plain_cell("'=1+1"), plain_cell("'tis")
    ('=1+1', "'tis")
    """
    return cell[1:] if _DEFUSED.match(cell) else cell


def csv_row(cells: Iterable[Cell]) -> str:
    r"""A row of CSV; texts are made safe, numbers stay as they are, None is empty.

    >>> csv_row(["A, B", -1, None, "=1"])
    '"A, B",-1,,\'=1\r\n'
    """
    line = io.StringIO()
    safe = [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    csv.writer(line, lineterminator="\r\n").writerow(safe)
    return line.getvalue()
