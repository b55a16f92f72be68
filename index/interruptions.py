"""Ctrl-C has to wait while something is done that must be whole."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Keep Ctrl-C waiting until the block is done; it then comes as if it were pressed there.

    The signal's handler is replaced, because blocking the signal in this thread would let any
    other thread of the process take it, also those that NumPy has started. If the block fails,
    its error is the one that counts. Python hears signals in its main thread only; elsewhere
    there is nothing to keep waiting.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if pressed:
        signal.raise_signal(signal.SIGINT)
