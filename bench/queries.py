"""The questions: drawn from the corpus itself by a seed, the same for every engine.

A question holds words as printed, in small letters; each engine analyses them as it analyses
texts. Prefixes, patterns and misspelt words are matched against an engine's terms, which are
stems, so those are made of stems.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["term", "any", "all", "phrase", "prefix", "wildcard", "fuzzy", "without"]

GROUPS = (
    "term, rare",
    "term, medium",
    "term, common",
    "OR of 2 to 4",
    "OR of common terms",
    "AND of 2 to 3",
    "phrase of 2 to 3",
    "prefix",
    "wildcard",
    "fuzzy, 1 letter",
    "term and dates",
    "game: intersection",
    "game: phrase",
    "game: union",
    "game: negated",
)
"""The classes of questions in the order of the tables; *game* is search_benchmark_game."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        group: the class that it is counted in.
        kind: how the words are meant; ``without`` is the first without any of the others.
        words: one word or more; of prefix, wildcard and fuzzy the one pattern.
        days: first and last day, as proleptic ordinals, that the article may be from.
    """

    group: str
    kind: Kind
    words: tuple[str, ...]
    days: tuple[int, int] | None = None


def from_record(record: dict[str, object]) -> Question:
    """A question of its JSON object."""
    days = record["days"]
    return Question(
        str(record["group"]),
        record["kind"],  # type: ignore[arg-type]
        tuple(record["words"]),  # type: ignore[arg-type]
        tuple(days) if days else None,  # type: ignore[arg-type]
    )


def read(path: Path) -> list[Question]:
    """The questions of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [from_record(json.loads(line)) for line in lines]


def write(path: Path, questions: Iterable[Question]) -> None:
    """Write questions, one JSON object a line."""
    text = "".join(json.dumps(asdict(each)) + "\n" for each in questions)
    path.write_text(text, encoding="utf-8")


def by_group(questions: Iterable[Question]) -> dict[str, list[int]]:
    """The numbers of the questions of each class, classes in the order of the tables."""
    numbers: dict[str, list[int]] = {}
    for number, question in enumerate(questions):
        numbers.setdefault(question.group, []).append(number)
    return {group: numbers[group] for group in GROUPS if group in numbers}


def batches(questions: list[Question], numbers: list[int], most: int) -> list[list[int]]:
    """Questions of one class in batches in which no word comes twice; at most so many batches.

    Each question is in the first batch that it fits into; what fits into none is left out.
    """
    made: list[tuple[set[str], list[int]]] = []
    for number in numbers:
        words = set(questions[number].words)
        fits = next((each for each in made if each[0].isdisjoint(words)), None)
        if fits is None and len(made) < most:
            fits = (set(), [])
            made.append(fits)
        if fits is not None:
            fits[0].update(words)
            fits[1].append(number)
    return [batch for _, batch in made]
