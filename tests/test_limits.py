"""The limits of a query: one below, at, and one above each of them."""

import pytest

from search.errors import QueryError
from search.query import limits, parse
from search.results import (
    MAX_CONTEXT,
    MAX_MARKED,
    MAX_MARKED_CHARACTERS,
    MAX_RESULTS,
    MAX_SIZE,
    SearchOptions,
)
from tests.make import article


@pytest.mark.parametrize("extra", [-1, 0, 1])
@pytest.mark.parametrize(
    ("query", "most", "code"),
    [
        (lambda n: "x" * n, limits.MAX_CHARACTERS, "too_long"),
        (lambda n: "x " * n, limits.MAX_WORDS, "too_many_words"),
        (lambda n: '"' + "x " * n + '"~3', limits.MAX_WORDS, "too_many_words"),
        (lambda n: '="' + "x " * n + '"', limits.MAX_WORDS, "too_many_words"),
        (lambda n: "x w/1 " * (n - 1) + "x", limits.MAX_WORDS, "too_many_words"),
        (lambda n: "ab?c " * n, limits.MAX_WORDS, "too_many_words"),
        (lambda n: "para:1 " * n, limits.MAX_CLAUSES, "too_many_clauses"),
        (lambda n: "x w/1 y " * 8 + "para:1 " * (n - 16), limits.MAX_CLAUSES, "too_many_clauses"),
        (lambda n: "(" * n + "x" + ")" * n, limits.MAX_DEPTH, "too_deep"),
        (lambda n: "article(" * n + "x" + ")" * n, limits.MAX_DEPTH, "too_deep"),
        (lambda n: "para(" * n + "x" + ")" * n, limits.MAX_DEPTH, "too_deep"),
        (lambda n: "NOT " * n + "x", limits.MAX_DEPTH, "too_deep"),
        (lambda n: f"x w/{n} y", limits.MAX_DISTANCE, "bad_distance"),
        (lambda n: f"x NOT pre/{n} y", limits.MAX_DISTANCE, "bad_distance"),
        (lambda n: f"x w/{n}p y", limits.MAX_DISTANCE, "bad_distance"),
        (lambda n: f"x NOT pre/{n}p y", limits.MAX_DISTANCE, "bad_distance"),
        (lambda n: f'"x y"~{n}', limits.MAX_DISTANCE, "bad_distance"),
    ],
)
def test_what_is_too_much_is_refused_and_not_before(query, most, code, extra):
    if extra <= 0:
        assert parse(query(most + extra), strict=True).clauses
    else:
        with pytest.raises(QueryError, match=r"\w") as caught:
            parse(query(most + extra), strict=True)
        assert caught.value.code == code


@pytest.mark.parametrize(
    ("query", "is_answered"),
    [
        ("a*", False), ("ab*", True), ("abc*", True), ("a?b", False), ("ab?c", True), ("a*b", False),
        ("ab~", False), ("abc~", True), ("abcd~", True), ("abc~2", False), ("abcd~2", True), ("abcd~3", False),
        ("abcd~0", False), ("abcd~1", True), ("x w/0 y", False), ("x w/1 y", True), ('"x y"~0', True),
        ("para:0", False), ("para:1", True), ("words:0", True), ("*ab", False), ("?ab", False),
    ],
)  # fmt: skip
def test_what_is_too_little_is_refused_and_not_before(query, is_answered):
    if is_answered:
        assert parse(query, strict=True).clauses
    else:
        with pytest.raises(QueryError, match=r"\w"):
            parse(query, strict=True)


def words(count: int) -> str:
    """So many words of nine letters that begin alike, each of another stem."""
    return " ".join(f"word{number:04}x" for number in range(count))


@pytest.mark.parametrize("extra", [-1, 0, 1])
@pytest.mark.parametrize("query", ["word*", "wo*rd*x"])
def test_a_thousand_words_are_looked_up_and_of_more_the_first(make_searcher, query, extra):
    count = limits.MAX_EXPANSIONS + extra
    last = f"word{count - 1:04}x"
    searcher = make_searcher(article("a", words(count - 1) + "\n" + last + " last"))
    page = searcher.search(query)
    assert page.partial == (extra > 0)
    assert bool(page.notices) == (extra > 0)
    assert page.total.paragraphs == (1 if extra > 0 else 2)
    (clause,) = page.clauses
    assert clause.became is not None
    assert len(clause.became.words) + clause.became.more == min(count, limits.MAX_EXPANSIONS)
    assert searcher.search(f"{query} last").total.paragraphs == (0 if extra > 0 else 1)


def like(edits: int, count: int) -> list[str]:
    """So many words that differ from "qwertzuiopa" in exactly one or two letters."""
    word, digits = "qwertzuiopa", "0123456789bcdfghjk"
    one = [word[:at] + digit + word[at + 1 :] for at in range(len(word)) for digit in digits]
    two = [
        each[:at] + "x" + each[at + 1 :] for each in one for at in (0, 4) if each[at] == word[at]
    ]
    return (one if edits == 1 else two)[:count]


@pytest.mark.parametrize("extra", [-1, 0, 1])
@pytest.mark.parametrize("edits", [1, 2])
def test_of_too_many_similar_words_the_most_frequent_are_looked_up(make_searcher, edits, extra):
    most = limits.MAX_SIMILAR[edits]
    some = like(edits, most + extra)
    assert len(some) == most + extra
    rare, *others = some
    searcher = make_searcher(article("a", "\n".join(some)), article("b", "\n".join(others)))
    page = searcher.search(f"qwertzuiopa~{edits}")
    assert page.partial == bool(page.notices) == (extra > 0)
    assert page.total.paragraphs == 2 * most if extra > 0 else 2 * len(some) - 1
    assert searcher.search(f"qwertzuiopa~{edits} {rare}").total.paragraphs == (extra <= 0)


def test_all_words_of_a_query_together_have_a_limit(make_searcher, monkeypatch):
    searcher = make_searcher("alpha alto album\nbeta betray bet", "gamma")
    for most, found, partial in ((5, ["0"], True), (6, ["0"], False), (7, ["0"], False)):
        monkeypatch.setattr(limits, "MAX_EXPANDED", most)
        page = searcher.search("article(al* AND be*)")
        assert [each.article.id for each in page.articles] == found
        assert page.partial == partial
        assert ("more than" in "".join(page.notices)) == partial


def test_what_is_beyond_the_limit_neither_matches_nor_is_marked(make_searcher, monkeypatch):
    searcher = make_searcher("alpha beta\nalpha bet\nbetray")
    monkeypatch.setattr(limits, "MAX_EXPANDED", 2)
    page = searcher.search("al* be*")
    marked = [
        [hit.paragraph.text[span.start : span.end] for span in hit.paragraph.spans]
        for each in page.articles
        for hit in each.hits
    ]
    assert page.partial
    assert marked == [["alpha", "bet"]]


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_the_options_have_limits(make_searcher, extra):
    searcher = make_searcher("siege")
    for options in (
        SearchOptions(size=MAX_SIZE + extra),
        SearchOptions(before=MAX_CONTEXT + extra),
        SearchOptions(after=MAX_CONTEXT + extra),
        SearchOptions(size=1, number=MAX_RESULTS + extra),
        SearchOptions()._replace(number=1 - extra),
    ):
        if extra <= 0:
            searcher.search("siege", options)
        else:
            with pytest.raises(QueryError):
                searcher.search("siege", options)


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_a_paragraph_is_marked_so_far_and_no_farther(make_searcher, extra):
    at = MAX_MARKED_CHARACTERS - len("aleppo") + extra
    text = "aleppo".ljust(at) + "aleppo"
    searcher = make_searcher(article("a", text), article("b", "aleppo"))
    page = searcher.search("aleppo")
    (spans,) = [each.hits[0].paragraph.spans for each in page.articles if each.article.id == "a"]
    assert len(spans) == (1 if extra > 0 else 2)
    assert any("characters of a paragraph are marked" in each for each in page.notices) == (
        extra > 0
    )
    assert page.total.paragraphs == 2
    assert not page.partial


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_so_many_paragraphs_are_marked_and_hits_always(make_searcher, extra):
    rest = "\n".join(["aleppo"] * 9)
    last = "\n".join(["aleppo"] * (9 + extra))
    archive = [article(f"{at}", f"siege of aleppo\n{rest}") for at in range(9)]
    searcher = make_searcher(*archive, article("last", f"siege of aleppo\n{last}"))
    query = "siege aleppo OR (aleppo words:3)"
    page = searcher.search(query, SearchOptions(size=10, after=MAX_CONTEXT))
    hits = [hit for each in page.articles for hit in each.hits]
    assert len(hits) == 10
    assert all(hit.paragraph.spans for hit in hits)
    shown = 10 + sum(len(hit.after) for hit in hits)
    assert shown == MAX_MARKED + extra
    assert any("only the first paragraphs" in each for each in page.notices) == (extra > 0)
