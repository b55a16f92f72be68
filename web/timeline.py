"""The timeline as a drawing: where its bars, its gaps and its labels stand. No script is needed.

Along the line everything is in hundredths of the width, so that the drawing is as wide as there is
room and its letters are not; upwards it is in pixels.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any, NamedTuple

from flask import Flask

from search.searcher import Searcher
from search.timeline import Period, Timeline, count_by_date, height, how_many
from search.timeline_contract import rate_of
from search.timeline_wording import (
    printed_days,
    printed_period,
    told_gaps,
    told_known,
    told_most,
)
from web.parameters import Asked

MAX_DRAWN = 800
"""Periods in a drawing, at most: two years by day."""
UNIT = 10_000
"""Paragraphs of the archive of which the page tells how many match, if it is asked to."""

_TOP, _HEIGHT = 24, 150  # pixels: of the line of the highest number, and from there to the ground
_LEAST = 1.5  # pixels of a bar that stands for something
_APART = 120  # periods, up to which there is room between bars
_LABELS = 8  # below the line, at most
_NARROW, _MIDDLE = 2, 4  # characters of the longest number beside the bars
_END = 91.0  # hundredths of the width, from which on a label would not fit
_MONTHS = "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec".split()
_STRIDES = ("days", 1), ("days", 7), ("days", 14), ("months", 1), ("months", 2), ("months", 3), (
    "months", 6), *(("years", each) for each in (1, 2, 5, 10, 20, 50, 100))  # fmt: skip


class Bar(NamedTuple):
    """A period that is drawn: its place along the line and its height; 0 where nothing matches."""

    period: Period
    x: float
    width: float
    y: float
    height: float


class Gap(NamedTuple):
    """Where the archive has nothing."""

    words: str
    x: float
    width: float


class Line(NamedTuple):
    """A line across, and the number that it stands for."""

    words: str
    y: float


class Label(NamedTuple):
    """A time below the line; ``is_spare`` where only a wide sheet has room for it."""

    words: str
    x: float
    is_spare: bool


class Drawing(NamedTuple):
    """What is drawn; ``slot`` is the width of a period, ``ground`` where the bars stand."""

    bars: tuple[Bar, ...]
    gaps: tuple[Gap, ...]
    lines: tuple[Line, ...]
    labels: tuple[Label, ...]
    slot: float
    top: int = _TOP
    ground: int = _TOP + _HEIGHT

    @property
    def margin(self) -> str:
        """How much room the numbers need beside the bars; the highest stands above them all."""
        longest = max((len(line.words) for line in self.lines[:-1]), default=0)
        if not longest:
            return "none"
        return "narrow" if longest <= _NARROW else "middle" if longest <= _MIDDLE else "wide"


def timeline_view(searcher: Searcher, asked: Asked) -> dict[str, Any]:
    """The timeline of a search, and its drawing. Raises QueryError where it is too long."""
    matched = searcher.matched(asked.query, asked.options).counting(asked.copies)
    timeline = count_by_date(matched, asked.by, MAX_DRAWN)
    periods = timeline.periods
    return {
        "timeline": timeline,
        "counted": periods,
        "drawing": draw(timeline, asked.per),
        "span": printed_days(periods[0].first, periods[-1].last) if periods else "",
        "steps": [
            step for step in ("day", "week", "month", "year") if _can_be_drawn(periods, step)
        ],
    }


def draw(timeline: Timeline, unit: int = 0) -> Drawing:
    """Where everything stands.

    Args:
        timeline: of a query.
        unit: the bars are of paragraphs per so many of the archive; 0: of paragraphs.
    """
    periods = timeline.periods
    values = [height(each, unit) for each in periods]
    step, highest = _scale(max(values, default=0), whole=not unit)
    slot = 100 / max(1, len(periods))
    width = slot * (0.8 if len(periods) <= _APART else 1)
    bars = []
    for at, (period, value) in enumerate(zip(periods, values, strict=True)):
        up = max(value / highest * _HEIGHT, _LEAST) if value else 0.0
        bars.append(Bar(period, _cut(at * slot), _cut(width), _cut(_TOP + _HEIGHT - up), _cut(up)))
    place = {period.first: at for at, period in enumerate(periods)}
    gaps = tuple(
        Gap(
            printed_days(first.first, last.last),
            _cut(place[first.first] * slot),
            _cut((place[last.first] - place[first.first] + 1) * slot),
        )
        for first, last in timeline.gaps
    )
    return Drawing(tuple(bars), gaps, _lines(step, highest), _labels(periods), _cut(slot))


def _can_be_drawn(periods: tuple[Period, ...], step: Any) -> bool:
    if not periods:
        return False
    return how_many((periods[0].first.toordinal(), periods[-1].last.toordinal()), step) <= MAX_DRAWN


def _scale(most: float, *, whole: bool) -> tuple[float, float]:
    """The distance of the lines, a round number, and the highest of two to five of them.

    >>> _scale(47, whole=True), _scale(1, whole=True), _scale(0.07, whole=False)
    ((10, 50), (1, 1), (0.02, 0.08))
    """
    if not most:
        return 1, 1
    size = 10 ** math.floor(math.log10(most))
    for part in (0.2, 0.5, 1, 2):
        step = part * size
        if most / step <= 5 and (step >= 1 or not whole):
            return round(step, 9), round(math.ceil(round(most / step, 9)) * step, 9)
    return 1, math.ceil(most)


def _lines(step: float, highest: float) -> tuple[Line, ...]:
    numbers = [step * each for each in range(1, round(highest / step) + 1)]
    return tuple(
        Line(f"{round(each, 9):,g}" if each < 1_000 else f"{each:,.0f}",
             _cut(_TOP + _HEIGHT * (1 - each / highest)))
        for each in numbers
    )  # fmt: skip


def _labels(periods: tuple[Period, ...]) -> tuple[Label, ...]:
    """The times below the line: the densest round ones that there is room for."""
    slot = 100 / max(1, len(periods))
    for unit, stride in _STRIDES:
        told = [(at, _label(each, unit, stride)) for at, each in enumerate(periods)]
        shown = [(at, words) for at, words in told if words]
        if len(shown) <= _LABELS:
            return tuple(
                Label(words, _cut(at * slot), number % 2 == 1 and len(shown) > _LABELS // 2)
                for number, (at, words) in enumerate(shown)
                if at * slot < _END
            )
    return ()


def _label(period: Period, unit: str, stride: int) -> str:
    """The label of a period in which a round time begins; "" where none does."""
    first, last = period.first, period.last
    if unit == "days":
        ordinal = -(-(first.toordinal() - 1) // stride) * stride + 1  # a Monday, if it is weeks
        day = date.fromordinal(ordinal)
        return f"{day.day} {_MONTHS[day.month - 1]}" if day <= last else ""
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    every = stride if unit == "months" else 12 * stride
    year, month = divmod(-(-start // every) * every, 12)
    if year > date.max.year or date(year, month + 1, 1) > last:
        return ""
    return _MONTHS[month] if month else str(year)


def _cut(number: float) -> float:
    return round(number, 3)


def register(app: Flask) -> None:
    """Give the template these words."""
    for each in (printed_period, told_gaps, told_most, told_known, rate_of):
        app.jinja_env.filters[each.__name__] = each
    app.jinja_env.globals["RATE_UNIT"] = UNIT
