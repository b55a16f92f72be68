"""Marks in text.

- The text that is shown is the text that was given, escaped.
- Tags never overlap, whatever the spans do.
- A letter is marked if and only if a span covers it, with all clauses that cover it.
- Where there are several clauses, each mark says which it is of.
"""

import html
import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from search.results import Clause, Span
from web.marks import marked, style_of, told_apart

TEXTS = st.text(alphabet="ab <>&\"'é日\n", max_size=30)
SPANS = st.lists(st.builds(Span, st.integers(0, 35), st.integers(0, 35), st.integers(1, 3)))
PIECES = re.compile(r'<mark data-clause="([\d ]+)">([^<]*)</mark>|([^<]+)')


def clauses_of_letters(shown):
    """(letter, clauses) of a marked text, read back from its HTML."""
    assert PIECES.sub("", shown) == ""
    for clauses, inside, outside in PIECES.findall(shown):
        for letter in html.unescape(inside or outside):
            yield letter, {int(clause) for clause in clauses.split()}


@given(TEXTS, SPANS)
def test_marked_text_is_the_text_with_its_spans(text, spans):
    expected = [
        (letter, {span.clause for span in spans if span.start <= at < span.end})
        for at, letter in enumerate(text)
    ]
    assert list(clauses_of_letters(str(marked(text, spans)))) == expected


def test_text_without_spans_is_escaped():
    assert str(marked("<b> & \"c\" 'd'")) == "&lt;b&gt; &amp; &#34;c&#34; &#39;d&#39;"


def test_a_word_inside_a_phrase_of_another_clause_names_both():
    shown = str(marked("hit back", [Span(0, 8, 1), Span(4, 8, 2)]))
    assert shown == '<mark data-clause="1">hit </mark><mark data-clause="1 2">back</mark>'


def test_spans_of_one_clause_that_touch_or_overlap_are_one_mark():
    shown = str(marked("abcdef", [Span(0, 3, 1), Span(1, 4, 1), Span(4, 5, 1)]))
    assert shown == '<mark data-clause="1">abcde</mark>f'


def test_many_spans_take_time_in_proportion():
    many = [Span(at, at + 1, 1 + at % 2) for at in range(20_000)]
    assert str(marked("a" * 20_000, many)).count("<mark") == 20_000


CLAUSES = (
    Clause(1, '"hit back"', "phrase"),
    Clause(2, "back"),
    Clause(3, "date:2016", "date", None),
)
NUMBERED = re.compile(
    r'<mark class="([cd\d ]+)" data-clause="([\d ]+)"(?: data-ends="([\d ]+)")? title="([^"<>]*)">'
    r"([^<]*)</mark>|([^<]+)"
)


def test_marks_of_several_clauses_carry_style_number_and_words():
    shown = str(marked("hit back", [Span(0, 8, 1), Span(4, 8, 2)], CLAUSES))
    assert shown == (
        '<mark class="c1" data-clause="1" title="1 &#34;hit back&#34;">hit </mark>'
        '<mark class="c1 d2" data-clause="1 2" data-ends="1 2" '
        'title="1 &#34;hit back&#34;; 2 back">back</mark>'
    )


@given(TEXTS, SPANS)
def test_numbers_are_shown_once_where_a_clause_stops_covering(text, spans):
    shown = str(marked(text, spans, CLAUSES))
    assert NUMBERED.sub("", shown) == ""
    pieces = [
        (html.unescape(inside or outside), set(covering.split()), set(ends.split()))
        for _, covering, ends, _, inside, outside in NUMBERED.findall(shown)
    ]
    assert "".join(piece for piece, *_ in pieces) == text
    for (_, covering, ends), (_, following, _) in pairwise([*pieces, ("", set(), set())]):
        assert ends == covering - following


def test_the_words_of_a_clause_are_escaped_and_cut_in_a_title():
    hostile = Clause(1, '"><script>alert(1)</script>' + 80 * "x")
    shown = str(marked("ab", [Span(0, 1, 1)], (hostile, Clause(2, "b"))))
    assert "<script" not in shown
    assert len(html.unescape(shown.partition('title="')[2].partition('">')[0])) == 62


def test_clauses_are_told_apart_where_two_of_them_can_be_marked():
    assert told_apart(CLAUSES) == CLAUSES
    assert told_apart(CLAUSES[1:]) == ()
    assert style_of(8) == "c2"
