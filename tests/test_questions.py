"""A long query of which any word may match is a question: what says little is left out.

- What is left out neither matches nor is marked, and a notice names it.
- Nothing is left out of short queries, of ``match=all``, of ``strict``, of quotation marks,
  parentheses and fields, nor what stands beside an operator or in capitals.
"""

import pytest

from search.query import parse
from search.results import SearchOptions

ANY = SearchOptions(match="any")


def asked(query, **options):
    return [clause.query for clause in parse(query, match="any", **options).clauses]


def test_words_that_say_little_are_left_out_of_a_question_and_named():
    parsed = parse("What was the cost of the new harbour bridge?", match="any")
    assert [clause.query for clause in parsed.clauses] == ["cost", "new", "harbour", "bridge?"]
    assert [clause.id for clause in parsed.clauses] == [1, 2, 3, 4]
    assert parsed.notices == (
        "The question is long, so words that say little were left out: “What”, “was”, “the”, “of”; "
        "a word in quotation marks stays",
    )


def test_what_is_left_out_neither_matches_nor_is_marked(make_searcher):
    searcher = make_searcher("the cost of the bridge", "the end of the affair")
    page = searcher.search("what was the cost of the bridge", ANY)
    (article,) = page.articles
    (hit,) = article.hits
    text = hit.paragraph.text
    assert [text[span.start : span.end] for span in hit.paragraph.spans] == ["cost", "bridge"]


@pytest.mark.parametrize(
    ("query", "stays"),
    [
        ("who is the new mayor", ["new", "mayor"]),  # five words are a question
        ("who is the mayor", ["who", "is", "the", "mayor"]),
        ("to be or not to be", ["to", "be", "or", "not", "to", "be"]),  # nothing else is there
        (
            'mayor said of "the who" concert in town hall',
            ["mayor", "said", '"the who"', "concert", "town", "hall"],
        ),
        ("did the WHO warn of a plague", ["WHO", "warn", "plague"]),
        ("what do the papers say (of the) mayor", ["papers", "say", "of", "the", "mayor"]),
        ("what do title:the papers say of mayor", ["title:the", "papers", "say", "mayor"]),
        ("what is this OR that great new tunnel", ["this", "that", "great", "new", "tunnel"]),
        ("why is what he said =the whole truth", ["said", "=the", "whole", "truth"]),
        ("what don't the mayor's critics like", ["mayor's", "critics", "like"]),
    ],
)
def test_what_stays_of_a_question(query, stays):
    assert asked(query) == stays


def test_a_word_with_a_hyphen_is_asked_for_by_its_parts():
    assert asked("how does the shock-wave reach a W-2 cease-fire line") == [
        "shock", "wave", "reach", "W-2", "cease", "fire", "line",
    ]  # fmt: skip


def test_nothing_is_left_out_where_all_words_have_to_match():
    assert len(parse("what was the cost of the bridge").clauses) == 7
    assert not parse("what was the cost of the bridge").notices


def test_nothing_is_left_out_of_a_strict_question():
    assert len(asked("what was the cost of the shock-wave", strict=True)) == 7


def test_the_limit_of_words_counts_what_is_asked_for():
    assert len(asked("what is the " * 20 + "bridge tunnel ferry")) == 3
