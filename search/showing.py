"""Matches as they are shown: in their order, read paragraph by paragraph, with their marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.collectors import Groups, candidates, latest
from search.copies import copies_of
from search.deadline import check_time
from search.document import Document
from search.evaluation import Evaluation
from search.positions import position_of
from search.query.tree import Leaf, field_of, leaves
from search.results import (
    MAX_MARKED,
    MAX_MARKED_CHARACTERS,
    ClauseMatch,
    Hit,
    Paragraph,
    SearchOptions,
    Sort,
    Span,
)
from search.snapshot import Snapshot


def window(
    snapshot: Snapshot,
    evaluation: Evaluation | None,
    groups: Groups,
    sort: Sort,
    places: tuple[int, int],
) -> list[int]:
    """The groups from one place of the results to another; by date alone if none can be scored."""
    start, end = places

    def name(group: int) -> str:
        check_time()
        return snapshot.header(int(groups.articles[group])).id

    if evaluation is None:
        return latest(groups, snapshot.published, end).window(start, end, "date", lambda _: "")
    found = candidates(groups, evaluation, snapshot.published, sort, end)
    return found.window(start, end, sort, name)


def document_of(
    snapshot: Snapshot, article: int, number: int, evaluation: Evaluation | None
) -> Document:
    """A paragraph of an article, by its number from 1, for reading."""
    text = snapshot.text(int(snapshot.first_doc[article]) + number - 1)
    in_article = evaluation.in_article(article) if evaluation else None
    return Document(snapshot.header(article), text, number, in_article)


class Marking:
    """Counts the paragraphs that an answer marks, and knows whether all that matches is marked.

    Hits are always marked. The paragraphs around them are until there are MAX_MARKED of both: an
    answer may hold thousands.

    Attributes:
        long: whether some paragraph is longer than what is marked of it.
        many: whether some paragraph is not marked, because there are too many.
    """

    def __init__(self) -> None:
        """Begin an answer."""
        self._left = MAX_MARKED
        self.long = self.many = False

    def paragraph(
        self, document: Document, evaluation: Evaluation | None, *, is_hit: bool = False
    ) -> Paragraph:
        """A paragraph as it is shown, with what matches in it if it is marked."""
        self._left -= 1
        if not is_hit and self._left < 0:
            self.many = True
            return Paragraph(document.number, document.text)
        self.long |= len(document.text) > MAX_MARKED_CHARACTERS
        return paragraph_of(document, evaluation)

    def notices(self) -> Iterator[str]:
        """What is not marked, for who reads the answer."""
        if self.long:
            yield (
                f"Only the first {MAX_MARKED_CHARACTERS:,} characters of a paragraph are marked; "
                "there is a longer one"
            )
        if self.many:
            yield (
                f"Beside the hits, only the first paragraphs are marked, {MAX_MARKED} in all; "
                "ask for fewer articles or less context to have marks in all of them"
            )


def paragraph_of(document: Document, evaluation: Evaluation | None) -> Paragraph:
    """A paragraph as it is shown, with what matches at its beginning."""
    spans: tuple[Span, ...] = ()
    if evaluation:
        spans = document.spans(evaluation.tree, evaluation.patterns)
        if len(document.text) > MAX_MARKED_CHARACTERS:
            spans = tuple(span for span in spans if span.end <= MAX_MARKED_CHARACTERS)
    return Paragraph(document.number, document.text, spans)


def title_spans(documents: Sequence[Document], evaluation: Evaluation | None) -> tuple[Span, ...]:
    """What of the title made any of the paragraphs match."""
    if evaluation is None or all(field_of(leaf) != "title" for leaf in leaves(evaluation.tree)):
        return ()
    spans = {
        span
        for document in documents
        for span in document.spans(evaluation.tree, evaluation.patterns, "title")
    }
    return tuple(sorted(spans))


def hit_of(
    snapshot: Snapshot,
    evaluation: Evaluation,
    article: int,
    document: Document,
    score: float,
    options: SearchOptions,
    marking: Marking | None = None,
) -> Hit:
    """A matching paragraph as it is shown, with the context that the options ask for."""
    marking = marking or Marking()
    number, length = document.number, document.header.length

    def paragraphs(first: int, last: int) -> tuple[Paragraph, ...]:
        numbers = range(max(1, first), min(length, last) + 1)
        return tuple(
            marking.paragraph(document_of(snapshot, article, each, evaluation), evaluation)
            for each in numbers
        )

    matches = document.matches(evaluation.tree, evaluation.patterns)
    return Hit(
        paragraph=marking.paragraph(document, evaluation, is_hit=True),
        score=score,
        before=paragraphs(number - options.before, number - 1),
        after=paragraphs(number + 1, number + options.after),
        clauses=matches,
        position=position_of(number, length),
        beside=tuple(
            _partner(document_of(snapshot, article, each, evaluation), evaluation, asking)
            for each, asking in _nearest(matches, number, evaluation)
        ),
        copies=copies_of(snapshot, int(snapshot.first_doc[article]) + number - 1),
    )


def _nearest(
    matches: Sequence[ClauseMatch], number: int, evaluation: Evaluation
) -> list[tuple[int, list[Leaf]]]:
    """The nearest paragraph of each clause whose sides are in two, with those clauses."""
    found: dict[int, list[Leaf]] = {}
    by_clause = {leaf.clause: leaf for leaf in leaves(evaluation.tree)}
    for match in matches:
        if match.partners and match.distance:
            nearest = min(match.partners, key=lambda each: (abs(each - number), each))
            found.setdefault(nearest, []).append(by_clause[match.id])
    return sorted(found.items())


def _partner(document: Document, evaluation: Evaluation, asking: Sequence[Leaf]) -> Paragraph:
    """A paragraph that another one is near to, with what makes it so."""
    if document.holds(evaluation.tree, evaluation.patterns):
        return paragraph_of(document, evaluation)
    spans = {span for leaf in asking for span in document.spans(leaf, evaluation.patterns)}
    return Paragraph(document.number, document.text, tuple(sorted(spans)))
