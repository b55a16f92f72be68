"""Listing: the files that paths name, and those of folders with all folders below them."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from index.article import id_of_path
from index.errors import cause
from index.extraction.frames import SourceFile
from index.readers.reading import Failure

NO_FILE = "there is no such file or folder"
_NOT_REGULAR = "it is not a regular file"


@dataclass(slots=True)
class Listing:
    """What was found.

    Attributes:
        files: by their paths from the root, in a stable order; each once.
        failures: by their paths from the root: what could not be looked at, and why.
        scope: the paths from the root that were looked at: what the index has of them and
            below them, and was not found, is gone.
        has_folder: whether a folder was looked into, be it empty.
    """

    files: dict[str, SourceFile] = field(default_factory=dict)
    failures: dict[str, Failure] = field(default_factory=dict)
    scope: set[str] = field(default_factory=set)
    has_folder: bool = False

    def fail(self, name: str, origin: str, reason: str) -> None:
        """Note what cannot be looked at."""
        self.failures[origin] = Failure(name, reason)

    def covers(self, origin: str) -> bool:
        """Whether a path was looked at, so that what was not found there is gone."""
        return is_below(origin, self.scope) and not is_below(origin, self.failures)


def list_files(
    paths: Iterable[str],
    *,
    leave_out: str = "",
    only: Iterable[str] | None = None,
) -> Listing:
    """List the files of paths.

    Hidden files and folders are left out below a folder, and links to folders are not followed.

    Args:
        paths: files and folders, as the user names them.
        leave_out: the path from the root of a folder that is not looked into.
        only: paths from the root: look only at these, which are in the folders of ``paths``,
            and below them.
    """
    listing = Listing()
    for path in paths:
        walk = _Walk(listing, leave_out, str(PurePath(path)), os.path.abspath(path))
        for below in [""] if only is None else _parts_below(walk.origin, only):
            listing.scope.add(_joined(walk.origin, below))
            walk.look_at(below)
    return listing


@dataclass(frozen=True, slots=True)
class _Walk:
    """One path that the user has named, and the same from the root."""

    listing: Listing
    leave_out: str
    name: str
    origin: str

    def look_at(self, below: str) -> None:
        """List a file or a folder, by its path below the one that was named; empty: all.

        What is not there below is gone, and nothing to tell.
        """
        name, origin = _joined(self.name, below), _joined(self.origin, below)
        try:
            found = os.stat(origin)
        except FileNotFoundError:
            if not below or os.path.islink(origin):
                self.listing.fail(name, origin, NO_FILE)
        except OSError as error:
            self.listing.fail(name, origin, cause(error))
        else:
            if not stat.S_ISDIR(found.st_mode):
                self._add(name, origin, below or os.path.basename(origin), found)
            elif not (below and os.path.islink(origin)):
                self.listing.has_folder |= self._list_folders(below)

    def _list_folders(self, below: str) -> bool:
        """List a folder, and those in it; False if it cannot be looked into."""
        todo = [below]
        while todo:
            each = todo.pop()
            name, origin = _joined(self.name, each), _joined(self.origin, each)
            if origin == self.leave_out:
                continue
            try:
                todo += reversed(self._list_folder(name, origin, each))
            except OSError as error:
                self.listing.fail(name, origin, cause(error))
                if each == below:
                    return False
        return True

    def _list_folder(self, name: str, origin: str, below: str) -> list[str]:
        """List the files of one folder; return the folders in it. Raises OSError."""
        with os.scandir(origin) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
        folders: list[str] = []
        # What stands before the names, once for all of them: there may be very many.
        names, paths, ids = (
            _joined(name, "x")[:-1],
            _joined(origin, "x")[:-1],
            _joined(below, "x")[:-1],
        )
        for entry in sorted(entries, key=lambda entry: entry.name):
            its_name, path = names + entry.name, paths + entry.name
            try:
                if entry.is_dir():
                    if not entry.is_symlink():
                        folders.append(ids + entry.name)
                else:
                    self._add(its_name, path, ids + entry.name, entry.stat())
            except OSError as error:
                self.listing.fail(its_name, path, cause(error))
        return folders

    def _add(self, name: str, origin: str, article_id: str, found: os.stat_result) -> None:
        """Note a file, unless it was named before."""
        if not stat.S_ISREG(found.st_mode):
            self.listing.fail(name, origin, _NOT_REGULAR)
        elif origin not in self.listing.files:
            given_id = id_of_path(article_id)
            file = SourceFile(name, origin, given_id, found.st_size, found.st_mtime_ns)
            self.listing.files[origin] = file


def _joined(path: str, below: str) -> str:
    """A path and one below it, as pathlib joins them."""
    if not below or path in ("", "."):
        return below or path
    return f"{path}{below}" if path.endswith("/") else f"{path}/{below}"


def _parts_below(origin: str, paths: Iterable[str]) -> list[str]:
    """Those paths that are in a folder, as seen from it; hidden ones are left out."""
    parts = [os.path.relpath(path, origin) for path in paths if is_below(path, {origin})]
    return sorted(
        "" if part == "." else part
        for part in parts
        if part == "." or not any(name.startswith(".") for name in part.split("/"))
    )


def is_below(path: str, folders: Container[str]) -> bool:
    """Whether a path is one of those that are given, or below one of them."""
    while path not in folders:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True
