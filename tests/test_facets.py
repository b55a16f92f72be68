"""Facets: exact counts by source, author, year and language, and queries that narrow by them."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import Article, PublicationDate
from index.store import Store
from index.writer import open_writer
from search.contract import page_as_dict
from search.facets import narrow
from search.results import SearchOptions
from search.searcher import Searcher
from tests.make import article, write_index

FACETS = SearchOptions(facets=True, size=100)
SOURCES = ["", "Coast Wire", "Coast Wire Service", "coast wire", 'The "Post"', "a:b (c) OR -d"]
AUTHORS = ["", "Maren Oduya", "—", "Ines Harrold, Maren Oduya", "李明"]
DATES = ["", "2016", "2016-09", "2016-09-26", "2017-01-01", "1999"]
WORDS = ["ferry", "strike", "council"]


def made(number: int, drawn) -> Article:
    source, author, day, language, paragraphs = drawn
    precision = {0: "unknown", 4: "year", 7: "month", 10: "day"}[len(day)]
    return Article(
        f"{number}",
        tuple(paragraphs),
        source=source,
        author=author,
        language=language,
        date=PublicationDate(day or None, precision),
    )


def archives():
    """Some articles of some sources, authors, dates and languages."""
    drawn = st.tuples(
        st.sampled_from(SOURCES),
        st.sampled_from(AUTHORS),
        st.sampled_from(DATES),
        st.sampled_from(["", "en", "fr"]),
        st.lists(st.sampled_from([*WORDS, "ferry strike", "nothing"]), min_size=1, max_size=4),
    )
    return st.lists(drawn, min_size=1, max_size=12).map(
        lambda every: [made(number, each) for number, each in enumerate(every)]
    )


def facet(page, field: str):
    return next(each for each in page.facets if each.field == field)


def counts(page, field: str) -> dict[str, tuple[int, int]]:
    return {each.value: (each.articles, each.paragraphs) for each in facet(page, field).values}


def plain_counts(page, field: str) -> dict[str, tuple[int, int]]:
    """The same, counted over the headers of all results."""
    articles: Counter[str] = Counter()
    paragraphs: Counter[str] = Counter()
    for found in page.articles:
        header = found.article
        value = (header.date.value or "")[:4] if field == "year" else getattr(header, field)
        value = " ".join(value.replace('"', " ").split())
        articles[value] += 1
        paragraphs[value] += found.total
    return {value: (articles[value], paragraphs[value]) for value in articles}


@settings(max_examples=12)
@given(archives(), st.sampled_from(["ferry", "ferry OR council", "strike -council", "zebra"]))
def test_facets_count_what_the_headers_say_and_their_queries_find_it(
    tmp_path_factory, articles, query
):
    searcher = Searcher.open(write_index(tmp_path_factory.mktemp("index"), articles))
    page = searcher.search(query, FACETS)
    assert [each.field for each in page.facets] == ["source", "author", "year", "language"]
    for each in page.facets:
        told = {
            " ".join(value.replace('"', " ").split()): count
            for value, count in counts(page, each.field).items()
        }
        assert told == plain_counts(page, each.field)
        assert each.more == 0
        for value in each.values:
            included = searcher.search(value.include, FACETS)
            assert included.total[:2] == (value.paragraphs, value.articles)
            chosen = next(x for x in facet(included, each.field).values if x.value == value.value)
            assert (chosen.selected, chosen.excluded) == (True, False)
            assert counts(included, each.field) == counts(page, each.field)
            assert searcher.search(chosen.include, FACETS).total == page.total
            excluded = searcher.search(value.exclude, FACETS)
            assert excluded.total.articles == page.total.articles - value.articles
            left_out = next(x for x in facet(excluded, each.field).values if x.value == value.value)
            assert (left_out.selected, left_out.excluded) == (False, True)
            assert searcher.search(left_out.exclude, FACETS).total == page.total
    searcher.close()


def test_a_name_is_asked_for_as_a_whole(make_searcher):
    searcher = make_searcher(
        article("a", "siege", source="Coast Wire"),
        article("b", "siege", source="Coast Wire Service"),
        article("c", "siege", source="coast wire"),
        article("d", "siege"),
    )

    def ids(query: str) -> list[str]:
        return sorted(found.article.id for found in searcher.search(query).articles)

    assert ids('source:"coast wire"') == ["a", "b", "c"]
    assert ids('source:="Coast Wire"') == ["a"]
    assert ids('siege -source:="Coast Wire"') == ["b", "c", "d"]
    assert ids('source:=""') == ["d"]
    assert ids("source:=Coast") == []
    assert ids("author:=Nobody") == []


def test_values_are_told_of_live_articles_only(tmp_path):
    path = write_index(
        tmp_path / "i",
        [article("a", "siege", source="One"), article("b", "siege", source="Two")],
    )
    with open_writer(Store(path)) as writer:
        writer.remove("a")
        writer.add(article("c", "siege\nsiege", source="Three"))
    searcher = Searcher.open(path)
    assert counts(searcher.search("siege", FACETS), "source") == {"Two": (1, 1), "Three": (1, 2)}
    assert counts(searcher.search("source:=Two", FACETS), "source") == {
        "Two": (1, 1),
        "Three": (1, 2),
    }
    searcher.close()


def test_only_ten_values_are_told_and_those_that_are_chosen(make_searcher):
    searcher = make_searcher(
        *[
            article(f"{source}-{number}", "siege", source=f"Source {source:02}")
            for source in range(15)
            for number in range(15 - source)
        ]
    )
    sources = facet(searcher.search("siege", FACETS), "source")
    assert [each.value for each in sources.values] == [f"Source {at:02}" for at in range(10)]
    assert sources.more == 5
    sources = facet(searcher.search('siege source:="Source 13"', FACETS), "source")
    assert [each.value for each in sources.values][9:] == ["Source 09", "Source 13"]
    assert [each.value for each in sources.values if each.selected] == ["Source 13"]
    assert sources.more == 4


def test_the_words_of_a_field_choose_all_values_that_have_them(make_searcher):
    searcher = make_searcher(
        article("a", "siege", source="Coast Wire"),
        article("b", "siege", source="Coast Wire Service"),
        article("c", "siege", source="Post"),
    )
    page = searcher.search("siege source:wire", FACETS)
    chosen = {each.value: each.selected for each in facet(page, "source").values}
    assert chosen == {"Coast Wire": True, "Coast Wire Service": True, "Post": False}
    (post,) = [each for each in facet(page, "source").values if each.value == "Post"]
    assert post.include == "siege source:=Post"


def test_years_come_from_the_last_on_and_a_range_of_dates_chooses_them(make_searcher):
    days = ["2015-03-01", "2016-09-26", "2016-12", "2018", None]
    searcher = make_searcher(
        *[
            article(
                str(number),
                "siege",
                date=PublicationDate(day, {None: "unknown"}.get(day, "day"))
                if day is None or len(day) == 10
                else PublicationDate(day, "month" if len(day) == 7 else "year"),
            )
            for number, day in enumerate(days)
        ]
    )
    page = searcher.search("siege date:2016..2018", FACETS)
    years = facet(page, "year").values
    assert [(each.value, each.articles, each.selected) for each in years] == [
        ("2018", 1, True),
        ("2016", 2, True),
        ("2015", 1, False),
        ("", 1, False),
    ]
    assert [each.include for each in years][2:] == ["siege date:2015", "siege date:unknown"]


def test_facets_are_told_only_where_they_are_asked_for(make_searcher):
    searcher = make_searcher(article("a", "siege", source="Post", language="en"))
    assert "facets" not in page_as_dict(searcher.search("siege"))
    shown = page_as_dict(searcher.search("siege", FACETS))["facets"]
    assert shown[0] == {
        "field": "source",
        "values": [
            {
                "value": "Post", "articles": 1, "paragraphs": 1,
                "selected": False, "excluded": False,
                "include": "siege source:=Post", "exclude": "siege -source:=Post",
            }
        ],
        "more": 0,
    }  # fmt: skip


def test_no_query_is_offered_that_would_be_too_long(make_searcher):
    searcher = make_searcher(article("a", "siege", source="x" * 300))
    page = searcher.search("siege " * 2 + "x" * 250, FACETS._replace(match="any"))
    (value,) = facet(page, "source").values
    assert (value.articles, value.include, value.exclude) == (1, None, None)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("siege", 'siege source:="Coast Wire"'),
        ("siege OR truce", '(siege OR truce) source:="Coast Wire"'),
        ('siege "of', 'siege of source:="Coast Wire"'),
        ('siege source:="Coast Wire"', "siege"),
    ],
)
def test_a_query_is_narrowed_and_widened_again(query, expected):
    assert narrow(query, "source", "Coast Wire") == expected
