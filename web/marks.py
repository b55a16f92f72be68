"""Text and spans -> HTML with ``<mark>``: the only place where HTML is made from text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from flask import Flask
from markupsafe import Markup, escape

from search.results import Clause, Span
from search.word_diff import Part

STYLES = 6
"""How many styles of marks there are; the seventh clause looks like the first."""
_TOLD = 60  # characters of a clause that a mark repeats

Run = tuple[str, tuple[int, ...]]
"""A part of a text, and the clauses that cover it."""


def marked(text: str, spans: Iterable[Span] = (), clauses: Sequence[Clause] = ()) -> Markup:
    """Escape a text and mark its spans. Spans may overlap; tags never do.

    Where spans of several clauses cover the same letters, the mark names all of them.

    >>> str(marked("R&D in Rome", [Span(0, 3, 1), Span(2, 3, 2)]))
    '<mark data-clause="1">R&amp;</mark><mark data-clause="1 2">D</mark> in Rome'

    Args:
        text: as it is stored.
        spans: of it that match.
        clauses: of the query, if there are several to be told apart: then each mark has the
            style of its clause (``c``, and ``d`` for a second one), the numbers of those that
            end with it, which are shown, and their words as its title.
    """
    html = Markup("")
    queries = {clause.id: clause.query for clause in clauses}
    for (run, covering), (_, following) in pairwise([*_runs(text, spans), ("", ())]):
        if covering and queries:
            ends = tuple(clause for clause in covering if clause not in following)
            html += _numbered(run, covering, ends, queries)
        elif covering:
            html += Markup('<mark data-clause="{}">{}</mark>').format(_listed(covering), run)
        else:
            html += escape(run)
    return html


def compared(parts: Iterable[Part]) -> Markup:
    """A text with what it has more than another one, and what it has not.

    >>> str(compared([Part("same", 0, 2, "R&"), Part("inserted", 2, 3, "D")]))
    'R&amp;<ins>D</ins>'
    """
    html = Markup("")
    for part in parts:
        if part.kind == "same":
            html += escape(part.text)
        elif part.kind == "deleted":
            html += Markup("<del>{}</del>").format(part.text)
        else:
            html += Markup("<ins>{}</ins>").format(part.text)
    return html


def style_of(clause: int, sign: str = "c") -> str:
    """The class that a clause is shown with, by its number from 1."""
    return f"{sign}{(clause - 1) % STYLES + 1}"


def told_apart(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses, if several of them can be marked in a text or a headline."""
    marking = sum(clause.field in ("text", "title") for clause in clauses)
    return tuple(clauses) if marking > 1 else ()


def _numbered(
    run: str, covering: tuple[int, ...], ends: tuple[int, ...], queries: dict[int, str]
) -> Markup:
    """A mark that tells which clauses it is of."""
    styles = " ".join(style_of(*each) for each in zip(covering, "cd", strict=False))
    title = "; ".join(f"{each} {_shortened(queries.get(each, ''))}".strip() for each in covering)
    shown = Markup(' data-ends="{}"').format(_listed(ends)) if ends else ""
    return Markup('<mark class="{}" data-clause="{}"{} title="{}">{}</mark>').format(
        styles, _listed(covering), shown, title, run
    )


def _shortened(query: str) -> str:
    return query if len(query) <= _TOLD else query[: _TOLD - 1] + "…"


def _listed(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _runs(text: str, spans: Iterable[Span]) -> Iterator[Run]:
    """Cut a text wherever other clauses begin to cover it."""
    for covering, parts in groupby(_segments(text, spans), key=lambda segment: segment[1]):
        yield "".join(part for part, _ in parts), covering


def _segments(text: str, spans: Iterable[Span]) -> Iterator[Run]:
    """Cut a text wherever a span begins or ends."""
    turns: dict[int, Counter[int]] = defaultdict(Counter)
    for start, end, clause in spans:
        if start < end:
            turns[min(start, len(text))][clause] += 1
            turns[min(end, len(text))][clause] -= 1
    covering: Counter[int] = Counter()
    at = 0
    for border in sorted({*turns, len(text)}):
        if at < border:
            yield text[at:border], tuple(sorted(+covering))
        covering.update(turns[border])
        at = border


def register(app: Flask) -> None:
    """Give the templates marks, and the styles of clauses."""
    for each in (compared, marked, style_of, told_apart):
        app.jinja_env.filters[each.__name__] = each
