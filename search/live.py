"""LiveSearcher: always the last commit, for processes that serve while others write."""

from __future__ import annotations

import threading
from pathlib import Path

from index.commits import last_commit
from index.store import Store
from search.searcher import Searcher


class LiveSearcher:
    """Hands out a Searcher on the last commit, and opens a new one when there is another.

    ``path`` is the folder of the index.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._store = Store(path)
        self._lock = threading.Lock()
        self._searcher: Searcher | None = None

    def searcher(self) -> Searcher:
        """The Searcher on the last commit. Raises a StoreError where there is no index."""
        with self._lock:
            starting = self._searcher is None
            if self._searcher is None or self._searcher.commit != last_commit(self._store):
                # The one before is not closed: a request may still be reading it.
                self._searcher = Searcher.open(self._store.path, starting=starting)
            return self._searcher

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None
