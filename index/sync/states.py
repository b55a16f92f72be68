"""FileState: what is known of a file that was read."""

from __future__ import annotations

from dataclasses import dataclass

Remark = tuple[str, str]
"""The name of a file or of a part of it, and why it was not read."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of a file that was read.

    Attributes:
        size: its bytes when it was read; -1 if it was not read to its end.
        mtime: when it was last changed, in nanoseconds since 1970; 0 if that cannot tell
            whether it was changed since.
        digest: 16 bytes that tell its content from others; none if they are not known.
        how: what else has an influence on what is read: the version of the readers, the
            options.
        read_at: when it was read, in seconds since 1970.
        articles: the ids of the articles in it.
        gone: the ids of articles that were in it once, and are in the index still.
        failures: what of it could not be read, and why.
        skips: what of it holds no article, and why.
    """

    size: int
    mtime: int
    digest: bytes
    how: str
    read_at: int
    articles: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    failures: tuple[Remark, ...] = ()
    skips: tuple[Remark, ...] = ()
