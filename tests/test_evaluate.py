"""Matching and scoring, against stock Whoosh and against a plain reading of every paragraph."""

import gzip
import json
import random
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh.index import open_dir
from whoosh.scoring import BM25F

from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search.document import Document
from search.evaluate import Evaluation
from search.query import parse
from search.query.patterns import bind
from search.query.to_whoosh import to_whoosh
from search.snapshot import Snapshot
from tests.make import article, combined, phrases

WORDS = ["siege", "sieges", "town", "cease", "fire", "cease-fire", "ceasefire", "the", "minister",
         "ministry", "dying", "hope", "hoping", "état", "中国", "U.S."]  # fmt: skip
DATES = [None, "2016", "2016-09", "2016-09-26", "2017-01-01"]
CORPORA = st.lists(
    st.builds(
        lambda paragraphs, title, source, date: (paragraphs, title, source, date),
        st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=4),
        st.lists(st.sampled_from(WORDS), max_size=2),
        st.sampled_from(["Coast Wire", "The Ledger", ""]),
        st.sampled_from(DATES),
    ),
    min_size=1,
    max_size=6,
)
LEAVES = st.one_of(
    st.sampled_from(WORDS),
    phrases(WORDS),
    st.sampled_from(["sie*", "cease-fi*", "title:cease-f*", "minist*", "minister*", "ho*", "hopi*", "dy*", "di*", "title:town",
                     'title:"cease fire"', "source:coast", "source:ledger", "date:2016",
                     "date:2016-09", "date:>=2016-09-26", "date:unknown", "language:fr"]),
)  # fmt: skip
QUERIES = combined(LEAVES, max_leaves=5)


def build(corpus) -> list[Article]:
    precision = {4: "year", 7: "month", 10: "day"}
    return [
        Article(
            f"a{number}",
            tuple(" ".join(words) for words in paragraphs),
            title=" ".join(title),
            source=source,
            date=PublicationDate(date, precision[len(date)]) if date else PublicationDate(),
        )
        for number, (paragraphs, title, source, date) in enumerate(corpus)
    ]


def every_document(snapshot: Snapshot):
    """(doc_id, Document) of all live paragraphs, read from the index."""
    for article_number, first in enumerate(snapshot.first_doc):
        header = snapshot.header(article_number)
        for at in range(header.length):
            yield int(first) + at, Document(header, snapshot.text(int(first) + at))


@settings(max_examples=60)
@given(CORPORA, st.lists(QUERIES, min_size=1, max_size=12), st.integers(0, 5))
def test_the_index_finds_what_reading_every_paragraph_finds(
    tmp_path_factory, corpus, queries, gone
):
    store = Store(tmp_path_factory.mktemp("index"))
    articles = build(corpus)
    for half in (articles[::2], articles[1::2]):
        with open_writer(store) as writer:
            for each in half:
                writer.add(each)
    with open_writer(store) as writer:
        writer.remove(f"a{gone}")
    snapshot = Snapshot(store.path)
    for query in queries:
        tree = parse(query).tree
        patterns = bind(tree, lambda key: snapshot.has_term("compound", key))
        found = Evaluation(snapshot, patterns).matches(tree).doc_ids.tolist()
        read = [doc for doc, each in every_document(snapshot) if each.holds(tree, patterns)]
        assert found == sorted(read), query
    snapshot.close()


WHOOSH_QUERIES = [
    "oil", "trade -japan", "wheat OR corn", "(cocoa OR coffee) prices", "dollar yen bank",
    "the of", "title:grain wheat", "(oil OR gas) -(opec OR barrel)", "shares stock company pct",
]  # fmt: skip


@pytest.fixture(scope="module")
def newswire(tmp_path_factory):
    """An index of invented newswire: 3,000 paragraphs with the words of the queries."""
    words = ["oil", "trade", "japan", "wheat", "corn", "cocoa", "coffee", "prices", "dollar", "yen",
             "bank", "the", "of", "gas", "opec", "barrel", "shares", "stock", "company", "pct",
             "said", "grain"]  # fmt: skip
    chance = random.Random(7)
    store = Store(tmp_path_factory.mktemp("newswire"))
    with open_writer(store) as writer:
        for number in range(600):
            text = "\n".join(
                " ".join(chance.choices(words, k=chance.randint(3, 30))) for _ in range(5)
            )
            writer.add(article(str(number), text, title=" ".join(chance.choices(words, k=4))))
    return store


@pytest.mark.parametrize("query", WHOOSH_QUERIES)
def test_documents_and_scores_are_those_of_stock_whoosh(newswire, query):
    snapshot = Snapshot(newswire.path)
    tree = parse(query).tree
    patterns = bind(tree, lambda _: False)
    ours = Evaluation(snapshot, patterns).matches(tree)
    with open_dir(str(newswire.path)).searcher(weighting=BM25F()) as stock:
        results = stock.search(to_whoosh(tree, patterns, lambda *_: []), limit=None)
        theirs = {results.docnum(at): results.score(at) for at in range(len(results))}
    assert sorted(theirs) == ours.doc_ids.tolist()
    assert ours.scores.tolist() == pytest.approx([theirs[doc] for doc in sorted(theirs)], abs=1e-5)
    snapshot.close()


def test_a_prefix_finds_every_word_of_a_real_vocabulary_that_begins_so(data, tmp_path):
    with gzip.open(data("reuters.jsonl.gz"), "rt") as lines:
        texts = [text for line in islice(lines, 800) for text in json.loads(line)["paragraphs"]]
    with open_writer(Store(tmp_path / "index")) as writer:
        writer.add(Article("all", tuple(" ".join(text.split()) for text in texts if text.strip())))
    snapshot = Snapshot(tmp_path / "index")
    documents = list(every_document(snapshot))
    for prefix in ("mini*", "minist*", "ministe*", "ministry*", "represent*", "representa*", "hop*",
                   "theor*", "poli*", "policies*", "die*", "dy*", "nation*", "nationa*"):  # fmt: skip
        tree = parse(prefix).tree
        patterns = bind(tree, lambda _: False)
        found = Evaluation(snapshot, patterns).matches(tree).doc_ids.tolist()
        assert found == [doc for doc, each in documents if each.holds(tree, patterns)], prefix
    snapshot.close()
