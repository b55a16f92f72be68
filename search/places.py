"""Where the words of one text stand, and which places are near which.

The plain reading of proximity, one text at a time; ``search.proximity`` does it with arrays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from index.analysis import Token, printed
from index.text_tokens import MadeTokens, TextTokens
from search.deadline import check_time
from search.query.accepting import acceptor_of
from search.query.patterns import Element, Pattern, Sought

_FORMS = 64  # that are looked at between two looks at the deadline


class Place(NamedTuple):
    """Where a pattern matches: positions ``first`` to ``last``, both included, and characters."""

    first: int
    last: int
    start: int
    end: int


class TokenTable:
    """The tokens of one text, by term and by position."""

    def __init__(self, text: str, language: str = "", tokens: list[Token] | None = None) -> None:
        """Make the table of a text, with other tokens than its own where these are given."""
        self.tokens = TextTokens(text, language) if tokens is None else MadeTokens(tokens)
        self._text = text
        self._distinct = frozenset(self.tokens.terms)

    def __len__(self) -> int:
        return len(self.tokens.terms)

    def _with_term(self, term: str) -> list[Token]:
        """The tokens of a term."""
        return [self.tokens.token(at) for at in self._numbers(term)]

    def _numbers(self, term: str) -> Iterator[int]:
        """Which tokens are of a term. To look through a list is faster than a dictionary."""
        if term not in self._distinct:  # as most ways to write a word in two are not
            return
        terms = self.tokens.terms
        at = -1
        for _ in range(terms.count(term)):
            at = terms.index(term, at + 1)
            yield at

    def _with_some_form(self, element: Element) -> Iterator[Token]:
        """The tokens whose form an open element accepts."""
        accepts = acceptor_of(element.kind, element.value)
        for at, form in enumerate(self.tokens.forms):
            if not at % _FORMS:
                check_time()
            if accepts(form, ""):
                yield self.tokens.token(at)

    def ranges(self, sought: Sought) -> set[tuple[int, int]]:
        """Which characters what is sought matches; no position is needed of what is one word."""
        distinct = self._distinct
        found = {each for term in sought.terms & distinct for each in self.tokens.ranges(term)}
        for needed, pattern in sought.others:
            if needed <= distinct:
                found.update((place.start, place.end) for place in self.find(pattern))
        return found

    def find(self, pattern: Pattern) -> list[Place]:
        """Where a pattern matches."""
        first, rest = pattern[0], pattern[1:]
        if not rest and first.kind == "term":  # as most patterns are
            return [_place(token, token) for token in self._with_term(first.term)]
        for each in pattern:
            if each.term and each.term not in self._distinct:
                return []
        starts = self._with_some_form(first) if first.is_open else self._with_term(first.term)
        return [
            _place(token, last)
            for token in starts
            if self._accepts(first, token)
            for last in self._follow(token, rest)
        ]

    def _follow(self, token: Token, rest: Pattern) -> Iterator[Token]:
        """The last tokens of all ways in which the rest of a pattern stands behind a token."""
        if not rest:
            yield token
            return
        for following in self.tokens.at_position(token.position + token.width):
            if self._accepts(rest[0], following):
                yield from self._follow(following, rest[1:])

    def _accepts(self, element: Element, token: Token) -> bool:
        """Whether a token is what an element asks for."""
        if element.kind == "term":
            return token.term == element.value
        if element.term not in ("", token.term):
            return False
        if element.only is not None and token.term not in element.only:
            return False
        word = printed(self._text[token.start : token.end]) if element.kind == "exact" else ""
        return acceptor_of(element.kind, element.value)(token.form, word)


def _place(first: Token, last: Token) -> Place:
    """Where the words from one token to another stand."""
    return Place(first.position, last.position + last.width - 1, first.start, last.end)


class Sorted:
    """Some places, so that one can ask for those near another one."""

    def __init__(self, places: Sequence[Place]) -> None:
        self._firsts = sorted(place.first for place in places)
        self._lasts = sorted(place.last for place in places)
        by_first = sorted(places)
        self._reach = list(accumulate((place.last for place in by_first), max))

    def after(self, place: Place) -> int | None:
        """How far behind a place the next one is, that does not overlap it."""
        at = bisect_right(self._firsts, place.last)
        return self._firsts[at] - place.last if at < len(self._firsts) else None

    def before(self, place: Place) -> int | None:
        """How far before a place the last one is, that does not overlap it."""
        at = bisect_left(self._lasts, place.first)
        return place.first - self._lasts[at - 1] if at else None

    def touches(self, place: Place, distance: int, *, ordered: bool) -> bool:
        """Whether there is one that overlaps a place or is at most so far from it.

        Ordered: one that does not begin before the place.
        """
        at = bisect_right(self._firsts, place.last + distance)
        if ordered:
            return at > bisect_left(self._firsts, place.first)
        return at > 0 and self._reach[at - 1] >= place.first - distance


class Pairs(NamedTuple):
    """The places of two operands that are near each other, and how near the nearest are."""

    left: list[Place]
    right: list[Place]
    distance: int | None


def pair(left: Sequence[Place], right: Sequence[Place], distance: int, *, ordered: bool) -> Pairs:
    """The places of the left that have a right one near, and the other way round."""
    rights, lefts = Sorted(right), Sorted(left)
    found: tuple[list[Place], list[Place]] = ([], [])
    nearest = distance + 1
    for places, kept, before, after in (
        (left, found[0], None if ordered else rights.before, rights.after),
        (right, found[1], lefts.before, None if ordered else lefts.after),
    ):
        for place in places:
            steps = [look(place) for look in (before, after) if look is not None]
            step = min((each for each in steps if each is not None), default=distance + 1)
            if step <= distance:
                kept.append(place)
                nearest = min(nearest, step)
    return Pairs(*found, nearest if nearest <= distance else None)


def alone(
    left: Sequence[Place], right: Sequence[Place], distance: int, *, ordered: bool
) -> list[Place]:
    """The places of the left that have no right one near, nor one that overlaps."""
    rights = Sorted(right)
    return [place for place in left if not rights.touches(place, distance, ordered=ordered)]


def in_windows(words: Sequence[tuple[Sequence[Place], int]], size: int) -> list[Place]:
    """The places that are in a window which has all of some words.

    Args:
        words: the places of each distinct word, sorted, each once, and how many of them a
            window needs.
        size: the positions of a window.
    """
    every = sorted({place for places, _ in words for place in places})
    found: set[Place] = set()
    for first in sorted({place.first for place in every}):
        check_time()
        inside = [_inside(places, first, first + size) for places, _ in words]
        if all(len(each) >= needed for each, (_, needed) in zip(inside, words, strict=True)):
            found.update(place for each in inside for place in each)
    return sorted(found)


def _inside(places: Sequence[Place], first: int, end: int) -> list[Place]:
    """The places between two positions; those given are sorted."""
    some = places[bisect_left(places, (first,)) : bisect_left(places, (end,))]
    return [place for place in some if place.last < end]
