"""Watching: what happens in a folder happens in the index."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from watchdog.events import DirModifiedEvent, FileModifiedEvent, FileMovedEvent, FileOpenedEvent

import index.sync.watching
from index.errors import InputError
from index.store import Store
from index.sync.watching import Changes, Watch
from search.searcher import Searcher
from tests.read_here import read_here

AT_ONCE = {"quiet": 0, "longest": 0, "timeout": 0}


class Told:
    """Stands for what tells of changes: the tests do."""

    def __init__(self, error: OSError | None = None):
        self.error, self.watched, self.stopped = error, [], False

    def schedule(self, handler, path, *, recursive):
        self.watched.append((path, recursive))

    def start(self):
        if self.error:
            raise self.error

    def is_alive(self):
        return not self.stopped

    def stop(self):
        self.stopped = True

    def join(self):
        pass


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "articles"
    path.mkdir()
    (path / "a.txt").write_text("A\n\nOne.\n\nTwo.")
    return path


@pytest.fixture
def watch(tmp_path, folder, monkeypatch):
    """Watch the folder; the tests note what has changed in it."""
    read_here(monkeypatch)
    watching = Watch(
        [str(folder)], Store(tmp_path / "index"), pytest.fail, quiet=0, observers=[Told]
    )
    yield watching
    watching.close()


def ids(tmp_path: Path) -> set[str]:
    searcher = Searcher.open(tmp_path / "index")
    page = searcher.search("-nothing")
    searcher.close()
    return {each.article.id for each in page.articles}


def test_the_folder_is_read_first_and_then_what_changes(watch, folder, tmp_path):
    reports = watch.reports()
    assert next(reports).added == 1
    (folder / "b.txt").write_text("B\n\nThree.\n\nFour.")
    watch.changes.note([str(folder / "b.txt")])
    assert next(reports).added == 1
    assert ids(tmp_path) == {"a.txt", "b.txt"}


def test_changes_are_read_without_looking_at_the_rest(watch, folder):
    reports = watch.reports()
    next(reports)
    (folder / "a.txt").write_text("A\n\nOther.\n\nTwo.")
    (folder / "untold.txt").write_text("B\n\nThree.\n\nFour.")
    watch.changes.note([str(folder / "a.txt")])
    report = next(reports)
    assert (report.added, report.replaced) == (0, 1)


def test_what_is_deleted_or_renamed_is_followed(watch, folder, tmp_path):
    (folder / "b.txt").write_text("B\n\nThree.\n\nFour.")
    reports = watch.reports()
    next(reports)
    (folder / "a.txt").unlink()
    (folder / "b.txt").rename(folder / "c.txt")
    watch.changes.note(str(folder / name) for name in ("a.txt", "b.txt", "c.txt"))
    report = next(reports)
    assert (report.removed, report.replaced) == (1, 1)
    assert ids(tmp_path) == {"c.txt"}


def test_a_folder_that_comes_or_goes_does_so_with_all_that_is_in_it(watch, folder, tmp_path):
    reports = watch.reports()
    next(reports)
    (folder / "new" / "below").mkdir(parents=True)
    (folder / "new" / "below" / "b.txt").write_text("B\n\nThree.\n\nFour.")
    watch.changes.note([str(folder / "new")])
    assert next(reports).added == 1
    assert ids(tmp_path) == {"a.txt", "new/below/b.txt"}
    (folder / "new").rename(tmp_path / "elsewhere")
    watch.changes.note([str(folder / "new")])
    assert next(reports).removed == 1


def test_a_folder_that_is_gone_as_a_whole_is_not_emptied(watch, folder, tmp_path):
    reports = watch.reports()
    next(reports)
    folder.rename(tmp_path / "elsewhere")
    watch.changes.note([str(folder)])
    assert "no such file or folder" in next(reports).failures[0].reason
    assert ids(tmp_path) == {"a.txt"}


def test_nothing_is_said_of_changes_that_change_nothing(watch, folder):
    reports = watch.reports()
    next(reports)
    watch.changes.note(
        [str(folder / "a.txt"), str(folder / ".hidden"), str(folder / "picture.png")]
    )
    watch.changes.note([str(folder / "b.txt")])
    (folder / "b.txt").write_text("B\n\nThree.\n\nFour.")
    assert next(reports).added == 1


def test_a_single_file_can_be_watched(folder, tmp_path, monkeypatch):
    read_here(monkeypatch)
    observers = []
    watching = Watch(
        [str(folder / "a.txt")], Store(tmp_path / "index"), pytest.fail, quiet=0,
        observers=[lambda: observers.append(Told()) or observers[-1]],
    )  # fmt: skip
    assert observers[0].watched == [(str(folder), False)]
    reports = watching.reports()
    assert next(reports).added == 1
    (folder / "other.txt").write_text("B\n\nThree.\n\nFour.")
    (folder / "a.txt").write_text("A\n\nOther.\n\nTwo.")
    watching.changes.note([str(folder / "other.txt"), str(folder / "a.txt")])
    report = next(reports)
    assert (report.added, report.replaced) == (0, 1)
    reports.close()
    assert observers[0].stopped


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EMFILE])
def test_where_the_system_watches_no_more_the_folders_are_looked_through(folder, tmp_path, code):
    told = []
    full, polling = Told(OSError(code, "inotify watch limit reached")), Told()
    observers = [lambda: full, lambda: polling]
    Watch([str(folder)], Store(tmp_path / "index"), told.append, observers=observers)
    assert "fs.inotify.max_user_watches" in told[0]
    assert polling.watched == [(str(folder), True)]


def test_what_cannot_be_watched_is_one_sentence(folder, tmp_path):
    store = Store(tmp_path / "index")
    with pytest.raises(InputError, match="cannot be watched: Permission denied"):
        Watch([str(folder)], store, pytest.fail, observers=[lambda: Told(PermissionError(13, "Permission denied"))])  # fmt: skip
    with pytest.raises(InputError, match="no file or folder to watch in /nowhere"):
        Watch(["/nowhere"], store, pytest.fail, observers=[Told])


def test_another_writer_is_waited_for_and_can_write_between(folder, tmp_path, monkeypatch):
    read_here(monkeypatch)
    store, told = Store(tmp_path / "index"), []
    lock = store.lock()
    lock.__enter__()
    monkeypatch.setattr(
        index.sync.watching, "wait_for_lock", lambda: lock.__exit__(None, None, None)
    )
    watching = Watch([str(folder)], store, told.append, quiet=0, observers=[Told])
    reports = watching.reports()
    assert next(reports).added == 1
    assert "Another process is writing" in told[0]
    with store.lock():
        pass  # it is free while nothing happens
    reports.close()


def test_only_what_changes_a_file_is_a_change(tmp_path):
    changes = Changes(str(tmp_path / "index"))
    for event in (
        FileOpenedEvent(str(tmp_path / "a")),
        DirModifiedEvent(str(tmp_path)),
        FileModifiedEvent(str(tmp_path / "index" / "commit.1")),
    ):
        changes.dispatch(event)
    assert changes.take(**AT_ONCE) == set()
    changes.dispatch(FileModifiedEvent(str(tmp_path / "a")))
    changes.dispatch(FileMovedEvent(str(tmp_path / "b"), str(tmp_path / "c")))
    assert changes.take(**AT_ONCE) == {str(tmp_path / name) for name in "abc"}
    assert changes.take(**AT_ONCE) == set()


def test_a_watch_follows_the_system_and_ends_with_ctrl_c(folder, tmp_path):
    command = [
        sys.executable,
        "-m",
        "cli",
        "--index",
        str(tmp_path / "index"),
        "watch",
        str(folder),
    ]
    watching = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with watching:
        assert "1 added" in watching.stdout.readline()
        (folder / "below").mkdir()
        (folder / "below" / "b.txt").write_text("B\n\nThree.\n\nFour.")
        assert "1 added" in watching.stdout.readline()
        assert ids(tmp_path) == {"a.txt", "below/b.txt"}
        os.kill(watching.pid, signal.SIGINT)
        out, err = watching.communicate(timeout=60)
    assert (watching.returncode, out) == (0, "")
    assert err.startswith("nutgraf watches")
    assert "Traceback" not in err
