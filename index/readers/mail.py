"""Mail: the text is an article, and what is attached is read like files of a folder."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import CloseBoundaryNotFoundDefect, HeaderParseError, StartBoundaryNotFoundDefect
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any, BinaryIO, cast

from index.article import Article, check_article
from index.errors import InputError
from index.paragraphs import split_paragraphs
from index.readers import html
from index.readers.archives.member import member_name
from index.readers.dating import read_date
from index.readers.limits import TooMuch
from index.readers.reading import Failure, Found, Input, Notice, Skip
from index.readers.registry import read_part
from index.repair import decode, repair

MAX_BYTES = 64_000_000
_CUT = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the article of a mail and those that are attached."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise InputError(f"it is longer than {MAX_BYTES // 10**6} MB; save what is attached")
    yield from read_mail(data, source)


def read_mail(data: bytes, source: Input) -> Iterator[Found]:
    """Yield what is in a mail. Raises InputError if it is none."""
    try:
        message = message_from_bytes(data, policy=policy.compat32)
    except (ValueError, LookupError, AttributeError, TypeError) as error:
        raise InputError(f"it is no mail that can be read: {error}") from error
    if not message.keys():
        raise InputError("it has no header, so it is no mail")
    yield from _read_message(message, source)


def _read_message(message: Message, source: Input) -> Iterator[Found]:
    """Yield the article of a message and what is attached to it."""
    texts: list[Message] = []
    pages: list[Message] = []
    attached: list[Message] = []
    _sort(message, texts, pages, attached)
    article_id = _line(_header(message, "message-id")).strip("<> ") or source.article_id
    paragraphs = _paragraphs(texts, pages, source)
    if paragraphs:
        yield from _article(message, article_id, paragraphs, source)
    else:
        yield Skip(source.name, "there is no text in it")
    if any(isinstance(defect, _CUT) for part in message.walk() for defect in part.defects):
        yield Notice(source.name, "The mail has no end: something may be missing of it.")
    names: set[str] = set()
    for number, part in enumerate(attached, start=1):
        name = member_name(_file_name(part)) or f"attachment {number}"
        name = f"{number} {name}" if name in names else name
        names.add(name)
        member = source.part(f"{source.name}/{name}", f"{article_id}/{name}")
        source.allowance.take_member()
        try:
            yield from _read_attached(part, member)
        except TooMuch:
            raise
        except InputError as error:
            yield Failure(member.name, str(error))


def _sort(
    part: Message, texts: list[Message], pages: list[Message], attached: list[Message]
) -> None:
    """Put the parts of a message where they belong."""
    kind = part.get_content_type()
    if kind == "message/rfc822" or (_file_name(part) and not kind.startswith("multipart/")):
        attached.append(part)
    elif part.is_multipart():
        for each in cast(list[Message], part.get_payload()):
            _sort(each, texts, pages, attached)
    elif "attachment" in str(part.get("content-disposition", "")).lower():
        attached.append(part)
    elif kind == "text/plain":
        texts.append(part)
    elif kind == "text/html":
        pages.append(part)


def _article(
    message: Message, article_id: str, paragraphs: list[str], source: Input
) -> Iterator[Found]:
    """Yield the article of a message."""
    date, notice = read_date(_line(_header(message, "date")), source)
    name, address = parseaddr(_header(message, "from"))
    article = Article(
        id=article_id,
        paragraphs=tuple(paragraphs),
        title=_line(_header(message, "subject")),
        author=_line(name or address),
        language=_line(_header(message, "content-language")).partition(",")[0].lower(),
        date=date,
    )
    check_article(article)
    yield article
    if notice:
        yield notice


def _paragraphs(texts: list[Message], pages: list[Message], source: Input) -> list[str]:
    """The paragraphs of the plain text; of the page, where there is none."""
    found = [each for part in texts for each in split_paragraphs(repair(_text(part)))]
    if found:
        return found
    for part in pages:
        try:
            found += html.article_of(_text(part), source).paragraphs
        except InputError:
            found += split_paragraphs(repair(re.sub(r"<[^<>]*>", " ", _text(part))))
    return found


def _text(part: Message) -> str:
    """The text of a part, decoded."""
    return decode(_payload(part), _charset(part))


def _payload(part: Message) -> bytes:
    """The bytes of a part."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError) as error:
        raise InputError(f"it is damaged: {error}") from error
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    """The encoding that a part declares; empty if it does not."""
    try:
        return part.get_content_charset() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _read_attached(part: Message, member: Input) -> Iterator[Found]:
    """Yield what is in an attached file, or message."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        yield from _read_message(cast(list[Message], part.get_payload())[0], member)
        return
    data = io.BytesIO(_payload(part))
    yield from read_part(io.BufferedReader(cast(Any, data)), member)


def _file_name(part: Message) -> str:
    """The name of an attached file; empty if it has none."""
    try:
        return _decoded(part.get_filename() or "")
    except (ValueError, LookupError, TypeError, AttributeError):
        return "attachment"


def _header(message: Message, name: str) -> str:
    """One field of the header, with its encoded words decoded."""
    values = (value for key, value in message.raw_items() if key.lower() == name)
    return _decoded(str(next(values, "")))


def _decoded(value: str) -> str:
    """A text with its encoded words decoded; one that cannot be, stays as it is."""
    try:
        if not value.isascii():  # the parser keeps bytes that are not as surrogates
            value = decode(value.encode("utf-8", "surrogateescape"))
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError, TypeError, InputError):
        return value


def _line(value: str) -> str:
    return " ".join(repair(value).split())
