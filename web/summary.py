"""Summary: what is in the index, asked for once a commit."""

from __future__ import annotations

from typing import cast

from flask import current_app

from search.live import LiveSearcher
from search.results import Info
from search.searcher import Searcher


class Summary:
    """Remembers the Info of the last commit: counting everything is not for every request."""

    def __init__(self) -> None:
        self._known: tuple[object, Info] | None = None

    def of(self, searcher: Searcher) -> Info:
        """The Info of a searcher. Threads may both count, but never see each other's half."""
        known = self._known
        if known is None or known[0] != searcher.commit:
            known = self._known = (searcher.commit, searcher.info())
        return known[1]


def current_searcher() -> Searcher:
    """The searcher on the last commit. Raises a StoreError where there is no index."""
    return cast(LiveSearcher, current_app.extensions["nutgraf"]).searcher()


def current_info() -> Info:
    """What is in the index now. Raises a StoreError where there is no index."""
    return cast(Summary, current_app.extensions["nutgraf.summary"]).of(current_searcher())
