"""Families of copies: found when articles enter, in whatever order; folded and shown."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from itertools import combinations, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.families import families, paragraphs
from cli.main import run
from index.article import Article, PublicationDate
from index.checking import check
from index.commits import open_index
from index.store import Store
from index.writer import open_writer
from search.errors import ArticleNotFound
from search.families import Families
from search.results import SearchOptions
from search.searcher import Searcher
from search.snapshot import Snapshot
from search.word_diff import word_diff
from web.app import create_app

_WORDS = [f"w{number}" for number in range(400)]

Place = tuple[str, int]


def text_of(seed: int, words: int = 30, changed: int = 0) -> str:
    """A paragraph of random words, of which the first few may be others."""
    chosen = random.Random(seed).choices(_WORDS, k=words)
    return " ".join(["other"] * changed + chosen[changed:]) + "."


def article(name: str, *texts: str, day: int = 1, source: str = "Wire") -> Article:
    date = PublicationDate(f"2016-09-{day:02}", "day")
    return Article(name, texts, title=name, source=source, date=date, language="en")


def families_of(path: Path) -> set[frozenset[Place]]:
    """The families of several articles, as the index has them."""
    snapshot, table = Snapshot(path), open_index(Store(path)).families
    found = set()
    for number in range(len(table)):
        places = []
        for doc in table.family(number).tolist():
            at = int(snapshot.article_of[doc])
            places.append((snapshot.header(at).id, doc - int(snapshot.first_doc[at]) + 1))
        if len({name for name, _ in places}) > 1:
            found.add(frozenset(places))
    return found


def plain_families(articles: dict[str, tuple[str, ...]]) -> set[frozenset[Place]]:
    """What the families are, by comparing everything with everything."""
    shingles = {}
    for name, texts in articles.items():
        for number, text in enumerate(texts, start=1):
            words = text.lower().replace(".", "").split()
            shingles[name, number] = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    family = {place: {place} for place in shingles}
    for one, other in combinations(shingles, 2):
        common = len(shingles[one] & shingles[other])
        if (
            common >= 0.75 * len(shingles[one] | shingles[other])
            and family[one] is not family[other]
        ):
            family[one] |= family[other]
            for each in family[other]:
                family[each] = family[one]
    several = (each for each in family.values() if len({name for name, _ in each}) > 1)
    return {frozenset(each) for each in several}


def write(path: Path, articles: list[Article], *, jobs: int = 1) -> None:
    with open_writer(Store(path), jobs=jobs) as writer:
        for each in articles:
            writer.add(each)


# Words, and how many of them are others: no two have between .75 and .8 of their shingles in
# common, of which only some are found.
_KINDS = [
    *((words, changed) for words in (20, 21) for changed in (0, 1, 3, 4)),
    *((31, changed) for changed in range(5)),
]
_PARAGRAPHS = st.builds(
    lambda seed, kind: text_of(seed, *kind), st.integers(0, 5), st.sampled_from(_KINDS)
)
_STEPS = st.lists(
    st.lists(
        st.tuples(
            st.integers(0, 7).map(str),
            st.one_of(st.none(), st.lists(_PARAGRAPHS, min_size=1, max_size=3)),
        ),
        min_size=1,
        max_size=5,
    ),
    min_size=1,
    max_size=5,
)


@given(_STEPS)
@settings(max_examples=25)
def test_families_do_not_depend_on_how_articles_came_and_went(steps):
    there: dict[str, tuple[str, ...]] = {}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "index"
        for step in steps:
            with open_writer(Store(path)) as writer:
                for name, texts in step:
                    if texts is None:
                        writer.remove(name)
                        there.pop(name, None)
                    else:
                        writer.add(article(name, *texts))
                        there[name] = tuple(texts)
            assert families_of(path) == plain_families(there)
        with open_writer(Store(path)) as writer:
            writer.optimize()
        assert families_of(path) == plain_families(there)
        assert all(each.problem is None for each in check(Store(path)))


def test_they_are_the_same_with_any_number_of_jobs(tmp_path):
    articles = [
        article(
            str(number), *(text_of(number * 50 + at, 200) for at in range(49)), text_of(number % 9)
        )
        for number in range(260)
    ]
    for jobs in (1, 2):
        write(tmp_path / str(jobs), articles, jobs=jobs)
    found = [families_of(tmp_path / str(jobs)) for jobs in (1, 2)]
    assert found[0] == found[1]
    assert len(found[0]) == 9


def test_a_crowd_of_nearly_the_same_is_one_family_in_whatever_order(tmp_path):
    formula = text_of(1, 80)
    crowd = [
        article(str(number), f"a{number // 60} {formula} b{number % 60}") for number in range(1500)
    ]
    others = [
        article(f"o{number}", f"{text_of(1, 40)} {text_of(number + 9, 40)}")
        for number in range(300)
    ]
    every = crowd + others
    shuffled = random.Random(4).sample(every, len(every))
    write(tmp_path / "one", every)
    write(tmp_path / "two", shuffled[:900])
    write(tmp_path / "two", shuffled[900:])
    found = [families_of(tmp_path / name) for name in ("one", "two")]
    assert found[0] == found[1] == {frozenset((each.id, 1) for each in crowd)}


def test_an_added_article_writes_only_the_families_that_it_joins(tmp_path):
    path = tmp_path / "index"
    many = [text_of(number) for number in range(2100)]
    write(path, [article("a", *many), article("b", *many)])
    expected = families_of(path)
    whole = families_files(path)
    assert len(whole) == 1
    for number in range(3):
        write(path, [article(f"c{number}", text_of(5), text_of(9000 + number // 2))])
        expected = {
            family | {(f"c{number}", 1)} if ("a", 6) in family else family for family in expected
        }
        if number == 1:
            expected.add(frozenset({("c0", 2), ("c1", 2)}))
        assert families_of(path) == expected
        first, second = sorted(families_files(path).values(), reverse=True)[:2]
        assert second < first / 10
        assert whole.keys() <= families_files(path).keys()
        assert all(each.problem is None for each in check(Store(path)))
    write(path, [article("d", *many[:500])])
    families = families_of(path)
    assert len(families) == len(expected)
    assert sum(("d", number) in family for family in families for number in range(1, 501)) == 500
    with open_writer(Store(path)) as writer:
        writer.remove("b")
    assert {len(family) for family in families_of(path)} == {2, 5}


def families_files(path: Path) -> dict[str, int]:
    """The files of families that the last commit names, and their bytes."""
    names = open_index(Store(path)).commit.files()
    return {name: (path / name).stat().st_size for name in names if name.startswith("families.")}


def test_shorter_paragraphs_are_a_family_only_if_they_are_the_same(make_index):
    path = make_index(text_of(1, 10), text_of(1, 10), text_of(1, 10) + " not", text_of(2, 10))
    assert {len(each) for each in families_of(path)} == {2}


def test_tiny_paragraphs_are_a_family_if_they_are_the_same_in_many_articles(make_index):
    path = make_index(*("Advertisement\nSome words\n" + text_of(n) for n in range(19)))
    assert families_of(path) == set()
    path = make_index(*("Advertisement\n" + text_of(n) for n in range(20)))
    assert {len(each) for each in families_of(path)} == {20}


def test_what_stands_in_one_article_twice_is_no_family(make_searcher):
    searcher = make_searcher(f"{text_of(1)}\n{text_of(1)}")
    page = searcher.search("w1 OR w2 OR other OR " + text_of(1).split()[0])
    assert page.total.folded[:2] == page.total[:2] == (2, 1)
    assert all(hit.copies is None for hit in page.articles[0].hits)


# Folding

COPY = "Siege: " + text_of(3)
WIRE = [
    article("late", "Nothing of it.", COPY, day=9, source="Hill Post"),
    article("first", COPY.replace("Siege", "The siege"), "The siege went on.", day=2),
    article("third", COPY, day=5),
    article("alone", "A siege of its own kind, told in other words by another author.", day=4),
]


def test_of_copies_the_first_is_shown_and_tells_of_the_others(make_searcher):
    page = make_searcher(*WIRE).search("siege")
    assert (page.total.paragraphs, page.total.articles) == (5, 4)
    assert page.total.folded == (3, 2)
    shown = {found.article.id: found for found in page.articles}
    assert set(shown) == {"first", "alone"}
    copies = shown["first"].hits[0].copies
    assert (copies.kind, copies.articles, copies.sources) == ("copy", 3, 2)
    assert copies.first[:2] == ("first", 1)
    assert shown["alone"].hits[0].copies is None


def test_of_the_copies_that_match_the_first_stands_for_them(make_searcher):
    page = make_searcher(*WIRE).search("siege date:>=2016-09-04")
    copied = [found for found in page.articles if found.hits[0].copies]
    assert [found.article.id for found in copied] == ["third"]
    assert copied[0].hits[0].copies.first.article_id == "first"


def test_every_copy_is_reached_without_folding(make_searcher):
    searcher = make_searcher(*WIRE)
    page = searcher.search("siege", SearchOptions(fold=False))
    assert page.total.folded == page.total[:2] == (5, 4)
    assert {found.article.id for found in page.articles} == {"late", "first", "third", "alone"}
    matched = searcher.matched("siege")
    assert (len(matched.docs), len(matched.folded().docs)) == (5, 3)


@pytest.mark.parametrize("sort", ["relevance", "date", "position"])
def test_pages_go_through_what_is_shown(make_searcher, sort):
    articles = [
        article(f"{number:02}", f"Siege {number}: {text_of(number % 6)}", day=number + 1)
        for number in range(24)
    ]
    searcher = make_searcher(*articles)
    asked = SearchOptions(size=4, sort=sort)
    ids = []
    for number in (1, 2, 3):
        page = searcher.search("siege", asked._replace(number=number))
        ids += [found.article.id for found in page.articles]
    assert sorted(ids) == [f"{number:02}" for number in range(6)]
    assert page.pages == 2
    first = searcher.search("siege", asked)
    second = searcher.search("siege", asked._replace(cursor=first.cursor))
    assert [found.article.id for found in second.articles] == ids[4:]
    neighbours = searcher.neighbours("siege", asked, ids[3], 1)
    assert neighbours.next.article_id == ids[4]


def test_an_article_tells_how_many_of_its_paragraphs_match_copies_or_not(make_searcher):
    page = make_searcher(*WIRE, article("more", COPY, "Siege again.", day=8)).search("siege again")
    assert [found.total for found in page.articles] == [1]
    page = make_searcher(*WIRE, article("more", COPY, "Siege again.", day=8)).search("siege")
    assert {found.article.id: found.total for found in page.articles}["more"] == 2


# The copies of a paragraph


def test_a_family_is_read_in_the_order_of_time_with_its_differences(make_searcher):
    view = make_searcher(*WIRE).family("third", 1)
    assert [member.article.id for member in view.members] == ["first", "third", "late"]
    assert not view.members[0].differs
    changed = [(part.kind, part.text) for part in view.members[1].parts if part.kind != "same"]
    assert changed[0] == ("deleted", "The siege")
    assert changed[1] == ("inserted", "Siege")


def test_a_paragraph_without_copies_is_alone(make_searcher):
    searcher = make_searcher(*WIRE)
    view = searcher.family("alone", 1)
    assert view.copies is None
    assert [member.article.id for member in view.members] == ["alone"]
    with pytest.raises(ArticleNotFound, match="has no paragraph 2"):
        searcher.family("alone", 2)


def test_what_recurs_at_the_end_of_different_articles_is_boilerplate(make_searcher):
    formula = "In witness whereof I have hereunto set my hand this day, " + text_of(8)
    articles = [
        article(f"p{n}", text_of(100 + n), text_of(200 + n), formula, day=3 * n + 1)
        for n in range(8)
    ]
    reprints = [
        article(f"r{n}", text_of(300), text_of(301), text_of(302), day=3 * n + 1) for n in range(8)
    ]
    searcher = make_searcher(*articles, *reprints)
    assert searcher.family("p3", 3).copies.kind == "boilerplate"
    assert searcher.family("r3", 3).copies.kind == "copy"


@given(
    st.lists(st.sampled_from("abcde"), max_size=12), st.lists(st.sampled_from("abcde"), max_size=12)
)
def test_a_difference_holds_both_texts(first, second):
    first, second = " ".join(first), " ".join(second)
    parts = word_diff(first, second)
    assert "".join(part.text for part in parts if part.kind != "deleted") == second
    assert "".join(part.text for part in parts if part.kind != "inserted") == first
    for part in parts:
        text = first if part.kind == "deleted" else second
        assert text[part.start : part.end] == part.text


# Real data


def test_the_plain_count_over_newswire_finds_nothing_missed_and_nothing_wrong(data, tmp_path):
    path = data("reuters.jsonl.gz")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        stored = [json.loads(line) for line in islice(lines, 3000)]
    some = [Article(each["id"], tuple(each["paragraphs"])) for each in stored]
    write(tmp_path / "index", some)
    family_of = families(tmp_path / "index")
    ids = {each.id for each in some}
    every = {place: shingles for place, shingles in paragraphs(path) if place[0] in ids}
    with_shingle = defaultdict(list)
    for place, shingles in every.items():
        for shingle in shingles:
            with_shingle[shingle].append(place)
    pairs = {
        (one, other)
        for places in with_shingle.values()
        for one, other in combinations(places, 2)
        if one[0] != other[0]
    }
    alike = 0
    for one, other in pairs:
        same = len(every[one] & every[other]) / len(every[one] | every[other])
        together = one in family_of and family_of[one] == family_of.get(other)
        assert together or same < 0.8
        assert not together or same >= 0.5
        alike += same >= 0.8
    assert alike > 100


def test_families_without_any_are_empty(make_searcher, make_index):
    snapshot = Snapshot(make_index("one", "two"))
    families = snapshot.families
    assert isinstance(families, Families)
    assert families.find(0) is None
    assert Searcher(snapshot).family("0", 1).copies is None


# The faces


def test_the_command_line_folds_and_compares(make_index, monkeypatch, capsys):
    monkeypatch.setenv("NUTGRAF_INDEX", str(make_index(*WIRE)))
    assert run(["search", "siege"]) == 0
    told = capsys.readouterr()
    assert "(also in 2 articles, 2 sources, first 2 September 2016)" in told.out
    assert "5 paragraphs in 4 articles; without copies 3 in 2" in told.err
    assert run(["search", "siege", "--copies", "--jsonl"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 5
    assert run(["family", "third#p1", "--diff"]) == 0
    assert "[-The siege-]{+Siege+}: w" in capsys.readouterr().out
    assert run(["family", "alone#p1"]) == 1
    assert run(["family", "third"]) == 2
    assert "names no paragraph" in capsys.readouterr().err


def test_the_api_and_the_page_give_all_copies(make_index):
    client = create_app(make_index(*WIRE)).test_client()
    answer = client.get("/api/articles/third/paragraphs/1/copies?n=2").json
    assert answer["copies"]["family"] == "first#p1"
    assert [member["id"] for member in answer["members"]] == ["first", "third"]
    assert answer["page"] == {"number": 1, "of": 2}
    results = client.get("/?q=siege").text
    assert "also in 2 articles, 2 sources, first 2 September 2016" in results
    assert 'href="/?q=siege&amp;unfold=first%23p1#r1p1"' in results
    assert 'href="/?q=siege&amp;fold=0"' in results
    page = client.get("/families/first/1").text
    assert "<del>The siege</del><ins>Siege</ins>" in page
    assert "without “The siege”; with “Siege”" in page
    assert client.get("/families/first/9").status_code == 404
    assert client.get("/families/none/1").status_code == 404
