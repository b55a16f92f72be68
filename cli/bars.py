"""A timeline as lines of text: its periods from top to bottom, with bars of block characters."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from cli.plain import PlainConsole
from search.timeline import Apart, Counts, Period, Timeline, per
from search.wording import counted

if TYPE_CHECKING:
    from rich.console import Console

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_GAP, _VAGUE = "░", "·"
_NOTHING = "the archive has nothing"
_ASCII = {"█": "#", _GAP: ".", _VAGUE: "."}  # where the output cannot hold blocks
_WIDTHS = (10, 100)  # of the longest bar, at least and at most
_BAR, _FAINT = "cyan", "dim"
_APART = {"unknown": "unknown", "year": "only year", "month": "only month"}


class _Row(NamedTuple):
    """A line: its label, its numbers, and the length of its bar; or a sentence in their place."""

    label: str
    counts: Counts | None
    rate: float | None
    instead: str = ""


def print_timeline(console: Console | PlainConsole, timeline: Timeline, unit: int) -> None:
    """Print a line for each period, one for each gap, and what lies in no period at the end.

    Args:
        console: to print to; in a pipe, lines are as wide as a terminal usually is.
        timeline: of a query.
        unit: the bars are of paragraphs per so many of the archive; 0: of paragraphs.
    """
    rows = [*_periods(timeline, unit), *_aside(timeline, unit)]
    table = [_numbers(row, unit) for row in rows]
    heads = ["", *([f"per {unit:,}"] if unit else []), "paragraphs", "articles"]
    widths = [max(map(len, cells)) for cells in zip(heads, *table, strict=True)]
    console.print(_line(heads, widths).rstrip())
    room = _width(console) - sum(widths) - 2 * len(widths)
    room = min(max(room, _WIDTHS[0]), _WIDTHS[1])
    values = [_value(row, unit) for row in rows]
    most = max(values, default=0) or 1
    for row, cells, value in zip(rows, table, values, strict=True):
        if row.instead:
            sign = _GAP if row.instead.startswith(_NOTHING) else _VAGUE
            _print(console, cells[0].ljust(widths[0]) + "  ", _drawn(sign * 3), f" {row.instead}")
        else:
            _print(console, _line(cells, widths) + "  ", _bar(value / most * room), "")


def _periods(timeline: Timeline, unit: int) -> Iterator[_Row]:
    """The periods in their order; what the archive has nothing of is one row."""
    for said, some in groupby(timeline.periods, key=_said):
        periods = list(some)
        if not said:
            yield from (_Row(_label(each), each.matches, _rate(each, unit)) for each in periods)
            continue
        if len(periods) > 1:
            said += f" until {_label(periods[-1])} ({counted(len(periods), timeline.by)})"
        yield _Row(_label(periods[0]), None, None, said)


def _said(period: Period) -> str:
    """What is said instead of numbers, where the archive has none."""
    if period.is_gap:
        return _NOTHING
    return "" if period.archive.articles else "no date of the archive is so exact"


def _aside(timeline: Timeline, unit: int) -> Iterator[_Row]:
    for each in timeline.apart:
        if each.matches.paragraphs:
            yield _Row(_APART[each.known], each.matches, _rate(each, unit))


def _label(period: Period) -> str:
    """A period as briefly as the others beside it: a week by its first day."""
    return period.name.partition("..")[0]


def _rate(each: Period | Apart, unit: int) -> float | None:
    return per(each.matches, each.archive, unit) if unit else None


def _value(row: _Row, unit: int) -> float:
    if unit:
        return row.rate or 0
    return row.counts.paragraphs if row.counts else 0


def _numbers(row: _Row, unit: int) -> list[str]:
    """The cells of a row."""
    counts = [f"{each:,}" for each in row.counts] if row.counts else ["", ""]
    rate = "–" if row.rate is None and row.counts else f"{row.rate or 0:,.1f}"
    return [row.label, *([rate if row.counts else ""] if unit else []), *counts]


def _line(cells: list[str], widths: list[int]) -> str:
    first, *others = (each.ljust(width) for each, width in zip(cells, widths, strict=True))
    return "  ".join([first, *(each.strip().rjust(len(each)) for each in others)])


def _bar(length: float) -> str:
    """A bar of a length in columns, to an eighth; what is more than nothing is seen."""
    eighths = max(round(length * 8), 1) if length > 0 else 0
    return _drawn("█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip())


def _drawn(blocks: str) -> str:
    """Blocks, or what stands for them where the output cannot hold them."""
    try:
        blocks.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return "".join(_ASCII.get(each, _ASCII["█"]) for each in blocks)
    return blocks


def _width(console: Console | PlainConsole) -> int:
    if isinstance(console, PlainConsole):
        return shutil.get_terminal_size().columns
    return console.width


def _print(console: Console | PlainConsole, before: str, drawn: str, after: str) -> None:
    if isinstance(console, PlainConsole):
        console.print(f"{before}{drawn}{after}".rstrip())
        return
    from rich.text import Text

    style = _FAINT if after else _BAR
    console.print(Text.assemble(before, (drawn, style), (after, _FAINT)))
