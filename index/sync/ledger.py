"""Ledger: which files were read into the index, and what became of them.

It is part of the commit of the articles, so it never says more than the index holds. A commit
writes what has changed since the last one; when that has become much, or many files, everything
is written anew.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from index.commit_file import SOURCES, Commit
from index.errors import IndexDamaged
from index.store import Store
from index.sync.states import FileState
from index.sync.table import Table, write_table

logger = logging.getLogger("nutgraf.index")

_MOST_TABLES = 8
_REPLACED_SHARE = 0.5  # of the files: when so many rows are in later tables, all is written anew


class Ledger:
    """What is known of files, by their paths from the root."""

    def __init__(self, tables: Iterable[tuple[int, Table]] = ()) -> None:
        self._tables = dict(tables)
        self._places: dict[str, tuple[Table, int]] = {}
        self._changed: dict[str, FileState | None] = {}
        for table in self._tables.values():
            places = zip(itertools.repeat(table), range(len(table.paths)), strict=False)
            self._places.update(zip(table.paths, places, strict=True))
            for row, forgotten in enumerate(table.forgotten):
                if forgotten:
                    self._places.pop(table.paths[row], None)

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return bool(self._changed)

    def __contains__(self, path: object) -> bool:
        if path in self._changed:
            return self._changed[str(path)] is not None
        return path in self._places

    def paths(self) -> list[str]:
        """The paths of all files that are known."""
        known = self._places if not self._changed else {**self._places, **self._changed}
        return [path for path in known if path in self] if self._changed else list(known)

    def stamp(self, path: str) -> tuple[int, int, str] | None:
        """Size, time of change and ``how`` of a file; None if it is not known."""
        if path in self._changed:
            state = self._changed[path]
            return (state.size, state.mtime, state.how) if state else None
        place = self._places.get(path)
        if place is None:
            return None
        table, row = place
        return table.sizes[row], table.mtimes[row], table.how(row)

    def counts(self, path: str) -> tuple[int, int, int]:
        """How many articles, failures and skips a known file has."""
        if path in self._changed:
            state = self[path]
            return len(state.articles), len(state.failures), len(state.skips)
        table, row = self._places[path]
        return table.counts(row)

    def __getitem__(self, path: str) -> FileState:
        """All that is known of a file. Raises KeyError if it is not known."""
        if path in self._changed:
            state = self._changed[path]
            if state is None:
                raise KeyError(path)
            return state
        table, row = self._places[path]
        return table.state(row)

    def get(self, path: str) -> FileState | None:
        """All that is known of a file; None if it is not known."""
        try:
            return self[path]
        except KeyError:
            return None

    def articles(self, path: str) -> tuple[str, ...]:
        """The ids of the articles of a known file."""
        if path in self._changed:
            return self[path].articles
        table, row = self._places[path]
        return table.articles(row)

    def with_failures(self) -> Iterator[tuple[str, FileState]]:
        """The files of which something could not be read, and their paths."""
        for path in sorted(self.paths()):
            if self.counts(path)[1]:
                yield path, self[path]

    def with_gone(self) -> list[str]:
        """The paths of the files of which articles are gone that are in the index still."""
        found = {path for path, state in self._changed.items() if state and state.gone}
        for table in self._tables.values():
            for row in table.rows_with_gone():
                path = table.paths[row]
                if path not in self._changed and self._places.get(path) == (table, row):
                    found.add(path)
        return sorted(found)

    def record(self, path: str, state: FileState) -> None:
        """Note what is known of a file now."""
        self._changed[path] = state

    def forget(self, path: str) -> None:
        """Know nothing more of a file."""
        self._changed[path] = None

    def write(self, store: Store, generation: int) -> dict[str, Any]:
        """Write what has changed; return what the commit has to say of it."""
        later = sum(len(table.paths) for table in list(self._tables.values())[1:])
        rows = later + len(self._changed)
        whole = len(self._tables) >= _MOST_TABLES or rows > _REPLACED_SHARE * len(self._places)
        if whole:
            write_table(store, generation, {path: self[path] for path in self.paths()})
            return {SOURCES: [generation]}
        write_table(store, generation, self._changed)
        return {SOURCES: [*self._tables, generation]}


def open_ledger(store: Store, commit: Commit) -> Ledger | None:
    """The ledger of a commit; None if it has none, or none that can be read.

    It only saves reading: where it is damaged, all files are read again.
    """
    numbers = commit.sources.get(SOURCES)
    if numbers is None:
        return None
    try:
        return Ledger((number, Table(store, number)) for number in numbers)
    except IndexDamaged as error:
        logger.warning("all files are read again, because: %s", error)
        return None


def ledger_of_articles(headers: Iterable[Mapping[str, Any]]) -> Ledger:
    """The ledger of an index that has none: which articles came from which file."""
    articles: dict[str, list[str]] = {}
    for header in headers:
        if header["origin"]:
            articles.setdefault(header["origin"], []).append(header["id"])
    ledger = Ledger()
    for path, ids in articles.items():
        ledger.record(path, FileState(-1, 0, b"", "", 0, tuple(ids)))
    return ledger
