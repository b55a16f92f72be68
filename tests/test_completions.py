"""Completions: titles, words as they are printed, fields and their values."""

import pytest

from index.article import PublicationDate
from index.store import Store
from index.writer import open_writer
from search.contract import completions_as_dict
from search.searcher import Searcher
from tests.make import article, write_index


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A few articles with titles, authors and sources."""

    def day(value: str) -> PublicationDate:
        return PublicationDate(value, "day")

    path = write_index(
        tmp_path_factory.mktemp("index"),
        [
            article(
                "a",
                "Aleppo is besieged\nThe Minister spoke of Aleppo\nministers came",
                title="Ferry strike enters a second week",
                author="Maren Oduya",
                source="Coast Wire",
                language="en",
                date=day("2016-01-01"),
            ),
            article(
                "b",
                "All was quiet\nAleppo again\nO'Brien's minibus",
                title="A strike of the ferry crews",
                author="Ines Harrold",
                source="The Coast",
                language="en",
                date=day("2020-01-01"),
            ),
            article(
                "c",
                "Nothing",
                title='He said "strike" twice',
                author="Maren Oduya",
                source="Vesselby Courier",
                language="fr",
                date=day("2018-01-01"),
            ),
        ],
    )
    searcher = Searcher.open(path)
    yield searcher
    searcher.close()


def told(archive, text, kind, most=8):
    return [
        (each.text, each.count, each.query)
        for each in archive.complete(text, most)
        if each.kind == kind
    ]


def test_words_come_as_they_are_printed_the_most_frequent_first(archive):
    assert told(archive, "al", "word") == [("Aleppo", 3, "Aleppo"), ("All", 1, "All")]
    assert told(archive, "quiet -al", "word")[0] == ("Aleppo", 3, "quiet -Aleppo")
    assert told(archive, "(quiet OR mini", "word") == [
        ("Minister", 2, "(quiet OR Minister"),
        ("minibus", 1, "(quiet OR minibus"),
    ]


def test_a_word_goes_on_although_its_stem_does_not(archive):
    assert told(archive, "ministe", "word") == [("Minister", 2, "Minister")]
    assert told(archive, "ministers", "word") == [("ministers", 2, "ministers")]
    assert told(archive, "besieg", "word") == [("besieged", 1, "besieged")]


def test_titles_have_all_words_and_those_that_begin_so_come_first(archive):
    assert told(archive, "ferry str", "title") == [
        (
            "Ferry strike enters a second week",
            1,
            'title:"Ferry strike enters a second week"',
        ),
        ("A strike of the ferry crews", 1, 'title:"A strike of the ferry crews"'),
    ]
    newest_first = [text for text, *_ in told(archive, "stri", "title")]
    assert newest_first == [
        "A strike of the ferry crews",
        'He said "strike" twice',
        "Ferry strike enters a second week",
    ]
    assert told(archive, "strike zeb", "title") == []


def test_every_title_that_is_offered_is_found(archive):
    for each in archive.complete("stri", 8):
        if each.kind == "title":
            (found,) = archive.search(each.query).articles
            assert found.article.title == each.text


def test_fields_are_completed_and_their_values(archive):
    assert told(archive, "so", "field") == [("source:", 0, "source:")]
    assert told(archive, "siege -auth", "field") == [("author:", 0, "siege -author:")]
    assert told(archive, "siege source:co", "value") == [
        ("Coast Wire", 1, 'siege source:="Coast Wire"'),
        ("The Coast", 1, 'siege source:="The Coast"'),
        ("Vesselby Courier", 1, 'siege source:="Vesselby Courier"'),
    ]
    assert told(archive, "author:", "value") == [
        ("Maren Oduya", 2, 'author:="Maren Oduya"'),
        ("Ines Harrold", 1, 'author:="Ines Harrold"'),
    ]
    assert told(archive, 'author:"maren od', "value") == [
        ("Maren Oduya", 2, 'author:="Maren Oduya"')
    ]
    assert told(archive, "-language:f", "value") == [("fr", 1, "-language:=fr")]
    assert told(archive, "title:fe", "word") == [("Ferry", 6, "title:Ferry")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "a",
        "al ",
        '"al',
        '"hit back" "al',
        '"hit back"al',
        "=al",
        "al*",
        "al~",
        "w/5",
        "date:20",
        "foo:al",
        '"quoted source:co',
        "2015",
        "é",
        "(",
    ],
)
def test_nothing_is_completed_where_every_letter_counts(archive, text):
    assert archive.complete(text) == ()


def test_what_follows_a_whole_quotation_is_completed(archive):
    assert told(archive, '"hit back" al', "word")[0] == ("Aleppo", 3, '"hit back" Aleppo')
    assert told(archive, '"hit back" al', "title") == []


def test_no_more_are_told_than_asked_for(archive):
    for most in range(1, 6):
        assert 0 < len(archive.complete("st", most)) <= most


def test_articles_that_are_gone_are_not_offered(tmp_path):
    path = write_index(
        tmp_path / "i",
        [
            article("a", "Aleppo", title="Aleppo today", source="Coast Wire"),
            article("b", "Algebra", title="Algebra today", source="The Post"),
        ],
    )
    with open_writer(Store(path)) as writer:
        writer.remove("a")
    searcher = Searcher.open(path)
    assert [each.text for each in searcher.complete("al")] == ["Algebra today", "Algebra"]
    assert [each.text for each in searcher.complete("source:")] == ["The Post"]
    searcher.close()


def test_the_contract_tells_completions(archive):
    shown = completions_as_dict(archive.complete("mini", 1))
    assert shown == {
        "completions": [{"kind": "word", "text": "Minister", "count": 2, "query": "Minister"}]
    }
