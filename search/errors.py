"""The errors of searching, added to those of index.errors.

::

    NutgrafError
    ├── QueryError           the query or an option cannot be answered: HTTP 400
    ├── ArticleNotFound      there is no article of that id: HTTP 404
    └── CursorExpired        the index has changed since a cursor was given out: HTTP 410
"""

from __future__ import annotations

from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexNotFound,
    InputError,
    NotAnIndex,
    NutgrafError,
    StoreError,
)

__all__ = [
    "ArticleNotFound",
    "CursorExpired",
    "IndexDamaged",
    "IndexLocked",
    "IndexNotFound",
    "InputError",
    "NotAnIndex",
    "NutgrafError",
    "QueryError",
    "StoreError",
]


class QueryError(NutgrafError):
    """The query or an option cannot be answered.

    ``code`` names what is wrong; ``position`` is where in the query, in code points from 0,
    or ``None``.
    """

    def __init__(self, message: str, code: str, position: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.position = position


class ArticleNotFound(NutgrafError):
    """There is no article of that id in the index."""

    code = "no_article"


class CursorExpired(NutgrafError):
    """The index has changed since a cursor was given out."""

    code = "cursor_expired"
