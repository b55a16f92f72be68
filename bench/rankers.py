"""What ranks the texts of a judged collection: nutgraf, bm25s and tantivy, on the same texts.

A ranker takes texts and gives a function from a question to the numbers of the best 1,000
texts, the best first. Questions are plain words: what has a meaning in a query language, such
as parentheses, is blanked for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.article import Article
from index.languages import with_language
from index.store import Store
from index.writer import open_writer
from search.binding import Binder
from search.errors import QueryError
from search.evaluation import Evaluation
from search.query import Query, parse
from search.query.limits import MAX_CHARACTERS
from search.snapshot import Snapshot

DEEP = 1_000
"""Texts of a ranking that are looked at."""

Rank = Callable[[str], Sequence[int]]

_SIGNS = re.compile(r"""["“”„‟«»()*:~=?]|(?<!\w)[-+]""")
_OPERATORS = re.compile(r"\b(?:AND|OR|NOT|(?:w|W|pre|PRE)/[0-9]+)\b")


def plain(question: str) -> str:
    """A question as words that no query language sees anything else in.

    >>> plain("Time Sharing (TSS) OR -what?")
    'Time Sharing TSS or what'
    """
    text = _OPERATORS.sub(lambda found: found[0].lower().replace("/", " "), question)
    return " ".join(_SIGNS.sub(" ", text).split())


@contextmanager
def nutgraf(texts: Sequence[str]) -> Iterator[Rank]:
    """As ``nutgraf search --any`` ranks paragraphs; each text is an article of one.

    What language it is in, it has to show by itself.

    Of a question beyond the limits of a query, the beginning is asked.
    """
    with TemporaryDirectory() as folder:
        with open_writer(Store(Path(folder)), jobs=1) as writer:
            for number, text in enumerate(texts):
                writer.add(with_language(Article(str(number), (text or "-",))))
        snapshot = Snapshot(Path(folder))

        def rank(question: str) -> Sequence[int]:
            parsed = within_limits(question)
            bound = Binder(snapshot).bind(parsed.tree)
            evaluation = Evaluation(
                snapshot, parsed.tree, bound.patterns, is_question=parsed.is_question
            )
            found: list[int] = evaluation.best(DEEP).doc_ids.tolist()
            return found

        yield rank
        snapshot.close()


def within_limits(question: str) -> Query:
    """A question as a query for any of its words, as far as a query may go."""
    words = question[:MAX_CHARACTERS].split()
    while True:
        try:
            return parse(" ".join(words), match="any")
        except QueryError as error:
            if error.code != "too_many_words" or len(words) < 2:
                raise
        words.pop()


@contextmanager
def bm25s(texts: Sequence[str], *, stemmed: bool) -> Iterator[Rank]:
    """bm25s, Lucene's variant of BM25, with its own words and its English stop words.

    Args:
        texts: what is ranked.
        stemmed: whether its words are stemmed, by Snowball's English stemmer.
    """
    import bm25s as library
    import Stemmer

    options: dict[str, Any] = {"show_progress": False}
    if stemmed:
        options["stemmer"] = Stemmer.Stemmer("english")
    scores = library.BM25(method="lucene")
    scores.index(library.tokenize(list(texts), **options), show_progress=False)

    def rank(question: str) -> Sequence[int]:
        words = library.tokenize([question], return_ids=False, **options)
        if not words[0]:
            return []
        found, values = scores.retrieve(words, k=min(DEEP, len(texts)), show_progress=False)
        pairs = zip(found[0].tolist(), values[0].tolist(), strict=True)
        return [number for number, score in pairs if score > 0]

    yield rank


@contextmanager
def tantivy(texts: Sequence[str], *, english: bool) -> Iterator[Rank]:
    """tantivy: any of the words, by its analysis ``en_stem`` or ``default``."""
    import tantivy as library

    builder = library.SchemaBuilder()
    builder.add_integer_field("number", fast=True)
    builder.add_text_field("text", tokenizer_name="en_stem" if english else "default")
    schema = builder.build()
    opened = library.Index(schema)
    writer = opened.writer(num_threads=1)
    for number, text in enumerate(texts):
        writer.add_document(library.Document(number=number, text=text))
    writer.commit()
    writer.wait_merging_threads()
    opened.reload()
    searcher = opened.searcher()
    of = library.Filter
    analyzer = library.TextAnalyzerBuilder(library.Tokenizer.simple())
    analyzer = analyzer.filter(of.remove_long(40)).filter(of.lowercase())
    words = (analyzer.filter(of.stemmer("english")) if english else analyzer).build()

    def rank(question: str) -> Sequence[int]:
        terms = [
            (library.Occur.Should, library.Query.term_query(schema, "text", word, "freq"))
            for word in words.analyze(question)
        ]
        hits = searcher.search(library.Query.boolean_query(terms), DEEP).hits if terms else []
        numbers: list[int] = searcher.fast_field_values("number", [at for _, at in hits])
        return numbers

    yield rank
