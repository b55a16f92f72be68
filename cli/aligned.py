"""Rows of a concordance under each other, by the columns that letters take on a terminal.

Wide characters take two columns and combining marks none. What runs from right to left is put
between isolates, which take no column, so that a terminal which turns it round leaves the columns
beside it where they are; what stands before the match is in the left column in every script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len

from search.concordance import Row

_NAME = 28  # columns for the names of paragraphs, at most
_ISOLATE, _POP = "\u2068", "\u2069"


def columns(text: str) -> int:
    """The columns that a text takes.

    >>> columns("港a"), columns("e\u0301")
    (3, 1)
    """
    return cell_len(text.replace(_ISOLATE, "").replace(_POP, ""))


def one_line(text: str) -> str:
    """A text without line breaks and what would move the cursor."""
    return "".join(
        " " if char.isspace() else char
        for char in text
        if char.isspace() or unicodedata.category(char) not in ("Cc", "Cs")
    )


def isolated(text: str) -> str:
    """A text that is turned round by itself, if any of it runs from right to left."""
    turned = any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)
    return f"{_ISOLATE}{text}{_POP}" if turned else text


def last_columns(text: str, width: int) -> str:
    """The end of a text, as much as fits."""
    while columns(text) > width:
        text = text[1:]
    while text and unicodedata.category(text[0])[0] == "M":
        text = text[1:]
    return text


def first_columns(text: str, width: int) -> str:
    """The beginning of a text, as much as fits."""
    while columns(text) > width:
        text = text[:-1]
    return text


def names_of(rows: Sequence[Row]) -> list[str]:
    """The paragraphs of rows, as names of the same width; long ids lose their beginning."""
    names = []
    for row in rows:
        name = one_line(f"{row.address.article_id}#p{row.address.paragraph}")
        if columns(name) > _NAME:
            name = "…" + last_columns(name, _NAME - 1)
        names.append(name)
    width = max(map(columns, names), default=0)
    return [name + " " * (width - columns(name)) for name in names]


def aligned(row: Row, width: int) -> tuple[str, str, str]:
    """Left, match and right of a row; the left fills so many columns, the right no more."""
    left, right = one_line(row.left), one_line(row.right)
    if columns(left) > width:
        cut = last_columns(left, width)
        left = cut.partition(" ")[2] or cut  # whole words, where there are blanks
    if columns(right) > width:
        cut = first_columns(right, width)
        right = cut.rpartition(" ")[0] or cut
    padding = " " * (width - columns(left))
    return padding + isolated(left), isolated(one_line(row.match)), isolated(right)
