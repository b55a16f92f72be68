"""nutgraf beside tantivy, SQLite FTS5, stock Whoosh and bm25s: the same work, one run.

::

    python -m bench.peers DATA                        # reuters: 71,897 paragraphs
    python -m bench.peers DATA --paragraphs 1058658   # all three collections
    python -m bench.peers DATA --paragraphs 10000000  # and articles made of their sentences

DATA is the folder with reuters.jsonl.gz, whitehouse.jsonl.gz, pm-transcripts.jsonl.gz and
search_benchmark_game.jsonl. The corpus, the questions and the indexes are kept in the cache
folder, so that a part can be measured again on its own (``--parts``). It prints Markdown and
writes every figure as JSON.

How it is made fair: all engines read the same file (bench.corpus) and keep the same
(bench.engines); each runs in a process of its own; after its commit everything is flushed to
the disk, within the measured time. All answer the same questions (bench.sampler), prepared
beforehand; timed is the search for the ten best paragraphs with their numbers, and how many
match. Rounds are interleaved, each begins with another engine, and every question counts with
its best round: so an engine may remember what it decoded, and nutgraf does, up to the 64 best
paragraphs of every term that it was asked about. What an engine takes that remembers nothing is
in the table of words asked for the first time. A class is asked for a minute at most, and only
once if that takes more than five seconds. Only ratios within one run hold elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.asking import Index, ask, first_times, pages
from bench.corpus import REUTERS, Corpus, make
from bench.engines import NAMES, load
from bench.indexing import Built, adding, build, reading
from bench.report import report
from bench.sampler import questions
from bench.starting import start

PARTS = ("indexing", "asking", "first", "pages", "segments", "starting", "adding")
_MOST = {"whoosh": 100_000, "bm25s": 1_100_000}  # paragraphs; more would take hours or gigabytes
_PACKAGES = {"fts5": "apsw", "whoosh": "whoosh3"}
_QUICK = ("nutgraf", "tantivy", "fts5")
_SEGMENTS = 20
_CACHE = Path(tempfile.gettempdir()) / "nutgraf-bench"


class Run:
    """One size: what is measured, part by part."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._corpus: Corpus = make(options.data, options.cache, options.paragraphs)
        self._questions = questions(self._corpus, options.data, options.queries)
        chosen = options.engines or [
            name for name in NAMES if self._corpus.paragraphs <= _MOST.get(name, 1 << 60)
        ]
        self._engines = [name for name in chosen if _installed(name)]

    def measure(self) -> dict[str, Any]:
        """All figures of the parts that were asked for."""
        rounds = self._options.rounds
        parts: dict[str, Callable[[], Any]] = {
            "indexing": self._indexing,
            "asking": lambda: ask(self._all(), self._questions, rounds),
            "first": lambda: first_times(self._quick(), self._questions, (rounds + 1) // 2),
            "pages": lambda: pages(self._all(), self._questions, rounds),
            "segments": self._segments,
            "starting": lambda: start(self._quick(), 3 * rounds),
            "adding": lambda: adding(self._corpus, list(self._quick())),
        }
        corpus = {**asdict(self._corpus), "path": self._corpus.path.name}
        figures: dict[str, Any] = {"machine": self._machine(), "corpus": corpus}
        for name in self._options.parts:
            print(f"{name} …", file=sys.stderr, flush=True)
            figures[name] = parts[name]()
            if name == "indexing":
                figures["reading"] = reading(self._corpus, self._repaired)
        return figures

    @property
    def _repaired(self) -> bool:
        return not self._options.own_reader

    def _indexing(self) -> list[dict[str, Any]]:
        one = self._options.one_process
        wanted = [
            Built(name, jobs)
            for name in self._engines
            for jobs in _jobs(name)
            if jobs == 1 or not one
        ]
        return self._build(wanted, self._options.builds)

    def _segments(self) -> dict[str, Any] | None:
        """The same questions to nutgraf's index of one segment and of many."""
        if "nutgraf" not in self._engines:
            return None
        one, many = Built("nutgraf"), Built("nutgraf", commits=_SEGMENTS)
        built = self._build([many], 1)
        indexes = {each.name: (each.engine, each.folder(self._corpus)) for each in (one, many)}
        return {"built": built, **ask(indexes, self._questions, self._options.rounds)}

    def _build(self, wanted: list[Built], rounds: int) -> list[dict[str, Any]]:
        memory = self._options.memory << 20
        return build(self._corpus, wanted, rounds, memory, self._repaired)

    def _all(self) -> dict[str, Index]:
        return {name: (name, Built(name).folder(self._corpus)) for name in self._ordered()}

    def _quick(self) -> dict[str, Index]:
        return {name: each for name, each in self._all().items() if name in _QUICK}

    def _ordered(self) -> list[str]:
        """The engine first that the ratios refer to."""
        return sorted(self._engines, key=lambda name: name != "tantivy")

    def _machine(self) -> dict[str, Any]:
        names = [_PACKAGES.get(name, name) for name in self._engines if name != "nutgraf"]
        return {
            "processor": _processor(),
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
            "packages": {name: version(name) for name in [*names, "numpy"]},
            "load": os.getloadavg(),
            "rounds": self._options.rounds,
            "memory": self._options.memory,
            "repaired": self._repaired,
        }


def _jobs(engine: str) -> Iterator[int]:
    """One process, and all cores where an engine uses them."""
    yield 1
    if load(engine).parallel:
        yield 0


def _installed(engine: str) -> bool:
    """Whether an engine can be loaded; says so if it cannot."""
    try:
        load(engine)
    except ImportError as error:
        print(f"{engine} is left out: {error}", file=sys.stderr)
        return False
    return True


def _processor() -> str:
    """The name of the processor."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder of the collections")
    parser.add_argument("--paragraphs", type=int, default=REUTERS, help="how many (%(default)s)")
    parser.add_argument("--cache", type=Path, default=_CACHE, help="%(default)s")
    parser.add_argument("--engines", nargs="+", choices=NAMES, help="all that can stand the size")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="all")
    parser.add_argument("--rounds", type=int, default=5, help="of questions (%(default)s)")
    parser.add_argument("--builds", type=int, default=1, help="rounds of indexing (%(default)s)")
    parser.add_argument("--queries", type=int, default=200, help="in a class (%(default)s)")
    parser.add_argument("--memory", type=int, default=512, help="MiB to index with (%(default)s)")
    parser.add_argument("--one-process", action="store_true", help="index with one process only")
    parser.add_argument("--own-reader", action="store_true", help="read as nutgraf index does")
    parser.add_argument("--output", type=Path, help="where the figures go as JSON")
    return parser


def main() -> None:
    """Measure and print."""
    options = arguments().parse_args()
    figures = Run(options).measure()
    if options.output:
        options.output.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(report(figures))


if __name__ == "__main__":
    main()
