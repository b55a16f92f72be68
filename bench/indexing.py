"""Measures how engines index: time, memory, bytes; and how they add one article."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.corpus import Corpus
from bench.measure import percentile, run_worker

_TIMES = 30  # articles that are added one by one


@dataclass(frozen=True, slots=True)
class Built:
    """An index to be built: by which engine, by how many processes or threads (0: all cores)."""

    engine: str
    jobs: int = 1
    commits: int = 0

    @property
    def name(self) -> str:
        """How its folder and its row are called."""
        commits = f", {self.commits} segments" if self.commits else ""
        return f"{self.engine}, {self.jobs or 'all'}{commits}"

    def folder(self, corpus: Corpus) -> Path:
        """Where it lies."""
        return corpus.path.with_suffix("") / self.name.replace(", ", "-").replace(" ", "-")


def build(
    corpus: Corpus, wanted: Iterable[Built], rounds: int, memory: int, repaired: bool
) -> list[dict[str, Any]]:
    """Build indexes in interleaved rounds; a row of figures for each."""
    rows = []
    wanted = list(wanted)
    for number in range(rounds):
        for each in wanted if number % 2 == 0 else reversed(wanted):
            folder = each.folder(corpus)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            os.sync()  # what the one before left to be written is not for this one to wait for
            options = (str(each.jobs), str(memory), str(repaired), str(each.commits))
            figures = run_worker(
                "build", each.engine, str(corpus.path), str(folder), *options, watched=True
            )
            figures |= {"segments": run_worker("segments", each.engine, str(folder))["segments"]}
            named = {"name": each.name, "engine": each.engine, "jobs": each.jobs}
            rows.append({**named, "round": number, **figures})
    return rows


def reading(corpus: Corpus, repaired: bool) -> dict[str, Any]:
    """What reading alone costs, which every engine's time includes."""
    return run_worker("read", str(corpus.path), str(repaired))


def adding(corpus: Corpus, engines: Iterable[str]) -> dict[str, dict[str, float]]:
    """Milliseconds of adding one article, of each engine: p50, p99, and the wait for the disk."""
    figures = {}
    for engine in engines:
        folder = Built(engine).folder(corpus)
        copy = folder.with_name(f"{folder.name}-copy")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        os.sync()
        answer = run_worker("add", engine, str(copy), str(_TIMES))
        shutil.rmtree(copy)
        pairs = zip(answer["took"], answer["waited"], strict=True)
        figures[engine] = {
            "p50": percentile(answer["took"], 0.5),
            "p99": percentile(answer["took"], 0.99),
            "waited_p50": percentile(answer["waited"], 0.5),
            "worked_p50": percentile([took - waited for took, waited in pairs], 0.5),
        }
    return figures
