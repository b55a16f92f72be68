"""Asks several indexes the same questions, in interleaved rounds, each in its own process."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.measure import Asker, summary
from bench.queries import Question, batches, by_group

Index = tuple[str, Path]
"""An engine and the folder of its index."""

_BUDGET = 60.0  # seconds for the questions of one class; a slow engine answers fewer
_SLOW = 5.0  # seconds after which an engine is not asked the same questions again
_WARM = 2  # questions of a batch that are not timed, so that only words are new to the process
_BATCHES = 4
_PAGES = (
    "term, medium",
    "term, common",
    "OR of 2 to 4",
    "AND of 2 to 3",
    "phrase of 2 to 3",
)


class Times:
    """The best time of each question, in milliseconds, and what was answered."""

    def __init__(self) -> None:
        self.best: dict[int, float] = {}
        self.answers: dict[int, tuple[int | None, list[int]]] = {}
        self.last = 0.0  # seconds that the last round took

    def take(self, numbers: list[int], answered: list[list[Any]]) -> None:
        """Keep the times of a round."""
        for number, (nanoseconds, total, ids) in zip(numbers, answered, strict=False):
            took = nanoseconds / 1e6
            self.best[number] = min(took, self.best.get(number, took))
            self.answers[number] = (total, ids)
        self.last = sum(nanoseconds for nanoseconds, _, _ in answered) / 1e9

    def figures(self) -> dict[str, float]:
        """p50, p90 and p99 of the best times, and of how many questions."""
        return {**summary(list(self.best.values())), "questions": len(self.best)}


def ask(indexes: dict[str, Index], questions: list[Question], rounds: int) -> dict[str, Any]:
    """Ask everything, with and without counting.

    Returns:
        ``groups``: of each class and index the figures of both ways and how far the answers
        agree with the first index that is asked; ``memory``: bytes of each process at the end.
    """
    groups = by_group(questions)
    times: dict[tuple[str, str, bool], Times] = {}
    with _opened(indexes, questions) as askers:
        for turn in range(rounds):
            for group, numbers in groups.items():
                for name in _rotated(list(askers), turn):
                    asker, can = askers[name]
                    for count in (True, False):
                        kept = times.setdefault((group, name, count), Times())
                        asked = [number for number in numbers if can[number]]
                        if asked and kept.last < _SLOW:
                            kept.take(asked, _say(asker, asked, count))
        memory = {name: asker.memory() for name, (asker, _) in askers.items()}
    found = {group: _figures(group, list(indexes), times) for group in groups}
    return {"groups": found, "memory": memory}


def first_times(
    indexes: dict[str, Index], questions: list[Question], rounds: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of questions of words that a process was never asked about.

    In a process no word comes twice, and its first two questions are not timed. Each class has
    several such processes. The files are in the system's cache.
    """
    figures: dict[str, dict[str, dict[str, float]]] = {}
    for group, numbers in by_group(questions).items():
        times = {name: Times() for name in indexes}
        for turn, batch in itertools.product(range(rounds), batches(questions, numbers, _BATCHES)):
            for name in _rotated(list(indexes), turn):
                asked = [questions[number] for number in batch]
                with _opened({name: indexes[name]}, asked) as askers:
                    asker, can = askers[name]
                    if all(can) and len(can) > _WARM:
                        answered = _say(asker, list(range(len(can))), True)
                        times[name].take(batch[_WARM:], answered[_WARM:])
        figures[group] = {name: each.figures() for name, each in times.items() if each.best}
    return figures


def pages(
    indexes: dict[str, Index], questions: list[Question], rounds: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Figures of first pages with texts and marks."""
    groups = {name: numbers for name, numbers in by_group(questions).items() if name in _PAGES}
    best: dict[tuple[str, str], list[float]] = {}
    with _opened(indexes, questions) as askers:
        for turn in range(rounds):
            for group, numbers in groups.items():
                for name in _rotated(list(askers), turn):
                    took = askers[name][0].say(do="pages", numbers=numbers)
                    if None in took:
                        continue
                    now = [each / 1e6 for each in took]
                    before = best.get((group, name), now)
                    best[group, name] = list(map(min, before, now))
    return {
        group: {name: summary(best[group, name]) for name in indexes if (group, name) in best}
        for group in groups
    }


@contextlib.contextmanager
def _opened(
    indexes: dict[str, Index], questions: list[Question]
) -> Iterator[dict[str, tuple[Asker, list[bool]]]]:
    """A process for each index, its questions prepared, and which of them it can answer."""
    records = [asdict(question) for question in questions]
    with contextlib.ExitStack() as stack:
        askers = {}
        for name, (engine, folder) in indexes.items():
            asker = stack.enter_context(Asker(engine, folder))
            askers[name] = (asker, asker.say(do="prepare", questions=records))
        yield askers


def _say(asker: Asker, numbers: list[int], count: bool) -> list[list[Any]]:
    """Have questions timed."""
    answered: list[list[Any]] = asker.say(do="time", numbers=numbers, count=count, budget=_BUDGET)
    return answered


def _rotated(names: list[str], turn: int) -> list[str]:
    """The names, each round beginning with another."""
    at = turn % len(names)
    return [*names[at:], *names[:at]]


def _figures(
    group: str, names: list[str], times: dict[tuple[str, str, bool], Times]
) -> dict[str, dict[str, Any]]:
    """The figures of one class, of each index that can answer it."""
    first = next(
        (times[group, name, True] for name in names if times[group, name, True].best), None
    )
    figures: dict[str, dict[str, Any]] = {}
    for name in names:
        counted, uncounted = times[group, name, True], times[group, name, False]
        if counted.best and first:
            figures[name] = {
                "counted": counted.figures(),
                "uncounted": uncounted.figures(),
                **agreement(first.answers, counted.answers),
            }
    return figures


def agreement(
    expected: dict[int, tuple[int | None, list[int]]],
    found: dict[int, tuple[int | None, list[int]]],
) -> dict[str, float | None]:
    """How far answers agree with those of another engine, over the questions both answered.

    Returns:
        ``totals``: all matches, as a share of the other's (1.0 is as many); ``same_totals``: the
        share of questions with equal totals; ``top``: the share of the other's best ten that
        are among these, on average. None where it cannot be said.
    """
    pairs = [(expected[number], found[number]) for number in expected if number in found]
    counted = [(a, b) for (a, _), (b, _) in pairs if a is not None and b is not None]
    tops = [len({*a} & {*b}) / len(a) for (_, a), (_, b) in pairs if a]
    theirs = sum(a for a, _ in counted)
    return {
        "totals": sum(b for _, b in counted) / theirs if theirs else None,
        "same_totals": sum(a == b for a, b in counted) / len(counted) if counted else None,
        "top": sum(tops) / len(tops) if tops else None,
    }
