"""Facets: which sources, authors, years and languages the matches have, and how often.

The counts are exact, over all matches. Where a query narrows a field already, by a filter
that stands for itself (``source:…``, ``-author:…``, ``date:…``), the values of that field are
counted without it: they tell what there would be if one of them were chosen instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.asking import Asking
from search.collectors import Groups, group_by_article
from search.names import name_column
from search.nodes import EveryNode
from search.query.rewriting import Part, cleaned, joined, name_clause, parts_of
from search.results import Facet, FacetField, FacetValue
from search.segments import SegmentSet
from search.sets import Ints, Mask

FIELDS: tuple[FacetField, ...] = ("source", "author", "year", "language")
MAX_VALUES = 10
"""Values of a facet that are told, beside those that the query asks for."""


class Column(NamedTuple):
    """One value for each article.

    Attributes:
        codes: integers [num_articles], the number of its value.
        values: by number, as they are told; "" where it is not known.
    """

    codes: npt.NDArray[np.int32]
    values: list[str]


def count_facets(query: str, groups: Groups, asking: Asking) -> tuple[Facet, ...]:
    """The facets of all that matches a query.

    Args:
        query: as it was asked.
        groups: all that matches, by article.
        asking: of the same commit and options.
    """
    parts = parts_of(cleaned(query))
    return tuple(_facet(field, parts, groups, asking) for field in FIELDS)


def _facet(field: FacetField, parts: list[Part], groups: Groups, asking: Asking) -> Facet:
    """The values of one field, of what matches without the filters of that field."""
    column = _column(asking.segments, field)
    own = [part for part in parts if part.field == _searched(field)]
    others = [part.text for part in parts if part.field != _searched(field)]
    if own:
        groups = _without_filters(others, asking)
    codes = column.codes[groups.articles]
    articles = np.bincount(codes, minlength=len(column.values))
    paragraphs = np.bincount(codes, np.diff(groups.starts), minlength=len(column.values))
    selected = _met(column, [part for part in own if not part.negated], asking)
    excluded = ~_met(column, [part for part in own if part.negated], asking)
    if not any(part.negated for part in own):
        excluded[:] = False
    if not any(not part.negated for part in own):
        selected[:] = False
    shown = _shown(articles, column.values, selected | excluded)
    rewrites = _Rewrites(field, others, own, asking)
    values = [
        rewrites.value(
            column.values[at],
            (int(articles[at]), int(paragraphs[at])),
            selected=bool(selected[at]),
            excluded=bool(excluded[at]),
        )
        for at in shown
    ]
    if field == "year":
        values.sort(key=lambda each: each.value, reverse=True)
    return Facet(
        field,
        tuple(values),
        int(np.count_nonzero(articles)) - sum(each.articles > 0 for each in values),
    )


def _searched(field: FacetField) -> str:
    """The field of the query language that narrows a facet."""
    return "date" if field == "year" else field


def _without_filters(others: list[str], asking: Asking) -> Groups:
    """What matches the rest of a query; everything if there is none."""
    segments = asking.segments
    docs = asking.matching(joined(others)) if others else EveryNode(segments).docs()
    return group_by_article(docs, segments)


def _met(column: Column, filters: list[Part], asking: Asking) -> Mask:
    """Which values some article has that meets all the filters; bool[values]."""
    met = np.zeros(len(column.values), np.bool_)
    docs = asking.matching(joined([part.text for part in filters]), "all") if filters else None
    if docs is not None:
        met[column.codes[asking.segments.articles_of(docs)]] = True
    return met


def _shown(articles: Ints, values: list[str], always: Mask) -> list[int]:
    """The values to tell: those of the most articles, and those that the query names."""
    found = np.flatnonzero(articles).tolist()
    found.sort(key=lambda at: (-articles[at], values[at]))
    named = [at for at in found[MAX_VALUES:] if always[at]]
    missing = np.flatnonzero(always & (articles == 0)).tolist()
    return [*found[:MAX_VALUES], *named[:MAX_VALUES], *missing[:MAX_VALUES]]


def _column(segments: SegmentSet, field: FacetField) -> Column:
    """The value of every article, put together once."""
    if field != "year":
        codes, names, _ = name_column(segments, field)
        return Column(codes, names)
    known: Column | None = segments.cache.get(("years",))
    if known is None:
        days = segments.numbers("first_day")
        distinct, first = np.unique(days, return_inverse=True)
        years = [date.fromordinal(day).year if day > 0 else 0 for day in distinct.tolist()]
        values = sorted(set(years))
        code_of = {year: code for code, year in enumerate(values)}
        of_days = np.array([code_of[year] for year in years], np.int32)
        column = Column(of_days[first], [f"{year:04}" if year else "" for year in values])
        known = segments.cache.put(("years",), column, column.codes.nbytes)
    return known


class _Rewrites:
    """The queries that take the values of a facet in or leave them out."""

    def __init__(
        self, field: FacetField, others: list[str], own: list[Part], asking: Asking
    ) -> None:
        self._field = field
        self._others = others
        self._excluding = [part.text for part in own if part.negated]
        self._own = [part.text for part in own]
        self._asking = asking

    def value(
        self, value: str, counts: tuple[int, int], *, selected: bool, excluded: bool
    ) -> FacetValue:
        """A value with its queries."""
        clause = facet_clause(self._field, value)
        include = self._others if selected else [*self._others, clause]
        exclude = [*self._others, *self._excluding, f"-{clause}"]
        if excluded:
            own = [text for text in self._own if text != f"-{clause}"]
            exclude = [*self._others, *own] if len(own) < len(self._own) else self._others
        return FacetValue(
            value=value,
            articles=counts[0],
            paragraphs=counts[1],
            selected=selected,
            excluded=excluded,
            include=self._whole(include),
            exclude=self._whole(exclude),
        )

    def _whole(self, parts: Iterable[str]) -> str | None:
        """One query; None where there is nothing left to ask, or it is too long."""
        every = list(parts)
        query = joined(every) if every else ""
        return query if query and self._asking.can_be_asked(query) else None


def facet_clause(field: FacetField, value: str) -> str:
    """The clause that asks for a value of a facet.

    >>> facet_clause("source", "Coast Wire"), facet_clause("year", "")
    ('source:="Coast Wire"', 'date:unknown')
    """
    if field == "year":
        return f"date:{value or 'unknown'}"
    return name_clause(field, value)


def narrow(query: str, field: FacetField, value: str, *, exclude: bool = False) -> str:
    """A query with a clause for a value of a facet, or without one if it has it already.

    >>> narrow("siege OR truce", "source", "Coast Wire")
    '(siege OR truce) source:="Coast Wire"'
    >>> narrow('siege -date:2016', "year", "2016", exclude=True)
    'siege'

    Raises QueryError ``too_deep``.
    """
    clause = ("-" if exclude else "") + facet_clause(field, value)
    texts = [part.text for part in parts_of(cleaned(query))]
    kept = [text for text in texts if text != clause]
    if len(kept) == len(texts):
        kept.append(clause)
    return joined(kept) if kept else ""
