"""Matching and scoring, against stock Whoosh and against a plain reading of every paragraph."""

import gzip
import json
import random
from dataclasses import replace
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from search import expansions
from search.document import Document
from search.evaluate import Evaluator
from search.evaluation import Evaluation
from search.query import parse
from search.query.patterns import bind
from search.query.tree import And, Node, Not, Or
from search.results import ArticleHeader
from search.segments import SegmentSet
from tests.make import article, combined, phrases
from tests.memory import Stock, segments_of
from tests.to_whoosh import to_whoosh

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


def documents_of(parts, gone):
    """(doc_id, Document) of every live paragraph."""
    every = [(each, number) for part in parts for each in part for number in range(len(each.paragraphs))]  # fmt: skip
    for doc_id, (each, number) in enumerate(every):
        if each.id not in gone:
            yield doc_id, document(each, number)


def document(article: Article, number: int) -> Document:
    header = ArticleHeader(
        article.id, article.title, "", article.source, "", "", article.date, len(article.paragraphs)
    )
    return Document(header, article.paragraphs[number])


def evaluate(segments: SegmentSet, query: str) -> tuple[Evaluation, Node]:
    tree = parse(query).tree
    patterns = bind(tree, lambda key: segments.has_term("compound", key))
    return Evaluation(segments, tree, patterns), tree


@settings(max_examples=50)
@given(
    st.lists(CORPORA, min_size=1, max_size=3),
    st.lists(QUERIES, min_size=1, max_size=12),
    st.sets(st.integers(0, 7)),
)
def test_the_index_finds_what_reading_every_paragraph_finds(corpora, queries, gone):
    parts = number_articles([build(corpus) for corpus in corpora])
    deleted = {f"a{number}" for number in gone}
    segments = segments_of(parts, deleted)
    documents = list(documents_of(parts, deleted))
    for query in queries:
        evaluation, tree = evaluate(segments, query)
        found = evaluation.matching()
        read = [doc for doc, each in documents if each.holds(tree, evaluation.patterns)]
        assert found.tolist() == read, query
        scores = evaluation.scores_of(found)
        top = evaluation.best(4)
        assert top.scores.tolist() == pytest.approx(sorted(scores.tolist(), reverse=True)[:4]), (
            query
        )


@settings(max_examples=40)
@given(CORPORA, st.lists(QUERIES, min_size=1, max_size=8), st.sets(st.integers(0, 5)))
def test_same_article_counts_what_a_plain_reading_counts(corpus, queries, gone):
    parts, deleted = [build(corpus)], {f"a{number}" for number in gone}
    segments = segments_of(parts, deleted)
    articles = [
        [document(each, number) for number in range(len(each.paragraphs))]
        for each in parts[0]
        if each.id not in deleted
    ]
    for query in queries:
        evaluation, tree = evaluate(segments, query)
        expected = sum(in_article(tree, each, evaluation.patterns) for each in articles)
        assert evaluation.same_article() == expected, query


def in_article(node: Node, documents: list[Document], patterns) -> bool:
    """Whether an article matches if its clauses may be met in different paragraphs."""
    if isinstance(node, Or):
        return any(in_article(child, documents, patterns) for child in node.children)
    if not isinstance(node, And):
        return any(each.holds(node, patterns) for each in documents)
    negated = [child for child in node.children if isinstance(child, Not)]
    kept = [each for each in documents if all(each.holds(child, patterns) for child in negated)]
    wanted = [child for child in node.children if not isinstance(child, Not)]
    return bool(kept) and all(in_article(child, kept, patterns) for child in wanted)


def number_articles(parts: list[list[Article]]) -> list[list[Article]]:
    """The same articles with ids that follow each other over all parts."""
    numbers = count()
    return [[replace(each, id=f"a{next(numbers)}") for each in part] for part in parts]


WHOOSH_QUERIES = [
    "oil", "trade -japan", "wheat OR corn", "(cocoa OR coffee) prices", "dollar yen bank",
    "the of", "title:grain wheat", "(oil OR gas) -(opec OR barrel)", "shares stock company pct",
]  # fmt: skip


@pytest.fixture(scope="module")
def newswire():
    """Invented newswire in two segments: 3,000 paragraphs with the words of the queries."""
    words = ["oil", "trade", "japan", "wheat", "corn", "cocoa", "coffee", "prices", "dollar", "yen",
             "bank", "the", "of", "gas", "opec", "barrel", "shares", "stock", "company", "pct",
             "said", "grain"]  # fmt: skip
    chance = random.Random(7)

    def invented(number: int) -> Article:
        texts = [" ".join(chance.choices(words, k=chance.randint(3, 30))) for _ in range(5)]
        return article(str(number), "\n".join(texts), title=" ".join(chance.choices(words, k=4)))

    parts = [[invented(number) for number in range(600)], [invented(600)]]
    gone = {"3", "600"}
    return segments_of(parts, gone), Stock(parts, gone)


@pytest.mark.parametrize("query", WHOOSH_QUERIES)
def test_documents_and_scores_are_those_of_stock_whoosh(newswire, query):
    segments, stock = newswire
    tree = parse(query).tree
    patterns = bind(tree, lambda _: False)
    evaluation = Evaluation(segments, tree, patterns)
    found = evaluation.matching()
    theirs = stock.answer(to_whoosh(tree, patterns, lambda *_: []))
    assert sorted(theirs) == found.tolist()
    expected = [theirs[doc] for doc in sorted(theirs)]
    assert evaluation.scores_of(found).tolist() == pytest.approx(expected, abs=1e-5)
    best = sorted(zip(expected, found.tolist(), strict=True), key=lambda p: (-round(p[0], 9), p[1]))
    assert evaluation.best(10).doc_ids.tolist() == [doc for _, doc in best[:10]]


PREFIXES = ["mini*", "minist*", "ministe*", "ministry*", "represent*", "representa*", "hop*",
            "theor*", "poli*", "policies*", "die*", "dy*", "nation*", "nationa*", "re-e*",
            "re-el*"]  # fmt: skip


def test_a_prefix_finds_every_word_of_a_real_vocabulary_that_begins_so(data):
    with gzip.open(data("reuters.jsonl.gz"), "rt") as lines:
        texts = [text for line in islice(lines, 800) for text in json.loads(line)["paragraphs"]]
    whole = Article("all", tuple(" ".join(text.split()) for text in texts if text.strip()))
    segments = segments_of([[whole]])
    documents = list(documents_of([[whole]], ()))
    for prefix in PREFIXES:
        evaluation, tree = evaluate(segments, prefix)
        read = [doc for doc, each in documents if each.holds(tree, evaluation.patterns)]
        assert evaluation.matching().tolist() == read, prefix
        assert not evaluation.capped


@pytest.mark.parametrize(
    ("gone", "most", "found", "capped"),
    [
        ((), 4, [0, 1, 3, 4], True),  # rea, reb, reba, rec
        ((), 7, [0, 1, 2, 3, 4, 5], False),
        (("b",), 4, [0, 1, 2, 4], True),  # rea, reb, reba, red
        (("b",), 5, [0, 1, 2, 4, 5], False),
    ],
)
def test_a_prefix_of_too_many_terms_takes_the_first_and_says_so(
    gone, most, found, capped, monkeypatch
):
    """Terms that only deleted paragraphs have do not count, so that merging changes nothing."""
    monkeypatch.setattr(expansions, "MAX_EXPANSIONS", most)
    parts = [
        [article("a", "rea\nreb\nred"), article("b", "rec ree")],
        [article("c", "reba\nref\nminister")],
    ]
    evaluation, _ = evaluate(segments_of(parts, gone), "re*")
    assert evaluation.matching().tolist() == found
    assert evaluation.capped == (["re"] if capped else [])


def test_a_compound_of_a_deleted_article_is_no_witness():
    parts = [[article("a", "an oyster-bed"), article("b", "an oysterbed\nan oyster bed")]]
    for gone, found in ((), 3), (("a",), 1):
        evaluation, _ = evaluate(segments_of(parts, gone), "oysterbed")
        assert len(evaluation.matching()) == found


def test_a_prefix_is_looked_up_once_for_a_query(monkeypatch):
    segments = segments_of([[article("a", "siege sieve")]])
    looked_up = []
    original = Evaluator.expand
    monkeypatch.setattr(
        Evaluator,
        "expand",
        lambda self, field, prefix: looked_up.append(prefix) or original(self, field, prefix),
    )
    evaluation, _ = evaluate(segments, "sie* OR -sie*")
    assert evaluation.matching().tolist() == [0]
    evaluation.same_article()
    assert looked_up == ["sie"]
