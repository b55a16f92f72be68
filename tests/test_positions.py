"""Reading: positions in a story, the order by them, what stands around a hit, the next hit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.contract import article_as_dict, context_as_dict, neighbours_as_dict
from search.errors import ArticleNotFound, QueryError
from search.positions import position_of
from search.results import SearchOptions
from tests.make import article

BY_POSITION = SearchOptions(sort="position")


def story(article_id: str, *hits: int, length: int = 10, **fields: object):
    """An article whose paragraphs of some numbers match "siege"."""
    lines = ["siege" if number in hits else "nothing" for number in range(1, length + 1)]
    return article(article_id, "\n".join(lines), **fields)


def order(page) -> list[tuple[str, list[int]]]:
    return [
        (found.article.id, [hit.paragraph.number for hit in found.hits]) for found in page.articles
    ]


@given(st.integers(1, 200))
def test_a_story_begins_at_the_top_and_goes_down(length):
    places = [position_of(number, length) for number in range(1, length + 1)]
    assert places[0] == "top"
    assert places == sorted(places, key=["top", "middle", "buried"].index)
    assert places.count("top") == max(1, length // 5)
    assert places.count("buried") == (length // 3 if length > 3 else 0)


def test_a_hit_tells_its_position(make_searcher):
    (found,) = make_searcher(story("a", 1, 5, 9)).search("siege").articles
    assert [hit.position for hit in found.hits] == ["top", "middle", "buried"]


def test_by_position_what_stands_nearest_the_top_comes_first(make_searcher):
    searcher = make_searcher(
        story("deep", 4, 5, 6, 7, 8, 9, 10),
        story("top", 1, 9),
        story("second", 2),
        article("dense", "siege siege siege\nnothing"),
        *[story(f"more {number}", 10) for number in range(8)],
    )
    page = searcher.search("siege", BY_POSITION)
    assert order(page)[:4] == [
        ("dense", [1]),
        ("top", [1, 9]),
        ("second", [2]),
        ("deep", [4, 5, 6]),
    ]
    every = searcher.search("siege", BY_POSITION._replace(size=100))
    assert [each for each, _ in order(every)][:10] == [each for each, _ in order(page)]
    second = searcher.search("siege", BY_POSITION._replace(size=3, number=2))
    assert [each for each, _ in order(second)] == ["deep", "more 0", "more 1"]


def test_an_article_tells_the_numbers_of_its_hits(make_searcher):
    searcher = make_searcher(story("a", 2, 5, 9), story("b", 1))
    view = searcher.article("a", "siege")
    assert view.hits == (2, 5, 9)
    assert [view.next_hit(number) for number in (0, 2, 3, 9)] == [2, 5, 5, None]
    assert [view.previous_hit(number) for number in (2, 5, 11)] == [None, 2, 9]
    assert article_as_dict(view)["hits"] == [2, 5, 9]
    assert searcher.article("a").hits == ()


def test_what_stands_around_a_paragraph(make_searcher):
    searcher = make_searcher(story("a", 4))
    view = searcher.context("a", 4, (2, 1), "siege")
    assert [each.number for each in view.before] == [2, 3]
    assert [each.number for each in view.after] == [5]
    assert (view.more_before, view.more_after) == (1, 5)
    assert [tuple(span) for span in view.paragraph.spans] == [(0, 5, 1)]
    whole = searcher.context("a", 1, (100, 100))
    assert (whole.before, len(whole.after)) == ((), 9)
    assert (whole.more_before, whole.more_after) == (0, 0)
    shown = context_as_dict(view)
    assert (shown["paragraph"], shown["of"], shown["link"]) == (4, 10, "/articles/a#p4")
    assert [each["paragraph"] for each in shown["before"]] == [2, 3]


def test_what_is_not_there_is_told(make_searcher):
    searcher = make_searcher(story("a", 4))
    with pytest.raises(ArticleNotFound, match="has no paragraph 11; it has 1 to 10"):
        searcher.context("a", 11, (0, 0))
    with pytest.raises(ArticleNotFound, match="There is no article 'b'"):
        searcher.context("b", 1, (0, 0))
    with pytest.raises(QueryError, match="0 to 100 paragraphs"):
        searcher.context("a", 1, (101, 0))
    with pytest.raises(ArticleNotFound, match="not on page 2"):
        searcher.neighbours("siege", SearchOptions(number=2), "a", 4)


@pytest.mark.parametrize("size", [1, 2, 10])
def test_hits_follow_each_other_over_all_pages(make_searcher, size):
    searcher = make_searcher(
        story("a", 2, 5, 9), story("b", 1), *[story(f"c{number}", 3, 4) for number in range(3)]
    )
    options = SearchOptions(size=size)
    every = []
    for number in range(1, searcher.search("siege", options).pages + 1):
        for found in searcher.search("siege", options._replace(number=number)).articles:
            hits = searcher.article(found.article.id, "siege").hits
            every += [(found.article.id, hit, number) for hit in hits]
    walked = [every[0]]
    while True:
        article_id, number, page = walked[-1]
        found = searcher.neighbours("siege", options._replace(number=page), article_id, number)
        assert found.previous == (walked[-2] if len(walked) > 1 else None)
        if found.next is None:
            break
        walked.append(tuple(found.next))
    assert walked == every
    shown = neighbours_as_dict(found)
    assert shown["next"] is None
    assert shown["previous"]["id"] == walked[-2][0]


def test_a_paragraph_that_is_no_hit_has_neighbours_too(make_searcher):
    searcher = make_searcher(story("a", 2, 5))
    found = searcher.neighbours("siege", SearchOptions(), "a", 3)
    assert (found.previous.paragraph, found.next.paragraph) == (2, 5)
