"""Reading on: what stands around a paragraph, and which hit comes before and after one."""

from __future__ import annotations

from search.collectors import Groups, group_by_article, shown_groups
from search.errors import ArticleNotFound, QueryError
from search.evaluation import Evaluation
from search.results import MAX_READ, ContextView, HitPlace, Neighbours, SearchOptions
from search.showing import document_of, paragraph_of, window
from search.snapshot import Snapshot


def read_around(
    snapshot: Snapshot,
    article: int,
    number: int,
    around: tuple[int, int],
    evaluation: Evaluation | None,
) -> ContextView:
    """A paragraph and those around it.

    Args:
        snapshot: where it is.
        article: the number of its article there.
        number: of the paragraph, from 1.
        around: how many paragraphs before and after it.
        evaluation: of the query that is marked.

    Raises ArticleNotFound where there is no such paragraph, or QueryError.
    """
    if not all(0 <= each <= MAX_READ for each in around):
        raise QueryError(f"0 to {MAX_READ} paragraphs are read around one", "bad_option")
    header = snapshot.header(article)
    if not 1 <= number <= header.length:
        raise ArticleNotFound(
            f"The article {header.id!r} has no paragraph {number}; it has 1 to {header.length}"
        )
    first, last = max(1, number - around[0]), min(header.length, number + around[1])
    shown = [
        paragraph_of(document_of(snapshot, article, each, evaluation), evaluation)
        for each in range(first, last + 1)
    ]
    at = number - first
    return ContextView(
        article=header,
        paragraph=shown[at],
        before=tuple(shown[:at]),
        after=tuple(shown[at + 1 :]),
        more_before=first - 1,
        more_after=header.length - last,
    )


def find_neighbours(
    snapshot: Snapshot, evaluation: Evaluation, options: SearchOptions, hit: tuple[str, int]
) -> Neighbours:
    """The hits before and after one; see Searcher.neighbours.

    Args:
        snapshot: where they are.
        evaluation: of the query.
        options: that gave the page.
        hit: the id of an article of the page, and the number of a paragraph of it.
    """
    article_id, number = hit
    groups = group_by_article(evaluation.matching(), snapshot)
    if options.fold:
        groups = shown_groups(snapshot, groups)
    first = (options.number - 1) * options.size
    start, end = max(0, first - 1), first + options.size
    shown = window(snapshot, evaluation, groups, options.sort, (start, end + 1))
    ids = [snapshot.header(int(groups.articles[group])).id for group in shown]
    if article_id not in ids[first - start : end - start]:
        raise ArticleNotFound(
            f"The article {article_id!r} is not on page {options.number} of the results"
        )
    at = ids.index(article_id)

    def place(at: int, paragraph: int) -> HitPlace:
        return HitPlace(ids[at], paragraph, (start + at) // options.size + 1)

    def numbers(at: int) -> list[int]:
        return _numbers(snapshot, groups, shown[at])

    before = [each for each in numbers(at) if each < number]
    after = [each for each in numbers(at) if each > number]
    earlier = place(at - 1, numbers(at - 1)[-1]) if at else None
    later = place(at + 1, numbers(at + 1)[0]) if at + 1 < len(shown) else None
    return Neighbours(
        previous=place(at, before[-1]) if before else earlier,
        next=place(at, after[0]) if after else later,
    )


def _numbers(snapshot: Snapshot, groups: Groups, group: int) -> list[int]:
    """The numbers of the matching paragraphs of a group, from 1."""
    docs = groups.doc_ids[groups.starts[group] : groups.starts[group + 1]]
    first = int(snapshot.first_doc[groups.articles[group]])
    return [doc - first + 1 for doc in docs.tolist()]
