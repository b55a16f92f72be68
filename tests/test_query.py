"""The query language: what is written becomes a tree; every mistake has an answer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from search.query import parse
from search.query.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_WORDS
from search.query.tree import And, DateRange, Node, Not, Or, Terms


def drawn(node: Node) -> str:
    """A tree as a line: letters for what its leaves are."""
    match node:
        case And(children):
            return "(" + " & ".join(map(drawn, children)) + ")"
        case Or(children):
            return "(" + " | ".join(map(drawn, children)) + ")"
        case Not(child):
            return "!" + drawn(child)
        case DateRange(first=first, last=last):
            days = [date.fromordinal(day).isoformat() if day else "?" for day in (first, last)]
            return "..".join(days)
        case Terms(kind="phrase"):
            return f'{node.field}"{node.text}"'.removeprefix("text")
        case Terms(kind="prefix"):
            return f"{node.field}:{node.text}*".removeprefix("text:")
        case _:
            return f"{node.field}:{node.text}".removeprefix("text:")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("russia", "russia"),
        ("russia aleppo", "(russia & aleppo)"),
        ("russia AND aleppo", "(russia & aleppo)"),
        ("a OR b c", "(a | (b & c))"),
        ("(a OR b) c", "((a | b) & c)"),
        ("a -b", "(a & !b)"),
        ("a NOT b", "(a & !b)"),
        ("a -(b OR c)", "(a & !(b | c))"),
        ("NOT NOT a", "a"),
        ('"hit back"', '"hit back"'),
        ("“hit back”", '"hit back"'),
        ("«hit back»", '"hit back"'),
        ("minist*", "minist*"),
        ("title:siege", "title:siege"),
        ("Title:siege", "title:siege"),
        ('source:"Coast Wire"', 'source"Coast Wire"'),
        ("title:(a OR b)", "(title:a | title:b)"),
        ("-title:a", "!title:a"),
        ("language:fr", "language:fr"),
        ("and or not", "(and & or & not)"),
        ("cease-fire", "cease-fire"),
        ("date:2016", "2016-01-01..2016-12-31"),
        ("date:2016-02", "2016-02-01..2016-02-29"),
        ("date:2016-09-26", "2016-09-26..2016-09-26"),
        ("date:2016-09-20..2016-10", "2016-09-20..2016-10-31"),
        ("date:>=2016-09", "2016-09-01..9999-12-31"),
        ("date:<2016-09", "0001-01-01..2016-08-31"),
        ("date:2016..", "2016-01-01..9999-12-31"),
        ("date:..2016", "0001-01-01..2016-12-31"),
        ("date:unknown", "?..?"),
        ("a - b & c", "(a & b & c)"),
        ("http://example.org/x", "http://example.org/x"),
        ("at 7:30", "(at & 7:30)"),
    ],
)
def test_a_query_is_understood_without_a_notice(query, tree):
    understood = parse(query)
    assert drawn(understood.tree) == tree
    assert understood.notices == ()


@pytest.mark.parametrize(
    ("query", "tree", "notice"),
    [
        ('"hit back', "(hit & back)", "quotation mark at character 1 has no partner"),
        ('hit back"', "(hit & back)", "quotation mark at character 9 has no partner"),
        ("(a b", "(a & b)", "parenthesis at character 1 has no partner"),
        ("a) b", "(a & b)", "parenthesis at character 2 has no partner"),
        ("Portland OR", "(Portland & OR)", "“OR” at character 10 has nothing to join"),
        ("AND a", "(AND & a)", "“AND” at character 1 has nothing to join"),
        ("NOT", "NOT", "“NOT” at character 1 has nothing to join"),
        ("a -(", "a", "parenthesis at character 4 has no partner"),
        ("a OR -!", "(a & OR)", "“-” at character 6 has nothing to join"),
        ("a OR (-!) b", "(a | b)", "“-” at character 7 has nothing to join"),
        ("a NOT -!", "(a & NOT)", "“-” at character 7 has nothing to join"),
        ("title:-b", "title:-b", "What is not wanted is written -title:"),
        ("title:NOT b", "(title:NOT & b)", "What is not wanted is written -title:"),
        ("place:x", "place:x", "“place:” is not a field"),
        ("title: x", "(title: & x)", "“title:” has no value"),
        ("wom?n", "wom?n", "A wildcard can only end a word"),
        ("wo*n", "wo*n", "A wildcard can only end a word"),
    ],
)
def test_a_mistake_is_mended_and_told(query, tree, notice):
    understood = parse(query)
    assert drawn(understood.tree) == tree
    assert notice in understood.notices[0]


@pytest.mark.parametrize(
    ("query", "code", "position"),
    [
        ("a date:2016-13", "bad_date", 7),
        ("date:2016-02-30", "bad_date", 5),
        ("date:last-week", "bad_date", 5),
        ("date:2017..2016", "bad_date", 5),
        ("date:2016..x", "bad_date", 11),
        ("date:..", "bad_date", 5),
        ("date:0000", "bad_date", 5),
        ('date:"2016"', "bad_date", 5),
        ("x a*", "bad_wildcard", 2),
        ("*ism", "bad_wildcard", 0),
        ("", "empty_query", None),
        ("…", "empty_query", None),
        ('"" ()', "empty_query", None),
        ("title:&", "empty_value", 6),
    ],
)
def test_what_cannot_be_answered_is_an_error_with_its_place(query, code, position):
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert (caught.value.code, caught.value.position) == (code, position)


@pytest.mark.parametrize(
    ("query", "code", "position"),
    [
        ('a "b', "unbalanced_quote", 2),
        ("a (b", "unbalanced_parenthesis", 2),
        ("a OR", "no_operand", 2),
        ("place:x", "unknown_field", 0),
    ],
)
def test_in_strict_a_mistake_is_an_error_with_its_place(query, code, position):
    with pytest.raises(QueryError) as caught:
        parse(query, strict=True)
    assert (caught.value.code, caught.value.position) == (code, position)


def test_any_joins_words_by_or_and_keeps_filters_and_negations():
    understood = parse('a "b c" -d date:2016 source:x', match="any")
    assert drawn(understood.tree) == '((a | "b c") & !d & 2016-01-01..2016-12-31 & source:x)'


def test_clauses_are_numbered_and_shown_as_they_were_written():
    clauses = parse('russia OR "hit back" -title:siege date:2016').clauses
    assert [(each.id, each.query) for each in clauses] == [
        (1, "russia"), (2, '"hit back"'), (3, "-title:siege"), (4, "date:2016"),
    ]  # fmt: skip


@pytest.mark.parametrize("extra", [-1, 0, 1])
def test_the_limits_are_kept_to_the_character_the_word_and_the_depth(extra):
    for query, code in (
        ("x" * (MAX_CHARACTERS + extra), "too_long"),
        ("x " * (MAX_WORDS + extra), "too_many_words"),
        ('"' + "x " * (MAX_WORDS + extra) + '"', "too_many_words"),
        ("x" + "-x" * (MAX_WORDS + extra - 1), "too_many_words"),
        ("(" * (MAX_DEPTH + extra) + "x" + ")" * (MAX_DEPTH + extra), "too_deep"),
    ):
        if extra <= 0:
            parse(query)
        else:
            with pytest.raises(QueryError) as caught:
                parse(query)
            assert caught.value.code == code


def test_a_query_of_a_megabyte_is_refused_at_once():
    with pytest.raises(QueryError, match="1,048,576 characters; at most 512"):
        parse("(" * 2**20)


PIECES = st.sampled_from(
    ["a", "b-c", "OR", "AND", "NOT", "-", "-!", "-%", "(", ")", '"', "“", "title:", "date:", "date:2016", "x:",
     "ab*", "*", "?", "..", ">=", "2016", "中", "'", "~", "w/5", "=", "\0", "é"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=4), max_size=20).map(" ".join), st.booleans())
def test_any_text_is_a_query_or_a_query_error(text, strict):
    try:
        understood = parse(text, strict=strict)
    except QueryError as error:
        assert str(error)
        assert error.position is None or 0 <= error.position <= len(text)
    else:
        assert understood.clauses


@given(st.lists(PIECES, max_size=20).map("".join))
def test_without_spaces_too(text):
    try:
        parse(text)
    except QueryError as error:
        assert str(error)
