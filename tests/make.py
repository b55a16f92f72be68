"""What tests make articles with."""

from __future__ import annotations

from index.article import Article


def article(article_id: str, text: str, **fields: object) -> Article:
    """An article of one paragraph a line."""
    return Article(article_id, tuple(text.split("\n")), **fields)  # type: ignore[arg-type]
