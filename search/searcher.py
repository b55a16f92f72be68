"""Searcher: a snapshot of all segments; answers queries with pages of results."""

from __future__ import annotations

from pathlib import Path

from search.results import ArticleView, Info, Page, SearchOptions


class Searcher:
    """One committed state of an index. Safe to share between threads."""

    generation: int

    @classmethod
    def open(cls, path: Path) -> Searcher:
        """Open the last commit. Raises a StoreError where there is no index."""
        raise NotImplementedError

    def search(self, query: str, options: SearchOptions | None = None) -> Page:
        """Answer a query. Raises QueryError."""
        raise NotImplementedError

    def article(self, article_id: str, query: str = "", strict: bool = False) -> ArticleView:
        """One article, whole, with what a query matches in it marked.

        Raises ArticleNotFound, QueryError.
        """
        raise NotImplementedError

    def info(self) -> Info:
        """What is in the index."""
        raise NotImplementedError
