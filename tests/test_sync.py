"""Syncing: a folder and its changes, from the files to the report."""

import io
import os
from pathlib import Path

import pytest

from index.store import Store
from index.sync import Report, Sync
from index.writer import open_writer
from search.searcher import Searcher


@pytest.fixture
def run(tmp_path):
    """Index paths into one index; the report."""

    def index(*paths: Path | str, stdin: bytes = b"", delete_missing: bool = False) -> Report:
        sync = Sync([str(path) for path in paths])
        with open_writer(Store(tmp_path / "index")) as writer:
            sync.run(writer, io.BytesIO(stdin), lambda *_: None, delete_missing)
        return sync.report

    return index


@pytest.fixture
def folder(tmp_path):
    """A folder of three articles, one of them in a folder below."""
    path = tmp_path / "articles"
    (path / "below").mkdir(parents=True)
    (path / "a.txt").write_text("A\n\nOne.\n\nTwo.")
    (path / "below" / "b.txt").write_text("B\n\nThree.\n\nFour.")
    (path / "c.jsonl").write_text('{"id": "c", "text": "Five."}\n')
    (path / "picture.png").write_bytes(b"\x89PNG")
    (path / ".hidden.txt").write_text("no")
    return path


def ids(tmp_path: Path) -> set[str]:
    searcher = Searcher.open(tmp_path / "index")
    page = searcher.search("-nothing")
    searcher.close()
    return {each.article.id for each in page.articles}


def test_a_folder_is_read_with_all_below_it(run, folder, tmp_path):
    report = run(folder)
    assert (report.added, report.skipped, report.failures) == (3, 1, [])
    assert ids(tmp_path) == {"a.txt", "below/b.txt", "c"}


def test_a_second_run_finds_everything_unchanged(run, folder):
    run(folder)
    report = run(folder)
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 3)


def test_only_what_changed_is_replaced(run, folder):
    run(folder)
    (folder / "a.txt").write_text("A\n\nOther.\n\nTwo.")
    report = run(folder)
    assert (report.replaced, report.unchanged) == (1, 2)


def test_what_cannot_be_read_is_listed_and_the_rest_goes_in(run, folder):
    (folder / "empty.txt").touch()
    (folder / "binary.txt").write_bytes(b"text\0\0")
    (folder / "c.jsonl").write_text('{"id": "c", "text": "Five."}\nbroken\n')
    report = run(folder, "/nowhere")
    assert report.added == 3
    assert [(Path(each.name).name, each.reason.split(":")[0]) for each in report.failures] == [
        ("nowhere", "there is no such file or folder"),
        ("binary.txt", "it is a binary file, not text"),
        ("c.jsonl, line 2", "not JSON"),
        ("empty.txt", "it is empty"),
    ]


def test_a_folder_without_permission_is_a_failure(run, folder, monkeypatch):
    scan = os.scandir

    def denied(path):  # file modes do not stop root, who runs some of these tests
        if str(path).endswith("below"):
            raise PermissionError(13, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", denied)
    report = run(folder)
    assert report.added == 2
    assert [each.reason for each in report.failures] == ["permission denied"]


def test_articles_that_are_gone_stay_unless_asked(run, folder, tmp_path):
    run(folder)
    (folder / "a.txt").unlink()
    assert run(folder).removed == 0
    assert run(folder, delete_missing=True).removed == 1
    assert ids(tmp_path) == {"below/b.txt", "c"}


def test_a_file_that_was_moved_is_not_gone(run, folder, tmp_path):
    run(folder)
    (folder / "c.jsonl").rename(tmp_path / "c.jsonl")
    assert run(tmp_path / "c.jsonl").unchanged == 1
    assert run(folder, delete_missing=True).removed == 0
    assert "c" in ids(tmp_path)


def test_the_last_file_of_a_folder_can_be_gone(run, tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.txt").write_text("A\n\nText.\n\nMore.")
    run(tmp_path / "one")
    (tmp_path / "one" / "a.txt").unlink()
    assert run(tmp_path / "one", delete_missing=True).removed == 1


def test_an_empty_path_is_not_the_current_folder(run):
    assert "the path is empty" in run("").failures[0].reason


def test_what_came_from_elsewhere_or_could_not_be_read_is_not_taken_for_gone(run, folder, tmp_path):
    other = tmp_path / "other.txt"
    other.write_text("Other\n\nText.\n\nMore.")
    run(folder, other)
    (folder / "c.jsonl").write_text("broken\n")
    (folder / "a.txt").write_bytes(b"")
    assert run(folder, delete_missing=True).removed == 0


def test_two_files_that_would_be_one_article_are_told_apart(run, folder, tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("Another A\n\nText.")
    report = run(folder, tmp_path / "more")
    assert "index their common folder" in report.failures[0].reason
    assert report.added == 3


def test_another_file_never_takes_the_place_of_one_of_the_same_name(run, folder, tmp_path):
    run(folder)
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("Another A\n\nText.\n\nMore.")
    report = run(tmp_path / "more")
    assert report.replaced == 0
    assert "index their common folder" in report.failures[0].reason


def test_a_file_that_is_named_twice_is_read_once(run, folder):
    report = run(folder, folder / "below", folder / "a.txt")
    assert (report.added, report.failures) == (3, [])


def test_a_file_that_cannot_be_looked_at_does_not_stop_the_others(run, folder):
    (folder / "dangling.txt").symlink_to(folder / "nowhere.txt")
    report = run(folder)
    assert report.added == 3
    assert [Path(each.name).name for each in report.failures] == ["dangling.txt"]


def test_what_came_through_a_link_can_be_gone(run, folder, tmp_path):
    (tmp_path / "out.txt").write_text("Out\n\nText.\n\nMore.")
    (folder / "link.txt").symlink_to(tmp_path / "out.txt")
    run(folder)
    (folder / "link.txt").unlink()
    assert run(folder, delete_missing=True).removed == 1


def test_standard_input_is_read_as_lines_of_json(run, tmp_path):
    report = run("-", stdin=b'{"id": "x", "text": "y"}\n{')
    assert (report.added, report.failures[0].name) == (1, "standard input, line 2")


def test_a_folder_without_readable_files_has_no_input(tmp_path):
    assert not Sync([str(tmp_path)]).has_input


def test_progress_goes_from_nothing_to_all_bytes(folder, tmp_path):
    seen = []
    with open_writer(Store(tmp_path / "index")) as writer:
        Sync([str(folder)]).run(writer, io.BytesIO(), lambda *each: seen.append(each))
    done = [each[1] for each in seen]
    assert done == sorted(done)
    assert done[0] == 0
    assert done[-1] == seen[-1][2]
