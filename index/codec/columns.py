"""One value a document: numbers, and words by their codes.

Arrays, with the name of the column in front:

====== ========== ==========================================================================
values u1 … u8    numbers: 0 for "unknown", else 1 + (number - low) / unit; low and unit
                  stand in the segment's meta
codes  u1 … u4    words: for each document the number of its word
words  u1         a list of the words in JSON, in UTF-8, ascending by their bytes
====== ========== ==========================================================================
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from index.codec.arrays import Ints, narrowest
from index.codec.sealed import SealedFile, SealedWriter


def put_numbers(
    sealed: SealedWriter, name: str, numbers: npt.NDArray[Any], unknown: int
) -> dict[str, int]:
    """Write a column of numbers; what the segment's meta says of it.

    Args:
        sealed: the file.
        name: of the column.
        numbers: integers [n].
        unknown: the number that stands for no number.
    """
    numbers = np.asarray(numbers, np.int64)
    known = numbers[numbers != unknown]
    low = int(known.min()) if len(known) else 0
    unit = max(1, int(np.gcd.reduce(np.unique(known - low)))) if len(known) else 1
    values = np.where(numbers == unknown, 0, (numbers - low) // unit + 1)
    stored = values.astype(np.uint64)
    sealed.put(f"{name}.values", stored.astype(narrowest(int(stored.max(initial=0)))))
    return {"low": low, "unit": unit, "unknown": unknown}


def read_numbers(sealed: SealedFile, name: str, meta: dict[str, int]) -> Ints:
    """A column of numbers; a new int64[n]."""
    values = sealed.array(f"{name}.values")
    numbers = (values.astype(np.int64) - 1) * meta["unit"] + meta["low"]
    numbers[values == 0] = meta["unknown"]
    return numbers


def put_words(sealed: SealedWriter, name: str, words: Sequence[str]) -> None:
    """Write a column of words, one a document."""
    distinct = sorted(set(words), key=str.encode)
    code_of = {word: code for code, word in enumerate(distinct)}
    codes = np.fromiter(map(code_of.__getitem__, words), np.int64, len(words))
    sealed.put(f"{name}.codes", codes.astype(narrowest(len(distinct))))
    listed = json.dumps(distinct, ensure_ascii=False).encode()
    sealed.put(f"{name}.words", np.frombuffer(listed, np.uint8))


def read_words(sealed: SealedFile, name: str) -> tuple[npt.NDArray[np.int32], list[str]]:
    """A column of words: the code of each document, a new int32[n], and the words by code."""
    try:
        words = json.loads(sealed.array(f"{name}.words").tobytes())
    except ValueError as error:
        sealed.damaged(f"the words of its column {name} cannot be read: {error}")
    codes = sealed.array(f"{name}.codes").astype(np.int32)
    if len(codes) and codes.max() >= len(words):
        sealed.damaged(f"its column {name} has fewer words than it needs")
    return codes, words
