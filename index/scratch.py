"""Scratch files: for what has to wait for its place in a segment."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import IO

from index.store import Store


class ScratchFiles:
    """Makes files without names, for several threads; those still open are closed with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: list[IO[bytes]] = []
        self._changing = threading.Lock()

    def __call__(self) -> IO[bytes]:
        """A new file."""
        made = self._store.scratch()
        with self._changing:
            self._files = [file for file in self._files if not file.closed]
            self._files.append(made)
        return made

    def close(self) -> None:
        """Close the files; what is in them is lost."""
        for file in self._files:
            file.close()

    def __enter__(self) -> ScratchFiles:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
