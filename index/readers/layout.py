"""The lines of pages -> the order in which they are read, without running heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import median

from index.readers.lines import Line, body_size

_MOST_COLUMNS = 8
_COLUMN_LINES = 5  # so many lines, at least, make a column
_CROSSING = 0.4  # of the lines of a page may reach over the gutter between two columns
_PROSE_WIDTH = 0.55  # of the column: half of the lines of running text are at least so long
_PROSE_LETTERS = 15
_MARGIN_LINES = 3  # heads and feet are among so many first or last lines
_MOST_RUNS = 500  # of lines on a page; beyond, they are put in order by their height alone
_SAME_HEIGHT = 2.5  # points
_SAME_ROW = 0.3  # of the size
_LARGER = 1.15  # times the size of the text
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.I)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|p\.|seite|pagina|página|стр\.?)\s*)?(?:\d{1,4}|[ivxlc]{1,8})"
    r"(?:\s*(?:/|of|von|de|sur)\s*\d{1,4})?\W*",
    re.I,
)


def in_reading_order(lines: Sequence[Line], columns: int = _MOST_COLUMNS) -> list[Line]:
    """Put the lines of a page in order: column by column, and from top to bottom.

    Args:
        lines: as they follow in the file.
        columns: into how many columns they can be divided, at most.
    """
    gutter = _gutter(lines) if columns > 1 else None
    if gutter is None:
        return _rows(_downwards(lines))
    order = partial(in_reading_order, columns=columns - 1)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in sorted(lines, key=lambda line: (-line.baseline, line.left)):
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:
            ordered += [*(each for side in (left, right) for each in order(side)), line]
            left, right = [], []
    return _rows([*ordered, *order(left), *order(right)])


def _gutter(lines: Sequence[Line]) -> float | None:
    """The middle of the empty strip between two columns of running text, if there is one."""
    if len(lines) < 2 * _COLUMN_LINES:
        return None
    start, end = min(line.left for line in lines), max(line.right for line in lines)
    best, place = len(lines) * _CROSSING, None
    for step in range(20, 81):
        x = start + (end - start) * step / 100
        crossing = sum(line.left < x < line.right for line in lines)
        if crossing < best or (crossing == best and place is None):
            best, place = crossing, x
    if place is None:
        return None
    left = [line for line in lines if line.right <= place]
    right = [line for line in lines if line.left >= place]
    if not (_is_prose(left) and _is_prose(right) and _stand_side_by_side(left, right)):
        return None
    return (max(line.right for line in left) + min(line.left for line in right)) / 2


def _is_prose(lines: Sequence[Line]) -> bool:
    """Whether lines are a column of running text, and not of a table."""
    if len(lines) < _COLUMN_LINES:
        return False
    width = max(line.right for line in lines) - min(line.left for line in lines)
    usual = median(line.right - line.left for line in lines)
    return usual >= _PROSE_WIDTH * width and median(map(_letters, lines)) >= _PROSE_LETTERS


def _letters(line: Line) -> int:
    return len(line.text)


def _stand_side_by_side(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether two columns share at least half of the height of the shorter one."""
    spans = [
        (min(each.baseline for each in side), max(each.baseline for each in side))
        for side in (left, right)
    ]
    shared = min(high for _, high in spans) - max(low for low, _ in spans)
    return shared > 0 and shared >= 0.5 * min(high - low for low, high in spans)


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines that follow each other downwards in the file, and what they cover."""

    lines: list[Line]
    left: float
    right: float
    bottom: float
    top: float

    def is_below(self, other: _Run) -> bool:
        """Whether all of it stands below another one, at least in part under it."""
        return self.top < other.bottom and self.left < other.right and self.right > other.left


def _downwards(lines: Sequence[Line]) -> list[Line]:
    """Keep the order of the file, but read what stands above before what stands below it."""
    groups: list[list[Line]] = []
    for line in lines:
        if groups and line.baseline <= groups[-1][-1].baseline + _SAME_ROW * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    if len(groups) > _MOST_RUNS:
        return sorted(lines, key=lambda line: (-line.baseline, line.left))
    ordered: list[_Run] = []
    for run in map(_run, groups):
        place = len(ordered)
        while place and ordered[place - 1].is_below(run):
            place -= 1
        ordered.insert(place, run)
    return [line for run in ordered for line in run.lines]


def _run(lines: list[Line]) -> _Run:
    return _Run(
        lines,
        left=min(line.left for line in lines),
        right=max(line.right for line in lines),
        bottom=min(line.baseline for line in lines),
        top=max(line.baseline for line in lines),
    )


def _rows(lines: Sequence[Line]) -> list[Line]:
    """Join cells that follow each other on one height to the row of a table."""
    rows: list[Line] = []
    for line in lines:
        above = rows[-1] if rows else None
        same = above is not None and abs(above.baseline - line.baseline) < _SAME_ROW * line.size
        if above is not None and same and line.left >= above.right:
            text, weight = f"{above.text} {line.text}", min(above.weight, line.weight)
            rows[-1] = replace(above, text=text, right=line.right, weight=weight, row=True)
        else:
            rows.append(line)
    return rows


def without_margins(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Drop running heads, running feet and page numbers: what repeats in the same place."""
    numbered = [page for page in pages if page]
    dropped: set[int] = set()
    for top in (True, False):
        edges = [
            sorted(page, key=lambda line: -line.baseline if top else line.baseline)[:_MARGIN_LINES]
            for page in numbered
        ]
        dropped |= _outermost(edges) - _headlines(pages)
        for place in range(1, _MARGIN_LINES):
            dropped |= _repeated(edges, place, dropped)
    if len(dropped) == sum(map(len, pages)):
        return [list(page) for page in pages]
    return [[line for line in page if id(line) not in dropped] for page in pages]


def _headlines(pages: Sequence[Sequence[Line]]) -> set[int]:
    """The lines of the first page that are larger than the text: they are a title, not a head."""
    size = body_size(line for page in pages for line in page)
    return {id(line) for page in pages[:1] for line in page if line.size > _LARGER * size}


def _outermost(edges: Sequence[Sequence[Line]]) -> set[int]:
    """The first, or the last, lines of pages that are heads, feet or only numbers."""
    found = {
        id(line)
        for number, (line, *_) in enumerate(edges)
        for other, *_ in edges[max(0, number - 2) : number + 3]
        if other is not line and _repeats(line, other)
    }
    heights = Counter(round(line.baseline) for line, *_ in edges if id(line) in found)
    for line, *below in edges:
        usual = sum(heights[round(line.baseline) + shift] for shift in (-1, 0, 1))
        if (usual > 2 and usual * 2 >= len(edges)) or _is_page_number(line, below):
            found.add(id(line))
    return found


def _repeated(edges: Sequence[Sequence[Line]], place: int, dropped: set[int]) -> set[int]:
    """The lines in a place behind a head, or before a foot, that many pages repeat."""
    lines = [page[place] for page in edges if len(page) > place and id(page[place - 1]) in dropped]
    found = set()
    for line in lines:
        alike = sum(_repeats(line, other) for other in lines)
        if alike > 2 and alike * 3 >= len(edges):
            found.add(id(line))
    return found


def _repeats(line: Line, other: Line) -> bool:
    """Whether two lines say the same at one height, but for a number that counts the pages."""
    if abs(line.baseline - other.baseline) > _SAME_HEIGHT:
        return False
    if line.text == other.text:
        return True
    if _NUMBER.sub("#", line.text) != _NUMBER.sub("#", other.text):
        return False
    pairs = zip(_NUMBER.findall(line.text), _NUMBER.findall(other.text), strict=False)
    pages = line.page - other.page
    return all(one == two or _value(one) - _value(two) == pages for one, two in pairs)


def _value(number: str) -> int:
    """The value of a number in Arabic or in Roman figures."""
    if number.isdigit():
        return int(number[:9])
    values = [_ROMAN[figure] for figure in number.lower()]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _is_page_number(line: Line, rest: Sequence[Line]) -> bool:
    """Whether the outermost line of a page is only its number, apart from the text."""
    if not rest or not _PAGE_NUMBER.fullmatch(line.text):
        return False
    return abs(rest[0].baseline - line.baseline) > 1.8 * max(line.size, rest[0].size)
