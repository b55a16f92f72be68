"""Syntax tree -> Whoosh queries.

A word becomes exactly its Whoosh query. What depends on forms or on neighbours (phrases,
hyphenated words, some prefixes) becomes a query for all paragraphs that *may* match. What
stock Whoosh answers to it is an oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from whoosh import query
from whoosh.matching import ListMatcher, NullMatcher

from search.query.patterns import Element, Pattern, Patterns
from search.query.tree import And, DateRange, Node, Not, Or, Terms

if TYPE_CHECKING:
    from whoosh.matching import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import Searcher

WhooshQuery = query.Query
Expand = Callable[[str, str], Iterable[str]]
"""The terms of a field under which a word with a prefix may be found."""

_SCORED = ("text", "title")


def to_whoosh(node: Node, patterns: Patterns, expand: Expand) -> WhooshQuery:
    """The Whoosh query of a tree, or of a leaf of it."""
    match node:
        case And(children):
            return _all(children, patterns, expand)
        case Or(children):
            return query.Or([to_whoosh(child, patterns, expand) for child in children])
        case Not(child):
            return query.Not(to_whoosh(child, patterns, expand))
        case DateRange():
            return _unscored(_date_range(node))
        case Terms(field="language"):
            return _unscored(query.Term("language", node.text.lower()))
        case _:
            return _terms(node, patterns[node], expand)


def _all(children: tuple[Node, ...], patterns: Patterns, expand: Expand) -> WhooshQuery:
    """All of the children; negated ones apart, because Whoosh's And gives each a score of 1."""
    wanted = [to_whoosh(each, patterns, expand) for each in children if not isinstance(each, Not)]
    negated = [
        to_whoosh(each.child, patterns, expand) for each in children if isinstance(each, Not)
    ]
    every = query.And(wanted) if wanted else query.Every()
    return query.AndNot(every, query.Or(negated)) if negated else every


class AnyTerm(query.Query):
    """Paragraphs with any of many terms, unscored: one set instead of a tree of matchers."""

    def __init__(self, field: str, terms: tuple[str, ...]) -> None:
        self.fieldname = field
        self.terms_ = terms

    def __repr__(self) -> str:
        return f"AnyTerm({self.fieldname!r}, {self.terms_!r})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AnyTerm)
            and self.fieldname == other.fieldname
            and self.terms_ == other.terms_
        )

    def __hash__(self) -> int:
        return hash((self.fieldname, self.terms_))

    def estimate_size(self, ixreader: IndexReader) -> int:
        """How many paragraphs match at most: Whoosh puts the rarest part of an And first."""
        return sum(ixreader.doc_frequency(self.fieldname, term) for term in self.terms_)

    def estimate_min_size(self, ixreader: IndexReader) -> int:
        """How many paragraphs match at least: as many as the rarest term."""
        sizes = (ixreader.doc_frequency(self.fieldname, term) for term in self.terms_)
        return min(sizes, default=0)

    def matcher(self, searcher: Searcher, context: object = None) -> Matcher:
        """Whoosh's way to ask for the matches in one segment."""
        reader = searcher.reader()
        found: set[int] = set()
        for term in self.terms_:
            if (self.fieldname, term.encode()) in reader:
                found.update(reader.postings(self.fieldname, term.encode()).all_ids())
        return ListMatcher(sorted(found), all_weights=1.0) if found else NullMatcher()


def _terms(leaf: Terms, patterns: tuple[Pattern, ...], expand: Expand) -> WhooshQuery:
    wanted = [_pattern(leaf.field, pattern, expand) for pattern in patterns]
    either = wanted[0] if len(wanted) == 1 else query.Or(wanted)
    return either if leaf.field in _SCORED and leaf.kind != "prefix" else _unscored(either)


def _pattern(field: str, pattern: Pattern, expand: Expand) -> WhooshQuery:
    elements = [_element(field, element, expand) for element in dict.fromkeys(pattern)]
    return elements[0] if len(elements) == 1 else query.And(elements)


def _element(field: str, element: Element, expand: Expand) -> WhooshQuery:
    if element.kind == "prefix":
        return AnyTerm(field, tuple(expand(field, element.value)))
    return query.Term(field, element.term)


def _date_range(leaf: DateRange) -> WhooshQuery:
    """Articles whose first and last possible day both lie in the range."""
    if leaf.last == 0:
        return query.NumericRange("last_day", 0, 0)
    return query.And(
        [
            query.NumericRange("first_day", max(leaf.first, 1), leaf.last),
            query.NumericRange("last_day", max(leaf.first, 1), leaf.last),
        ]
    )


def _unscored(wanted: query.Query) -> WhooshQuery:
    """A query that narrows the matches and leaves their order alone."""
    return query.ConstantScoreQuery(wanted, score=1.0)
