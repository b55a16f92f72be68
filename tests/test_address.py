"""The stable address of a paragraph: what it says of a text that changed or stayed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.address import address_of, check_of, read_address


@given(st.text(min_size=1), st.integers(1, 999_999_999), st.text())
def test_an_address_is_read_as_it_was_printed(article_id: str, number: int, text: str) -> None:
    address = address_of(article_id, number, text)
    assert read_address(str(address)) == address


@given(st.text())
def test_spaces_do_not_change_the_check(text: str) -> None:
    assert check_of(f"  {text}\n") == check_of(text) == check_of(text.replace(" ", "\t "))


def test_a_changed_word_changes_the_check() -> None:
    assert check_of("The bridge was closed") != check_of("The bridge was opened")


@pytest.mark.parametrize(
    "text", ["", "blog", "blog#p", "blog#p0", "#p1", "blog#p1@xyz", "blog#p1@1f"]
)
def test_what_is_no_address_is_none(text: str) -> None:
    assert read_address(text) is None
