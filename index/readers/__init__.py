"""Reads files into Articles: one module a format, chosen by what the bytes of the file say."""

from __future__ import annotations

import dataclasses
import io
import os
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

from index.article import Article
from index.languages import with_language
from index.readers.limits import MAX_FILE_BYTES
from index.readers.reading import Failure, Found, Input, Notice, ReadingOptions, Skip
from index.readers.recognition import READ_ENDINGS
from index.readers.registry import read_part

__all__ = [
    "ENDINGS",
    "MAX_FILE_BYTES",
    "Failure",
    "Found",
    "Input",
    "Notice",
    "ReadingOptions",
    "Skip",
    "read",
]

ENDINGS = f"files are read by what they hold; usual endings are {' '.join(READ_ENDINGS)}"


def read(stream: io.BufferedReader[Any], source: Input, ending: str = "") -> Iterator[Found]:
    """Yield the articles of a file, and what is to be said of the parts that are none.

    Args:
        stream: the bytes of the file, at their beginning.
        source: what is known of the file beside its bytes.
        ending: tells the format where neither the bytes nor the name do.

    Raises:
        InputError: the file as a whole cannot be read, or cannot be read on. Articles that
            were yielded before are whole.
    """
    if ending:
        source = dataclasses.replace(source, ending=ending)
    named = _named_source(source)
    nothing = True
    for found in read_part(stream, source):
        nothing = False
        yield _complete(found, named) if isinstance(found, Article) else found
    if nothing:
        yield Skip(source.name, "there is nothing in it")


def _complete(article: Article, source_name: str) -> Article:
    """Fill in what an article does not say itself: here, and only here, for all formats."""
    if source_name and not article.source:
        article = dataclasses.replace(article, source=source_name)
    return with_language(article)


def _named_source(source: Input) -> str:
    """The source that the user gave for articles that name none."""
    given = source.options.source
    if "{folder}" not in given:
        return given
    # A name may begin below the working folder; what has no id of its own is no file.
    path = os.path.abspath(source.name) if source.article_id else source.name
    return given.replace("{folder}", PurePath(path).parent.name)
