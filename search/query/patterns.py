"""A leaf of the tree -> patterns: the sequences of tokens that match it.

A word has one pattern of one token, as a rule. A phrase has a token for each word. What is
written in several ways has a pattern for each: ``cease-fire`` is ``cease`` and ``fire`` side
by side, or ``ceasefire``. So has a word with other stems in other languages; all words of a
pattern are of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Literal, NamedTuple

from index.analysis import Token, compound_key, printed, tokenize
from index.stemming import ENGLISH, stem
from search.query.accepting import ElementKind
from search.query.compounds import IsCompound, is_common, may_be_common
from search.query.tree import (
    And,
    InArticle,
    InParagraph,
    NearParagraphs,
    Node,
    Not,
    Or,
    Terms,
    terms_of,
)
from search.query.words import is_long_enough, with_letters, with_wildcards

MAX_PATTERNS = 16


@dataclass(frozen=True, slots=True)
class Element:
    """What one token of a pattern must be.

    A ``term`` accepts every form of a word, a ``form`` one form of it only, ``exact`` one as
    it is printed. A ``prefix``, a ``wildcard`` and a ``fuzzy`` word accept forms of many
    terms. ``value`` says which; see search.query.accepting. ``term`` is the term to look up;
    it is empty where there are many. ``only`` are the terms to look up where there are more
    than a query may have.
    """

    kind: ElementKind
    value: str
    term: str
    only: frozenset[str] | None = None

    @property
    def is_open(self) -> bool:
        """Whether the dictionary says which terms to look up."""
        return not self.term


Pattern = tuple[Element, ...]


class Sought(NamedTuple):
    """What a leaf looks for in a text.

    Attributes:
        terms: each of which it matches alone.
        others: its other patterns, with the terms that a text needs for each.
    """

    terms: frozenset[str]
    others: tuple[tuple[frozenset[str], Pattern], ...]


class Patterns(dict[Terms, tuple[Pattern, ...]]):
    """The patterns of the words of a tree, and, once they are bound, what to look for by them."""

    def __init__(self, patterns: Mapping[Terms, tuple[Pattern, ...]] | None = None) -> None:
        super().__init__(patterns or {})
        # By identity, as to compare leaves takes longer; with the leaf, so that it stays.
        self._sought: dict[int, tuple[Terms, Sought]] = {}

    def sought(self, leaf: Terms) -> Sought:
        """What a leaf looks for in a text, worked out once."""
        known = self._sought.get(id(leaf))
        if known is None:
            known = self._sought[id(leaf)] = leaf, _sought(self[leaf])
        return known[1]


def _sought(patterns: Sequence[Pattern]) -> Sought:
    terms = frozenset(each[0].term for each in patterns if _is_term(each))
    others = [each for each in patterns if not _is_term(each)]
    needed = [frozenset(element.term for element in each) - {""} for each in others]
    return Sought(terms, tuple(zip(needed, others, strict=True)))


def _is_term(pattern: Pattern) -> bool:
    """Whether a pattern is one word in any form."""
    return len(pattern) == 1 and pattern[0].kind == "term"


def bind(
    tree: Node,
    archive_has: IsCompound,
    stemmers: Sequence[str] = (ENGLISH,),
    archive_joins: Callable[[str], bool] = bool,
) -> Patterns:
    """The patterns of every leaf, for an archive with its own hyphenated words.

    Two neighbouring words that are also written as one match that one, too: of ``cease fire``
    each half is found in ``ceasefire``.

    Args:
        tree: of the query.
        archive_has: whether the archive has a hyphenated word.
        stemmers: of the languages that the archive has.
        archive_joins: whether it may have a hyphenated word whose parts make this term.
    """

    def is_compound(key: str) -> bool:
        return is_common(key) or archive_has(key)

    def may_be_joined(term: str) -> bool:
        return may_be_common(term) or archive_joins(term)

    found: dict[Terms, dict[Pattern, None]] = {
        leaf: {} for leaf in terms_of(tree) if leaf.field != "language"
    }
    for stemmer in stemmers:
        for leaf, patterns in found.items():
            compiler = _Compiler(leaf, stemmer, is_compound, may_be_joined)
            patterns |= dict.fromkeys(compiler.patterns())
        for left, right in _neighbours(tree):
            if joined := _joined(left, right, stemmer, is_compound):
                for leaf in (left, right):
                    found[leaf][(joined,)] = None
    return Patterns({leaf: tuple(patterns) for leaf, patterns in found.items()})


def _neighbours(node: Node) -> Iterator[tuple[Terms, Terms]]:
    """Pairs of single words of one field that stand side by side in the query."""
    match node:
        case And(children) | Or(children):
            for left, right in pairwise(children):
                if isinstance(left, Terms) and isinstance(right, Terms):
                    words = left.kind == right.kind == "word"
                    if words and left.field == right.field:
                        yield left, right
            for child in children:
                yield from _neighbours(child)
        case Not(child) | InArticle(child) | InParagraph(child):
            yield from _neighbours(child)
        case NearParagraphs(left=left, right=right):
            yield from _neighbours(left)
            yield from _neighbours(right)


def _joined(one: Terms, other: Terms, stemmer: str, is_compound: IsCompound) -> Element | None:
    """The one word that two words make, if they do."""
    left, right = tokenize(one.text, stemmer), tokenize(other.text, stemmer)
    if len(left) != 1 or len(right) != 1:
        return None
    joined = stem(left[0].form + right[0].form, stemmer)
    if is_compound(compound_key(joined, left[0].term, right[0].term)):
        return Element("term", joined, joined)
    return None


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Makes the patterns of a leaf in one language."""

    leaf: Terms
    stemmer: str
    is_compound: IsCompound
    may_be_joined: Callable[[str], bool]

    def patterns(self) -> tuple[Pattern, ...]:
        """The ways through the lattice of its tokens."""
        leaf = self.leaf
        if leaf.kind == "exact":
            return (self._as_printed(),)
        text = with_letters(leaf.text) if leaf.kind == "wildcard" else leaf.text
        tokens = tokenize(text, self.stemmer)
        end = max(token.position + token.width for token in tokens)
        steps: dict[int, list[tuple[int, Pattern]]] = {position: [] for position in range(end)}
        for token in _without_single_characters(tokens):
            element = _element(token, leaf, token.end == tokens[-1].end)
            steps[token.position].append((token.position + token.width, (element,)))
            if token.width == 1 and not element.is_open:
                for halves in self._split(token):
                    steps[token.position].append((token.position + 1, halves))
        if leaf.kind == "phrase":
            self._add_joined(tokens, steps)
        for ways in steps.values():
            ways.sort(key=lambda step: step[0])  # apart first, so that it is not cut off
        return tuple(islice(_ways(steps, 0, end), MAX_PATTERNS))

    def _as_printed(self) -> Pattern:
        """The tokens of a text as they are printed; a word with a hyphen is one of them."""
        text = self.leaf.text
        pattern: list[Element] = []
        at = 0
        for token in _without_single_characters(tokenize(text, self.stemmer)):
            if token.position >= at:
                word = printed(text[token.start : token.end])
                pattern.append(Element("exact", word, token.term))
                at = token.position + token.width
        return tuple(pattern)

    def _split(self, token: Token) -> Iterator[Pattern]:
        """The two words that a joined word is also written as."""
        if not self.may_be_joined(token.term):
            return  # which saves the stems of all beginnings and endings
        for cut in range(1, len(token.form)):
            left, right = token.form[:cut], token.form[cut:]
            terms = stem(left, self.stemmer), stem(right, self.stemmer)
            if self.is_compound(compound_key(token.term, *terms)):
                kind: Literal["term", "form"] = "form" if self.leaf.kind == "phrase" else "term"
                values = (left, right) if kind == "form" else terms
                yield tuple(
                    Element(kind, value, term) for value, term in zip(values, terms, strict=True)
                )

    def _add_joined(self, tokens: list[Token], steps: dict[int, list[tuple[int, Pattern]]]) -> None:
        """Add the joined words that pairs of words of a phrase are also written as."""
        single = [token for token in tokens if token.width == 1]
        hyphenated = {token.position for token in tokens if token.width == 2}
        for left, right in pairwise(single):
            if left.position in hyphenated:
                continue
            form = left.form + right.form
            joined = stem(form, self.stemmer)
            if self.is_compound(compound_key(joined, left.term, right.term)):
                element = Element("form", form, joined)
                steps[left.position].append((right.position + 1, (element,)))


def _element(token: Token, leaf: Terms, is_last: bool) -> Element:
    if leaf.kind == "prefix" and is_last and not _is_pair(token):
        return Element("prefix", token.form, "")
    if leaf.kind == "wildcard" and (pattern := with_wildcards(token.form)) != token.form:
        return Element("wildcard", pattern, "")
    if leaf.kind == "fuzzy" and not _is_pair(token) and is_long_enough(token.form, leaf.edits):
        return Element("fuzzy", f"{token.form}~{leaf.edits}", "")
    if leaf.kind in ("phrase", "fuzzy"):
        return Element("form", token.form, token.term)
    return Element("term", token.term, token.term)


def _is_pair(token: Token) -> bool:
    """Whether a token is a pair of characters; a hyphenated word has a hyphen more."""
    return token.width == 2 and token.end - token.start == 2


def _without_single_characters(tokens: list[Token]) -> list[Token]:
    """Leave out the single characters of scripts without spaces that begin a pair."""
    paired = {token.position for token in tokens if _is_pair(token)}
    return [token for token in tokens if _is_pair(token) or token.position not in paired]


def _ways(
    steps: dict[int, list[tuple[int, Pattern]]], position: int, end: int
) -> Iterator[Pattern]:
    """All ways from a position to the end, one after the other."""
    if position == end:
        yield ()
        return
    for following, elements in steps[position]:
        for rest in _ways(steps, following, end):
            yield (*elements, *rest)
