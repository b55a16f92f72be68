"""Scratch files: for what has to wait for its place in a segment."""

from __future__ import annotations

from types import TracebackType
from typing import IO

from index.store import Store


class ScratchFiles:
    """Makes files without names; those that are still open are closed with it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: list[IO[bytes]] = []

    def __call__(self) -> IO[bytes]:
        """A new file."""
        self._files = [file for file in self._files if not file.closed]
        self._files.append(self._store.scratch())
        return self._files[-1]

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
