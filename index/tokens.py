"""The tokens of many texts at once: as ``index.analysis.tokenize``, term for term."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.codec.arrays import ragged, starts_of
from index.piece_table import PieceTable
from index.piece_tokens import PieceTokens, Tokens
from index.pieces import KEY_SIZE, Keys, Pieces, cut
from index.stemming import ENGLISH
from index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from concurrent.futures import Executor

_BATCH_SIZE = 1 << 18  # characters of text that are worked on at once: what caches hold
_RAW_SIZE = 120  # of a long piece and its entry in memory, roughly
_PIECES_LIMIT = 64 << 20


class BatchTokenizer:
    """Tokenizes texts and numbers their words; it remembers the pieces that it has met.

    Words get their numbers in the order of the texts, whatever is remembered. For one thread
    at a time.

    Attributes:
        vocabulary: the terms and printed forms of all texts since the last ``reset``.
    """

    def __init__(self, pieces_limit: int = _PIECES_LIMIT, pool: Executor | None = None) -> None:
        """A tokenizer that forgets its pieces when they take more bytes than the limit.

        It keeps the vocabulary, which grows until the ``reset``. The pool, if there is one,
        cuts texts while those before are looked up.
        """
        self._limit = pieces_limit
        self._pool = pool
        self.reset()

    def reset(self) -> None:
        """Begin a new vocabulary. Tokens of before belong to the old one."""
        self.vocabulary = Vocabulary()
        self._forget()

    @property
    def terms(self) -> list[str]:
        """The terms so far, by number."""
        return self.vocabulary.terms

    @property
    def term_of_form(self) -> npt.NDArray[np.uint32]:
        """The number of the term of each pair of term and printed form: a new uint32[forms]."""
        return self.vocabulary.term_of_form

    @property
    def form_texts(self) -> list[str]:
        """The printed form of each pair, by number."""
        return self.vocabulary.form_texts

    @property
    def nbytes(self) -> int:
        """Roughly what vocabulary and pieces take in memory."""
        return self.vocabulary.nbytes + self._pieces_nbytes

    def add(self, texts: Sequence[str], stemmers: Sequence[str] = ()) -> Tokens:
        """The tokens of texts; what is new in them enters the vocabulary.

        Besides the result (8 bytes a token) this takes some megabytes, or about 40 bytes a
        character of the longest text, if that is more.

        Args:
            texts: to read.
            stemmers: of each text, or the one of all; see ``index.stemming``. English by default.
        """
        distinct = dict.fromkeys(stemmers or (ENGLISH,))
        if len(distinct) < 2:
            return self._add(texts, *distinct)
        groups = [[at for at, each in enumerate(stemmers) if each == own] for own in distinct]
        parts = [
            self._add([texts[at] for at in group], stemmer)
            for group, stemmer in zip(groups, distinct, strict=True)
        ]
        return _in_order(_joined(parts), np.concatenate(groups))

    def _add(self, texts: Sequence[str], stemmer: str) -> Tokens:
        """The tokens of texts with one stemmer."""
        return _joined([self._tokens(stemmer, *each) for each in self._cut(_parts(texts))])

    def _cut(self, parts: Iterator[Sequence[str]]) -> Iterator[tuple[Pieces, Keys, Keys]]:
        """The pieces of each part, and their keys."""
        if self._pool is None:
            yield from map(_pieces_and_keys, parts)
            return
        following = self._pool.submit(_pieces_and_keys, next(parts))
        for part in parts:
            current, following = following, self._pool.submit(_pieces_and_keys, part)
            yield current.result()
        yield following.result()

    def _tokens(self, stemmer: str, pieces: Pieces, low: Keys, high: Keys) -> Tokens:
        numbers = self._numbers(stemmer, pieces, low, high)
        tokens = self._known.tokens(numbers, pieces.bounds)
        if self._pieces_nbytes > self._limit:
            self._forget()
        return tokens

    def _numbers(
        self, stemmer: str, pieces: Pieces, low: Keys, high: Keys
    ) -> npt.NDArray[np.int32]:
        """The number of each piece; those that are new are analysed."""
        met = self._met.get(stemmer)
        if met is None:
            met = self._met[stemmer] = _Met()
        numbers = met.table.find(low, high)
        long = np.flatnonzero(pieces.ends - pieces.starts > KEY_SIZE)
        numbers[long] = [met.long.get(raw, -1) for raw in pieces.raw(long)]
        unknown = np.flatnonzero(numbers < 0)
        if len(unknown):
            raws = pieces.raw(unknown)
            places = dict(zip(raws, unknown.tolist(), strict=True))  # one of each distinct piece
            learnt = dict(zip(places, range(len(self._known), 1 << 31), strict=False))
            numbers[unknown] = [learnt[raw] for raw in raws]
            self._known.extend(self.vocabulary.analyse(list(learnt), stemmer))
            met.add_long({raw: number for raw, number in learnt.items() if len(raw) > KEY_SIZE})
            short = [place for raw, place in places.items() if len(raw) <= KEY_SIZE]
            met.table.add(low[short], high[short], numbers[short])
        return numbers

    @property
    def _pieces_nbytes(self) -> int:
        return self._known.nbytes + sum(met.nbytes for met in self._met.values())

    def _forget(self) -> None:
        self._known = PieceTokens()
        self._met: dict[str, _Met] = {ENGLISH: _Met()}


class _Met:
    """The pieces that were met with one stemmer, and their numbers.

    Attributes:
        table: the short ones, by their keys.
        long: the others.
    """

    def __init__(self) -> None:
        self.table = PieceTable()
        self.long: dict[bytes, int] = {}
        self._long_size = 0

    @property
    def nbytes(self) -> int:
        """Roughly what it takes in memory."""
        return self.table.nbytes + sys.getsizeof(self.long) + self._long_size

    def add_long(self, numbers: dict[bytes, int]) -> None:
        """Add long pieces."""
        self.long |= numbers
        self._long_size += sum(len(raw) + _RAW_SIZE for raw in numbers)


def _pieces_and_keys(texts: Sequence[str]) -> tuple[Pieces, Keys, Keys]:
    pieces = cut(texts)
    return pieces, *pieces.keys()


def _parts(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Texts in parts of about _BATCH_SIZE characters."""
    start = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size > _BATCH_SIZE:
            yield texts[start : number + 1]
            start, size = number + 1, 0
    if start < len(texts) or not texts:
        yield texts[start:]


def _joined(parts: list[Tokens]) -> Tokens:
    """The tokens of parts as those of the whole."""
    if len(parts) == 1:
        return parts[0]
    compounds, texts = [], 0
    for part in parts:
        compounds += [(texts + text, key) for text, key in part.compounds]
        texts += len(part.counts)
    return Tokens(
        np.concatenate([part.forms for part in parts]),
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.counts for part in parts]),
        compounds,
    )


def _in_order(tokens: Tokens, numbers: npt.NDArray[np.int64]) -> Tokens:
    """The tokens of texts, put in the order of the numbers of the texts."""
    order = np.argsort(numbers)
    counts = tokens.counts[order]
    at = ragged(starts_of(tokens.counts)[order], counts)
    compounds = [(int(numbers[text]), key) for text, key in tokens.compounds]
    compounds.sort(key=lambda each: each[0])
    return Tokens(tokens.forms[at], tokens.positions[at], counts, compounds)
