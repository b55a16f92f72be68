"""Workers: units of articles -> runs, in several processes.

The stream of units is cut into blocks. Each worker takes a block at a time and makes a run
of it; the runs are merged in the order of the blocks, so that the result does not depend on
how many workers there are or which of them was faster.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from index.article import Hashed
from index.errors import StoreError
from index.runs import Run
from index.store import Store
from index.worker import frame, request

_UNIT_MEMORY = 12 << 20  # what a unit takes in a worker, until its run is written
_WORKER_MEMORY = 64 << 20  # what a worker takes beside its units
_STOP = None


class Workers:
    """Processes that make runs. ``finish`` gives the runs; ``close`` ends the processes."""

    def __init__(self, store: Store, jobs: int, memory: int) -> None:
        """Start the processes.

        Args:
            store: the index, under lock: the processes write files into it.
            jobs: how many processes.
            memory: bytes for all of them together.
        """
        share = memory // jobs - _WORKER_MEMORY
        self._units_a_block = max(1, share // _UNIT_MEMORY)
        self._store = store
        # A worker gets a whole block before the next one gets its first unit. What waits keeps
        # it at work meanwhile, and so half a block has to.
        waiting = self._units_a_block // 2 + 1
        self._links = [_Link(store, share, waiting) for _ in range(jobs)]
        self._blocks: list[list[Run]] = []
        self._units = 0

    def add(self, unit: Sequence[Hashed]) -> None:
        """Hand a unit to the worker whose block it belongs to.

        Raises StoreError if a worker could not do its work.
        """
        if self._units % self._units_a_block == 0:
            self._end_block(whole=False)
            self._blocks.append([])
        self._units += 1
        self._link().send(frame(unit))

    def _link(self) -> _Link:
        return self._links[(len(self._blocks) - 1) % len(self._links)]

    def _end_block(self, *, whole: bool) -> None:
        if self._blocks:
            self._link().request_run(self._blocks[-1], whole=whole)

    def finish(self) -> list[Run]:
        """All runs since the last call, in the order of the articles.

        Raises StoreError if a worker could not do its work.
        """
        self._end_block(whole=len(self._blocks) == 1)
        for link in self._links:
            link.wait()
        runs = [run for block in self._blocks for run in block]
        self._blocks, self._units = [], 0
        return runs

    def close(self) -> None:
        """End the processes; what they have not finished is lost."""
        for link in self._links:
            link.close()


class _Link:
    """One process, and the thread that speaks to it."""

    def __init__(self, store: Store, memory: int, waiting: int) -> None:
        self._store = store
        self._failure: StoreError | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input of others
            [sys.executable, "-P", "-m", "index.worker", str(store.path), str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for the writer alone
        )
        self._queue: queue.Queue[tuple[bytes, list[Run] | None] | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._serve, name="nutgraf-worker", daemon=True)
        self._thread.start()

    def send(self, message: bytes) -> None:
        """Let the process have a unit, as soon as it can take it."""
        self._queue.put((message, None))
        if self._failure:
            raise self._failure

    def request_run(self, runs: list[Run], *, whole: bool) -> None:
        """Ask for a run of all units since the last one; it will stand in ``runs``."""
        self._queue.put((request(whole=whole), runs))

    def wait(self) -> None:
        """Wait until everything is done. Raises StoreError if it could not be."""
        self._queue.join()
        if self._failure:
            raise self._failure

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._queue.put(_STOP)
        self._thread.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        self._process.wait()

    def _serve(self) -> None:
        """Hand over what is in the queue; after a failure, only empty it."""
        while (item := self._queue.get()) is not _STOP:
            try:
                if self._failure is None:
                    self._hand_over(*item)
            except OSError:
                self._failure = self._ended()
            finally:
                self._queue.task_done()

    def _hand_over(self, message: bytes, runs: list[Run] | None) -> None:
        requests, answers = self._pipes()
        requests.write(message)
        requests.flush()
        if runs is None:
            return
        line = answers.readline()
        answer: Any = json.loads(line) if line else None
        if isinstance(answer, list):
            runs.extend(Run(**each) for each in answer)
        else:
            self._failure = StoreError(answer["error"]) if answer else self._ended()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        return requests, answers

    def _ended(self) -> StoreError:
        """What to say when the process is not there any more."""
        line = self._pipes()[1].readline()
        if line.startswith(b"{"):
            return StoreError(json.loads(line)["error"])
        return StoreError(
            f"A process that wrote to {self._store.path} ended with code "
            f"{self._process.wait()}; it may have run out of memory. The index is as it was at "
            "the last commit; run the command again with --jobs 1 or less --memory"
        )


def _environment() -> dict[str, str]:
    """The environment of a worker: it finds our packages where we are."""
    home = str(Path(__file__).parent.parent)
    known = os.environ.get("PYTHONPATH")
    return os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{known}" if known else home}
