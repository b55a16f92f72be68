"""The file of a ledger: what is known of the files that were read, as columns.

``sources.7`` is a sealed file of the index, written for commit 7, with a row a file::

    size, mtime, read_at   int64[files]
    digest                 uint8[16 * files]; zeros where it is not known
    how                    uint16[files], a place in the list "how" of the meta
    forgotten              uint8[files]; 1: forget what an older table says of the file
    articles               int32[files], how many
    failures, skips        int32[files], how many
    paths                  uint8[...], the paths, each with a zero behind it
    ids                    uint8[...], the ids of all articles, each with a zero behind it
    ids_end                int64[files], where those of a file end
    remarks                uint8[...], JSON: {row: {"failures": …, "skips": …, "gone": …}}
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from index.codec.sealed import SealedFile, SealedWriter
from index.commit_file import sources_file
from index.store import Store
from index.sync.states import FileState, Remark

KIND = "sources"
_DIGEST = 16
_COLUMNS = {
    "size": np.int64,
    "mtime": np.int64,
    "read_at": np.int64,
    "how": np.uint16,
    "forgotten": np.uint8,
    "articles": np.int32,
    "failures": np.int32,
    "skips": np.int32,
    "ids_end": np.int64,
}
_NOTHING = FileState(0, 0, b"", "", 0)


def write_table(store: Store, generation: int, states: Mapping[str, FileState | None]) -> None:
    """Write and sync the table for a commit; None: forget the file."""
    known = [state or _NOTHING for state in states.values()]
    hows = list(dict.fromkeys(state.how for state in known))
    ids = [_joined(state.articles) for state in known]
    remarks = {str(row): told for row, state in enumerate(known) if (told := _remarks(state))}
    columns: dict[str, Any] = {
        "size": [state.size for state in known],
        "mtime": [state.mtime for state in known],
        "read_at": [state.read_at for state in known],
        "how": [hows.index(state.how) for state in known],
        "forgotten": [state is None for state in states.values()],
        "articles": [len(state.articles) for state in known],
        "failures": [len(state.failures) for state in known],
        "skips": [len(state.skips) for state in known],
        "ids_end": np.cumsum([len(each) for each in ids]),
    }
    blobs = {
        "digest": b"".join(state.digest.ljust(_DIGEST, b"\0") for state in known),
        "paths": b"".join(os.fsencode(path) + b"\0" for path in states),
        "ids": b"".join(ids),
        "remarks": json.dumps(remarks).encode(),
    }
    name = sources_file(generation)
    store.unlink(name)  # of an attempt that failed
    with SealedWriter(store.create(name), KIND, store.identity()) as sealed:
        for column, values in columns.items():
            sealed.put(column, np.array(values, _COLUMNS[column]))
        for blob, data in blobs.items():
            sealed.put(blob, np.frombuffer(data, np.uint8))
        sealed.close({"generation": generation, "how": hows})


class Table:
    """One file of a ledger, opened.

    Attributes:
        paths: of its files; a row is a place in this list.
        sizes, mtimes: what FileState says, a row each.

    Raises IndexDamaged, here and later, if it is not as it was written.
    """

    def __init__(self, store: Store, generation: int) -> None:
        name = sources_file(generation)
        path = str(store.path / name)
        self._sealed = SealedFile(store.map(name), path, KIND, store.identity())
        if self._sealed.meta.get("generation") != generation:
            self._sealed.damaged("it belongs to another commit")
        *paths, last = os.fsdecode(self._bytes("paths")).split("\0")
        self.paths = paths
        self._hows: Any = self._sealed.meta.get("how")
        if last or not isinstance(self._hows, list):
            self._sealed.damaged("it is not a table of files")
        self.sizes: list[int] = self._column("size")
        self.mtimes: list[int] = self._column("mtime")
        self._how: list[int] = self._column("how")
        if any(how >= len(self._hows) for how in set(self._how)):
            self._sealed.damaged("it is not a table of files")
        self.forgotten: list[int] = self._column("forgotten")
        self._loaded: dict[str, Any] = {}

    def how(self, row: int) -> str:
        """How a file was read."""
        return str(self._hows[self._how[row]])

    def counts(self, row: int) -> tuple[int, int, int]:
        """How many articles, failures and skips a file has."""
        return self._many("articles")[row], self._many("failures")[row], self._many("skips")[row]

    def articles(self, row: int) -> tuple[str, ...]:
        """The ids of the articles of a file."""
        ends = self._many("ids_end")
        start = ends[row - 1] if row else 0
        if not 0 <= start <= ends[row] <= self._sealed.count("ids"):
            self._sealed.damaged("it has no articles where they should be")
        return _split(self._sealed.slice("ids", start, ends[row]).tobytes())

    def state(self, row: int) -> FileState:
        """All that is known of a file."""
        digest = self._sealed.slice("digest", row * _DIGEST, (row + 1) * _DIGEST).tobytes()
        told = self._all_remarks().get(str(row), {})
        return FileState(
            size=self.sizes[row],
            mtime=self.mtimes[row],
            digest=digest if any(digest) else b"",
            how=self.how(row),
            read_at=self._many("read_at")[row],
            articles=self.articles(row),
            gone=tuple(told.get("gone", ())),
            failures=_pairs(told.get("failures", ())),
            skips=_pairs(told.get("skips", ())),
        )

    def rows_with_gone(self) -> list[int]:
        """The files of which articles are gone."""
        return [int(row) for row, told in self._all_remarks().items() if "gone" in told]

    def verify(self) -> None:
        """Look at every byte."""
        self._sealed.verify()
        for row in range(len(self.paths)):
            self.state(row)

    def _many(self, name: str) -> list[int]:
        if name not in self._loaded:
            self._loaded[name] = self._column(name)
        column: list[int] = self._loaded[name]
        return column

    def _all_remarks(self) -> dict[str, Any]:
        if "remarks" not in self._loaded:
            try:
                self._loaded["remarks"] = json.loads(self._bytes("remarks"))
            except ValueError as error:
                self._sealed.damaged(f"its remarks cannot be read: {error}")
        remarks: dict[str, Any] = self._loaded["remarks"]
        return remarks

    def _column(self, name: str) -> list[int]:
        found = self._sealed.array(name)
        if found.dtype != _COLUMNS[name] or len(found) != len(self.paths):
            self._sealed.damaged(f"its column {name} is of another length")
        values: list[int] = found.tolist()
        return values

    def _bytes(self, name: str) -> bytes:
        return self._sealed.array(name).tobytes()


def _remarks(state: FileState) -> dict[str, Any]:
    told = {"failures": state.failures, "skips": state.skips, "gone": state.gone}
    return {name: each for name, each in told.items() if each}


def _pairs(rows: Any) -> tuple[Remark, ...]:
    return tuple((str(name), str(reason)) for name, reason in rows)


def _joined(ids: tuple[str, ...]) -> bytes:
    return "".join(f"{each}\0" for each in ids).encode()


def _split(data: bytes) -> tuple[str, ...]:
    return tuple(data.decode().split("\0")[:-1])
