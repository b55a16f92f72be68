"""The package of an e-book: what it says of itself, its chapters in order, their titles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.errors import InputError
from index.readers.properties import one_line
from index.readers.xhtml import parse_xhtml
from index.readers.zipped import Zipped, local_name, resolve

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_AUTHOR = "aut"
_PUBLISHED = ("publication", "original-publication", "")


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a chapter begins.

    Attributes:
        path: the member that holds it.
        anchor: the id of the element that it begins at; empty for the first one.
        title: what the table of contents calls it.
    """

    path: str
    anchor: str
    title: str


@dataclass(slots=True)
class Book:
    """What the package of an e-book says.

    Attributes:
        title, authors, language, date, identifier: as they are written there.
        paths: the members with the text, in the order in which they are read.
        chapters: the beginnings of chapters, in the order of the table of contents.
        locked: the members that only the programs of the seller can open.
    """

    title: str = ""
    authors: list[str] = field(default_factory=list)
    language: str = ""
    date: str = ""
    identifier: str = ""
    paths: list[str] = field(default_factory=list)
    chapters: list[Chapter] = field(default_factory=list)
    locked: frozenset[str] = frozenset()


def read_book(archive: Zipped) -> Book:
    """Read the package of an e-book. Raises InputError if there is none."""
    place = _package(archive)
    package = archive.parse(place)
    book = Book(locked=_locked(archive))
    metadata = package.find("{*}metadata")
    if metadata is not None:
        _read_metadata(metadata, book)
    items = {item.get("id", ""): item for item in package.iter("{*}item")}
    contents = [
        resolve(place, item.get("href", ""))
        for item in items.values()
        if "nav" in item.get("properties", "").split()
    ]
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref", ""))
        path = "" if item is None else resolve(place, item.get("href", ""))
        is_text = item is not None and "html" in item.get("media-type", "html")
        if is_text and path not in contents and path not in book.paths:
            book.paths.append(path)
    contents += [
        resolve(place, item.get("href", ""))
        for item in items.values()
        if item.get("media-type") == "application/x-dtbncx+xml"
    ]
    for path in contents:
        if not book.chapters and (root := archive.parse_if_whole(path, parse_xhtml)) is not None:
            book.chapters = _beginnings(list(_entries(root, path)))
    return book


def _package(archive: Zipped) -> str:
    """The name of the member that describes the book."""
    root = archive.parse_if_whole(_CONTAINER)
    for rootfile in [] if root is None else root.iter("{*}rootfile"):
        path = str(rootfile.get("full-path", ""))
        if path in archive:
            return path
    for name in archive.names():
        if name.lower().endswith(".opf"):
            return name
    raise InputError("it is a zip archive, but not an e-book: it does not say what is in it")


def _locked(archive: Zipped) -> frozenset[str]:
    """The members that are encrypted; fonts often are, and may be."""
    root = archive.parse_if_whole(_ENCRYPTION)
    references = [] if root is None else root.iter("{*}CipherReference")
    return frozenset(resolve("", reference.get("URI", "")) for reference in references)


def _read_metadata(metadata: etree._Element, book: Book) -> None:
    """Read the title, the authors, the language and the date of publication."""
    roles = {
        meta.get("refines", "").lstrip("#"): (meta.text or "").strip()
        for meta in metadata.iter("{*}meta")
        if meta.get("property") == "role"
    }
    others: list[str] = []
    for element in metadata.iter():
        name, text = local_name(element), one_line(element.text)
        if name == "title":
            book.title = book.title or text
        elif name == "language":
            book.language = book.language or text
        elif name == "identifier":
            book.identifier = book.identifier or text
        elif name == "date" and _attribute(element, "event") in _PUBLISHED:
            book.date = book.date or text
        elif name == "creator" and text:
            role = _attribute(element, "role") or roles.get(element.get("id", ""), _AUTHOR)
            (book.authors if role == _AUTHOR else others).append(text)
    book.authors = book.authors or others


def _attribute(element: etree._Element, name: str) -> str:
    """An attribute, in whatever namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _entries(root: etree._Element, path: str) -> Iterator[tuple[int, Chapter]]:
    """The entries of a table of contents, with the depth of each."""
    if local_name(root) == "ncx":
        for point in root.iter("{*}navPoint"):
            label, content = point.find("{*}navLabel/{*}text"), point.find("{*}content")
            if label is not None and content is not None:
                depth = sum(local_name(each) == "navPoint" for each in point.iterancestors())
                yield depth, _entry(path, content.get("src", ""), label.text or "")
        return
    lists = [each for each in root.iter("{*}nav") if _attribute(each, "type") in ("toc", "")]
    for nav in lists[:1]:
        for link in nav.iter("{*}a"):
            depth = sum(local_name(each) == "li" for each in link.iterancestors()) - 1
            yield depth, _entry(path, link.get("href", ""), "".join(link.itertext()))


def _entry(base: str, reference: str, label: str) -> Chapter:
    return Chapter(resolve(base, reference), reference.partition("#")[2], one_line(label))


def _beginnings(entries: list[tuple[int, Chapter]]) -> list[Chapter]:
    """The entries that begin a chapter: all of the first depth, and each that begins a file."""
    chapters, path = [], ""
    for depth, entry in entries:
        if depth <= 0 or entry.path != path:
            chapters.append(entry)
        path = entry.path
    return chapters
