"""SegmentBuilder: articles -> one segment. Tokenizes as they come, inverts at the end.

Texts are taken in units of about a megabyte, which end where an article ends. Blocks of
packed texts end with a unit, too: so the bytes of a segment do not depend on how the units
were shared out among builders, whose segments are merged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import IO

import numpy as np

from index.article import Article, Hashed
from index.codec.arrays import starts_of
from index.codec.postings import Postings
from index.codec.sealed import SealedWriter
from index.codec.segment import SegmentWriter
from index.codec.texts import TextsWriter
from index.fields import FIELDS, HEADINGS, WORDS
from index.header import UNDATED, write_header
from index.inverter import Words, invert, invert_values, used_words
from index.piece_tokens import Tokens
from index.shingles import Sketcher, Sketches
from index.stemming import stemmer_of
from index.tokens import BatchTokenizer

UNIT = 1 << 20
"""Characters of text after which a unit ends, with the article that reaches them."""

TOKEN_BYTES = 48
"""Memory that a token takes at the peak: while one segment is inverted and written (40), the
tokens of the next one are gathered (8)."""


class SegmentBuilder:
    """Collects articles; ``write`` makes a segment of them. For one thread at a time."""

    def __init__(
        self,
        tokenizer: BatchTokenizer,
        scratch: Callable[[], IO[bytes]],
        pool: Executor,
        sketcher: Sketcher | None = None,
    ) -> None:
        """Begin. Tokenizer and sketcher may know words already; their numbers do not show."""
        self._tokenizer = tokenizer
        self._scratch, self._pool = scratch, pool
        self._sizes: list[int] = []  # paragraphs of each article
        self._tokens: dict[str, list[Tokens]] = {name: [] for name in ("text", *HEADINGS)}
        self._used: dict[str, Words] = {}
        self._compounds: list[tuple[str, ...]] = []
        self._ids: list[str] = []
        self._words: dict[str, list[str]] = {name: [] for name in WORDS}
        self._days: list[tuple[int, int, int]] = []
        self._texts = TextsWriter(scratch, pool)
        self._headers = TextsWriter(scratch, pool)
        self._sketcher = sketcher or Sketcher()
        self._sketches: list[Sketches] = []
        self.num_tokens = 0

    @property
    def num_docs(self) -> int:
        """How many paragraphs there are."""
        return sum(self._sizes)

    @property
    def num_articles(self) -> int:
        """How many articles there are."""
        return len(self._sizes)

    @property
    def nbytes(self) -> int:
        """Roughly the memory that writing the segment will take at its peak."""
        return self.num_tokens * TOKEN_BYTES

    def add(self, unit: Sequence[Hashed]) -> None:
        """Add a unit of articles, each with the hash of its content."""
        articles = [article for article, _ in unit]
        texts = [text for article in articles for text in article.paragraphs]
        stemmers = [stemmer_of(article.language) for article in articles]
        sizes = [len(article.paragraphs) for article in articles]
        tokens = self._add("text", texts, _of_texts(stemmers, sizes))
        self._sketches.append(self._sketcher.sketches(self._tokenizer.vocabulary, tokens))
        compounds: list[tuple[str, ...]] = [()] * len(texts)
        for text, key in tokens.compounds:
            compounds[text] += (key,)
        self._compounds += compounds
        for name in HEADINGS:
            self._add(name, [getattr(article, name) for article in articles], stemmers)
        for name, words in self._words.items():
            words += [getattr(article, name) for article in articles]
        self._sizes += sizes
        self._ids += [article.id for article in articles]
        self._days += [_days(article) for article in articles]
        self._texts.extend(texts)
        self._headers.extend(
            [write_header(article, content_hash) for article, content_hash in unit]
        )

    def _add(self, field: str, texts: list[str], stemmers: list[str]) -> Tokens:
        tokens = self._tokenizer.add(texts, stemmers)
        self._tokens[field].append(tokens)
        self.num_tokens += len(tokens.forms)
        return tokens

    def take_words(self) -> None:
        """Take from the tokenizer what ``write`` needs; others may use it again after this."""
        for name, batches in self._tokens.items():
            self._used[name] = used_words(self._tokenizer, batches)

    def write(self, sealed: SealedWriter, *, as_run: bool = False) -> None:
        """Write the segment and seal it; ``take_words`` comes before, and nothing after.

        It may run in another thread. A run is the same, to be merged soon.
        """
        segment = SegmentWriter(sealed, starts_of(np.array(self._sizes)), self._scratch, self._pool)
        for name in FIELDS:
            self._write_field(segment, name, as_run)
        for column, name in enumerate(("first_day", "last_day", "published")):
            numbers = np.array([days[column] for days in self._days], np.int64)
            segment.put_numbers(name, numbers, UNDATED if name == "published" else 0)
        for name, words in self._words.items():
            segment.put_words(name, words)
        segment.put_sketches(self._sketches)
        segment.put_texts("text", self._texts)
        segment.put_texts("header", self._headers)
        segment.close(sync=not as_run)

    def _write_field(self, segment: SegmentWriter, name: str, as_run: bool) -> None:
        lengths = None
        if name in self._tokens:
            batches = self._tokens.pop(name)
            lengths = np.concatenate([each.counts for each in batches])
            postings = invert(self._used.pop(name), batches)
        else:
            postings = self._values(name)
        if as_run:
            segment.put_run_field(name, FIELDS[name], lengths, postings)
            return
        field = segment.field(FIELDS[name], lengths)
        field.add(postings)
        segment.put_field(name, field)

    def _values(self, name: str) -> Postings:
        """The postings of a field whose values are terms as they are."""
        if name == "compound":
            return invert_values(self._compounds)
        if name == "article":
            return invert_values([[article_id] for article_id in self._ids])
        return invert_values([[word] if word else [] for word in self._words[name]])


def _of_texts(stemmers: list[str], sizes: list[int]) -> list[str]:
    """The stemmer of each text, of the stemmers of articles and how many texts each has."""
    if len(set(stemmers)) == 1:
        return stemmers[:1]
    return [each for each, size in zip(stemmers, sizes, strict=True) for _ in range(size)]


def _days(article: Article) -> tuple[int, int, int]:
    """First and last day of the date, and the moment, as the columns have them."""
    first, last, moment = article.date.first_day, article.date.last_day, article.date.timestamp
    return (
        first.toordinal() if first else 0,
        last.toordinal() if last else 0,
        UNDATED if moment is None else moment,
    )
