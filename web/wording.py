"""The words of the engine, and some of the page's own, as filters of the templates."""

from __future__ import annotations

import re

from flask import Flask

from search.results import ArticleHeader
from search.wording import counted, printed_date, printed_day

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_tag(article: ArticleHeader) -> str:
    """The language of an article as HTML wants it; empty if it is unknown or no language tag."""
    return article.language if _LANGUAGE.fullmatch(article.language) else ""


def headline(article: ArticleHeader) -> str:
    """The title of an article, or its id where it has none."""
    return article.title or article.id


def register(app: Flask) -> None:
    """Give the templates these words."""
    for wording in (counted, printed_date, printed_day, language_tag, headline):
        app.jinja_env.filters[wording.__name__] = wording
