"""What tests make articles, indexes and queries with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from index.article import Article
from index.store import Store
from index.writer import open_writer


def article(article_id: str, text: str, **fields: object) -> Article:
    """An article of one paragraph a line."""
    return Article(article_id, tuple(text.split("\n")), **fields)  # type: ignore[arg-type]


def write_index(path: Path, articles: Iterable[Article]) -> Path:
    """Index articles into a folder."""
    with open_writer(Store(path)) as writer:
        for each in articles:
            writer.add(each)
    return path


def phrases(words: list[str]) -> st.SearchStrategy[str]:
    """Phrases of one to three words."""
    some = st.lists(st.sampled_from(words), min_size=1, max_size=3)
    return some.map(lambda chosen: f'"{" ".join(chosen)}"')


def combined(leaves: st.SearchStrategy[str], max_leaves: int) -> st.SearchStrategy[str]:
    """Queries that join leaves by AND, OR and NOT, in parentheses."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' '.join(some)})"),
            st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})"),
            inner.map(lambda one: f"-({one})"),
        ),
        max_leaves=max_leaves,
    )
