"""Do timelines count what a plain reading counts? For each day, in time zones a day apart.

::

    python -m bench.timelines INDEXES DATA [--queries 50] [--corpora reuters whitehouse …]

INDEXES holds an index of each corpus, named like it. Random words, pairs, phrases and dates are
asked of ``/api/timeline`` (with ``tz=``) and of ``nutgraf trend --csv`` (in the process's time
zone), by day, and counted by reading the lines of the corpus with regular expressions. Every day
has to have the same paragraphs and articles, the archive's as well; and some of the days, asked
for with the query that the answer has for them, the same totals.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import gzip
import io
import json
import os
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from unicodedata import combining, normalize
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient

from cli.main import run
from index.analysis import tokenize
from index.paragraphs import clean_paragraphs
from search.query.compounds import may_be_common
from web.app import create_app

CORPORA = ("reuters", "whitehouse", "pm-transcripts")
ZONES = ("Pacific/Kiritimati", "Europe/Vilnius", "Pacific/Pago_Pago")
"""It is never the same day in the first and the last."""

_WORD = re.compile(r"[^\W_]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")
_HYPHENATED = re.compile(r"[^\W_]+(?:[-‐‑][^\W_]+)+")
_PLAIN = re.compile(r"(?<![\w'’.-])[a-z]{4,12}(?![\w'’-])")
_PAIR = re.compile(rf"{_PLAIN.pattern} {_PLAIN.pattern}")
_LOOSE = re.compile(r"[^\W_]+(?:[-‐‑]+ ?[^\W_]+)+")
_PARTS = 8  # of a word with hyphens that are looked at
_ASKED_AGAIN = 5  # days of each question

Counts = dict[str, tuple[int, int]]
"""Paragraphs and articles by ISO day."""
Test = Callable[[frozenset[str], str], bool]
"""Whether a paragraph matches, by its words and by its text in small letters."""


class Line(NamedTuple):
    """An article: its day, and of each paragraph the words and the text in small letters."""

    day: str
    paragraphs: list[tuple[frozenset[str], str]]


class Question(NamedTuple):
    """A query, how a paragraph is read for it, and the days that it allows, today given."""

    query: str
    matches: Test
    days: Callable[[date], tuple[str, str]]


def read(path: Path, most: int | None = None) -> Iterator[Line]:
    """The articles of a corpus, all of which have a day."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, most):
            article = json.loads(line)
            paragraphs = clean_paragraphs(
                article["paragraphs"]
            )  # some are so long that they are cut
            yield Line(article["date"][:10], [_words(each) for each in paragraphs])


def _words(text: str) -> tuple[frozenset[str], str]:
    """The words of a text, those with a hyphen also without it, and the text itself."""
    if not text.isascii():
        text = "".join(each for each in normalize("NFKD", text) if not combining(each))
    text = _APOSTROPHE.sub("", _POSSESSIVE.sub("", text.lower()))
    whole = ["".join(_WORD.findall(each)) for each in _HYPHENATED.findall(text)]
    return frozenset([*_WORD.findall(text), *whole]), text


def questions(lines: Sequence[Line], count: int, seed: int = 1) -> list[Question]:
    """Random questions over some articles; the same for the same seed.

    Words that somebody writes with a hyphen (to-day) are not asked for, nor are two words that
    somebody joins by one, nor other forms of these (peacekeepers, if there is a peace-keeper): they
    are found in other ways of writing, too, which is not the question.
    """
    chance = random.Random(seed)  # noqa: S311
    joined = {_term(each) for each in _joined(lines)}

    def is_one_word(word: str) -> bool:
        term = _term(word)
        return term not in joined and not may_be_common(term)

    made = []
    while len(made) < count:
        text = chance.choice(chance.choice(lines).paragraphs)[1]
        words = [each for each in _PLAIN.findall(text) if is_one_word(each)]
        pairs = [
            each
            for each in _PAIR.findall(text)
            if all(map(is_one_word, [*each.split(), each.replace(" ", "")]))
        ]
        if len(words) < 2 or not pairs:
            continue
        one, other = chance.sample(words, 2)
        query, test = _ask(chance.randrange(5), one, other, chance.choice(pairs))
        clause, days = _dates(chance, lines)
        query = f"({query}) {clause}" if clause else query
        made.append(Question(query, test, days))
    return made


def _term(word: str) -> str:
    """What all forms of a word have in common."""
    return tokenize(word)[0].term


def _joined(lines: Sequence[Line]) -> set[str]:
    """All words that come of leaving out hyphens somewhere, from whatever part to another."""
    joined = set()
    for line in lines:
        for _, text in line.paragraphs:
            for written in _LOOSE.findall(text):
                parts = _WORD.findall(written)[:_PARTS]
                for start in range(len(parts)):
                    joined.update(
                        "".join(parts[start:end]) for end in range(start + 2, len(parts) + 1)
                    )
    return joined


def _ask(kind: int, one: str, other: str, pair: str) -> tuple[str, Test]:
    """A query of words in quotation marks, and what is the same for a plain reader."""
    if kind == 0:
        return f'"{one}"', lambda words, _: one in words
    if kind == 1:
        return f'"{one}" "{other}"', lambda words, _: one in words and other in words
    if kind == 2:
        return f'"{one}" OR "{other}"', lambda words, _: one in words or other in words
    if kind == 3:
        return f'"{one}" -"{other}"', lambda words, _: one in words and other not in words
    phrase = re.compile(r"(?<![^\W_])" + pair.replace(" ", r"[\W_]+") + r"(?![^\W_])")
    return f'"{pair}"', lambda _, text: phrase.search(text) is not None


def _dates(
    chance: random.Random, lines: Sequence[Line]
) -> tuple[str, Callable[[date], tuple[str, str]]]:
    """A clause of dates, often none, and its days."""
    first, last = sorted((chance.choice(lines).day, chance.choice(lines).day))
    kind = chance.randrange(8)
    if kind == 0:
        return f"date:{first}..{last}", lambda _: (first, last)
    if kind == 1:
        return f"date:{first[:7]}", lambda _: (f"{first[:7]}-01", f"{first[:7]}-31")
    if kind == 2:
        ago = (datetime.now(ZoneInfo("UTC")).date() - date.fromisoformat(first)).days
        return f"date:{ago}d", lambda today: (
            str(date.fromordinal(today.toordinal() - ago + 1)), str(today),
        )  # fmt: skip
    return "", lambda _: ("0001-01-01", "9999-12-31")


def plainly(lines: Sequence[Line], question: Question, today: date) -> Counts:
    """The paragraphs and articles that match on each day, by reading all of them."""
    first, last = question.days(today)
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        if first <= line.day <= last:
            matching = sum(question.matches(*each) for each in line.paragraphs)
            if matching:
                found[line.day][0] += matching
                found[line.day][1] += 1
    return {day: (counts[0], counts[1]) for day, counts in found.items()}


def everything(lines: Sequence[Line]) -> Counts:
    """All paragraphs and articles by day."""
    of_all = Question("", lambda *_: True, lambda _: ("0001-01-01", "9999-12-31"))
    return plainly(lines, of_all, date.max)


class Faces:
    """A timeline by day as the API and the command line tell it."""

    def __init__(self, index: Path) -> None:
        self.index = index
        self.client: FlaskClient = create_app(index).test_client()

    def api(self, query: str, zone: str) -> tuple[Counts, Counts, dict[str, str]]:
        """Matches by day, the archive by day, and the query of each day that has matches."""
        asked = {"q": query, "by": "day", "tz": zone}
        answer = self.client.get("/api/timeline", query_string=asked).json
        periods = answer["periods"]
        found = {each["period"]: (each["paragraphs"], each["articles"]) for each in periods}
        archive = {each["period"]: tuple(each["archive"].values()) for each in periods}
        assert all(each["gap"] == (each["archive"]["articles"] == 0) for each in periods)
        return _some(found), _some(archive), {each["period"]: each["query"] for each in periods}

    def trend(self, query: str) -> Counts:
        """Matches by day, in the time zone of the process."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            run(["--index", str(self.index), "trend", "--by", "day", "--csv", "--", query])
        rows = csv.DictReader(io.StringIO(printed.getvalue()))
        return _some(
            {row["period"]: (int(row["paragraphs"]), int(row["articles"])) for row in rows}
        )

    def total(self, query: str, zone: str) -> tuple[int, int]:
        """What a search finds."""
        answer = self.client.get("/api/search", query_string={"q": query, "tz": zone, "n": 1}).json
        return answer["total"]["paragraphs"], answer["total"]["articles"]


def _some(counts: Counts) -> Counts:
    return {day: each for day, each in counts.items() if each != (0, 0)}


@contextlib.contextmanager
def process_zone(zone: str) -> Iterator[date]:
    """Let the process be in a time zone; what day it is there."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield datetime.now(ZoneInfo(zone)).date()
    finally:
        os.environ.pop("TZ")
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


def compare(faces: Faces, lines: Sequence[Line], asked: Sequence[Question], zone: str) -> list[str]:
    """Ask everything in a time zone; a sentence for each question whose answers differ."""
    wrong = []
    archive = everything(lines)
    with process_zone(zone) as today:
        for question in asked:
            counted = plainly(lines, question, today)
            found, there, queries = faces.api(question.query, zone)
            first, last = question.days(today)
            within = {day: counts for day, counts in archive.items() if first <= day <= last}
            for name, one, other in (
                ("api", found, counted),
                ("trend", faces.trend(question.query), counted),
                ("archive", there, within),
            ):
                days = [day for day in one.keys() | other.keys() if one.get(day) != other.get(day)]
                if days:
                    day = min(days)
                    told = f"{one.get(day)} instead of {other.get(day)}"
                    wrong.append(f"{name}: {question.query}: {len(days)} days, {day}: {told}")
            some = sorted(found)[:: max(1, len(found) // _ASKED_AGAIN)]
            wrong += [
                f"narrowed: {queries[day]}"
                for day in some
                if faces.total(queries[day], zone) != found[day]
            ]
    return wrong


def main() -> None:
    """Compare all corpora in all zones."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("indexes", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--corpora", nargs="+", default=CORPORA, choices=CORPORA)
    arguments = parser.parse_args()
    failed = 0
    for corpus in arguments.corpora:
        lines = list(read(arguments.data / f"{corpus}.jsonl.gz"))
        asked = questions(lines, arguments.queries)
        faces = Faces(arguments.indexes / corpus)
        for zone in ZONES:
            wrong = compare(faces, lines, asked, zone)
            failed += len(wrong)
            print(f"{corpus}, {zone}: {len(asked)} questions, {len(wrong)} differ", flush=True)
            for each in wrong:
                print(f"  {each}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
