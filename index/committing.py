"""From what a writer has gathered to the next commit: runs, deletions, merges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from index.article import Article
from index.codec.merge import Source, merge, merged_first_doc
from index.codec.sealed import SealedWriter
from index.codec.segment import SegmentWriter
from index.commits import Commit, SegmentEntry, publish, segment_file, write_deletions
from index.committed import Committed, Known
from index.families import find_families, find_joined
from index.family_file import write_families
from index.memory import give_back
from index.numbering import Numbering, Placed
from index.runs import Run, open_run, open_segment, write_segment
from index.scratch import ScratchFiles
from index.store import Store
from index.tiers import segments_to_merge

WriteSources = Callable[[int], Mapping[str, Any]]
"""Writes, for the commit of a number, how far the sources are read; returns ``Commit.sources``."""


class Added:
    """The articles that were added since the last commit, numbered as they came."""

    def __init__(self) -> None:
        self._articles: dict[str, tuple[int, str, str]] = {}  # id -> number, hash, origin
        self._gone: list[int] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, article: Article, content_hash: str) -> None:
        """Note an article that is on its way into a run."""
        self._articles[article.id] = self._count, content_hash, article.origin
        self._count += 1

    def known(self, article_id: str) -> Known | None:
        """What is known of an article; None if it is not one of these."""
        found = self._articles.get(article_id)
        return None if found is None else Known(found[1], found[2])

    def delete(self, article_id: str) -> bool:
        """Delete an article; False if it is not one of these."""
        found = self._articles.pop(article_id, None)
        if found is None:
            return False
        self._gone.append(found[0])
        return True

    def live(self) -> npt.NDArray[np.bool_] | None:
        """Which of the articles are still there, bool[articles]; None if all are."""
        if not self._gone:
            return None
        live = np.ones(self._count, np.bool_)
        live[self._gone] = False
        return live


def commit_changes(
    store: Store,
    committed: Committed,
    added: Added,
    runs: Sequence[Run],
    *,
    everything: bool = False,
    write_sources: WriteSources | None = None,
) -> bool:
    """Make the next commit of what has changed; False if nothing has.

    Args:
        store: the index, under lock.
        committed: the last commit, and what was deleted from it.
        added: the articles in the runs.
        runs: new segments.
        everything: merge all segments into one.
        write_sources: writes what is known of the sources now; None if that is as it was.
    """
    new = _sources(store, runs, added.live())
    chosen = _chosen(committed, sum(_docs(source) for source in new), everything=everything)
    segments = committed.segments
    changed = runs or chosen or any(segment.changed for segment in segments)
    if not changed and write_sources is None:
        return False
    sources = [_old_source(committed, number) for number in sorted(chosen)] + new
    sources = [source for source in sources if len(source.article_sizes)]
    generation = committed.commit.generation + 1
    kept = [
        number
        for number, segment in enumerate(segments)
        if number not in chosen and segment.live.any()
    ]
    entries = [_kept(store, committed, number, generation) for number in kept]
    if len(runs) == len(sources) == 1 and runs[0].whole and new[0].live is None:
        entries.append(_entry(runs[0]))
    elif sources:
        entries.append(_merged(store, sources))
        give_back()
    families = _families(store, committed, entries, (kept, sorted(chosen)))
    told = write_sources(generation) if write_sources else committed.commit.sources
    commit = Commit(generation, tuple(entries), told, families)
    publish(store, commit, whoosh_toc(commit))
    named = {entry.id for entry in entries}
    for run in runs:
        if run.id not in named:
            store.unlink(run.file)
    return True


def _families(
    store: Store,
    committed: Committed,
    entries: Sequence[SegmentEntry],
    numbers: tuple[list[int], list[int]],
) -> tuple[int, ...]:
    """Find the families of the next commit; the commits that their files are written for.

    Args:
        store: the index, under lock.
        committed: the last commit, and what was deleted from it.
        entries: the segments of the next commit.
        numbers: the segments of the last one that stay, and those that were merged.
    """
    kept, merged = numbers
    before = committed.segments
    placed = [Placed(before[each].reader, before[each].live, number=each) for each in kept]
    for entry in entries[len(kept) :]:
        reader = open_segment(store, entry)
        everything = np.ones(reader.num_articles, np.bool_)
        placed.append(Placed(reader, everything, tuple(merged)))
    numbering = Numbering(before, placed)
    known = committed.commit.families
    generation, docs = committed.commit.generation + 1, int(numbering.bases[-1])
    if numbering.is_longer:
        changed = find_joined(committed.families, numbering)
        if not len(changed):
            return known
        later = committed.families.changed(changed)
        if later is not None:
            write_families(store, generation, docs, later)
            return known[0], generation
        table = committed.families.table().followed_by(changed)
    else:
        table = find_families(committed.families.table(), numbering)
    if not len(table):
        return ()
    write_families(store, generation, docs, table)
    return (generation,)


def _chosen(committed: Committed, added: int, *, everything: bool) -> set[int]:
    """The segments to merge."""
    segments = committed.segments
    if everything:
        whole = len(segments) == 1 and segments[0].live.all()
        return set() if whole else set(range(len(segments)))
    sizes = [(segment.entry.docs, segment.num_deleted) for segment in segments]
    chosen = segments_to_merge(sizes, added)
    alone = len(chosen) == 1 and not added
    return set() if alone and segments[min(chosen)].live.all() else chosen


def _sources(store: Store, runs: Sequence[Run], live: npt.NDArray[np.bool_] | None) -> list[Source]:
    sources = []
    first = 0
    for run in runs:
        reader = open_run(store, run)
        kept = None if live is None else live[first : first + run.articles]
        sources.append(Source(reader, None if kept is None or kept.all() else kept))
        first += run.articles
    return sources


def _docs(source: Source) -> int:
    return int(source.article_sizes.sum())


def _old_source(committed: Committed, number: int) -> Source:
    segment = committed.segments[number]
    return Source(segment.reader, None if segment.live.all() else segment.live)


def _merged(store: Store, sources: Sequence[Source]) -> SegmentEntry:
    """Write a segment of all the sources."""
    first_doc = merged_first_doc(sources)
    with ThreadPoolExecutor(1, "nutgraf-texts") as pool, ScratchFiles(store) as scratch:

        def write(sealed: SealedWriter) -> None:
            writer = SegmentWriter(sealed, first_doc, scratch, pool)
            merge(sources, writer)
            writer.close()

        return _entry(write_segment(store, int(first_doc[-1]), len(first_doc) - 1, write))


def _entry(run: Run) -> SegmentEntry:
    return SegmentEntry(
        id=run.id,
        file=segment_file(run.id),
        docs=run.docs,
        articles=run.articles,
        deletions=None,
        deleted=0,
        size=run.size,
    )


def _kept(store: Store, committed: Committed, number: int, generation: int) -> SegmentEntry:
    """What the next commit says of a segment that stays."""
    segment = committed.segments[number]
    if not segment.changed:
        return segment.entry
    name = write_deletions(store, segment.entry.id, generation, segment.deleted_docs)
    return replace(segment.entry, deletions=name, deleted=segment.num_deleted)


def whoosh_toc(commit: Commit) -> bytes:
    """The table of contents for other Whoosh programs."""
    from index.codec.whoosh_toc import table_of_contents  # Whoosh takes long to load

    return table_of_contents(commit)
