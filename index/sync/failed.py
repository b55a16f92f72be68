"""What could not be read, as the index remembers it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from index.opening import latest
from index.store import Store
from index.sync.ledger import open_ledger


@dataclass(frozen=True, slots=True)
class Failed:
    """A file, or a part of one, that could not be read.

    Attributes:
        file: the path of the file from the root.
        name: the same, with the part of it.
        reason: why, as a clause.
        when: when that was tried last.
    """

    file: str
    name: str
    reason: str
    when: datetime


def failed_files(store: Store) -> list[Failed]:
    """What could not be read when that was last tried. Raises a StoreError if there is no index."""
    ledger = open_ledger(store, latest(store))
    return [
        Failed(path, path + part, reason, datetime.fromtimestamp(state.read_at, UTC))
        for path, state in (ledger.with_failures() if ledger else ())
        for part, reason in state.failures
    ]
