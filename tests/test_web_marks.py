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
from web.marks import marked, shortened, style_of, told_apart

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
    r'<mark class="([cd\d ]+)"(?: data-clause="([\d ]+)")?(?: data-ends="([\d ]+)")?>'
    r"([^<]*)</mark>|([^<]+)"
)


def test_marks_of_several_clauses_carry_their_styles_and_numbers():
    shown = str(marked("hit back", [Span(0, 8, 1), Span(4, 8, 2)], CLAUSES))
    assert shown == (
        '<mark class="c1" data-clause="1">hit </mark>'
        '<mark class="c1 d2" data-ends="1 2">back</mark>'
    )


@given(TEXTS, SPANS)
def test_numbers_are_shown_once_where_a_clause_stops_covering(text, spans):
    shown = str(marked(text, spans, CLAUSES))
    assert NUMBERED.sub("", shown) == ""
    pieces = [
        (html.unescape(inside or outside), set((covering or ends).split()), set(ends.split()))
        for _, covering, ends, inside, outside in NUMBERED.findall(shown)
    ]
    assert "".join(piece for piece, *_ in pieces) == text
    for (_, covering, ends), (_, following, _) in pairwise([*pieces, ("", set(), set())]):
        assert ends == covering - following


@given(TEXTS, SPANS, st.integers(0, 400))
def test_a_shortened_text_fits_and_is_a_part_of_the_marked_one(text, spans, room):
    whole = str(marked(text, spans, CLAUSES))
    shown, cut = shortened(text, spans, CLAUSES, room)
    assert cut == (len(whole.encode()) > room)
    if cut:
        inner = str(shown).removesuffix("…")
        assert whole.startswith(inner)
        assert len(inner.encode()) <= room
    else:
        assert str(shown) == whole


def test_a_shortened_text_whose_first_mark_is_far_in_begins_shortly_before_it():
    text = "far " * 500 + "siege " + "off " * 500
    shown, cut = shortened(text, [Span(2000, 2005, 1)], (), 300)
    assert cut
    assert str(shown).startswith("… far far")
    assert '<mark data-clause="1">siege</mark> off off' in shown
    assert str(shown).endswith("off …")


def test_clauses_are_told_apart_where_two_of_them_can_be_marked():
    assert told_apart(CLAUSES) == CLAUSES
    assert told_apart(CLAUSES[1:]) == ()
    assert style_of(8) == "c2"
