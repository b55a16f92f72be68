"""The process of one engine; bench.peers starts it, once for each thing that it measures.

::

    python -m bench.worker build ENGINE CORPUS FOLDER JOBS MEMORY REPAIRED COMMITS
    python -m bench.worker segments ENGINE FOLDER
    python -m bench.worker read CORPUS REPAIRED
    python -m bench.worker ask ENGINE FOLDER
    python -m bench.worker cold ENGINE FOLDER WORD...
    python -m bench.worker add ENGINE FOLDER TIMES

It answers with JSON on standard output. ``ask`` goes on as long as requests come in, a line of
JSON each; whatever an engine prints goes to standard error. Nothing is imported before it is
needed, because a new process is one of the things that are measured.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def build(
    engine: str, corpus: str, folder: str, jobs: str, memory: str, repaired: str, commits: str
) -> dict[str, Any]:
    """Index a corpus; seconds of wall and processor, children included."""
    from bench.engines import Build, load
    from bench.measure import size, to_disk

    loaded, target = load(engine), Path(folder)
    options = Build(int(jobs), int(memory), repaired == "True", int(commits))
    spent, started = _processor(), time.perf_counter()
    loaded.build(Path(corpus), target, options)
    built = time.perf_counter()
    to_disk(target)
    ended = time.perf_counter()
    return {
        "wall": ended - started,
        "processor": _processor() - spent,
        "to_disk": ended - built,
        "bytes": size(target),
        **_most_memory(),
    }


def segments(engine: str, folder: str) -> dict[str, Any]:
    """How many segments an index has."""
    from bench.engines import load

    return {"segments": load(engine).open(Path(folder)).segments}


def read(corpus: str, repaired: str) -> dict[str, Any]:
    """Only read a corpus: what every engine's time includes."""
    from bench.corpus import articles

    spent, started = _processor(), time.perf_counter()
    for _ in articles(Path(corpus), repaired=repaired == "True"):
        pass
    return {"wall": time.perf_counter() - started, "processor": _processor() - spent}


def cold(engine: str, folder: str, *words: str) -> dict[str, Any]:
    """Milliseconds of a new process: imports, opening, the first question."""
    from bench.queries import Question

    question = Question("", "any", words)
    started = time.perf_counter()
    from bench.engines import load

    loaded = load(engine)
    imported = time.perf_counter()
    reader = loaded.open(Path(folder))
    opened = time.perf_counter()
    reader.top(reader.prepare(question), count=True)
    asked = time.perf_counter()
    return {
        "imports": (imported - started) * 1e3,
        "open": (opened - imported) * 1e3,
        "first": (asked - opened) * 1e3,
    }


def add(engine: str, folder: str, times: str) -> dict[str, Any]:
    """Milliseconds of adding one article, again and again; those of fsync also on their own."""
    from bench.engines import load
    from index.article import Article, PublicationDate

    loaded, waiting = load(engine), _Waiting()
    took, waited = [], []
    for number in range(int(times)):
        text = f"A ferry ran aground at noon, said witness number {number}; nobody was hurt."
        day = PublicationDate("2026-07-29", "day")
        article = Article(f"added-{number}", (text,) * 5, "Ferry aground", date=day)
        before, started = waiting.seconds, time.perf_counter()
        loaded.add(Path(folder), article)
        took.append((time.perf_counter() - started) * 1e3)
        waited.append((waiting.seconds - before) * 1e3)
    return {"took": took, "waited": waited}


def ask(engine: str, folder: str) -> None:
    """Answer requests until there are no more."""
    from bench.engines import load
    from bench.queries import from_record

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    reader = load(engine).open(Path(folder))
    questions, prepared = [], []
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "prepare":
            questions = [from_record(record) for record in request["questions"]]
            prepared = [reader.prepare(question) for question in questions]
            answer: Any = [each is not None for each in prepared]
        elif request["do"] == "pages":
            answer = [_timed_page(reader, questions[each]) for each in request["numbers"]]
        else:
            asked = [prepared[each] for each in request["numbers"]]
            answer = list(_timed(reader, asked, request["count"], request["budget"]))
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _timed(reader: Any, prepared: list[Any], count: bool, budget: float) -> Iterator[list[Any]]:
    """Of each question nanoseconds, total and numbers of the best ten; fewer if time is up."""
    end = time.perf_counter() + budget
    for each in prepared:
        started = time.perf_counter_ns()
        found = reader.top(each, count=count)
        took = time.perf_counter_ns() - started
        yield [took, found.total, found.ids]
        if time.perf_counter() > end:
            return


def _timed_page(reader: Any, question: Any) -> int | None:
    """Nanoseconds of a first page; None if the engine has none for the question."""
    started = time.perf_counter_ns()
    shown = reader.page(question)
    return None if shown is None else time.perf_counter_ns() - started


class _Waiting:
    """Counts the seconds that this process waits for the disk."""

    def __init__(self) -> None:
        self.seconds = 0.0
        os.fsync = self._counted(os.fsync)  # type: ignore[assignment]
        os.fdatasync = self._counted(os.fdatasync)  # type: ignore[assignment]

    def _counted(self, wait: Any) -> Any:
        def counted(descriptor: int) -> None:
            started = time.perf_counter()
            wait(descriptor)
            self.seconds += time.perf_counter() - started

        return counted


def _processor() -> float:
    """Seconds of processor that this process and its ended children took."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _most_memory() -> dict[str, int]:
    """The most that this process held, and the most that any child did, in bytes (RSS)."""
    return {
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "rss_child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }


def main() -> None:
    """Do what the command line says."""
    commands = {each.__name__: each for each in (build, segments, read, cold, add, ask)}
    command, *arguments = sys.argv[1:]
    if command != "ask":
        answers, sys.stdout = sys.stdout, sys.stderr
        answers.write(json.dumps(commands[command](*arguments)))  # type: ignore[operator]
    else:
        ask(*arguments)


if __name__ == "__main__":
    main()
