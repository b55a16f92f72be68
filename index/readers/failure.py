"""Failure: what could not be read, and why, while the rest goes on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A part of the input that could not be read.

    ``name`` is the file, with the line where there is one; ``reason`` is a clause without
    a full stop that completes "could not be read:".
    """

    name: str
    reason: str
