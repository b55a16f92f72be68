"""Collocates: the words that stand near the matches more than elsewhere, by logDice.

    logDice = 14 + log2(2 f_xy / (f_x + f_y))

(P. Rychlý, "A Lexicographer-Friendly Association Score", 2008), where

- f_x is the number of matches: the rows of the concordance;
- f_y is how often the word is printed in the whole archive;
- f_xy is how often the word stands in the window of a match: so many words to its left or right at
  most, within its paragraph. A word that stands in the windows of two matches counts once, and the
  words of a match are not in the window of that match.

Words are those of ``search.text_words``: as printed, case folded. The score is at most 14, where
the two come only together, and does not depend on the size of the archive; one more is twice as
much. (A window has room for more words than one, so that a frequent word beside rare matches may
come to 15.)
"""

from __future__ import annotations

from collections import Counter
from heapq import heappush, heapreplace
from math import inf, log2
from time import monotonic
from typing import NamedTuple

from search.concordance import documents, marks_anything, spans_of
from search.matched import Matched
from search.samples import LEAST_READ, some_paragraphs
from search.segments import SegmentSet
from search.text_words import TextWords, frequency

WINDOW = 5
"""Words to the left and to the right that are looked at, if nobody says how many."""
MAX_WINDOW = 20
LEAST = 3
"""How often a collocate comes near a match, at least, if nobody says how often."""
MOST = 50
"""Collocates that are told, if nobody says how many."""


class Collocate(NamedTuple):
    """A word that stands near matches.

    Attributes:
        word: as it is printed, case folded.
        together: f_xy, how often it stands near a match.
        left, right: how often to its left and right; a word between two matches is in both.
        frequency: f_y, how often it is printed in the whole archive.
        score: logDice.
    """

    word: str
    together: int
    left: int
    right: int
    frequency: int
    score: float


class Collocates(NamedTuple):
    """The collocates of a query, the highest score first.

    Attributes:
        words: of them; of the same score, the more frequent, then by the alphabet.
        rows: f_x, how many matches there are.
        read: how many paragraphs were read.
        of: how many match. If more than were read, all counts but frequencies are estimates: as
            many as in those that were read, times ``of / read``.
    """

    words: tuple[Collocate, ...]
    rows: int
    read: int
    of: int

    @property
    def is_estimated(self) -> bool:
        """Whether not all paragraphs were read."""
        return self.read < self.of


def log_dice(together: float, matches: float, frequency: float) -> float:
    """The score of a word; see above.

    >>> log_dice(10, 10, 10), round(log_dice(1, 100, 10_000), 2)
    (14.0, 1.7)
    """
    return 14 + log2(2 * together / (matches + frequency))


def collocates(
    matched: Matched,
    window: tuple[int, int] = (WINDOW, WINDOW),
    least: int = LEAST,
    most: int = MOST,
    reading: int | None = None,
    seed: int = 1,
    patience: float = inf,
) -> Collocates:
    """The words near the matches of a query, with the highest scores.

    Args:
        matched: all that matches.
        window: words to the left and to the right.
        least: how often a word has to stand near a match.
        most: how many words to tell.
        reading: paragraphs to read; if more match, those are chosen as ``search.samples`` does,
            and counts are estimates. None reads all.
        seed: by which they are chosen.
        patience: seconds for reading; if they are over, fewer paragraphs were read.
    """
    total = len(matched.docs)
    docs = some_paragraphs(matched, total if reading is None else reading, seed)
    counts = _Counts(window)
    read, end = 0, monotonic() + patience
    for _, document in documents(matched, docs) if marks_anything(matched) else ():
        spans = spans_of(document, matched)
        if spans:
            counts.add(TextWords(document.text, document.tokens), spans)
        read += 1
        if read >= LEAST_READ and monotonic() > end:
            break
    scale = total / read if read else 1.0
    words = _best(counts, matched.snapshot, scale, least, most)
    return Collocates(words, round(counts.rows * scale), read, total)


class _Counts:
    """How often words stand near matches.

    Attributes:
        rows: how many matches there are.
        both, left, right: the words near them, to their left, to their right.
    """

    def __init__(self, window: tuple[int, int]) -> None:
        self._before, self._behind = window
        self.rows = 0
        self.both: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.right: Counter[str] = Counter()

    def add(self, words: TextWords, spans: list[tuple[int, int]]) -> None:
        """Count the words near the matches of a paragraph."""
        self.rows += len(spans)
        left: set[int] = set()
        right: set[int] = set()
        for start, end in spans:
            left.update(words.before(start, self._before))
            right.update(words.behind(end, self._behind))
        self.left.update(map(words.word, left))
        self.right.update(map(words.word, right))
        self.both.update(map(words.word, left | right))


def _best(
    counts: _Counts, segments: SegmentSet, scale: float, least: int, most: int
) -> tuple[Collocate, ...]:
    """The words of the highest scores.

    A word is printed at least as often as it stands near a match, which tells how high its score
    can be; so the rare ones need not be looked up when enough are known.
    """
    rows = counts.rows * scale
    heap: list[tuple[float, int, str]] = []  # the lowest of the best first
    found: dict[str, Collocate] = {}
    frequent_first = sorted(counts.both.items(), key=lambda each: (-each[1], each[0]))
    for place, (word, count) in enumerate(frequent_first):
        together = count * scale
        if together < least:
            break
        if len(heap) == most and log_dice(together, rows, together) < heap[0][0]:
            break
        printed = max(count, frequency(segments, word))
        together = min(together, printed)
        score = log_dice(together, rows, printed)
        left, right = (round(each[word] * scale) for each in (counts.left, counts.right))
        entry = (score, -place, word)
        if len(heap) < most:
            heappush(heap, entry)
        elif score > heap[0][0]:
            del found[heapreplace(heap, entry)[2]]
        else:
            continue
        found[word] = Collocate(word, round(together), left, right, printed, score)
    return tuple(sorted(found.values(), key=lambda each: (-each.score, -each.together, each.word)))
