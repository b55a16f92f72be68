"""bm25s: scores of all words of all paragraphs, worked out when indexing, in SciPy-like arrays.

It keeps no positions and no dates, answers disjunctions only, and cannot add to an index; what
it indexes is title and text in one. It is here because it is what many take for a fast search
in Python. The texts are kept beside it, as it does itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bm25s
import Stemmer

from bench.corpus import articles
from bench.engines import TOP, Answer, Build
from bench.queries import Question
from index.article import Article

_WORD = r"(?u)\b\w+\b"


class Engine:
    """Builds and opens indexes."""

    parallel = False

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus, which is held in memory."""
        kept = [
            {"id": article.id, "title": article.title, "day": article.date.value, "text": text}
            for article in articles(corpus, repaired=options.repaired)
            for text in article.paragraphs
        ]
        stemmer = Stemmer.Stemmer("english")
        tokens = bm25s.tokenize(
            [f"{each['title']} {each['text']}" for each in kept],
            stopwords=None,
            stemmer=stemmer,
            token_pattern=_WORD,
            show_progress=False,
        )
        scores = bm25s.BM25()
        scores.index(tokens, show_progress=False)
        scores.save(str(folder), corpus=kept)

    def open(self, folder: Path) -> Bm25sReader:
        """Open an index."""
        return Bm25sReader(bm25s.BM25.load(str(folder), load_corpus=False))

    def add(self, folder: Path, article: Article) -> None:
        """Raise: there is no way but to index everything again."""
        raise NotImplementedError("bm25s cannot add to an index")


class Bm25sReader:
    """Asks questions of arrays in memory."""

    segments = 1

    def __init__(self, scores: bm25s.BM25) -> None:
        self._scores = scores
        self._stemmer = Stemmer.Stemmer("english")

    def prepare(self, question: Question) -> Any | None:
        """The stems of a question, if any of them may do."""
        if question.days or question.kind not in ("term", "any"):
            return None
        return [self._stemmer.stemWords(list(question.words))]

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten; it cannot count."""
        found, values = self._scores.retrieve(prepared, k=TOP, show_progress=False)
        pairs = zip(found[0].tolist(), values[0].tolist(), strict=True)
        return Answer(tuple(number for number, score in pairs if score > 0), None)

    def page(self, question: Question) -> int | None:
        """It marks nothing."""
        return None
