"""How well nutgraf ranks, on judged collections, beside bm25s and tantivy.

::

    python -m bench.relevance DATA                          # all collections, a few minutes
    python -m bench.relevance DATA --collections cacm xquad-de

DATA is the folder with relevance.tar.xz; see bench.judged. Every engine reads the same texts and
is asked the same questions for any of their words; the best 1,000 texts count. It prints
Markdown and says with exit code 1 if a collection falls below its floor or, in English, behind
one of the others.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from bench import rankers
from bench.grading import Measures, mean, measure
from bench.judged import ARCHIVE, ENGLISH, OTHERS, Collection, read

Ranker = Callable[[Sequence[str]], AbstractContextManager[rankers.Rank]]

FLOORS = {
    "cacm": (0.538, 0.400),
    "cranfield": (0.437, 0.430),
    "squad_dev": (0.881, 0.858),
    "xquad-en": (0.969, 0.962),
}
"""nDCG@10 and MAP that no change may fall below: as measured, cut after three places."""


def others(name: str) -> dict[str, Ranker]:
    """What nutgraf is compared with on a collection."""
    return {
        "bm25s": partial(rankers.bm25s, stemmed=False),
        "bm25s, stemmed": partial(rankers.bm25s, stemmed=True),
        "tantivy": partial(rankers.tantivy, english=name in ENGLISH),
    }


def measured(collection: Collection, ranker: Ranker) -> Measures:
    """The mean measures of a ranker over the questions of a collection."""
    with ranker(collection.texts) as rank:
        return mean(
            [
                measure(
                    [grades.get(collection.ids[at], 0) for at in rank(question)], grades.values()
                )
                for text, grades in collection.asked()
                if (question := rankers.plain(text))
            ]
        )


def below_floor(name: str, found: Measures) -> list[str]:
    """What a collection lacks to its floor, in words."""
    pairs = zip(("nDCG@10", "MAP"), found[:2], FLOORS.get(name, (0.0, 0.0)), strict=True)
    return [
        f"{name}: {measure} is {value:.4f}, below its floor of {floor:.3f}"
        for measure, value, floor in pairs
        if value < floor
    ]


def behind(name: str, table: dict[str, Measures]) -> list[str]:
    """Where nutgraf, the first of the table, is behind one of the others, in words."""
    (_, ours), *rest = table.items()
    return [
        f"{name}: {measure} is {own:.4f}, behind {engine} with {value:.4f}"
        for engine, theirs in rest
        for measure, own, value in zip(("nDCG@10", "MAP"), ours[:2], theirs[:2], strict=True)
        if own < value
    ]


def rows(collection: Collection, table: dict[str, Measures]) -> str:
    """The lines of a collection in the table of Markdown."""
    return "\n".join(
        f"| {collection.name} | {engine} | " + " | ".join(f"{value:.4f}" for value in found) + " |"
        for engine, found in table.items()
    )


def main() -> int:
    """Measure and print."""
    options = _arguments().parse_args()
    print("| collection | engine | nDCG@10 | MAP | success@1 | recall@100 |")
    print("|---|---|---|---|---|---|")
    faults: list[str] = []
    for collection in read(options.data / ARCHIVE, options.collections):
        table = {"nutgraf": measured(collection, rankers.nutgraf)}
        if not options.alone:
            for engine, ranker in others(collection.name).items():
                table[engine] = measured(collection, ranker)
        print(rows(collection, table), flush=True)
        faults += below_floor(collection.name, table["nutgraf"])
        faults += behind(collection.name, table) if collection.name in ENGLISH else []
    print(*faults, sep="\n", file=sys.stderr)
    return 1 if faults else 0


def _arguments() -> argparse.ArgumentParser:
    """What the command line takes."""
    every = (*ENGLISH, *OTHERS)
    parser = argparse.ArgumentParser(prog="python -m bench.relevance", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", type=Path, metavar="DATA", help=f"the folder of {ARCHIVE}")
    parser.add_argument("--collections", nargs="+", choices=every, default=every, help="all")
    parser.add_argument("--alone", action="store_true", help="nutgraf alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
