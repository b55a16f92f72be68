"""Quotations: which paragraph each is from, and what was changed, by words."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.article import PublicationDate
from search import quote_pieces
from search.alignment import align
from search.errors import QueryError
from search.quote_claims import read_claim
from search.quote_contract import told_claim
from search.quote_pieces import near
from search.quoted_words import most_of_words, read_quotation, words_of
from search.searcher import Searcher
from search.snapshot import Snapshot
from tests.make import article, write_index

SAID = "“We will not close the harbour,” she told the council on Monday, “not for $5 million.”"
WORDS = st.lists(st.sampled_from("a b c d e".split()), max_size=12)


@pytest.fixture
def searcher(make_searcher):
    return make_searcher(
        article("late", SAID, date=PublicationDate("2020", "year")),
        article("undated", SAID),
        article("first", f"A note.\n{SAID}\nThe ferry crews went home at noon and did not return."),
        article("early", SAID, date=PublicationDate("2019-03", "month")),
    )


def day(value):
    return PublicationDate(value, "day")


@pytest.mark.parametrize(
    ("quotation", "verdict"),
    [
        ("she told the council  on Monday", "exact"),
        ('"she told the council on Monday"', "exact"),
        ("She told the council, on Monday.", "punctuation"),
        ("We will not close the harbour […] not for $5 million", "elided"),
        ("We will ... told the council", "elided"),
        ("We will not close the harbour not for $5 million", "altered"),
        ("We will never close the harbour, she told the council", "altered"),
        ("She told the council on Monday, not for £5 million", "altered"),
        ("[S]he told the council on Monday", "punctuation"),
        ("[the mayor] told the council on Monday", "altered"),
        ("We will not close [it], she told the council", "altered"),
        ("harbour", "exact"),
        ("zeppelin", "not found"),
        ("zeppelins fly over burning seas tonight", "not found"),
    ],
)
def test_a_quotation_has_its_verdict(searcher, quotation, verdict):
    assert searcher.check_quotation(quotation).verdict == verdict


def test_the_earliest_source_is_the_first_and_undated_ones_are_last(searcher):
    checked = searcher.check_quotation("We will never close the harbour, she told the council")
    assert [each.article.id for each in checked.sources] == ["early", "late", "undated", "first"]
    assert checked.also == 3
    assert checked.complete


def test_the_earliest_is_the_first_also_where_others_are_otherwise_beside_the_change(make_searcher):
    searcher = make_searcher(
        article("new", "I wish it well and I look forward to it.", date=day("2020-01-02")),
        article("old", "All is well and I look forward to it.", date=day("1998-07-27")),
        article("between", "He did well and I look forward to it.", date=day("2004-05-06")),
    )
    checked = searcher.check_quotation("wish well and I look forward to")
    assert [each.article.id for each in checked.sources] == ["old", "between", "new"]


def test_what_little_but_common_words_stay_of_is_found(make_searcher):
    said = "Now, do you have any idea how we will have effectively two"
    others = (f"Now we have two {word}, and how any of you will do." for word in NOUNS)
    searcher = make_searcher(
        *(article(str(number), text) for number, text in enumerate(others)),
        article("source", f"{said} of them?"),
        article("other", "It was successful, and he could kick."),
    )
    checked = searcher.check_quotation(
        "now, do successful have any idea how kick we will have effectively two"
    )
    assert (checked.verdict, checked.sources[0].article.id) == ("altered", "source")


@pytest.mark.parametrize(
    ("source", "date", "first", "agrees"),
    [
        ("", "", "gull", None),
        ("the Gull", "", "gull", True),
        ("TIDE", "", "tide", True),
        ("Tide", "2020", "tide", True),
        ("", "2020-03", "tide", True),
        ("", "3 March 2020", "tide", True),
        ("Tide", "2019-03-01", "gull", False),
        ("Lantern", "", "gull", False),
        ("Buoy", "", "buoy", True),
        ("Buoy", "2020", "gull", False),
    ],
)
def test_of_equal_sources_the_one_that_is_named_is_the_first(
    make_searcher, source, date, first, agrees
):
    searcher = make_searcher(
        article("gull", SAID, source="The Gull", date=day("2019-03-01")),
        article("tide", SAID, source="Tide", date=day("2020-03-03")),
        article("buoy", SAID, source="Buoy"),
    )
    said = "she told the council on Monday"
    checked = searcher.check_quotation(said, claim=read_claim(source, date))
    assert checked.sources[0].article.id == first
    assert len(checked.sources) == 3
    assert checked.agrees is agrees


def test_a_copy_that_differs_in_punctuation_may_be_the_one_that_is_named(make_searcher):
    text = "The ferry crews went home at noon, and none of them did return before the next day."
    searcher = make_searcher(
        article("first", text, source="The Gull"),
        article("copy", text.replace("noon,", "noon"), source="Tide"),
    )
    said = "went home at noon, and none of them did return"
    assert searcher.check_quotation(said).verdict == "exact"
    checked = searcher.check_quotation(said, claim=read_claim("Tide", ""))
    assert (checked.sources[0].article.id, checked.agrees) == ("copy", True)
    assert checked.verdict == "punctuation"


def test_where_it_is_from_is_told_beside_where_it_is_said_to_be_from(searcher):
    said = "she told the council on Monday"
    claim = read_claim("The Gull", "2016-09-26")
    told = told_claim(searcher.check_quotation(said, claim=claim))
    assert told.startswith("said to be from The Gull, 26 September 2016; found in ")
    assert told.endswith("March 2019")
    assert not told_claim(searcher.check_quotation(said, claim=read_claim("", "2019")))
    assert searcher.check_quotation("zeppelin", claim=claim).agrees is None


def test_what_was_changed_is_told_by_words(searcher):
    checked = searcher.check_quotation("We will never close the old harbour, she told the council")
    changed = [each for each in checked.pieces if each.kind != "equal"]
    assert [tuple(each) for each in changed] == [
        ("replaced", "not", "never"),
        ("inserted", "", "old"),
    ]


def test_a_quotation_may_go_on_in_the_next_paragraph(searcher):
    checked = searcher.check_quotation("not for $5 million. The ferry crews went home at noon")
    assert checked.verdict == "punctuation"
    assert (checked.sources[0].first, checked.sources[0].last) == (2, 3)


def test_what_a_bracket_stands_for_is_told(searcher):
    checked = searcher.check_quotation("We will not close [it], she told the council")
    assert [each.kind for each in checked.pieces] == ["equal", "bracketed", "equal"]
    assert checked.pieces[1].quotation == "[it]"
    assert checked.pieces[1].source == "the harbour"


def test_what_is_added_in_a_bracket_is_told_where_it_stands(searcher):
    checked = searcher.check_quotation("We will not close the [old] harbour, she told the council")
    assert [each.quotation for each in checked.pieces] == [
        "We will not close the", "[old]", "harbour, she told the council",
    ]  # fmt: skip
    assert "".join(each.source for each in checked.pieces).startswith("We will not close the")


@pytest.mark.parametrize("quotation", ["", "…", "x " * 5001])
def test_what_cannot_be_checked_is_refused(searcher, quotation):
    with pytest.raises(QueryError):
        searcher.check_quotation(quotation)


@given(WORDS, WORDS)
def test_an_alignment_has_the_fewest_changes_and_makes_one_of_the_other(a, b):
    found = align(a, b)
    assert found.distance == distance(a, b)
    assert found.distance == sum(
        max(each.a_end - each.a_start, each.b_end - each.b_start)
        for each in found.operations
        if each.kind != "equal"
    )
    made = []
    for kind, a_start, a_end, b_start, b_end in found.operations:
        made += a[a_start:a_end] if kind == "equal" else b[b_start:b_end]
    assert made == b


@given(WORDS, WORDS)
def test_the_place_within_is_the_best_of_all(a, b):
    places = [b[low:high] for low in range(len(b) + 1) for high in range(low, len(b) + 1)]
    found = align(a, b, within=True)
    assert found.distance == min(distance(a, each) for each in places)
    assert found.distance == distance(a, b[found.start : found.end])


def distance(a, b):
    """Levenshtein's distance, plainly."""
    row = list(range(len(b) + 1))
    for i, word in enumerate(a, 1):
        above, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (word != other)))
    return row[-1]


# Verdicts over made texts: a plain reading of them says what is right.

NOUNS = (
    "harbour ferry bridge toll council mayor crew tide anchor lantern gull rope sail keel".split()
)
SENTENCES = st.lists(st.sampled_from(NOUNS), min_size=12, max_size=30)
ARCHIVES = st.lists(SENTENCES, min_size=1, max_size=6)


@pytest.fixture(scope="module")
def checker(tmp_path_factory):
    """The answers of an archive of some paragraphs, each an article of its own."""

    def check(sentences, quotation):
        path = tmp_path_factory.mktemp("made") / "index"
        texts = [f"{' '.join(each).capitalize()}." for each in sentences]
        write_index(path, (article(str(number), text) for number, text in enumerate(texts)))
        searcher = Searcher.open(path)
        try:
            return searcher.check_quotation(quotation)
        finally:
            searcher.close()

    return check


def within(words, sentence):
    """The fewest changes that make words of a part of a sentence."""
    row = [0] * (len(sentence) + 1)
    for number, word in enumerate(words, 1):
        above, row = row, [number]
        for at, other in enumerate(sentence):
            row.append(min(above[at] + (word != other), above[at + 1] + 1, row[at] + 1))
    return min(row)


@settings(max_examples=20)
@given(ARCHIVES, st.data())
def test_words_of_a_paragraph_are_exact_and_other_punctuation_is_told(checker, sentences, data):
    words = data.draw(st.sampled_from(sentences))
    first = data.draw(st.integers(1, len(words) - 4))
    said = words[first : first + data.draw(st.integers(3, 9))]
    assert checker(sentences, " ".join(said)).verdict == "exact"
    checked = checker(sentences, f"{said[0].upper()}; {' '.join(said[1:])}")
    assert checked.verdict == "punctuation"
    source = sentences[int(checked.sources[0].article.id)]
    assert within(said, source) == 0


@settings(max_examples=20)
@given(ARCHIVES, st.data())
def test_an_ellipsis_is_elided_unless_the_words_stand_together(checker, sentences, data):
    words = data.draw(st.sampled_from(sentences))
    left, right = words[:3], words[data.draw(st.integers(4, len(words) - 3)) :]
    together = any(
        each[at : at + len(left + right)] == left + right
        for each in sentences
        for at in range(len(each))
    )
    verdict = checker(sentences, f"{' '.join(left)} … {' '.join(right)}").verdict
    assert verdict == ("punctuation" if together else "elided")


@settings(max_examples=25)
@given(ARCHIVES, st.data())
def test_the_source_of_an_altered_quotation_has_the_fewest_changes(checker, sentences, data):
    said = list(data.draw(st.sampled_from(sentences)))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(said) - 1))
        new = data.draw(st.sampled_from([*NOUNS, "zeppelin"]))
        said[at : at + data.draw(st.integers(0, 1))] = [new]
    distances = [within(said, each) for each in sentences]
    checked = checker(sentences, " ".join(said))
    assert (checked.verdict == "altered") == (min(distances) > 0)
    assert distances[int(checked.sources[0].article.id)] == min(distances)


@settings(max_examples=20)
@given(ARCHIVES, st.data())
def test_all_that_are_equally_good_are_sources_of_what_has_few_changes(checker, sentences, data):
    said = list(data.draw(st.sampled_from(sentences)))[:10]
    at = data.draw(st.integers(0, len(said) - 2))
    said[at : at + data.draw(st.integers(0, 2))] = ["zeppelin"]
    distances = [within(said, each) for each in sentences]
    best = [number for number, each in enumerate(distances) if each == min(distances)]
    checked = checker(sentences, " ".join(said))
    assert [int(each.article.id) for each in checked.sources] == best
    assert checked.complete


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """The paragraphs of made texts that may have few changes, with more and less of them."""

    def find(sentences, said, changes):
        path = tmp_path_factory.mktemp("pieces") / "index"
        texts = [" ".join(each) for each in sentences]
        write_index(path, (article(str(number), text) for number, text in enumerate(texts)))
        snapshot = Snapshot(path)
        try:
            return near(read_quotation(" ".join(said)), changes, snapshot)
        finally:
            snapshot.close()

    return find


@settings(max_examples=25)
@given(st.lists(SENTENCES, min_size=1, max_size=15), SENTENCES, st.integers(1, 4))
def test_no_paragraph_with_few_changes_is_missing(seen, sentences, said, changes):
    sentences = [*sentences, [*said[:3], "zeppelin", *said[4:]], [*said[:-1], "of", *said[-1:]]]
    found = seen(sentences, said, changes)
    assert found.changes == changes
    least = dict(zip(found.docs.tolist(), found.lacking.tolist(), strict=True))
    for number, each in enumerate(sentences):
        if within(said, each) <= changes:
            assert least[number] <= within(said, each)


def test_many_paragraphs_are_looked_at_a_part_at_a_time(seen, monkeypatch):
    sentences = [["the"] * 3 + NOUNS[at % 5 : at % 5 + 3] + ["the"] * (at % 4) for at in range(40)]
    said = ["the"] * 6 + NOUNS[1:4]
    whole = seen(sentences, said, 4)
    looked = []
    monkeypatch.setattr(quote_pieces, "_PART", 7)
    monkeypatch.setattr(quote_pieces, "check_time", lambda: looked.append(1))
    parts = seen(sentences, said, 4)
    assert len(looked) > 2
    assert parts.docs.tolist() == whole.docs.tolist()
    assert parts.lacking.tolist() == whole.lacking.tolist()


@settings(max_examples=12)
@given(ARCHIVES, st.lists(st.sampled_from("zeppelin orchard violin".split()), min_size=6))
def test_what_has_no_word_of_the_archive_is_not_found(checker, sentences, words):
    assert checker(sentences, " ".join([*words, sentences[0][0]])).verdict == "not found"


PRINTED = st.text("aBsuK1,.'’[]() -%$\u00ad\u200d\u212a\u0301\u0130éß中\u1112\u1161", max_size=40)


@settings(max_examples=300, deadline=None)
@given(PRINTED, PRINTED)
def test_no_word_of_a_text_is_missed_before_it_is_cut_into_words(quoted, text):
    wanted = Counter(word.key for word in [*words_of(quoted), *words_of(text)])
    own = Counter(word.key for word in words_of(text))
    assert (wanted & own).total() <= most_of_words(wanted, text) <= wanted.total()
