"""Gate: so many at once, some that wait a moment for their turn, and the rest come again later.

Who has waited longest is let in first: where newcomers could be quicker than those who wait,
some would wait until their patience ends. Who would probably wait long is told so at once, so
that what is answered is answered soon, however many ask.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from typing import TYPE_CHECKING

from search.errors import NutgrafError
from web.background import Background, NobodyThere, Told
from web.lanes import Lanes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

WAITING = 64
PATIENCE = 2.0  # seconds that a search waits for its turn, at most
SOON = 0.4
"""Seconds after which it should be its turn; who would probably wait longer is refused at once."""
ASIDE = 6
"""Searches that take long and wait for others, in a process; one more is refused."""
_NEWEST = 0.1  # what the last search weighs in how long they take

logger = logging.getLogger("nutgraf.web")


class Overloaded(NutgrafError):
    """There are too many searches at once."""

    code = "overloaded"

    def __init__(self) -> None:
        super().__init__("There are too many searches at once; try again in a second")


class _Turn:
    """One who waits at the gate, since when, and what is released when it is its turn."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.has_come = threading.Lock()
        self.has_come.acquire()


class Answered(Exception):
    """Another process has answered the request, of which nothing more is to be done here.

    Attributes:
        told: the answer.
    """

    def __init__(self, told: Told) -> None:
        super().__init__(told.status)
        self.told = told


class Gate:
    """Lets so many in at once, in the order in which they came. Safe to share between threads."""

    def __init__(
        self,
        at_once: int,
        waiting: int = WAITING,
        patience: float = PATIENCE,
        lanes: Lanes | None = None,
        background: Background | None = None,
    ) -> None:
        """Open the gate.

        Args:
            at_once: how many are in.
            waiting: how many may wait.
            patience: seconds that each of them may.
            lanes: in which those go on that take long; without any it has its own.
            background: processes that answer them instead, where that is possible.
        """
        self._lanes = lanes or Lanes()
        self._background = background
        self._aside = threading.Semaphore(ASIDE)
        self._patience = patience
        self._at_once = at_once
        self._most = waiting
        self._lock = threading.Lock()  # of what follows
        self._free = at_once
        self._queue: deque[_Turn] = deque()
        self._taken = 0.0  # seconds that somebody was in lately

    def enter(self) -> None:
        """Come in, as soon as there is room.

        Raises Overloaded: at once, where too many wait or it would probably take too long.
        """
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if self._is_full():
                raise Overloaded
            turn = _Turn()
            self._queue.append(turn)
        if turn.has_come.acquire(timeout=self._patience):
            return
        with self._lock:
            if turn in self._queue:
                self._queue.remove(turn)
                raise Overloaded
        # It has come in this very moment.

    def refuses(self) -> bool:
        """Whether who came in now would be refused at once."""
        with self._lock:
            return not self._free and self._is_full()

    def _is_full(self) -> bool:
        """Whether too many wait, one more would probably wait for too long, or somebody does."""
        if len(self._queue) >= self._most:
            return True
        if (len(self._queue) + 1) * self._taken / self._at_once > SOON:
            return True
        return bool(self._queue) and time.monotonic() - self._queue[0].since > SOON

    def leave(self, taken: float = 0.0) -> None:
        """Give the place to whoever has waited longest; after so many seconds."""
        with self._lock:
            self._taken += (taken - self._taken) * _NEWEST
            if self._queue:
                self._queue.popleft().has_come.release()
            else:
                self._free += 1

    def step_aside(self, seconds: float) -> int | None:
        """Wait, so many seconds at most, for a lane of those that take long, and tell which.

        Whoever gets one says so by ``finish``. Raises Overloaded if too many wait already.
        """
        if not self._aside.acquire(blocking=False):
            raise Overloaded
        try:
            return self._lanes.enter(seconds)
        finally:
            self._aside.release()

    def hand_over(self, environ: WSGIEnvironment, soon: float, end: float) -> None:
        """Let another process answer a request, where there is one; or go on.

        Raises Answered when it has; Overloaded if too many wait for theirs already; Interrupted.

        Args:
            environ: of the request, which has no body.
            soon: until when, by time.monotonic, its turn has to come.
            end: until when the answer has time.
        """
        if self._background is None:
            return
        if not self._aside.acquire(blocking=False):
            raise Overloaded
        try:
            told = self._background.ask(environ, soon, end)
        except NobodyThere:
            logger.warning("no process takes a search that takes long; it goes on in this one")
            return
        finally:
            self._aside.release()
        if told is not None:
            raise Answered(told)

    def finish(self, lane: int) -> None:
        """Let the next one go on that takes long."""
        self._lanes.leave(lane)
