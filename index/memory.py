"""Memory: giving back to the system what is free, and seldom looking for what is."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator

_SELDOM = (200_000, 50, 100)


def give_back() -> None:
    """Give freed memory back to the system, where the C library can (glibc).

    It keeps what large arrays have left, in the belief that the next ones will be as large;
    a merge, which works range by range, has no use for it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


@contextlib.contextmanager
def seldom_collected() -> Iterator[None]:
    """Let Python seldom look for garbage in cycles.

    Indexing makes millions of small objects that stay, and none that are in cycles; to look
    through them all, as often as Python does by itself, takes a tenth of its time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
