"""ByteCache: what was decoded, least recently used first to go, bounded by bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Any


class ByteCache:
    """Values by key, of a known size each. Safe to share between threads.

    >>> cache = ByteCache(1000)
    >>> for number in range(11):
    ...     _ = cache.put(number, str(number), 100)
    >>> cache.get(0), cache.get(10), cache.size
    (None, '10', 1000)
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._items: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        """The value of a key; None if it is not there any more."""
        item = self._items.get(key)
        if item is None:
            return None
        try:
            self._items.move_to_end(key)
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
        with self._lock:
            known = self._items.get(key)
            if known is not None:
                return known[0]
            self._items[key] = (value, size)
            self.size += size
            while self.size > self.limit and len(self._items) > 1:
                self.size -= self._items.popitem(last=False)[1][1]
        return value

    def drop(self, key: Hashable) -> None:
        """Forget a value."""
        with self._lock:
            item = self._items.pop(key, None)
            if item is not None:
                self.size -= item[1]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._items.clear()
            self.size = 0
