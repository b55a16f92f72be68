"""Extraction: files are read by processes under limits, and whatever becomes of one is told.

The readers here are doubles that crash, hang, take memory or write rubbish when a file tells
them to; they run in the real child process, in the place of ``index.readers.read``.
"""

import os
import sys
from pathlib import Path

import pytest

from index.article import Article, PublicationDate
from index.errors import NutgrafError
from index.extraction.children import Extraction
from index.extraction.frames import (
    BadFrame,
    End,
    Part,
    SourceFile,
    found_row,
    frame,
    part_message,
    read_answer,
)
from index.extraction.limits import Limits
from index.readers import Failure, Notice, ReadingOptions, Skip
from tests.make_zipped import zipped

ODD_READER = Path(__file__).parent / "odd_reader.py"
ODD = (sys.executable, "-P", str(ODD_READER))


@pytest.fixture
def read(tmp_path):
    """Let files of the given contents be read: for each [what was found, its end]."""

    def read_files(*contents: str | bytes, jobs: int = 1, command=ODD, options=None, **limits):
        files = []
        for number, content in enumerate(contents):
            path = tmp_path / f"{number:03}.txt"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            files.append(source(path))
        found = {file.article_id: [[], None] for file in files}
        order = []
        with Extraction(jobs, options, Limits(**limits), command) as extraction:
            for file, answer in extraction.read(files):
                assert found[file.article_id][1] is None
                if isinstance(answer, Part):
                    found[file.article_id][0] += answer.found
                else:
                    found[file.article_id][1] = answer
                    order.append(file.article_id)
        assert order == [file.article_id for file in files]
        return list(found.values())

    return read_files


def source(path: Path) -> SourceFile:
    """A file as a folder lists it."""
    stat = path.stat()
    return SourceFile(path.name, str(path), path.name, stat.st_size, stat.st_mtime_ns)


def test_articles_come_whole_with_a_digest_and_the_kind_of_the_file(read):
    command = (sys.executable, "-P", "-m", "index.extraction.child")
    ((first,), end), _ = read("Tide turns\n\n3 May 2021\n\nIt did.", "x\n\ny", command=command)
    assert first == Article(
        "000.txt", ("It did.",), title="Tide turns", date=PublicationDate("2021-05-03", "day")
    )
    assert (end.error, end.kind, len(end.digest)) == ("", "plain text", 16)


def test_the_kind_of_a_document_is_told_by_what_is_in_it(read):
    parts = {"word/document.xml": "", "[Content_Types].xml": ""}
    command = (sys.executable, "-P", "-m", "index.extraction.child")
    contents = zipped(parts), zipped({"a.txt": "It rained."})
    ends = [end for _, end in read(*contents, command=command)]
    assert [end.kind for end in ends] == ["a Word document", "a zip archive"]


def test_the_same_bytes_have_the_same_digest(read):
    digests = [end.digest for _, end in read("say a", "say a", "say b")]
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("crash", "reading it crashed (signal 11)"),
        ("exit", "reading it ended without an answer (code 3)"),
        ("kill", "reading it was stopped by the system; memory may have run out"),
        ("eat", "reading it took more than 256 MiB of memory"),
        ("fault", "reading it failed (KeyError: 'x')"),
        ("refuse", "it is not for us"),
        ("rubbish", "reading it gave no answer"),
        ("huge", "it gave more at once than an article may hold"),
        ("print", ""),
    ],
)
def test_what_becomes_of_a_file_is_told_and_the_others_are_read(read, content, reason):
    before, odd, after = read("say a", content, "say b", memory=256 << 20)
    assert [each.paragraphs for each in before[0] + after[0]] == [("a",), ("b",)]
    assert odd[1].error.startswith(reason)
    assert bool(odd[1].error) == bool(reason)


@pytest.mark.parametrize("content", ["sleep", "spin"])
def test_a_file_that_takes_too_long_is_given_up(read, content):
    before, slow, after = read("say a", content, "say b", seconds=1)
    assert slow[1].error == "reading it took more than 1 seconds"
    assert (before[1].error, after[1].error) == ("", "")


def test_a_file_that_gives_without_end_is_given_up(read):
    flood, after = read("flood", "say b", output=1 << 20)
    assert flood[1].error == "it holds more than 0.001 GB of text; the rest of it could not be read"
    assert flood[0]
    assert after[1].error == ""


def test_what_was_read_before_a_crash_is_whole_and_kept(read):
    long = "a" * 200_000  # which is sent at once
    ((found, end),) = read(f"say {long}, say b, crash")
    assert [each.paragraphs for each in found] == [(long,)]
    assert end.error == "reading it crashed (signal 11); the rest of it could not be read"


def test_a_crash_that_an_earlier_file_has_prepared_is_not_blamed_on_the_next(read):
    assert [end.error for _, end in read("say a, poison", "say b", "say c")] == ["", "", ""]


def test_a_child_that_took_much_memory_makes_way_for_a_new_one(read):
    ends = [end for _, end in read("grow", "say b")]
    assert [(end.error, end.leaves) for end in ends] == [("", True), ("", False)]


def test_a_child_may_neither_write_nor_reach_the_network_nor_open_many_files(read, tmp_path):
    told = {each[0][0].paragraphs[0] for each in read(f"write {tmp_path}/out", "open")}
    assert told == {"File too large", "Too many open files"}
    (network,) = read("network")[0][0][0].paragraphs
    assert network == "lo" or os.getuid() != 0  # others are not let into a network of their own


def test_the_children_take_turns_and_the_order_is_that_of_the_files(read):
    answers = read(*(f"say {number}" for number in range(300)), jobs=3)
    said = [found[0].paragraphs[0] for found, _ in answers]
    assert said == [str(number) for number in range(300)]


def test_many_deaths_do_not_hold_up_the_others(read):
    contents = ["crash" if number % 3 == 0 else f"say {number}" for number in range(12)]
    failed = [bool(end.error) for _, end in read(*contents, jobs=2)]
    assert failed == [number % 3 == 0 for number in range(12)]


def test_a_file_that_waits_for_a_library_is_tried_again_when_it_may_be_there(read):
    ((_, end),) = read("library")
    assert (end.error, end.passing) == ("install it", True)


def test_a_file_that_has_vanished_may_be_there_the_next_time(tmp_path):
    gone = SourceFile("gone.txt", str(tmp_path / "gone.txt"), "gone.txt", 1, 1)
    with Extraction(command=ODD) as extraction:
        ((_, end),) = extraction.read([gone])
    assert (end.error, end.passing) == ("it has vanished since it was found", True)


def test_names_that_are_no_text_are_read_all_the_same(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "w") as file:
        file.write("say a")
    with Extraction(command=ODD) as extraction:
        (_, part), (_, end) = extraction.read([source(Path(os.fsdecode(path)))])
    assert part.found[0].paragraphs == ("a",)
    assert end.error == ""


def test_readers_are_told_what_the_user_says(read):
    options = ReadingOptions(source="The Gazette", columns=(("title", "Headline"),))
    (told,) = read("options", options=options)[0][0]
    assert told.paragraphs == (repr(options),)


def test_a_child_that_cannot_start_is_one_sentence(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("say a")
    command = (sys.executable, "-c", "raise SystemExit(1)")
    with Extraction(command=command) as extraction, pytest.raises(NutgrafError) as error:
        list(extraction.read([source(path)]))
    assert "could not be started" in str(error.value)


def test_nothing_to_read_starts_nothing():
    with Extraction(command=("/no/such/program",)) as extraction:
        assert list(extraction.read([])) == []


def test_everything_that_is_found_goes_through_the_pipe():
    dated = PublicationDate("2021-05-03T10:00:05+02:00", "second", "meta")
    found = (
        Article("ä\ud800", ("x", "y"), "t", "a", "s", "u", "en", dated),
        Failure("n", "r"),
        Skip("n", "r"),
        Notice("n", "s"),
    )
    data = frame(part_message([found_row(each) for each in found], 7))
    part = read_answer(data[4:])
    assert part == Part(found, 7)
    assert part.found[0].date.evidence == "meta"


END = '"kind":"","error":"","digest":"","passing":false,"leaves":false'
ROW = '["article","i",["p"],"","","","",""'


@pytest.mark.parametrize(
    "data",
    [
        "",
        "[",
        "[]",
        "1",
        "null",
        "{}",
        "[" * 100_000,
        '{"found":1,"read":1}',
        '{"found":[],"read":-1}',
        '{"found":[],"read":true}',
        '{"found":[["article"]],"read":1}',
        '{"found":[["other","n","r"]],"read":1}',
        '{"found":[["failure","n",1]],"read":1}',
        f'{{"found":[{ROW},null]],"read":1}}',
        f'{{"found":[{ROW},["2021","day",""]]],"read":1}}'.replace("2021", "2021-02-31"),
        f'{{"found":[{ROW},["2021","century",""]]],"read":1}}',
        f'{{"found":[{ROW},[null,"day",""]]],"read":1}}',
        f'{{"found":[{ROW},["2021","unknown",""]]],"read":1}}',
        f'{{"found":[{ROW},[2021,"year",""]]],"read":1}}',
        f'{{"found":[{ROW},["2021","year","nose"]]],"read":1}}',
        f'{{"found":[{ROW},["{"9" * 50}","year",""]]],"read":1}}',
        f'{{"found":[{ROW},["2021","year",""]]],"read":1}}'.replace('["p"]', '"p"'),
        f'{{"found":[{ROW},["2021","year",""]]],"read":1}}'.replace('["p"]', "[1]"),
        f'{{"found":[{ROW},["2021","year",""]]],"read":1}}'.replace('"i"', "1"),
        f"{{{END}}}".replace('"digest":""', '"digest":"00"'),
        f"{{{END}}}".replace('"digest":""', '"digest":"x"'),
        f"{{{END}}}".replace('"error":""', '"error":1'),
    ],
)
def test_what_a_child_may_not_say_is_not_taken(data):
    with pytest.raises(BadFrame):
        read_answer(data.encode())


def test_what_a_child_may_say_is_taken():
    assert read_answer(f"{{{END}}}".encode()) == End()
    row = f'{{"found":[{ROW},["2021","year",""]]],"read":1}}'
    assert read_answer(row.encode()).found[0].date.value == "2021"
