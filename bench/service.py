"""What the service takes over HTTP: /api/search with texts and spans, on a large index.

::

    python -m bench.service QUESTIONS NUTGRAF_INDEX [TANTIVY_INDEX]

QUESTIONS is a file of bench.peers (``questions-….jsonl``), the indexes are those of its corpus;
wrk has to be installed. Beside nutgraf stand a bare Flask route that says "hello", in the same
processes, and, with an index of it, tantivy behind the same Flask and the same server. What nutgraf
takes depends on what it has been asked, so it is measured in three ways:

- *all new*: it remembers no answers, and the questions come one after the other.
- *as it is*: each round begins with nothing remembered, and questions come again as those of people
  do, the one that is asked most often twice as often as the second, three times as often as the
  third, and so on (Zipf's law). Which these are is drawn for each round. How many of a round had
  come before is told below the table: a longer one has more of them.
- *asked before*: each question was asked before, and its answer is remembered.

All servers are up at once and are asked in turn, round after round, so that a noisy machine is
noisy for all; the table shows the median round. Before that, each process is asked each question
about once. Only compare within one run.
"""

from __future__ import annotations

import contextlib
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench import wrk
from bench.queries import Question, read
from web.memory import SIZE

ROUNDS = 5
SECONDS = 4
PROCESSES = 2
DRAWN = 20_000  # questions of a round that come again; more than are answered in it
LOADS = {"one after the other": 1, "32 at once": 32}

ALL_NEW, AS_IT_IS, ASKED_BEFORE = (
    f"nutgraf, {how}" for how in ("all new", "as it is", "asked before")
)


def paths_of(questions: list[Question]) -> dict[str, list[str]]:
    """The addresses of all questions that both engines can be asked, in a mixed order."""
    from bench.engines.nutgraf import _text as of_nutgraf
    from bench.engines.tantivy import _text as of_tantivy

    asked = [each for each in questions if of_nutgraf(each)]
    random.Random(7).shuffle(asked)  # noqa: S311 - the same order every time
    return {
        "nutgraf": [f"/api/search?q={quote(of_nutgraf(each) or '')}" for each in asked],
        "tantivy": [f"/api/search?q={quote(of_tantivy(each) or '')}" for each in asked],
        "hello": ["/bare/hello"],
    }


def as_people_ask(paths: list[str], seed: int, count: int = DRAWN) -> list[str]:
    """So many addresses, of which some come often: how often is as 1 to the rank."""
    chance = random.Random(seed)  # noqa: S311 - the same every time
    ranked = chance.sample(paths, len(paths))
    return chance.choices(ranked, [1 / rank for rank in range(1, len(ranked) + 1)], k=count)


@contextlib.contextmanager
def served(name: str, index: Path, remembered: int = 0) -> Iterator[int]:
    """Serve an application of bench.served; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    given = [name, str(index), str(port), str(PROCESSES), str(remembered)]
    server = subprocess.Popen([sys.executable, "-m", "bench.served", *given])
    try:
        for _ in range(400):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def ask(port: int, *paths: str) -> list[int]:
    """Ask one question after the other; the bytes of the answers.

    On a busy machine an answer may be that there was no time.
    """
    lengths = []
    for path in paths:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                lengths.append(len(answer.read()))
        except urllib.error.HTTPError as error:
            lengths.append(len(error.read()))
    return lengths


def prepare(port: int, name: str, paths: list[str]) -> None:
    """Ask each process each question about once, and print how large the answers are."""
    lengths: list[int] = []
    for _ in range(PROCESSES):
        if name.startswith("nutgraf"):
            ask(port, "/forget/")  # or one process would answer for the others
        lengths += ask(port, *paths)
    print(f"{name}: median {statistics.median(lengths):,.0f}, most {max(lengths):,} bytes")


def questions_of(name: str, paths: list[str], port: int, turn: int) -> list[str]:
    """What is asked in a round, when the server is as it has to be for that."""
    if name == AS_IT_IS:
        ask(port, "/forget/")
        return as_people_ask(paths, turn)
    if name == ASKED_BEFORE:
        ask(port, *paths)  # which it remembers, unless a quarter of an hour is over
    first = turn * 97 % len(paths)
    return paths[first:] + paths[:first]


def main() -> None:
    """Measure and print the table."""
    if len(sys.argv) not in (3, 4) or not shutil.which("wrk"):
        raise SystemExit("usage: python -m bench.service QUESTIONS INDEX [TANTIVY] (needs wrk)")
    paths = paths_of(read(Path(sys.argv[1])))
    indexes = [Path(each).resolve() for each in sys.argv[2:]]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = stack.enter_context(served("nutgraf", indexes[0]))
        ports = {"hello": plain, ALL_NEW: plain}
        for name in (AS_IT_IS, ASKED_BEFORE):
            ports[name] = stack.enter_context(served("nutgraf", indexes[0], SIZE))
        if len(indexes) > 1:
            ports["tantivy"] = stack.enter_context(served("tantivy", indexes[1]))
        for name, port in ports.items():
            prepare(port, name, paths[name.partition(",")[0]])
        rounds: dict[tuple[str, str], list[wrk.Figures]] = {}
        for turn in range(ROUNDS):
            for load, connections in LOADS.items():
                for name, port in ports.items():
                    asked = questions_of(name, paths[name.partition(",")[0]], port, turn)
                    script = wrk.write_script(folder / "paths.lua", asked)
                    rounds.setdefault((load, name), []).append(
                        wrk.measure(port, script, connections, SECONDS)
                    )
    _print(rounds, paths["nutgraf"])


def _print(rounds: dict[tuple[str, str], list[wrk.Figures]], paths: list[str]) -> None:
    print(f"\n{len(paths):,} questions, {ROUNDS} rounds of {SECONDS} s; the median round\n")
    print("| load | what | requests/s | p50 ms | p99 ms | p50 ÷ hello | errors |")
    print("|---|---|---:|---:|---:|---:|---:|")
    medians = {
        key: [statistics.median(column) for column in zip(*each, strict=True)]
        for key, each in rounds.items()
    }
    for (load, name), (rate, p50, p99, errors) in medians.items():
        times = p50 / medians[load, "hello"][1]
        print(
            f"| {load} | {name} | {rate:,.0f} | {p50:.2f} | {p99:.1f} | {times:.1f} "
            f"| {errors:.0f} |"
        )
    print()
    for load in LOADS:
        again = [
            came_again(as_people_ask(paths, turn)[: round(rate * SECONDS)])
            for turn, (rate, *_) in enumerate(rounds[load, AS_IT_IS])
        ]
        print(f"{AS_IT_IS}, {load}: {statistics.median(again):.0%} had come before in their round")


def came_again(asked: list[str]) -> float:
    """The part of questions that had come before."""
    return (len(asked) - len(set(asked))) / max(1, len(asked))


if __name__ == "__main__":
    main()
