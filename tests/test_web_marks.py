"""Marks in text.

- The text that is shown is the text that was given, escaped.
- Tags never overlap, whatever the spans do.
- A letter is marked if and only if a span covers it, with all clauses that cover it.
"""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from search.results import Span
from web.marks import marked

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
