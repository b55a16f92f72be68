"""The values of ``para:`` and ``words:``: a number, a range or a comparison -> low and high."""

from __future__ import annotations

import re

from search.errors import QueryError

MOST = 1_000_000_000
"""No paragraph has that number, none is that long."""

_NUMBER = re.compile(r"[0-9]{1,9}")


def parse_numbers(name: str, value: str, position: int) -> tuple[int, int]:
    """The lowest and the highest number of a range, both included.

    >>> parse_numbers("para", "1..3", 0), parse_numbers("words", ">40", 0)
    ((1, 3), (41, 1000000000))

    Raises QueryError ``bad_number`` with the position where the value cannot be read.
    """
    low, high = 0, MOST
    if comparison := re.match(r"[<>]=?", value):
        sign = comparison[0]
        number = _parse_one(name, value, value[len(sign) :], position)
        low = {">=": number, ">": number + 1}.get(sign, low)
        high = {"<=": number, "<": number - 1}.get(sign, high)
    elif ".." in value:
        left, _, right = value.partition("..")
        low = _parse_one(name, value, left, position) if left or not right else low
        high = _parse_one(name, value, right, position) if right else high
    else:
        low = high = _parse_one(name, value, position=position, digits=value)
    if low > high or (name == "para" and high < 1):
        raise QueryError(f"{name}:{value} is no number; {_how(name)}", "bad_number", position)
    return low, high


def _parse_one(name: str, value: str, digits: str, position: int) -> int:
    if not _NUMBER.fullmatch(digits):
        raise QueryError(f"{name}:{value} is not a number; {_how(name)}", "bad_number", position)
    return int(digits)


def _how(name: str) -> str:
    if name == "para":
        return "paragraphs count from 1: write para:1, para:1..3 or para:>=2"
    return "write words:>40, words:20..40 or words:12"
