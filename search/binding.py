"""A query and an archive: what its words are looked up by, and what they stood for.

Prefixes, wildcards and similar words are expanded here once, within the limits, so that the
evaluator and the marks know the same words.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from search.evaluate import Evaluator
from search.expansions import Expansion
from search.fields import FieldView
from search.open_words import accepted_word, texts_of
from search.query import limits
from search.query.patterns import Element, Pattern, Patterns, bind
from search.query.tree import Node, Terms, terms_of
from search.results import Became
from search.segments import SegmentSet

_SHOWN = 10  # words of an expansion that are told
_JOINED_BYTES = 300  # of what is kept of a word


@dataclass(frozen=True, slots=True)
class Bound:
    """What the words of a tree are looked up by in an archive.

    Attributes:
        patterns: of the words.
        became: by the number of a clause, what its open words stood for.
        notices: what was not looked for.
    """

    patterns: Patterns
    became: dict[int, Became]
    notices: tuple[str, ...] = ()


class Binder:
    """Binds one query; counts the terms that it has been expanded to."""

    def __init__(self, segments: SegmentSet) -> None:
        self._segments = segments
        self._evaluator = Evaluator(segments)
        self._left = limits.MAX_EXPANDED
        self._became: dict[int, Became] = {}
        self._notices: dict[str, None] = {}

    def bind(self, tree: Node) -> Bound:
        """The patterns of all words."""
        segments = self._segments
        patterns = bind(tree, self._has_compound, segments.stemmers, self._joins)
        for leaf in terms_of(tree):
            if len(patterns.get(leaf, ())) > 1:
                patterns[leaf] = self._possible(leaf, patterns[leaf])
            if any(element.is_open for each in patterns.get(leaf, ()) for element in each):
                patterns[leaf] = self._within_limits(leaf, patterns[leaf])
        return Bound(patterns, self._became, tuple(self._notices))

    def _has_compound(self, key: str) -> bool:
        """Whether the archive has a hyphenated word; one look tells it for most joined words."""
        return self._joins(key.partition(" ")[0]) and self._segments.has_term("compound", key)

    def _joins(self, joined: str) -> bool:
        """Whether some hyphenated word of the archive has this term when it is joined."""
        cache = self._segments.cache
        known: bool | None = cache.get(("joined", joined))
        if known is None:
            begin = f"{joined} ".encode()
            parts = self._segments.field("compound").parts
            known = any(part.reader.terms.has_prefix(begin) for part in parts)
            cache.put(("joined", joined), known, _JOINED_BYTES)
        return known

    def _possible(self, leaf: Terms, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
        """The patterns of a leaf whose words the archive has; one at least."""
        field = self._segments.field(leaf.field)

        def has(pattern: Pattern) -> bool:
            return all(each.is_open or field.term(each.term).doc_freq for each in pattern)

        return tuple(filter(has, patterns)) or patterns[:1]

    def _within_limits(self, leaf: Terms, patterns: tuple[Pattern, ...]) -> tuple[Pattern, ...]:
        """The patterns of a leaf, bound to those terms that are looked up, if there are more."""
        field = self._segments.field(leaf.field)
        bound: dict[Element, Element] = {}
        for element in {each: None for pattern in patterns for each in pattern if each.is_open}:
            bound[element] = self._bound(field, leaf, element)
        return tuple(tuple(bound.get(each, each) for each in pattern) for pattern in patterns)

    def _bound(self, field: FieldView, leaf: Terms, element: Element) -> Element:
        found = self._evaluator.expand_element(field, element)
        count = sum(high - low for _, low, high in found.certain.runs) + len(found.doubtful)
        texts = _texts(found) if found.capped or count > self._left else None
        if texts is not None and (found.capped or len(texts) > self._left):
            if len(texts) > self._left:
                self._notice(_over_all(leaf, self._left))
                texts = texts[: self._left]
            else:
                self._notice(_over(leaf, element))
            element = dataclasses.replace(element, only=frozenset(texts))
            found = self._evaluator.expand_element(field, element)
            self._left -= len(texts)
        else:
            self._left -= count if texts is None else len(texts)
        became = self._told(field, element, found)
        self._became[leaf.clause] = _joined(self._became.get(leaf.clause), became)
        return element

    def _notice(self, sentence: str) -> None:
        self._notices[sentence] = None

    def _told(self, field: FieldView, element: Element, found: Expansion) -> Became:
        """What an element stood for, worked out once."""
        cache = self._segments.cache
        key = ("became", field.name, element)
        known: Became | None = cache.get(key)
        if known is None:
            words = _by_frequency(field, element, found)
            shown = [accepted_word(field, text, element) for text in words[:_SHOWN]]
            known = Became(
                tuple(word for word in shown if word), max(0, len(words) - _SHOWN), found.capped
            )
            known = cache.put(key, known, 2_000)
        return known


def _texts(found: Expansion) -> list[str]:
    """The terms of an expansion, in the order of the dictionary."""
    return sorted(
        {text for run in found.certain.runs for text in texts_of(run)} | {*found.doubtful}
    )


def _by_frequency(field: FieldView, element: Element, found: Expansion) -> list[str]:
    """The terms that live paragraphs have, with an accepted word, the most frequent first."""
    counts: dict[str, int] = {}
    for run in found.certain.runs:
        part, low, high = run
        freqs = np.diff(part.reader.terms.infos(low, high)[:, 1]).tolist()
        for text, freq in zip(texts_of(run), freqs, strict=True):
            counts[text] = counts.get(text, 0) + freq
    for text in found.doubtful:
        if accepted_word(field, text, element) is not None:
            counts[text] = field.term(text).doc_freq
    if field.segments.live is not None:
        counts = {text: field.term(text).doc_freq for text in counts}
    return sorted((text for text in counts if counts[text]), key=lambda text: (-counts[text], text))


def _joined(one: Became | None, other: Became) -> Became:
    """What two elements of a clause stood for."""
    if one is None:
        return other
    words = tuple(dict.fromkeys((*one.words, *other.words)))
    return Became(words, one.more + other.more, one.capped or other.capped)


def _over(leaf: Terms, element: Element) -> str:
    if element.kind == "fuzzy":
        most, how, which = limits.MAX_SIMILAR[leaf.edits], "are like", "nearest"
    else:
        most, which = limits.MAX_EXPANSIONS, "first"
        how = "begin with" if element.kind == "prefix" else "are like"
    shown = element.value if element.kind == "prefix" else leaf.text
    return (
        f"More than {most:,} words {how} “{shown}”; "
        f"the {which} of them were searched for, so write more letters"
    )


def _over_all(leaf: Terms, left: int) -> str:
    return (
        f"The query stands for more than {limits.MAX_EXPANDED:,} words; of “{leaf.text}” "
        f"only {left:,} were searched for, so write more letters"
    )
