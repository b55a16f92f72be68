"""The terminal: where results and messages are drawn in colour."""

from __future__ import annotations

from typing import Literal

from rich.console import Console


class _Results(Console):
    """A console that leaves a broken pipe to the entry point, where exit codes are decided."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def result_console(color: Literal["auto", "always", "never"]) -> Console:
    """The console for results."""
    return _Results(
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
        force_terminal=True if color == "always" else None,
        color_system=None if color == "never" else "auto",
        no_color=False if color == "always" else None,
    )


def message_console() -> Console:
    """The console for progress, notices and failures."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
