"""A highlight is a match: what is marked is what made the paragraph match, and nothing else.

1. Taking the words of a clause's spans out of the paragraph makes the clause fail.
2. Every mark belongs to a clause that matches.
3. Nothing is marked for a negated clause, for another field, or in a branch that fails.
4. A phrase is marked whole, and only where it stands.
5. What is found and what is marked are decided alike: a plain scan agrees.
"""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.article import UNKNOWN_DATE
from search.document import Document
from search.query import parse
from search.query.patterns import bind
from search.query.tree import And, Node, Not, Or, Terms, leaves
from search.results import ArticleHeader
from tests.make import combined, phrases

WORDS = ["siege", "sieges", "town", "towns", "cease", "fire", "cease-fire", "ceasefire", "the",
         "Syria's", "Syria", "U.S.", "us", "275,000", "état", "etat", "中国人", "中", "towing"]  # fmt: skip

PARAGRAPHS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
LEAVES = st.one_of(
    st.sampled_from(WORDS),
    phrases(WORDS),
    st.sampled_from(["sie*", "tow*", "town*", "cea*", "fire*", "title:town", 'title:"the town"']),
)
QUERIES = combined(LEAVES, max_leaves=6)


def header(title: str = "The town") -> ArticleHeader:
    return ArticleHeader("a", title, "", "", "", "", UNKNOWN_DATE, 1)


def marks(query: str, text: str, title: str = "The town") -> list[str]:
    tree = parse(query).tree
    document = Document(header(title), text)
    return [
        text[span.start : span.end] for span in document.spans(tree, bind(tree, lambda _: False))
    ]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("siege", "The sieges of towns", ["sieges"]),
        ('"siege"', "The sieges of the siege", ["siege"]),
        ('"hit back"', "hit, back; hit back: hit the back", ["hit, back", "hit back"]),
        ('"state of the union"', "state for an union", []),
        ("a OR (b c)", "a b d", ["a"]),
        ("a -b", "a c", ["a"]),
        ("a -b", "a b", []),
        ("title:town", "the town", []),
        ("title:town siege", "the town siege", ["siege"]),
        ("ceasefire", "a cease-fire now", ["cease-fire"]),
        ("cease-fire", "a ceasefire now", ["ceasefire"]),
        ("cease-fire", "a cease fire now", ["cease fire"]),
        ("ceasefire", "a cease fire now", ["cease fire"]),
        ("cease fire", "a ceasefire now", ["ceasefire", "ceasefire"]),
        ('"ceasefire agreement"', "the cease-fire agreement", ["cease-fire agreement"]),
        ('"a ceasefire now"', "a cease fire now", ["a cease fire now"]),
        ("therapist", "the rapist", []),
        ('"the rapist"', "a therapist", []),
        ("US", "the U.S. and us", ["U.S.", "us"]),
        ("Jaafari", "Bashar Ja'afari spoke", ["Ja'afari"]),
        ("harmonie", "l'harmonie", ["l'harmonie"]),
        ("275000", "275,000 people", ["275,000"]),
        ("国人", "中国人民", ["国人"]),
        ("中国人民", "中国人民", ["中国人民"]),
        ("国", "中国人民", ["国"]),
        ("中人", "中国人民", []),
        ("minist*", "Ministers of the ministry administer", ["Ministers", "ministry"]),
        ("ministry*", "Ministers of the ministry", ["ministry"]),
        ("AT&T", "at AT&T, T", ["AT&T"]),
        ("a b", "b a b", ["b", "a", "b"]),
        ('"a b a"', "a b a b a", ["a b a", "a b a"]),
    ],
)  # fmt: skip
def test_exactly_what_matched_is_marked(query, text, marked):
    assert marks(query, text) == marked


def test_a_clause_about_the_title_is_marked_in_the_title():
    tree = parse("title:town siege").tree
    document = Document(header("A town in Syria"), "the siege")
    (span,) = document.spans(tree, bind(tree, lambda _: False), "title")
    assert (span.start, span.end, span.clause) == (2, 6, 1)


def test_spans_count_code_points():
    assert marks("town", "𝔸𝔹 👩‍👩‍👧 town") == ["town"]


@given(QUERIES, PARAGRAPHS)
def test_every_mark_belongs_to_a_clause_that_matches(query, text):
    tree = parse(query).tree
    patterns = bind(tree, lambda _: False)
    document = Document(header(), text)
    by_clause = {leaf.clause: leaf for leaf in leaves(tree)}
    for span in document.spans(tree, patterns):
        assert document.holds(tree, patterns)
        assert document.holds(by_clause[span.clause], patterns)
        assert by_clause[span.clause].field == "text"


@given(QUERIES, PARAGRAPHS)
def test_taking_the_marked_words_out_makes_the_clause_fail(query, text):
    tree = parse(query).tree
    patterns = bind(tree, lambda _: False)
    spans = Document(header(), text).spans(tree, patterns)
    for leaf in leaves(tree):
        own = [span for span in spans if span.clause == leaf.clause]
        assume_any = [at for span in own for at in range(span.start, span.end)]
        without = "".join("¤" if at in assume_any else char for at, char in enumerate(text))
        if own:
            assert not Document(header(), without).holds(leaf, patterns)


@given(QUERIES, PARAGRAPHS)
def test_nothing_is_marked_for_a_negated_clause(query, text):
    tree = parse(query).tree
    negated = {leaf.clause for node in _negations(tree) for leaf in leaves(node)}
    spans = Document(header(), text).spans(tree, bind(tree, lambda _: False))
    assert not negated & {span.clause for span in spans}


@given(QUERIES, PARAGRAPHS)
def test_a_paragraph_that_matches_by_its_words_has_a_mark(query, text):
    tree = parse(query).tree
    assume(not list(_negations(tree)) and "title:" not in query)
    patterns = bind(tree, lambda _: False)
    document = Document(header(), text)
    assert bool(document.spans(tree, patterns)) == document.holds(tree, patterns)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12),
       st.lists(st.sampled_from("abc"), min_size=1, max_size=3))  # fmt: skip
def test_a_plain_scan_finds_the_same_phrases(words, phrase):
    text = " ".join(words)
    expected = [
        (2 * at, 2 * (at + len(phrase)) - 1)
        for at in range(len(words) - len(phrase) + 1)
        if words[at : at + len(phrase)] == phrase
    ]
    tree = parse(f'"{" ".join(phrase)}"').tree
    found = Document(header(), text).spans(tree, bind(tree, lambda _: False))
    assert [(span.start, span.end) for span in found] == expected


def _negations(node: Node):
    match node:
        case And(children) | Or(children):
            for child in children:
                yield from _negations(child)
        case Not(child):
            yield child
        case Terms():
            return
