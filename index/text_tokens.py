"""The tokens of one text, made as far as they are looked at: for who looks for a few words.

``index.analysis.tokenize`` makes all of them. Here a text is cut at white space, as
``index.pieces`` does for many texts at once, and what lies between is analysed once and
remembered: most pieces of a text were met before. Where a token stands is worked out for those
tokens only that are asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain

from index.analysis import Token, tokenize
from index.cached import cached_property
from index.stemming import stemmer_of

_KNOWN = 200_000  # pieces of a stemmer that are remembered, at about 200 bytes
_LONGEST = 40  # characters of a piece that is remembered
_PLACED = 20_000  # pieces whose tokens are remembered with their places, at about 600 bytes

Words = tuple[str, ...]


class _Pieces(dict[str, Words]):
    """Piece -> terms of its tokens, or their forms, worked out when it is first met."""

    def __init__(self, stemmer: str, attribute: str) -> None:
        self._stemmer = stemmer
        self._attribute = attribute
        self._same: dict[Words, Words] = {}  # "year" and "year," have one tuple

    def __missing__(self, text: str) -> Words:
        if len(self) >= _KNOWN:
            self.clear()
            self._same.clear()
        tokens = tokenize(text, self._stemmer)
        words = tuple(getattr(each, self._attribute) for each in tokens)
        if len(text) <= _LONGEST:
            words = self[text] = self._same.setdefault(words, words)
        return words


_known: dict[tuple[str, str], _Pieces] = {}  # by stemmer and attribute


def _pieces(stemmer: str, attribute: str) -> _Pieces:
    """What is remembered of the pieces of texts of a stemmer."""
    found = _known.get((stemmer, attribute))
    return found or _known.setdefault((stemmer, attribute), _Pieces(stemmer, attribute))


@lru_cache(_PLACED)
def _tokens(text: str, stemmer: str) -> tuple[Token, ...]:
    """The tokens of a piece."""
    return tuple(tokenize(text, stemmer))


@lru_cache(_PLACED)
def _width(text: str, stemmer: str) -> int:
    """How many positions a piece takes: several tokens may have one, or one several."""
    return max(each.position + each.width for each in _tokens(text, stemmer))


class TextTokens:
    """The tokens of a text, numbered in the order in which ``tokenize`` gives them.

    Attributes:
        terms: of each token.

    >>> tokens = TextTokens("Say U.S. envoys")
    >>> tokens.terms, tokens.token(1)
    (['say', 'us', 'envoy'], Token(term='us', form='us', position=1, width=1, start=4, end=8))
    """

    def __init__(self, text: str, language: str = "") -> None:
        """Begin; the language is that of its article, as for ``tokenize``."""
        self._text = text
        self._stemmer = stemmer_of(language)
        self._texts = text.split()  # at characters that are no part of words, all of them
        self._terms = list(map(_pieces(self._stemmer, "term").__getitem__, self._texts))
        self.terms: list[str] = list(chain.from_iterable(self._terms))

    @cached_property
    def forms(self) -> list[str]:
        """The form of each token."""
        known = _pieces(self._stemmer, "form")
        return list(chain.from_iterable(map(known.__getitem__, self._texts)))

    @cached_property
    def _counts(self) -> list[int]:
        """How many tokens each piece has."""
        return list(map(len, self._terms))

    @cached_property
    def _first_tokens(self) -> list[int]:
        """The number of the first token of each piece."""
        return list(accumulate(self._counts, initial=0))

    @cached_property
    def _first_positions(self) -> list[int]:
        """The position of the first token of each piece."""
        if max(self._counts, default=0) < 2:
            return self._first_tokens
        several = [at for at, count in enumerate(self._counts) if count > 1]
        widths = self._counts.copy()
        for at in several:
            widths[at] = _width(self._texts[at], self._stemmer)
        return list(accumulate(widths, initial=0))

    @cached_property
    def _starts(self) -> tuple[list[int], int]:
        """Where each piece stands in the text; to be added is its number, so many times."""
        ends = list(accumulate(map(len, self._texts), initial=0))
        if ends[-1] + len(self._texts) == len(self._text) + 1:  # a space between two, none besides
            return ends, 1
        at, starts = 0, []
        for piece in self._texts:
            at = self._text.index(piece, at)
            starts.append(at)
            at += len(piece)
        return starts, 0

    def token(self, number: int) -> Token:
        """A token."""
        at = bisect_right(self._first_tokens, number) - 1
        of_piece = _tokens(self._texts[at], self._stemmer)
        term, form, position, width, start, end = of_piece[number - self._first_tokens[at]]
        first, begin = self._first_positions[at], self._start(at)
        return Token(term, form, position + first, width, start + begin, end + begin)

    def ranges(self, term: str) -> Iterator[tuple[int, int]]:
        """Where the tokens of a term stand; that tells their positions, too, takes longer."""
        for at, terms in enumerate(self._terms):
            if term in terms:
                begin = self._start(at)
                for token in _tokens(self._texts[at], self._stemmer):
                    if token.term == term:
                        yield token.start + begin, token.end + begin

    def _start(self, at: int) -> int:
        """Where a piece stands in the text."""
        starts, spaces = self._starts
        return starts[at] + at * spaces

    def at_position(self, position: int) -> list[Token]:
        """The tokens that begin at a position: a joined one and its first part, or one, or none."""
        at = bisect_right(self._first_positions, position) - 1
        if not 0 <= at < len(self._texts):
            return []
        return [each for each in self._tokens_of(at) if each.position == position]

    def before(self, place: int) -> Iterator[tuple[int, int]]:
        """Where the words before a character stand, the nearest first; only these are made.

        A word is a token of one position: of a joined one, its parts.
        """
        for at in range(self._piece(place), -1, -1):
            for start, end in reversed(self._words_of(at)):
                if end <= place:
                    yield start, end

    def behind(self, place: int) -> Iterator[tuple[int, int]]:
        """Where the words from a character on stand, the nearest first; only these are made."""
        for at in range(max(0, self._piece(place)), len(self._texts)):
            for start, end in self._words_of(at):
                if start >= place:
                    yield start, end

    def _piece(self, place: int) -> int:
        """The piece that begins last at or before a character; -1 if none does."""
        return bisect_right(range(len(self._texts)), place, key=self._start) - 1

    def _words_of(self, at: int) -> list[tuple[int, int]]:
        """Where the tokens of one position of a piece stand."""
        begin = self._start(at)
        return [
            (begin + start, begin + end)
            for _, _, _, width, start, end in _tokens(self._texts[at], self._stemmer)
            if width == 1
        ]

    def every(self) -> list[Token]:
        """All tokens, as ``tokenize`` gives them."""
        return [each for at in range(len(self._texts)) for each in self._tokens_of(at)]

    def _tokens_of(self, at: int) -> list[Token]:
        """The tokens of a piece."""
        first, begin = self._first_positions[at], self._start(at)
        return [
            Token(term, form, position + first, width, start + begin, end + begin)
            for term, form, position, width, start, end in _tokens(self._texts[at], self._stemmer)
        ]


class MadeTokens:
    """Tokens that somebody made otherwise, as TextTokens has those of a text."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self.terms = [each.term for each in tokens]
        self.forms = [each.form for each in tokens]

    @cached_property
    def _by_position(self) -> dict[int, list[Token]]:
        found: dict[int, list[Token]] = defaultdict(list)
        for token in self._tokens:
            found[token.position].append(token)
        return found

    def token(self, number: int) -> Token:
        """A token."""
        return self._tokens[number]

    def ranges(self, term: str) -> Iterator[tuple[int, int]]:
        """Where the tokens of a term stand in the text."""
        return ((each.start, each.end) for each in self._tokens if each.term == term)

    def every(self) -> list[Token]:
        """All of them."""
        return list(self._tokens)

    def at_position(self, position: int) -> list[Token]:
        """The tokens that begin at a position."""
        return self._by_position.get(position, [])
