"""Word documents (.docx): one article a file, with lists, tables, text boxes and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from index.article import MAX_ARTICLE_BYTES, UNKNOWN_DATE, Article, check_article
from index.errors import InputError
from index.paragraphs import clean_paragraphs
from index.readers.properties import (
    author_from,
    date_from,
    language_from,
    name_of,
    one_line,
    printed_date,
    title_from,
    without_title,
)
from index.readers.reading import Failure, Found, Input
from index.readers.zipped import Zipped, local_name, open_zipped, resolve
from index.repair import repair

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # of .doc, and of .docx with a password
_RTF = b"{\\rtf"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
# What is not shown: deleted text, instructions of fields, the copy of a text box for old
# programs, comments, properties.
_HIDDEN = frozenset(
    "del moveFrom delText instrText delInstrText Fallback rPr sectPr tblPr trPr tcPr sdtPr "
    "annotationRef footnoteRef endnoteRef".split()
)
_SPACES = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_OPENING = 3  # paragraphs: a heading among them may be the title
_OFF = ("0", "false", "off")


@dataclass(slots=True)
class _Paragraph:
    """One paragraph: its text, and the name of its style."""

    text: str
    style: str = ""


@dataclass(slots=True)
class _Body:
    """What is gathered while a document is walked through."""

    styles: dict[str, str] = field(default_factory=dict)
    paragraphs: list[_Paragraph] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    open: str = ""  # a large initial, or a paragraph whose end was deleted: the next one goes on
    length: int = 0

    def add(self, text: str, style: str) -> None:
        """Add a paragraph, unless the text has become longer than an article may be."""
        if text.strip():
            self.paragraphs.append(_Paragraph(text, style))
            self.length += len(text)
        if self.length > MAX_ARTICLE_BYTES:
            raise InputError(f"it is longer than {MAX_ARTICLE_BYTES // 10**6} MB; divide it")


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the article of a Word document, and a Failure for each part of it that is damaged.

    Raises InputError if it cannot be opened, or holds no text.
    """
    document = open_zipped(_not_old(stream))
    relations = _relations(document, "")
    main = relations.get("officeDocument", "word/document.xml")
    if main not in document:
        raise InputError("it is a zip archive, but not a Word document: it has no text part")
    body = _read_body(document, main)
    if not body.paragraphs:
        raise InputError("it holds no text")
    properties = _properties(document, relations.get("core-properties", "docProps/core.xml"))
    for part, reason in document.damaged.items():
        yield Failure(f"{source.name}, {part}", reason)
    yield from _build(body, properties, source)


class _Whole:
    """A stream whose first bytes have been looked at."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int) -> bytes:
        return self._head + self._rest.read(size - len(self._head))


def _not_old(stream: BinaryIO) -> BinaryIO:
    """The same stream. Raises InputError if it is of a format of old, or locked."""
    head = stream.read(1 << 16)
    if head.startswith(_RTF):
        raise InputError("it is a file in Rich Text Format; save it as .docx")
    if head.startswith(_OLE):
        if _LOCKED in head + stream.read(1 << 24):
            raise InputError("it is locked with a password; save it without one")
        raise InputError("it is in the format of Word before 2007; save it as .docx")
    return _Whole(head, stream)  # type: ignore[return-value]


def _relations(document: Zipped, part: str) -> dict[str, str]:
    """The parts that a part refers to, by the last word of what they are for it."""
    folder, _, name = part.rpartition("/")
    place = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    root = document.parse_if_whole(place)
    return {
        element.get("Type", "").rpartition("/")[2]: resolve(part, element.get("Target", ""))
        for element in ([] if root is None else root.iter("{*}Relationship"))
        if element.get("TargetMode") != "External"
    }


def _read_body(document: Zipped, main: str) -> _Body:
    """All paragraphs of a document; notes follow the text."""
    relations = _relations(document, main)
    body = _Body(styles=_styles(document, relations.get("styles", "")))
    _walk(document.parse(main), body)
    for kind in _NOTES.values():
        wanted = [number for each, number in body.notes if each == kind]
        root = document.parse_if_whole(relations.get(kind, "")) if wanted else None
        if root is not None:
            notes = {_attribute(note, "id"): note for note in root}
            for number in dict.fromkeys(wanted):
                if number in notes:
                    _walk(notes[number], body)
    return body


def _styles(document: Zipped, part: str) -> dict[str, str]:
    """The names of styles by their ids, which differ from language to language."""
    root = document.parse_if_whole(part)
    names: dict[str, str] = {}
    for style in [] if root is None else root.iter("{*}style"):
        name = style.find("{*}name")
        if name is not None:
            names[_attribute(style, "styleId")] = _attribute(name, "val").lower()
    return names


def _walk(parent: etree._Element, body: _Body) -> None:
    """Add the paragraphs below an element in the order of the text."""
    for element in parent:
        name = local_name(element)
        if name == "p":
            _add_paragraph(element, body)
        elif name and name not in _HIDDEN:
            _walk(element, body)


def _add_paragraph(element: etree._Element, body: _Body) -> None:
    """Add a paragraph, and those of the text boxes that are anchored in it."""
    pieces: list[str] = []
    boxes: list[etree._Element] = []
    _gather(element, pieces, boxes, body)
    text = body.open + "".join(pieces)
    body.open = ""
    frame = element.find("{*}pPr/{*}framePr")
    drop_cap = frame is not None and _attribute(frame, "dropCap") not in ("", "none")
    if drop_cap or element.find("{*}pPr/{*}rPr/{*}del") is not None:
        body.open = text
    else:
        style = element.find("{*}pPr/{*}pStyle")
        style_id = "" if style is None else _attribute(style, "val")
        body.add(text, body.styles.get(style_id, style_id.lower()))
    for box in boxes:
        _walk(box, body)


def _gather(
    element: etree._Element, pieces: list[str], boxes: list[etree._Element], body: _Body
) -> None:
    """Collect the text of a paragraph, the text boxes in it and the notes it refers to."""
    for child in element:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in _SPACES:
            pieces.append(_SPACES[name])
        elif name in _NOTES:
            body.notes.append((_NOTES[name], _attribute(child, "id")))
        elif name == "txbxContent":
            boxes.append(child)
        elif name == "pPr" or name in _HIDDEN or (name == "r" and _is_hidden(child)):
            continue
        else:
            _gather(child, pieces, boxes, body)


def _is_hidden(run: etree._Element) -> bool:
    """Whether a run of text is marked as hidden."""
    mark = run.find("{*}rPr/{*}vanish")
    return mark is not None and _attribute(mark, "val") not in _OFF


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute, whatever its namespace is called."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _properties(document: Zipped, part: str) -> dict[str, str]:
    """The core properties: title, creator, created, language."""
    root = document.parse_if_whole(part)
    return {} if root is None else {local_name(each): each.text or "" for each in root}


def _build(body: _Body, properties: dict[str, str], source: Input) -> Iterator[Found]:
    """Make the article, and say what should be known of it."""
    for paragraph in body.paragraphs:
        paragraph.text = repair(paragraph.text)
    opening = _Body(paragraphs=body.paragraphs[:_OPENING])
    title = _of_style(body, "title") or title_from(properties.get("title"))
    title = title or title_from(_of_style(opening, "heading 1")) or name_of(source)
    paragraphs = clean_paragraphs(each.text for each in body.paragraphs)
    date, notices = date_from(properties.get("created"), source)
    styled = [_of_style(body, "date")]
    printed = printed_date([*styled, *paragraphs], source)
    authors = [
        one_line(each.text)
        for each in body.paragraphs
        if each.style == "author" and each.text.strip()
    ]
    article = Article(
        id=source.article_id,
        paragraphs=tuple(without_title(paragraphs, title)),
        title=title,
        author=", ".join(authors) or author_from(*properties.get("creator", "").split(";")),
        url=source.url,
        language=language_from(properties.get("language")),
        date=printed if printed != UNKNOWN_DATE else date,
    )
    check_article(article)
    yield from notices if printed == UNKNOWN_DATE else []
    yield article


def _of_style(body: _Body, style: str) -> str:
    """The first paragraph of a style."""
    return next((one_line(each.text) for each in body.paragraphs if each.style == style), "")
