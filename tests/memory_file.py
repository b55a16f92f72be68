"""A file of the store that is only in memory."""

from __future__ import annotations


class MemoryFile:
    """A file of the store that is only in memory."""

    name = "a file in memory"

    def __init__(self) -> None:
        self.data = b""
        self._written = bytearray()

    def write(self, data: bytes | memoryview) -> None:
        """Append bytes."""
        self._written += data

    def sync(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Make the bytes readable."""
        self.data = bytes(self._written)

    def discard(self) -> None:
        """Nothing to remove."""
