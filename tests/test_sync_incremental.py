"""Syncing again: only what has changed is read, nothing is left twice, and failures are kept.

Where it does not matter in which process files are read, they are read in this one; ``reads``
tells which.
"""

import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import index.sync.plan
from index.checking import check
from index.opening import latest
from index.readers import Input, ReadingOptions, read
from index.store import Store
from index.sync import Report, Sync
from index.sync.failed import failed_files
from index.sync.ledger import open_ledger
from index.writer import open_writer
from tests.disks import fresh_random, many
from tests.read_here import read_here


@pytest.fixture
def reads(monkeypatch):
    """The names of the files that were read, since this list was last cleared."""
    return read_here(monkeypatch)


def old(path: Path) -> Path:
    """Let a file have been changed long ago, so that its time tells of a change."""
    os.utime(path, (1_000_000_000, 1_000_000_000 + path.stat().st_mtime_ns % 1000))
    return path


def put(path: Path, text: str) -> Path:
    """Write a file that was changed long ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return old(path)


def sync(store: Path, *paths: Path, delete_missing: bool = False, **options) -> Report:
    """Index paths, as the command does it; the report."""
    run = Sync([str(path) for path in paths], store=Store(store), **options)
    if not run.is_done(delete_missing=delete_missing):
        with open_writer(Store(store)) as writer:
            run.run(writer, io.BytesIO(), lambda *_: None, delete_missing)
    return run.report


def held(store: Path) -> dict[str, str]:
    """What an index holds: the hash of each article, by its id."""
    with open_writer(Store(store)) as writer:
        return {header["id"]: header["hash"] for header in writer.headers()}


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """Added, replaced, unchanged, removed, failed."""
    return report.added, report.replaced, report.unchanged, report.removed, len(report.failures)


@pytest.fixture
def store(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def folder(tmp_path):
    """Two articles, one of them in a folder below, and two in a file of lines."""
    path = tmp_path / "articles"
    put(path / "a.txt", "A\n\nOne.\n\nTwo.")
    put(path / "below" / "b.txt", "B\n\nThree.\n\nFour.")
    put(path / "c.jsonl", '{"id": "c1", "text": "Five."}\n{"id": "c2", "text": "Six."}\n')
    return path


def test_what_is_as_it_was_is_not_read_and_nothing_is_written(store, folder, reads):
    assert counts(sync(store, folder)) == (4, 0, 0, 0, 0)
    reads.clear()
    before = sorted(os.listdir(store))
    assert counts(sync(store, folder)) == (0, 0, 4, 0, 0)
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 4, 0, 0)
    assert reads == []
    assert sorted(os.listdir(store)) == before


def test_only_what_has_changed_is_read(store, folder, reads):
    sync(store, folder)
    put(folder / "a.txt", "A\n\nOther words.\n\nTwo.")
    put(folder / "d.txt", "D\n\nNew.\n\nMore.")
    reads.clear()
    assert counts(sync(store, folder)) == (1, 1, 3, 0, 0)
    assert [Path(name).name for name in reads] == ["a.txt", "d.txt"]


def test_a_file_that_was_only_touched_is_not_read(store, folder, reads):
    sync(store, folder)
    (folder / "a.txt").touch()
    reads.clear()
    assert counts(sync(store, folder)) == (0, 0, 4, 0, 0)
    assert reads == []


def test_a_change_within_a_tick_of_the_clock_is_seen(store, folder, reads):
    path = folder / "a.txt"
    path.write_text("A\n\nFirst.\n\nTwo.")
    time = path.stat().st_mtime_ns
    sync(store, folder)
    path.write_text("A\n\nOther.\n\nTwo.")
    os.utime(path, ns=(time, time))
    assert counts(sync(store, folder))[1] == 1


def test_a_file_that_has_another_name_now_takes_the_place_of_the_old_one(store, folder, reads):
    sync(store, folder)
    (folder / "a.txt").rename(folder / "below" / "z.txt")
    assert counts(sync(store, folder)) == (0, 1, 3, 0, 0)
    assert set(held(store)) == {"below/z.txt", "below/b.txt", "c1", "c2"}
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 4, 0, 0)


def test_a_moved_file_whose_articles_bring_their_ids_is_not_read(store, folder, reads):
    sync(store, folder)
    (folder / "c.jsonl").rename(folder / "below" / "d.jsonl")
    reads.clear()
    assert counts(sync(store, folder)) == (0, 0, 4, 0, 0)
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 4, 0, 0)
    assert reads == []


def test_a_file_whose_name_is_not_utf_8_is_read_and_followed(store, tmp_path):
    folder = os.fsencode(tmp_path / "in")
    os.mkdir(folder)
    Path(os.fsdecode(folder + b"/l\xe9.jsonl")).write_text('{"id": "l1", "text": "Rain."}\n')
    for name in (b"caf\xe9.txt", b"a\nb.txt"):
        Path(os.fsdecode(folder + b"/" + name)).write_text("It rained on the quay.\n")
    assert counts(sync(store, tmp_path / "in")) == (3, 0, 0, 0, 0)
    assert set(held(store)) == {"l1", "caf\xe9.txt", "a\\nb.txt"}
    assert counts(sync(store, tmp_path / "in")) == (0, 0, 3, 0, 0)
    os.rename(folder + b"/caf\xe9.txt", folder + b"/th\xe9.txt")
    sync(store, tmp_path / "in")
    assert set(held(store)) == {"l1", "th\xe9.txt", "a\\nb.txt"}
    os.remove(folder + b"/th\xe9.txt")
    assert counts(sync(store, tmp_path / "in", delete_missing=True)) == (0, 0, 2, 1, 0)


def test_a_name_that_was_given_up_can_be_taken_at_once(store, folder, reads):
    sync(store, folder)
    (folder / "a.txt").rename(folder / "yesterday.txt")
    put(folder / "a.txt", "A\n\nToday's words.\n\nTwo.")
    sync(store, folder, delete_missing=True)
    expected = {"a.txt", "yesterday.txt", "below/b.txt", "c1", "c2"}
    assert set(held(store)) == expected
    sync(store.parent / "fresh", folder)
    assert held(store) == held(store.parent / "fresh")


def test_a_copy_is_no_move(store, folder, reads):
    sync(store, folder)
    put(folder / "copy.txt", (folder / "a.txt").read_text())
    assert counts(sync(store, folder)) == (1, 0, 4, 0, 0)


def test_an_article_that_left_its_file_stays_until_asked_though_the_file_is_as_it_was(
    store, folder, reads
):
    sync(store, folder)
    put(folder / "c.jsonl", '{"id": "c2", "text": "Six."}\n')
    assert counts(sync(store, folder)) == (0, 0, 3, 0, 0)
    reads.clear()
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 3, 1, 0)
    assert reads == []
    assert "c1" not in held(store)


def test_an_article_that_another_file_holds_is_not_removed(store, folder, reads):
    put(folder / "d.jsonl", '{"id": "c1", "text": "Five."}\n')
    sync(store, folder)
    (folder / "c.jsonl").unlink()
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 3, 1, 0)
    assert "c1" in held(store)


def test_a_failure_is_told_again_without_reading_and_tried_again_if_asked(store, folder, reads):
    put(folder / "c.jsonl", '{"id": "c1", "text": "Five."}\nbroken\n')
    put(folder / "d.txt", " ")
    first = sync(store, folder)
    reads.clear()
    again = sync(store, folder)
    assert again.failures == first.failures
    assert [Path(each.name).name for each in first.failures] == ["c.jsonl, line 2", "d.txt"]
    assert counts(again) == (0, 0, 3, 0, 2)
    assert reads == []
    assert counts(sync(store, folder, retry_failed=True)) == (0, 0, 3, 0, 2)
    assert [Path(name).name for name in reads] == ["c.jsonl", "d.txt"]


def test_failures_are_remembered_until_they_are_mended_or_gone(store, folder, reads):
    broken, empty = folder / "c.jsonl", folder / "d.txt"
    put(broken, "broken\n")
    put(empty, " ")
    sync(store, folder)
    failed = failed_files(Store(store))
    assert [each.name for each in failed] == [f"{broken}, line 1", str(empty)]
    assert failed[1].reason == "it holds no text"
    put(broken, '{"id": "c1", "text": "Five."}\n')
    sync(store, folder)
    assert [each.name for each in failed_files(Store(store))] == [str(empty)]
    empty.unlink()
    sync(store, folder)
    assert failed_files(Store(store)) == []


def test_a_file_that_cannot_be_read_any_more_keeps_its_articles(store, folder, reads):
    sync(store, folder)
    put(folder / "a.txt", " ")
    put(folder / "c.jsonl", "broken\n")
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 1, 0, 2)
    assert {"a.txt", "c1", "c2"} <= set(held(store))


def test_what_the_system_refused_is_tried_again_each_time(store, folder, reads, monkeypatch):
    sync(store, folder)
    denied = folder / "below"
    scan = os.scandir

    def refuse(path):
        if Path(path) == denied:
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert counts(sync(store, folder, delete_missing=True)) == (0, 0, 3, 0, 1)
    (failed,) = failed_files(Store(store))
    assert failed.reason == "permission denied"
    assert abs(failed.when.timestamp() - time.time()) < 3600
    before = sorted(os.listdir(store))
    assert counts(sync(store, folder)) == (0, 0, 3, 0, 1)
    assert sorted(os.listdir(store)) == before
    monkeypatch.setattr(os, "scandir", scan)
    assert counts(sync(store, folder)) == (0, 0, 4, 0, 0)
    assert failed_files(Store(store)) == []


def test_other_options_and_other_readers_read_everything_again(store, folder, reads, monkeypatch):
    sync(store, folder)
    reads.clear()
    sync(store, folder, options=ReadingOptions(source="The Gazette"))
    assert len(reads) == 3
    monkeypatch.setattr(index.sync.plan, "VERSION", 1_000)
    sync(store, folder, options=ReadingOptions(source="The Gazette"))
    assert len(reads) == 6


def test_the_index_is_not_read_where_it_lies_in_the_folder(folder, reads):
    sync(folder / "index", folder)
    put(folder / "index" / "note.txt", "Note\n\nNot an article.\n\nAt all.")
    assert counts(sync(folder / "index", folder)) == (0, 0, 4, 0, 0)


def test_an_index_without_a_ledger_gets_one_from_its_articles(store, folder, reads):
    with open_writer(Store(store)) as writer:
        for name in ("a.txt", "gone.txt"):
            source = Input(name, name)
            (article,) = read(io.BufferedReader(io.BytesIO(b"A\n\nOne.\n\nTwo.")), source)
            writer.add(dataclasses.replace(article, origin=str(folder / name)))
    assert counts(sync(store, folder, delete_missing=True)) == (3, 0, 1, 1, 0)
    assert set(held(store)) == {"a.txt", "below/b.txt", "c1", "c2"}


def test_a_ledger_that_is_damaged_is_named_and_made_anew(store, folder, reads):
    sync(store, folder)
    (file,) = store.glob("sources.*")
    data = bytearray(file.read_bytes())
    data[200] ^= 1
    file.write_bytes(data)
    assert [each.name for each in check(Store(store)) if each.problem] == [file.name]
    reads.clear()
    assert counts(sync(store, folder)) == (0, 0, 4, 0, 0)
    assert len(reads) == 3
    assert open_ledger(Store(store), latest(Store(store))) is not None


def test_a_small_change_writes_a_small_ledger_and_many_are_joined(store, folder, reads):
    for number in range(100):
        put(folder / f"{number:03}.txt", f"N\n\nNumber {number}.\n\nMore.")
    sync(store, folder)
    (first,) = (path.stat().st_size for path in store.glob("sources.*"))
    for number in range(12):
        put(folder / f"{number:03}.txt", f"N\n\nChanged {number}.\n\nMore.")
        assert counts(sync(store, folder)) == (0, 1, 103, 0, 0)
        assert len(list(store.glob("sources.*"))) <= 10
    newest = max(store.glob("sources.*"), key=lambda path: int(path.suffix[1:]))
    assert newest.stat().st_size < first
    assert all(not each.problem for each in check(Store(store)))
    assert counts(sync(store, folder)) == (0, 0, 104, 0, 0)


def test_what_was_read_before_an_interruption_is_kept_and_not_read_again(store, folder, reads):
    run = Sync([str(folder)], store=Store(store))

    def interrupt(name, done, total):
        if name.endswith("c.jsonl"):
            raise KeyboardInterrupt

    with open_writer(Store(store)) as writer:
        with pytest.raises(KeyboardInterrupt):
            run.run(writer, io.BytesIO(), interrupt)
        run.commit(writer)
    assert set(held(store)) == {"a.txt", "c1"}
    reads.clear()
    assert counts(sync(store, folder, delete_missing=True)) == (2, 0, 2, 0, 0)
    assert [Path(name).name for name in reads] == ["c.jsonl", "b.txt"]


def test_a_file_that_vanished_after_it_was_half_read_leaves_nothing(store, folder, reads):
    run = Sync([str(folder)], store=Store(store), commit_seconds=0)
    with pytest.raises(KeyboardInterrupt), open_writer(Store(store)) as writer:
        run.run(writer, io.BytesIO(), _interrupt_at("c.jsonl", 2))
    (folder / "c.jsonl").unlink()
    assert set(held(store)) == {"a.txt", "c1"}
    assert counts(sync(store, folder, delete_missing=True)) == (1, 0, 1, 1, 0)
    assert set(held(store)) == {"a.txt", "below/b.txt"}


def _interrupt_at(name: str, times: int):
    """A progress that is interrupted when a file is named so often."""
    told = []

    def progress(file, done, total):
        told.append(file)
        if sum(each.endswith(name) for each in told) == times:
            raise KeyboardInterrupt

    return progress


def test_the_index_is_the_same_for_any_number_of_processes(tmp_path):
    for number in range(120):
        put(tmp_path / "in" / f"{number:03}.txt", f"N\n\nNumber {number}.\n\nMore.")
    orders = []
    for jobs in (1, 3):
        with open_writer(Store(tmp_path / f"index{jobs}"), jobs=jobs) as writer:
            Sync([str(tmp_path / "in")]).run(writer, None, lambda *_: None)
            orders.append([(header["id"], header["hash"]) for header in writer.headers()])
    assert orders[0] == orders[1]
    assert len(orders[0]) == 120


NAMES = st.sampled_from([f"{folder}{name}" for folder in ("", "x/", "x/y/") for name in "abcd"])
CHANGES = st.one_of(
    st.tuples(st.just("write"), NAMES, st.integers(0, 3)),
    st.tuples(st.just("lines"), NAMES, st.lists(st.integers(0, 3), min_size=1, max_size=3)),
    st.tuples(st.just("delete"), NAMES, st.none()),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("touch"), NAMES, st.none()),
)


def _change(root: Path, what: str, name: str, value) -> None:
    """Do one thing to a folder."""
    path = root / name
    text, lines = path.with_suffix(".txt"), path.with_suffix(".jsonl")
    if what == "write":
        put(text, f"Title\n\nText {value}{value * '.'}\n\nMore.")
    elif what == "lines":
        rows = [{"id": f"{name}{each}", "text": f"Line {each}."} for each in dict.fromkeys(value)]
        put(lines, "".join(json.dumps(row) + "\n" for row in rows))
    elif what == "rename" and text.exists():
        target = (root / value).with_suffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        text.rename(target)
    elif what == "delete":
        text.unlink(missing_ok=True)
        lines.unlink(missing_ok=True)
    elif what == "touch" and text.exists():
        text.touch()


@settings(max_examples=12)
@given(st.lists(st.lists(CHANGES, min_size=1, max_size=4), min_size=2, max_size=6))
def test_after_any_changes_the_index_is_as_if_it_were_made_anew(tmp_path_factory, steps):
    tmp_path = tmp_path_factory.mktemp("model")
    root, store = tmp_path / "in", tmp_path / "index"
    root.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        read_here(patch)
        for number, step in enumerate(steps):
            for change in step:
                _change(root, *change)
            followed = sync(store, root, delete_missing=True)
            fresh = tmp_path / f"fresh{number}"
            anew = sync(fresh, root)
            assert held(store) == held(fresh)
            assert followed.articles == anew.articles


KILLED = """
import sys
from pathlib import Path
from index.store import Store
from index.sync import Sync
from index.writer import open_writer
store = Store(Path(sys.argv[1]))
sync = Sync(sys.argv[2:], store=store, commit_seconds=0.02)
with open_writer(store, jobs=2) as writer:
    sync.run(writer, None, lambda *_: None)
"""


def test_a_run_that_is_killed_anywhere_is_taken_up_again(tmp_path):
    draw = fresh_random()
    root = tmp_path / "in"
    for number in range(150):
        put(root / f"{number:03}.txt", f"N\n\nNumber {number}.\n\nMore.")
    lines = [{"id": f"l{each}", "text": f"Line {each}. " * 200} for each in range(300)]
    put(root / "lines.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    sync(tmp_path / "whole", root)
    expected = held(tmp_path / "whole")
    assert len(expected) == 450
    for _ in range(many(3)):
        store = tmp_path / f"killed{draw.random()}"
        for _ in range(3):
            command = [sys.executable, "-c", KILLED, str(store), str(root)]
            run = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": os.getcwd()})
            try:
                run.wait(timeout=0.3 + draw.random() * 2)
            except subprocess.TimeoutExpired:
                run.send_signal(signal.SIGKILL)
                run.wait()
            assert run.returncode in (0, -signal.SIGKILL)
        report = sync(store, root, delete_missing=True)
        assert report.articles == 450
        assert report.removed == 0
        assert held(store) == expected
        assert all(not each.problem for each in check(Store(store)))
