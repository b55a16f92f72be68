"""Plans: what the evaluator can answer, as frozen values.

A plan says nothing about segments or arrays. Both the query language (``query/to_plan.py``)
and Whoosh's query objects (``query/from_whoosh.py``) become plans. Scores are those of
Whoosh's BM25F over the live paragraphs; what only narrows the matches scores a constant.
"""

from __future__ import annotations

from dataclasses import dataclass

from search.query.patterns import Element

UNLIMITED = 2**62
"""The end of a range of numbers that has no end."""


@dataclass(frozen=True, slots=True)
class Term:
    """Paragraphs with a term; scored."""

    field: str
    term: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Paragraphs with terms side by side, in this order; scored as all of its distinct terms."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Paragraphs with terms close together; scored as all of its distinct terms.

    Ordered: each at most ``distance`` positions behind the one before, and not at the same.
    Else: in any order, all within a window in which the last stands at most ``distance``
    times the number of terms less one behind the first.
    """

    field: str
    terms: tuple[str, ...]
    distance: int
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """Paragraphs with a pattern: tokens side by side, by term, by form, by prefix and so on.

    Scored as all of its distinct elements; one that accepts many terms scores 1.
    """

    field: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Proximity:
    """Paragraphs in which places of one operand are near places of another; scores 0.

    At most ``distance`` positions from the last of one to the first of the other, which do
    not overlap. ``ordered``: the right one comes behind. ``negated``: places of the left
    operand without a right one near; here one that overlaps is near, too.
    """

    field: str
    left: Operand
    right: Operand
    distance: int
    ordered: bool = False
    negated: bool = False


Operand = tuple[tuple[Element, ...] | Proximity, ...]
"""Any of some patterns, or of the places that are near each other."""


@dataclass(frozen=True, slots=True)
class Window:
    """Paragraphs with a window of ``size`` positions that has all of some words; scores 0.

    A word is any of some patterns; one that is given twice is needed twice.
    """

    field: str
    words: tuple[tuple[tuple[Element, ...], ...], ...]
    size: int


@dataclass(frozen=True, slots=True)
class Prefix:
    """Paragraphs with any term that begins with a text; scores 1."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Paragraphs with any term of a pattern: ``*`` any characters, ``?`` one; scores 1."""

    field: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Paragraphs with any term at most ``distance`` edits from a text; scores 1.

    An edit puts in, takes out or changes one character (Levenshtein). The first ``prefix``
    characters have to be the same.
    """

    field: str
    text: str
    distance: int = 1
    prefix: int = 0


@dataclass(frozen=True, slots=True)
class TermRange:
    """Paragraphs with any term from ``low`` to ``high``, both included; scores 1.

    Terms are in the order of their bytes; None is no border.
    """

    field: str
    low: str | None
    high: str | None


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Paragraphs with any of some terms; scores 1."""

    field: str
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """Paragraphs of articles with a number from ``low`` to ``high`` in a column; scores 1."""

    column: str
    low: int = -UNLIMITED
    high: int = UNLIMITED


@dataclass(frozen=True, slots=True)
class Name:
    """Paragraphs of articles by their author, source or language, as a whole."""

    column: str
    name: str


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Paragraphs from number ``low`` to ``high`` of their article, from 1; scores 1."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Paragraphs of ``low`` to ``high`` words, as the index counts them; scores 1."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Whole:
    """All paragraphs of the articles in which one matches a child; scores 1."""

    child: Plan


@dataclass(frozen=True, slots=True)
class NearParagraphs:
    """Paragraphs of one child near those of another, and these, in one article; scores 0.

    A right one stands at least so far behind a left one, and at most so far, as ``steps`` say
    in paragraphs; before it where they are negative. ``negated``: those of the left child that
    have no right one there.
    """

    left: Plan
    right: Plan
    steps: tuple[int, int]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class All:
    """Paragraphs that match every child; scores are added. Without children: none."""

    children: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Paragraphs that match at least one child; scores of those that do are added."""

    children: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """Paragraphs that match ``wanted`` and not ``unwanted``; scored as ``wanted``."""

    wanted: Plan
    unwanted: Plan


@dataclass(frozen=True, slots=True)
class Every:
    """All paragraphs; scores 1."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """No paragraph."""


@dataclass(frozen=True, slots=True)
class Constant:
    """The paragraphs of a child, all with the same score."""

    child: Plan
    score: float


@dataclass(frozen=True, slots=True)
class InArticle:
    """Paragraphs that match any child, in articles where every child matches somewhere.

    Scored as any of the children.
    """

    children: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """Whatever else Whoosh can ask, answered by Whoosh's own matchers, one paragraph at a time."""

    query: object


Plan = (
    Term
    | Phrase
    | Near
    | Proximity
    | Window
    | Sequence
    | Prefix
    | Wildcard
    | Fuzzy
    | TermRange
    | AnyOf
    | Range
    | Paragraphs
    | Lengths
    | Name
    | Whole
    | NearParagraphs
    | All
    | Any
    | Without
    | Every
    | Nothing
    | Constant
    | InArticle
    | Foreign
)
