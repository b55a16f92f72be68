"""Memory: giving back to the system what is free."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Give freed memory back to the system, where the C library can (glibc).

    It keeps what large arrays have left, in the belief that the next ones will be as large;
    a merge, which works range by range, has no use for it.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
