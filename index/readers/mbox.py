"""Mailboxes (mbox): one mail behind the other, each behind a line that begins with "From "."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from index.article import Article
from index.errors import InputError
from index.readers import mail
from index.readers.limits import TooMuch
from index.readers.reading import Failure, Found, Input, Skip

_BORDER = re.compile(rb"From [^\n]*\d{2}:\d{2}[^\n]*\d{4}[^\n]*\r?\n?|From - [^\n]*\n")
_QUOTED = re.compile(rb">+From ")
_MAX_LINE_BYTES = 1 << 20


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield what is in the mails of a mailbox, in their order."""
    seen: dict[str, str] = {}
    number = 0
    for number, data in enumerate(_messages(stream), start=1):
        given = f"{source.article_id}:{number}" if source.article_id else ""
        part = source.part(f"{source.name}, message {number}", given)
        if data is None:
            yield Failure(part.name, f"it is longer than {mail.MAX_BYTES // 10**6} MB")
            continue
        try:
            for found in mail.read_mail(data, part):
                yield _unless_seen(found, part, seen) if isinstance(found, Article) else found
        except TooMuch:
            raise
        except InputError as error:
            yield Failure(part.name, str(error))
    if not number:
        raise InputError("it is no mailbox: there is no mail in it")


def _unless_seen(article: Article, part: Input, seen: dict[str, str]) -> Article | Skip | Failure:
    """A mail that is in the mailbox twice is read once; two that are called the same, are told."""
    content = article.content_hash()
    earlier = seen.setdefault(article.id, content)
    if earlier != content:
        return Failure(part.name, f"another mail in the mailbox has its Message-ID {article.id!r}")
    if part.name != seen.setdefault(f"\0{article.id}", part.name):
        return Skip(part.name, "the same mail is in the mailbox already")
    return article


def _messages(stream: BinaryIO) -> Iterator[bytes | None]:
    """The bytes of each mail; None for one that is too long to keep."""
    lines: list[bytes] | None = None
    size, after_blank = 0, True
    while line := stream.readline(_MAX_LINE_BYTES):
        if after_blank and _BORDER.match(line):
            if lines is not None:
                yield b"".join(lines) if size <= mail.MAX_BYTES else None
            lines, size = [], 0
        elif lines is not None:
            size += len(line)
            if size <= mail.MAX_BYTES:
                lines.append(line[1:] if _QUOTED.match(line) else line)
        after_blank = not line.strip()
    if lines is not None:
        yield b"".join(lines) if size <= mail.MAX_BYTES else None
