"""Are the answers those of stock Whoosh? Asks both the same random queries over real text.

::

    python -m bench.identity DATA [--queries 2000] [--segments 1 20] [--gone 200]

Stock Whoosh, on its own codec, indexes the articles that are left when some are deleted; it is
asked for all matches. nutgraf has the articles in one segment or in many, with the deleted ones
still in them. Documents have to be the same, scores equal within 1e-5, and the ten best too, of
equal scores those with the lower numbers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import numpy as np
from whoosh import query
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from bench.corpus import articles as articles_of
from bench.corpus import make
from bench.peers import REUTERS
from index.analysis import tokenize
from index.article import Article
from index.schema import documents, make_schema
from index.store import Store
from index.writer import open_writer
from search.evaluate import Evaluator
from search.query.from_whoosh import from_whoosh
from search.snapshot import Snapshot

_CLOSE = 1e-5


class Questions:
    """Random queries over some texts; the same for the same seed."""

    def __init__(self, articles: Sequence[Article], seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311
        self._texts = [text for each in articles for text in each.paragraphs]
        self._days = [each.date.first_day.toordinal() for each in articles if each.date.first_day]

    def ask(self) -> query.Query:
        """One query."""
        kinds = (self._term, self._all, self._any, self._without, self._phrase, self._prefix,
                 self._wildcard, self._dated, self._mixed)  # fmt: skip
        return self._chance.choice(kinds)()

    def _words(self, count: int) -> list[str]:
        """Terms that stand in one paragraph, neighbours from some place on."""
        while True:
            tokens = [t for t in tokenize(self._chance.choice(self._texts)) if t.width == 1]
            if len(tokens) > count:
                start = self._chance.randrange(len(tokens) - count)
                return [token.term for token in tokens[start : start + count]]

    def _term(self) -> query.Query:
        field = self._chance.choice(["text", "text", "title"])
        return query.Term(field, self._words(1)[0])

    def _terms(self, count: int) -> list[query.Query]:
        return [query.Term("text", self._words(1)[0]) for _ in range(count)]

    def _all(self) -> query.Query:
        return query.And([query.Term("text", word) for word in set(self._words(3))])

    def _any(self) -> query.Query:
        return query.Or(self._terms(self._chance.randint(2, 4)))

    def _without(self) -> query.Query:
        return query.AndNot(*self._terms(2))

    def _phrase(self) -> query.Query:
        return query.Phrase("text", self._words(self._chance.randint(2, 3)))

    def _prefix(self) -> query.Query:
        found = query.Prefix("text", self._words(1)[0][:4])
        return query.ConstantScoreQuery(found, 1.0)

    def _wildcard(self) -> query.Query:
        word = self._words(1)[0]
        pattern = f"{word[:2]}?{word[3:]}*" if len(word) > 3 else f"{word}*"
        return query.ConstantScoreQuery(query.Wildcard("text", pattern), 1.0)

    def _dated(self) -> query.Query:
        first = self._chance.choice(self._days)
        days = query.NumericRange("first_day", first, first + self._chance.randint(0, 60))
        return query.And([*self._terms(1), query.ConstantScoreQuery(days, 1.0)])

    def _mixed(self) -> query.Query:
        return query.And([self._any(), query.Or([self._phrase(), *self._terms(1)])])


def index_with_whoosh(articles: Sequence[Article], folder: Path) -> FileIndex:
    """Index with stock Whoosh, as nutgraf's schema says."""
    folder.mkdir()
    made = FileIndex.create(FileStorage(str(folder)), make_schema(), "MAIN")
    writer = made.writer(limitmb=512)
    for article in articles:
        for document in documents(article):
            writer.add_document(**document)
    writer.commit()
    return made


def index_with_nutgraf(
    articles: Sequence[Article], folder: Path, segments: int, gone: Sequence[str]
) -> Snapshot:
    """Index with nutgraf, in so many segments, and delete some articles."""
    store = Store(folder)
    with mock.patch("index.committing.segments_to_merge", return_value=set()):
        for part in np.array_split(np.arange(len(articles)), segments):
            with open_writer(store, jobs=1) as writer:
                for number in part.tolist():
                    writer.add(articles[number])
        with open_writer(store) as writer:
            for each in gone:
                writer.remove(each)
    return Snapshot(folder)


def differences(
    stock: FileIndex, snapshot: Snapshot, asked: Sequence[query.Query]
) -> Iterator[str]:
    """What is not the same, a line for each query."""
    evaluator = Evaluator(snapshot)
    live = np.arange(snapshot.max_doc) if snapshot.live is None else np.flatnonzero(snapshot.live)
    with stock.searcher(weighting=BM25F()) as searcher:
        for each in asked:
            theirs = _answer(searcher, each)
            docs = sorted(theirs)
            plan = from_whoosh(each)
            found = evaluator.docs(plan)
            scores = np.array([theirs[doc] for doc in docs])
            if found.tolist() != live[docs].tolist():
                yield f"other documents: {each!r}"
            elif not np.allclose(evaluator.scores(plan, found), scores, rtol=0, atol=_CLOSE):
                yield f"other scores: {each!r}"
            elif not _same_best(evaluator, plan, found, scores):
                yield f"other ten best: {each!r}"


def _answer(searcher: Searcher, asked: query.Query) -> dict[int, float]:
    """All documents with their scores.

    Whoosh's AndNot lets some of the last documents through that are negated.
    """
    if isinstance(asked, query.AndNot):
        wanted, negated = asked.a, asked.b
        unwanted = _answer(searcher, negated)
        found = _answer(searcher, wanted)
        return {doc: score for doc, score in found.items() if doc not in unwanted}
    results = searcher.search(asked, limit=None)
    return {results.docnum(at): results.score(at) for at in range(len(results))}


def _same_best(evaluator: Evaluator, plan: object, found: np.ndarray, scores: np.ndarray) -> bool:
    """Whether the ten best are those with the best of all scores."""
    top = evaluator.top(plan, 10)  # type: ignore[arg-type]
    best = np.sort(scores)[::-1][:10]
    return top.total == len(found) and bool(np.allclose(top.scores, best, rtol=0, atol=_CLOSE))


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.identity", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("data", type=Path, metavar="DATA", help="the folder of the collections")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--segments", type=int, nargs="+", default=[1, 20])
    parser.add_argument("--gone", type=int, default=200, help="articles to delete")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        corpus = make(options.data, Path(name), REUTERS)
        articles = list(articles_of(corpus.path))
        chance = random.Random(options.seed)  # noqa: S311
        gone = chance.sample([each.id for each in articles], options.gone)
        left = [each for each in articles if each.id not in set(gone)]
        questions = Questions(left, options.seed)
        asked = [questions.ask() for _ in range(options.queries)]
        stock = index_with_whoosh(left, Path(name) / "whoosh")
        wrong = 0
        for segments in options.segments:
            folder = Path(name) / f"nutgraf-{segments}"
            snapshot = index_with_nutgraf(articles, folder, segments, gone)
            found = list(differences(stock, snapshot, asked))
            print(f"{segments} segments, {len(asked):,} queries: {len(found)} differences")
            print("\n".join(found[:20]))
            wrong += len(found)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
