"""What a server answered, as an archive kept it -> status, header and the whole body.

A body that is shorter than it says, in any of the ways in which it can say so, is an error.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import InputError
from index.readers.limits import Allowance, is_bomb
from index.readers.warc_records import Headers, read_header

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b[^\n]*\n")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9a-fA-F]{1,12})[ \t]*(?:;[^\n]*)?\r?\n")
_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """The answer of a server.

    Attributes:
        status: 200, 404.
        headers: the fields of its header.
        sent: the body as it was sent.
    """

    status: int
    headers: Headers
    sent: bytes


def parse_response(block: bytes) -> HttpResponse:
    """Take an answer apart. Raises InputError if it is none, or its header has no end."""
    status = _STATUS.match(block)
    if not status:
        raise InputError("it holds no answer of a web server")
    stream = io.BytesIO(block[status.end() :])
    headers = read_header(stream)
    if headers is None:
        raise InputError("it is cut short: the header of the answer has no end")
    return HttpResponse(int(status[1]), headers, stream.read())


def bodies(response: HttpResponse, allowance: Allowance) -> list[bytes]:
    """The body as it was sent, without chunks, and unpacked, which is the last.

    Raises InputError where a part of it is missing, or if it cannot be unpacked.
    """
    joined = response.sent
    if "chunked" in response.headers.get("transfer-encoding", "").lower():
        joined = _join_chunks(response.sent)
    else:
        _check_length(response)
    found = [response.sent, joined]
    for encoding in reversed(_encodings(response.headers)):
        found.append(_unpack(found[-1], encoding, allowance))
    return found


def _encodings(headers: Headers) -> list[str]:
    """How the body was packed, in the order in which it was done."""
    named = headers.get("content-encoding", "").lower().split(",")
    return [each for name in named if (each := name.strip()) not in ("", "identity", "none")]


def _check_length(response: HttpResponse) -> None:
    """Raise InputError if fewer bytes were kept than the server said that it sends."""
    printed = response.headers.get("content-length", "")
    if printed.isdecimal() and len(response.sent) < int(printed[:15]):
        if _encodings(response.headers) and not _is_packed(response.sent):
            return  # it was unpacked when it was kept, and the length is that of before
        missing = int(printed[:15]) - len(response.sent)
        raise InputError(f"it is cut short: {missing:,} bytes of the page were never kept")


def _is_packed(data: bytes) -> bool:
    """Whether a body is as it was sent: a page or a text has no such bytes."""
    return bool(re.search(rb"[\0-\x08\x0e-\x1a]", data[:512]))


def _join_chunks(data: bytes) -> bytes:
    """Join the chunks of a body; one that has none was joined when it was kept."""
    if not _CHUNK_SIZE.match(data):
        return data
    return b"".join(_chunks(data))


def _chunks(data: bytes) -> Iterator[bytes]:
    """The chunks of a body. Raises InputError if the last one is missing."""
    place = 0
    while header := _CHUNK_SIZE.match(data, place):
        size = int(header[1], 16)
        if size == 0:
            return
        chunk = data[header.end() : header.end() + size]
        place = header.end() + size
        if len(chunk) < size:
            break
        yield chunk
        place += 2 if data.startswith(b"\r\n", place) else data.startswith(b"\n", place)
    raise InputError("it is cut short: the last chunk of the page is missing")


def _unpack(data: bytes, encoding: str, allowance: Allowance) -> bytes:
    """Undo one way of packing. Raises InputError if it was not whole."""
    if not _is_packed(data) or not data:
        return data  # it was unpacked when it was kept
    if encoding in ("gzip", "x-gzip"):
        if not data.startswith(_GZIP_MAGIC):
            raise InputError("it says that it is packed with gzip, but is not")
        return b"".join(_inflate(data, 31, allowance))
    if encoding == "deflate":
        is_zlib = data[0] & 15 == 8 and (data[0] << 8 | data[1]) % 31 == 0 if data[1:] else False
        return b"".join(_inflate(data, 15 if is_zlib else -15, allowance))
    raise InputError(f"it is packed with {encoding[:20]!r}, which is not read")


def _inflate(data: bytes, window: int, allowance: Allowance) -> Iterator[bytes]:
    """Unpack what zlib packed, in pieces, to its end."""
    total, rest = 0, data
    while rest:
        unpacker = zlib.decompressobj(window)
        while not unpacker.eof:
            try:
                piece = unpacker.decompress(rest, _STEP)
            except zlib.error as error:
                raise InputError(f"the packed page is damaged: {error}") from error
            rest = unpacker.unconsumed_tail
            if not piece and not rest and not unpacker.eof:
                raise InputError("it is cut short: the end of the packed page is missing")
            total += len(piece)
            if is_bomb(total, len(data)):
                raise InputError("the page unpacks to more than 200 times its size")
            allowance.take(len(piece))
            yield piece
        rest = unpacker.unused_data
        if not rest.startswith(_GZIP_MAGIC):
            return


def digest_matches(printed: str, *candidates: bytes) -> bool:
    """Whether a digest such as "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ" is that of one of them.

    One in a way that is not known proves nothing, and passes.
    """
    algorithm, _, value = printed.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    if algorithm not in ("sha1", "sha256", "sha512", "md5"):
        return True
    for data in candidates:
        found = hashlib.new(algorithm, data, usedforsecurity=False)
        if value.strip().lower() == found.hexdigest():
            return True
        if value.strip().upper().rstrip("=") == base64.b32encode(found.digest()).decode().rstrip(
            "="
        ):
            return True
        if _from_base64(value) == found.digest():
            return True
    return False


def _from_base64(value: str) -> bytes:
    """The bytes of base64; empty if it is none."""
    try:
        return base64.b64decode(value.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
