"""The folder of an index: what it is taken for, who may write to it, and its commits.

- A folder is an index of ours, empty, or somebody else's; never written to if the last.
- One process at a time writes; a dead one blocks nobody.
- Opening gives a whole commit while writers go on, and never goes back in time unasked.
- A writer leaves what the last two commits need, and sweeps the rest.
- What another Whoosh program has changed is noticed.
"""

import fcntl
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.codec.sealed import SealedFile
from index.commits import (
    Commit,
    last_commit,
    latest,
    make_index,
    newest_generation,
    open_index,
    publish,
    sweep,
    write_deletions,
)
from index.disk import Disk
from index.errors import IndexDamaged, IndexLocked, IndexNotFound, NotAnIndex, StoreError
from index.scratch import ScratchFiles
from index.store import Store
from tests.disks import FOLDER, Cycle, MemoryDisk, observe, write_segment

HOLDER = """
import sys, time
from pathlib import Path
from index.store import Store
with Store(Path(sys.argv[1])).lock():
    print("holding", flush=True)
    time.sleep(60)
"""
TAKER = """
import sys
from pathlib import Path
from index.errors import IndexLocked
from index.store import Store
try:
    with Store(Path(sys.argv[1])).lock():
        with open(sys.argv[1] + "/among", "x"):
            pass
        Path(sys.argv[1], "among").unlink()
        print("wrote")
except IndexLocked as error:
    print(error)
"""


@pytest.fixture
def store(tmp_path):
    """An empty index."""
    made = Store(tmp_path / "an index")
    with made.lock():
        make_index(made, b"toc")
    return made


def segment(store, number, docs=4):
    """A small segment with an id of its own."""
    arrays = {"docs": np.arange(docs, dtype=np.uint32)}
    return write_segment(store, f"{number:032x}", arrays)


def commit(store, generation, *segments, **sources):
    """Publish a commit of some segments."""
    publish(store, Commit(generation, segments, sources), b"toc %d" % generation)


def segments_of(store):
    return [int(each.id, 16) for each in latest(store).segments]


def test_a_folder_that_is_missing_or_empty_holds_no_index(tmp_path):
    for path in (tmp_path, tmp_path / "none"):
        assert not Store(path).exists()
        assert newest_generation(Store(path)) == -1
        assert last_commit(Store(path)) is None
        with pytest.raises(IndexNotFound, match="make one with: nutgraf index PATH"):
            Store(path).require()
        with pytest.raises(IndexNotFound):
            open_index(Store(path))


def test_a_new_index_is_empty(store):
    assert store.exists()
    assert latest(store) == Commit(0, (), {})
    opened = open_index(store)
    assert (opened.segments, opened.deletions) == ((), ())


def test_a_file_is_no_index(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(NotAnIndex, match="is a file, not the folder"):
        Store(tmp_path / "file").exists()


@pytest.mark.parametrize("name", ["article.txt", "commit.1", "x.tmp", "nutgraf.json.bak"])
def test_a_folder_of_other_files_is_no_index(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(NotAnIndex, match="it holds other files"):
        Store(tmp_path).exists()


@pytest.mark.parametrize("left", [["nutgraf.json"], ["commit.0"], ["_MAIN_0.toc", "commit.0"]])
def test_an_index_that_was_half_made_is_made_again(store, left):
    for name in ("nutgraf.json", "commit.0", "_MAIN_0.toc"):
        if name not in left:
            store.unlink(name)
    (store.path / "commit.0-0123.tmp").touch()
    assert not store.exists()
    with store.lock():
        make_index(store, b"toc")
    assert latest(store).generation == 0
    assert sorted(store.names()) == sorted(
        ["nutgraf.json", "commit.0", "_MAIN_0.toc", "writer.lock", "MAIN_WRITELOCK"]
    )


@pytest.mark.parametrize("found", [1, 99])
def test_an_index_of_another_format_says_what_to_do(store, found):
    (store.path / "nutgraf.json").write_text(json.dumps({"format": found}))
    with pytest.raises(NotAnIndex, match=rf"format {found}.*articles again into a new folder"):
        latest(store)


@pytest.mark.parametrize(
    "marker",
    [
        *("", "{}", "[]", '{"format": 2}', '{"format": 2, "id": 3}', '{"format": 2, "id": "ab"}'),
        *("[" * 4000, "x" * 5000),
    ],
)
def test_a_damaged_marker_is_named(store, marker):
    (store.path / "nutgraf.json").write_text(marker)
    with pytest.raises(IndexDamaged, match=r"nutgraf\.json"):
        latest(store)


def test_an_index_without_its_commits_is_damaged_not_empty(store):
    commit(store, 1, segment(store, 1))
    for name in ("commit.0", "commit.1"):
        store.unlink(name)
    with pytest.raises(IndexDamaged, match="has lost the file commit"):
        latest(store)
    store.unlink("_MAIN_0.toc")
    store.unlink("_MAIN_1.toc")
    with pytest.raises(IndexDamaged, match="has lost the file commit"):
        latest(store)


def test_a_folder_that_may_not_be_looked_into_is_one_sentence(tmp_path):
    class Closed(Disk):
        def names(self, path):
            raise PermissionError(13, "Permission denied")

    with pytest.raises(StoreError, match=r"cannot be read: permission denied \(list, .* free\)"):
        Store(tmp_path, Closed()).exists()


def test_a_folder_that_cannot_be_made_is_one_sentence():
    with pytest.raises(StoreError, match=r"/proc/x/y cannot be written: .*another folder"):
        with Store(Path("/proc/x/y")).lock():
            pass


def test_the_size_of_an_index_is_that_of_its_files(store):
    before = store.size()
    entry = segment(store, 1)
    assert store.size() == before + entry.size
    assert store.free_space() > 0


def test_a_second_writer_is_told_who_holds_the_index(store):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, store.path], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "holding\n"
        since = time.monotonic()
        with pytest.raises(IndexLocked, match=rf"\(process {holder.pid}, since \d{{4}}-.*\); wait"):
            with store.lock():
                pass
        assert time.monotonic() - since < 1
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with store.lock():
        pass
    assert (store.path / "writer.lock").read_bytes() == b""


def test_the_lock_holds_within_one_process_too(store):
    with store.lock(), pytest.raises(IndexLocked, match=f"process {os.getpid()}"):
        with Store(store.path).lock():
            pass


def test_many_processes_write_one_at_a_time(store):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, store.path], stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    said = [process.communicate()[0] for process in processes]
    assert "wrote\n" in said
    assert all(line == "wrote\n" or "is writing to" in line for line in said)


def test_the_lock_file_of_a_copied_index_blocks_nobody(store, tmp_path):
    with store.lock():
        shutil.copytree(store.path, tmp_path / "copy")
    with Store(tmp_path / "copy").lock():
        pass


def test_an_error_under_the_lock_frees_it(store):
    with pytest.raises(KeyError), store.lock():
        raise KeyError
    with store.lock():
        pass


def test_other_whoosh_programs_and_we_keep_each_other_out(store):
    with (store.path / "MAIN_WRITELOCK").open("wb") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        with pytest.raises(IndexLocked, match="A Whoosh program is writing"), store.lock():
            pass
    with store.lock(), (store.path / "MAIN_WRITELOCK").open("wb") as theirs:
        with pytest.raises(BlockingIOError):
            fcntl.flock(theirs, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_commit_says_what_was_published(store):
    entry = segment(store, 7)
    commit(store, 1, entry, feed={"seen": ["ü", 3]})
    assert latest(store) == Commit(1, (entry,), {"feed": {"seen": ["ü", 3]}})
    assert newest_generation(store) == 1
    (opened,) = open_index(store).segments
    assert opened.array("docs").tolist() == [0, 1, 2, 3]


def test_deletions_are_read_with_their_segment(store):
    entry, other = segment(store, 1, docs=11), segment(store, 2)
    deleted = np.arange(11) % 3 == 0
    name = write_deletions(store, entry.id, 1, deleted)
    commit(store, 1, replace(entry, deletions=name, deleted=4), other)
    assert name == f"segment-{entry.id}.1.deleted"
    first, second = open_index(store).deletions
    assert first.tolist() == deleted.tolist()
    assert second is None


def test_deletions_of_an_attempt_that_failed_are_replaced(store):
    entry = segment(store, 1)
    write_deletions(store, entry.id, 1, np.array([True, False, False, False]))
    name = write_deletions(store, entry.id, 1, np.array([False, True, True, False]))
    commit(store, 1, replace(entry, deletions=name, deleted=2))
    assert open_index(store).deletions[0].tolist() == [False, True, True, False]
    with pytest.raises(ValueError, match="commit 1 is not the next"):
        write_deletions(store, entry.id, 1, np.zeros(4, np.bool_))


def test_deletions_that_do_not_fit_to_their_commit_are_damage(store):
    entry = segment(store, 1)
    name = write_deletions(store, entry.id, 1, np.array([True, False, False, False]))
    commit(store, 1, replace(entry, deletions=name, deleted=2))
    with pytest.raises(IndexDamaged, match=f"{name}.*does not delete 2"):
        open_index(store)


def test_what_is_no_whole_commit_is_not_published(store):
    entry = segment(store, 1)
    wrong = [
        replace(entry, size=entry.size + 1),
        replace(entry, id="x", file="segment-x.nut"),
        replace(entry, file="other.nut"),
        replace(entry, deleted=1),
        replace(entry, docs=-1),
        replace(entry, deletions=f"segment-{entry.id}.1.deleted"),
    ]
    for each in wrong:
        with pytest.raises(ValueError, match=r"is not there|contradicts|is not the name"):
            commit(store, 1, each)
    with pytest.raises(ValueError, match="contradicts"):
        commit(store, 1, entry, entry)
    with pytest.raises(ValueError, match="does not follow"):
        commit(store, 0, entry)
    assert latest(store).generation == 0


def test_the_last_commit_is_told_from_one_of_the_same_number(store):
    before = last_commit(store)
    assert before[0] == 0
    assert last_commit(store) == before
    commit(store, 1)
    assert last_commit(store) != before
    shutil.rmtree(store.path)
    with store.lock():
        make_index(store, b"toc")
    assert last_commit(store)[0] == 0
    assert last_commit(store) != before


def test_the_last_two_commits_stay_whole(store):
    entries = [segment(store, number) for number in range(5)]
    for generation, entry in enumerate(entries, 1):
        commit(store, generation, entry)
        with_it = {f"segment-{number:032x}.nut" for number in range(generation - 2, 5)}
        assert {name for name in store.names() if name.endswith(".nut")} == with_it - {
            f"segment-{-1:032x}.nut"
        }
    assert {name for name in store.names() if name.startswith(("commit", "_MAIN"))} == {
        "commit.4",
        "commit.5",
        "_MAIN_4.toc",
        "_MAIN_5.toc",
    }


def test_the_table_of_contents_is_what_was_given_for_whoosh(store):
    commit(store, 1)
    assert (store.path / "_MAIN_1.toc").read_bytes().startswith(b"toc 1")


def test_files_of_a_killed_writer_are_swept_away_and_others_stay(store):
    commit(store, 1, segment(store, 1))
    kept = set(store.names())
    swept = ["run-3.tmp", "commit.2-ab.tmp", "_MAIN_2.toc-ab.tmp", "MAIN_abc123.trm", "MAIN.tmp/x"]
    swept += [f"segment-{9:032x}.nut", f"segment-{1:032x}.2.deleted", "_MAIN_7.toc.1234"]
    others = ["mine.txt", "MAIN_notes", "my folder.tmp/x", "segment-notes.nut", "commit.x"]
    for name in [*swept, *others]:
        (store.path / name).parent.mkdir(exist_ok=True)
        (store.path / name).touch()
    with store.lock():
        sweep(store)
    assert set(store.names()) - kept == {name.partition("/")[0] for name in others}
    assert segments_of(store) == [1]


def test_a_reader_keeps_what_it_has_opened(store):
    commit(store, 1, segment(store, 1))
    opened = open_index(store)
    for generation in (2, 3, 4):
        commit(store, generation, segment(store, generation))
    assert not (store.path / f"segment-{1:032x}.nut").exists()
    assert opened.segments[0].array("docs").tolist() == [0, 1, 2, 3]


def test_opening_begins_again_when_a_writer_has_gone_on():
    disk, cycle = MemoryDisk(), Cycle()
    store, writer = Store(FOLDER, disk), Store(FOLDER, disk)
    cycle.write(writer, 0)
    cycle.write(writer, 1)

    def go_on(operation, name):
        if operation == "map" and name == "commit.1":
            disk.before = lambda operation, name: None
            for number in (2, 3, 4):
                cycle.write(writer, number)

    disk.before = go_on
    assert observe(store) == cycle.states[5]


def test_opening_gives_up_when_a_file_is_lost(store):
    entry = segment(store, 1)
    commit(store, 1, entry)
    store.unlink(entry.file)
    with pytest.raises(IndexDamaged, match=f"has lost the file {entry.file}"):
        open_index(store)


def test_a_segment_of_another_size_than_the_commit_says_is_damage(store):
    entry = segment(store, 1)
    commit(store, 1, entry)
    store.unlink(entry.file)
    other = segment(store, 1, docs=5)
    assert other.size != entry.size
    with pytest.raises(IndexDamaged, match=f"{other.size} bytes instead of {entry.size}"):
        open_index(store)


def test_readers_and_a_writer_do_not_disturb_each_other(store):
    ended, errors, seen = threading.Event(), [], [0]

    def read():
        newest = 0
        while not ended.is_set():
            try:
                opened = open_index(store)
                (number,) = opened.commit.sources.values() or [0]
                assert [int(each.identity.hex(), 16) for each in opened.segments] in ([number], [])
                assert opened.commit.generation >= newest
                newest = opened.commit.generation
                seen.append(newest)
            except Exception as error:
                errors.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for generation in range(1, 40):
        commit(store, generation, segment(store, generation), number=generation)
    ended.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert len(set(seen)) > 3


def damage(path):
    data = bytearray(path.read_bytes())
    data[-30] ^= 1
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("name", ["commit.2", f"segment-{2:032x}.nut"])
@pytest.mark.parametrize("loss", [damage, Path.unlink, lambda path: path.write_bytes(b"")])
def test_only_a_process_that_starts_goes_back_and_it_says_so(store, caplog, name, loss):
    for generation in (1, 2):
        commit(store, generation, segment(store, generation))
    loss(store.path / name)
    with pytest.raises(IndexDamaged, match=re.escape(name)):
        open_index(store)
    assert caplog.text == ""
    assert open_index(store, starting=True).commit.generation == 1
    assert latest(store, starting=True).generation == 1
    assert f"going back to commit 1, because: {store.path}" in caplog.text.replace(
        "The index in ", ""
    )
    assert name in caplog.text


def test_a_writer_does_not_go_on_where_a_commit_is_lost(store):
    commit(store, 1, segment(store, 1))
    store.unlink("commit.1")
    for step in (lambda: sweep(store), lambda: commit(store, 2)):
        with pytest.raises(IndexDamaged, match=r"lost the file commit\.1"):
            step()


def test_a_damaged_commit_before_the_last_is_no_hindrance(store, caplog):
    for generation in (1, 2):
        commit(store, generation, segment(store, generation))
    damage(store.path / "commit.1")
    with store.lock():
        sweep(store)
    assert "the commit before the last" in caplog.text
    commit(store, 3, segment(store, 3))
    assert segments_of(store) == [3]


@pytest.mark.parametrize("number", [1, 2, 7])
def test_the_change_of_another_whoosh_program_is_noticed(store, caplog, number):
    commit(store, 1, segment(store, 1))
    (store.path / f"_MAIN_{number}.toc").write_bytes(b"of another program")
    assert segments_of(store) == [1]
    assert f"(_MAIN_{number}.toc); nutgraf does not read that" in caplog.text
    for step in (lambda: sweep(store), lambda: commit(store, 9)):
        with pytest.raises(StoreError, match=rf"to drop it, delete _MAIN_{number}\.toc and run"):
            step()
    store.unlink(f"_MAIN_{number}.toc")
    with store.lock():
        sweep(store)
    commit(store, 2, segment(store, 2))
    assert segments_of(store) == [2]


def test_a_name_is_never_given_to_two_files(store):
    store.create("a").close()
    with pytest.raises(StoreError, match="a cannot be written: file exists"):
        store.create("a")


def test_a_file_that_is_closed_takes_nothing_more(store):
    file = store.create("a")
    file.close()
    for step in (lambda: file.write(b"x"), file.sync, file.close):
        with pytest.raises(ValueError, match="a is closed"):
            step()


def test_files_are_read_up_to_a_limit(store):
    (store.path / "a").write_bytes(b"12345")
    assert store.read("a", 5) == b"12345"
    with pytest.raises(IndexDamaged, match="too large"):
        store.read("a", 4)
    with pytest.raises(IndexDamaged, match="lost the file b"):
        store.read("b")


def test_a_file_without_bytes_can_be_mapped(store):
    (store.path / "a").touch()
    assert bytes(store.map("a")) == b""
    with pytest.raises(IndexDamaged, match="only 0 bytes"):
        SealedFile(store.map("a"), "a", "segment")


def test_opening_a_large_file_reads_little_of_it(tmp_path, monkeypatch):
    checked = []
    store = Store(tmp_path)
    entry = write_segment(
        store, "0" * 32, {"docs": np.arange(4), "text": np.zeros(30 << 20, np.uint8)}
    )
    crc32 = zlib.crc32

    def counted(data, *start):
        checked.append(len(data))
        return crc32(data, *start)

    monkeypatch.setattr(zlib, "crc32", counted)
    SealedFile(store.map(entry.file), "file", "segment")
    assert sum(checked) < 4096


def test_scratch_files_that_are_made_at_the_same_time_are_all_closed():
    class Store:
        """A store that is asked for another file while it makes one."""

        def scratch(self):
            made.append(io.BytesIO())
            own = made[-1]
            if len(made) == 1:
                files()
            return own

    made = []
    files = ScratchFiles(Store())
    files()
    files.close()
    assert [file.closed for file in made] == [True, True]
