"""Are quotations judged right, and how fast? Five alterations of each, against a plain scan.

::

    python -m bench.quotes CORPUS INDEX [--count 500] [--seed 7] [--cases FILE]

CORPUS is a file of articles, a line each, and INDEX its index. Quotations are cut from its
paragraphs and altered: left as they are; other punctuation and capitals; words left out with an
ellipsis; words replaced, dropped or inserted; words of other paragraphs in the place of all.
What is right is found by reading every paragraph, with a reader of words and a table of
distances of its own; of the last kind, those are taken that no paragraph is like. FILE keeps the
cases, so that all is read once.

A verdict is right where the reading has the same, and where the first source that is named has
the fewest changes of all paragraphs, and is the earliest of those.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from search.searcher import Searcher

ALTERATIONS = ("exact", "punctuation", "elided", "altered", "missing")
_SHORTEST, _LONGEST = 8, 40  # words of a quotation
_SPARE = 3  # made for each quotation that is to be missing
_ELLIPSES = ("…", "...", "[…]", "[...]", "(…)")
_WORD = re.compile(
    r"(?:[^\W\d_]\.)+[^\W\d_](?![\w'])|\d+(?:[.,]\d+)*(?![^\W_])"
    r"|[$€£¥₹₽¢%‰°&+=<>]|[^\W_]+(?:'+[^\W_]+)*"
)


class Paragraph(NamedTuple):
    """A paragraph as a plain reader has it; ``published`` in seconds since 1970."""

    article: str
    number: int
    published: float
    text: str


@dataclass(slots=True)
class Case:
    """A quotation and what is right.

    Attributes:
        alteration: how it was made.
        quotation: the text.
        parts: its words; several runs where it says that words are left out between them.
        most: changes that were made at most, or that may be made of what is not found.
        verdict, distance: what is right, and how many words are changed.
        places: article, paragraph and date of all paragraphs that have no more changes.
    """

    alteration: str
    quotation: str
    parts: list[list[str]]
    most: int
    verdict: str = "not found"
    distance: int = 1 << 20
    places: list[tuple[str, int, float]] = field(default_factory=list)


def read(path: Path, most: int | None = None) -> Iterator[Paragraph]:
    """The paragraphs of the first articles of a file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, most):
            article = json.loads(line)
            published = float("inf")
            if article["date"]:
                moment = datetime.fromisoformat(article["date"])
                published = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
            texts = [each for each in map(_even, article["paragraphs"]) if each]
            for number, text in enumerate(texts, start=1):
                yield Paragraph(article["id"], number, published, text)


def _even(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def words_in(text: str) -> list[str]:
    """The words of a text, small, without the points of initials and the commas of thousands."""
    words = []
    for word in _WORD.findall(re.sub("[’‘`´]", "'", text.casefold())):
        if word[0].isdigit():
            thousands = re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word)
            words.append(word.replace(",", "") if thousands else word)
        else:
            words.append(word.replace(".", ""))
    return words


def make(paragraphs: Sequence[Paragraph], count: int, seed: int) -> list[Case]:
    """Cases, of which nobody knows yet what is right."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    cases = []
    while len(cases) < count * (len(ALTERATIONS) - 1 + _SPARE):
        run = _cut(paragraphs, rng)
        said = " ".join(run)
        words = words_in(said)
        again = _punctuated(run, rng)
        if words_in(again) != words or said == again:
            continue
        new = [rng.choice(_cut(paragraphs, rng)) for _ in run]
        cases += [
            Case("exact", said, [words], 0),
            Case("punctuation", again, [words], 0),
            _elided(run, rng),
            _altered(run, new, rng),
        ]
        for _ in range(_SPARE):
            other = [rng.choice(_cut(paragraphs, rng)) for _ in run]
            while len(words_in(" ".join(other))) % 2:
                other.append(rng.choice(_cut(paragraphs, rng)))
            strange = words_in(" ".join(other))
            cases.append(Case("missing", " ".join(other), [strange], (len(strange) - 1) // 2))
    return cases


def _cut(paragraphs: Sequence[Paragraph], rng: random.Random) -> list[str]:
    """A run of words as they are printed."""
    while True:
        text = rng.choice(paragraphs).text
        printed = text.split(" ")
        if len(printed) < _SHORTEST or re.search(r"[…\[\]{}]|\.\s?\.", text):
            continue
        count = rng.randint(_SHORTEST, min(_LONGEST, len(printed)))
        first = rng.randrange(len(printed) - count + 1)
        run = printed[first : first + count]
        plain = all(words_in(each) for each in run)  # no dash that stands alone
        if plain and run[0][0].isalnum() and run[-1][-1].isalnum():
            return run


def _punctuated(run: Sequence[str], rng: random.Random) -> str:
    """The same words with other capitals and other punctuation behind them."""
    changed = [re.sub(r"(?<=\w{3})[.,;:!?]+$", "", each) for each in run]
    for at in rng.sample(range(len(run) - 1), 2):
        changed[at] = rng.choice((changed[at].title(), changed[at].upper(), changed[at].lower()))
    at = rng.randrange(len(run) - 1)
    changed[at] += rng.choice((",", ";", " –", "!"))
    return " ".join(changed)


def _elided(run: Sequence[str], rng: random.Random) -> Case:
    first = rng.randint(3, len(run) - 4)
    second = rng.randint(first + 1, len(run) - 3)
    left, right = " ".join(run[:first]), " ".join(run[second:])
    mark = rng.choice(_ELLIPSES)
    return Case("elided", f"{left} {mark} {right}", [words_in(left), words_in(right)], 0)


def _altered(run: Sequence[str], new: Sequence[str], rng: random.Random) -> Case:
    """Up to a fifth of the words replaced, dropped or inserted."""
    printed, most = list(run), 0
    places = rng.sample(range(1, len(run) - 1), rng.randint(1, max(1, len(run) // 5)))
    for at in sorted(places, reverse=True):
        old, other = words_in(run[at]), words_in(new[at])
        kind = rng.choice(("replace", "drop", "insert"))
        most += len(old) if kind == "drop" else len(other)
        if kind == "replace":
            most += max(0, len(old) - len(other))
        printed[at : at + (kind != "insert")] = [] if kind == "drop" else [new[at]]
    said = " ".join(printed)
    return Case("altered", said, [words_in(said)], most)


def judge(cases: Sequence[Case], paragraphs: Iterable[Paragraph]) -> None:
    """Find what is right by reading all paragraphs.

    Of the words of a quotation with k changes, cut into k + 1 pieces, one piece stays whole, so
    only paragraphs that have the beginning of a piece need to be looked at, and only there.
    """
    wanted: defaultdict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
    for number, case in enumerate(cases):
        run = case.parts[0]
        starts = [at * len(run) // (case.most + 1) for at in range(case.most + 2)]
        for start, end in pairwise(starts):
            wanted[tuple(run[start : min(end, start + 3)])].append((number, start))
    sizes = sorted({len(piece) for piece in wanted})
    for paragraph in paragraphs:
        words = words_in(paragraph.text)
        found: dict[int, int] = {}
        for size in sizes:
            for at, piece in enumerate(zip(*(words[skip:] for skip in range(size)), strict=False)):
                for number, start in wanted.get(piece, ()):
                    distance = _distance(cases[number], words, at - start)
                    found[number] = min(distance, found.get(number, distance))
        for number, distance in found.items():
            _take(cases[number], paragraph, distance)


def _distance(case: Case, words: Sequence[str], start: int) -> int:
    """The fewest changes near a place of a paragraph; very many where they are too many."""
    first = case.parts[0]
    if len(case.parts) > 1:
        rest, at = case.parts[1], start + len(first)
        later = range(at, len(words) - len(rest) + 1)
        whole = start >= 0 and words[start:at] == first
        after = whole and any(words[each : each + len(rest)] == rest for each in later)
        return 0 if after else 1 << 20
    near = words[max(0, start - case.most) : max(0, start + len(first) + case.most)]
    inside = set(near)
    if sum(word not in inside for word in first) > case.most:
        return 1 << 20
    row = [0] * (len(near) + 1)
    for number, word in enumerate(first, start=1):
        above, row = row, [number]
        for at, other in enumerate(near):
            row.append(min(above[at] + (word != other), above[at + 1] + 1, row[at] + 1))
    best = min(row)
    return best if best <= case.most else 1 << 20


def _take(case: Case, paragraph: Paragraph, distance: int) -> None:
    """Let a paragraph count, if it is as good as the best before, or better."""
    if distance > case.most:
        return
    verdict = "altered" if distance else _of_same_words(case, paragraph.text)
    order = ("exact", "punctuation", "elided", "altered", "not found")
    rank, best = (order.index(verdict), distance), (order.index(case.verdict), case.distance)
    if rank < best:
        case.verdict, case.distance, case.places = verdict, distance, []
    if rank <= best:
        case.places.append((paragraph.article, paragraph.number, paragraph.published))


def _of_same_words(case: Case, text: str) -> str:
    """The verdict where no word differs."""
    if re.search(rf"(?<![^\W_]){re.escape(case.quotation)}(?![^\W_])", text):
        return "exact"
    joined = [word for part in case.parts for word in part]
    words = words_in(text)
    together = any(words[at : at + len(joined)] == joined for at in range(len(words)))
    return "punctuation" if together else "elided"


def judged(path: Path, count: int, seed: int, most: int | None = None) -> list[Case]:
    """Cases of a file of articles, with what is right; of those to be missing, those that are."""
    paragraphs = list(read(path, most))
    cases = make(paragraphs, count, seed)
    judge(cases, paragraphs)
    chosen = []
    for alteration in ALTERATIONS:
        own = [case for case in cases if case.alteration == alteration]
        if alteration == "missing":
            own = [case for case in own if case.verdict == "not found"]
        chosen += own[:count]
    return chosen


def wrong(searcher: Searcher, case: Case) -> str:
    """What is wrong with the answer; empty where nothing is."""
    checked = searcher.check_quotation(case.quotation)
    if checked.verdict != case.verdict:
        return f"{checked.verdict} instead of {case.verdict} (distance {case.distance})"
    if not checked.sources:
        return ""
    source = checked.sources[0]
    dates = {(article, number): date for article, number, date in case.places}
    named = (source.article.id, source.first)
    if named not in dates:
        return f"named {named} instead of {case.places[0][:2]} (distance {case.distance})"
    if dates[named] > min(dates.values()):
        return f"named {named}, which is not the earliest of {len(dates)}"
    return ""


def measure(searcher: Searcher, cases: Sequence[Case]) -> None:
    """Print what is wrong, and how long it takes."""
    for alteration in ALTERATIONS:
        own = [case for case in cases if case.alteration == alteration]
        if not own:
            continue
        cpu, wall, mistakes = [], [], 0
        for case in own:
            cpu_before, before = time.process_time(), time.perf_counter()
            told = wrong(searcher, case)
            cpu.append(time.process_time() - cpu_before)
            wall.append(time.perf_counter() - before)
            if told:
                mistakes += 1
                print(f"  {alteration}: {told}: {case.quotation}")
        figures = "  ".join(
            f"{name} p50 {_part(times, 0.5):6.1f} p95 {_part(times, 0.95):6.1f} ms"
            for name, times in (("CPU", cpu), ("wall", wall))
        )
        print(f"{alteration:12} {len(own)} quotations  {mistakes} wrong  {figures}", flush=True)


def _part(seconds: Sequence[float], part: float) -> float:
    return sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * part))] * 1_000


def main() -> None:
    """Read the cases or make them, and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("corpus", type=Path)
    parser.add_argument("index", type=Path)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--cases", type=Path)
    asked = parser.parse_args()
    if asked.cases and asked.cases.exists():
        lines = asked.cases.read_text(encoding="utf-8").splitlines()
        cases = [Case(**json.loads(line)) for line in lines]
    else:
        cases = judged(asked.corpus, asked.count, asked.seed)
        if asked.cases:
            lines = [json.dumps(asdict(case), ensure_ascii=False) for case in cases]
            asked.cases.write_text("\n".join(lines) + "\n", encoding="utf-8")
    measure(Searcher.open(asked.index), cases)


if __name__ == "__main__":
    main()
