"""Removal: the articles of files that are gone, and those that files no longer hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

from index.sync.ledger import Ledger
from index.sync.listing import Listing

if TYPE_CHECKING:
    from index.writer import ArticleWriter


def missing_files(listing: Listing, ledger: Ledger) -> list[str]:
    """The paths of the files that were known where it was looked, and were not found."""
    files, failures = listing.files, listing.failures
    unknown = [path for path in ledger.paths() if path not in files and path not in failures]
    return [path for path in unknown if listing.covers(path)]


def remove_gone(
    writer: ArticleWriter, listing: Listing, ledger: Ledger, seen: Container[str]
) -> int:
    """Remove the articles of missing files, and those that files no longer hold.

    Args:
        writer: of the index.
        listing: what was found.
        ledger: what is known; it is brought up to date.
        seen: ids of articles that were read in this run, from wherever.

    Returns:
        How many articles were removed.
    """
    gone: list[str] = []
    missing = missing_files(listing, ledger)
    for path in missing:
        state = ledger[path]
        gone += (*state.articles, *state.gone)
        ledger.forget(path)
    for path in ledger.with_gone():
        if listing.covers(path):
            state = ledger[path]
            gone += state.gone
            ledger.record(path, dataclasses.replace(state, gone=()))
    return remove_unclaimed(writer, ledger, (each for each in gone if each not in seen))


def remove_unclaimed(writer: ArticleWriter, ledger: Ledger, articles: Iterable[str]) -> int:
    """Remove articles, except for those that another file holds; return how many."""
    asked = set(articles)
    if asked:
        for path in ledger.paths():
            asked.difference_update(ledger.articles(path))
    return sum(writer.remove(each) for each in sorted(asked))
