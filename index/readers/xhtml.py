"""The chapters of a book, which are XHTML -> paragraphs, and the anchors that they stand behind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from index.readers.zipped import local_name, parse_xml

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary "
    "table tbody td tfoot th thead tr ul".split()
)
_UNSEEN = frozenset(
    "head script style template title nav rt rp svg noscript annotation annotation-xml "
    "audio video object iframe".split()
)
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]*);")
_OF_XML = (b"amp", b"lt", b"gt", b"quot", b"apos")


def parse_xhtml(data: bytes, name: str) -> etree._Element:
    """Parse a chapter, well-formed or not; entities of HTML are known, others are left out.

    Raises InputError if it holds no markup.
    """
    return parse_xml(_ENTITY.sub(_numbered, data), name, lenient=True)


def _numbered(match: re.Match[bytes]) -> bytes:
    """An entity of HTML as the number of its character, which every parser knows."""
    if match[1] in _OF_XML:
        return match[0]
    text = html5.get(match[1].decode() + ";", "")
    return "".join(f"&#{ord(letter)};" for letter in text).encode()


def paragraphs_of(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the anchors and the paragraphs of a chapter: ("#", an id) and ("", a text)."""
    pieces: list[str] = []
    for kind, value in _walk(root):
        if kind == "text":
            pieces.append(value)
            continue
        if kind == "anchor" and not "".join(pieces).strip():
            yield "#", value
            continue
        if kind == "anchor":
            yield "", "".join(pieces)
            yield "#", value
        elif "".join(pieces).strip():
            yield "", "".join(pieces)
        pieces = []
    if "".join(pieces).strip():
        yield "", "".join(pieces)


def _walk(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield texts, anchors and the borders of blocks in order, however deep they are nested."""
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local_name(element)
        unseen = not name or name in _UNSEEN or _is_page_break(element)
        if event == "start":
            hidden += unseen
            if hidden:
                continue
            if name in _BLOCKS:
                yield "border", ""
            if anchor := element.get("id"):
                yield "anchor", anchor
            yield "text", "\n" if name == "br" else element.text or ""
            continue
        hidden -= unseen
        if hidden:
            continue
        if name in _BLOCKS:
            yield "border", ""
        yield "text", element.tail or ""


def _is_page_break(element: etree._Element) -> bool:
    """Whether an element only says where a page of the printed book begins."""
    return any(
        str(name).rpartition("}")[2] == "type" and "pagebreak" in str(value)
        for name, value in element.attrib.items()
    )
