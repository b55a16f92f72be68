"""Results: pages of articles with their best paragraphs, exact totals, a stable order."""

import shutil
import threading

import pytest

from index.article import PublicationDate
from index.store import Store
from index.writer import open_writer
from search.address import address_of
from search.contract import article_as_dict, page_as_dict
from search.errors import ArticleNotFound, IndexDamaged, IndexNotFound, QueryError
from search.header_contract import article_link
from search.live import LiveSearcher
from search.results import SearchOptions
from search.searcher import Searcher
from tests.make import article, write_index


def day(value: str) -> PublicationDate:
    return PublicationDate(value, "day")


def ids(page) -> list[str]:
    return [found.article.id for found in page.articles]


def numbers(page) -> list[list[int]]:
    return [[hit.paragraph.number for hit in found.hits] for found in page.articles]


def test_the_example_answers_as_promised(make_index, data):
    from index.readers.text import read_text
    from index.repair import repair

    text = repair(data("aleppo.txt").read_text(encoding="utf-8"))
    searcher = Searcher.open(make_index(read_text(text, "aleppo.txt")))
    hostilities = searcher.search('"cessation of hostilities"')
    assert hostilities.total.paragraphs == 5
    (found,) = hostilities.articles
    for hit in found.hits:
        (span,) = hit.paragraph.spans
        assert hit.paragraph.text[span.start : span.end] == "cessation of hostilities"
    assert len(found.hits) == 5
    assert searcher.search("barbarism").total.paragraphs == 3
    assert searcher.search("ceasefire").total.paragraphs == 1
    shown = page_as_dict(searcher.search("russia aleppo"))
    assert shown["articles"][0]["date"] == {"value": "2016-09-26T21:11", "precision": "minute"}
    assert "Â" not in str(shown)
    searcher.close()


def test_an_article_shows_its_best_three_paragraphs_in_their_order(make_searcher):
    searcher = make_searcher(
        *[article(str(number), "siege\nsiege and more words here\nno\nsiege siege\nsiege town")
          for number in range(10)]
    )  # fmt: skip
    page = searcher.search("siege")
    assert page.total.paragraphs == 40
    assert [found.total for found in page.articles] == [4] * 10
    assert numbers(page) == [[1, 4, 5]] * 10


def test_where_a_page_has_room_an_article_shows_more(make_searcher):
    page = make_searcher(article("a", "\n".join(["siege"] * 12))).search("siege")
    assert numbers(page) == [list(range(1, 11))]
    assert page.articles[0].total == 12


def test_pages_follow_each_other_without_gaps_or_repeats(make_searcher):
    searcher = make_searcher(*(f"siege {number}" for number in range(25)))
    pages = [searcher.search("siege", SearchOptions(size=10, number=n)) for n in (1, 2, 3, 4)]
    assert [len(page.articles) for page in pages] == [10, 10, 5, 0]
    assert len({each for page in pages for each in ids(page)}) == 25
    assert [page_as_dict(page)["page"]["next"] is None for page in pages] == [
        False,
        False,
        True,
        True,
    ]


def test_the_order_of_equals_survives_a_merge(make_index):
    path = make_index(*["siege"] * 5)
    before = _order(path)
    for number in range(5, 9):
        with open_writer(Store(path)) as writer:
            writer.add(article(str(number), "siege"))
    with open_writer(Store(path)) as writer:
        for number in range(5, 9):
            writer.remove(str(number))
    assert _order(path) == before == ["0", "1", "2", "3", "4"]


def _order(path) -> list[str]:
    searcher = Searcher.open(path)
    order = ids(searcher.search("siege"))
    searcher.close()
    return order


def test_equals_come_in_the_order_of_their_ids(make_searcher):
    searcher = make_searcher(*[article(each, "siege") for each in "dbeca"])
    first, second = (searcher.search("siege", SearchOptions(size=3, number=n)) for n in (1, 2))
    assert ids(first) + ids(second) == ["a", "b", "c", "d", "e"]


def test_the_newest_comes_first_by_date_and_the_undated_last(make_searcher):
    searcher = make_searcher(
        article("old", "siege siege", date=day("1987-03-01")),
        article("none", "siege"),
        article("new", "siege and many other words", date=day("2016-09-26")),
        article("ancient", "siege", date=day("1941-01-01")),
    )
    page = searcher.search("siege", SearchOptions(sort="date"))
    assert ids(page) == ["new", "old", "ancient", "none"]


def test_same_article_counts_articles_with_the_words_in_different_paragraphs(make_searcher):
    searcher = make_searcher("russia aleppo", "russia\naleppo", "russia", "russia ban\naleppo")
    assert searcher.search("russia aleppo").total.same_article == 3
    assert searcher.search("russia aleppo -ban").total.same_article == 2
    assert searcher.search('"russia aleppo"').total.same_article == 1


def test_any_finds_what_all_does_not(make_searcher):
    searcher = make_searcher("russia", "aleppo", "damascus")
    assert searcher.search("russia aleppo").total.paragraphs == 0
    assert searcher.search("russia aleppo", SearchOptions(match="any")).total.paragraphs == 2


def test_context_stays_within_the_article(make_searcher):
    searcher = make_searcher("before", "one\nsiege\nthree\nfour", "after")
    (found,) = searcher.search("siege", SearchOptions(before=2, after=1)).articles
    (hit,) = found.hits
    assert [each.text for each in hit.before] == ["one"]
    assert [each.text for each in hit.after] == ["three"]


def test_words_of_the_title_are_found_only_with_title(make_searcher):
    searcher = make_searcher(article("a", "one\ntwo", title="The siege"))
    assert searcher.search("siege").total.paragraphs == 0
    page = searcher.search("title:siege")
    assert page.total.paragraphs == 2
    assert [hit.paragraph.spans for hit in page.articles[0].hits] == [(), ()]
    assert page.articles[0].title_spans == ((4, 9, 1),)


def test_the_title_is_marked_for_what_made_a_paragraph_match(make_searcher):
    searcher = make_searcher(article("a", "ferry carol\nstrike carol", title="Alpha echo"))
    for query, marked in (
        ("title:alpha strike", [(0, 5, 1)]),
        ("title:alpha OR (-carol title:echo)", [(0, 5, 1)]),
        ("title:alpha nothing", []),
    ):
        spans = [found.title_spans for found in searcher.search(query).articles]
        assert [list(each) for each in spans] == ([marked] if marked else []), query
        assert list(searcher.article("a", query).title_spans) == marked


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("date:2016", {"year", "month", "day"}),
        ("date:2016-09", {"month", "day"}),
        ("date:2016-09-26", {"day"}),
        ("date:2016-09-26..2017", {"day", "evening"}),
        ("date:>=2017", {"evening"}),
        ("date:2017-03-10", {"evening"}),
        ("date:<2017", {"year", "month", "day"}),
        ("date:..2016-09-15", set()),
        ("date:2016-01..2016-11", {"month", "day"}),
        ("date:unknown", {"none"}),
        ("-date:unknown", {"year", "month", "day", "evening"}),
    ],
)
def test_a_date_finds_what_lies_wholly_in_it(make_searcher, query, found):
    searcher = make_searcher(
        article("year", "x", date=PublicationDate("2016", "year")),
        article("month", "x", date=PublicationDate("2016-09", "month")),
        article("day", "x", date=day("2016-09-26")),
        article("evening", "x", date=PublicationDate("2017-03-10T23:30-05:00", "minute")),
        article("none", "x"),
    )
    assert set(ids(searcher.search(query))) == found


def test_ceasefire_cease_fire_and_the_hyphen_find_each_other(make_searcher):
    searcher = make_searcher("a ceasefire now", "a cease-fire now", "a cease fire now", "cease it")
    for query in ("ceasefire", "cease-fire", "cease fire", "ceasefires", '"a cease fire"'):
        assert searcher.search(query).total.paragraphs == 3, query


@pytest.mark.parametrize("query", ["cost-o*", "cease-fire*", "w/5*", "9,9*", "title:co-o* cost"])
def test_a_prefix_behind_a_hyphen_is_answered(make_searcher, query):
    searcher = make_searcher(article("a", "the cost-overrun at w/50 for 9 9", title="Co-op"))
    assert searcher.search(query).total.paragraphs == (query != "cease-fire*")


def test_a_long_chain_of_hyphens_finds_the_words_apart(make_searcher):
    searcher = make_searcher("learn day to day on the job hand to hand")
    assert searcher.search('"day-to-day on-the-job hand-to-hand"').total.paragraphs == 1


def test_a_hyphen_in_the_archive_joins_words_that_no_list_knows(make_searcher):
    searcher = make_searcher("the oyster-bed", "the oysterbed", "the oyster bed")
    assert searcher.search("oysterbed").total.paragraphs == 3
    assert searcher.search("oyster bed").total.paragraphs == 3


def test_a_prefix_with_too_many_words_is_partial_and_says_so(make_searcher):
    words = " ".join(f"re{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}{n // 676}" for n in range(1500))
    page = make_searcher(words).search("re*")
    assert page.partial
    assert "More than 1,000 words begin with “re”" in page.notices[0]


def test_a_negation_never_brings_back_what_was_removed(make_index):
    path = make_index("siege", "town", "town")
    with open_writer(Store(path)) as writer:
        writer.remove("1")
    searcher = Searcher.open(path)
    assert ids(searcher.search("-siege")) == ["2"]
    searcher.close()


@pytest.mark.parametrize(
    "options",
    [
        SearchOptions(size=0), SearchOptions(size=101), SearchOptions(number=0),
        SearchOptions(size=100, number=101), SearchOptions(before=21), SearchOptions(after=-1),
        SearchOptions(sort="size"), SearchOptions(match="some"),
    ],
)  # fmt: skip
def test_an_option_outside_its_limits_is_refused(make_searcher, options):
    with pytest.raises(QueryError):
        make_searcher("siege").search("siege", options)


def test_an_empty_index_answers_with_nothing(make_searcher):
    searcher = make_searcher()
    assert searcher.search("siege OR sie* OR -x").total.paragraphs == 0
    assert searcher.info().articles == 0


def test_an_article_is_shown_whole_with_the_matches_of_a_query(make_searcher):
    searcher = make_searcher(article("a", "the siege\nthe town", title="T"))
    view = searcher.article("a", "siege")
    assert [each.number for each in view.paragraphs] == [1, 2]
    assert [len(each.spans) for each in view.paragraphs] == [1, 0]
    with pytest.raises(ArticleNotFound, match="'b'"):
        searcher.article("b")


AWKWARD_IDS = [
    "a/b",
    "https://x.org//y?z=1#p2",
    "ü ß",
    "100%",
    "a#p3",
    "'\"<>&",
    "中",
    "%2F",
    "a b/",
]


@pytest.mark.parametrize("article_id", AWKWARD_IDS)
def test_any_id_can_be_found_and_linked(make_searcher, article_id):
    from urllib.parse import unquote

    searcher = make_searcher(article(article_id, "siege"), article("other", "siege"))
    assert searcher.article(article_id).article.id == article_id
    link = article_as_dict(searcher.article(article_id))["paragraphs"][0]["link"]
    path, anchor = link.removeprefix("/articles/").split("#")
    assert (unquote(path), anchor) == (article_id, "p1")
    assert article_link(article_id) == "/articles/" + path
    assert not set(path) & set("/?# <>\"'")


def test_the_page_has_the_shape_of_the_contract(make_searcher):
    searcher = make_searcher(
        article("a", "Russia and Aleppo", title="T", source="S", date=day("2016-09-26"))
    )
    shown = page_as_dict(searcher.search("russia aleppo"))
    assert shown.pop("took_ms") >= 0
    score = shown["articles"][0]["hits"][0].pop("score")
    assert score > 0
    assert shown == {
        "query": "russia aleppo",
        "match": "all",
        "total": {
            "paragraphs": 1,
            "articles": 1,
            "same_article": 1,
            "folded": {"paragraphs": 1, "articles": 1},
        },
        "notices": [],
        "partial": False,
        "timed_out": False,
        "clauses": [
            {"id": 1, "query": "russia", "kind": "word"},
            {"id": 2, "query": "aleppo", "kind": "word"},
        ],
        "articles": [
            {
                "id": "a", "title": "T", "author": "", "source": "S", "url": "", "language": "",
                "date": {"value": "2016-09-26", "precision": "day"},
                "title_spans": [],
                "total": 1,
                "hits": [
                    {
                        "paragraph": 1, "of": 1, "text": "Russia and Aleppo",
                        "spans": [[0, 6, 1], [11, 17, 2]],
                        "clauses": [{"id": 1}, {"id": 2}],
                        "position": "top", "link": "/articles/a#p1",
                        "address": str(address_of("a", 1, "Russia and Aleppo")),
                    }
                ],
            }
        ],
        "page": {"number": 1, "size": 10, "next": None, "cursor": None},
    }  # fmt: skip


def test_a_live_searcher_follows_the_commits(make_index):
    path = make_index("siege")
    live = LiveSearcher(path)
    first = live.searcher()
    assert live.searcher() is first
    with open_writer(Store(path)) as writer:
        writer.add(article("new", "siege"))
    assert live.searcher().search("siege").total.paragraphs == 2
    assert first.search("siege").total.paragraphs == 1
    first.close()
    live.close()


def test_a_live_searcher_notices_an_index_that_was_made_again(make_index):
    path = make_index("siege")
    live = LiveSearcher(path)
    assert live.searcher().search("siege").total.paragraphs == 1
    shutil.rmtree(path)
    with pytest.raises(IndexNotFound):
        live.searcher()
    make_index("town")
    assert live.searcher().search("town").total.paragraphs == 1
    live.close()


def test_a_live_searcher_waits_for_an_index(tmp_path):
    live = LiveSearcher(tmp_path / "none")
    with pytest.raises(IndexNotFound):
        live.searcher()
    with open_writer(Store(tmp_path / "none")) as writer:
        writer.add(article("a", "siege"))
    assert live.searcher().search("siege").total.articles == 1
    live.close()


def test_threads_may_share_a_searcher(make_searcher):
    searcher = make_searcher(*[f"siege town{number % 7}" for number in range(200)])
    wrong: list[int] = []

    def search(number: int) -> None:
        for _ in range(20):
            found = searcher.search(f"town{number}").total.paragraphs
            if found != len(range(number, 200, 7)):
                wrong.append(found)

    threads = [threading.Thread(target=search, args=(number,)) for number in range(7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_commit_that_takes_the_place_of_the_one_that_is_opened_is_no_error(
    make_index, monkeypatch
):
    path = make_index("siege")
    map_file = Store.map

    def overtaken(self, name):
        monkeypatch.setattr(Store, "map", map_file)
        for number in range(3):  # only the files of the last two commits are kept
            with open_writer(Store(path)) as writer:
                writer.add(article(f"new {number}", "siege"))
                writer.optimize()
        return map_file(self, name)

    monkeypatch.setattr(Store, "map", overtaken)
    searcher = Searcher.open(path)
    assert searcher.search("siege").total.paragraphs == 4
    searcher.close()


def test_a_file_that_stays_away_is_damage_and_named(make_index):
    path = make_index("siege")
    (segment,) = path.glob("segment-*")
    segment.unlink()
    with pytest.raises(IndexDamaged, match=f"has lost the file {segment.name}"):
        Searcher.open(path, starting=False)


def test_who_starts_takes_the_commit_before_a_damaged_one_and_says_so(make_index, caplog):
    path = make_index("siege")
    write_index(path, [article("new", "siege")])
    newest = max(path.glob("segment-*"), key=lambda file: file.stat().st_ctime_ns)
    newest.write_bytes(newest.read_bytes()[:-1])
    searcher = Searcher.open(path)
    assert searcher.search("siege").total.paragraphs == 1
    assert "going back to commit 1" in caplog.text
    searcher.close()
