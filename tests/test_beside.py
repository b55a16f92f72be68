"""Words in paragraphs near each other: which are found, with what beside them, and how it is told."""

import re

import pytest

from cli.main import run
from search.contract import page_as_dict
from search.passages import passages
from search.results import SearchOptions
from tests.make import article
from tests.test_api import hold
from web.app import create_app

TEXT = """The ferry was late again
Nobody knew when it would sail
The strike went on for a week
The toll was raised
A ferry came at last, after the strike
The crew went home
Nothing else was said
The ferry sailed on Monday"""


@pytest.fixture
def searcher(make_searcher):
    return make_searcher(
        article("a", TEXT, title="The strike"),
        article("b", "The strike\nA dog"),
        article("c", "ferry"),
    )


def found(searcher, query: str) -> dict[str, list[int]]:
    """The numbers of the paragraphs that match, by article."""
    page = searcher.search(query, SearchOptions(size=20))
    return {each.article.id: [hit.paragraph.number for hit in each.hits] for each in page.articles}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("ferry w/0p strike", [5]),
        ("ferry w/1p strike", [5]),
        ("ferry w/2p strike", [1, 3, 5]),
        ("ferry w/3p strike", [1, 3, 5, 8]),
        ("strike w/3p ferry", [1, 3, 5, 8]),
        ("ferry pre/2p strike", [1, 3]),
        ("strike pre/2p ferry", [3, 5]),
        ("strike pre/3p ferry", [3, 5, 8]),
        ("ferry pre/4p ferry", [1, 5, 8]),
        ("ferry NOT w/2p strike", [8]),
        ("ferry NOT pre/2p strike", [5, 8]),
        ('("the strike" week) w/2p (ferr* OR crew)', [1, 3, 5]),
        ("(ferry w/2 late) w/2p strike", [1, 3]),
        ("para(ferry strike) w/1p crew", [5, 6]),
        ("article(toll w/1p week) crew", []),
        ("article(toll w/1p week)", [3, 4]),
        ("(ferry w/2p strike) -late", [3, 5]),
        ("article(toll crew)", [4, 6]),
        ("article(ferry strike) NOT para(ferry strike)", [1, 3, 8]),
        ("article(toll crew -para(toll crew))", [4, 6]),
        ("article(ferry strike -para(ferry strike))", []),
        ("article(para(ferry late) strike)", [1, 3, 5]),
    ],
)
def test_paragraphs_near_each_other_are_found_within_their_article(searcher, query, numbers):
    assert found(searcher, query).get("a", []) == numbers


def test_neighbouring_articles_and_segments_are_not_near(make_searcher):
    searcher = make_searcher(
        *[article(f"{at}", "ferry\nstrike" if at % 2 else "strike\nferry") for at in range(8)]
    )
    assert len(found(searcher, "ferry pre/100p strike")) == 4
    assert searcher.search("ferry w/100p dog").total.paragraphs == 0


def test_a_word_is_marked_only_where_it_takes_part(searcher):
    view = searcher.article("a", "ferry pre/2p strike")
    marked = [[each.text[s.start : s.end] for s in each.spans] for each in view.paragraphs]
    assert marked == [["ferry"], [], ["strike"], [], [], [], [], []]
    assert view.title_spans == ()


def test_a_hit_tells_what_it_is_near_to_and_how_far(searcher):
    page = page_as_dict(searcher.search("ferry w/2p strike", SearchOptions(size=20)))
    assert page["clauses"] == [{"id": 1, "query": "ferry w/2p strike", "kind": "paragraphs"}]
    hits = {each["paragraph"]: each for each in page["articles"][0]["hits"]}
    assert hits[1]["clauses"] == [{"id": 1, "distance": 2, "with": [3]}]
    assert hits[3]["clauses"] == [{"id": 1, "distance": 2, "with": [1, 5]}]
    assert hits[5]["clauses"] == [{"id": 1, "distance": 0, "with": [3]}]
    assert [each["paragraph"] for each in hits[1]["beside"]] == [3]
    assert [each["paragraph"] for each in hits[3]["beside"]] == [1]
    assert "beside" not in hits[5]


def test_the_api_answers_as_it_is_described(make_index):
    client = create_app(make_index(article("a", TEXT))).test_client()
    answer = client.get("/api/search", query_string={"q": "(ferry w/2p strike) late"})
    hold(answer.json, "Page")
    assert [each["paragraph"] for each in answer.json["articles"][0]["hits"][0]["beside"]] == [3]


def test_the_paragraph_beside_a_hit_is_shown_where_it_is_no_hit_itself(searcher):
    (shown,) = searcher.search("(ferry w/2p strike) late").articles
    assert shown.total == 1
    assert [(each.paragraph.number, each.is_hit, each.is_partner) for each in passages(shown)] == [
        (1, True, False), (3, False, True),
    ]  # fmt: skip
    partner = passages(shown)[1].paragraph
    assert [partner.text[span.start : span.end] for span in partner.spans] == ["strike"]
    assert {span.clause for span in partner.spans} == {1}


def test_both_are_shown_where_only_the_best_three_of_many_are(make_searcher):
    many = "\n".join(["ferry"] * 8 + [f"the strike {'of this very long winter ' * 9}"])
    others = [article(f"x{at}", "a ferry\na strike") for at in range(12)]
    page = make_searcher(article("a", many), *others).search(
        "ferry w/100p strike", SearchOptions(size=20)
    )
    shown = next(each for each in page.articles if each.article.id == "a")
    assert (shown.total, len(shown.hits)) == (9, 3)
    assert 9 in [each.paragraph.number for each in passages(shown)]


def test_the_terminal_shows_both_and_says_how_far(make_index, capfd):
    path = make_index(article("a", TEXT))
    assert run(["--index", str(path), "search", "--explain", "(ferry w/2p strike) late"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "1 ferry w/2p strike",
        "2 late",
        "",
        "a",
        "date unknown · a",
        "  1  The ferry was late again",
        "     [1 ferry w/2p strike (2 paragraphs apart, ¶ 3); 2 late]",
        "     …",
        "  3  The strike went on for a week",
        "",
    ]


def test_the_page_shows_both_and_says_how_far(make_index):
    client = create_app(make_index(article("a", TEXT))).test_client()
    page = client.get("/", query_string={"q": "(ferry w/2p strike) late"}).text
    assert "2 paragraphs apart, ¶ 3" in page
    assert "in paragraphs near each other" in page
    assert page.count('class="passage partner gap"') == 1
    marked = re.findall(r'<mark class="c1"[^>]*>([^<]*)</mark>', page)
    assert marked == ["ferry", "strike"]


@pytest.mark.parametrize(
    ("query", "article"),
    [
        ("ferry w/1p week", "article(ferry week)"),
        ("(toll pre/1p crew) -late", ""),
        ("(toll OR loan) w/1p crew para:>2", "article((toll OR loan) crew) para:>2"),
        ("toll NOT w/9p crew", ""),
    ],
)
def test_where_nothing_is_near_the_article_is_offered(searcher, query, article):
    page = searcher.search(query)
    assert page.total.paragraphs == 0
    found = page.advice.suggestion("article")
    assert (found.query if found else "") == article
    if found:
        assert searcher.search(article).total.paragraphs == found.paragraphs > 0
