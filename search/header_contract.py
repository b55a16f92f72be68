"""The JSON of an article's header and of links to it, which many answers have in common."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from index.article import PublicationDate
from search.results import ArticleHeader

_QUOTED = 1_000  # ids whose paths are remembered: each is asked for by every hit of an article


def article_link(article_id: str, paragraph: int | None = None) -> str:
    """The path of an article's page, or of a paragraph on it; any id is percent-encoded.

    >>> article_link("blog/2021 #1", 3)
    '/articles/blog%2F2021%20%231#p3'
    """
    link = _article_path(article_id)
    return f"{link}#p{paragraph}" if paragraph else link


@lru_cache(_QUOTED)
def _article_path(article_id: str) -> str:
    return "/articles/" + quote(article_id, safe="")


def header_as_dict(article: ArticleHeader) -> dict[str, Any]:
    """Everything that is known of an article but its text."""
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "date": date_as_dict(article.date),
    }


def date_as_dict(date: PublicationDate) -> dict[str, str | None]:
    """When it was published, and how exactly that is known."""
    return {"value": date.value, "precision": date.precision}
