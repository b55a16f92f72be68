"""Collocates of ten words, counted by the engine and by a plain loop over the JSON Lines.

::

    python -m bench.collocates INDEX ARTICLES.jsonl.gz

The plain loop knows nothing of the index: words by a regular expression, windows by lists.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

WORDS = (
    "economy", "inflation", "climate", "Ukraine", "border", "students", "insulin", "union",
    "democracy", "infrastructure",
)  # fmt: skip
WINDOW = 5
_LETTER = r"[^\W\d_]"
_MARK = "\u0300-\u036f\u20dd-\u20f0\ufe00-\ufe0f"
_QUOTE = "['’‘`´ʼ′ʻʹ＇׳״]"
_HIDDEN = "[\u00ad\u200c\u200d\u2060]"
_SIGN = rf"(?:[^\W_]|[{_MARK}])"
_WORD = re.compile(
    rf"(?<![\w'’‘.]){_LETTER}(?:\.{_LETTER})+(?:\.|(?![^\W_]))(?:{_QUOTE}{_LETTER}(?![^\W_]))?(?![^\W_])"
    r"|(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?![^\W_]|,[0-9])"
    rf"|{_SIGN}+(?:(?:{_QUOTE}|{_HIDDEN})+{_SIGN}+)*"
)


def words_of(text: str) -> list[str]:
    """The words of a text in English as they are printed, in its order."""
    found = (each[0].removesuffix(".") for each in _WORD.finditer(text))
    return [re.sub(_HIDDEN, "", re.sub(_QUOTE, "'", each)) for each in found]


def count_plainly(
    texts: Iterable[str], word: str, window: int
) -> tuple[int, Counter[str], Counter[str]]:
    """How often a word is printed, how often others near it, and how often all words.

    Args:
        texts: paragraphs.
        word: exactly as it is printed.
        window: words to the left and to the right.
    """
    return _count([words_of(text) for text in texts], word, window)


def _count(
    texts: list[list[str]], word: str, window: int
) -> tuple[int, Counter[str], Counter[str]]:
    matches = 0
    near: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for words in texts:
        every.update(each.casefold() for each in words)
        at = [number for number, each in enumerate(words) if each == word]
        matches += len(at)
        close = {
            number
            for place in at
            for number in range(max(0, place - window), min(len(words), place + window + 1))
            if number != place
        }
        near.update(words[number].casefold() for number in close)
    return matches, near, every


def main() -> int:
    """Compare; tell of each word how many collocates agree."""
    from search.collocates import collocates
    from search.searcher import Searcher

    index, source = map(Path, sys.argv[1:])
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        texts = [words_of(text) for line in lines for text in json.loads(line)["paragraphs"]]
    searcher = Searcher.open(index)
    wrong = 0
    for word in WORDS:
        matches, near, every = _count(texts, word, WINDOW)
        expected = {each: (count, every[each]) for each, count in near.items() if count >= 3}
        found = collocates(searcher.matched(f'="{word}"'), least=3, most=1_000_000)
        told = {each.word: (each.together, each.frequency) for each in found.words}
        every_word = told.keys() | expected.keys()
        differing = {each for each in every_word if told.get(each) != expected.get(each)}
        wrong += len(differing) + (found.rows != matches)
        print(f"{word}: {found.rows} rows, {matches} counted; {len(told)} collocates", end="")
        print(f", {len(differing)} differ", end="")
        for each in sorted(differing)[:5]:
            print(f" {each!r} {told.get(each)} {expected.get(each)}", end="")
        print(flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
