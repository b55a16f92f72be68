"""The production server: gunicorn, with a few processes of a few threads each."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from search.errors import NutgrafError
from web.app import create_app

_MOST_WORKERS = 4
_THREADS = 4
_TIMEOUT = 60  # seconds until a worker that does not answer is replaced


class CannotListen(NutgrafError):
    """The address cannot be served."""

    code = "cannot_listen"


def listen(host: str, port: int) -> socket.socket:
    """Take an address; port 0 takes any that is free. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        raise CannotListen(
            f"Port {port} of {host} cannot be served: {why.lower()}; choose another with --port"
        ) from error
    return listener


def address(listener: socket.socket) -> str:
    """The URL of what listens."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(index_path: Path, listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve an index until the process is told to stop; then SystemExit is raised.

    ``on_ready`` is called once, when connections are taken.
    """
    _Server(index_path, listener, on_ready).run()


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn, configured by code alone: no file and no environment has a say."""

    def __init__(
        self, index_path: Path, listener: socket.socket, on_ready: Callable[[], None]
    ) -> None:
        self._index_path = index_path
        self._listener = listener
        self._on_ready = on_ready
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to run."""
        settings: dict[str, Any] = {
            "bind": f"fd://{self._listener.fileno()}",
            "workers": min(os.cpu_count() or 1, _MOST_WORKERS),
            "worker_class": "gthread",
            "threads": _THREADS,
            "timeout": _TIMEOUT,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda _: self._on_ready(),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Make the application; each worker has its own."""
        return create_app(self._index_path)
