"""What a reader is given beside the bytes, and what it gives back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import BinaryIO

from index.article import Article
from index.readers.limits import Allowance

VERSION = 1
"""Raise it when a reader makes something else of the same bytes: all files are then read again."""


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """What the user says about all files.

    Attributes:
        source: the source of articles that name none; ``{folder}`` stands for the folder of
            the file.
        columns: pairs of a field of an article and the column of a table that holds it.
        today: no article was published later than the day after it.
    """

    source: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


@dataclass(frozen=True, slots=True)
class Input:
    """What is known of a file, or of a member of one, beside its bytes.

    Attributes:
        name: how messages call it.
        article_id: the id of an article that brings none of its own; empty where it has to.
        modified: when the file was last changed, in seconds since 1970; None if it is not known.
        charset: the encoding that its container declared, such as a mail or a web archive.
        url: the address that its container knows it by.
        options: what the user says.
        ending: what the ending of its name would be, where the name does not tell.
        depth: how many archives it is in.
        allowance: what the file may still unpack, with all that it contains.
    """

    name: str
    article_id: str
    modified: float | None = None
    charset: str = ""
    url: str = ""
    options: ReadingOptions = field(default_factory=ReadingOptions)
    ending: str = ""
    depth: int = 0
    allowance: Allowance = field(default_factory=Allowance, compare=False, repr=False)

    def part(self, name: str, article_id: str, *, charset: str = "", url: str = "") -> Input:
        """The same for a part of the file: a member, a message, a record."""
        return dataclasses.replace(
            self, name=name, article_id=article_id, charset=charset, url=url, ending=""
        )

    def inside(self) -> Input:
        """The same, one archive deeper."""
        return dataclasses.replace(self, depth=self.depth + 1)


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of the input that could not be read.

    ``name`` is the file, with the line where there is one; ``reason`` is a clause without
    a full stop that completes "could not be read:".
    """

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A part of the input that holds no article, and why: a picture, a script, a redirect."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the user should know of an article that was read all the same."""

    name: str
    sentence: str


Found = Article | Failure | Skip | Notice
Reader = Callable[[BinaryIO, Input], Iterator[Found]]
