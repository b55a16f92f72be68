"""Queries as text: parts, what is added to them and left out, quoting."""

import dataclasses
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.errors import QueryError
from search.names import canonical_name
from search.query import parse
from search.query.lexer import scan
from search.query.repairs import mend
from search.query.rewriting import cleaned, joined, name_clause, parts_of, words_of
from search.query.tree import And, Name, Not

TODAY = date(2026, 1, 1)
PIECES = [
    "russia", "Aleppo", "-rebels", "NOT", "AND", "OR", "(", ")", '"', '"hit back"', "=Power",
    '="Fatah Sham"', "title:", "title:siege", "source:(coast OR wire)", "source:=", 'author:=""',
    "date:2016", "-date:unknown", "foo:bar", "w/5", "NOT w/5", "pre/2", "article(", "minist*",
    "churkin~", '"a b c"~3', "-", ":", "para:1..3", "=", "«mot»", "and", "or", "article",
]  # fmt: skip


def bare(node):
    """A tree without the numbers of its clauses and how they were written."""
    if isinstance(node, tuple):
        return tuple(bare(each) for each in node)
    if not dataclasses.is_dataclass(node):
        return node
    if getattr(node, "text", "") in ("AND", "OR", "NOT"):  # words, where they join nothing
        node = dataclasses.replace(node, text=node.text.lower())
    fields = {each.name: bare(getattr(node, each.name)) for each in dataclasses.fields(node)}
    return type(node).__name__, {**fields, "clause": 0, "written": ""}


def tree_of(query: str):
    return bare(parse(query, today=TODAY).tree)


def queries():
    """Queries of all that the grammar knows, with every mistake; some of them are refused."""
    return st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).flatmap(
        lambda pieces: st.sampled_from([" ".join(pieces), "".join(pieces)])
    )


def is_answered(query: str) -> bool:
    try:
        parse(query, today=TODAY)
    except QueryError:
        return False
    return True


@given(queries())
@example('"hit back (russia AND')
@example("article( foo")
@example("churkin~russia^2")
def test_a_cleaned_query_means_the_same_and_has_nothing_to_mend(query):
    if not is_answered(query):
        return
    written = cleaned(query)
    assert tree_of(written) == tree_of(query)
    mistakes: list[str] = []
    mend(list(scan(written)), lambda code, *_: mistakes.append(code))
    # What is no field stays a word, and so does a field without a value, or what is no weight.
    as_words = {"unknown_field", "no_value", "no_weight", "no_edits"}
    assert set(mistakes) <= as_words | {"inner_negation"}


@given(queries())
def test_the_parts_of_a_query_make_it_up_again(query):
    if is_answered(query):
        parts = [part.text for part in parts_of(cleaned(query))]
        assert tree_of(joined(parts)) == tree_of(query)


@given(queries(), st.sampled_from(['source:="Coast Wire"', "-source:=Reuters", "date:2016"]))
def test_a_part_that_is_added_narrows_all_of_the_query(query, clause):
    if not is_answered(query):
        return
    parts = [part.text for part in parts_of(cleaned(query))]
    narrowed = parse(joined([*parts, clause]), today=TODAY).tree
    assert isinstance(narrowed, And)
    assert bare(narrowed.children[-1]) == tree_of(clause)
    before = parse(query, today=TODAY).tree
    others = bare(narrowed.children[:-1])
    assert others in ((bare(before),), bare(getattr(before, "children", ())))


@given(st.text(max_size=40))
@example('John "Jack" Smith')
@example("a:b (c) OR -d ~2 *")
@example("")
@example("«”")
def test_any_name_can_be_asked_for(name):
    tree = parse(name_clause("author", name)).tree
    assert isinstance(tree, Name)
    assert (tree.field, canonical_name(tree.text)) == ("author", canonical_name(name))
    without = parse("-" + name_clause("source", name)).tree
    assert isinstance(without, Not)
    assert isinstance(without.child, Name)


def test_words_are_told_with_their_fields():
    query = 'aleppo -moon title:(siege OR "a b") source:wire =Power -(not these) date:2016'
    assert [(word.text, word.field) for word in words_of(query)] == [
        ("aleppo", "text"),
        ("siege", "title"),
        ("wire", "source"),
        ("2016", "date"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a b", ["a", "b"]),
        ("a AND b", ["a", "b"]),
        ("a OR b c", ["a OR b c"]),
        ("(a OR b) -c", ["(a OR b)", "-c"]),
        ("a w/5 b c", ["a w/5 b", "c"]),
        (
            "title:(a b) NOT date:2016 article(x y)",
            ["title:(a b)", "NOT date:2016", "article(x y)"],
        ),
    ],
)
def test_parts_are_what_has_all_to_be_true(query, expected):
    assert [part.text for part in parts_of(query)] == expected
