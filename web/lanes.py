"""Lanes: how many searches that take long are at work on a machine, in whichever process.

Half of the cores are theirs, and the rest stays for those that are short. A lane is a byte of a
file that has no name and that the processes of a server inherit; who is in it has locked it. So
it is free again when a process dies.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
import time
import weakref

_ROUND = 0.005  # seconds until whoever waits looks again whether a lane is free


class Lanes:
    """Some lanes. Safe to share between threads, and between processes that are forked later."""

    def __init__(self, count: int | None = None) -> None:
        """Make so many; half as many as there are cores, if it is not said."""
        self._count = count or max(1, (os.cpu_count() or 1) // 2)
        self._file, name = tempfile.mkstemp()
        os.unlink(name)
        weakref.finalize(self, os.close, self._file)
        self._lock = threading.Lock()
        self._taken: set[int] = set()  # by this process, whose locks do not keep itself out

    def enter(self, seconds: float) -> int | None:
        """Wait for a lane, so many seconds at most; its number, None if all are taken."""
        end = time.monotonic() + seconds
        while True:
            lane = self._take()
            if lane is not None or time.monotonic() >= end:
                return lane
            time.sleep(_ROUND)

    def leave(self, lane: int) -> None:
        """Let the next one have a lane."""
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, lane)
            self._taken.remove(lane)

    def _take(self) -> int | None:
        with self._lock:
            for lane in range(self._count):
                if lane not in self._taken and self._is_free(lane):
                    self._taken.add(lane)
                    return lane
        return None

    def _is_free(self, lane: int) -> bool:
        """Whether no other process has a lane; this one has it then."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, lane)
        except (BlockingIOError, PermissionError):
            return False
        return True
