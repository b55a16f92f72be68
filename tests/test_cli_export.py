"""nutgraf export and search --receipt: files appear whole or not at all, pipes may break."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import run
from cli.written import CannotWrite, whole_file
from index.article import Article
from tests.make import write_index

ROOT = Path(__file__).parent.parent


@pytest.fixture
def nutgraf(tmp_path, capfd):
    """Run a command on an archive of ferries: (exit code, standard output, standard error)."""
    path = write_index(
        tmp_path / "archive",
        (Article(f"{n}", ("The ferry sails.", "No boat.")) for n in range(300)),
    )

    def command(*arguments):
        code = run(["--index", str(path), *map(str, arguments)])
        captured = capfd.readouterr()
        return code, captured.out, captured.err

    return command


def test_all_rows_are_printed_or_written_to_a_file(nutgraf, tmp_path):
    code, out, err = nutgraf("export", "ferry", "-boat")
    assert (code, err) == (0, "300 paragraphs in 300 articles\n")
    assert len(out.splitlines()) == 301
    assert nutgraf("export", "ferry", "-o", tmp_path / "all.csv")[:2] == (0, "")
    assert (tmp_path / "all.csv").read_bytes().decode().splitlines() == out.splitlines()
    assert (tmp_path / "all.csv").read_bytes().count(b"\r\n") == 301
    assert nutgraf("export", "ferry", "--output", tmp_path / "all.JSONL")[0] == 0
    assert (tmp_path / "all.JSONL").read_text().startswith('{"id":')
    assert nutgraf("export", "ferry", "-o", tmp_path / "all.txt", "--format", "jsonl")[0] == 0
    assert (tmp_path / "all.txt").read_text() == (tmp_path / "all.JSONL").read_text()


def test_nothing_found_is_told_by_the_exit_code(nutgraf, tmp_path):
    assert nutgraf("export", "zeppelin", "-o", tmp_path / "none.csv")[0] == 1
    assert len((tmp_path / "none.csv").read_text().splitlines()) == 1


def test_mistakes_are_one_sentence(nutgraf, tmp_path):
    for arguments in (
        ["date:x"],
        ["ferry", "-o", tmp_path / "no" / "x.csv"],
        ["ferry", "-o", tmp_path],
    ):
        code, out, err = nutgraf("export", *arguments)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert err.count("\n") == 1
    assert nutgraf("export", "ferry", "-o")[0] == 2


def test_a_reader_who_has_seen_enough_is_no_error(nutgraf, tmp_path):
    command = [sys.executable, "-m", "cli", "--index", str(tmp_path / "archive"), "export", "ferry"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert running.stdout.readline().startswith(b"id,title")
    running.stdout.close()
    assert (running.wait(timeout=60), running.stderr.read()) in (
        (0, b""),
        (0, b"300 paragraphs in 300 articles\n"),
    )
    running.stderr.close()


def test_a_file_that_fails_leaves_what_was_there(tmp_path):
    file = tmp_path / "out.csv"
    file.write_text("before")
    with pytest.raises(ZeroDivisionError):
        with whole_file(file) as stream:
            stream.write("half")
            raise ZeroDivisionError
    assert file.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.csv"]


def test_a_file_is_replaced_with_its_rights_and_behind_its_link(tmp_path):
    file, link = tmp_path / "out.csv", tmp_path / "link.csv"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    with whole_file(link) as stream:
        assert file.read_text() == "before"
        stream.write("after\r\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"after\r\n"
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_as_it_is():
    with whole_file(Path(os.devnull)) as stream:
        stream.write("gone")


def test_a_full_disk_is_told():
    with pytest.raises(CannotWrite, match="no space left"):
        with whole_file(Path("/dev/full")) as stream:
            stream.write("x" * 100_000)


def test_a_receipt_that_cannot_be_written_is_told(nutgraf, tmp_path):
    code, _, err = nutgraf("search", "ferry", "--receipt", tmp_path / "no" / "r.json")
    assert code == 2
    assert "Error: " in err
