"""Deadline: how long a search may take; whoever works for it asks now and then whether it is over.

The limit belongs to the thread that searches, so that it need not be handed through every step::

    with time_limit(1.0):
        ...            # somewhere within: check_time()

A step between two checks takes milliseconds on a million paragraphs, so that a search that is
stopped ends soon after its time.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TypeVar

Result = TypeVar("Result")

_end: ContextVar[float] = ContextVar("end of the search, by time.monotonic", default=math.inf)


class TimedOut(Exception):
    """The time is over."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let ``check_time`` raise TimedOut within the block when the seconds are over.

    A limit within another one ends with it.
    """
    before = _end.set(min(time.monotonic() + seconds, _end.get()))
    try:
        yield
    finally:
        _end.reset(before)


@contextlib.contextmanager
def another_limit(seconds: float) -> Iterator[None]:
    """The same for what is allowed more time than the limit that it is within."""
    before = _end.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _end.reset(before)


def check_time() -> None:
    """Raise TimedOut if the time of this search is over."""
    if time.monotonic() > _end.get():
        raise TimedOut


class Limit:
    """The time of one search, which is done in steps.

    The first steps have the time that was given; what is left to be done then, so that there
    is an answer at all, half as much again.

    Attributes:
        timed_out: whether a step was stopped.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._more = seconds / 4
        self.timed_out = False

    def step(self, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """Do a step, or, if there is no time for it, something short in its place."""
        left = self._end - time.monotonic() + (self._more if self.timed_out else 0)
        try:
            with time_limit(left):
                check_time()
                return work()
        except TimedOut:
            self.timed_out = True
        return otherwise()
