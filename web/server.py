"""The production server: granian, with a few processes of a few threads each."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from search.errors import NutgrafError
from web.access import Token
from web.app import create_app
from web.background import Background
from web.gate import WAITING
from web.lanes import Lanes
from web.memory import SIZE, Memory
from web.rates import Limiter, Rates

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_MOST_WORKERS = 4
_THREADS = 4  # of a process, besides those in which a search waits for its turn
_STOP_TIMEOUT = 3  # seconds until a process that was told to stop, and did not hear it, is killed
_SELDOM = (10_000, 20, 50)  # new objects until garbage is looked for, and how often among older
_TURN = 0.001  # seconds after which a thread that computes lets another one answer
_HEADER_TIMEOUT = 10_000  # milliseconds in which a client has to say what it wants


class CannotListen(NutgrafError):
    """The address cannot be served."""

    code = "cannot_listen"


class Address(NamedTuple):
    """Where the page is."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a browser wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def find_address(host: str, port: int) -> Address:
    """An address that can be listened on; port 0 finds a free one. Raises CannotListen.

    Granian's processes share a port with whoever allows it, so a port in use has to be
    found out before. The names of hosts are looked up here, too.
    """
    try:
        family, *_, (number, *_) = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((number, port))
            probe.listen()
            return Address(str(number), probe.getsockname()[1])
    except socket.gaierror as error:
        raise CannotListen(
            f"There is no host {host!r}; name an address of this machine with --host"
        ) from error
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower().rstrip(".")
        raise CannotListen(
            f"Port {port} of {host} cannot be served: {why}; choose another with --port"
        ) from error


def serve(
    index_path: Path,
    address: Address,
    on_start: Callable[[], None],
    token: Token | None = None,
    rates: Rates | None = None,
) -> None:
    """Serve an index until the process is told to stop.

    Args:
        index_path: the folder of the index.
        address: to listen on.
        on_start: is called once, a moment before connections are taken. It must start no
            thread: the processes that serve are forked behind it.
        token: lets who has it write.
        rates: how often one client may ask; None lets it ask as often as it likes.
    """
    limiter = Limiter(rates) if rates else None  # before the processes that share it
    processes = min(os.cpu_count() or 1, _MOST_WORKERS)
    memory = Memory(SIZE)
    alone = partial(create_app, index_path, token, memory=memory)
    background = _background(partial(_load, alone), max(1, processes // 2))
    make = partial(create_app, index_path, token, processes, limiter, Lanes(), memory, background)
    try:
        run(make, address, processes, on_start)
    finally:
        if background is not None:
            background.stop()


def _background(load: Callable[[], WSGIApplication], count: int) -> Background | None:
    """Processes for searches that take long; None where they cannot be had, and lanes have to do.

    macOS has no sockets that tell where a message ends, and when nobody sends any more.
    """
    try:
        return Background(load, count)
    except OSError:
        return None


def run(
    make: Callable[[], WSGIApplication],
    address: Address,
    processes: int,
    on_start: Callable[[], None],
) -> None:
    """Run an application until the process is told to stop.

    Args:
        make: makes the application, in each process its own.
        address: to listen on.
        processes: how many; they are forked, and so share what was made for that before.
        on_start: is called once, a moment before connections are taken.
    """
    server = Server(
        "nutgraf",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_TIMEOUT),
        websockets=False,
        workers=processes,
        blocking_threads=_THREADS + WAITING // processes,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_TIMEOUT,
        log_level=LogLevels.warning,
    )
    logging.getLogger("_granian").addFilter(_is_news)
    server.on_startup(on_start)
    if sys.stdin is not None and sys.stdin.isatty():
        # A terminal that is closed sends what asks other servers to make their processes anew.
        server.signal_handler_reload = server.signal_handler_interrupt  # type: ignore[method-assign]
    life = os.pipe()  # of which only this process keeps the second end open

    def load() -> WSGIApplication:
        _end_after(life)
        return _load(make)

    try:
        server.serve(target_loader=load, wrap_loader=False)
    finally:
        os.close(life[0])
        os.close(life[1])


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out the advice to have fewer threads: most of them only wait; see web.gate."""
    return "Python threads" not in record.getMessage()


def _prepare_process() -> None:
    """Let a process answer evenly.

    What is remembered of an archive is a hundred thousand objects, and to look for garbage among
    them stops everybody; and who only has to send what is known, or to refuse, should not wait
    until somebody who computes has had a turn of several milliseconds.
    """
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    sys.setswitchinterval(_TURN)


def _end_after(life: tuple[int, int]) -> None:
    """Let this process stop when the one is gone that would tell it to."""
    os.close(life[1])

    def wait() -> None:
        os.read(life[0], 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def _load(make: Callable[[], WSGIApplication]) -> WSGIApplication:
    """Make the application of a process.

    Ctrl-C reaches all processes of a terminal, but only the first has to hear it: it tells the
    others to stop, and of two signals at once granian's processes lose both.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    app = make()
    _prepare_process()
    return app
