"""Web archives (WARC): each page that a server answered with is an article, if it holds one."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from index.article import Article
from index.errors import InputError
from index.readers import html, text
from index.readers.http_response import bodies, digest_matches, parse_response
from index.readers.limits import TooMuch
from index.readers.reading import Failure, Found, Input, Skip
from index.readers.recognition import HEAD_BYTES, HTML, TEXT, recognize
from index.readers.warc_records import Headers, WarcRecord, read_records

_WANTED = frozenset({"response", "resource", "conversion"})
_PAGES = {"text/html", "application/xhtml+xml", "application/xml+html"}
_UNTOLD = {"", "application/octet-stream", "unk", "application/unknown"}


class _Left(Exception):
    """A record holds no article; the message says of many what they are."""


def read(stream: BinaryIO, source: Input) -> Iterator[Found]:
    """Yield the articles of a web archive, a Failure for each page that is not whole.

    What is left out is counted, by the reason.
    """
    left: Counter[str] = Counter()
    seen: dict[str, set[str]] = {}
    for record in read_records(stream, _WANTED):
        url = record.headers.get("warc-target-uri", "").strip("<> ")
        name = f"{source.name}, record {record.number}" + (f" ({url[:200]})" if url else "")
        try:
            found = _read_record(record, source.part(name, url, url=url))
            yield from _keep_new(found, record, seen)
        except _Left as left_out:
            left[str(left_out)] += 1
        except TooMuch:
            raise
        except InputError as error:
            yield Failure(name, str(error))
    for reason, count in left.items():
        yield Skip(source.name, f"{count:,} record{'s' * (count > 1)}: {reason}")


def _keep_new(found: list[Found], record: WarcRecord, seen: dict[str, set[str]]) -> Iterator[Found]:
    """Tell captures of one address apart: by their time, if the page had changed."""
    for each in found:
        if isinstance(each, Article):
            earlier = seen.setdefault(each.id, set())
            content = each.content_hash()
            if content in earlier:
                raise _Left("captures of pages that had not changed")
            if earlier:
                each = replace(each, id=f"{each.id}@{record.headers.get('warc-date', '')}")
            earlier.add(content)
        yield each


def _read_record(record: WarcRecord, source: Input) -> list[Found]:
    """What is in one record. Raises _Left if it is no page, InputError if it is not whole."""
    if record.problem:
        raise InputError(record.problem)
    kind = record.headers.get("warc-type", "").lower()
    if kind not in _WANTED:
        raise _Left(f"of the type {kind[:30]!r}")
    if printed := record.headers.get("warc-truncated", ""):
        raise InputError(f"it was cut short when it was kept ({printed[:30]})")
    block_digest = record.headers.get("warc-block-digest", "")
    if block_digest and not digest_matches(block_digest, record.block):
        raise InputError("it is damaged: its block does not match its digest")
    headers, body = _payload(record, source)
    return _read_page(headers, body, source)


def _payload(record: WarcRecord, source: Input) -> tuple[Headers, bytes]:
    """The header and the body of a page, unpacked and whole."""
    digest = record.headers.get("warc-payload-digest", "")
    if not record.headers.get("content-type", "").lower().startswith("application/http"):
        if digest and not digest_matches(digest, record.block):
            raise InputError("it is damaged: its payload does not match its digest")
        return record.headers, record.block
    response = parse_response(record.block)
    if response.status != 200:
        raise _Left(f"answers with the status {response.status}")
    _, kind = _content_type(response.headers)
    if kind not in _UNTOLD and kind not in _PAGES and kind != "text/plain":
        raise _Left(f"of the content type {kind[:60]!r}")
    forms = bodies(response, source.allowance)
    if digest and not digest_matches(digest, *forms):
        raise InputError("it is damaged: its payload does not match its digest")
    return response.headers, forms[-1]


def _content_type(headers: Headers) -> tuple[str, str]:
    """The charset and the type that a header tells, both empty if it does not."""
    kind, *parameters = headers.get("content-type", "").lower().split(";")
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset":
            return value.strip(" \"'"), kind.strip()
    return "", kind.strip()


def _read_page(headers: Headers, body: bytes, source: Input) -> list[Found]:
    """The article of a page or a text; raises _Left if it holds none."""
    charset, kind = _content_type(headers)
    source = replace(source, charset=charset, modified=None)
    told = recognize(body[:HEAD_BYTES], "")
    if kind in _PAGES or (kind in _UNTOLD and told is HTML):
        if told not in (HTML, TEXT) and not told.name.startswith(("XML", "a feed")):
            raise _Left("pages that are none, by what they hold")
        try:
            return list(html.read(io.BytesIO(body), source))
        except InputError as error:
            raise _Left("pages without an article") from error
    if kind == "text/plain":
        try:
            return list(text.read(io.BytesIO(body), source))
        except InputError as error:
            raise _Left("texts without an article") from error
    raise _Left(f"of the content type {kind[:60]!r}")
