"""A file that appears whole or not at all: it is written beside its name, and renamed."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from index.errors import NutgrafError, cause


class CannotWrite(NutgrafError):
    """A file cannot be written."""

    code = "cannot_write"


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """A file to be written to in UTF-8, without changing the ends of lines.

    It takes the place of one of that name when the block ends, and not if the block fails. What is
    no file, such as ``/dev/stdout`` or a named pipe, is written to as it is.

    Raises CannotWrite.
    """
    try:
        if path.exists() and not path.is_file():
            if path.is_dir():
                raise CannotWrite(f"{path} is a folder; name a file in it")
            with path.open("w", encoding="utf-8", newline="") as stream:
                yield stream
            return
        with _beside(path.resolve()) as stream:  # a link stays, and its file is replaced
            yield stream
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise CannotWrite(f"{path} cannot be written: {cause(error)}; name another file") from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[TextIO]:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            yield stream
            stream.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        os.replace(name, path)
    except BaseException:  # Ctrl-C, too
        os.unlink(name)
        raise


def _umask() -> int:
    """The mask of new files, which can only be asked for by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
