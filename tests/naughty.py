"""Strings that have broken other programs, from the real data, and those that break citations."""

import json
import random
import tarfile

import pytest

from tests.conftest import DATA

AWKWARD = [
    "{", "}", "{}}", "\\", "\\{", "\\textbf{x}", "100 %", "R&D", "C#", "a_b", "~", "^", "$5",
    'He said "no"', "“No”, he said", "‘No’", "O'Neill, Pat and Sons", "A and B and C", "One, Two",
    "line\nbreak", "tab\there", "a\u2028b", "نص عربي", "הגשר נפתח", "日本語の題名", "Привет",
    "e\u0301tude", "🌉 bridge", "<b>bold</b>", "&amp;", "&#65;", "\\u0041", "[link](http://a.org)",
    "# heading", "- item", "1. item", "> quote", "| a | b |", "```", "***", "===", "http://a.org/x",
    "www.example.org", "me@example.org", "@article{x,", "ER  - ", "TY  - NEWS", "%", "a -- b --- c",
    "``quoted''", "!`?`", "x^2_3", "nutgraf a#p1@0123456789",
]  # fmt: skip


def naughty_strings(count: int) -> list[str]:
    """A sample of strings that have broken programs; the test is skipped where they are missing."""
    path = DATA / "badinputs.tar.xz"
    if not path.exists():
        pytest.skip(f"the data file badinputs.tar.xz is not in {DATA}; set NUTGRAF_DATA")
    with tarfile.open(path) as archive:
        found = {
            line
            for member in archive
            if member.name.endswith("blns.json")
            for line in json.load(archive.extractfile(member))
        }
        usable = sorted(line for line in found if line.strip())
    return random.Random(7).sample(usable, min(count, len(usable)))
