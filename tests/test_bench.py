"""The benchmark measures what it says.

- A corpus is whole articles, the same every time, a smaller one the beginning of a larger one.
- Questions are drawn by a seed, from what the corpus holds.
- Every engine finds the same paragraphs for the same question.
- Figures, tables and pictures are right for known numbers.
- One command measures a small corpus from end to end.
"""

import gzip
import importlib.util
import itertools
import json
import re
from collections import Counter
from dataclasses import asdict
from xml.etree import ElementTree

import pytest

from bench import corpus, formats, measure, picture, report, sampler, taking
from bench.asking import Times, agreement
from bench.engines import NAMES
from bench.indexing import Built
from bench.peers import Run, arguments
from bench.queries import GROUPS, Question, batches, by_group, from_record
from bench.resample import resampled
from index.article import Article, PublicationDate
from index.readers import Failure, Skip
from index.sync.preview import Preview
from tests.make import write_index

SENTENCES = (
    "The harbour was closed to every ferry on Monday.",
    "Striking dockers met the minister again, without result!",
    "A spokesman said that talks would go on.",
    "Prices of cocoa and coffee rose a little.",
    "Nobody at the ministry expected the strike to last.",
)


def an_article(number):
    """An article of one to four paragraphs, of one or two sentences each."""
    texts = [
        " ".join(SENTENCES[(number + at + more) % len(SENTENCES)] for more in range(1 + at % 2))
        for at in range(1 + number % 4)
    ]
    day = f"1987-03-{1 + number % 28:02}"
    return {"id": f"a-{number}", "title": f"Ferry {number}", "date": day, "paragraphs": texts}


@pytest.fixture
def folder(tmp_path):
    """A folder of collections like the real one, of 60 articles in all."""
    (tmp_path / "data").mkdir()
    for name, first in zip(corpus.SOURCES, (0, 20, 40), strict=True):
        with gzip.open(tmp_path / "data" / name, "wt", encoding="utf-8") as file:
            file.writelines(
                json.dumps(an_article(number)) + "\n" for number in range(first, first + 20)
            )
    game = [{"query": '"the harbour"', "tags": ["phrase"]}, {"query": "+a b", "tags": ["other"]}]
    lines = "".join(json.dumps(each) + "\n" for each in game)
    (tmp_path / "data/search_benchmark_game.jsonl").write_text(lines)
    return tmp_path


@pytest.fixture
def small(folder):
    """A corpus of 100 paragraphs."""
    return corpus.make(folder / "data", folder / "cache", 100)


def texts_of(made):
    """The paragraphs of a corpus."""
    return [text for each in corpus.articles(made.path) for text in each.paragraphs]


def words_of(text):
    """The words of a text in small letters."""
    return re.findall(r"\w+", text.lower())


def test_a_corpus_ends_with_an_article(small):
    assert len(texts_of(small)) == small.paragraphs >= 100
    assert len(list(corpus.articles(small.path))) == small.articles


def test_a_corpus_keeps_title_day_and_texts(small):
    given = an_article(5)
    kept = list(corpus.articles(small.path))[5]
    assert kept == Article(
        "a-5",
        tuple(given["paragraphs"]),
        given["title"],
        date=PublicationDate(given["date"], "day"),
    )


def test_both_readers_read_the_same(small):
    assert list(corpus.articles(small.path)) == list(corpus.articles(small.path, repaired=False))


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(folder, small):
    larger = corpus.make(folder / "data", folder / "cache", 300)
    assert texts_of(larger)[:100] == texts_of(small)[:100]
    assert larger.paragraphs >= 300  # more than the collections have


def test_a_corpus_is_written_once(folder, small):
    written = small.path.stat().st_mtime_ns
    assert corpus.make(folder / "data", folder / "cache", 100) == small
    assert small.path.stat().st_mtime_ns == written


def test_resampled_articles_repeat_themselves_and_only_real_sentences(folder):
    real = list(corpus.collected(folder / "data"))
    first, second = (list(itertools.islice(resampled(real), 50)) for _ in range(2))
    assert first == second
    assert len({each.id for each in first}) == 50
    joined = {text for each in first for text in each.paragraphs}
    assert all(
        re.sub("|".join(map(re.escape, SENTENCES)), "", text).strip() == "" for text in joined
    )


def test_questions_are_the_same_for_a_seed_and_others_for_another(folder, small):
    drawn = sampler.questions(small, folder / "data", 20)
    for path in small.path.parent.glob("questions-*"):
        path.unlink()
    assert sampler.questions(small, folder / "data", 20) == drawn
    assert sampler.questions(small, folder / "data", 20, seed=8) != drawn


def test_questions_are_drawn_from_the_corpus(folder, small):
    texts = [f" {' '.join(words_of(text))} " for text in texts_of(small)]
    for question in sampler.questions(small, folder / "data", 20):
        if question.kind == "phrase":
            assert any(f" {' '.join(question.words)} " in text for text in texts)
        elif question.kind == "all":
            assert any(all(f" {word} " in text for word in question.words) for text in texts)


def test_the_game_has_no_questions_with_optional_words(folder):
    asked = list(sampler.game(folder / "data/search_benchmark_game.jsonl"))
    assert asked == [Question("game: phrase", "phrase", ("the", "harbour"))]


def test_classes_come_in_the_order_of_the_tables():
    asked = [Question(group, "term", ("a",)) for group in reversed(GROUPS)]
    assert list(by_group(asked)) == list(GROUPS)


def test_a_question_survives_being_written():
    question = Question("term and dates", "term", ("ferry",), (1, 2))
    assert from_record(json.loads(json.dumps(asdict(question)))) == question


def test_for_a_first_time_no_word_comes_twice_in_a_batch():
    asked = [Question("", "any", words) for words in (("a", "b"), ("b", "c"), ("c",), ("b",))]
    assert batches(asked, [0, 1, 2, 3], 3) == [[0, 2], [1], [3]]
    assert batches(asked, [0, 1, 2, 3], 1) == [[0, 2]]


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (0.25, 2), (0.5, 3), (0.625, 3.5), (1, 5)])
def test_percentiles_lie_on_straight_lines_between_values(share, expected):
    assert measure.percentile([5, 3, 1, 4, 2], share) == expected


def test_the_memory_of_a_process_that_has_ended_is_nothing():
    assert measure.memory(2**22 + 1) == (0, 0)


def test_each_question_counts_with_its_best_round():
    times = Times()
    times.take([3, 7], [[2_000_000, 5, [1]], [1_000_000, 6, [2]]])
    times.take([3, 7], [[1_500_000, 5, [1]]])  # time was up before the second
    assert times.best == {3: 1.5, 7: 1.0}


def test_agreement_counts_equal_totals_and_shared_paragraphs():
    theirs = {1: (10, [1, 2]), 2: (30, [3, 4]), 3: (5, [5])}
    ours = {1: (10, [2, 9]), 2: (20, [3, 4])}
    found = agreement(theirs, ours)
    assert found == {"totals": 0.75, "same_totals": 0.5, "top": 0.75}


def test_tables_give_ratios_to_tantivy():
    figures = {"term": {"tantivy": summary_of(2), "nutgraf": summary_of(1)}}
    last = report.times(figures).splitlines()[-1]
    assert last == "| term | 2.00 / 2.00 / 2.00 | 1.00 / 1.00 / 1.00 | 0.50 / 0.50 / 0.50 |"


def test_what_an_engine_cannot_answer_is_a_dash():
    figures = {
        "term": {"tantivy": summary_of(2), "bm25s": summary_of(1)},
        "phrase": {"tantivy": summary_of(2)},
    }
    assert report.times(figures).splitlines()[-1] == "| phrase | 2.00 / 2.00 / 2.00 | – | – |"


def summary_of(milliseconds):
    """Figures of questions that all took as long."""
    return measure.summary([milliseconds] * 3)


def test_names_in_a_picture_keep_their_distance_and_their_order():
    placed = picture.spread({"a": 10, "b": 12, "c": 50}, 14)
    assert placed == {"a": 10, "b": 24, "c": 50}


def test_a_picture_is_a_drawing_with_words_for_those_who_do_not_see_it():
    row = {"tantivy": {"counted": summary_of(1)}, "nutgraf": {"counted": summary_of(2)}}
    sizes = [
        {
            "corpus": {"paragraphs": size},
            "indexing": [{"engine": "nutgraf", "jobs": 1, "wall": size * 1e-5}],
            "asking": {"groups": dict.fromkeys(picture.QUESTIONS, row)},
        }
        for size in (1_000_000, 72_000)
    ]
    drawn = ElementTree.fromstring(picture.draw(picture.panels(sizes)))
    description = drawn.find("{*}desc").text
    assert "Indexing, one process (µs a paragraph): nutgraf 10 at 72 k, 10 at 1 M" in description
    names = Counter(
        each.text for each in drawn.findall(".//{*}text") if each.get("class") == "name"
    )
    assert names == {"nutgraf": 3, "tantivy": 2}


QUESTIONS = {
    "term": (Question("", "term", ("harbour",)), lambda words: "harbour" in words),
    "any": (Question("", "any", ("cocoa", "dockers")), lambda words: {"cocoa", "dockers"} & {*words}),
    "all": (Question("", "all", ("strike", "prices")), lambda words: {"strike", "prices"} <= {*words}),
    "without": (Question("", "without", ("the", "ferry")), lambda words: "the" in words and "ferry" not in words),
    "phrase": (Question("", "phrase", ("the", "ministry")), lambda words: " the ministry " in f" {' '.join(words)} "),
    "prefix": (Question("", "prefix", ("minist",)), lambda words: {"ministry", "minister"} & {*words}),
    "wildcard": (Question("", "wildcard", ("c*oa",)), lambda words: "cocoa" in words),
    "fuzzy": (Question("", "fuzzy", ("cacoa",)), lambda words: "cocoa" in words),
}  # fmt: skip
DAYS = (PublicationDate("1987-03-05", "day").first_day.toordinal(),) * 2


def build(engine, made):
    """The folder of an index that an engine made; the test is skipped where it is missing."""
    module = {"nutgraf": "index", "fts5": "apsw"}.get(engine, engine)
    if importlib.util.find_spec(module) is None:
        pytest.skip(f"{module} is not installed; it is in the bench extra")
    built = Built(engine).folder(made)
    built.mkdir(parents=True)
    measure.run_worker("build", engine, str(made.path), str(built), "1", "50000000", "True", "0")
    return built


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_finds_the_same_paragraphs(engine, small):
    built = build(engine, small)
    texts = texts_of(small)
    with measure.Asker(engine, built) as asker:
        can = asker.say(do="prepare", questions=[asdict(each) for each, _ in QUESTIONS.values()])
        for number, (_, matches) in enumerate(QUESTIONS.values()):
            if can[number]:
                [[_, total, ids]] = asker.say(do="time", numbers=[number], count=True, budget=9)
                expected = {at for at, text in enumerate(texts) if matches(words_of(text))}
                assert len({*ids}) == min(10, len(expected))
                assert {*ids} <= expected
                assert total in (None, len(expected))


@pytest.mark.parametrize("engine", NAMES)
def test_every_engine_that_knows_dates_keeps_to_them(engine, small):
    built = build(engine, small)
    dated = Question("", "term", ("the",), DAYS)
    with measure.Asker(engine, built) as asker:
        if asker.say(do="prepare", questions=[asdict(dated)]) == [True]:
            [[_, total, _]] = asker.say(do="time", numbers=[0], count=True, budget=9)
            days = {
                each.id: each.date.first_day.toordinal() for each in corpus.articles(small.path)
            }
            expected = [
                text
                for each in corpus.articles(small.path)
                if days[each.id] == DAYS[0]
                for text in each.paragraphs
                if "the" in words_of(text)
            ]
            assert total == len(expected) > 0


def test_one_command_measures_everything(folder):
    given = [str(folder / "data"), "--cache", str(folder / "cache"), "--paragraphs", "100"]
    given += ["--engines", "nutgraf", "--rounds", "1", "--queries", "8"]
    figures = Run(arguments().parse_args(given)).measure()
    shown = report.report(json.loads(json.dumps(figures)))
    for title in (
        "nutgraf, 1",
        "nutgraf, all",
        "term, common",
        "import numpy",
        "nutgraf, 1, 20 segments",
    ):
        assert title in shown


def test_every_file_has_a_fate_and_a_place_in_the_table():
    given = Article("1", ("It rained.",))
    bad, none = Failure("a", "it is damaged"), Skip("a", "it is a picture")
    shown = [
        Preview("a", "a mail", [given, given]),
        Preview("b", "a mail", [given], [bad]),
        Preview("c", "a mail", [], [Failure("c", "reading it crashed (signal 11)")]),
        Preview("d", "a picture", skips=[none]),
    ]
    rows, broken = formats.counts(shown)
    assert formats.report(rows).splitlines()[2:] == [
        "| a mail | 3 | 1 | 1 | 0 | 1 | 3 |",
        "| a picture | 1 | 0 | 0 | 1 | 0 | 0 |",
        "| all | 4 | 1 | 1 | 1 | 1 | 3 |",
    ]
    assert [each.name for each in broken] == ["c"]
    with pytest.raises(ValueError, match="lost"):
        formats.fate(Preview("e"))


@pytest.mark.parametrize("way", ["export csv", "export jsonl", "kwic article", "kwic right1"])
def test_taking_away_writes_every_row(tmp_path, way):
    texts = ("A ferry, and another ferry.", "No boat.", "The ferry.")
    index = write_index(tmp_path, [Article(str(number), texts) for number in range(60)])
    taken, most, own = taking.watched(index, "ferry", way)
    assert taken.rows == (180 if way.startswith("kwic") else 120)
    assert 0 < taken.first <= taken.seconds
    assert taken.characters > 20 * taken.rows
    assert max(most, own) < 100_000_000
