"""What becomes of every file of a folder, by kind: ``python -m bench.formats PATH…``.

Each file is read as ``nutgraf index --dry-run`` does it: by a process of its own, under the
limits, and nothing is written. The table shows of each kind of file how many there are, and
how many were

- indexed: all that is in them was read, or is nothing to read;
- in part: articles were read of them, and something else could not be;
- skipped: they hold no article, and it is said why;
- failed: nothing of them could be read, and it is said why.

It ends with an error if a file is not accounted for, if a process crashed or if a file reached
the limits of its process.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable

from bench.report import table
from index.readers import Failure
from index.sync.preview import Preview, preview

FATES = ("indexed", "in part", "skipped", "failed")
_HEAD = ("kind", "files", *FATES, "articles")
_BROKEN = "reading it "  # so begin the reasons that no reader has given


def fate(shown: Preview) -> str:
    """What became of a file. Raises ValueError if nothing was said of it."""
    if shown.articles:
        return "in part" if shown.failures else "indexed"
    if shown.failures:
        return "failed"
    if shown.skips:
        return "skipped"
    raise ValueError(f"{shown.name!r} is lost: there is neither an article nor a reason")


def counts(files: Iterable[Preview]) -> tuple[dict[str, Counter[str]], list[Failure]]:
    """The rows of the table by kind, and what was not the decision of a reader."""
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    broken = []
    for shown in files:
        row = rows[shown.kind or "not opened"]
        row.update(("files", fate(shown)))
        row["articles"] += len(shown.articles)
        broken += [each for each in shown.failures if each.reason.startswith(_BROKEN)]
    return dict(rows), broken


def report(rows: dict[str, Counter[str]]) -> str:
    """The table, the most frequent kind first, and all kinds together at the end."""
    ordered = sorted(rows, key=lambda kind: (-rows[kind]["files"], kind))
    total: Counter[str] = sum(rows.values(), Counter())
    lines = [(kind, rows[kind]) for kind in ordered] + [("all", total)]
    return table(_HEAD, [[kind, *(f"{row[name]:,}" for name in _HEAD[1:])] for kind, row in lines])


def listed(paths: Iterable[str]) -> int:
    """How many files there are, counted by other means than those that are tried."""
    return sum(len(names) for path in paths for _, _, names in os.walk(path))


def main() -> None:
    """Print the table; exit with 1 if a file was lost or broke its process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    rows, broken = counts(preview(given.paths, sys.stdin.buffer, jobs=given.jobs))
    print(report(rows))
    for failure in broken:
        print(f"broken: {failure.name!r}: {failure.reason}", file=sys.stderr)
    there, read = listed(given.paths), sum(row["files"] for row in rows.values())
    print(f"{there:,} files are there, {read:,} are accounted for", file=sys.stderr)
    sys.exit(1 if broken or there != read else 0)


if __name__ == "__main__":
    main()
