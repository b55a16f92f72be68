"""What may enter the index: the limits of an article, to the character."""

import pytest

from index.article import (
    MAX_ARTICLE_BYTES,
    MAX_ID_LENGTH,
    MAX_PARAGRAPHS,
    Article,
    check_article,
)
from index.errors import InputError


@pytest.mark.parametrize("extra", [-1, 0, 1])
@pytest.mark.parametrize(
    ("make", "limit"),
    [
        (lambda size: Article("x" * size, ("text",)), MAX_ID_LENGTH),
        (lambda size: Article("x", ("text",) * size), MAX_PARAGRAPHS),
        (lambda size: Article("x", ("a" * size,)), MAX_ARTICLE_BYTES),
    ],
)
def test_an_article_up_to_the_limit_may_enter(make, limit, extra):
    if extra <= 0:
        check_article(make(limit + extra))
    else:
        with pytest.raises(InputError, match=r"longer than|divide it"):
            check_article(make(limit + extra))


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (Article("", ("text",)), "neither an id"),
        (Article(" ", ("text",)), "neither an id"),
        (Article("a\nb", ("text",)), "control or a broken character"),
        (Article("a\ud800", ("text",)), "control or a broken character"),
        (Article(".", ("text",)), "cannot stand in a link"),
        (Article("a", ()), "has no text"),
    ],
)
def test_an_article_that_cannot_be_named_or_shown_may_not(article, reason):
    with pytest.raises(InputError, match=reason):
        check_article(article)


def test_where_an_article_came_from_is_no_change_of_it():
    here, there = (Article("a", ("text",), origin=place) for place in ("/here", "/there"))
    assert here.content_hash() == there.content_hash()


@pytest.mark.parametrize("field", ["title", "author", "source", "url"])
def test_half_a_character_may_not_enter(field):
    with pytest.raises(InputError, match="broken character"):
        Article("a", ("text",), **{field: "half \ud83d"}).content_hash()
    with pytest.raises(InputError, match="broken character"):
        Article("a", ("text", "half \ud83d")).content_hash()
