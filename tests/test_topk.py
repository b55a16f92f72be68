"""Pruning leaves out only what cannot be among the best.

Random corpora with words of very different frequency, in several segments of different mean
lengths, with and without deletions. The limits by which ways to the best documents are chosen
are lowered, so that small corpora go all of them.
"""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.codec import champions, encoded
from search import best, bits, conjunction, difference, disjunction, postings, sets, topk
from search.cache import ByteCache
from search.evaluate import Evaluator
from search.plan import All, Any, Constant, Every, Phrase, Prefix, Range, Term, Without
from search.postings import dense, docs_of
from search.segments import CACHE_BYTES, cache_bytes_for
from search.sets import Scratch
from tests.memory import random_parts, segments_of
from tests.plain import Plain

ALWAYS, NEVER = 0, 10**9


def lower_the_limits(chance: random.Random, monkeypatch) -> None:
    """Choose the ways to the best documents at random."""
    kept = chance.choice([1, 2, 3, 5, 64])
    for module, name, value in [
        (champions, "CHAMPIONS", kept),
        (encoded, "MIN_DOC_FREQ", kept + chance.choice([0, 1, 3])),
        (best, "KEPT", kept),
        (disjunction, "KEPT", kept),
        (conjunction, "KEPT", kept),
        (best, "_ROW", chance.choice([1, 2, 64])),
        (postings, "DENSE_MIN", chance.choice([ALWAYS, 3, NEVER])),
        (postings, "DENSE", chance.choice([2, 4, 8, 1000])),
        (disjunction, "TINY", chance.choice([ALWAYS, 10, NEVER])),
        (conjunction, "LISTED", chance.choice([ALWAYS, 10, NEVER])),
        (disjunction, "_ROWS", chance.choice([1, 3, 11])),
        (disjunction, "_SHORTEST", chance.choice([0, 5])),
        (sets, "SEARCHED", chance.choice([0, 3, 500])),
        (postings, "SEARCHED", chance.choice([0, 3, 500])),
        (disjunction, "SMALL", chance.choice([ALWAYS, 10, NEVER])),
        (disjunction, "_BLOCKS", chance.choice([1, 2048])),
        (disjunction, "_TRIED", chance.choice([1, 32])),
        (disjunction, "_SAMPLED", chance.choice([1, 8])),
        (difference, "KEPT", kept),
        (difference, "_FEW", chance.choice([ALWAYS, 5, NEVER])),
        (disjunction, "_FEW", chance.choice([1, 4, 1000])),
        (conjunction, "_CROWDED", chance.choice([2, 32, 1000])),
        (bits, "FINE", chance.choice([ALWAYS, NEVER])),
        (bits, "_SPARSE", chance.choice([0, 2, 1000])),
        (topk, "_TRIED", chance.choice([1, 64])),
        (topk, "BOUNDED", limit := chance.choice([ALWAYS, 5, NEVER])),
        (conjunction, "BOUNDED", limit),
    ]:
        monkeypatch.setattr(module, name, value)


def random_plan(chance: random.Random):
    """Mostly what has a way of its own to the best documents."""

    def term():
        return Term(chance.choice(["text"] * 5 + ["title"]), f"w{chance.randrange(13)}")

    def terms():
        return tuple(term() for _ in range(chance.randint(1, 5)))

    test = chance.choice(
        [
            Range("first_day", 735_966, 736_300),
            Constant(Prefix("text", "w1"), 2.0),
            Constant(Term("language", "en"), 1.0),
            Constant(Phrase("text", ("w0", "w1")), 0.5),
        ]
    )
    return chance.choice(
        [
            Any(terms()),
            Any(terms()),
            All(terms()),
            All((*terms(), test)),
            Any((*terms(), All(terms()))),
            All((Any(terms()), term())),
            Without(Any(terms()), term()),
            Without(term(), Any(terms())),
            Without(term(), term()),
            All((term(), Phrase("text", ("w0", "w1")))),
            Any((term(), Constant(Every(), 0.0), test)),
        ]
    )


@pytest.mark.parametrize("seed", range(150))
def test_the_best_are_those_of_scoring_everything(seed, monkeypatch):
    chance = random.Random(seed)
    lower_the_limits(chance, monkeypatch)
    parts, gone = random_parts(chance)
    segments = segments_of(parts, gone, cache_bytes=chance.choice([1 << 20, 2000]))
    evaluator, plain = Evaluator(segments), Plain(parts, gone)
    for _ in range(12):
        plan = random_plan(chance)
        expected = plain.answer(plan)
        docs = evaluator.docs(plan)
        assert docs.tolist() == sorted(expected), plan
        scores = dict(zip(docs.tolist(), evaluator.scores(plan, docs).tolist(), strict=True))
        assert scores == pytest.approx(expected, abs=1e-9), plan
        for k in (1, 3, 10, 1000):
            top = evaluator.top(plan, k)
            check_top(top, scores, k, plan)
            assert top.total == len(docs), plan
            check_top(evaluator.top(plan, k, count=False), scores, k, plan)
    check_left_clean(segments.scratch)


def check_top(top, scores: dict[int, float], k: int, plan) -> None:
    """The k highest scores, in their order, each with a document that has it."""
    found = list(zip(top.scores.tolist(), top.doc_ids.tolist(), strict=True))
    assert len({doc for _, doc in found}) == len(found) == min(k, len(scores)), plan
    assert found == sorted(found, key=lambda pair: (-pair[0], pair[1])), plan
    best_first = sorted(scores.values(), reverse=True)[:k]
    assert [score for score, _ in found] == pytest.approx(best_first, abs=1e-12), plan
    assert [scores[doc] for _, doc in found] == pytest.approx(best_first, abs=1e-12), plan
    if found:
        # Of equal scores the lowest numbers; what differs in the last bit is not equal.
        last = found[-1][0]
        tied = sorted(doc for doc, score in scores.items() if abs(score - last) < 1e-12)
        if len({scores[doc] for doc in tied}) == 1:
            kept = sorted(doc for score, doc in found if abs(score - last) < 1e-12)
            assert kept == tied[: len(kept)], plan


def check_left_clean(scratch: Scratch) -> None:
    """What every query of a thread uses is as it was."""
    assert not scratch.flags.any()
    assert not scratch.sums.any()


@pytest.mark.parametrize("seed", range(20))
def test_answers_do_not_depend_on_the_segments(seed, monkeypatch):
    """One segment of the live articles gives the same paragraphs, scores and totals."""
    chance = random.Random(seed)
    lower_the_limits(chance, monkeypatch)
    parts, gone = random_parts(chance)
    live = [[each for part in parts for each in part if each.id not in gone]]
    merged, apart = Evaluator(segments_of(live)), Evaluator(segments_of(parts, gone))
    number_of = np.flatnonzero(
        [each.id not in gone for part in parts for each in part for _ in each.paragraphs]
    )
    for _ in range(10):
        plan = random_plan(chance)
        one, many = merged.top(plan, 20), apart.top(plan, 20)
        assert one.total == many.total
        assert one.scores.tolist() == many.scores.tolist()
        assert number_of[one.doc_ids].tolist() == many.doc_ids.tolist()


def test_a_frequent_term_has_a_bit_for_every_document(monkeypatch):
    monkeypatch.setattr(postings, "DENSE_MIN", 0)
    chance = random.Random(3)
    parts, gone = random_parts(chance)
    segments = segments_of(parts, gone)
    for word in ("w0", "w1", "w2"):
        term = segments.field("text").term(word)
        held = dense(term)
        every_posting = postings.postings(term)
        docs, scores = every_posting.docs, every_posting.scores
        if held is None:
            continue
        every = np.arange(segments.max_doc, dtype=np.int32)
        assert np.flatnonzero(held.has(every)).tolist() == docs.tolist() == docs_of(term).tolist()
        assert held.scores_of(docs).tolist() == scores.tolist()
        assert (held.bounds_of(docs) >= scores - 1e-9).all()
        assert bits.to_docs(held.bits).tolist() == docs.tolist()
        assert bits.count(held.bits) == len(docs)


def test_a_term_that_comes_more_than_255_times_is_scored_exactly(monkeypatch):
    monkeypatch.setattr(postings, "DENSE_MIN", 0)
    monkeypatch.setattr(postings, "DENSE", 1)
    from index.article import Article

    parts = [[Article("a", ("w0 " * 300, "w0 w1", "w0 " * 254, "w0", "w1"))]]
    evaluator, plain = Evaluator(segments_of(parts)), Plain(parts)
    plan = Term("text", "w0")
    top = evaluator.top(plan, 5)
    expected = plain.top(plan, 5)
    assert top.doc_ids.tolist() == [doc for doc, _ in expected]
    assert top.scores.tolist() == pytest.approx([score for _, score in expected])


def test_the_cache_keeps_what_was_used_last_within_its_bytes():
    cache = ByteCache(1000)
    for number in range(20):
        cache.put(number, number, 100)
        cache.get(15)
        assert cache.size <= 1000
    assert cache.get(0) is None
    assert cache.get(15) == 15
    assert cache.put(15, "another", 100) == 15
    cache.clear()
    assert (cache.size, cache.get(15)) == (0, None)


def test_many_large_values_leave_the_small_ones_alone():
    limit = 1 << 20
    cache = ByteCache(limit)
    cache.put("small", "small", 64)
    for number in range(100):
        cache.put(number, number, limit // 10)
    assert cache.get("small") == "small"
    assert cache.get(0) is None
    for number in range(10_000):
        cache.put(("small", number), number, 64)
    assert cache.size <= limit
    assert cache.get(99) == 99
    assert cache.get("small") is None
    cache.drop(99)
    assert cache.get(99) is None


def test_a_cache_grows_with_the_index_and_has_a_least_size():
    assert cache_bytes_for(0) == cache_bytes_for(1 << 20) == CACHE_BYTES
    assert CACHE_BYTES <= cache_bytes_for(4 << 30) <= 2 << 30


@given(st.sets(st.integers(0, 299)), st.integers(1, 20))
def test_bits_are_the_documents_that_were_set(chosen, k):
    scratch = Scratch(300)
    docs = np.array(sorted(chosen), np.int32)
    held = bits.from_docs(docs[::-1], scratch)
    every = np.arange(300, dtype=np.int32)
    assert bits.to_docs(held).tolist() == docs.tolist()
    assert bits.first_docs(held, k).tolist() == docs[:k].tolist()
    assert bits.count(held) == len(docs)
    assert np.flatnonzero(bits.has(held, every)).tolist() == docs.tolist()
    blocks = np.arange(0, 20, 2)
    in_even = [doc for doc in docs.tolist() if doc // bits.BLOCK % 2 == 0]
    at = np.flatnonzero(bits.in_blocks(held, blocks))
    assert bits.docs_at(blocks, at).tolist() == in_even
    assert not scratch.flags.any()


def test_one_value_does_not_throw_out_all_others():
    cache = ByteCache(1000)
    for number in range(8):
        cache.put(number, number, 100)
    assert cache.put("large", "large", 900) == "large"
    assert cache.get("large") is None
    assert cache.get(0) == 0
