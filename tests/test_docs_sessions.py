"""Every command line in the documents is one that runs, and prints what the document prints.

A block of code with lines that begin with ``$`` is a session: what stands below such a line is what
is printed, first the results, then what goes to the standard error; where nothing stands, nothing is
compared. In other blocks, lines that begin with ``nutgraf`` are commands. Each page has a folder and
an index of the samples to itself. What is called in running text has to exist, with its options.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from cli.main import nutgraf as commands

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
STAYS = ("serve", "demo", "watch")  # until somebody ends it
PATIENCE = 120.0


class Example(NamedTuple):
    """A command line, and what stands below it."""

    command: str
    printed: str


def blocks(page: Path) -> list[str]:
    """What stands in the blocks of code of a page that are sessions, or anything else to type."""
    return re.findall(r"^```(?:sh)?\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL)


def examples(page: Path) -> list[Example]:
    """The commands of a page that run by themselves, in their order."""
    found = []
    for block in blocks(page):
        if re.search(r"^\$ ", block, re.MULTILINE):
            parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
            found += [Example(*part.partition("\n")[::2]) for part in parts]
        else:
            found += [Example(line, "") for line in re.findall(r"^nutgraf .*", block, re.MULTILINE)]
    return [each for each in found if is_run_here(each.command)]


def is_run_here(command: str) -> bool:
    """Whether a command is ours and ends."""
    ours = re.search(r"(?:^|\| )nutgraf (\w+)", command)
    return bool(ours) and ours[1] not in STAYS


WITH_EXAMPLES = [page for page in PAGES if examples(page)]


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """A folder with the samples, their index, and nutgraf on the path; runs what is typed."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "nutgraf"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    program.chmod(0o755)
    here = tmp_path / "here"
    (here / "cli").mkdir(parents=True)
    shutil.copytree(ROOT / "cli" / "samples", here / "cli" / "samples")
    shutil.copytree(ROOT / "docs", here / "docs", ignore=shutil.ignore_patterns("*.png"))
    environment = os.environ | {
        "NUTGRAF_INDEX": str(tmp_path / "index"),
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "LC_ALL": "C.UTF-8",
    }

    def type_in(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command],
            cwd=here,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )

    return type_in


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.name)
def test_what_a_page_types_runs_and_prints_what_it_says(shell, page):
    if page.name != "README.md":  # which begins with indexing
        assert shell("nutgraf index cli/samples").returncode == 0
    for command, printed in examples(page):
        answer = shell(command)
        told = answer.stdout + answer.stderr
        assert answer.returncode in (0, 1), (
            command,
            told,
        )  # 1: nothing found, not all as it should
        assert "Usage:" not in told, (command, told)
        if printed:
            assert told == printed, command


def test_the_pages_that_show_what_can_be_done_have_examples():
    names = {page.stem for page in WITH_EXAMPLES}
    assert names >= {
        "README", "citing", "concordance", "families", "quotes", "taking-away", "timeline",
    }  # fmt: skip
    for page in WITH_EXAMPLES:
        assert any(each.printed for each in examples(page)), page.name


def test_every_command_and_option_that_a_page_names_exists():
    context = click.Context(commands)
    named = 0
    for page in PAGES:
        for words in re.findall(r"`nutgraf ([a-z][^`]*)`", page.read_text()):
            name, *rest = words.split()
            command = commands.get_command(context, name)
            assert command, (page.name, words)
            known = {option for each in command.get_params(context) for option in each.opts}
            for word in rest:
                if word.startswith("--"):
                    assert word in known, (page.name, words)
            named += 1
    assert named > 30
