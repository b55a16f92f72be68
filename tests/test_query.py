"""The query language: what is written becomes a tree; every mistake has an answer."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.errors import QueryError
from search.query import parse
from search.query.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_WORDS
from search.query.numbers import MOST
from search.query.tree import (
    And,
    DateRange,
    Either,
    InArticle,
    InParagraph,
    Near,
    NearParagraphs,
    Node,
    Not,
    NumberRange,
    Or,
    Terms,
    Window,
)


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
        case NumberRange(number=number, low=low, high=high):
            return f"{number} {low}..{high if high < MOST else ''}"
        case InArticle(child):
            return "article(" + drawn(child).removeprefix("(").removesuffix(")") + ")"
        case InParagraph(child):
            return "para(" + drawn(child).removeprefix("(").removesuffix(")") + ")"
        case NearParagraphs(left=left, right=right, distance=distance):
            sign = ("!" if node.negated else "") + (">" if node.ordered else "~")
            return f"{drawn(left)} {sign}{distance}p{sign[-1]} {drawn(right)}"
        case Near(left=left, right=right, distance=distance):
            sign = ("!" if node.negated else "") + (">" if node.ordered else "~")
            sides = [f"({drawn(x)})" if isinstance(x, Near) else drawn(x) for x in (left, right)]
            return f"{sides[0]}{sign}{distance}{sign[-1]}{sides[1]}"
        case Either(children):
            return "(" + " | ".join(map(drawn, children)) + ")"
        case Window(words=words, size=size):
            return "[" + " ".join(word.text for word in words) + f"]{size}"
        case Terms(kind="exact"):
            return f"{node.field}:={node.text}".removeprefix("text:")
        case Terms(kind="wildcard"):
            return f"{node.field}:{node.text}*".removeprefix("text:")
        case Terms(kind="fuzzy"):
            return f"{node.field}:{node.text}~{node.edits}".removeprefix("text:")
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
        ("wom?n", "wom?n*"),
        ("co*r", "co*r*"),
        ("min*st*", "min*st**"),
        ("Who won it?", "(Who & won & it?)"),
        ("churkin~", "churkin~1"),
        ("churkin~2", "churkin~2"),
        ("churkin~2.", "churkin~2"),
        ("=Power", "=Power"),
        ('="Fatah Sham Front"', "=Fatah Sham Front"),
        ("title:=Power", "title:=Power"),
        ("-=US", "!=US"),
        ("a=b", "a=b"),
        ('"a b c"~3', "[a b c]6"),
        ('"cease-fire b"~0', "[cease-fire b]3"),
        ('="A b"~1', "[A b]3"),
        ("a w/5 b", "a~5~b"),
        ("a W/5 b", "a~5~b"),
        ("a pre/2 b", "a>2>b"),
        ("a PRE/2 b", "a>2>b"),
        ("a NOT w/5 b", "a!~5~b"),
        ("a NOT pre/5 b", "a!>5>b"),
        ("a w/5 b w/3 c", "(a~5~b)~3~c"),
        ("a w/5 (b w/3 c)", "a~5~(b~3~c)"),
        ('(a OR "b c" OR de*) w/5 f', '(a | "b c" | de*)~5~f'),
        ("a w/5 b c", "(a~5~b & c)"),
        ("a OR b w/5 c", "(a | b~5~c)"),
        ("-a w/5 b", "!a~5~b"),
        ("title:(a w/3 b)", "title:a~3~title:b"),
        ("title:a w/3 title:b", "title:a~3~title:b"),
        ("24 w/7x", "(24 & w/7x)"),
        ("24 w/7px", "(24 & w/7px)"),
        ("a w/2p b", "a ~2p~ b"),
        ("a W/2P b", "a ~2p~ b"),
        ("a w/0p b", "a ~0p~ b"),
        ("a pre/2p b", "a >2p> b"),
        ("a NOT w/2p b", "a !~2p~ b"),
        ("a NOT PRE/100p b", "a !>100p> b"),
        ("a w/5 b w/2p c w/3 d", "a~5~b ~2p~ c~3~d"),
        ('(a b) w/2p (de* OR "d e"~1)', "(a & b) ~2p~ (de* | [d e]3)"),
        ("a w/2p b c", "(a ~2p~ b & c)"),
        ("-a w/2p b", "!a ~2p~ b"),
        ("para(a b) w/2p c", "para(a & b) ~2p~ c"),
        ("article(a w/2p b)", "article(a ~2p~ b)"),
        ("para(a OR b) c", "(para(a | b) & c)"),
        ("article(a b -para(a b))", "article(a & b & !para(a & b))"),
        ("para (a)", "(para & a)"),
        ("para() a", "a"),
        ("para:1", "para 1..1"),
        ("para:1..3", "para 1..3"),
        ("para:>=2", "para 2.."),
        ("words:>40", "words 41.."),
        ("words:<40", "words 0..39"),
        ("words:..40", "words 0..40"),
        ("article(a AND b) c", "(article(a & b) & c)"),
        ("article(a (b OR c))", "article(a & (b | c))"),
        ("article (a)", "(article & a)"),
        ("article() a", "a"),
        ("http://example.org/x", "http://example.org/x"),
        ("coffee w/o milk", "(coffee & w/o & milk)"),
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
        ("oil^2", "oil^2", "“oil^2” is read as words: nothing can be given a weight by ^"),
        ("oil~2^0.5", "oil~2^0.5", "“oil~2^0.5” is read as words: nothing can be given a weight"),
        ("(a OR b)^3", "((a | b) & ^3)", "“^3” is read as words"),
        ("oil~x", "oil~x", "“oil~x” is read as words: behind a tilde stands nothing, 1 or 2"),
        ("oil~0.8", "oil~0.8", "behind that of a phrase a number"),
        ('"a b"~x', '("a b" & ~x)', "“~x” is read as words"),
        ("title: x", "(title: & x)", "“title:” has no value"),
        ("w/5 b", "b", "“w/5” at character 1 has nothing to join, so it was left out"),
        ("a w/5", "a", "“w/5” at character 3 has nothing to join"),
        ("a NOT w/5", "a", "“NOT w/5” at character 3 has nothing to join"),
        ("a w/5 w/3 b", "a~3~b", "“w/5” at character 3 has nothing to join"),
        ("a w/5 OR b", "(a | b)", "“w/5” at character 3 has nothing to join"),
        ("a w/5 -b", "(a & !b)", "“w/5” at character 3 has nothing to join"),
        ("a w/ 5 b", "(a & w/ & 5 & b)", "“w/” is no distance, so it is read as a word; write w/5"),
        ("a w/s b", "(a & w/s & b)", "“w/s” is no distance"),
        ("a W/P b", "(a & W/P & b)", "write w/5 for words and w/2p for paragraphs"),
        ("a w/2p", "a", "“w/2p” at character 3 has nothing to join, so it was left out"),
        ("a w/2p -b", "(a & !b)", "“w/2p” at character 3 has nothing to join"),
        ("para(a", "(para & a)", "parenthesis at character 5 has no partner"),
        ("article(a", "(article & a)", "parenthesis at character 8 has no partner"),
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
        ("x w*n", "bad_wildcard", 2),
        ("w?n", "bad_wildcard", 0),
        ("?omen", "bad_wildcard", 0),
        ("cease-?ire", "bad_wildcard", 0),
        ("=minist*", "bad_wildcard", 0),
        ("=churkin~", "bad_fuzzy", 0),
        ("x churkin~3", "bad_fuzzy", 2),
        ("churkin~0", "bad_fuzzy", 0),
        ("chur*n~", "bad_fuzzy", 0),
        ("us~", "bad_fuzzy", 0),
        ("war~2", "bad_fuzzy", 0),
        ("a w/0 b", "bad_distance", 2),
        ("a w/101 b", "bad_distance", 2),
        ("a NOT pre/0 b", "bad_distance", 2),
        ("a w/99999999999999999999 b", "bad_distance", 2),
        ('"a b"~101', "bad_distance", 5),
        ('"a b"~', "bad_distance", 5),
        ("(a b) w/5 c", "bad_operand", 0),
        ("a w/101p b", "bad_distance", 2),
        ("a pre/0p b", "bad_distance", 2),
        ("a w/2p b w/2p c", "bad_operand", 0),
        ("a w/2p (b w/2p c)", "bad_operand", 7),
        ("(a w/2p b) w/5 c", "bad_operand", 0),
        ("a w/2p title:b", "bad_operand", 7),
        ("title:(a w/2p b)", "bad_operand", 7),
        ("a w/2p (b -c)", "bad_operand", 7),
        ("a w/2p article(b)", "bad_operand", 7),
        ("a w/2p para:1", "bad_operand", 7),
        ("a w/5 (b -c)", "bad_operand", 6),
        ("a w/5 date:2016", "bad_operand", 6),
        ("a w/5 article(b)", "bad_operand", 6),
        ('a w/5 "b c"~2', "bad_operand", 6),
        ("title:a w/5 b", "bad_operand", 12),
        ("(a OR title:b) w/5 c", "bad_operand", 0),
        ("para:0", "bad_number", 5),
        ("para:x", "bad_number", 5),
        ("para:3..1", "bad_number", 5),
        ("para:..", "bad_number", 5),
        ("words:>", "bad_number", 6),
        ('words:"4"', "bad_number", 6),
        ("date:0d", "bad_date", 5),
        ("date:7h", "bad_date", 5),
        ("date:>=7d", "bad_date", 7),
        ("", "empty_query", None),
        ("…", "empty_query", None),
        ('"" ()', "empty_query", None),
        ("title:&", "empty_value", 6),
        ("title:?", "empty_value", 6),
        ("author::?", "empty_value", 7),
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
        ("a w/s b", "no_distance", 2),
        ("a b^2", "no_weight", 2),
        ("a oil~x", "no_edits", 2),
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
     "ab*", "*", "?", "ab?c", "abc~", "abc~2", "w/3", "pre/2", "NOT w/5", "w/0", "w/2p", "NOT pre/1p", "para(", '"a b"~2', "=A", '="A b"',
     "article(", "para:1", "para:", "words:>2", "date:7d", "date:today", "..", ">=", "2016", "中", "'", "~", "w/5", "=", "\0", "é"]
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
