"""Text and spans -> HTML with ``<mark>``: the only place where HTML is made from text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from flask import Flask
from markupsafe import Markup, escape

from search.results import Clause, Span
from search.word_diff import Part

STYLES = 6
"""How many styles of marks there are; the seventh clause looks like the first."""
_TAGS = 1_000  # beginnings of marks that are remembered
_BEFORE = 100  # characters before the first mark of a text that is not shown from its beginning

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
            style of its clause (``c``, and ``d`` for a second one), and the numbers of those
            that end with it, which are shown. What they ask for, the receipts tell.
    """
    return Markup("").join(_html(text, spans, told=bool(clauses)))


def shortened(
    text: str, spans: Sequence[Span], clauses: Sequence[Clause], room: int
) -> tuple[Markup, bool]:
    """Mark a text as far as there is room for its HTML, and whether some of it is left out.

    It begins at the beginning, or shortly before the first mark where that is far in.

    >>> shortened("A long siege", [Span(7, 12, 1)], (), 30)
    (Markup('A long …'), True)

    Args:
        text: as it is stored.
        spans: of it that match.
        clauses: as for ``marked``.
        room: bytes of HTML.
    """
    shown, cut = _as_far_as(_html(text, spans, told=bool(clauses)), room)
    first = min((span.start for span in spans), default=0)
    if cut and first > max(room // 3, _BEFORE):
        begin = text.rfind(" ", 0, first - _BEFORE) + 1
        moved = [Span(start - begin, end - begin, clause) for start, end, clause in spans]
        shown, _ = _as_far_as(_html(text[begin:], moved, told=bool(clauses)), room)
        shown = Markup("… ") + shown
    return (shown + "…" if cut else shown), cut


def _as_far_as(runs: Iterable[Markup], room: int) -> tuple[Markup, bool]:
    """The parts of a text that are no larger than so many bytes, and whether there are more."""
    shown: list[Markup] = []
    for run in runs:
        room -= _size(run)
        if room < 0:
            if not run.startswith("<mark"):
                shown.append(_cut(run, _size(run) + room))
            return Markup("").join(shown), True
        shown.append(run)
    return Markup("").join(shown), False


def _cut(run: Markup, room: int) -> Markup:
    """The whole words at the beginning of a part without a mark, in so many bytes."""
    text = run.unescape()[:room]
    while _size(escape(text)) > room:
        text = text[: len(text) * 3 // 4]
    return escape(text[: text.rfind(" ") + 1])


def _size(html: str) -> int:
    return len(html.encode())


def _html(text: str, spans: Iterable[Span], *, told: bool) -> Iterator[Markup]:
    """Each part of a text, marked if something covers it."""
    end = Markup("</mark>")
    for (run, covering), (_, following) in pairwise([*_runs(text, spans), ("", ())]):
        if covering:
            ends = tuple(each for each in covering if each not in following)
            yield (_numbered(covering, ends) if told else _plain(covering)) + escape(run) + end
        else:
            yield escape(run)


def compared(parts: Iterable[Part], spans: Sequence[Span] = ()) -> Markup:
    """A text with what it has more than another one, and what it has not; its spans are marked.

    >>> str(compared([Part("same", 0, 2, "R&"), Part("inserted", 2, 3, "D")]))
    'R&amp;<ins>D</ins>'
    """
    html = Markup("")
    for part in parts:
        if part.kind == "deleted":
            html += Markup("<del>{}</del>").format(part.text)
            continue
        own = [
            Span(max(start, part.start) - part.start, min(end, part.end) - part.start, clause)
            for start, end, clause in spans
            if start < part.end and end > part.start
        ]
        shown = marked(part.text, own)
        html += shown if part.kind == "same" else Markup("<ins>{}</ins>").format(shown)
    return html


def style_of(clause: int, sign: str = "c") -> str:
    """The class that a clause is shown with, by its number from 1."""
    return f"{sign}{(clause - 1) % STYLES + 1}"


def told_apart(clauses: Sequence[Clause]) -> tuple[Clause, ...]:
    """The clauses, if several of them can be marked in a text or a headline."""
    marking = sum(clause.field in ("text", "title") for clause in clauses)
    return tuple(clauses) if marking > 1 else ()


@lru_cache(_TAGS)
def _plain(covering: tuple[int, ...]) -> Markup:
    """How a mark begins that tells its clauses, but shows no difference."""
    return Markup('<mark data-clause="{}">').format(_listed(covering))


@lru_cache(_TAGS)
def _numbered(covering: tuple[int, ...], ends: tuple[int, ...]) -> Markup:
    """How a mark begins that shows its clauses. Those that end with it are told anyway."""
    styles = " ".join(style_of(*each) for each in zip(covering, "cd", strict=False))
    of = "" if ends == covering else Markup(' data-clause="{}"').format(_listed(covering))
    shown = Markup(' data-ends="{}"').format(_listed(ends)) if ends else ""
    return Markup('<mark class="{}"{}{}>').format(styles, of, shown)


def _listed(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


def _runs(text: str, spans: Iterable[Span]) -> Iterator[Run]:
    """Cut a text wherever other clauses begin to cover it."""
    for covering, parts in groupby(_segments(text, spans), key=lambda segment: segment[1]):
        yield "".join(part for part, _ in parts), covering


def _segments(text: str, spans: Iterable[Span]) -> Iterator[Run]:
    """Cut a text wherever a span begins or ends."""
    spans = [span for span in spans if span.start < span.end]
    if any(one.end > other.start for one, other in pairwise(spans)):
        yield from _overlapping(text, spans)
        return
    at = 0
    for start, end, clause in spans:
        if at < start:
            yield text[at:start], ()
        if start < len(text):
            yield text[start:end], (clause,)
        at = end
    if at < len(text):
        yield text[at:], ()


def _overlapping(text: str, spans: Iterable[Span]) -> Iterator[Run]:
    """The same, of spans in any order that may cover the same letters."""
    turns: dict[int, Counter[int]] = defaultdict(Counter)
    for start, end, clause in spans:
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
    for each in (compared, marked, shortened, style_of, told_apart):
        app.jinja_env.filters[each.__name__] = each
