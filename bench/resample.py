"""More articles than there are: sentences of real articles in new order.

A new article has the shape of a real one (so many paragraphs of so many sentences) and the day
of another; its sentences come from four real articles, so that words that belong together
still meet. The words are real, hence the vocabulary stops to grow; what grows is how often
each is used. Everything follows from one seed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from index.article import Article

_SEED = 20_260_729
_SOURCES = 4
_END = re.compile(r"(?<=[.!?])\s+(?=\S)")


def resampled(real: list[Article], seed: int = _SEED) -> Iterator[Article]:
    """Articles without end, made of the sentences of real ones."""
    chance = random.Random(seed)  # noqa: S311 - chance that repeats itself
    sentences = [_sentences(article) for article in real]
    shapes = [tuple(len(_END.split(text)) for text in article.paragraphs) for article in real]
    number = 0
    while True:
        shape = chance.choice(shapes)
        pools = [chance.choice(sentences) for _ in range(_SOURCES)]
        named, dated = chance.choice(real), chance.choice(real)
        paragraphs = tuple(" ".join(_draw(chance, pools, length)) for length in shape)
        yield Article(f"resampled-{number}", paragraphs, named.title, date=dated.date)
        number += 1


def _sentences(article: Article) -> list[str]:
    """The sentences of an article, roughly: what ends in a full stop."""
    return [each for text in article.paragraphs for each in _END.split(text)]


def _draw(chance: random.Random, pools: list[list[str]], count: int) -> list[str]:
    """Sentences of one of the pools, drawn with repetition."""
    pool = pools[int(chance.random() * len(pools))]
    return [pool[int(chance.random() * len(pool))] for _ in range(count)]
