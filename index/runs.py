"""Runs: what a writer makes of articles before a commit names it.

When articles have filled the memory that is allowed, a run is written; a commit merges all its
runs into one segment. Where all articles fit, they become a segment at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from index.article import Hashed
from index.builder import SegmentBuilder
from index.codec import segment
from index.codec.run import KIND, RunReader
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.segment import SegmentReader
from index.commits import SegmentEntry, segment_file
from index.scratch import ScratchFiles
from index.shingles import Sketcher
from index.store import Store
from index.tokens import BatchTokenizer

_BASE = 64 << 20  # what a process takes that does nothing yet
_VOCABULARY_SHARE = 0.25  # of the memory; a larger vocabulary is begun anew with the next run


@dataclass(frozen=True, slots=True)
class Run:
    """A run, or a whole segment, that is written.

    Attributes:
        id: 32 hexadecimal digits.
        docs: its paragraphs.
        articles: its articles.
        size: bytes of its file.
        whole: whether it is a segment that a commit may name as it is.
    """

    id: str
    docs: int
    articles: int
    size: int
    whole: bool

    @property
    def file(self) -> str:
        """The name of its file."""
        return segment_file(self.id) if self.whole else f"run-{self.id}.tmp"


def write_segment(
    store: Store,
    docs: int,
    articles: int,
    write: Callable[[SealedWriter], None],
    *,
    whole: bool = True,
) -> Run:
    """Make the file of a segment, or of a run, under a name that was never used."""
    run = Run(secrets.token_hex(16), docs, articles, 0, whole)
    kind = segment.KIND if whole else KIND
    with SealedWriter(store.create(run.file), kind, bytes.fromhex(run.id)) as sealed:
        try:
            write(sealed)
        except OSError as error:  # of a scratch file; the store reports its own
            raise store.write_error(run.file, "write", error) from error
    found = store.stat(run.file)
    return replace(run, size=found.st_size if found else 0)


def open_segment(store: Store, entry: SegmentEntry) -> SegmentReader:
    """A segment that the next commit will name, to be read."""
    path, identity = str(store.path / entry.file), bytes.fromhex(entry.id)
    return SegmentReader(SealedFile(store.map(entry.file), path, segment.KIND, identity))


def open_run(store: Store, run: Run) -> SegmentReader | RunReader:
    """A run, or a segment, to be read."""
    path, identity = str(store.path / run.file), bytes.fromhex(run.id)
    if run.whole:
        return SegmentReader(SealedFile(store.map(run.file), path, segment.KIND, identity))
    return RunReader(SealedFile(store.map(run.file), path, KIND, identity))


class RunWriter:
    """Makes runs of units of articles, in this process."""

    def __init__(self, store: Store, memory: int) -> None:
        """Begin. ``memory`` is in bytes, and roughly what it takes at its peak."""
        self._store = store
        self._memory = memory
        self._pool = ThreadPoolExecutor(2, "nutgraf-texts")
        self._tokenizer = BatchTokenizer(pool=self._pool)
        self._sketcher = Sketcher()
        self._writer = ThreadPoolExecutor(1, "nutgraf-runs")
        self._writing: Future[Run] | None = None
        self._scratch = ScratchFiles(store)
        self._builder = self._new_builder()
        self._runs: list[Run] = []

    def add(self, unit: Sequence[Hashed]) -> None:
        """Add a unit; begin to write a run if that fills the memory."""
        self._builder.add(unit)
        if _BASE + self._builder.nbytes + self._tokenizer.nbytes >= self._memory:
            self._end_run(whole=False)

    def _end_run(self, *, whole: bool) -> None:
        """Let a run be written of what was added since the last one, if anything."""
        if not self._builder.num_articles:
            return
        self._wait()
        self._builder.take_words()
        self._writing = self._writer.submit(self._write, self._builder, whole and not self._runs)
        if self._tokenizer.nbytes > _VOCABULARY_SHARE * self._memory:
            self._tokenizer.reset()
        self._builder = self._new_builder()

    def finish(self, *, whole: bool = True) -> list[Run]:
        """All runs since the last call, in the order of the articles.

        If there is but one, and ``whole`` is asked for, it is a segment.
        """
        self._end_run(whole=whole)
        self._wait()
        runs, self._runs = self._runs, []
        return runs

    def close(self) -> None:
        """Let go of everything; what is not in a run is lost."""
        self._writer.shutdown(cancel_futures=True)
        self._pool.shutdown(cancel_futures=True)
        self._scratch.close()

    def _write(self, builder: SegmentBuilder, whole: bool) -> Run:
        write = partial(builder.write, as_run=not whole)
        docs, articles = builder.num_docs, builder.num_articles
        return write_segment(self._store, docs, articles, write, whole=whole)

    def _wait(self) -> None:
        """Wait for the run that is being written. Raises what has stopped it."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            self._runs.append(writing.result())

    def _new_builder(self) -> SegmentBuilder:
        return SegmentBuilder(self._tokenizer, self._scratch, self._pool, self._sketcher)
