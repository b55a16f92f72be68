"""What a search returns: frozen values, without HTML and without escape codes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from index.article import PublicationDate
from search.word_diff import Part

Match = Literal["all", "any"]
Sort = Literal["relevance", "date", "position"]
Advise = Literal["few", "always", "never"]
Place = Literal["top", "middle", "buried"]
FacetField = Literal["source", "author", "year", "language"]
FamilyKind = Literal["copy", "boilerplate"]
CountedCopies = Literal["all", "first"]
Relaxed = Literal["spelling", "article", "words", "date", "text", "title", "without", "any"]


MAX_SIZE = 100
"""Articles on a page, at most."""
MAX_CONTEXT = 10
"""Paragraphs before and after a hit, at most."""
MAX_READ = 100
"""Paragraphs before and after one that is read, at most."""
MAX_MARKED = 100
"""Paragraphs that are marked in an answer; hits always are, those around them so far."""
MAX_MARKED_CHARACTERS = 20_000
"""Characters of a paragraph in which what matches is marked."""
MAX_RESULTS = 10_000
"""Articles that can be paged through."""


FEW = 3
"""Matching paragraphs, fewer than which are few: then there is advice."""
RARE = 300
"""Paragraphs that a word has at most whose spelling is looked at."""


class Span(NamedTuple):
    """What matched: ``text[start:end]``, in code points, by the clause of that id."""

    start: int
    end: int
    clause: int


class Became(NamedTuple):
    """The words that a prefix, a pattern or a similar word stood for.

    Attributes:
        words: some of them, the most frequent first.
        more: how many others there are.
        capped: whether the archive has more than were looked for.
    """

    words: tuple[str, ...]
    more: int
    capped: bool = False


class Clause(NamedTuple):
    """A part of the query that matches or does not, as it was written.

    Attributes:
        id: its number, from 1.
        query: as it was written.
        kind: word, phrase, exact, name, prefix, wildcard, fuzzy, near, paragraphs, window, date,
            para or words.
        field: whose words it asks for; None where it asks for none.
        became: what words it stood for, where it stands for many.
        days: the first and the last day of a range of dates; None where it has no end.
    """

    id: int
    query: str
    kind: str = "word"
    field: str | None = "text"
    became: Became | None = None
    days: tuple[date | None, date | None] | None = None


class ClauseMatch(NamedTuple):
    """A clause that made a paragraph match.

    Attributes:
        id: its number.
        distance: how near each other two words are, or two paragraphs; 0 in one paragraph.
        partners: the numbers of the other paragraphs that it is near to, ascending.
    """

    id: int
    distance: int | None = None
    partners: tuple[int, ...] = ()


class Paragraph(NamedTuple):
    """A paragraph as it is shown; ``number`` counts from 1."""

    number: int
    text: str
    spans: tuple[Span, ...] = ()


class HitPlace(NamedTuple):
    """Where a hit is: in which article, as which paragraph, on which page of results."""

    article_id: str
    paragraph: int
    page: int


class Copies(NamedTuple):
    """What there is to say of a paragraph that stands in several articles, or nearly the same.

    One that stands in one article only may be boilerplate, too, by how it is worded.

    Attributes:
        kind: whether it is copied, or boilerplate; see search.copies.
        paragraphs, articles: where it stands, this one included.
        sources: how many sources these have; 0 if none of them says one.
        first: the paragraph that was first.
        first_date: when.
        address: the stable address of it; see search.address.
    """

    kind: FamilyKind
    paragraphs: int
    articles: int
    sources: int
    first: HitPlace
    first_date: PublicationDate
    address: str


class Hit(NamedTuple):
    """A matching paragraph, and those before and after it that were asked for.

    ``clauses`` are those that made it match, in the order of the query; ``position`` tells how
    deep in its article it stands, see search.positions. ``beside`` are the paragraphs that it is
    near to, as the query asks: of each such clause the nearest, with its marks. ``copies`` is what
    stands elsewhere, too; None where nothing does.
    """

    paragraph: Paragraph
    score: float
    before: tuple[Paragraph, ...] = ()
    after: tuple[Paragraph, ...] = ()
    clauses: tuple[ClauseMatch, ...] = ()
    position: Place = "top"
    beside: tuple[Paragraph, ...] = ()
    copies: Copies | None = None


class ArticleHeader(NamedTuple):
    """Everything that is known of an article but its text."""

    id: str
    title: str
    author: str
    source: str
    url: str
    language: str
    date: PublicationDate
    length: int
    """How many paragraphs the article has."""


class ArticleHits(NamedTuple):
    """An article and its best hits, in the order of the text."""

    article: ArticleHeader
    total: int
    """How many paragraphs of the article match; ``hits`` holds the best of them."""
    hits: tuple[Hit, ...]
    title_spans: tuple[Span, ...] = ()


class FoldedTotals(NamedTuple):
    """Exact counts of what matches, if of copies only the first one counts."""

    paragraphs: int
    articles: int


class CopyCounts(NamedTuple):
    """How many paragraphs match, with copies and without.

    Attributes:
        counted: whether all of them are counted, or of copies only the first that matches.
        every: paragraphs that match, all copies among them.
        first: those that are left if of copies only the first counts.
    """

    counted: CountedCopies
    every: int
    first: int


class Totals(NamedTuple):
    """Exact counts of everything that matches; ``folded``, of what is shown of it."""

    paragraphs: int
    articles: int
    same_article: int
    """Articles that would match if the words could stand in different paragraphs."""
    folded: FoldedTotals = FoldedTotals(0, 0)


class SearchOptions(NamedTuple):
    """How to search: ``size`` articles a page, page ``number``, ``before`` and ``after``
    paragraphs of context around a hit, and the time zone in which ``date:today`` is today
    (an IANA name; empty: that of the process).

    ``advice``: what would be found otherwise, where ``few`` paragraphs match, ``always`` or
    ``never``; ``patience`` is how many seconds that may take. ``facets``: whether to count
    sources, authors, years and languages.

    ``cursor``: of a page before, to go on from there instead of by ``number``, as deep as there
    are results. ``seconds``: how long the search may take; then what was found in that time is
    told.

    ``fold``: whether of paragraphs that are copies of each other only the first one is shown,
    by its date, of those that match.
    """

    size: int = 10
    number: int = 1
    sort: Sort = "relevance"
    match: Match = "all"
    before: int = 0
    after: int = 0
    strict: bool = False
    tz: str = ""
    advice: Advise = "few"
    patience: float = 0.05
    facets: bool = False
    cursor: str = ""
    seconds: float = math.inf
    fold: bool = True


class FacetValue(NamedTuple):
    """One value that matches have, and the queries that take it in or leave it out.

    Attributes:
        value: as it is printed; "" where it is not known.
        articles, paragraphs: how many have it, of what matches without filters of this field.
        selected: whether the query asks for it.
        excluded: whether the query leaves it out.
        include: the query that asks for this value of the field and no other; where it is
            selected, the one that asks for all. None where there is nothing left to ask, or
            where it would be too long.
        exclude: the query that leaves it out; where it is excluded, the one that does not.
    """

    value: str
    articles: int
    paragraphs: int
    selected: bool = False
    excluded: bool = False
    include: str | None = None
    exclude: str | None = None


class Facet(NamedTuple):
    """The values of a field: those of the most articles first, years from the last on."""

    field: FacetField
    values: tuple[FacetValue, ...]
    more: int
    """How many other values there are."""


class ClauseCount(NamedTuple):
    """How much one clause or group of a query finds alone; the least is what costs most."""

    query: str
    paragraphs: int
    articles: int


class Suggestion(NamedTuple):
    """Another query that finds more, and exactly how much.

    Attributes:
        kind: what is relaxed.
        query, options: to search with, as they are.
        paragraphs, articles: how much that finds.
        changed: what is changed: pairs of what is written and what is instead ("" for nothing).
    """

    kind: Relaxed
    query: str
    options: SearchOptions
    paragraphs: int
    articles: int
    changed: tuple[tuple[str, str], ...] = ()


class Advice(NamedTuple):
    """What would be found otherwise. The results are those of the query all the same.

    Attributes:
        clauses: what each part finds alone, where there are several.
        suggestions: what finds more, from the smallest change to the largest.
        complete: whether there was time for all of them.
    """

    clauses: tuple[ClauseCount, ...]
    suggestions: tuple[Suggestion, ...]
    complete: bool = True

    def suggestion(self, kind: Relaxed) -> Suggestion | None:
        """The suggestion of a kind, if there is one."""
        return next((each for each in self.suggestions if each.kind == kind), None)


class Page(NamedTuple):
    """One page of results, articles in their order.

    ``timed_out``: whether the search was stopped, so that there may be more than is told.
    ``cursor``: with which the next page is asked for, however deep; empty at the end.
    """

    query: str
    options: SearchOptions
    total: Totals
    clauses: tuple[Clause, ...]
    articles: tuple[ArticleHits, ...]
    notices: tuple[str, ...]
    partial: bool
    took_ms: float
    advice: Advice | None = None
    facets: tuple[Facet, ...] = ()
    timed_out: bool = False
    cursor: str = ""

    @property
    def pages(self) -> int:
        """How many pages there are in all."""
        return -(-self.total.folded.articles // self.options.size)

    @property
    def next_page(self) -> int | None:
        """The number of the next page; None at the end, and where paging ends."""
        number = self.options.number + 1
        reachable = number * self.options.size <= MAX_RESULTS
        return number if number <= self.pages and reachable else None


class ArticleView(NamedTuple):
    """One article, whole, with what a query matches in it.

    ``hits`` are the numbers of the paragraphs that match, ascending; ``copies`` is what stands in
    other articles, too, by the number of the paragraph.
    """

    article: ArticleHeader
    paragraphs: tuple[Paragraph, ...]
    title_spans: tuple[Span, ...] = ()
    clauses: tuple[Clause, ...] = ()
    notices: tuple[str, ...] = ()
    hits: tuple[int, ...] = ()
    copies: Mapping[int, Copies] = MappingProxyType({})

    def next_hit(self, number: int) -> int | None:
        """The matching paragraph that follows one of that number; 0 asks for the first."""
        return next((each for each in self.hits if each > number), None)

    def previous_hit(self, number: int) -> int | None:
        """The matching paragraph before one of that number."""
        return next((each for each in reversed(self.hits) if each < number), None)


class ContextView(NamedTuple):
    """A paragraph of an article with some before and after it.

    ``more_before`` and ``more_after`` are how many the article has beyond those.
    """

    article: ArticleHeader
    paragraph: Paragraph
    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]
    more_before: int
    more_after: int


class FamilyMember(NamedTuple):
    """A paragraph of a family, and how it differs from one of them: see search.word_diff.

    Attributes:
        place: among all of them, in the order of time, from 1.
        article: in which it stands.
        number: of it, from 1.
        text: what it says.
        parts: of it and of the one that it is compared with.
        spans: what a query matches in it.
    """

    place: int
    article: ArticleHeader
    number: int
    text: str
    parts: tuple[Part, ...]
    spans: tuple[Span, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether it says anything that the other does not, or leaves something out."""
        return any(part.kind != "same" for part in self.parts)


class FamilyView(NamedTuple):
    """A paragraph and its copies, in the order of time, a page of them.

    Attributes:
        article: of the paragraph that was asked about.
        number: of it, from 1.
        copies: what there is to say of them; None if it stands nowhere else, and is no boilerplate.
        members: the paragraphs of this page, that one among them.
        page, pages: which page it is, from 1, and of how many.
        against: the one that the others are compared with.
    """

    article: ArticleHeader
    number: int
    copies: Copies | None
    members: tuple[FamilyMember, ...]
    page: int
    pages: int
    against: FamilyMember

    @property
    def has_copies(self) -> bool:
        """Whether the paragraph stands anywhere else."""
        return self.copies is not None and self.copies.paragraphs > 1


class Neighbours(NamedTuple):
    """The hits before and after one, in the order of the results; None at their ends.

    Within an article they follow the text.
    """

    previous: HitPlace | None
    next: HitPlace | None


class Info(NamedTuple):
    """What is in the index."""

    path: str
    articles: int
    paragraphs: int
    first_day: str | None
    last_day: str | None
    undated: int
    sources: tuple[tuple[str, int], ...]
    """(source, articles), the largest first; articles without a source under ''."""
    segments: int
    bytes: int
