"""Rankings are measured rightly, and no change makes those of nutgraf worse unnoticed.

- The measures are those that one works out by hand.
- The bench ranks as a search does.
- On judged collections nDCG@10 and MAP stay above their floors.
"""

import json
import math

import pytest

from bench import rankers
from bench.grading import Measures, mean, measure
from bench.judged import ARCHIVE, collection, read
from bench.relevance import FLOORS, behind, below_floor, measured
from search.results import SearchOptions

IN_CI = ("cacm", "cranfield", "xquad-en")


def test_measures_are_those_worked_out_by_hand():
    found = measure([0, 2, 0, 1], [1, 2, 0, 3])
    ideal = 3 + 2 / math.log2(3) + 1 / 2
    assert found.ndcg == pytest.approx((2 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert found.precision == pytest.approx((1 / 2 + 2 / 4) / 3)
    assert (found.success, found.recall) == (0.0, pytest.approx(2 / 3))


def test_only_ten_places_count_for_ndcg_and_a_hundred_for_recall():
    late = measure([0] * 10 + [1], [1])
    assert (late.ndcg, late.precision, late.recall) == (0.0, pytest.approx(1 / 11), 1.0)
    assert measure([0] * 100 + [1], [1]).recall == 0.0


def test_a_perfect_ranking_is_worth_one_and_an_empty_one_nothing():
    assert measure([3, 1, 0], [0, 1, 3]) == (1.0, 1.0, 1.0, 1.0)
    assert measure([], [1]) == (0.0, 0.0, 0.0, 0.0)
    assert mean([measure([1], [1]), measure([], [1])]) == (0.5, 0.5, 0.5, 0.5)


def records(*texts):
    return "\n".join(
        json.dumps({"id": f"d{at}", "title": "", "text": text}) for at, text in enumerate(texts)
    )


TEXTS = (
    "the striking dockers went home",
    "a docker and a ferry",
    "the ferry was late, and so was the harbour pilot",
    "nothing of the kind",
)


def test_the_bench_ranks_as_a_search_does(make_searcher):
    searcher = make_searcher(*TEXTS)
    for question in ("striking ferry", "why was the ferry of the striking dockers late?"):
        plain = rankers.plain(question)
        page = searcher.search(plain, SearchOptions(match="any"))
        with rankers.nutgraf(TEXTS) as rank:
            assert [str(each) for each in rank(plain)] == [
                each.article.id for each in page.articles
            ]


def test_a_collection_is_read_and_measured():
    made = collection(
        "small",
        docs=records(*TEXTS),
        queries="1\tdockers\n2\tsomething that nobody judged",
        qrels="1 0 d0 2\n1 0 d3 0\n2 0 d1 0\n",
    )
    assert list(made.asked()) == [("dockers", {"d0": 2, "d3": 0})]
    assert measured(made, rankers.nutgraf).precision == 1.0


def test_a_question_beyond_the_limits_is_asked_as_far_as_they_go():
    words = " ".join(f"word{number}" for number in range(50))
    assert len(rankers.within_limits(words).clauses) == 32
    assert len(rankers.within_limits("x" * 30 + " y" * 300).clauses) == 32


def test_what_is_below_a_floor_or_behind_another_is_told():
    low, high = Measures(0.1, 0.2, 0.0, 0.0), Measures(0.99, 0.99, 1.0, 1.0)
    assert len(below_floor("cacm", low)) == 2
    assert below_floor("cacm", high) == []
    assert behind("cacm", {"nutgraf": low, "bm25s": high}) == [
        "cacm: nDCG@10 is 0.1000, behind bm25s with 0.9900",
        "cacm: MAP is 0.2000, behind bm25s with 0.9900",
    ]


@pytest.mark.parametrize("name", IN_CI)
def test_a_judged_collection_does_not_fall_below_its_floor(data, name):
    assert name in FLOORS
    (judged,) = read(data(ARCHIVE), [name])
    assert below_floor(name, measured(judged, rankers.nutgraf)) == []
