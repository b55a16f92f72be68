"""PDF: one article a file, its paragraphs made of printed lines. PDFium reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

from index.article import MAX_ARTICLE_BYTES, UNKNOWN_DATE, Article, check_article
from index.errors import InputError
from index.paragraphs import clean_paragraphs
from index.readers.layout import in_reading_order, without_margins
from index.readers.lines import Line, body_size, join_lines
from index.readers.pdf_pages import read_page
from index.readers.properties import (
    author_from,
    date_from,
    name_of,
    printed_date,
    title_from,
    without_title,
)
from index.readers.reading import Failure, Found, Input, Notice
from index.repair import repair

MAX_FILE_BYTES = 256_000_000
_DATE = re.compile(
    r"(?:D:)?(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?(?P<time>\d{4}(?:\d\d)?)?\d*"
    r"(?:Z|(?P<sign>[+-])(?P<hours>\d\d)'?(?P<minutes>\d\d)?)?.*"
)
_FIRST_YEAR = 1992  # of the format: an earlier date is that of a clock that nobody set
_TITLE_LARGER = 1.2  # times the size of the text
_LONGEST_TITLE = 250
_SHORTEST_TITLE = 4  # letters


@dataclass(slots=True)
class _Pages:
    """What was found on the pages of a file."""

    lines: list[list[Line]] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    pictures: int = 0  # pages that hold pictures, but no text


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the article of a PDF file, a Failure for each page that is broken.

    Raises InputError if it cannot be opened, or holds no text.
    """
    data = stream.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise InputError(f"it is longer than {MAX_FILE_BYTES // 10**6} MB; divide it")
    document = _open(data)
    try:
        properties = {name: str(value) for name, value in document.get_metadata_dict().items()}
        pages = _read_pages(document, source)
    finally:
        document.close()
    yield from pages.failures
    yield from _build(pages, properties, source)


def _open(data: bytes) -> pypdfium2.PdfDocument:
    """Open a file, if it needs no password to be read."""
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = getattr(error, "err_code", None)
        if code == pdfium.FPDF_ERR_PASSWORD:
            reason = "it is locked with a password; save it without one"
        elif code == pdfium.FPDF_ERR_SECURITY:
            reason = "it is locked in a way that is not known; print it to a new PDF file"
        else:
            reason = "it is not a PDF file, or it is damaged or cut short"
        raise InputError(reason) from error


def _read_pages(document: pypdfium2.PdfDocument, source: Input) -> _Pages:
    """The lines of all pages in reading order."""
    found, length = _Pages(), 0
    for number in range(len(document)):
        try:
            lines = read_page(document, number)
            if not lines and _has_picture(document, number):
                found.pictures += 1
        except pypdfium2.PdfiumError:
            name = f"{source.name}, page {number + 1:,}"
            found.failures.append(Failure(name, "the page is damaged"))
            continue
        found.lines.append(in_reading_order(lines))
        length += sum(len(line.text) for line in lines)
        if length > MAX_ARTICLE_BYTES:
            raise InputError(f"it is longer than {MAX_ARTICLE_BYTES // 10**6} MB; divide it")
    return found


def _has_picture(document: pypdfium2.PdfDocument, number: int) -> bool:
    page = document[number]
    try:
        return any(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    finally:
        page.close()


def _build(pages: _Pages, properties: dict[str, str], source: Input) -> Iterator[Found]:
    """Make the article, and say what should be known of it."""
    kept = [line for page in without_margins(pages.lines) for line in page]
    joined = [(line, repair(text)) for line, text in join_lines(kept)]
    if not joined:
        if pages.pictures:
            raise InputError(
                "it holds pictures of text but no text; run OCR on it, for example ocrmypdf"
            )
        if pages.failures:
            raise InputError("all of its pages are damaged")
        raise InputError("it holds no text")
    if 2 * pages.pictures > len(pages.lines):
        sentence = (
            f"{pages.pictures:,} of its {len(pages.lines):,} pages hold pictures but no text; "
            "run OCR on it, for example ocrmypdf."
        )
        yield Notice(source.name, sentence)
    title = title_from(properties.get("Title")) or _largest(joined) or name_of(source)
    paragraphs = clean_paragraphs(text for _, text in joined)
    date, notices = date_from(_iso_date(properties.get("CreationDate", "")), source)
    printed = printed_date(paragraphs, source)
    article = Article(
        id=source.article_id,
        paragraphs=tuple(without_title(paragraphs, title)),
        title=title,
        author=author_from(*re.split(r"\s*;\s*", properties.get("Author", ""))),
        url=source.url,
        date=printed if printed != UNKNOWN_DATE else date,
    )
    check_article(article)
    yield from notices if printed == UNKNOWN_DATE else []
    yield article


def _largest(paragraphs: Sequence[tuple[Line, str]]) -> str:
    """The text of the first page that is set larger than the rest: the title, if it is short."""
    usual = body_size(line for line, _ in paragraphs)
    titles = [
        (line.size, text)
        for line, text in paragraphs
        if line.page == paragraphs[0][0].page
        and line.size >= _TITLE_LARGER * usual
        and len(text) <= _LONGEST_TITLE
        and sum(map(str.isalpha, text)) >= _SHORTEST_TITLE
        and title_from(text)
    ]
    largest = max((size for size, _ in titles), default=0.0)
    return next((text for size, text in titles if size >= largest), "")


def _iso_date(printed: str) -> str:
    """A date of a PDF file as ISO 8601: D:20160926211100+02'00' -> 2016-09-26T21:11:00+02:00."""
    match = _DATE.fullmatch(printed.strip())
    if match is None or int(match["year"]) < _FIRST_YEAR:
        return ""
    date = "-".join(part for part in match.group("year", "month", "day") if part)
    time = match["time"] or ""
    if not time:
        return date
    date += "T" + ":".join(re.findall(r"\d\d", time))
    if match["sign"]:
        return f"{date}{match['sign']}{match['hours']}:{match['minutes'] or '00'}"
    return date + ("Z" if "Z" in printed else "")
