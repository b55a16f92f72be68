"""Background: processes for searches that take long, which the system ranks lower.

A search that takes long and goes on beside short ones in the same process takes turns with them,
and as many as they. So it is stopped there, and asked anew of a process of its own, which has
what the others leave of the cores. Its answer goes back to who waits for it, and from there to
the client.

The processes are forked before those that serve, by one that does nothing but wait for their ends
and replaces those that die. A request is one message to all of them, which the first takes that
has time for it; with it comes a socket for the answer, so that it is known where a process has
died with it. Nobody else can ask: the sockets have no name. When nobody is left who could, the
processes end.
"""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from search.deadline import time_limit
from search.errors import NutgrafError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

NICENESS = 10
"""How much lower the system ranks them; of a core, about a tenth of what a short search gets."""
_EARLY = 0.1  # seconds before its time at which an answer is put together, to be there in time
_LEAST = 0.001  # seconds that are waited at least; of zero, a socket would not wait at all
_SENDING = 5.0  # seconds in which an answer has to be taken by whoever waits for it
_MOST = 128 * 1024  # bytes of a request
_PIECE = 256 * 1024  # bytes of an answer that are read at once
_BEGUN = b"+"
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_PAUSE = 1.0  # seconds until there is another one in the place of one that lived no longer

logger = logging.getLogger("nutgraf.web")


class Interrupted(NutgrafError):
    """The process that worked for an answer has died."""

    code = "interrupted"

    def __init__(self) -> None:
        super().__init__("The process that searched has ended before its answer; try again")


class NobodyThere(Exception):
    """There are no processes, or they do not take the request."""


class Told(NamedTuple):
    """An answer of another process.

    Attributes:
        status: such as ``200 OK``.
        headers: as they are sent.
        body: all of it.
    """

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Background:
    """Some processes, and the way to them. For all processes that are forked behind it."""

    def __init__(self, load: Callable[[], WSGIApplication], count: int) -> None:
        """Start them. Raises OSError where the system has no such sockets, or no more processes.

        Args:
            load: makes the application that answers, in each of them.
            count: how many.
        """
        self._requests, served = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._requests.setblocking(False)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
        try:
            self._keeper = os.fork()
            if not self._keeper:
                self._requests.close()  # or there would always be somebody who could ask
                _run(lambda: _keep(load, served, count))
            os.setpgid(self._keeper, self._keeper)  # so does it itself, whoever is first
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        served.close()

    def ask(self, environ: WSGIEnvironment, soon: float, end: float) -> Told | None:
        """The answer to a request without a body; None if there is none in time.

        Raises Interrupted, and NobodyThere.

        Args:
            environ: of the request.
            soon: until when, by time.monotonic, its turn has to come.
            end: until when it is waited for.
        """
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                self._send(_as_message(environ, end - _EARLY), theirs)
            try:
                ours.settimeout(max(_LEAST, soon - time.monotonic()))
                if ours.recv(1) != _BEGUN:
                    raise Interrupted
                ours.settimeout(max(_LEAST, end - time.monotonic()))
                return _read(b"".join(iter(lambda: ours.recv(_PIECE), b"")))
            except TimeoutError:
                return None
            except OSError as error:
                raise Interrupted from error

    def _send(self, message: bytes, answer_to: socket.socket) -> None:
        if len(message) > _MOST:
            raise NobodyThere
        try:
            socket.send_fds(self._requests, [message], [answer_to.fileno()])
        except OSError as error:
            raise NobodyThere from error

    def stop(self) -> None:
        """End the processes, at once, and wait for it."""
        self._requests.close()
        os.killpg(self._keeper, signal.SIGKILL)
        os.waitpid(self._keeper, 0)


# What follows runs in processes of their own, where nobody counts which lines are run.


def _run(work: Callable[[], None]) -> None:  # pragma: no cover
    """Do what a forked process is for, and end; never go on where its parent was."""
    code = 1
    try:
        work()
        code = 0
    except BaseException:
        logger.exception("a process for long searches has ended")
    finally:
        os._exit(code)


def _keep(
    load: Callable[[], WSGIApplication], requests: socket.socket, count: int
) -> None:  # pragma: no cover
    """Have so many processes, until they end because there is nobody who could ask.

    They are a group of their own. Whoever stops the server stops those who ask; what they have
    asked is answered.
    """
    os.setpgid(0, 0)
    for each in _STOPPING:
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)

    def fork() -> int:
        child = os.fork()
        if not child:
            _run(lambda: _serve(load, requests))
        return child

    born = {fork(): time.monotonic() for _ in range(count)}
    while born:
        child, status = os.wait()
        lived = time.monotonic() - born.pop(child)
        if status:
            logger.error("a process for long searches has died; there is another one")
            if lived < _PAUSE:
                time.sleep(_PAUSE)
            born[fork()] = time.monotonic()


def _serve(
    load: Callable[[], WSGIApplication], requests: socket.socket
) -> None:  # pragma: no cover
    """Answer requests, one after the other, as long as there is somebody who could ask."""
    os.nice(NICENESS)
    app = load()
    for message, answer_to in _received(requests):
        with answer_to:
            environ, end = _as_request(message)
            left = end - time.monotonic()
            try:
                answer_to.sendall(_BEGUN)
                answer_to.settimeout(_SENDING)
                with time_limit(left):
                    answer_to.sendall(_as_answer(app, environ))
            except OSError:  # nobody waits for it any more
                continue


def _received(requests: socket.socket) -> Iterator[tuple[bytes, socket.socket]]:  # pragma: no cover
    while True:
        message, files, *_ = socket.recv_fds(requests, _MOST, 1)
        if not message:
            return
        if files:  # there are none if this process has too many open
            yield message, socket.socket(fileno=files[0])


def _as_message(environ: WSGIEnvironment, end: float) -> bytes:
    """A request as it is sent: whatever is a text, and says nothing of a body."""
    told = {
        name: value
        for name, value in environ.items()
        if isinstance(value, str) and name not in ("CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")
    }
    return json.dumps({"end": end, "environ": told | {"REQUEST_METHOD": "GET"}}).encode()


def _as_request(message: bytes) -> tuple[WSGIEnvironment, float]:
    told = json.loads(message)
    environ: dict[str, Any] = {
        **told["environ"],
        "wsgi.version": (1, 0),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    return environ, told["end"]


def _as_answer(app: WSGIApplication, environ: WSGIEnvironment) -> bytes:
    """What an application answers, as it is sent: a line about it, and the body."""
    begun: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        begun[:] = [status, headers]

    parts = app(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    return json.dumps([*begun, len(body)]).encode() + b"\n" + body


def _read(sent: bytes) -> Told:
    """An answer that has been sent. Raises Interrupted if it is not whole."""
    line, _, body = sent.partition(b"\n")
    if not line.endswith(b"]"):
        raise Interrupted
    status, headers, size = json.loads(line)
    if len(body) != size:
        raise Interrupted
    return Told(status, [(name, value) for name, value in headers], body)
