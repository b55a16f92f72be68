"""The tokens of one text, made as far as they are looked at: for who looks for a few words.

``index.analysis.tokenize`` makes all of them. Here a text is cut at white space, as
``index.pieces`` does for many texts at once, and what lies between is analysed once and
remembered: most pieces of a text were met before. Where a token stands is worked out for those
tokens only that are asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, chain
from operator import attrgetter
from typing import NamedTuple

from index.analysis import Token, tokenize
from index.stemming import stemmer_of

_KNOWN = 50_000  # pieces of a stemmer that are remembered, at about 600 bytes
_LONGEST = 40  # characters of a piece that is remembered


class Piece(NamedTuple):
    """What stands between two spaces of a text.

    Attributes:
        tokens: as ``tokenize`` gives them.
        terms, forms: of the tokens.
        words: how many positions they take.
    """

    tokens: tuple[Token, ...]
    terms: tuple[str, ...]
    forms: tuple[str, ...]
    words: int


class _Pieces(dict[str, Piece]):
    """Piece -> analysis, worked out when it is first met."""

    def __init__(self, stemmer: str) -> None:
        self._stemmer = stemmer

    def __missing__(self, text: str) -> Piece:
        tokens = tuple(tokenize(text, self._stemmer))
        terms, forms = tuple(each.term for each in tokens), tuple(each.form for each in tokens)
        words = max((each.position + each.width for each in tokens), default=0)
        piece = Piece(tokens, terms, forms, words)
        if len(text) <= _LONGEST:
            if len(self) >= _KNOWN:
                self.clear()
            self[text] = piece
        return piece


_known: dict[str, _Pieces] = {}  # by stemmer
_TERMS, _FORMS, _WORDS = (attrgetter(name) for name in ("terms", "forms", "words"))


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
        stemmer = stemmer_of(language)
        known = _known.get(stemmer)
        if known is None:
            known = _known.setdefault(stemmer, _Pieces(stemmer))
        self._text = text
        self._texts = text.split()  # at characters that are no part of words, all of them
        self._pieces = list(map(known.__getitem__, self._texts))
        self.terms: list[str] = list(chain.from_iterable(map(_TERMS, self._pieces)))

    @cached_property
    def forms(self) -> list[str]:
        """The form of each token."""
        return list(chain.from_iterable(map(_FORMS, self._pieces)))

    @cached_property
    def _first_tokens(self) -> list[int]:
        """The number of the first token of each piece."""
        return list(accumulate(map(len, map(_TERMS, self._pieces)), initial=0))

    @cached_property
    def _first_positions(self) -> list[int]:
        """The position of the first token of each piece."""
        return list(accumulate(map(_WORDS, self._pieces), initial=0))

    @cached_property
    def _starts(self) -> Sequence[int]:
        """Where each piece stands in the text."""
        ends = accumulate(map(len, self._texts), initial=0)
        starts = [end + spaces for spaces, end in enumerate(ends)]
        if starts[-1] == len(self._text) + 1:  # a space between two pieces, and none besides
            return starts
        at, starts = 0, []
        for piece in self._texts:
            at = self._text.index(piece, at)
            starts.append(at)
            at += len(piece)
        return starts

    def token(self, number: int) -> Token:
        """A token."""
        at = bisect_right(self._first_tokens, number) - 1
        return self._moved(at, self._pieces[at].tokens[number - self._first_tokens[at]])

    def at_position(self, position: int) -> list[Token]:
        """The tokens that begin at a position: a joined one and its first part, or one, or none."""
        at = bisect_right(self._first_positions, position) - 1
        if not 0 <= at < len(self._pieces):
            return []
        inside = position - self._first_positions[at]
        tokens = self._pieces[at].tokens
        return [self._moved(at, each) for each in tokens if each.position == inside]

    def _moved(self, at: int, token: Token) -> Token:
        """A token of a piece, in the text."""
        term, form, position, width, start, end = token
        begin = self._starts[at]
        return Token(
            term, form, position + self._first_positions[at], width, start + begin, end + begin
        )


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

    def at_position(self, position: int) -> list[Token]:
        """The tokens that begin at a position."""
        return self._by_position.get(position, [])
