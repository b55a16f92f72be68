"""The pages of a PDF -> printed lines, by the places of their letters. PDFium finds these."""

from __future__ import annotations

import ctypes
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index.readers.lines import Line

_TextPage = Any  # PDFium's handle of the text of a page
_HYPHEN_AT_END = "\x02"  # PDFium's mark of a hyphen that ends a line
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | {"\ufffe": "-", "\u200b": None, "\ufeff": None}
)
_CELL = 2.0  # sizes: a gap this wide divides columns, or the cells of a table
_SAME_ROW = 0.6  # of the size: a difference in height that an index may have
_SPACE_BACK = 0.3  # of the size: how far letters may reach into each other
_JOINED = 0.15  # of the size: with less between them, two parts are one word


# Behind a word or a stop, a raised figure is the mark of a note; behind a short word it may
# belong to it, as in km².
_MARKED = re.compile(r"(?:[^\W\d_]{3}|[.,;:!?\"'”’»)\]])$")
_RAISED, _SMALLER = 0.15, 0.9  # of the size of the letter before it


@dataclass(slots=True)
class _Word:
    """Letters without a space between them, or the end of a line, which has no text."""

    text: str
    left: float = 0.0
    right: float = 0.0
    baseline: float = 0.0
    size: float = 0.0
    weight: int = 0
    turn: int = 0  # quarters, against the clock


def read_page(document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    """The lines of a page as they follow in the file, parted where a wide gap is in them."""
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            words = list(_words(text.raw, text.count_chars()))
        finally:
            text.close()
    finally:
        page.close()
    turns = Counter(word.turn for word in words if word.text)
    lines = []
    for turn, _ in turns.most_common():
        parts = [word for word in words if word.turn == turn or not word.text]
        lines += _join_rows(list(_lines(parts, number)))
    return lines


def _words(text: _TextPage, length: int) -> Iterator[_Word]:
    """The words of a page of so many letters, and the ends of its lines."""
    letters: list[str] = []
    first = last = 0
    code_of = pdfium.FPDFText_GetUnicode
    for index in range(length):
        letter = chr(min(code_of(text, index), sys.maxunicode))
        if letter > "\x02" and not letter.isspace():
            if letter.isdigit() and letters and _is_mark(text, "".join(letters[-3:]), index):
                yield _place(text, first, last, "".join(letters))
                letters = []
            if not letters:
                first = index
            letters.append(letter)
            last = index
            continue
        if letters:
            printed = "".join(letters) + ("-" if letter == _HYPHEN_AT_END else "")
            yield _place(text, first, last, printed)
            letters = []
        if letter in "\r\n\x02":
            yield _Word("")
    if letters:
        yield _place(text, first, last, "".join(letters))


def _is_mark(text: _TextPage, word: str, index: int) -> bool:
    """Whether the figure behind a word is the mark of a note: raised, and smaller."""
    if not _MARKED.search(word):
        return False
    x, before, here = ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, index - 1, x, before)
    pdfium.FPDFText_GetCharOrigin(text, index, x, here)
    size, other = (pdfium.FPDFText_GetFontSize(text, each) for each in (index - 1, index))
    smaller = other < _SMALLER * size
    raised = _scale(text, index) * size * _RAISED < here.value - before.value
    return bool(smaller and raised)


def _scale(text: _TextPage, index: int) -> float:
    """How much larger than its font says a letter is printed."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    return math.hypot(matrix.c, matrix.d) or 1.0


def _place(text: _TextPage, first: int, last: int, printed: str) -> _Word:
    """Find where a word stands, turned so that it runs from left to right."""
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX()
    pdfium.FPDFText_GetCharOrigin(text, first, x, y)
    pdfium.FPDFText_GetMatrix(text, first, matrix)
    start, end = pdfium.FS_RECTF(), pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text, first, start)
    pdfium.FPDFText_GetLooseCharBox(text, last, end)
    scale = math.hypot(matrix.c, matrix.d) or 1.0
    angle = math.atan2(matrix.b, matrix.a)
    turn = round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) else 0
    sides = [
        (min(start.left, end.left), max(start.right, end.right), y.value),
        (min(start.bottom, end.bottom), max(start.top, end.top), -x.value),
        (-max(start.right, end.right), -min(start.left, end.left), -y.value),
        (-max(start.top, end.top), -min(start.bottom, end.bottom), x.value),
    ]
    left, right, baseline = sides[turn]
    size = pdfium.FPDFText_GetFontSize(text, first) * scale
    if not math.isfinite(left + right + baseline + size):
        return _Word(printed)
    weight = max(pdfium.FPDFText_GetFontWeight(text, first), 0)
    return _Word(printed, left, right, baseline, size, weight, turn)


def _lines(words: Sequence[_Word], page: int) -> Iterator[Line]:
    """Divide words into lines, where PDFium or a wide gap does so."""
    line: list[_Word] = []
    for word in words:
        if line and (not word.text or word.left - line[-1].right > _CELL * line[-1].size):
            yield _line(line, page)
            line = []
        if word.text:
            line.append(word)
    if line:
        yield _line(line, page)


def _line(words: Sequence[_Word], page: int) -> Line:
    """Make a line of words; most of its letters tell its size and its height."""
    sizes: Counter[tuple[float, float]] = Counter()
    for word in words:
        sizes[round(word.size, 1), round(word.baseline, 1)] += len(word.text)
    size, baseline = max(sizes, key=lambda each: (sizes[each], each))
    return Line(
        text=" ".join(word.text for word in words).translate(_LIGATURES),
        left=min(word.left for word in words),
        right=max(word.right for word in words),
        baseline=baseline,
        size=max(size, 0.1),
        weight=min(words[0].weight, words[-1].weight),
        page=page,
    )


def _join_rows(lines: Sequence[Line]) -> list[Line]:
    """Join what belongs to one line but was set apart for a raised or lowered figure."""
    joined: list[Line] = []
    for line in lines:
        if joined and _stands_beside(joined[-1], line):
            joined[-1] = _join(joined[-1], line)
        else:
            joined.append(line)
    return joined


def _stands_beside(line: Line, other: Line) -> bool:
    size = max(line.size, other.size)
    near = -_SPACE_BACK * size <= other.left - line.right <= size
    return near and abs(line.baseline - other.baseline) < _SAME_ROW * size


def _join(line: Line, other: Line) -> Line:
    """Two parts as one line, at the height of the larger one."""
    larger = line if (line.size, len(line.text)) >= (other.size, len(other.text)) else other
    apart = other.left - line.right > _JOINED * larger.size
    raised = other.baseline - line.baseline > _RAISED * line.size and other.size < line.size
    mark = raised and other.text[:1].isdigit() and bool(_MARKED.search(line.text))
    space = " " if apart or mark else ""
    return replace(
        larger,
        text=line.text + space + other.text,
        left=min(line.left, other.left),
        right=max(line.right, other.right),
        weight=min(line.weight, other.weight),
    )
