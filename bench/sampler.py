"""Draws questions from a corpus, by a seed.

Rare terms are in 2 to 50 paragraphs at every size, so that their cost can be compared between
sizes; medium ones in 0.2 to 2 %, common ones in 5 % or more. The words of a conjunction stand
in one paragraph, those of a phrase side by side. Words of disjunctions, and what prefixes,
patterns and misspelt words are made of, are as frequent as in the texts.
"""

from __future__ import annotations

import json
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import Stemmer

from bench.corpus import Corpus, articles
from bench.queries import Question, read, write

SEED = 7
_RARE = (2, 50)
_MEDIUM = (0.002, 0.02)
_COMMON = 0.05
_SAMPLED = 20_000  # paragraphs that words are drawn from
_BREAKS = str.maketrans(string.punctuation, " " * len(string.punctuation))
_PLAIN = re.compile(r"[a-z]{3,20}")
# Words with nothing but one space between them, and no hyphen or apostrophe at either end.
_RUN = re.compile(r"(?<![^\s])[a-z]+(?: [a-z]+)+(?![^\s.,;:!?])")
_GAME = {"intersection": "all", "phrase": "phrase", "union": "any", "negated": "without"}


def questions(corpus: Corpus, data: Path, count: int, seed: int = SEED) -> list[Question]:
    """The questions of a corpus, ``count`` a class; kept beside it."""
    path = corpus.path.with_name(f"questions-{corpus.paragraphs}-{count}-{seed}.jsonl")
    if not path.exists():
        counted = _count(corpus, seed)
        drawn = list(_Sampler(counted, seed).draw(count))
        write(path, [*drawn, *game(data / "search_benchmark_game.jsonl")])
    return read(path)


def game(path: Path) -> Iterator[Question]:
    """The questions of search_benchmark_game, without those that have optional words.

    nutgraf has no optional words (``+must may``: 40 of 962), and neither has SQLite.
    """
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        tag, words = record["tags"][0], re.sub('[-+"]', " ", record["query"]).split()
        if tag == "term":  # there is one, "the"
            tag = "union"
        if tag in _GAME and all(word.isalnum() and word.isascii() for word in words):
            yield Question(f"game: {tag}", _GAME[tag], tuple(words))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the sampler knows of a corpus.

    Attributes:
        paragraphs: how many there are.
        words: of each printed word the number of its paragraphs.
        sample: some paragraphs, in small letters.
        days: the days of the articles, sorted.
    """

    paragraphs: int
    words: Counter[str]
    sample: list[str]
    days: list[int]


def _count(corpus: Corpus, seed: int) -> _Counted:
    """Count the words of a corpus in one pass."""
    chance = random.Random(seed)  # noqa: S311 - chance that repeats itself
    share = _SAMPLED / corpus.paragraphs
    words: Counter[str] = Counter()
    sample = []
    days = set()
    for article in articles(corpus.path):
        if first := article.date.first_day:
            days.add(first.toordinal())
        for text in article.paragraphs:
            small = text.lower()
            words.update(set(small.translate(_BREAKS).split()))
            if chance.random() < share:
                sample.append(small)
    return _Counted(corpus.paragraphs, words, sample, sorted(days))


class _Sampler:
    """Draws questions of every class."""

    def __init__(self, counted: _Counted, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - chance that repeats itself
        self._stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord
        self._days = counted.days
        self._sample = counted.sample
        paragraphs: Counter[str] = Counter()
        for word, number in counted.words.items():
            paragraphs[self._stem(word)] += number
        plain = self._one_a_stem(counted.words)
        share = {word: paragraphs[self._stem(word)] / counted.paragraphs for word in plain}
        low, high = (limit / counted.paragraphs for limit in _RARE)
        self._rare = [word for word in plain if low <= share[word] <= high]
        self._medium = [word for word in plain if _MEDIUM[0] <= share[word] <= _MEDIUM[1]]
        self._common = [word for word in plain if share[word] >= _COMMON]
        self._usual = [word for text in self._sample for word in self._plain(text) if len(word) > 3]

    def draw(self, count: int) -> Iterator[Question]:
        """``count`` questions of each class; none of a class that the corpus has no words for."""
        for _ in range(count):
            for question in self._one_of_each():
                if question.words:
                    yield question

    def _one_of_each(self) -> Iterator[Question]:
        """A question of each class, which may be without words."""
        yield Question("term, rare", "term", self._some(self._rare, 1))
        yield Question("term, medium", "term", self._some(self._medium, 1))
        yield Question("term, common", "term", self._some(self._common, 1))
        two_to_four = self._chance.randint(2, 4)
        yield Question("OR of 2 to 4", "any", self._some(self._usual, two_to_four))
        yield Question("OR of common terms", "any", self._some(self._common, two_to_four))
        yield Question("AND of 2 to 3", "all", self._together(self._chance.randint(2, 3)))
        yield Question("phrase of 2 to 3", "phrase", self._phrase(self._chance.randint(2, 3)))
        yield Question("prefix", "prefix", (self._stemmed()[: self._chance.randint(3, 4)],))
        yield Question("wildcard", "wildcard", (self._pattern(),))
        yield Question("fuzzy, 1 letter", "fuzzy", (self._misspelt(),))
        dated = self._some([*self._medium, *self._common], 1)
        yield Question("term and dates", "term", dated, self._range())

    def _some(self, words: list[str], count: int) -> tuple[str, ...]:
        """Words of a list, no two with the same stem."""
        found: dict[str, str] = {}
        for _ in range(1000 if words else 0):  # a list may hold fewer stems than are wanted
            word = self._chance.choice(words)
            found.setdefault(self._stem(word), word)
            if len(found) == count:
                break
        return tuple(found.values())

    def _one_a_stem(self, words: Counter[str]) -> list[str]:
        """Of the words of each stem the one that is printed most often, sorted."""
        most: dict[str, str] = {}
        for word in sorted(words):
            known = most.setdefault(self._stem(word), word)
            if words[word] > words[known]:
                most[self._stem(word)] = word
        return sorted(word for word in most.values() if _PLAIN.fullmatch(word))

    def _plain(self, text: str) -> list[str]:
        """The words of a text that every engine analyses alike."""
        return [word for word in text.translate(_BREAKS).split() if _PLAIN.fullmatch(word)]

    def _together(self, count: int) -> tuple[str, ...]:
        """Words of one paragraph."""
        while True:
            words = self._plain(self._chance.choice(self._sample))
            stems = {self._stem(word): word for word in words if len(word) > 3}
            if len(stems) >= count:
                return tuple(self._chance.sample(sorted(stems.values()), count))

    def _phrase(self, count: int) -> tuple[str, ...]:
        """Words that stand side by side."""
        while True:
            runs = [run.split() for run in _RUN.findall(self._chance.choice(self._sample))]
            runs = [run for run in runs if len(run) >= count]
            if runs:
                run = self._chance.choice(runs)
                start = self._chance.randint(0, len(run) - count)
                return tuple(run[start : start + count])

    def _stemmed(self) -> str:
        """The stem of a usual word; four letters or more."""
        while True:
            stem = self._stem(self._chance.choice(self._usual))
            if len(stem) > 3:
                return stem

    def _pattern(self) -> str:
        """A stem of which one letter, after the second, became * or ?."""
        stem = self._stemmed()
        at = self._chance.randint(2, len(stem) - 1)
        return stem[:at] + self._chance.choice("*?") + stem[at + 1 :]

    def _misspelt(self) -> str:
        """A stem with one letter more, less or other."""
        stem = self._stemmed()
        at = self._chance.randint(1, len(stem) - 1)
        letter = self._chance.choice(string.ascii_lowercase)
        inserted, rest = self._chance.choice([(letter, 0), ("", 1), (letter, 1)])
        return stem[:at] + inserted + stem[at + rest :]

    def _range(self) -> tuple[int, int]:
        """Two days between which an article may be from."""
        first, last = sorted(self._chance.choices(self._days, k=2))
        return first, last
