"""How fast is everything taken away that a query finds, how soon, and how much memory does it take?

::

    python -m bench.taking INDEX [QUERY]

Everything that ``QUERY`` finds (``="of"`` by default) is written as ``nutgraf export`` and
``nutgraf kwic --csv`` write it, and thrown away: as CSV and JSON Lines; rows of the concordance in
the order of the index and sorted by words. Each is done by a process of its own, which has the
index open and has answered another query. Then its memory is looked at (PSS: *all* counts what is
mapped of the index, too, *own* does not), and again every few milliseconds until the last row; what
is told is the most above that. The first row is timed from the question on.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bench.measure import ROOT, Memory, memory

QUERY = '="of"'
WAYS = ("export csv", "export jsonl", "kwic article", "kwic date", "kwic right1", "kwic left3")
_OTHER = "nutgraf"  # the query of a process that has nothing else to do yet

Each = TypeVar("Each")


class Taken(NamedTuple):
    """What it took to take everything away.

    Attributes:
        rows: that were written.
        characters: in them.
        first: seconds until the first was there.
        seconds: until the last was.
        processor: seconds of the processor until then.
    """

    rows: int
    characters: int
    first: float
    seconds: float
    processor: float


class Counted:
    """Counts what comes by."""

    def __init__(self) -> None:
        self.number = 0

    def all(self, given: Iterable[Each]) -> Iterator[Each]:
        """What is given, one after the other."""
        for each in given:
            self.number += 1
            yield each


def take(index: Path, query: str, way: str) -> Taken:
    """Write everything; waits for a line of standard input when it is ready to."""
    from search.concordance_contract import rows_as_csv
    from search.concordance_page import Wanted, all_rows
    from search.export import export
    from search.searcher import Searcher

    searcher = Searcher.open(index)
    searcher.search(_OTHER)
    print("ready", flush=True)
    sys.stdin.readline()
    started, spent = time.perf_counter(), time.process_time()
    matched = searcher.matched(query)
    kind, _, form = way.partition(" ")
    counted = Counted()
    if kind == "export":
        counted.number = len(matched.docs)
        chunks = export(matched, "jsonl" if form == "jsonl" else "csv")
    else:
        wanted: Any = form
        chunks = rows_as_csv(counted.all(all_rows(matched, Wanted(wanted))))
    first, characters, lines = 0.0, 0, 0
    with Path("/dev/null").open("wb") as nowhere:
        for chunk in chunks:
            nowhere.write(chunk.encode())
            characters += len(chunk)
            lines += chunk.count("\n")
            if not first and lines > (form != "jsonl"):  # a table begins with its columns
                first = time.perf_counter() - started
    seconds, processor = time.perf_counter() - started, time.process_time() - spent
    return Taken(counted.number, characters, first, seconds, processor)


def watched(index: Path, query: str, way: str) -> tuple[Taken, int, int]:
    """The same in a process of its own; the most bytes above idle, in all, and of its own."""
    command = [sys.executable, "-m", "bench.taking", str(index), query, "--way", way]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        idle, idle_own = memory(process.pid)
        watch = Memory(process.pid)
        watch.start()
        process.stdin.write("go\n")
        process.stdin.flush()
        answer = process.stdout.read()
        watch.stop()
    if process.returncode:
        raise SystemExit(f"{way} ended with {process.returncode}")
    return Taken(*json.loads(answer)), watch.peak - idle, watch.peak_anonymous - idle_own


def main() -> None:
    """Measure all ways, one after the other, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("query", nargs="?", default=QUERY)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=WAYS, help="which of them")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(take(options.index, options.query, options.way)))
        return
    columns = (
        "rows",
        "rows/s",
        "rows/s of processor time",
        "first row, s",
        "MB above idle, all",
        "own",
    )
    print(f"| | {' | '.join(columns)} |")
    print(f"| ---{' | ---:' * len(columns)} |")
    for way in options.ways:
        taken, most, own = watched(options.index.resolve(), options.query, way)
        cells = (
            way,
            f"{taken.rows:,}",
            f"{taken.rows / taken.seconds:,.0f}",
            f"{taken.rows / taken.processor:,.0f}",
            f"{taken.first:.2f}",
            f"{most / 1e6:.0f}",
            f"{own / 1e6:.0f}",
        )
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
