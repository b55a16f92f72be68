"""tantivy, through tantivy-py: a document a paragraph.

Its ``en_stem`` analysis does not fold accents. The title is indexed and stored with every
paragraph, because tantivy knows no articles. The paragraph's number is a fast field, which is
the quickest way to tell which paragraphs were found; the day is one, too. Counting is what
tantivy-py does unless told otherwise; without it, tantivy skips blocks of postings that cannot
come among the best.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import tantivy

from bench.corpus import articles
from bench.engines import TOP, Answer, Build
from bench.queries import Question
from index.article import Article

_SMALL_HEAP = 32 << 20
_WHOLE = 1_000_000  # characters of a snippet: the paragraph is shown whole
_WILD = {"*": ".*", "?": "."}


class Engine:
    """Builds and opens indexes."""

    parallel = True

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus; merges that began are waited for."""
        threads = options.jobs or os.cpu_count() or 1
        opened = tantivy.Index(_schema(), str(folder))
        writer = opened.writer(options.memory, num_threads=threads)
        number = 0
        for article in articles(corpus, repaired=options.repaired):
            for document in _documents(article, number):
                writer.add_document(document)
            number += len(article.paragraphs)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> TantivyReader:
        """Open an index."""
        return TantivyReader(tantivy.Index.open(str(folder)))

    def add(self, folder: Path, article: Article) -> None:
        """Add one article."""
        writer = tantivy.Index.open(str(folder)).writer(_SMALL_HEAP, num_threads=1)
        for document in _documents(article, 0):
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()


class TantivyReader:
    """Asks questions of one state of an index."""

    def __init__(self, opened: tantivy.Index) -> None:
        self._opened = opened
        self._schema = opened.schema
        self._searcher = opened.searcher()
        self.segments = self._searcher.num_segments
        english = tantivy.Filter.stemmer("english")
        simple = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        self._analyzer = simple.filter(tantivy.Filter.lowercase()).filter(english).build()

    def prepare(self, question: Question) -> Any | None:
        """The question as tantivy's query."""
        query = self._query(question)
        if question.days is None:
            return query
        dated = tantivy.Query.range_query(
            self._schema, "day", tantivy.FieldType.Date, *map(_moment, question.days)
        )
        unscored = tantivy.Query.const_score_query(dated, 0.0)
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query([(must, query), (must, unscored)])

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten."""
        found = self._searcher.search(prepared, TOP, count=count)
        addresses = [address for _, address in found.hits]
        numbers = self._searcher.fast_field_values("number", addresses)
        return Answer(tuple(numbers), found.count if count else None)

    def page(self, question: Question) -> int | None:
        """Ten paragraphs with what matches marked, by tantivy's own snippets."""
        text = _text(question)
        if text is None:
            return None
        query = self._opened.parse_query(text, ["text"])
        found = self._searcher.search(query, TOP)
        snippets = tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "text")
        snippets.set_max_num_chars(_WHOLE)
        for _, address in found.hits:
            document = self._searcher.doc(address)
            document["id"], document["title"]
            snippets.snippet_from_doc(document).highlighted()
        return len(found.hits)

    def _query(self, question: Question) -> tantivy.Query:
        """The words of a question as a query."""
        of, schema = tantivy.Query, self._schema
        if question.kind == "prefix":
            return of.regex_query(schema, "text", re.escape(question.words[0]) + ".*")
        if question.kind == "wildcard":
            pattern = "".join(_WILD.get(char, re.escape(char)) for char in question.words[0])
            return of.regex_query(schema, "text", pattern)
        if question.kind == "fuzzy":
            return of.fuzzy_term_query(
                schema, "text", question.words[0], distance=1, transposition_cost_one=False
            )
        words = [term for word in question.words for term in self._analyzer.analyze(word)]
        if question.kind == "phrase" and len(words) > 1:
            return of.phrase_query(schema, "text", words)
        terms = [of.term_query(schema, "text", word, "freq") for word in words]
        if len(terms) == 1:
            return terms[0]
        first = tantivy.Occur.Should if question.kind == "any" else tantivy.Occur.Must
        rest = tantivy.Occur.MustNot if question.kind == "without" else first
        occurs = [first, *[rest] * (len(terms) - 1)]
        return of.boolean_query(list(zip(occurs, terms, strict=True)))


def _schema() -> tantivy.Schema:
    """The fields of a paragraph."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", fast=True)
    builder.add_date_field("day", stored=True, fast=True)
    builder.add_text_field("title", stored=True, tokenizer_name="en_stem")
    builder.add_text_field("text", stored=True, tokenizer_name="en_stem")
    return builder.build()


def _documents(article: Article, number: int) -> list[tantivy.Document]:
    """The paragraphs of an article, numbered from ``number`` on."""
    first = article.date.first_day
    shared: dict[str, Any] = {"id": article.id, "title": article.title}
    if first:
        shared["day"] = datetime.combine(first, time(), UTC)
    return [
        tantivy.Document(number=at, text=text, **shared)
        for at, text in enumerate(article.paragraphs, start=number)
    ]


def _moment(day: int) -> datetime:
    """A day's first moment."""
    return datetime.combine(date.fromordinal(day), time(), UTC)


def _text(question: Question) -> str | None:
    """A question as a user of tantivy types it."""
    words = question.words
    forms = {
        "term": words[0],
        "any": " ".join(words),
        "all": " ".join(f"+{word}" for word in words),
        "phrase": f'"{" ".join(words)}"',
        "without": " -".join(words),
    }
    return None if question.days else forms.get(question.kind)
