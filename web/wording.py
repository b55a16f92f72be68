"""The words of the engine, and some of the page's own, as filters of the templates."""

from __future__ import annotations

import re
from datetime import date

from flask import Flask

from search.results import ArticleHeader, Clause, Place, Relaxed, Suggestion
from search.wording import counted, printed_date, printed_day, told_clause, told_distance

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_KINDS = {
    "word": "word",
    "phrase": "phrase",
    "exact": "as it is printed",
    "prefix": "words that begin so",
    "wildcard": "words of this pattern",
    "fuzzy": "words like this",
    "near": "near each other",
    "paragraphs": "in paragraphs near each other",
    "window": "words close together",
    "date": "date",
    "para": "place in the article",
    "words": "length",
    "name": "name",
}
_PLACES: dict[Place, str] = {
    "top": "at the top of the story",
    "middle": "in the middle of the story",
    "buried": "buried deep in the story",
}
_WAYS: dict[Relaxed, str] = {
    "spelling": "Spelt",
    "article": "All of it in one article:",
    "words": "The words of phrases anywhere:",
    "date": "Of any date:",
    "text": "In the text:",
    "title": "In the headline:",
    "without": "With less:",
    "any": "Any of the words",
}


def language_tag(article: ArticleHeader) -> str:
    """The language of an article as HTML wants it; empty if it is unknown or no language tag."""
    return article.language if _LANGUAGE.fullmatch(article.language) else ""


def headline(article: ArticleHeader) -> str:
    """The title of an article, or its id where it has none."""
    return article.title or article.id


def told_kind(clause: Clause) -> str:
    """What a clause asks for.

    >>> told_kind(Clause(1, "title:strike", "word", "title")), told_kind(Clause(1, "f*", "prefix"))
    ('word in the title', 'words that begin so')
    """
    kind = _KINDS.get(clause.kind, clause.kind)
    if clause.field in (None, "text") or clause.kind == "date":
        return kind
    return f"{kind} in the {clause.field}"


def told_expansion(clause: Clause) -> str:
    """What a clause stood for, if it was something else than what is written.

    >>> from search.results import Became
    >>> told_expansion(Clause(1, "ferr*", "prefix", "text", Became(("ferry", "ferries"), 3)))
    'ferry, ferries, +3'
    """
    told = told_clause(clause).removeprefix(clause.query)
    return told.removeprefix(" → ")


def told_place(place: Place) -> str:
    """Where in the story a hit stands."""
    return _PLACES[place]


def told_way(suggestion: Suggestion) -> str:
    """What another query does differently."""
    return _WAYS[suggestion.kind]


def today() -> str:
    """The day on which a page is made, as an ISO date."""
    return date.today().isoformat()


def register(app: Flask) -> None:
    """Give the templates these words."""
    for wording in (
        counted, printed_date, printed_day, language_tag, headline, told_kind, told_expansion,
        told_distance, told_place, told_way,
    ):  # fmt: skip
        app.jinja_env.filters[wording.__name__] = wording
    app.jinja_env.globals["today"] = today
