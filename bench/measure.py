"""Percentiles, and the memory and the time of other processes."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
_PAUSE = 0.05  # seconds between two looks at the memory, at least
_SHARE = 20  # times as long as a look takes, so that looking slows nothing down


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, between two by a straight line.

    >>> percentile([4, 1, 3, 2], 0.5)
    2.5
    """
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low, high = ordered[math.floor(at)], ordered[math.ceil(at)]
    return low + (high - low) * (at - math.floor(at))


def summary(values: Sequence[float]) -> dict[str, float]:
    """p50, p90 and p99."""
    return {f"p{share}": percentile(values, share / 100) for share in (50, 90, 99)}


def size(folder: Path) -> int:
    """Bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def to_disk(folder: Path) -> None:
    """Wait until the disk has everything in a folder; at once if it has it already."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


class Memory(threading.Thread):
    """Watches how much memory a process and its descendants hold together.

    Pages that several of them share count once (PSS). ``peak`` and ``peak_anonymous``, without
    pages of files, are in bytes.
    """

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.peak = self.peak_anonymous = 0
        self._process = process
        self._ended = threading.Event()

    def run(self) -> None:
        """Look every few milliseconds."""
        pause = _PAUSE
        while not self._ended.wait(pause):
            started = time.perf_counter()
            both = [memory(each) for each in _tree(self._process)]
            self.peak = max(self.peak, sum(whole for whole, _ in both))
            self.peak_anonymous = max(self.peak_anonymous, sum(part for _, part in both))
            pause = max(_PAUSE, _SHARE * (time.perf_counter() - started))

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def memory(process: int) -> tuple[int, int]:
    """PSS of a process in bytes, and its anonymous part; zeros if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0, 0
    found = {name: value for name, _, value in (line.partition(":") for line in lines)}
    return _kib(found.get("Pss", "0")), _kib(found.get("Pss_Anon", "0"))


def worker(*arguments: str) -> list[str]:
    """The command line of a process of an engine."""
    return [sys.executable, "-m", "bench.worker", *arguments]


def run_worker(*arguments: str, watched: bool = False) -> dict[str, Any]:
    """What a process of an engine answers, with ``seconds`` from its start to its end.

    If it is ``watched``, also with the peak of its memory and that of its children.
    """
    started = time.perf_counter()
    process = subprocess.Popen(worker(*arguments), cwd=ROOT, stdout=subprocess.PIPE)
    watch = Memory(process.pid)
    if watched:
        watch.start()
    answer, _ = process.communicate()
    seconds = time.perf_counter() - started
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    answered: dict[str, Any] = json.loads(answer) | {"seconds": seconds}
    if watched:
        watch.stop()
        answered |= {"pss": watch.peak, "pss_anonymous": watch.peak_anonymous}
    return answered


class Asker:
    """A process of an engine that has an index open and answers questions, batch by batch."""

    def __init__(self, engine: str, folder: Path) -> None:
        self._process = subprocess.Popen(
            worker("ask", engine, str(folder)),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()  # which ends it
        self._process.wait()
        self._process.stdout.close()

    def say(self, **request: object) -> Any:
        """Send a request and wait for its answer."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"{self._process.args} ended with {self._process.wait()}")
        return json.loads(line)

    def memory(self) -> int:
        """PSS now, in bytes."""
        return memory(self._process.pid)[0]


def _tree(process: int) -> list[int]:
    """A process and its descendants."""
    found = [process]
    for each in found:  # it grows while it is read
        for task in _names(Path(f"/proc/{each}/task")):
            children = Path(f"/proc/{each}/task/{task}/children")
            try:
                found.extend(map(int, children.read_text(encoding="ascii").split()))
            except OSError:
                continue  # it ended meanwhile
    return found


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _kib(value: str) -> int:
    """Bytes of "123 kB"."""
    return int(value.split()[0]) * 1024
