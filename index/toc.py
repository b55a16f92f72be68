"""The tables of contents that a commit leaves for other Whoosh programs.

``_MAIN_8.toc`` belongs to commit 8 and ends with MARK, which Whoosh does not read. One that
does not, or that is newer than our last commit, was written by another Whoosh program.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.commit_file import generations
from index.errors import IndexDamaged
from index.store import Store

MARK = b"\nnutgraf\n"
_TOC = re.compile(r"_MAIN_(0|[1-9]\d{0,17})\.toc")


def toc_file(generation: int) -> str:
    """The name of the table of contents of a commit."""
    return f"_MAIN_{generation}.toc"


def tocs(names: Iterable[str]) -> list[int]:
    """The numbers of the tables of contents among the names of a folder, ascending."""
    return sorted(int(match[1]) for name in names if (match := _TOC.fullmatch(name)))


def foreign_toc(store: Store, names: list[str]) -> str | None:
    """The newest table of contents, if another Whoosh program has written it since our commit."""
    newest, last = _newest(names)
    return toc_file(newest) if 0 <= newest >= last and _is_ours(store, newest) is False else None


def lost_commit(store: Store, names: list[str]) -> int | None:
    """The number of a commit that has left its table of contents alone behind."""
    newest, last = _newest(names)
    return newest if newest > last and _is_ours(store, newest) else None


def _newest(names: list[str]) -> tuple[int, int]:
    """The numbers of the newest table of contents and the last commit; -1 where there is none."""
    return max(tocs(names), default=-1), max(generations(names), default=-1)


def _is_ours(store: Store, generation: int) -> bool | None:
    """Whether nutgraf wrote a table of contents; None if a writer has deleted it meanwhile."""
    name = toc_file(generation)
    if store.stat(name) is None:
        return None
    try:
        return bytes(store.map(name)[-len(MARK) :]) == MARK
    except IndexDamaged:
        return None
