"""Judged collections: texts, questions, and which texts answer which question, and how well.

A collection is a folder of ``relevance.tar.xz``: ``docs.jsonl`` (id, title, text),
``queries.tsv`` (id, question; only those that were judged) and ``qrels.txt`` (question, 0, text,
grade). ``META.json`` tells its source, its licence and its traps; they are mended there already.

Every engine reads the same text. Of CACM that is title and text, since a third of its records
have a title only; Cranfield's text begins with its title, and SQuAD and XQuAD ask about the
text of a paragraph.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ARCHIVE = "relevance.tar.xz"
ENGLISH = ("cacm", "cranfield", "squad_dev", "xquad-en")
OTHERS = ("xquad-de", "xquad-es", "xquad-ru", "xquad-zh", "xquad-hi")
_WITH_TITLE = ("cacm",)

Grades = dict[str, int]
"""Of each text that was judged for a question; 0 is not relevant."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A judged collection.

    Attributes:
        name: of its folder.
        ids: of the texts.
        texts: what is searched, in the order of ``ids``.
        questions: by their ids.
        grades: of the texts, by the ids of the questions.
    """

    name: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    questions: dict[str, str]
    grades: dict[str, Grades]

    def asked(self) -> Iterator[tuple[str, Grades]]:
        """The questions with their grades, in their order."""
        for number, question in self.questions.items():
            yield question, self.grades[number]


def read(archive: Path, names: Sequence[str]) -> Iterator[Collection]:
    """Read some collections, in the order of the archive, which is unpacked only as far."""
    wanted = {f"{name}/{file}": name for name in names for file in _FILES}
    files: dict[str, dict[str, str]] = defaultdict(dict)
    with tarfile.open(archive) as packed:
        for member in packed:
            name = wanted.pop(member.name, "")
            stream = packed.extractfile(member) if name else None
            if stream:
                files[name][member.name.partition("/")[2]] = stream.read().decode()
                if len(files[name]) == len(_FILES):
                    yield collection(name, **_named(files.pop(name)))
            if not wanted:
                return
    raise LookupError(f"{archive} has no {', '.join(sorted(wanted))}")


_FILES = {"docs.jsonl": "docs", "queries.tsv": "queries", "qrels.txt": "qrels"}


def _named(files: dict[str, str]) -> dict[str, str]:
    return {_FILES[name]: text for name, text in files.items()}


def collection(name: str, *, docs: str, queries: str, qrels: str) -> Collection:
    """A collection from the texts of its three files."""
    records = [json.loads(line) for line in _lines(docs)]
    with_title = name in _WITH_TITLE
    grades: dict[str, Grades] = defaultdict(dict)
    for line in _lines(qrels):
        question, _, text, grade = line.split()
        grades[question][text] = int(grade)
    questions = dict(line.split("\t", 1) for line in _lines(queries))
    return Collection(
        name,
        tuple(record["id"] for record in records),
        tuple(
            f"{record['title']}\n{record['text']}" if with_title else record["text"]
            for record in records
        ),
        {number: text for number, text in questions.items() if any(grades[number].values())},
        dict(grades),
    )


def _lines(text: str) -> Iterator[str]:
    """The lines that have something in them; only line feeds end a line."""
    for line in io.StringIO(text, newline="\n"):
        if line.strip():
            yield line.rstrip("\n")
