"""A tree of markup -> its blocks of text: what a reader of the page sees as paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

# Elements that begin a new line on the page; text between two of them is a block.
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav "
    "ol p pre search section summary table tbody td tfoot th thead tr ul".split()
)
# Elements whose content is no text of the page, or stands apart from it.
_LEFT_OUT = frozenset(
    "applet area aside audio button canvas colgroup datalist dialog embed frame head iframe input "
    "map math meta nav noembed noframes noscript object optgroup option script select style svg "
    "template textarea title video".split()
)
_INVISIBLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CELL_LENGTH = 60  # of a table of data; what is longer is text that a table lays out


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of text between two breaks of the page.

    Attributes:
        text: the text, white space folded.
        path: the elements around it that begin a line, from the outermost to its own.
        linked: how many of its characters, without white space, are in links.
    """

    text: str
    path: tuple[HtmlElement, ...]
    linked: int

    @property
    def tag(self) -> str:
        """The tag of its own element."""
        return str(self.path[-1].tag)

    @property
    def size(self) -> int:
        """Its characters, without white space."""
        return len(self.text) - self.text.count(" ")


def blocks_of(root: HtmlElement) -> list[Block]:
    """The blocks of a page in their order; what cannot be seen is left out."""
    collector = _Collector()
    collector.walk(root, (root,), in_link=False)
    collector.end_block((root,))
    return collector.blocks


def is_hidden(element: HtmlElement) -> bool:
    """Tell whether an element says itself that it is not shown."""
    return (
        "hidden" in element.attrib
        or element.get("aria-hidden") == "true"
        or bool(_INVISIBLE.search(element.get("style") or ""))
    )


class _Collector:
    """Collects text until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text: list[str] = []
        self._linked = 0
        self._breaks = 0  # line breaks in a row; two of them end a block

    def walk(self, element: HtmlElement, path: tuple[HtmlElement, ...], in_link: bool) -> None:
        """Collect an element; the parser bounds how deep it can be."""
        self._add(element.text, in_link)
        for child in element:
            self._enter(child, path, in_link)
            self._add(child.tail, in_link)

    def _enter(self, element: HtmlElement, path: tuple[HtmlElement, ...], in_link: bool) -> None:
        tag = element.tag
        if tag == "br":
            self._text.append(" ")
            self._breaks += 1
            if self._breaks == 2:
                self.end_block(path)
        elif tag in _BLOCKS and tag not in _LEFT_OUT and not is_hidden(element):
            self.end_block(path)
            inner = (*path, element)
            self.walk(element, inner, in_link)
            self.end_block(inner)
        elif tag in _LEFT_OUT or not isinstance(tag, str) or is_hidden(element):
            self._text.append(" ")
        else:
            self.walk(element, path, in_link or tag == "a")

    def _add(self, text: str | None, in_link: bool) -> None:
        if not text:
            return
        self._text.append(text)
        size = len("".join(text.split()))
        if size:
            self._breaks = 0
            self._linked += size * in_link

    def end_block(self, path: tuple[HtmlElement, ...]) -> None:
        """Make a block of the text that was collected."""
        text = " ".join("".join(self._text).split())
        if text:
            self.blocks.append(Block(text, path, self._linked))
        self._text.clear()
        self._linked = self._breaks = 0


def paragraphs_of(blocks: list[Block]) -> Iterator[str]:
    """The paragraphs that blocks make: a row of data is one, a term and its definition too."""
    tables = _data_tables(blocks)
    for row, group in groupby(blocks, lambda block: _row(block, tables)):
        members = list(group)
        if row is not None:
            yield " | ".join(block.text for block in members)
            continue
        term = ""
        for block, following in zip(members, [*members[1:], None], strict=True):
            if block.tag == "dt" and following is not None and following.tag == "dd":
                term = f"{block.text.rstrip(':')}: "
            else:
                yield term + block.text
                term = ""


def _row(block: Block, tables: set[HtmlElement]) -> HtmlElement | None:
    """The row of a table of data that a block is in."""
    for outer, inner in zip(reversed(block.path[:-1]), reversed(block.path), strict=False):
        if inner.tag == "tr":
            return inner if outer in tables or outer.getparent() in tables else None
    return None


def _data_tables(blocks: list[Block]) -> set[HtmlElement]:
    """The innermost tables that hold short cells in rows, not text that they only lay out."""
    cells: dict[HtmlElement, list[Block]] = {}
    for block in blocks:
        for element in reversed(block.path):
            if element.tag == "table":
                cells.setdefault(element, []).append(block)
                break
    return {table for table, inside in cells.items() if _holds_data(inside)}


def _holds_data(blocks: list[Block]) -> bool:
    """Tell whether the blocks of a table are its cells, short, and several of them in a row."""
    places = [next((e for e in reversed(b.path) if e.tag in ("td", "th")), None) for b in blocks]
    within = [place for place in places if place is not None]
    rows = {place.getparent() for place in within}
    return (
        len(set(within)) == len(within) >= 4
        and len(within) >= 2 * len(rows) >= 4
        and sum(block.size for block in blocks) <= _CELL_LENGTH * len(blocks)
    )
