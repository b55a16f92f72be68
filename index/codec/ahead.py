"""Work ahead: the next item is made while this one is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The same items; each is made in another thread, as NumPy lets threads run together.

    >>> list(ahead(number * number for number in range(4)))
    [0, 1, 4, 9]
    """
    iterator = iter(items)
    with ThreadPoolExecutor(1, "nutgraf-ahead") as pool:
        following = pool.submit(_next, iterator)
        while item := following.result():
            following = pool.submit(_next, iterator)
            yield item[0]


def _next(iterator: Iterator[Item]) -> tuple[Item] | None:
    for item in iterator:
        return (item,)
    return None
