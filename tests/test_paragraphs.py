"""Paragraphs: by blank lines, by indentation or by lines; nothing is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.paragraphs import MAX_PARAGRAPH_BYTES, clean_paragraphs, split_paragraphs

WRAPPED = "The council met on Tuesday to hear the engineers\nreport on the state of the old bridge, and\nvoted to close it."


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\n \r\nTwo.", ["One.", "Two."]),
        ("One\nwrapped.\n\nTwo.", ["One wrapped.", "Two."]),
        ("    One,\nwrapped.\n    Two.", ["One, wrapped.", "Two."]),
        ("One,\nwrapped.\n\tTwo.", ["One, wrapped.", "Two."]),
        ("  One,\n  wrapped.\n\n  Two,\n  too.", ["One, wrapped.", "Two, too."]),
        (WRAPPED, [WRAPPED.replace("\n", " ")]),
        ("It rained.\nNobody came to the square, where the band waited for an hour.\nThen it ended.",
         ["It rained.", "Nobody came to the square, where the band waited for an hour.",
          "Then it ended."]),
        ("rebel-\nheld areas\nof\n\nx", ["rebel-held areas of", "x"]),
        ("", []),
        (" \n \n ", []),
    ],
)  # fmt: skip
def test_a_text_is_divided_as_it_is_set(text, paragraphs):
    assert split_paragraphs(text) == paragraphs


@given(st.lists(st.text("abc de.", min_size=1)))
def test_no_word_is_lost(paragraphs):
    text = "\n\n".join(paragraphs)
    assert " ".join(split_paragraphs(text)).split() == text.split()


@pytest.mark.parametrize("unit", ["A sentence. ", "word ", "x", "ж", "𝔸 "])
def test_a_paragraph_that_is_too_long_is_divided(unit):
    parts = clean_paragraphs([unit * (2 * MAX_PARAGRAPH_BYTES // len(unit.encode()))])
    assert len(parts) >= 2
    assert all(len(part.encode()) <= MAX_PARAGRAPH_BYTES for part in parts)
    assert "".join(parts).replace(" ", "") == (
        unit.strip() * (2 * MAX_PARAGRAPH_BYTES // len(unit.encode()))
    ).replace(" ", "")


def test_a_paragraph_of_just_the_limit_stays_whole():
    assert clean_paragraphs(["é" * (MAX_PARAGRAPH_BYTES // 2)]) == [
        "é" * (MAX_PARAGRAPH_BYTES // 2)
    ]


def test_a_long_text_of_short_lines_is_joined_in_time():
    lines = "word\n" * 200_000  # minutes, if each line looked at all before it
    assert sum(map(len, split_paragraphs(f"  {lines}"))) > 900_000
