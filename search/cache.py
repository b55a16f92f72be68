"""ByteCache: what was decoded, least recently used first to go, bounded by bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any

_SMALL = 14  # a value of limit >> 14 bytes is small: 32 KiB of 512 MiB


class ByteCache:
    """Values by key, of a known size each. Safe to share between threads.

    Small values have an eighth of the bytes for themselves, so that the few lists of frequent
    terms do not throw out thousands of them.

    >>> cache = ByteCache(1000)
    >>> for number in range(11):
    ...     _ = cache.put(number, str(number), 100)
    >>> cache.get(0), cache.get(10), cache.size
    (None, '10', 1000)
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._small, self._large = _Recent(), _Recent()
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """The bytes of all values."""
        return self._small.size + self._large.size

    def get(self, key: Hashable) -> Any:
        """The value of a key; None if it is not there any more."""
        recent = self._small
        item = recent.items.get(key)
        if item is None:
            recent = self._large
            item = recent.items.get(key)
            if item is None:
                return None
        try:
            recent.items.move_to_end(key)
        except KeyError:  # another thread has just thrown it out
            return item[0]
        return item[0]

    def put(self, key: Hashable, value: Any, size: int) -> Any:
        """Keep a value of ``size`` bytes; return it, or the one that another thread kept first.

        What is larger than an eighth of the limit is not kept, so that one value does not
        throw out all others.
        """
        if size > self.limit >> 3 and size > self.limit - self.size:
            return value
        recent = self._small if size <= self.limit >> _SMALL else self._large
        with self._lock:
            known = recent.items.get(key)
            if known is not None:
                return known[0]
            recent.items[key] = (value, size)
            recent.size += size
            self._small.shorten(self.limit >> 3)
            self._large.shorten(self.limit - self._small.size)
        return value

    def drop(self, key: Hashable) -> None:
        """Forget a value."""
        with self._lock:
            for recent in (self._small, self._large):
                item = recent.items.pop(key, None)
                if item is not None:
                    recent.size -= item[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            for recent in (self._small, self._large):
                recent.items.clear()
                recent.size = 0


class _Recent:
    """Values with their sizes, the one that was used last at the end."""

    def __init__(self) -> None:
        self.items: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.size = 0

    def shorten(self, limit: int) -> None:
        """Let values go that were used longest ago; one stays."""
        while self.size > limit and len(self.items) > 1:
            self.size -= self.items.popitem(last=False)[1][1]
