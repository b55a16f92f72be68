"""The header of an article as it is stored: everything that is shown but the paragraphs."""

from __future__ import annotations

import json
from typing import Any

from index.article import Article, PublicationDate

UNDATED = -(2**62)
"""The moment of publication, in the columns of numbers, where it is not known."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def write_header(article: Article, content_hash: str) -> str:
    """Everything that is shown of an article but its paragraphs, as JSON."""
    header = _encode(
        {
            "title": article.title,
            "author": article.author,
            "source": article.source,
            "url": article.url,
            "language": article.language,
            "date": [article.date.value, article.date.precision, article.date.evidence],
            "origin": article.origin,
            "hash": content_hash,
            "id": article.id,
            "paragraphs": len(article.paragraphs),
        }
    )
    if article.origin.isascii():
        return header
    # The names of files may have bytes in them that are no characters.
    return header.encode("utf-8", "backslashreplace").decode("utf-8")


def read_header(stored: str) -> dict[str, Any]:
    """The header of an article, with ``date`` as a PublicationDate."""
    header: dict[str, Any] = json.loads(stored)
    header["date"] = PublicationDate(*header["date"])
    return header
