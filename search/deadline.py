"""Deadline: how long a search may take; whoever works for it asks now and then whether it is over.

The limit belongs to the thread that searches, so that it need not be handed through every step::

    with time_limit(1.0):
        ...            # somewhere within: check_time()

A step between two checks takes milliseconds on a million paragraphs, so that a search that is
stopped ends soon after its time. At the same places a search that takes long can be made to wait
while others, which are short, go first.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from time import thread_time
from typing import TypeVar

_FIRST = 5 / 7  # of the time that is left, what the first steps of a search have at most

Result = TypeVar("Result")

_end: ContextVar[float] = ContextVar("end of the search, by time.monotonic", default=math.inf)


class TimedOut(Exception):
    """The time is over."""


class _Pause:
    """What a search has to do once, when it has worked so long; at infinity if it has done it."""

    def __init__(self, seconds: float, wait: Callable[[float], None]) -> None:
        self._worked = thread_time() + seconds
        self._wait = wait
        self.at = time.monotonic() + seconds  # not before

    def take(self, now: float, end: float) -> None:
        """Wait, if it has worked so long: that it was kept waiting itself does not count."""
        left = self._worked - thread_time()
        if left > 0:
            self.at = now + left
            return
        self.at = math.inf
        self._wait(end - now)


_pause: ContextVar[_Pause | None] = ContextVar("pause of the search", default=None)


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


@contextlib.contextmanager
def pausing(seconds: float, wait: Callable[[float], None]) -> Iterator[None]:
    """Let ``check_time`` call ``wait`` once within the block, after so many seconds of work.

    It is told how many seconds the search has left, and should not take longer.

    Args:
        seconds: processor time of the thread.
        wait: what is to be called.
    """
    before = _pause.set(_Pause(seconds, wait))
    try:
        yield
    finally:
        _pause.reset(before)


def check_time() -> None:
    """Raise TimedOut if the time of this search is over."""
    now = time.monotonic()
    pause = _pause.get()
    if pause is not None and pause.at < now < _end.get():
        pause.take(now, _end.get())
        now = time.monotonic()
    if now > _end.get():
        raise TimedOut


class Limit:
    """The time of one search, which is done in steps.

    The first steps have the time that was given, or most of what is left if that is less; what is
    to be done then, so that there is an answer at all, a quarter as much again.

    Attributes:
        timed_out: whether a step was stopped.
    """

    def __init__(self, seconds: float) -> None:
        now = time.monotonic()
        seconds = min(seconds, (_end.get() - now) * _FIRST)
        self._end = now + seconds
        self._more = seconds / 4
        self.timed_out = False

    def step(self, work: Callable[[], Result], otherwise: Callable[[], Result]) -> Result:
        """Do a step, or, if there is no time for it, something short in its place."""
        end = self._end + (self._more if self.timed_out else 0)
        before = _end.set(min(end, _end.get()))
        try:
            check_time()
            return work()
        except TimedOut:
            self.timed_out = True
        finally:
            _end.reset(before)
        return otherwise()
