"""Measures new processes: imports, opening an index, the first question."""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from typing import Any

from bench.asking import Index
from bench.measure import ROOT, percentile, run_worker

_PACKAGES = ("index", "search", "cli", "bench")
_WORDS = ("price", "minister", "bank")


def start(indexes: dict[str, Index], rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds of new processes, medians of interleaved rounds.

    Of each index ``imports``, ``open``, ``first`` (an OR of three words, ten best, counted) and
    ``whole``, from the start of the process to its end; ``whole`` also of bare Python, of
    ``import numpy`` and, if nutgraf is among them, of ``nutgraf search``.
    """
    bare = {
        "python": [sys.executable, "-c", "pass"],
        "import numpy": [sys.executable, "-c", "import numpy"],
    }
    if "nutgraf" in indexes:
        folder = indexes["nutgraf"][1]
        given = ["-m", "cli", "--index", str(folder), "search", "--any", *_WORDS]
        bare["nutgraf search"] = [sys.executable, *given]
    for package in _PACKAGES:  # as an installation does it, whatever Python is told to write
        compileall.compile_dir(ROOT / package, quiet=1)
    took: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for name, (engine, folder) in indexes.items():
            answer = run_worker("cold", engine, str(folder), *_WORDS)
            took.setdefault(name, []).append(_milliseconds(answer))
        for name, command in bare.items():
            took.setdefault(name, []).append({"whole": _whole(command)})
    return {
        name: {part: percentile([each[part] for each in rows], 0.5) for part in rows[0]}
        for name, rows in took.items()
    }


def _milliseconds(answer: dict[str, Any]) -> dict[str, float]:
    parts = {part: answer[part] for part in ("imports", "open", "first")}
    return {**parts, "whole": answer["seconds"] * 1e3}


def _whole(command: list[str]) -> float:
    """Milliseconds of a process from its start to its end."""
    started = time.perf_counter()
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    took = (time.perf_counter() - started) * 1e3
    if ended.returncode:  # 1 would be "nothing found", or a mistake
        raise SystemExit(f"{' '.join(map(str, command))} ended with {ended.returncode}")
    return took
