"""Committed: the articles of the last commit, as a writer asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.segment import SegmentReader
from index.commits import Opened, SegmentEntry
from index.header import read_header

_LOOKUPS = 1000  # after so many, the ids of all articles are kept in memory

Place = tuple[int, int]
"""The number of a segment, and of an article in it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an article that is in the index.

    Attributes:
        content_hash: of what a reader sees of it.
        origin: the file that it was read from.
    """

    content_hash: str
    origin: str


@dataclass(slots=True)
class SegmentState:
    """A segment of the commit, and which of its articles are still there.

    ``live`` is bool[articles]; ``changed`` tells whether an article was deleted since.
    """

    entry: SegmentEntry
    reader: SegmentReader
    live: npt.NDArray[np.bool_]
    changed: bool = field(default=False)

    @property
    def deleted_docs(self) -> npt.NDArray[np.bool_]:
        """Which paragraphs are deleted; bool[docs]."""
        return np.repeat(~self.live, np.diff(self.reader.first_doc))

    @property
    def num_deleted(self) -> int:
        """How many paragraphs are deleted."""
        return int(np.diff(self.reader.first_doc)[~self.live].sum())


class Committed:
    """The articles of one commit, without those that were deleted since."""

    def __init__(self, opened: Opened) -> None:
        self.commit = opened.commit
        self.families = opened.family_files
        self.segments = [
            _state(entry, SegmentReader(sealed), deleted)
            for entry, sealed, deleted in zip(
                opened.commit.segments, opened.segments, opened.deletions, strict=True
            )
        ]
        self._lookups = 0
        self._places: dict[str, Place] | None = None

    def known(self, article_id: str) -> Known | None:
        """What is known of an article; None if there is none of that id."""
        place = self._find(article_id)
        if place is None:
            return None
        header = self._header(place)
        return Known(header["hash"], header["origin"])

    def headers(self) -> Iterator[dict[str, Any]]:
        """The headers of all articles."""
        for number, segment in enumerate(self.segments):
            for article in np.flatnonzero(segment.live).tolist():
                yield self._header((number, article))

    def delete(self, article_id: str) -> bool:
        """Delete an article; False if there is none of that id."""
        place = self._find(article_id)
        if place is None:
            return False
        segment = self.segments[place[0]]
        segment.live[place[1]] = False
        segment.changed = True
        return True

    def _header(self, place: Place) -> dict[str, Any]:
        return read_header(self.segments[place[0]].reader.header(place[1]))

    def _find(self, article_id: str) -> Place | None:
        """Where an article is, if it is there."""
        self._lookups += 1
        if self._lookups == _LOOKUPS:
            self._places = self._all_places()
        if self._places is not None:
            place = self._places.get(article_id)
            return place if place and self.segments[place[0]].live[place[1]] else None
        for number, segment in enumerate(self.segments):
            ids = segment.reader.fields["article"]
            term = ids.terms.find(article_id.encode())
            if term >= 0:
                for article in ids.docs(term).tolist():
                    if segment.live[article]:
                        return number, article
        return None

    def _all_places(self) -> dict[str, Place]:
        """Where each article is, by its id."""
        places: dict[str, Place] = {}
        for number, segment in enumerate(self.segments):
            ids = segment.reader.fields["article"]
            postings = ids.postings(0, ids.num_terms)
            # A run may hold an id twice, the first of them deleted.
            terms = np.repeat(np.arange(ids.num_terms), postings.doc_freqs)
            for term, article in zip(terms.tolist(), postings.docs.tolist(), strict=True):
                if segment.live[article]:
                    places[postings.terms[term].decode()] = number, article
        return places


def _state(
    entry: SegmentEntry, reader: SegmentReader, deleted: npt.NDArray[np.bool_] | None
) -> SegmentState:
    live = np.ones(reader.num_articles, np.bool_)
    if deleted is not None:
        live = ~deleted[reader.first_doc[:-1]]
    return SegmentState(entry, reader, live)
