"""Printed lines -> paragraphs: by spacing, indentation, length and style; hyphens are joined."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

HYPHENS = "-\u2010\u00ad"
_SOFT = "\u00ad"
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010’'][^\W\d_]+)*")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_SENTENCE_END = re.compile(r"[.!?…:;。！？][\"'”’»)\]\d]*$")
_BULLET = re.compile(
    r"[•◦▪▫■□●○‣⁃∙·\uf0a7\uf0b7–—*-](?:\s|$)|\(?(?:\d{1,2}|[a-z]|[ivx]{1,5})[.)]\s"
)
_LEADERS = re.compile(r"(?:[.·…_]\s?){5,}\s*[\divxlc]*$")  # of a table of contents
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_WORDY = re.compile(r"[^\W\d_]")
_WIDE = 1.3  # times the usual spacing: a space between paragraphs
_HEADING_SPACING = 1.8  # sizes, between the lines of a heading
_RAGGED = 0.15  # of the width: how much shorter lines of running text may be
_FEW = 3  # lines do not tell what margins they have
_LARGER = 1.15  # times the size of the text: a heading
_INDENT = 0.7  # of the size: a line that begins further in begins a paragraph
_BOLD, _BOLDER = 500, 150  # of weights that run from 100 to 900
_FIRST_INDENT = 4.0  # times the size: the first line of a paragraph begins at most so far in
_SPACE = 0.3  # of the size
_TAIL = 80  # letters that tell how a line ends
_ROW = 0.3  # of the size: with less between their heights, lines are parts of one row


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, or a part of one; lengths in points, upwards and to the right.

    Attributes:
        text: what it says; a hyphen at its end may belong to the print only.
        left, right: where its ink begins and ends.
        baseline: the height on the page that its letters stand on.
        size: that of the font.
        weight: 400 for usual letters, 700 for bold ones; 0 where the font does not say.
        page: which one, from 0.
        row: whether it is a row of a table, which is a paragraph by itself.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    weight: int = 0
    page: int = 0
    row: bool = False


@dataclass(frozen=True, slots=True)
class _Block:
    """The margins that a run of lines is set between, and whether lines are filled up to them."""

    left: float
    right: float
    filled: bool

    def is_full(self, line: Line) -> bool:
        """Whether a line reaches the right margin, or nearly."""
        return self.right - line.right <= _RAGGED * (self.right - self.left)


def join_lines(lines: Sequence[Line]) -> list[tuple[Line, str]]:
    """Make paragraphs of lines in reading order: each with its first line.

    The lines of a paragraph stand as close as most do, at one margin, in one size; it ends
    where the next line's first word would still have found room.
    """
    spacing, size = _usual_spacing(lines), body_size(lines)
    blocks = _blocks(lines, spacing)
    paragraphs: list[list[Line]] = []
    for number, line in enumerate(lines):
        if number and _goes_on(
            lines, number, blocks[number - 1 : number + 1], (spacing, size), paragraphs[-1]
        ):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    words = _Words(lines)
    joined = ((each[0], words.join([line.text for line in each])) for each in paragraphs)
    return [(line, text) for line, text in joined if _SAYS_SOMETHING.search(text)]


def body_size(lines: Iterable[Line]) -> float:
    """The size that most of the text is set in."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0.0


def _usual_spacing(lines: Sequence[Line]) -> float:
    """How far apart, in sizes, most lines of the text stand."""
    spacings: Counter[float] = Counter()
    for above, below in pairwise(lines):
        if above.page == below.page and above.size and abs(above.size - below.size) < 1:
            spacing = (above.baseline - below.baseline) / above.size
            if 0.8 < spacing < 3:
                spacings[round(spacing, 1)] += 1
    return max(spacings, key=lambda spacing: (spacings[spacing], -spacing)) if spacings else 1.2


def _blocks(lines: Sequence[Line], spacing: float) -> list[_Block]:
    """For each line, the margins of the lines that it stands among."""
    blocks: list[_Block] = []
    for column in _runs(lines, math.inf):
        margins = _margins(column, column)
        for run in _runs(column, _WIDE * spacing):
            blocks += [_margins(run, run if len(run) > _FEW else margins)] * len(run)
    return blocks


def _runs(lines: Sequence[Line], spacing: float) -> Iterator[Sequence[Line]]:
    """Divide lines where one does not stand under the other, or not within a spacing."""
    start = 0
    for number in range(1, len(lines) + 1):
        below = number < len(lines) and _is_below(lines[number], lines[number - 1])
        size = lines[number - 1].size
        if not below or lines[number - 1].baseline - lines[number].baseline > spacing * size:
            yield lines[start:number]
            start = number


def _margins(run: Sequence[Line], around: Sequence[Line] | _Block) -> _Block:
    """The margins of a run of lines; those of what is around it, where it is too short to tell."""
    if isinstance(around, _Block):
        left, right = around.left, around.right
    else:
        text = [line for line in around if not line.row] or around
        left, right = min(line.left for line in text), max(line.right for line in text)
    block = _Block(left, right, filled=True)
    full = sum(map(block.is_full, run[:-1]))
    return _Block(left, right, filled=2 * full >= len(run) - 1)


def _is_below(line: Line, above: Line) -> bool:
    """Whether a line stands under another one, in the same column."""
    size = max(line.size, above.size)
    return (
        line.page == above.page
        and above.baseline - line.baseline > _ROW * size
        and line.left < above.right
        and line.right > above.left
    )


def _goes_on(
    lines: Sequence[Line],
    number: int,
    blocks: Sequence[_Block],
    usual: tuple[float, float],
    paragraph: Sequence[Line],
) -> bool:
    """Tell whether a line goes on with the paragraph of the line before it."""
    above, line = lines[number - 1], lines[number]
    spacing, body = usual
    if (
        above.row
        or line.row
        or _LEADERS.search(above.text[-_TAIL:])
        or not _same_style(above, line)
    ):
        return False
    if not _is_below(line, above):
        indented = line.left - blocks[1].left > _INDENT * line.size
        may = line.text[:1].islower() or not indented
        return may and _goes_on_elsewhere(above, line, blocks[0])
    heading = above.size > _LARGER * body
    widest = max(_WIDE * spacing, _HEADING_SPACING if heading else 0.0)
    if above.baseline - line.baseline > widest * max(above.size, line.size):
        return False
    if _is_hyphenated(above, line) or heading:
        return True
    if _BULLET.match(line.text) and _begins_item(above, line, blocks[0], paragraph):
        return False
    shift = line.left - above.left
    if shift > _INDENT * line.size and not _hangs(above, line, blocks[0], paragraph):
        return False
    indented = len(paragraph) == 1 and shift >= -_FIRST_INDENT * line.size
    if shift < -_INDENT * line.size and not indented:
        return False
    return not _ends(above, line, blocks[0])


def _begins_item(above: Line, line: Line, block: _Block, paragraph: Sequence[Line]) -> bool:
    """Whether a line that begins like an item of a list is one, and not a part of a sentence."""
    sure = not line.text[0].isalnum() and line.text[0] not in "-–—*("
    return sure or bool(_BULLET.match(paragraph[0].text)) or _ends(above, line, block)


def _hangs(above: Line, line: Line, block: _Block, paragraph: Sequence[Line]) -> bool:
    """Whether a line that begins further in goes on with an item, or with a sentence."""
    if len(paragraph) > 1:
        return False
    if not _SENTENCE_END.search(above.text[-_TAIL:]) and (
        line.text[0].islower() or block.is_full(above)
    ):
        return True
    return bool(_BULLET.match(above.text))


def _same_style(above: Line, line: Line) -> bool:
    """Whether two lines have about the same size, and are both bold or both not."""
    if max(above.size, line.size) > _LARGER * min(above.size, line.size):
        return False
    known = above.weight > 0 and line.weight > 0
    bold = max(above.weight, line.weight) >= _BOLD
    return not (known and bold and abs(above.weight - line.weight) > _BOLDER)


def _is_hyphenated(above: Line, line: Line) -> bool:
    return bool(_LAST_WORD.search(above.text[-_TAIL:])) and line.text[:1].islower()


def _goes_on_elsewhere(above: Line, line: Line, block: _Block) -> bool:
    """Whether a paragraph goes on in the next column or on the next page."""
    if _is_hyphenated(above, line):
        return True
    if _BULLET.match(line.text):
        return False
    if _SENTENCE_END.search(above.text[-_TAIL:]):
        return False
    return line.text[:1].islower() or (block.is_full(above) and len(above.text) > 20)


def _ends(above: Line, line: Line, block: _Block) -> bool:
    """Whether a paragraph ends with a line, as the next word would have found room on it."""
    if not block.filled and not block.is_full(above):
        return True
    letters = max(len(line.text), 1)
    first = line.text.split(" ", 1)[0]
    needed = (line.right - line.left) * len(first) / letters + _SPACE * line.size
    room = block.right - above.right
    if room <= needed + _SPACE * line.size:
        return False
    if line.text[:1].islower() and not _SENTENCE_END.search(above.text[-_TAIL:]):
        return room > 0.6 * (block.right - block.left)
    return True


class _Words:
    """The words of a text, by which it is told whether a hyphen belongs to a word."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._whole: Counter[str] = Counter()
        self._before: Counter[str] = Counter()
        cut = False
        for line in lines:
            found = [word.casefold().replace("\u2010", "-") for word in _WORD.findall(line.text)]
            found = found[1:] if cut else found
            cut = line.text[-1:] in HYPHENS
            for word in found[:-1] if cut else found:
                self._whole[word] += 1
                if "-" in word:
                    self._before[word.partition("-")[0]] += 1
                    self._whole.update(word.split("-"))

    def join(self, texts: Sequence[str]) -> str:
        """Join the lines of a paragraph."""
        joined = texts[0]
        for text in texts[1:]:
            if joined[-1:] in HYPHENS and _WORDY.search(joined[-2:-1]) and text[:1].isalnum():
                keep = self._keeps_hyphen(joined, text)
                joined = (joined if keep else joined[:-1]) + text
            elif joined[-1:] in HYPHENS and joined[-2:-1].isdigit() and text[:1].isalnum():
                joined += text
            else:
                joined += " " + text
        return joined.replace(_SOFT, "")

    def _keeps_hyphen(self, above: str, below: str) -> bool:
        """Tell a compound such as well-known from a word that was divided in print."""
        if above.endswith(_SOFT):
            return False
        above = above[-_TAIL:]
        head, tail = _LAST_WORD.search(above), _FIRST_WORD.match(below)
        if head is None or tail is None:
            return True
        first, second = head[1].casefold(), tail[0].casefold()
        if self._whole[first + second]:
            return False
        if self._whole[f"{first}-{second}"]:
            return True
        if tail[0][0].isupper() and not (head[1].isupper() and tail[0].isupper()):
            return True
        compound = above[: head.start()].endswith("-") or below[tail.end() :].startswith("-")
        known = self._whole[first] > 0 and self._whole[second] > 0
        return known and (compound or self._before[first] > 0)
