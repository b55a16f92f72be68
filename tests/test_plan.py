"""Plans match what a plain reading matches, and score what stock Whoosh scores.

- Every plan finds the paragraphs, with the scores, that a slow reading of all of them gives.
- Whoosh's query objects become plans with the same documents and scores as Whoosh's own.
- What has no plan is answered by Whoosh, and counted.
- The array operations behind: sets, similar words, places, each against an obvious oracle.
"""

from __future__ import annotations

import itertools
import os
import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whoosh import query

from index.analysis import form_of, printed, tokenize
from index.article import Article
from index.codec import tokens as codec_tokens
from search import (
    dictionary,
    disjunction,
    doc_sets,
    pattern_nodes,
    phrases,
    postings,
    sets,
    tokens,
)
from search.articles import articles_of
from search.collectors import group_by_article
from search.evaluate import Evaluator
from search.foreign import fallbacks
from search.fuzzy import TermTexts, distances, within
from search.phrases import common, follow, in_order, in_window
from search.plan import (
    All,
    Any,
    AnyOf,
    Constant,
    Every,
    Foreign,
    Fuzzy,
    InArticle,
    Near,
    NearParagraphs,
    Nothing,
    Phrase,
    Prefix,
    Range,
    Sequence,
    Term,
    TermRange,
    Wildcard,
    Without,
)
from search.query.from_whoosh import from_whoosh
from search.query.patterns import Element
from search.sets import Scratch, collect, contains, distinct, ranges, unite, without
from search.snapshot import Snapshot
from search.tokens import Spots, space_of
from tests.memory import Stock, random_parts, segments_of
from tests.plain import Plain, edits

PLANS = int(os.environ.get("NUTGRAF_PLANS", "40"))  # seeds of random plans

WORDS = ["siege", "sieges", "town", "cease", "fire", "cease-fire", "ceasefire", "the", "minister",
         "ministry", "hope", "hoping", "état", "etat", "中国", "中国人", "U.S.", "us", "Ja'afari",
         "co-op", "re-elect", "Cease-Fire", "on", "of"]  # fmt: skip
TOKENS = [token for word in WORDS for token in tokenize(word)]
TERMS = sorted({token.term for token in TOKENS})


def random_leaf(chance: random.Random):
    field = chance.choice(["text", "text", "title"])

    def term():
        return chance.choice([*TERMS, "none"])

    def element():
        token = chance.choice(TOKENS)
        kind = chance.choice(["term", "form", "form", "prefix"])
        if kind == "prefix":
            return Element(kind, token.form[: chance.randint(1, len(token.form))], "")
        return Element(kind, token.term if kind == "term" else token.form, token.term)

    def some(make, least=1):
        return tuple(make() for _ in range(chance.randint(least, 3)))

    return chance.choice(
        [
            lambda: Term(field, term()),
            lambda: Phrase(field, some(term)),
            lambda: Near(field, some(term), chance.choice([1, 2, 90]), chance.random() < 0.5),
            lambda: Sequence(field, some(element)),
            lambda: Sequence(field, some(element)),
            lambda: Prefix(field, term()[: chance.randint(0, 3)]),
            lambda: Wildcard(field, chance.choice(["*", "?", "s*", "?o*", "*e", "c*f*", "t?e"])),
            lambda: Fuzzy(field, misspelt(chance), chance.choice([0, 1, 1, 2]), chance.choice([0, 1, 3])),
            lambda: TermRange(field, chance.choice([None, term()]), chance.choice([None, term()])),
            lambda: AnyOf(field, some(term, 0)),
            lambda: Range(chance.choice(["first_day", "last_day"]), 0, 736_233),
            lambda: Range("first_day", low=735_966),
            lambda: Term("language", chance.choice(["en", "de"])),
            lambda: Term("article", f"a{chance.randrange(9)}"),
            lambda: Term("unknown field", "word"),
            Every,
            Nothing,
        ]
    )()  # fmt: skip


def misspelt(chance: random.Random) -> str:
    term = chance.choice(TERMS)
    at = chance.randrange(len(term) + 1)
    return term[:at] + chance.choice(["x", "", "é"]) + term[at + chance.randint(0, 1) :]


def random_plan(chance: random.Random, depth: int):
    if depth == 0:
        return random_leaf(chance)
    children = tuple(random_plan(chance, depth - 1) for _ in range(chance.randint(1, 3)))
    return chance.choice(
        [
            All(children),
            Any(children),
            Without(children[0], children[-1]),
            Constant(children[0], 2.5),
            InArticle(children),
            NearParagraphs(children[0], children[-1], steps(chance), chance.random() < 0.3),
        ]
    )


def steps(chance: random.Random) -> tuple[int, int]:
    most = chance.choice([0, 1, 1, 2, 100])
    return chance.choice([-most, 1]), most


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(PLANS))
def test_a_plan_finds_what_reading_every_paragraph_finds(seed, monkeypatch):
    chance = random.Random(seed)
    monkeypatch.setattr(dictionary, "DENSE_MIN", chance.choice([0, 2, 1000]))
    monkeypatch.setattr(dictionary, "_SORTED", chance.choice([0, 256]))
    monkeypatch.setattr(postings, "DENSE_MIN", chance.choice([0, 2, 1000]))
    monkeypatch.setattr(tokens, "SPACED", chance.choice([0, 1 << 22]))
    monkeypatch.setattr(tokens, "PART", chance.choice([1, 3, 1 << 15]))
    monkeypatch.setattr(codec_tokens, "_NEAR", chance.choice([0, 32]))
    monkeypatch.setattr(phrases, "_MANY", chance.choice([0, 200]))
    monkeypatch.setattr(phrases, "_FLAGGED", chance.choice([1, 1 << 17]))
    monkeypatch.setattr(phrases, "_BLOCK", chance.choice([16, 1 << 12]))
    monkeypatch.setattr(pattern_nodes, "_FEW", chance.choice([0, 4_000]))
    monkeypatch.setattr(doc_sets, "_WIDE", chance.choice([0, 2, 1000]))
    parts, gone = random_parts(chance, chance.sample(WORDS, chance.randint(3, len(WORDS))))
    segments = segments_of(parts, gone, cache_bytes=chance.choice([1 << 20, 2000]))
    evaluator, plain = Evaluator(segments), Plain(parts, gone)
    for _ in range(6):
        plan = random_plan(chance, chance.choice([0, 0, 1, 2]))
        expected = plain.answer(plan)
        docs = evaluator.docs(plan)
        assert docs.tolist() == sorted(expected), plan
        scores = evaluator.scores(plan, docs)
        assert scores.tolist() == pytest.approx([expected[doc] for doc in docs.tolist()]), plan
        top = evaluator.top(plan, 5)
        assert top.total == len(docs), plan
        highest = sorted(expected.values(), reverse=True)[:5]
        assert top.scores.tolist() == pytest.approx(highest), plan
        compare_sets(doc_sets.doc_set_of(evaluator.node(plan), segments), docs, segments)
        assert evaluator.articles(plan).tolist() == articles_of(segments, docs).tolist(), plan
    assert not segments.scratch.flags.any()


def compare_sets(found, docs, segments):
    """Whether a set says of itself what its documents do."""
    assert len(found) == len(docs)
    articles = articles_of(segments, docs)
    assert found.articles().tolist() == articles.tolist()
    every = np.arange(segments.max_doc, dtype=np.int32)
    assert every[found.has(every)].tolist() == docs.tolist()
    groups = group_by_article(found, segments)
    assert groups.articles.tolist() == articles.tolist()
    assert np.repeat(groups.articles, np.diff(groups.starts)).tolist() == (
        segments.articles_of(docs).tolist()
    )
    if len(groups) > 1:
        some = np.arange(len(groups) - 1)
        members, starts = groups.members(some)
        assert members.tolist() == docs[: groups.starts[-2]].tolist()
        assert starts.tolist() == groups.starts[:-1].tolist()
    assert found.docs.tolist() == docs.tolist()


def random_whoosh_query(chance: random.Random):
    field = chance.choice(["text", "text", "title"])

    def word():
        return chance.choice([f"w{chance.randrange(13)}", "none"])

    def words():
        return [query.Term(field, word()) for _ in range(chance.randint(1, 4))]

    return chance.choice(
        [
            lambda: words()[0],
            lambda: query.And(words()),
            lambda: query.Or(words()),
            lambda: query.Phrase(field, [word() for _ in range(chance.randint(1, 3))]),
            lambda: query.Phrase(field, [word(), word()], slop=chance.choice([2, 5])),
            lambda: query.ConstantScoreQuery(query.Prefix(field, "w1"), 2.0),
            lambda: query.ConstantScoreQuery(query.Wildcard(field, "w?"), 2.0),
            lambda: query.ConstantScoreQuery(query.TermRange(field, "w1", "w3"), 2.0),
            lambda: query.NumericRange("first_day", 735_966, None),
            lambda: query.And([words()[0], query.NumericRange("last_day", None, 736_233)]),
            lambda: query.AndMaybe(*words()[:1], *words()[:1]),
            lambda: query.Require(*words()[:1], *words()[:1]),
            lambda: query.And([query.Or(words()), query.Or(words())]),
            lambda: query.Or([query.And(words()), *words()]),
            lambda: query.Term("language", "en"),
            query.Every,
        ]
    )()


@pytest.mark.no_cover
@pytest.mark.parametrize("seed", range(60))
def test_a_whoosh_query_has_the_documents_and_scores_of_stock_whoosh(seed):
    chance = random.Random(seed)
    parts, gone = random_parts(chance)
    evaluator, stock = Evaluator(segments_of(parts, gone)), Stock(parts, gone)
    for _ in range(10):
        asked = random_whoosh_query(chance)
        plan, expected = from_whoosh(asked), stock.answer(asked)
        docs = evaluator.docs(plan)
        assert docs.tolist() == sorted(expected), asked
        scores = evaluator.scores(plan, docs).tolist()
        assert scores == pytest.approx([expected[doc] for doc in docs.tolist()], abs=1e-5), asked


@pytest.mark.parametrize(
    ("asked", "plan"),
    [
        (query.Term("text", "a"), Term("text", "a")),
        (query.FuzzyTerm("text", "abc", maxdist=2, prefixlength=1), Fuzzy("text", "abc", 2, 1)),
        (query.Not(query.Term("text", "a")), Without(Every(), Term("text", "a"))),
        (
            query.AndNot(query.Term("text", "a"), query.Term("text", "b")),
            Without(Term("text", "a"), Term("text", "b")),
        ),
        (query.NumericRange("first_day", 3, 9, True, True), Range("first_day", 4, 8)),
        (query.Phrase("text", ["a", "b"], slop=3), Near("text", ("a", "b"), 3)),
        (query.NullQuery, Nothing()),
    ],
)
def test_a_whoosh_query_becomes_its_plan(asked, plan):
    assert from_whoosh(asked) == plan


@pytest.mark.parametrize(
    "asked",
    [
        query.Term("text", "a", boost=2.0),
        query.Term("published", "a"),
        query.TermRange("text", "a", "b", startexcl=True),
        query.Phrase("compound", ["a", "b"]),
        query.NumericRange("text", 1, 2),
        query.Every("text"),
        query.Wildcard("text", "[ab]*"),
        query.DisjunctionMax([query.Term("text", "a")]),
        query.Or([query.Term("text", "a")], minmatch=1),
    ],
)
def test_what_has_no_plan_is_left_to_whoosh(asked):
    assert from_whoosh(asked) == Foreign(asked)


def test_whoosh_answers_what_has_no_plan_and_is_counted(make_index):
    evaluator = Evaluator(Snapshot(make_index("a siege", "a ferry", "the siege of a town")))
    asked = query.DisjunctionMax([query.Term("text", "sieg"), query.Term("text", "town")])
    before = fallbacks["DisjunctionMax"]
    assert evaluator.docs(from_whoosh(asked)).tolist() == [0, 2]
    top = evaluator.top(from_whoosh(query.And([asked, query.Term("text", "the")])), 5)
    assert (top.doc_ids.tolist(), top.total) == ([2], 1)
    assert fallbacks["DisjunctionMax"] == before + 2


def test_an_empty_index_has_no_answer_to_any_plan():
    evaluator = Evaluator(segments_of([]))
    chance = random.Random(1)
    for plan in [random_leaf(chance) for _ in range(100)]:
        assert evaluator.docs(plan).tolist() == []
        assert evaluator.top(plan, 5)[2] == 0


def test_plans_are_values():
    def make():
        return All((Term("text", "a"), Sequence("text", (Element("form", "b", "b"),))))

    assert make() == make()
    assert len({make(), make()}) == 1


SCRATCH = Scratch(61)
SETS = st.lists(st.integers(0, 60), max_size=40).map(lambda some: np.array(sorted(set(some)), np.int32))  # fmt: skip


@given(SETS, SETS, st.sampled_from([0, 5, 2000]), st.sampled_from([None, SCRATCH]))
def test_contains_is_isin(docs, wanted, searched, scratch):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "SEARCHED", searched)
        assert contains(docs, wanted, scratch).tolist() == np.isin(wanted, docs).tolist()
        left = without(docs, wanted, scratch)
    assert left.tolist() == sorted(set(docs.tolist()) - set(wanted.tolist()))
    assert not SCRATCH.flags.any()


@given(st.lists(SETS, max_size=5), st.sampled_from([0, 2, 60]))
def test_unite_is_a_union(lists, few):
    expected = sorted({doc for each in lists for doc in each.tolist()})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "_FLAGGED", few)
        assert unite(lists, SCRATCH).tolist() == expected
        assert collect([each[::-1] for each in lists], SCRATCH).tolist() == expected
    assert not SCRATCH.flags.any()


@given(
    st.lists(st.integers(0, 300), max_size=200),
    st.integers(1, 301),
    st.sampled_from([1, 3, 11]),
    st.sampled_from([np.uint8, np.uint16]),
)
def test_rows_find_what_comparing_every_sum_finds(values, least, rows, dtype):
    sums = np.array([value % 256 for value in values], dtype)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disjunction, "_ROWS", rows)
        patch.setattr(disjunction, "_SHORTEST", 0)
        found = disjunction.Rows(sums)
    assert found.at_least(least).tolist() == np.flatnonzero(sums >= least).tolist()
    highest = found.highest(1)
    assert len(highest) == 0 or sums[highest[0]] == found._tops.max()


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=9))
def test_ranges_are_ranges(pairs):
    starts, counts = (np.array(each, np.int64) for each in zip(*pairs, strict=True)) if pairs else (np.empty(0, np.int64),) * 2  # fmt: skip
    expected = [number for start, count in pairs for number in range(start, start + count)]
    assert ranges(starts, counts).tolist() == expected


@given(st.lists(st.integers(0, 9), max_size=30))
def test_distinct_is_a_sorted_set(values):
    assert distinct(np.array(values, np.int64)).tolist() == sorted(set(values))


@given(SETS, SETS)
def test_common_places_are_an_intersection(left, right):
    expected = sorted(set(left.tolist()) & set(right.tolist()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "_FLAGGED", 1)
        patch.setattr(phrases, "_BLOCK", 8)
        assert common(left, right).tolist() == expected
    assert common(left, right).tolist() == expected


LETTERS = st.text("abé", max_size=6)


@given(st.lists(LETTERS, min_size=1, max_size=6), LETTERS)
def test_distances_are_levenshtein(texts, word):
    assert distances(texts, word).tolist() == [edits(text, word) for text in texts]


@given(
    st.lists(st.text("abcdé", min_size=1, max_size=7), min_size=1, max_size=40, unique=True),
    st.text("abcdé", min_size=1, max_size=7),
    st.integers(0, 3),
    st.sampled_from([0, 0, 1, 2]),
)
@example(["ab", "abcd"], "abc", 1, 0)
@example(["bc", "abc", "xabc"], "abc", 1, 0)
def test_similar_words_are_those_within_some_edits(words, word, distance, prefix):
    article = Article("a", ("x",), language="en")
    segments = segments_of([[article]])
    terms = sorted(word.encode() for word in words)
    texts = texts_of(segments, terms)
    found = within(texts, word, distance, prefix)
    assert [terms[number].decode() for number in found] == [
        each.decode()
        for each in terms
        if each.decode().startswith(word[:prefix]) and edits(each.decode(), word) <= distance
    ]


def texts_of(segments, terms: list[bytes]) -> TermTexts:
    """A dictionary of given terms."""
    texts = segments.field("text").parts[0].texts
    blob = b"".join(term + b"\n" for term in terms)
    texts.blob = np.frombuffer(blob, np.uint8)
    texts.offsets = np.cumsum([0, *(len(term) + 1 for term in terms)])
    order = sorted(range(len(terms)), key=lambda at: terms[at][::-1])
    texts.by_ending = np.array(order, np.uint32)
    texts.prefix = lambda prefix: (
        sum(term < prefix for term in terms),
        sum(term < prefix or term.startswith(prefix) for term in terms),
    )
    return texts


PLACES = st.lists(st.integers(0, 20), max_size=8).map(
    lambda some: np.array(sorted(set(some)), np.uint32) + np.uint32(256)
)


class OneUnit:
    """A space in which all places are in one unit."""

    def units(self, places):
        return np.zeros(len(places), np.int32)


@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=4))
def test_what_follows_is_what_steps_from_token_to_token(steps):
    spots = [Spots(narrow, wide) for narrow, wide in steps]
    ends = {(int(p), width) for each, width in ((spots[0].narrow, 1), (spots[0].wide, 2)) for p in each}  # fmt: skip
    for step in spots[1:]:
        starts = {place + width for place, width in ends}
        ends = {(int(p), width) for each, width in ((step.narrow, 1), (step.wide, 2)) for p in each if int(p) in starts}  # fmt: skip
    assert bool(len(follow(spots, OneUnit()))) == bool(ends)


@given(st.lists(PLACES, min_size=1, max_size=3), st.integers(1, 6))
def test_nearness_is_that_of_any_choice_of_tokens(lists, distance):
    from itertools import product

    chosen = list(product(*(each.tolist() for each in lists)))
    ordered = any(
        all(1 <= b - a <= distance for a, b in itertools.pairwise(each)) for each in chosen
    )
    assert bool(len(in_order(lists, distance, OneUnit()))) == ordered
    window = any(max(each) - min(each) <= distance for each in chosen)
    assert bool(len(in_window(lists, distance, OneUnit()))) == window


@pytest.mark.parametrize("size", [1, 59, 60, 61, 63, 64, 65, 124, 125, 1000])
def test_places_go_to_their_unit_and_back(size):
    parts = [[Article("a", ("w0", "w1 " * size, "w2")), Article("b", ("w3",), title="w4 w5")]]
    field = segments_of(parts).field("text")
    space = space_of(field)
    docs, positions = np.array([0, 1, 2, 3], np.int32), np.array([0, 0, size - 1, 0, 0], np.int32)
    places = space.places(docs, np.array([1, 2, 1, 1], np.int32), positions)
    assert space.units(places).tolist() == [0, 1, 1, 2, 3]
    assert (np.diff(places[[0, 2, 3, 4]].astype(np.int64)) >= 4).all()


@pytest.mark.parametrize(
    "text", [*WORDS, "The cease-fire of U.S.-led Ja’afari 中国人 l'été 275,000"]
)
def test_the_form_and_width_of_a_token_follow_from_how_it_is_printed(text):
    for token in tokenize(text):
        assert form_of(printed(text[token.start : token.end])) == (token.form, token.width)
