"""The corpus: one JSON Lines file of articles that every engine reads.

It begins with the articles of three public collections, in this order, and goes on, where more
paragraphs are wanted than they have, with articles made of their sentences (bench.resample).
A smaller corpus is the beginning of a larger one. A line holds what all engines index::

    {"id": "reut-1", "title": "…", "date": "1987-02-26", "paragraphs": ["…", …]}

Texts are repaired before they are written, so that reading costs every engine as little.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from index.article import Article, PublicationDate

SOURCES = ("reuters.jsonl.gz", "whitehouse.jsonl.gz", "pm-transcripts.jsonl.gz")
REUTERS = 71_897
"""The paragraphs of the first collection: the smallest size that figures are given for."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus on the disk. ``text_bytes`` are those of the paragraphs alone, in UTF-8."""

    path: Path
    articles: int
    paragraphs: int
    text_bytes: int


def make(data: Path, cache: Path, paragraphs: int) -> Corpus:
    """The corpus of so many paragraphs, to the end of an article; written unless it is there."""
    path = cache / f"corpus-{paragraphs}.jsonl"
    summary = path.with_suffix(".json")
    if summary.exists():
        return Corpus(path, **json.loads(summary.read_text(encoding="utf-8")))
    cache.mkdir(parents=True, exist_ok=True)
    corpus = _write(data, path, paragraphs)
    numbers = {name: value for name, value in asdict(corpus).items() if name != "path"}
    summary.write_text(json.dumps(numbers) + "\n", encoding="utf-8")
    return corpus


def articles(path: Path, *, repaired: bool = True) -> Iterator[Article]:
    """The articles of a corpus.

    Args:
        path: the corpus.
        repaired: trust the file, as other engines do; else read it as ``nutgraf index`` would,
            which looks at every text for mojibake and costs five times as much.
    """
    if not repaired:
        from index.readers import Input, jsonl  # slow to import, so that no new process does

        with path.open("rb") as stream:
            for article in jsonl.read(stream, Input(path.name, "")):
                if isinstance(article, Article):
                    yield article
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            day = record["date"]
            date = PublicationDate(day, "day") if day else PublicationDate()
            paragraphs = tuple(record["paragraphs"])
            yield Article(record["id"], paragraphs, record["title"], date=date)


def collected(data: Path) -> Iterator[Article]:
    """The articles of the collections, repaired; each id once."""
    from index.readers import Input, jsonl

    seen: set[str] = set()
    for name in SOURCES:
        with gzip.open(data / name) as stream:
            for article in jsonl.read(stream, Input(name, name)):
                if isinstance(article, Article) and article.id not in seen:
                    seen.add(article.id)
                    yield article


def _write(data: Path, path: Path, paragraphs: int) -> Corpus:
    """Write a corpus under another name, and rename it when it is whole."""
    temporary = path.with_suffix(".tmp")
    count, written, size = 0, 0, 0
    with temporary.open("w", encoding="utf-8") as file:
        for article in _all(data):
            file.write(_line(article))
            count += 1
            written += len(article.paragraphs)
            size += sum(len(text.encode()) for text in article.paragraphs)
            if written >= paragraphs:
                break
    temporary.replace(path)
    return Corpus(path, count, written, size)


def _all(data: Path) -> Iterator[Article]:
    """The collected articles, then resampled ones without end."""
    from bench.resample import resampled

    yield from collected(data)
    yield from resampled(list(collected(data)))


def _line(article: Article) -> str:
    """An article as a line of a corpus."""
    first = article.date.first_day
    record = {
        "id": article.id,
        "title": article.title,
        "date": first.isoformat() if first else None,
        "paragraphs": article.paragraphs,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"
