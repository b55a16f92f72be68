"""Finds the reader of a file, loads it when it is needed, and lets it read."""

from __future__ import annotations

import importlib
import io
import shlex
import sys
from collections.abc import Iterator
from typing import Any

from index.errors import InputError, MissingExtra
from index.readers.limits import seekable
from index.readers.reading import Failure, Found, Input, Reader, Skip
from index.readers.recognition import HEAD_BYTES, Kind, recognize


def read_part(stream: io.BufferedReader[Any], source: Input) -> Iterator[Found]:
    """Yield what is in a file or in a part of one, by the kind that its bytes tell.

    Raises:
        InputError: it cannot be read, or cannot be read on. Articles that were yielded before
            are whole.
    """
    head = stream.peek(HEAD_BYTES)
    if not head:
        raise InputError("it is empty: there is no article in it")
    yield from read_as(recognize(head, source.ending or source.name), stream, source)


def read_as(kind: Kind, stream: io.BufferedReader[Any], source: Input) -> Iterator[Found]:
    """Yield what is in a file of a kind; raises as ``read_part``."""
    if not kind.module:
        yield _leave(kind, source)
        return
    try:
        yield from _reader(kind)(seekable(stream) if kind.seeks else stream, source)
    except ModuleNotFoundError as error:
        raise _missing(kind, error) from error
    except RecursionError as error:
        raise InputError("it is nested too deeply") from error
    except MemoryError as error:
        raise InputError("it needs more memory than there is; divide it") from error


def _leave(kind: Kind, source: Input) -> Failure | Skip:
    """Say why a file is not read; where it may hold an article, that is a failure."""
    if kind.advice:
        return Failure(source.name, f"it is {kind.name}; {kind.advice}")
    return Skip(source.name, f"it is {kind.name}")


def _reader(kind: Kind) -> Reader:
    """Load the module that reads a kind."""
    reader: Reader = importlib.import_module(f"index.readers.{kind.module}").read
    return reader


def _missing(kind: Kind, error: ModuleNotFoundError) -> Exception:
    """What to say of a library that is not installed; an error of ours stays what it is."""
    library = (error.name or "").partition(".")[0]
    if not kind.extra or library in ("", "index"):
        return error
    command = f"{shlex.quote(sys.executable)} -m pip install 'nutgraf[{kind.extra}]'"
    return MissingExtra(
        f"it is {kind.name}, and {library} is not installed, which reads it: {command}"
    )
