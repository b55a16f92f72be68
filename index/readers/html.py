"""Web pages: the article of a page, without what stands around it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import BinaryIO
from urllib.parse import urlsplit

from index.article import MAX_ID_LENGTH, Article, check_article
from index.errors import InputError
from index.languages import normalize
from index.paragraphs import clean_paragraphs
from index.readers.blocks import Block, blocks_of, paragraphs_of
from index.readers.extraction import article_blocks, is_title
from index.readers.markup import MAX_PAGE_BYTES, decode_page, parse
from index.readers.metadata import Metadata, metadata_of
from index.readers.publication import Publication, lines_below_headline, publication_of
from index.readers.reading import Found, Input, Notice
from index.repair import repair

_SHOWN = 40  # characters of a date that cannot be one


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the one article of a web page. Raises InputError if it holds none."""
    data = stream.read(MAX_PAGE_BYTES + 1)
    if len(data) > MAX_PAGE_BYTES:
        raise InputError(f"it is longer than {MAX_PAGE_BYTES // 10**6} MB, which no page is")
    article, notices = read_page(data, source)
    yield article
    yield from notices


def article_of(markup: bytes | str, source: Input) -> Article:
    """The article of a page.

    Args:
        markup: the page, or a part of one. Bytes are decoded as they or ``source`` declare.
        source: what is known of the page beside its markup.

    Raises:
        InputError: it holds none.
    """
    return read_page(markup, source)[0]


def read_page(markup: bytes | str, source: Input) -> tuple[Article, list[Notice]]:
    """The article of a page, and what the user should know of it.

    Raises:
        InputError: it holds none.
    """
    page = decode_page(markup, source.charset) if isinstance(markup, bytes) else markup
    root = parse(page)
    metadata = metadata_of(root, source.url)
    blocks = blocks_of(root)
    chosen = article_blocks(root, blocks, metadata.titles)
    paragraphs = clean_paragraphs(repair(text) for text in paragraphs_of(chosen))
    if not paragraphs:
        raise InputError("it holds no article: there is no text in it")
    publication = _publication(metadata, blocks, chosen, source)
    article = Article(
        id=_id(metadata, source),
        paragraphs=tuple(paragraphs),
        title=metadata.title or PurePath(source.article_id).stem,
        author=metadata.author,
        source=_site(metadata, source),
        url=metadata.url,
        language=normalize(metadata.language),
        date=publication.date,
    )
    check_article(article)
    return article, [_impossible(source, written) for written in publication.impossible]


def _id(metadata: Metadata, source: Input) -> str:
    """The address, if it can be an id; else what it is called where it was found."""
    usable = metadata.url.isprintable() and len(metadata.url) <= MAX_ID_LENGTH
    return metadata.url if metadata.url and usable else source.article_id


def _publication(
    metadata: Metadata, blocks: list[Block], chosen: list[Block], source: Input
) -> Publication:
    """When the page was published."""
    headline = next(
        (block for block in blocks if any(is_title(block.text, each) for each in metadata.titles)),
        None,
    )
    lines = lines_below_headline(blocks, chosen[0], headline)
    return publication_of(metadata.dates, metadata.url, lines, source.options.today)


def _site(metadata: Metadata, source: Input) -> str:
    """The site by its name; by its host, unless the user names the source."""
    if metadata.site or source.options.source:
        return metadata.site
    return (urlsplit(metadata.url).hostname or "").removeprefix("www.")


def _impossible(source: Input, written: str) -> Notice:
    shown = written if len(written) <= _SHOWN else written[: _SHOWN - 1] + "…"
    return Notice(source.name, f"the date {shown!r} that it gives cannot be one; it is left out")
