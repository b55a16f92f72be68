"""LiveSearcher: always the last commit, for processes that serve while others write."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from index.commits import last_commit
from index.store import Store
from search.searcher import Searcher

_SETTLED = 3_000_000_000  # nanoseconds; a second is as exactly as some systems tell a time

Change = tuple[int, int, int]
"""What tells states of a folder apart: its inode, and its times of change."""


class LiveSearcher:
    """Hands out a Searcher on the last commit, and opens a new one when there is another.

    ``path`` is the folder of the index.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._store = Store(path)
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None
        self._change: Change | None = None  # of the folder, as the Searcher was looked for

    def searcher(self) -> Searcher:
        """The Searcher on the last commit. Raises a StoreError where there is no index."""
        with self._lock:
            change = self._last_change()
            if self._searcher is not None and change is not None and change == self._change:
                return self._searcher
            starting = self._searcher is None
            if self._searcher is None or self._searcher.commit != last_commit(self._store):
                # The one before is not closed: a request may still be reading it.
                self._searcher = Searcher.open(self._store.path, starting=starting)
            self._change = change
            return self._searcher

    def _last_change(self) -> Change | None:
        """What the folder was changed by last, if that is so long ago that a time tells it.

        A commit is a file with a name of its own, so that there is none without a change of the
        folder; to ask for that is quicker than to look at all names, and every request asks.
        """
        found = self._store.stat("")
        if found is None or time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _SETTLED:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_ctime_ns

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None
