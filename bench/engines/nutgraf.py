"""nutgraf: a document a paragraph, articles as runs of them.

Titles are indexed once an article. Beside what the others keep, it keeps the printed form of
every word. It is asked through its plans, for days in one column as the others are. A page
goes through its own query language and shows ten articles with up to three paragraphs each, so
that is more work than the ten paragraphs of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.corpus import articles
from bench.engines import TOP, Answer, Build
from bench.queries import Question
from index.analysis import tokenize
from index.article import Article
from search import plan
from search.evaluate import Evaluator
from search.snapshot import Snapshot


class Engine:
    """Builds and opens indexes."""

    parallel = True

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus."""
        from index import committing
        from index.store import Store
        from index.writer import open_writer

        if options.commits:  # as many segments as commits, which it would merge
            committing.segments_to_merge = lambda *_: set()
        store = Store(folder)
        read = articles(corpus, repaired=options.repaired)
        for some in _portions(corpus, read, options.commits):
            with open_writer(store, jobs=options.jobs or None, memory=options.memory) as writer:
                for article in some:
                    writer.add(article)

    def open(self, folder: Path) -> NutgrafReader:
        """Open an index."""
        return NutgrafReader(folder)

    def add(self, folder: Path, article: Article) -> None:
        """Add one article."""
        from index.store import Store
        from index.writer import open_writer

        with open_writer(Store(folder)) as writer:
            writer.add(article)


class NutgrafReader:
    """Asks questions of a snapshot."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._snapshot = Snapshot(folder)
        self._evaluator = Evaluator(self._snapshot)
        self._searcher: Any = None
        self.segments = len(self._snapshot.segments)

    def prepare(self, question: Question) -> Any | None:
        """The question as a plan."""
        wanted = _plan(question)
        if question.days:
            return plan.All((wanted, plan.Range("first_day", *question.days)))
        return wanted

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten."""
        found = self._evaluator.top(prepared, TOP, count=count)
        return Answer(tuple(found.doc_ids.tolist()), found.total)

    def page(self, question: Question) -> int | None:
        """The first page of ten articles, with texts and spans."""
        text = _text(question)
        if text is None:
            return None
        if self._searcher is None:
            from search.searcher import Searcher

            self._searcher = Searcher.open(self._folder)
        return sum(len(each.hits) for each in self._searcher.search(text).articles)


def _portions(corpus: Path, read: Iterator[Article], commits: int) -> Iterator[Iterator[Article]]:
    """All articles, or as many portions of about the same size as commits are wanted."""
    if not commits:
        yield read
        return
    with corpus.open("rb") as lines:
        size = -(-sum(1 for _ in lines) // commits)
    for _ in range(commits):
        yield islice(read, size)


def _plan(question: Question) -> plan.Plan:
    """The words of a question as a plan."""
    over_terms = {"prefix": plan.Prefix, "wildcard": plan.Wildcard, "fuzzy": plan.Fuzzy}
    if question.kind in over_terms:
        return over_terms[question.kind]("text", question.words[0])
    words = tuple(token.term for word in question.words for token in tokenize(word))
    if question.kind == "phrase":
        return plan.Phrase("text", words)
    terms = tuple(plan.Term("text", word) for word in words)
    if len(terms) == 1:
        return terms[0]
    if question.kind == "without":
        return plan.Without(terms[0], plan.Any(terms[1:]))
    return plan.Any(terms) if question.kind == "any" else plan.All(terms)


def _text(question: Question) -> str | None:
    """A question as a user of nutgraf types it."""
    words = question.words
    forms = {
        "term": words[0],
        "any": " OR ".join(words),
        "all": " ".join(words),
        "phrase": f'"{" ".join(words)}"',
        "without": " -".join(words),
    }
    return None if question.days else forms.get(question.kind)
