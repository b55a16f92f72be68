"""The query language: the grammar, the syntax tree (ours) and its translations."""

from search.query.parser import parse
from search.query.tree import Query

__all__ = ["Query", "parse"]
