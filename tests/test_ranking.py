"""Bonuses of questions: what they add, and that the best are exact all the same.

- A word printed as asked adds a fifth of its score, neighbours that stay neighbours of both.
- The best of a question are those of all matches scored one by one, however many are asked for.
- Short queries and ``match=all`` are scored as ever.
"""

import random
from itertools import pairwise

import numpy as np
import pytest

from index.analysis import tokenize
from search.binding import Binder
from search.evaluation import Evaluation
from search.plan import Term
from search.query import parse
from search.results import SearchOptions
from search.snapshot import Snapshot

WORDS = "strike strikes striking docker dockers port ports cease-fire ceasefire cease fire the of".split()
QUESTION = "did striking dockers of the port cease fire"


@pytest.fixture
def snapshot(make_index):
    chance = random.Random(7)
    texts = [" ".join(chance.choices(WORDS, k=chance.randint(1, 9))) for _ in range(400)]
    opened = Snapshot(make_index(*texts))
    yield opened
    opened.close()


def evaluation_of(snapshot, query, **options):
    parsed = parse(query, match="any")
    patterns = Binder(snapshot).bind(parsed.tree).patterns
    options = {"is_question": parsed.is_question, **options}
    return Evaluation(snapshot, parsed.tree, patterns, **options)


def plain_bonus(evaluation, text, doc, words):
    """What the words of a question add for one paragraph, by reading it."""
    terms = [tokenize(word)[0].term for word in words]
    scores = {
        term: float(
            evaluation.node(Term("text", term)).scores_or_zero(np.array([doc], np.int32))[0]
        )
        for term in terms
    }
    tokens = tokenize(text)
    forms = {(token.term, token.form) for token in tokens}
    places = {(token.term, token.position) for token in tokens}
    printed = sum(
        scores[term] for term, word in zip(terms, words, strict=True) if (term, word) in forms
    )
    pairs = sum(
        scores[left] + scores[right]
        for left, right in pairwise(terms)
        if any((right, position + 1) in places for term, position in places if term == left)
    )
    return 0.2 * (printed + pairs)


def test_words_as_printed_and_neighbours_add_their_share(snapshot):
    asked = evaluation_of(snapshot, QUESTION)
    docs = asked.matching()
    words = "striking dockers port cease fire".split()
    base = asked.scores(asked.plan, docs)
    expected = [plain_bonus(asked, snapshot.text(doc), doc, words) for doc in docs.tolist()]
    assert any(expected)
    assert asked.scores_of(docs) - base == pytest.approx(np.array(expected), abs=1e-9)


@pytest.mark.parametrize("k", [1, 5, 40, 100, 399, 1000])
@pytest.mark.parametrize("kept", [2, 64])
@pytest.mark.parametrize(
    "query", [QUESTION, f"{QUESTION} -ports", "the port of the strikes the docker"]
)
def test_the_best_are_those_of_all_scored_one_by_one(snapshot, monkeypatch, query, kept, k):
    monkeypatch.setattr("search.evaluation.KEPT", kept)
    asked = evaluation_of(snapshot, query)
    docs = asked.matching()
    scores = asked.scores_of(docs)
    order = np.lexsort((docs, -np.round(scores, 9)))[:k]
    found = asked.best(k)
    assert found.scores == pytest.approx(scores[order])
    assert (
        np.round(asked.scores_of(np.sort(found.doc_ids)), 9).min()
        >= np.round(scores[order], 9).min()
    )


def test_another_way_to_write_a_word_counts_only_where_the_word_is_not(make_index):
    opened = Snapshot(
        make_index("a cease-fire now", "a cease fire now", "a ceasefire now", *["harbour"] * 9)
    )
    asked = evaluation_of(opened, "will the new cease fire hold out")
    docs = np.arange(3, dtype=np.int32)
    apart = sum(asked.node(Term("text", term)).scores_or_zero(docs) for term in ("ceas", "fire"))
    scores = asked.scores(asked.plan, docs)
    assert scores[:2] == pytest.approx(apart[:2])  # though the hyphenated word is there, too
    assert apart[2] == 0 < scores[2]
    opened.close()


def test_short_queries_and_those_for_all_words_earn_no_bonus(make_searcher):
    searcher = make_searcher("striking dockers", "dockers who strike", "a port")
    for query, match in (
        ("striking dockers", "any"),
        ("did the striking dockers of a port", "all"),
    ):
        assert not parse(query, match=match).is_question
    page = searcher.search("striking dockers", SearchOptions(match="any"))
    first, second = (article.hits[0].score for article in page.articles)
    assert first > second  # by length alone
    snapshot = searcher._snapshot
    plain = evaluation_of(snapshot, "striking dockers", is_question=False)
    assert first == pytest.approx(plain.best(1).scores[0])


def test_pages_of_a_question_follow_each_other(make_searcher):
    chance = random.Random(3)
    searcher = make_searcher(*[" ".join(chance.choices(WORDS, k=6)) for _ in range(120)])
    whole = searcher.search(QUESTION, SearchOptions(size=100, match="any"))
    paged = [
        article.article.id
        for number in range(1, 11)
        for article in searcher.search(QUESTION, SearchOptions(10, number, match="any")).articles
    ]
    assert paged == [article.article.id for article in whole.articles]
