"""The words of a run by number: terms, and the forms in which they are printed."""

from __future__ import annotations

import sys
from array import array
from itertools import compress

import numpy as np
import numpy.typing as npt

from index.analysis import MAX_TOKEN_LENGTH, compounds, printed, tokenize
from index.stemming import ENGLISH, stems
from index.usual_pieces import Parsed, parse

# What Python takes for the strings and entries of one number, roughly.
_TERM_SIZE = 120
_FORM_SIZE = 180

# A piece of text: the number of its only form; or of each form, for each the step to the
# position of the next (0 or 1), and its compound keys.
Analysis = int | tuple[list[int], list[int], list[str]]


class Vocabulary:
    """Pairs of a term and a printed form, numbered in the order in which they are first met.

    Attributes:
        terms: the terms, by number.
        form_texts: the printed form of each pair, by number; two pairs may have the same.
    """

    def __init__(self) -> None:
        self._term_numbers = _TermNumbers()
        self._numbers = _FormNumbers(self._term_numbers)
        self.terms = self._term_numbers.terms
        self.form_texts = self._numbers.texts

    @property
    def term_of_form(self) -> npt.NDArray[np.uint32]:
        """The number of the term of each pair: a new uint32[forms]."""
        return np.array(self._numbers.term_of_form, np.uint32)

    @property
    def nbytes(self) -> int:
        """Roughly what the vocabulary takes in memory."""
        tables = sys.getsizeof(self._numbers) + sys.getsizeof(self._term_numbers)
        return tables + len(self.terms) * _TERM_SIZE + len(self.form_texts) * _FORM_SIZE

    def analyse(self, pieces: list[bytes], stemmer: str = ENGLISH) -> list[Analysis]:
        """What is in pieces (UTF-8); forms that are new get their numbers in this order."""
        plain = [piece.isalnum() and len(piece) <= MAX_TOKEN_LENGTH for piece in pieces]
        words = b" ".join(compress(pieces, plain)).decode()
        forms = iter(zip(stems(words.lower().split(), stemmer), words.split(), strict=True))
        numbers = self._numbers
        return [
            # An ASCII word is one token, printed as it stands.
            numbers[next(forms)] if is_plain else self._analyse(piece, stemmer)
            for piece, is_plain in zip(pieces, plain, strict=True)
        ]

    def _analyse(self, piece: bytes, stemmer: str) -> Analysis:
        tokens, keys = parse(piece, stemmer) or _tokenized(piece.decode(), stemmer)
        numbers = self._numbers
        forms = [numbers[term, form] for term, form, _ in tokens]
        if len(forms) == 1:
            return forms[0]
        return forms, [step for _, _, step in tokens], keys


def _tokenized(piece: str, stemmer: str) -> tuple[Parsed, list[str]]:
    """The tokens of a piece of any kind, and its compound keys."""
    tokens = tokenize(piece, stemmer)
    positions = [token.position for token in tokens]
    ends = [*positions[1:], positions[-1] + 1] if positions else []
    parsed = [
        (token.term, printed(piece[token.start : token.end]), end - token.position)
        for token, end in zip(tokens, ends, strict=True)
    ]
    return parsed, sorted(compounds(tokens))


class _TermNumbers(dict[str, int]):
    """Term -> number; a new one is given at the first look."""

    def __init__(self) -> None:
        self.terms: list[str] = []

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self.terms)
        self.terms.append(term)
        return number


class _FormNumbers(dict[tuple[str, str], int]):
    """Term and printed form -> number; a new one is given at the first look."""

    def __init__(self, term_numbers: _TermNumbers) -> None:
        self.texts: list[str] = []
        self.term_of_form = array("I")
        self._term_numbers = term_numbers

    def __missing__(self, pair: tuple[str, str]) -> int:
        number = self[pair] = len(self.texts)
        term, form = pair
        self.texts.append(form)
        self.term_of_form.append(self._term_numbers[term])
        return number
