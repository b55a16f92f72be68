"""What the service takes over HTTP: /api/search with texts and spans, on a large index.

::

    python -m bench.service QUESTIONS NUTGRAF_INDEX [TANTIVY_INDEX]

QUESTIONS is a file of bench.peers (``questions-….jsonl``), the indexes are those of its corpus;
wrk has to be installed. Beside nutgraf stand a bare Flask route that says "hello", in the same
processes, and, with an index of it, tantivy behind the same Flask and the same server. nutgraf is
measured twice: remembering no answers, and as it is, which matters where questions come again.

All servers are up at once and are asked in turn, round after round, so that a noisy machine is
noisy for all; the table shows the median round. Before that, each question is asked once. Only
compare within one run.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from bench import wrk
from bench.queries import Question, read

ROUNDS = 5
SECONDS = 4
PROCESSES = 2
THREADS = 36
REMEMBERED = 32 << 20  # bytes of answers, as web.answers has it
LOADS = {"one after the other": 1, "32 at once": 32}

Figures = tuple[float, ...]
"""Requests a second, p50 and p99 in ms, and errors."""


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


@contextlib.contextmanager
def served(factory: str, index: Path, remembered: int = 0) -> Iterator[int]:
    """Serve an application of bench.served; its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(PROCESSES), "--blocking-threads", str(THREADS),
        "--no-ws", "--log-level", "error", "--factory", f"bench.served:{factory}",
    ]  # fmt: skip
    given = {"INDEX": str(index), "REMEMBERED": str(remembered), "PROCESSES": str(PROCESSES)}
    server = subprocess.Popen(command, env={**os.environ, **given})
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


def measure(port: int, script: Path, connections: int, seconds: int = SECONDS) -> Figures:
    """One round of one load."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
         "-s", str(script), f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\d+)", done.stdout)
    if found is None:
        raise SystemExit(f"wrk said nothing that can be read:\n{done.stdout}")
    return tuple(float(number) for number in found.groups())


def sizes(port: int, paths: list[str]) -> list[int]:
    """Ask each question once, of each process about; the bytes of the answers, ascending."""
    lengths = []
    for _ in range(PROCESSES):
        for path in paths:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                lengths.append(len(answer.read()))
    return sorted(lengths)


def main() -> None:
    """Measure and print the table."""
    if len(sys.argv) not in (3, 4) or not shutil.which("wrk"):
        raise SystemExit("usage: python -m bench.service QUESTIONS INDEX [TANTIVY] (needs wrk)")
    paths = paths_of(read(Path(sys.argv[1])))
    indexes = [Path(each).resolve() for each in sys.argv[2:]]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = stack.enter_context(served("nutgraf", indexes[0]))
        usual = stack.enter_context(served("nutgraf", indexes[0], REMEMBERED))
        ports = {"hello": plain, "nutgraf, all new": plain, "nutgraf, as it is": usual}
        if len(indexes) > 1:
            ports["tantivy"] = stack.enter_context(served("tantivy", indexes[1]))
        rounds: dict[tuple[str, str], list[Figures]] = {}
        for name in ports:
            lengths = sizes(ports[name], paths[name.partition(",")[0]])
            print(f"{name}: median {statistics.median(lengths):,.0f}, most {lengths[-1]:,} bytes")
        for turn in range(ROUNDS):
            for load, connections in LOADS.items():
                for name, port in ports.items():
                    some = paths[name.partition(",")[0]]
                    script = _write_script(folder, some, turn * 97 % len(some))
                    rounds.setdefault((load, name), []).append(measure(port, script, connections))
    _print(rounds, len(paths["nutgraf"]))


def _print(rounds: dict[tuple[str, str], list[Figures]], count: int) -> None:
    print(f"\n{count:,} questions, {ROUNDS} rounds of {SECONDS} s; the median round\n")
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


def _write_script(folder: Path, paths: list[str], first: int) -> Path:
    """The script by which wrk sends the questions in turn."""
    script = folder / "paths.lua"
    shown = ", ".join(f'"{path}"' for path in paths)
    script.write_text(wrk.script(shown, first))
    return script


if __name__ == "__main__":
    main()
