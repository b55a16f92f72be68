"""A digest tells the content of a file from others."""

from __future__ import annotations

from typing import BinaryIO


def digest_of(stream: BinaryIO) -> bytes:
    """16 bytes for the content of a file; the stream is at its beginning again."""
    import hashlib  # which takes a while to load, and is not needed where nothing has changed

    digest = hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=16))  # type: ignore[arg-type]
    stream.seek(0)
    return digest.digest()


def digest_of_file(path: str) -> bytes:
    """The same for a file by its path; nothing if it cannot be read."""
    try:
        with open(path, "rb") as stream:
            return digest_of(stream)
    except OSError:
        return b""
