"""Stock Whoosh with its own codec, in one process: a document a paragraph.

Porter's first stemmer, accents kept. Counting is what ``len`` of its results does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import whoosh.index
from whoosh import fields, query
from whoosh.analysis import StemmingAnalyzer
from whoosh.highlight import WholeFragmenter
from whoosh.qparser import OrGroup, QueryParser

from bench.corpus import articles
from bench.engines import TOP, Answer, Build
from bench.queries import Question
from index.article import Article

_COMPOUND: dict[str, Any] = {"all": query.And, "any": query.Or}
_OVER_TERMS: dict[str, Any] = {"prefix": query.Prefix, "wildcard": query.Wildcard}


class Engine:
    """Builds and opens indexes."""

    parallel = False  # its writer of several processes is not among what people rely on

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus and merge to one segment."""
        writer = whoosh.index.create_in(folder, _schema()).writer(limitmb=options.memory >> 20)
        number = 0
        for article in articles(corpus, repaired=options.repaired):
            _add(writer, article, number)
            number += len(article.paragraphs)
        writer.commit(optimize=True)

    def open(self, folder: Path) -> WhooshReader:
        """Open an index."""
        return WhooshReader(whoosh.index.open_dir(folder))

    def add(self, folder: Path, article: Article) -> None:
        """Add one article."""
        writer = whoosh.index.open_dir(folder).writer()
        _add(writer, article, 0)
        writer.commit()


class WhooshReader:
    """Asks questions through Whoosh's searcher."""

    def __init__(self, opened: whoosh.index.FileIndex) -> None:
        self._searcher = opened.searcher()
        self._schema = opened.schema
        self._analyzer = _analyzer()
        self.segments = len(self._searcher.leaf_searchers())

    def prepare(self, question: Question) -> Any | None:
        """The question as Whoosh's query."""
        wanted = self._query(question)
        if question.days:
            return query.And([wanted, query.NumericRange("day", *question.days)])
        return wanted

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten."""
        results = self._searcher.search(prepared, limit=TOP)
        ids = tuple(hit["number"] for hit in results)
        return Answer(ids, len(results) if count else None)

    def page(self, question: Question) -> int | None:
        """Ten paragraphs with what matches marked."""
        text = _text(question)
        if text is None:
            return None
        group = {"group": OrGroup} if question.kind == "any" else {}
        parsed = QueryParser("text", self._schema, **group).parse(text)
        results = self._searcher.search(parsed, limit=TOP)
        results.fragmenter = WholeFragmenter()
        for hit in results:
            hit["id"], hit["title"], hit.highlights("text")
        return results.scored_length()

    def _query(self, question: Question) -> Any:
        """The words of a question as a query."""
        if question.kind in _OVER_TERMS:
            return _OVER_TERMS[question.kind]("text", question.words[0])
        if question.kind == "fuzzy":
            return query.FuzzyTerm("text", question.words[0], maxdist=1, prefixlength=0)
        words = [token.text for word in question.words for token in self._analyzer(word)]
        if question.kind == "phrase":
            return query.Phrase("text", words)
        terms = [query.Term("text", word) for word in words]
        if question.kind == "without":
            return query.And([terms[0], *map(query.Not, terms[1:])])
        return terms[0] if len(terms) == 1 else _COMPOUND[question.kind](terms)


def _analyzer() -> Any:
    """Stems of all words, however short or frequent."""
    return StemmingAnalyzer(stoplist=None, minsize=1)


def _schema() -> fields.Schema:
    """The fields of a paragraph."""
    return fields.Schema(
        id=fields.ID(stored=True),
        number=fields.STORED(),
        day=fields.NUMERIC(int, 32, signed=False, stored=True),
        title=fields.TEXT(analyzer=_analyzer(), phrase=True, stored=True),
        text=fields.TEXT(analyzer=_analyzer(), phrase=True, stored=True),
    )


def _add(writer: Any, article: Article, number: int) -> None:
    """Add the paragraphs of an article, numbered from ``number`` on."""
    first = article.date.first_day
    day = first.toordinal() if first else 0
    for at, text in enumerate(article.paragraphs, start=number):
        writer.add_document(id=article.id, number=at, day=day, title=article.title, text=text)


def _text(question: Question) -> str | None:
    """A question as a user of Whoosh types it."""
    words = " ".join(question.words)
    forms = {"term": words, "any": words, "all": words, "phrase": f'"{words}"'}
    return None if question.days else forms.get(question.kind)
