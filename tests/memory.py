"""Segments that are only in memory, and a stock Whoosh index of the same articles.

Whoosh's own codec is the oracle of documents and scores: it knows nothing of ours.
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from whoosh.filedb.filestore import RamStorage
from whoosh.scoring import BM25F

from index.article import Article, PublicationDate
from index.builder import SegmentBuilder
from index.codec.sealed import SealedFile, SealedWriter
from index.codec.segment import SegmentReader
from index.schema import documents, make_schema
from index.tokens import BatchTokenizer
from search.segments import SegmentSet
from tests.memory_file import MemoryFile

DATES = (
    PublicationDate(),
    PublicationDate("2016", "year"),
    PublicationDate("2016-09-26", "day"),
    PublicationDate("2017-01-01", "day"),
)

_POOL = ThreadPoolExecutor(1)


def segment_of(articles: Sequence[Article]) -> SegmentReader:
    """One segment of some articles."""
    builder = SegmentBuilder(BatchTokenizer(), io.BytesIO, _POOL)
    builder.add([(each, each.content_hash()) for each in articles])
    builder.take_words()
    file = MemoryFile()
    builder.write(SealedWriter(file, "segment", os.urandom(16)))  # type: ignore[arg-type]
    return SegmentReader(SealedFile(file.data, "a segment in memory", "segment"))


def segments_of(
    parts: Sequence[Sequence[Article]], gone: Collection[str] = (), **options: int
) -> SegmentSet:
    """Segments of some articles each; those whose ids are in ``gone`` are deleted."""
    deleted = [
        np.array([each.id in gone for each in part for _ in each.paragraphs], np.bool_)
        for part in parts
    ]
    return SegmentSet(
        [segment_of(part) for part in parts],
        [mask if mask.any() else None for mask in deleted],
        **options,
    )


def random_parts(
    chance: random.Random, words: Sequence[str] = ()
) -> tuple[list[list[Article]], set[str]]:
    """Articles for some segments, with words of very different frequency, and which are gone.

    The segments differ in the length of their paragraphs.
    """
    words = words or [f"w{number}" for number in range(chance.choice([5, 12, 40]))]
    weights = [1 / (rank + 1) for rank in range(len(words))]

    def text(least: int, most: int) -> str:
        return " ".join(chance.choices(words, weights, k=chance.randint(least, most)))

    parts: list[list[Article]] = []
    for _ in range(chance.choice([1, 1, 2, 3])):
        longest = chance.choice([2, 6, 15, 15, 300])
        count = sum(map(len, parts))
        parts.append(
            [
                Article(
                    f"a{count + number}",
                    tuple(text(1, longest) for _ in range(chance.randint(1, 5))),
                    title=text(0, 4),
                    source=chance.choice(["", "Coast Wire"]),
                    language=chance.choice(["", "en", "fr"]),
                    date=chance.choice(DATES),
                )
                for number in range(chance.randint(1, 10))
            ]
        )
    share = chance.choice([0, 0, 0.3])
    ids = [each.id for part in parts for each in part]
    return parts, {each for each in ids[1:] if chance.random() < share}


class Stock:
    """A stock Whoosh index of the live articles; numbers are those of the segments."""

    def __init__(self, parts: Sequence[Sequence[Article]], gone: Collection[str] = ()) -> None:
        index = RamStorage().create_index(make_schema())
        writer = index.writer(limitmb=16)
        self._numbers: list[int] = []
        number = 0
        for article in (each for part in parts for each in part):
            for document in documents(article):
                if article.id not in gone:
                    writer.add_document(**document)
                    self._numbers.append(number)
                number += 1
        writer.commit()
        self._searcher = index.searcher(weighting=BM25F())

    def answer(self, query) -> dict[int, float]:
        """The score of every document that matches."""
        found = {}
        for leaf, base in self._searcher.leaf_searchers():
            matcher = query.matcher(leaf, self._searcher.context())
            while matcher.is_active():
                found[self._numbers[base + matcher.id()]] = matcher.score()
                matcher.next()
        return found
