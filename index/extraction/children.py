"""Extraction: hands files to processes that read them, and takes what they find in order."""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import select
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from index.errors import NutgrafError
from index.extraction.frames import (
    LARGEST,
    LENGTH,
    BadFrame,
    End,
    Part,
    SourceFile,
    frame,
    read_answer,
    settings_message,
)
from index.extraction.limits import Limits
from index.readers.reading import ReadingOptions

COMMAND = (sys.executable, "-P", "-m", "index.extraction.child")

_BATCH_FILES, _BATCH_BYTES = 32, 1 << 20
_REQUEST = 24_000  # bytes of a request: two of them go into any pipe, so that none is waited for
_AHEAD = 2  # batches that a child has before it
_FILES_A_CHILD, _BYTES_A_CHILD = 64, 4 << 20  # for fewer, another child starts too slowly
_PIPE = 1 << 20
_START_SECONDS = 60


class ChildEnded(Exception):
    """A child does not read on; ``str`` is the reason, as a clause about the file."""


class Misbehaved(ChildEnded):
    """A child was ended for what it did with the file that it read, whatever came before it."""


@dataclass(slots=True)
class _Batch:
    """Files that a child is handed at once."""

    files: list[SourceFile]
    child: int


class Extraction:
    """Reads files in child processes. ``close`` ends them; so does leaving the ``with`` block.

    Args:
        jobs: how many children at most.
        options: what the user says about all files.
        limits: what one file may take.
        command: starts a child.
    """

    def __init__(
        self,
        jobs: int = 1,
        options: ReadingOptions | None = None,
        limits: Limits | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._jobs = jobs
        self._limits = limits or Limits()
        self._command = command
        self._settings = frame(settings_message(self._limits, options or ReadingOptions()))
        self._children: list[_Child | None] = []

    def read(self, files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, Part | End]]:
        """Yield the parts of each file and its end, in the order of the files.

        Raises NutgrafError if no child can be started.
        """
        batches = self._share_out(files)
        sent = 0
        for taken, batch in enumerate(batches):
            while sent < min(len(batches), taken + _AHEAD * len(self._children)):
                self._child(batches[sent].child).ask(batches[sent].files)
                sent += 1
            for file in batch.files:
                for answer in self._answers(batch.child, file):
                    yield file, answer

    def _share_out(self, files: Sequence[SourceFile]) -> list[_Batch]:
        """Divide files among the children, by turns."""
        total = sum(file.size for file in files)
        useful = 1 + min(len(files) - 1, len(files) // _FILES_A_CHILD + total // _BYTES_A_CHILD)
        count = max(1, min(self._jobs, useful))
        self._children += [None] * (count - len(self._children))
        most = max(1, min(_BATCH_FILES, math.ceil(len(files) / (count * _AHEAD))))
        return [
            _Batch(part, number % len(self._children))
            for number, part in enumerate(_divided(files, most))
        ]

    def _child(self, number: int) -> _Child:
        child = self._children[number]
        if child is None:
            child = self._children[number] = _Child(self._command, self._settings)
        return child

    def _answers(self, number: int, file: SourceFile) -> Iterator[Part | End]:
        """What a child says of a file; a child that ends is replaced by a new one."""
        given, size = 0, 0
        while True:
            child = self._child(number)
            try:
                data = child.receive(self._limits)
                size += len(data)
                if size > self._limits.output:
                    raise Misbehaved(self._limits.too_much)
                answer = _understood(data)
            except ChildEnded as error:
                # The files before it may have been the cause: then it is tried in a new child.
                again = not (given or child.is_fresh or isinstance(error, Misbehaved))
                if not again:
                    child.done()
                self._replace(number)
                if again:
                    continue
                rest = "; the rest of it could not be read" if given else ""
                yield End(error=f"{error}{rest}")
                return
            yield answer
            if isinstance(answer, Part):
                given += len(answer.found)
                continue
            child.done()
            if answer.leaves:
                self._replace(number)
            return

    def _replace(self, number: int) -> None:
        """End a child; if it has files before it, another one starts with them."""
        old = self._children[number]
        assert old is not None
        old.close()
        self._children[number] = None
        if old.pending:
            self._child(number).ask(list(old.pending))

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            if child is not None:
                child.close()
        self._children = []

    def __enter__(self) -> Extraction:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Child:
    """One process, and the files that it has before it.

    Attributes:
        pending: the files that it was handed and has not ended, in their order.
        is_fresh: whether it has not ended a file yet.
    """

    def __init__(self, command: Sequence[str], settings: bytes) -> None:
        self.pending: deque[SourceFile] = deque()
        self.is_fresh = True
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input of others
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the parent alone
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._pipe = self._process.stdin, self._process.stdout
        self._answers = self._pipe.fileno()
        with contextlib.suppress(AttributeError, OSError):  # a larger pipe only makes it faster
            fcntl.fcntl(self._answers, fcntl.F_SETPIPE_SZ, _PIPE)
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        self._received = bytearray()
        self._waited = 0.0  # seconds, for what the file that is read has to give
        self._started = False
        self._write(settings)

    def ask(self, files: Iterable[SourceFile]) -> None:
        """Hand files to it, which it reads when it has ended those before."""
        files = list(files)
        self.pending.extend(files)
        self._write(frame([_row(file) for file in files]))

    def done(self) -> None:
        """Note that the first of its files has ended."""
        self.pending.popleft()
        self.is_fresh = False
        self._waited = 0.0

    def receive(self, limits: Limits) -> bytes:
        """The next frame. Raises ChildEnded, or NutgrafError if it could not even start."""
        if not self._started:
            try:
                self._next(_START_SECONDS, "")
            except ChildEnded as error:
                raise NutgrafError(
                    f"The process that reads files could not be started ({self._process.wait()}); "
                    "install nutgraf again"
                ) from error
            self._started, self._waited = True, 0.0
        return self._next(limits.seconds, limits.too_slow)

    def _next(self, seconds: float, too_slow: str) -> bytes:
        """The next frame. Only waiting counts: while it is the parent that has work to do,
        the child may have to wait for it.
        """
        received = self._received
        while len(received) < LENGTH.size:
            self._fill(seconds, too_slow)
        size = LENGTH.size + LENGTH.unpack_from(received)[0]
        if size > LARGEST:
            self._process.kill()
            raise Misbehaved("it gave more at once than an article may hold")
        while len(received) < size:
            self._fill(seconds, too_slow)
        data = bytes(memoryview(received)[LENGTH.size : size])
        del received[:size]
        return data

    def _fill(self, seconds: float, too_slow: str) -> None:
        began = time.monotonic()
        ready = self._poll.poll(max(0.0, seconds - self._waited) * 1000)
        self._waited += time.monotonic() - began
        if not ready:
            self._process.kill()
            raise Misbehaved(too_slow)
        data = os.read(self._answers, _PIPE)
        if not data:
            raise self._ended(too_slow)
        self._received += data

    def _ended(self, too_slow: str) -> ChildEnded:
        """Why it is not there any more."""
        self._process.kill()  # it may have closed the pipe and live on
        code = self._process.wait()
        if code == -signal.SIGXCPU:
            return Misbehaved(too_slow)
        if code == -signal.SIGKILL:
            return ChildEnded("reading it was stopped by the system; memory may have run out")
        if code < 0:
            return ChildEnded(f"reading it crashed (signal {-code})")
        return ChildEnded(f"reading it ended without an answer (code {code})")

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        with contextlib.suppress(BrokenPipeError):  # its answers tell that it has ended
            while rest:
                rest = rest[self._requests.write(rest) or 0 :]

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()
        self._requests.close()
        self._pipe.close()


def _understood(data: bytes) -> Part | End:
    try:
        return read_answer(data)
    except BadFrame as error:
        raise Misbehaved(f"reading it gave no answer ({error})") from error


def _row(file: SourceFile) -> tuple[str, str, str, float]:
    return file.name, file.origin, file.article_id, file.mtime / 1e9


def _divided(files: Sequence[SourceFile], most: int) -> Iterator[list[SourceFile]]:
    """Batches of ``most`` files, or fewer where they are large or have long names."""
    batch: list[SourceFile] = []
    size = length = 0
    for file in files:
        asked = len(frame(_row(file)))
        if batch and (len(batch) == most or size > _BATCH_BYTES or length + asked > _REQUEST):
            yield batch
            batch, size, length = [], 0, 0
        batch.append(file)
        size, length = size + file.size, length + asked
    if batch:
        yield batch


def _environment() -> dict[str, str]:
    """The environment of a child: it finds our packages where we are."""
    home = str(Path(__file__).parent.parent.parent)
    known = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{known}" if known else home}
