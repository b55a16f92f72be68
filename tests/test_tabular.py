"""CSV for spreadsheets: what was written comes back, and no cell is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tabular import csv_row, plain_cell, safe_cell

FORMULA_SIGNS = "=+-@\t\r\n\0＝＋－＠"
TEXTS = st.text(st.one_of(st.sampled_from(FORMULA_SIGNS + "'\",; a"), st.characters(codec="utf-8")))


@given(TEXTS)
def test_a_safe_cell_never_begins_like_a_formula_and_can_be_undone(text):
    cell = safe_cell(text)
    assert cell[:1] not in FORMULA_SIGNS or not cell
    assert plain_cell(cell) == text
    assert cell in (text, f"'{text}")


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=5), max_size=5))
def test_rows_are_read_back_by_another_reader(rows):
    written = "".join(csv_row(row) for row in rows)
    read = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert [[plain_cell(cell) for cell in row] for row in read] == rows


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_each_sign_of_a_formula_is_defused(sign):
    assert safe_cell(f"{sign}1+1") == f"'{sign}1+1"


def test_numbers_stay_numbers():
    assert csv_row([-1, 2.5, None, "-1"]) == "-1,2.5,,'-1\r\n"
