"""How fast is the engine? Indexes a file twice, then asks it queries of several classes.

::

    python -m bench.engine articles.jsonl.gz

The rounds of the queries are interleaved; each query counts with its best round. Absolute
times hold for one machine and one moment.
"""

from __future__ import annotations

import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

from index.store import Store
from index.sync import Report, Sync
from index.writer import open_writer
from search.searcher import Searcher

ROUNDS = 5
CLASSES = {
    "one word, rare": ["cocoa", "zinc", "sorghum", "barrels", "soybeans", "ecuador", "tin"],
    "one word, common": ["company", "pct", "said", "bank", "shares"],
    "all of two words": [
        "oil prices",
        "interest rates",
        "trade surplus",
        "dollar yen",
        "gold mine",
    ],
    "any of two words": ["wheat OR corn", "oil OR gas", "stock OR bond", "dollar OR yen"],
    "one without another": ["trade -japan", "oil -opec", "bank -rate", "wheat -export"],
    "phrase": ['"interest rates"', '"crude oil"', '"stock exchange"', '"trade deficit"'],
    "prefix": ["minist*", "econom*", "agricultur*", "petrol*"],
    "word and dates": ["oil date:1987-03", "bank date:1987-03-01..1987-03-10"],
}


def index(path: Path, folder: Path) -> tuple[Report, float]:
    """Index a file; the report and the seconds that it took."""
    started = time.perf_counter()
    sync = Sync([str(path)])
    with open_writer(Store(folder)) as writer:
        sync.run(writer, io.BytesIO(), lambda *_: None)
    return sync.report, time.perf_counter() - started


def milliseconds(searcher: Searcher, query: str) -> float:
    """How long a query takes, page and spans included."""
    started = time.perf_counter()
    searcher.search(query)
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure and print."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m bench.engine FILE")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        for run in ("first", "second"):
            report, seconds = index(Path(sys.argv[1]), folder)
            print(f"{run} run: {report.articles:,} articles, {seconds:.1f} s")
        searcher = Searcher.open(folder)
        info = searcher.info()
        print(f"{info.paragraphs:,} paragraphs, {info.bytes / 1e6:.1f} MB\n")
        best: dict[str, float] = {}
        for _ in range(ROUNDS):
            for query in (each for queries in CLASSES.values() for each in queries):
                took = milliseconds(searcher, query)
                best[query] = min(took, best.get(query, took))
        print("| class | median ms | slowest ms |\n|---|---:|---:|")
        for name_of_class, queries in CLASSES.items():
            times = [best[query] for query in queries]
            print(f"| {name_of_class} | {statistics.median(times):.1f} | {max(times):.1f} |")
        searcher.close()


if __name__ == "__main__":
    main()
