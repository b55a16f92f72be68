"""Draws cost against size, log-log, one line an engine, as an SVG that reads on any background.

::

    python -m bench.picture SMALL.json MEDIUM.json LARGE.json -o docs/benchmarks.svg

The files are those that bench.peers writes with ``--output``, one a size.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

Line = list[tuple[float, float]]
"""Points (paragraphs, cost), smallest size first."""

# Every colour has a contrast of 3:1 or more with both backgrounds; the shapes tell engines apart
# without colours.
ENGINES = {
    "nutgraf": ("#d9480f", "circle"),
    "tantivy": ("#2f81c7", "square"),
    "fts5": ("#2b8a4b", "triangle"),
    "whoosh": ("#a05fd0", "diamond"),
    "bm25s": ("#7d7d7d", "cross"),
}
QUESTIONS = {"term, rare": "One rare term, p50", "OR of 2 to 4": "OR of 2 to 4 terms, p50"}

# It has a background of its own, because the page may be light where the reader's system is dark.
_STYLE = """
.page { fill: #fff }
text { font: 12px system-ui, sans-serif; fill: #424a53 }
.title { font-size: 13px; font-weight: 600 }
.name { font-weight: 600 }
.grid { stroke: #8c959f; stroke-opacity: .35 }
.line { fill: none; stroke-width: 2.5 }
@media (prefers-color-scheme: dark) { .page { fill: #0d1117 } text { fill: #c9d1d9 } }
"""
_WIDTH, _HEIGHT = 330, 340  # of a panel
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 66, 44, 46  # its margins
_APART = 14  # pixels between the names of two lines


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram: a cost in a unit, a line for each engine."""

    title: str
    unit: str
    lines: dict[str, Line]


def panels(measured: Iterable[dict[str, Any]]) -> list[Panel]:
    """The diagrams of figures of several sizes: indexing, and a class of questions each."""
    indexing: dict[str, Line] = {}
    asking: dict[str, dict[str, Line]] = {group: {} for group in QUESTIONS}
    for figures in sorted(measured, key=lambda each: each["corpus"]["paragraphs"]):
        size = figures["corpus"]["paragraphs"]
        for name in ENGINES:
            rows = [r for r in figures.get("indexing", ()) if (r["engine"], r["jobs"]) == (name, 1)]
            if rows:
                cost = median(row["wall"] for row in rows) / size * 1e6
                indexing.setdefault(name, []).append((size, cost))
            for group, lines in asking.items():
                row = figures.get("asking", {}).get("groups", {}).get(group, {})
                if name in row:
                    lines.setdefault(name, []).append((size, row[name]["counted"]["p50"] * 1e3))
    found = [Panel("Indexing, one process", "µs a paragraph", indexing)]
    found += [Panel(title, "µs a query", asking[group]) for group, title in QUESTIONS.items()]
    return found


def draw(shown: Sequence[Panel]) -> str:
    """The picture."""
    described = "; ".join(_described(panel) for panel in shown)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH * len(shown)} {_HEIGHT}"'
        ' role="img" aria-labelledby="title description">',
        '<title id="title">Cost against the number of paragraphs, both logarithmic</title>',
        f'<desc id="description">{escape(described)}.</desc>',
        f"<style>{_STYLE}</style>",
        '<rect class="page" width="100%" height="100%" rx="6"/>',
    ]
    for number, panel in enumerate(shown):
        parts += [f'<g transform="translate({number * _WIDTH} 0)">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel) -> list[str]:
    """The marks of one diagram: title, grid, lines, names."""
    points = [point for line in panel.lines.values() for point in line]
    across = _Axis([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    up = _Axis([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [f'<text class="title" x="{_LEFT}" y="18">{escape(panel.title)}</text>']
    parts.append(f'<text x="{_LEFT}" y="34">{escape(panel.unit)}</text>')
    for tick in across.ticks:
        x, label = across.at(tick), escape(_amount(tick))
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        y = _HEIGHT - _BOTTOM + 16
        parts.append(f'<text x="{x:.1f}" y="{y}" text-anchor="middle">{label}</text>')
    for tick in up.ticks:
        y, label = up.at(tick), escape(_amount(tick))
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 10}" text-anchor="middle">paragraphs</text>')
    return [*parts, *_lines(panel, across, up)]


def _lines(panel: Panel, across: _Axis, up: _Axis) -> list[str]:
    """The lines of a diagram, each with its name at its end."""
    parts = []
    ends = {name: up.at(line[-1][1]) for name, line in panel.lines.items()}
    names = spread(ends, _APART)
    for name, line in panel.lines.items():
        colour, shape = ENGINES[name]
        places = [(across.at(x), up.at(y)) for x, y in line]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(f'<path class="line" stroke="{colour}" d="M{path}"/>')
        parts += [_mark(shape, x, y, colour) for x, y in places]
        x, y = places[-1][0] + 9, names[name] + 4
        parts.append(f'<text class="name" x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    return parts


class _Axis:
    """A logarithmic axis between two pixels, from a power of ten to another."""

    def __init__(self, values: Sequence[float], first: float, last: float) -> None:
        low = math.floor(math.log10(min(values, default=1)) + 1e-9)
        high = math.ceil(math.log10(max(values, default=10)) - 1e-9)
        self._low, self._high = low, max(high, low + 1)
        self._first, self._last = first, last
        self.ticks = [10.0**power for power in range(self._low, self._high + 1)]

    def at(self, value: float) -> float:
        """The pixel of a value."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return self._first + share * (self._last - self._first)


def spread(wanted: dict[str, float], apart: float) -> dict[str, float]:
    """Places near the wanted ones, downwards, no two closer than ``apart``."""
    placed: dict[str, float] = {}
    last = -math.inf
    for name in sorted(wanted, key=wanted.__getitem__):
        last = placed[name] = max(wanted[name], last + apart)
    return placed


def _mark(shape: str, x: float, y: float, colour: str) -> str:
    """The mark of a point."""
    paths = {
        "square": "m-4-4h8v8h-8z",
        "triangle": "m0-5l5 9h-10z",
        "diamond": "m0-6l5 6l-5 6l-5-6z",
        "cross": "m-4-4l8 8m0-8l-8 8",
    }
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>'
    painted = f'fill="none" stroke="{colour}" stroke-width="2.5"' if shape == "cross" else ""
    return f'<path d="M{x:.1f} {y:.1f}{paths[shape]}" {painted or f"""fill="{colour}" """}/>'


def _described(panel: Panel) -> str:
    """The figures of a diagram in words."""
    lines = (
        f"{name} " + ", ".join(f"{y:.3g} at {_amount(x)}" for x, y in line)
        for name, line in panel.lines.items()
    )
    return f"{panel.title} ({panel.unit}): {'; '.join(lines)}"


def _amount(value: float) -> str:
    """A number in few characters.

    >>> [_amount(each) for each in (0.1, 71_897, 1_058_658, 10_000_000)]
    ['0.1', '72 k', '1.06 M', '10 M']
    """
    if value >= 1e6:
        return f"{value / 1e6:.3g} M"
    return f"{value / 1e3:.3g} k" if value >= 1e3 else f"{value:.3g}"


def main() -> None:
    """Draw the figures of files."""
    parser = argparse.ArgumentParser(prog="python -m bench.picture", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    measured = [json.loads(path.read_text(encoding="utf-8")) for path in options.files]
    options.output.write_text(draw(panels(measured)), encoding="utf-8")


if __name__ == "__main__":
    main()
