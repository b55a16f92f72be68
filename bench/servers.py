"""Which server for the page? Measures /api/search behind waitress, gunicorn and granian.

Run with the bench extra installed, wrk on the path and an index of your own::

    python -m bench.servers ~/index

Every server serves the same application; the queries go round. Rounds are interleaved, so
that a noisy machine is noisy for all; the table shows the median round. Only compare within
one run.
"""

from __future__ import annotations

import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path
from urllib.parse import quote

from bench import wrk

CONNECTIONS = (1, 8, 32)
ROUNDS = 3
SECONDS = 4
THREADS = 4
PROCESSES = 2
LOADS = {
    "searches": (
        "cocoa",
        "oil prices",
        '"interest rates"',
        "trade -japan",
        "wheat OR corn",
        "dollar yen",
    ),
    "a word that is not there": ("zzzz",),
}

_APP = "from pathlib import Path; from web.app import create_app; app = create_app(Path({!r}))"


def commands(port: int) -> dict[str, list[str]]:
    """How each server is started."""
    python = sys.executable
    address = f"127.0.0.1:{port}"
    workers = ["--workers", str(PROCESSES)]
    return {
        "waitress": [
            python, "-m", "waitress", f"--listen={address}", f"--threads={THREADS}", "served:app",
        ],
        "gunicorn sync": [
            python, "-m", "gunicorn", "--bind", address, *workers, "--log-level", "error",
            "served:app",
        ],
        "gunicorn gthread": [
            python, "-m", "gunicorn", "--bind", address, *workers, "--worker-class", "gthread",
            "--threads", str(THREADS), "--log-level", "error", "served:app",
        ],
        "granian": [
            python, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
            "--port", str(port), *workers, "--blocking-threads", str(THREADS), "--no-ws",
            "--log-level", "error", "served:app",
        ],
    }  # fmt: skip


def measure(name: str, folder: Path, connections: int, script: Path) -> wrk.Figures:
    """Requests a second, p50 and p99 in ms, and errors, of one server under one load."""
    port = _free_port()
    server = subprocess.Popen(commands(port)[name], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        _wait(port)
        wrk.measure(port, script, connections, 1)
        return wrk.measure(port, script, connections, SECONDS)
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    """Measure all servers and print the table."""
    if len(sys.argv) != 2 or not shutil.which("wrk"):
        raise SystemExit("usage: python -m bench.servers INDEX (with wrk on the path)")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = _APP.format(str(Path(sys.argv[1]).resolve()))
        root = f"import sys; sys.path.insert(0, {str(Path.cwd())!r})\n"
        (folder / "served.py").write_text(root + app + "\n")
        scripts = {load: _write_script(folder, load) for load in LOADS}
        rounds: dict[tuple[str, str, int], list[tuple[float, ...]]] = {}
        for load, server, connections in list(product(LOADS, commands(0), CONNECTIONS)) * ROUNDS:
            figures = measure(server, folder, connections, scripts[load])
            rounds.setdefault((load, server, connections), []).append(figures)
    print("| load | server | connections | requests/s | p50 ms | p99 ms | errors |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for (load, server, connections), each in rounds.items():
        rate, p50, p99, errors = (statistics.median(column) for column in zip(*each, strict=True))
        shown = f"{rate:,.0f} | {p50:.1f} | {p99:.1f} | {errors:.0f} |"
        print(f"| {load} | {server} | {connections} | {shown}")


def _write_script(folder: Path, load: str) -> Path:
    """The script by which wrk sends the queries of a load in turn."""
    paths = [f"/api/search?q={quote(query)}" for query in LOADS[load]]
    return wrk.write_script(folder / f"{load.replace(' ', '-')}.lua", paths)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _wait(port: int) -> None:
    """Wait until the server takes connections."""
    for _ in range(200):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not start within 10 seconds")


if __name__ == "__main__":
    main()
