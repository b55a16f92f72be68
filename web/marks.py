"""Text and spans -> HTML with ``<mark>``: the only place where HTML is made from text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby

from flask import Flask
from markupsafe import Markup, escape

from search.results import Span


def marked(text: str, spans: Iterable[Span] = ()) -> Markup:
    """Escape a text and mark its spans. Spans may overlap; tags never do.

    Where spans of several clauses cover the same letters, the mark names all of them.

    >>> str(marked("R&D in Rome", [Span(0, 3, 1), Span(2, 3, 2)]))
    '<mark data-clause="1">R&amp;</mark><mark data-clause="1 2">D</mark> in Rome'
    """
    html = Markup("")
    for clauses, parts in groupby(_segments(text, spans), key=lambda segment: segment[1]):
        run = "".join(part for part, _ in parts)
        mark = Markup('<mark data-clause="{}">{}</mark>')
        html += mark.format(clauses, run) if clauses else escape(run)
    return html


def _segments(text: str, spans: Iterable[Span]) -> Iterator[tuple[str, str]]:
    """Cut a text wherever a span begins or ends: each part with the clauses that cover it."""
    turns: dict[int, Counter[int]] = defaultdict(Counter)
    for start, end, clause in spans:
        if start < end:
            turns[min(start, len(text))][clause] += 1
            turns[min(end, len(text))][clause] -= 1
    covering: Counter[int] = Counter()
    at = 0
    for border in sorted({*turns, len(text)}):
        if at < border:
            yield text[at:border], " ".join(str(clause) for clause in sorted(+covering))
        covering.update(turns[border])
        at = border


def register(app: Flask) -> None:
    """Give the templates the filter ``marked``."""
    app.jinja_env.filters["marked"] = marked
