"""E-books (EPUB): one article a chapter, cited by its title and by that of the book."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from index.article import MAX_ARTICLE_BYTES, Article, PublicationDate, check_article
from index.errors import InputError
from index.paragraphs import clean_paragraphs
from index.readers.book import Book, Chapter, read_book
from index.readers.properties import (
    author_from,
    date_from,
    language_from,
    name_of,
    title_from,
    without_title,
)
from index.readers.reading import Failure, Found, Input
from index.readers.xhtml import paragraphs_of, parse_xhtml
from index.readers.zipped import Zipped, open_zipped
from index.repair import repair

_LONGEST_HEADING = 100


@dataclass(slots=True)
class _Text:
    """The text of a chapter as it is gathered."""

    title: str
    paragraphs: list[str] = field(default_factory=list)
    length: int = 0


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield an article for each chapter of a book, a Failure for each part that is broken.

    Raises InputError if it cannot be opened, or holds no text.
    """
    archive = open_zipped(stream)
    book = read_book(archive)
    failures = [Failure(f"{source.name}, {part}", why) for part, why in archive.damaged.items()]
    texts = [text for text in _read_texts(archive, book, source, failures) if text.paragraphs]
    if not texts and failures:
        raise InputError(failures[0].reason)
    if not texts:
        raise InputError("it holds no text")
    date, notices = date_from(book.date, source)
    yield from failures
    yield from notices
    for number, text in enumerate(texts, start=1):
        alone = len(texts) == 1
        try:
            article = _build(book, text, date, source, 0 if alone else number)
            check_article(article)
        except InputError as error:
            yield Failure(f"{source.name}, chapter {number}", str(error))
        else:
            yield article


def _read_texts(
    archive: Zipped, book: Book, source: Input, failures: list[Failure]
) -> Iterator[_Text]:
    """The chapters in order; what precedes the first one, such as a preface, is one, too."""
    text = _Text("")
    for path in book.paths:
        beginnings = {each.anchor: each for each in reversed(book.chapters) if each.path == path}
        if not book.chapters:
            beginnings = {"": Chapter(path, "", "")}
        if "" in beginnings:
            yield text
            text = _Text(beginnings[""].title)
        try:
            if path in book.locked:
                raise InputError("it is locked by the one who sold it")
            root = parse_xhtml(archive.read(path), path)
        except InputError as error:
            failures.append(Failure(f"{source.name}, {path}", str(error)))
            continue
        for mark, value in paragraphs_of(root):
            if mark and value in beginnings:
                yield text
                text = _Text(beginnings[value].title)
            elif not mark and _says_something(value):
                _add(text, value)
    yield text


def _add(text: _Text, paragraph: str) -> None:
    """Add a paragraph; of what is too long for an article, enough is kept to find that out."""
    text.length += len(paragraph)
    if text.length <= 2 * MAX_ARTICLE_BYTES:
        text.paragraphs += clean_paragraphs([repair(paragraph)])


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _build(book: Book, text: _Text, date: PublicationDate, source: Input, number: int) -> Article:
    """Make the article of a chapter; number 0 is that of a book that is not divided."""
    whole = title_from(book.title) or name_of(source)
    base = source.article_id or book.identifier
    title = text.title or _heading(text, number)
    return Article(
        id=f"{base}:{number}" if number and base else base,
        paragraphs=tuple(without_title(text.paragraphs, title if number else whole)),
        title=title if number else whole,
        author=author_from(*book.authors),
        source=whole if number else "",
        url=source.url,
        language=language_from(book.language),
        date=date,
    )


def _heading(text: _Text, number: int) -> str:
    """What a chapter is called that the table of contents does not name."""
    first = text.paragraphs[0]
    return (
        first if len(first) <= _LONGEST_HEADING and first[-1:] not in ".,;:" else f"Part {number}"
    )
