"""What wrk is told and what it says: which paths to ask for, and how long the answers took.

wrk 4.1 corrects for what a sender that kept a schedule would have seen: for each answer that took
several times the mean, it adds others that would have waited meanwhile. Nobody waits here: as many
connections as there are ask as soon as they are answered. Where some answers are remembered and
others are worked out, the added ones would even be most. They are taken out again.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

_SCRIPT = """
local paths = {{{paths}}}
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency)
  local e = summary.errors
  local taken = {{}}
  for place = 1, #latency do
    taken[place] = string.format("%d:%d", latency(place))
  end
  print(string.format("RESULT %d %d %d %s", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout, table.concat(taken, " ")))
end
"""

Figures = tuple[float, ...]
"""Requests a second, p50 and p99 in ms, and errors."""


def write_script(file: Path, paths: list[str]) -> Path:
    """The program by which wrk asks for paths in turn; the file."""
    file.write_text(_SCRIPT.format(paths=", ".join(f'"{path}"' for path in paths)))
    return file


def measure(port: int, script: Path, connections: int, seconds: int) -> Figures:
    """Ask as many at once as there are connections, for so many seconds."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
         "-s", str(script), f"http://127.0.0.1:{port}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return read(done.stdout, connections)


def read(said: str, connections: int) -> Figures:
    """The figures of what wrk has said."""
    found = re.search(r"^RESULT (\d+) (\d+) (\d+) (.*)$", said, re.MULTILINE)
    if found is None:
        raise SystemExit(f"wrk said nothing that can be read:\n{said}")
    requests, duration, errors = (int(found[number]) for number in (1, 2, 3))
    taken: Counter[int] = Counter()
    for pair in found[4].split():
        microseconds, count = pair.split(":")
        taken[int(microseconds)] += int(count)
    if taken.total() != requests >= connections:
        taken = uncorrected(taken, duration // (requests // connections))
    if taken.total() != requests:
        raise SystemExit(f"wrk tells of {taken.total():,} answers, and had {requests:,}")
    return requests / duration * 1e6, percentile(taken, 50), percentile(taken, 99), errors


def uncorrected(taken: Counter[int], interval: int) -> Counter[int]:
    """What answers took, without those that were added: so many microseconds less, again and again.

    >>> uncorrected(Counter({90: 1, 60: 1, 30: 5}), 30) == Counter({90: 1, 30: 5})
    True
    """
    found = Counter(taken)
    for microseconds in sorted(taken, reverse=True):
        if microseconds >= 2 * interval:
            for added in range(microseconds - interval, interval, -interval):
                found[added] -= found[microseconds]
    return +found


def percentile(taken: Counter[int], of: int) -> float:
    """What so many of a hundred answers took at most, in ms.

    >>> percentile(Counter({1000: 99, 5000: 1}), 99), percentile(Counter({1000: 1, 5000: 1}), 99)
    (1.0, 5.0)
    """
    left = taken.total() * of / 100
    for microseconds in sorted(taken):
        left -= taken[microseconds]
        if left <= 0:
            return microseconds / 1000
    raise SystemExit("There was no answer; is the server up?")
