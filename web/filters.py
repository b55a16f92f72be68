"""Filters of the results: which are chosen, how they are named, and dates from the form."""

from __future__ import annotations

from typing import NamedTuple

from flask import Flask
from werkzeug.datastructures import MultiDict

from search.language_names import language_name
from search.query.periods import in_period, period_of
from search.results import Facet, FacetValue, Page
from web.parameters import Asked


class Chip(NamedTuple):
    """A filter that is chosen, and the query without it ("" where nothing is left of it)."""

    key: str
    words: str
    query: str


def chosen_filters(page: Page) -> list[Chip]:
    """The filters that are chosen, each to be removed."""
    chips = []
    for facet in page.facets:
        for each in facet.values:
            if each.excluded:
                words, query = f"not {facet_name(each, facet)}", each.exclude
            elif each.selected and not (facet.field == "year" and any(period_of(page.query))):
                words, query = facet_name(each, facet), each.include
            else:
                continue
            chips.append(Chip(f"{facet.field} {each.value}", words, query or ""))
    first, last = period_of(page.query)
    if first or last:
        words = first if first == last else f"{first or '…'} to {last or '…'}"
        chips.append(Chip("dates", words, in_period(page.query, "", "")))
    return chips


def query_with_dates(asked: Asked, arguments: MultiDict[str, str]) -> str | None:
    """The query for the days that were filled in; None if the form was not used."""
    if "from" not in arguments and "to" not in arguments:
        return None
    days = (arguments.get(name, "").strip() for name in ("from", "to"))
    return in_period(asked.query, *days)


def facet_name(each: FacetValue, facet: Facet) -> str:
    """The name of a value, of a language in words."""
    name = language_name(each.value) if facet.field == "language" else each.value
    return name or "unknown"


def worth_showing(facet: Facet) -> bool:
    """Whether there is anything to choose, or something chosen to take back."""
    chosen = any(each.selected or each.excluded for each in facet.values)
    return chosen or sum(bool(each.articles) for each in facet.values) > 1


def register(app: Flask) -> None:
    """Give the templates these words."""
    app.jinja_env.filters["facet_name"] = facet_name
    app.jinja_env.filters["worth_showing"] = worth_showing
