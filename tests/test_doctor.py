"""Advice: what each clause finds, and other queries that find more, counted exactly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import PublicationDate
from index.store import Store
from index.writer import open_writer
from search.contract import page_as_dict
from search.results import SearchOptions
from search.searcher import Searcher
from search.spelling import mistakes_between
from tests.make import article, combined, phrases, write_index

PATIENT = SearchOptions(patience=60)
ALWAYS = PATIENT._replace(advice="always")


def advice(searcher, query, options=PATIENT):
    return searcher.search(query, options).advice


def suggested(searcher, query, options=PATIENT) -> dict[str, str]:
    """The queries of the suggestions, by their kind."""
    found = advice(searcher, query, options)
    return {each.kind: each.query for each in found.suggestions} if found else {}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A few articles about a town by the sea."""
    day = PublicationDate("2016-09-26", "day")
    path = write_index(
        tmp_path_factory.mktemp("index"),
        [
            article("a", "The ferry strike is over\nThe council met\nHarbour dues rise", date=day),
            article("b", "The council met on the ferry\nA strike was called", date=day),
            article("c", "Vesselby council", title="Bridge overrun", author="Maren Oduya"),
            article("d", "The bridge was closed\nAleppo was far away"),
            article("e", "The receipt was received by the council\nIt received nothing"),
        ],
    )
    searcher = Searcher.open(path)
    yield searcher
    searcher.close()


def test_each_clause_is_counted_alone(archive):
    found = advice(archive, "zebra council date:2016")
    assert [tuple(each) for each in found.clauses] == [
        ("zebra", 0, 0),
        ("council", 4, 4),
        ("date:2016", 5, 2),
    ]
    assert found.complete


def test_there_is_no_advice_where_enough_is_found(archive):
    assert archive.search("council").advice is None
    assert archive.search("zebra", SearchOptions(advice="never")).advice is None
    assert advice(archive, "council strike", ALWAYS).clauses[0].paragraphs == 4


def test_words_in_different_paragraphs_are_asked_for_in_one_article(archive):
    assert suggested(archive, "harbour council")["article"] == "article(harbour council)"
    assert suggested(archive, "(harbour OR zebra) council -moon date:2016")["article"] == (
        "article((harbour OR zebra) council) -moon date:2016"
    )


def test_a_phrase_alone_is_asked_for_by_its_words_in_one_article_or_any_of_them(archive):
    for query in (
        '"harbour council strike"',
        '="Harbour council strike"',
        '"harbour council strike"~0',
    ):
        found = suggested(archive, query)
        assert found["article"].lower() == "article(harbour council strike)"
        assert found["any"].lower() == "harbour council strike"
        (best,) = (each for each in advice(archive, query).suggestions if each.kind == "any")
        assert best.options.match == "any"
        assert archive.search(best.query, best.options).total.paragraphs == best.paragraphs == 7
    assert "any" not in suggested(archive, '-"council met" -harbour')


def test_any_of_the_words_is_an_option_and_not_another_query(archive):
    found = advice(archive, "zebra council").suggestion("any")
    assert (found.query, found.options.match) == ("zebra council", "any")
    assert advice(archive, "zebra council", PATIENT._replace(match="any")) is None


def test_a_word_that_the_archive_has_not_is_spelt_as_it_has_it(archive):
    assert suggested(archive, "counsil")["spelling"] == "council"
    assert suggested(archive, "aelppo")["spelling"] == "Aleppo"
    assert suggested(archive, "lAleppo") == {}
    assert suggested(archive, "recieved")["spelling"] == "received"
    assert suggested(archive, "title:brigde")["spelling"] == "title:Bridge"
    found = advice(archive, "the counsil (ferri OR fery)").suggestion("spelling")
    assert found.changed == (("counsil", "council"), ("fery", "ferry"))
    assert found.query == "the council (ferri OR ferry)"


@pytest.mark.parametrize(
    "query",
    [
        "Counsil",  # a name, perhaps
        "COUNSIL",
        '"counsil met"',
        "=counsil",
        "-counsil",
        "counsi1",
        "2015",
        "fery's",
        "fer",
        "counsil*",
        "author:=oduyo",
        "source:counsil",
    ],
)
def test_numbers_quotations_and_capitals_are_left_as_they_are(archive, query):
    assert "spelling" not in suggested(archive, query, ALWAYS)


def test_a_far_more_frequent_spelling_is_told_also_where_something_is_found(make_searcher):
    searcher = make_searcher(*["the government met"] * 400, *["the goverment met"] * 4)
    page = searcher.search("goverment", PATIENT)
    assert page.total.paragraphs == 4
    assert page.advice.clauses == ()
    (found,) = page.advice.suggestions
    assert (found.kind, found.query, found.paragraphs) == ("spelling", "government", 400)
    assert searcher.search("government", PATIENT).advice is None


def test_a_spelling_that_is_not_far_more_frequent_is_not_told(make_searcher):
    searcher = make_searcher(*["the government met"] * 390, *["the goverment met"] * 4)
    assert searcher.search("goverment", PATIENT).advice is None


def test_words_of_deleted_articles_are_not_suggested(tmp_path):
    path = write_index(tmp_path / "i", [article("a", "council"), article("b", "siege")])
    with open_writer(Store(path)) as writer:
        writer.remove("a")
    searcher = Searcher.open(path)
    assert suggested(searcher, "counsil") == {}
    searcher.close()


def test_without_the_date(archive):
    found = advice(archive, "aleppo date:2016").suggestion("date")
    assert (found.query, found.paragraphs) == ("aleppo", 1)
    assert found.changed == (("date:2016", ""),)


def test_without_the_clause_that_costs_most(archive):
    found = advice(archive, "council zebra met").suggestion("without")
    assert (found.query, found.changed) == ("council met", (("zebra", ""),))
    assert suggested(archive, "aleppo -away")["without"] == "aleppo"


def test_a_phrase_as_words_and_exact_words_in_any_form(archive):
    assert suggested(archive, '"strike called"')["words"] == "(strike called)"
    assert suggested(archive, "=Council met")["words"] == "council met"
    assert "words" not in suggested(archive, '-"strike called" zebra')


def test_words_of_the_headline_in_the_text_and_the_other_way_round(archive):
    assert suggested(archive, "title:aleppo")["text"] == "aleppo"
    assert suggested(archive, "author:aleppo zebra").get("text") is None
    assert suggested(archive, "overrun")["title"] == "title:overrun"
    assert suggested(archive, "overrun bridge -moon")["title"] == "title:(overrun bridge) -moon"


def test_advice_to_a_query_with_mistakes_has_none(archive):
    for query in ('"aleppo date:2016', "aleppo) date:2016", "(aleppo AND date:2016"):
        assert suggested(archive, query)["date"] == "aleppo"


def test_without_patience_there_is_less_advice_and_that_is_told(archive):
    found = advice(archive, "zebra council", SearchOptions(patience=0))
    assert (found.clauses, found.suggestions, found.complete) == ((), (), False)


def queries():
    words = ["ferry", "strike", "counsil", "council", "harbour", "zebra", "met", "bridge"]
    leaves = st.one_of(
        st.sampled_from(words),
        phrases(words),
        st.sampled_from(["date:2016", "date:1999", "title:bridge", "author:oduya", "=Council"]),
        st.sampled_from(["strike w/3 ferry", "article(ferry harbour)", "para:2", 'source:=""']),
    )
    return combined(leaves, 5)


@settings(max_examples=60)
@given(queries(), st.sampled_from(["all", "any"]))
def test_every_suggestion_finds_exactly_what_it_promises(archive, query, match):
    options = ALWAYS._replace(match=match, strict=True)
    page = archive.search(query, options)
    for each in page.advice.clauses if page.advice else ():
        alone = archive.search(each.query, options._replace(advice="never"))
        assert alone.total[:2] == (each.paragraphs, each.articles)
    for each in page.advice.suggestions if page.advice else ():
        found = archive.search(each.query, each.options._replace(advice="never"))
        assert found.total[:2] == (each.paragraphs, each.articles)
        assert each.paragraphs > page.total.paragraphs
        assert found.notices == ()


def test_the_contract_tells_advice_where_there_is_some(archive):
    assert "advice" not in page_as_dict(archive.search("council", PATIENT))
    shown = page_as_dict(archive.search("aleppo date:2016", PATIENT))["advice"]
    assert shown["clauses"] == [
        {"query": "aleppo", "paragraphs": 1, "articles": 1},
        {"query": "date:2016", "paragraphs": 5, "articles": 2},
    ]
    assert shown["suggestions"][0] == {
        "kind": "date",
        "query": "aleppo",
        "match": "all",
        "paragraphs": 1,
        "articles": 1,
        "changed": [["date:2016", ""]],
        "link": "/api/search?q=aleppo&n=10&page=1",
    }
    assert shown["complete"] is True


@pytest.mark.parametrize(
    ("one", "other", "mistakes"),
    [("aelppo", "aleppo", 1), ("", "abc", 3), ("siege", "siege", 0), ("ca", "abc", 3)],
)
def test_two_letters_that_changed_places_are_one_mistake(one, other, mistakes):
    assert mistakes_between(one, other) == mistakes
    assert mistakes_between(other, one) == mistakes
