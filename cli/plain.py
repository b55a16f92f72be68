"""Plain output, for pipes and files: lines as they are, without what draws on a terminal."""

from __future__ import annotations

from typing import TextIO


class PlainConsole:
    """Prints lines as rich's console would where there is no terminal, and starts at once."""

    is_terminal = False

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def print(self, line: object = "") -> None:
        """Print a line."""
        print(line, file=self._stream)
