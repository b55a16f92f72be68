"""The service under load: hostile queries among others (L7), and more than it can answer (L5).

::

    python -m bench.load QUESTIONS INDEX [SECONDS]

QUESTIONS is a file of bench.peers, INDEX that of its corpus; ``nutgraf serve`` is started on it.
Requests come by a schedule that is fixed beforehand, whatever becomes of those before, and how
long one takes is counted from the moment it was due, so that waiting shows. The sender is a
process of the same machine, so only compare within one run.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import socket
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.queries import read
from bench.service import paths_of

RATE = 50  # requests a second of the usual load
HOSTILE = 0.05  # the part of them that is meant to do harm
SECONDS = 20
AT_ONCE = 32
OVERLOAD = 3  # times what is answered at most
_WRITTEN = 7  # times that a question is asked before its answer may be remembered
_PATIENCE = 20  # seconds until the sender gives up on an answer

# What expands to much, has much to look at, or looks broken.
ATTACKS = (
    "aa* OR ba* OR ca* OR da* OR ea* OR fa* OR ga* OR ha* OR in* OR ja*",
    "the OR of OR and OR to OR in OR a OR is OR that OR for OR on OR with OR as OR by OR at",
    "the w/100 of w/100 and w/100 to",
    '"the of and to in a is that"~100',
    "s?m* OR c*n* OR pr*t*n OR in*t*n",
    "abcdefg~2 OR hijklmn~2 OR minister~2 OR president~2",
    "NOT zzzzzz",
    "article(the of and to in) -zzzz",
    "(" * 10 + "the" + ")" * 10,
    "x " * 200,
    '"the" ' * 30,
)


class Answer(NamedTuple):
    """What became of a request: its status (0 if there was none), and how long it took, in ms."""

    status: int
    taken: float
    hostile: bool


class Sender:
    """Sends requests to a port."""

    def __init__(self, port: int, paths: Sequence[str]) -> None:
        self._port = port
        # The same number of articles written otherwise is another address: no answer is remembered.
        written = [f"{'0' * zeros}10" for zeros in range(_WRITTEN)]
        attacks = [f"/api/search?q={quote(each)}" for each in ATTACKS]
        self._paths = itertools.cycle([f"{path}&n={n}" for n in written for path in paths])
        self._attacks = itertools.cycle([f"{path}&n={n}" for n in written for path in attacks])
        self._chance = random.Random(7)  # noqa: S311 - the same order every time

    async def one(self, due: float, *, hostile: bool = False) -> Answer:
        """Send one request; how long it took counts from when it was due."""
        path = next(self._attacks if hostile else self._paths)
        status = 0
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            status = await asyncio.wait_for(self._status(path), _PATIENCE)
        return Answer(status, (time.perf_counter() - due) * 1000, hostile)

    async def _status(self, path: str) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read(-1)
            return int(answer[9:12])
        finally:
            writer.close()

    async def on_schedule(self, rate: float, seconds: float, hostile: float = 0) -> list[Answer]:
        """Send so many requests a second, evenly, whether or not they are answered."""
        start = time.perf_counter()
        tasks = []
        for number in range(int(rate * seconds)):
            due = start + number / rate
            await asyncio.sleep(max(0, due - time.perf_counter()))
            attack = self._chance.random() < hostile
            tasks.append(asyncio.create_task(self.one(due, hostile=attack)))
        return list(await asyncio.gather(*tasks))

    async def ceiling(self, seconds: float) -> float:
        """The answers a second, where each client asks as soon as it was answered."""
        end = time.perf_counter() + seconds

        async def client() -> int:
            count = 0
            while time.perf_counter() < end:
                count += (await self.one(time.perf_counter())).status == 200
            return count

        return sum(await asyncio.gather(*(client() for _ in range(AT_ONCE)))) / seconds


@contextlib.contextmanager
def serving(index: Path) -> Iterator[int]:
    """Serve an index as ``nutgraf serve`` does; the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "cli", "--index", str(index), "serve", "--port", str(port)]
    server = subprocess.Popen(command)
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


def tell(name: str, answers: Sequence[Answer]) -> None:
    """Print a row: how many, their statuses, and how long they took."""
    taken = sorted(each.taken for each in answers) or [0.0]
    statuses = ", ".join(f"{count}×{each}" for each, count in _statuses(answers).most_common())
    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    middle = statistics.median(taken)
    print(f"| {name} | {statuses} | {middle:.1f} | {p99:.1f} | {taken[-1]:.1f} |", flush=True)


def _statuses(answers: Sequence[Answer]) -> Counter[int]:
    return Counter(each.status for each in answers)


async def run(port: int, paths: Sequence[str], seconds: float) -> None:
    """Everything, one after the other."""
    sender = Sender(port, paths)
    await sender.on_schedule(RATE, seconds)  # until what is asked for is in memory
    print("| load | answers | p50 ms | p99 ms | most ms |\n|---|---|---:|---:|---:|")
    tell(f"{RATE}/s", await sender.on_schedule(RATE, seconds))
    mixed = await sender.on_schedule(RATE, seconds, HOSTILE)
    tell(
        f"{RATE}/s, {HOSTILE:.0%} of them hostile: the others", [e for e in mixed if not e.hostile]
    )
    tell("… the hostile ones", [each for each in mixed if each.hostile])
    most = await sender.ceiling(min(seconds, 5))
    print(f"| {AT_ONCE} clients | {most:.0f}/s | | | |")
    flood = await sender.on_schedule(OVERLOAD * most, seconds)
    tell(f"{OVERLOAD} × that: answered", [each for each in flood if each.status == 200])
    tell("… refused", [each for each in flood if each.status != 200])
    for second in range(5):
        tell(f"{RATE}/s again, second {second + 1}", await sender.on_schedule(RATE, 1))


def main() -> None:
    """Serve and send."""
    if len(sys.argv) not in (3, 4):
        raise SystemExit("usage: python -m bench.load QUESTIONS INDEX [SECONDS]")
    paths = paths_of(read(Path(sys.argv[1])))["nutgraf"]
    seconds = float(sys.argv[3]) if len(sys.argv) > 3 else SECONDS
    with serving(Path(sys.argv[2]).resolve()) as port:
        asyncio.run(run(port, paths, seconds))


if __name__ == "__main__":
    main()
