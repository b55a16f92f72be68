"""How well articles are read from web pages, beside trafilatura: ``python -m bench.extraction``.

130 pages with the text and the metadata that are expected (html-readability.tar.xz). For each
reader the table shows

- F1: of the words of the text, as a bag, the mean over the pages;
- paragraphs: on how many pages there are as many as expected; within a tenth; within a fifth
  (of few, one more or less);
- titles, dates: how many are as expected, case and white space aside; of dates, the day;
- further dates: how many it gives where none is expected.
"""

from __future__ import annotations

import argparse
import json
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ARCHIVE = "html-readability.tar.xz"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what is expected of it."""

    name: str
    data: bytes
    paragraphs: list[str]
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader made of a page."""

    paragraphs: list[str]
    title: str
    date: str


@dataclass(frozen=True, slots=True)
class Score:
    """What a reader reached on all pages."""

    f1: float
    exact: int
    within_tenth: int
    within_fifth: int
    titles: int
    dates: int
    further_dates: int
    seconds: float


Read = Callable[[Page], Reading]


def pages(data: Path) -> list[Page]:
    """The pages of the archive, in its order."""
    with tarfile.open(data / ARCHIVE) as archive:
        files = {
            member.name.removeprefix("./").removeprefix("readability/"): stream.read()
            for member in archive
            if (stream := archive.extractfile(member))
        }
    expected = [json.loads(line) for line in files["gold.jsonl"].splitlines()]
    return [_page(row, files[row["html"]]) for row in expected]


def _page(row: dict[str, Any], data: bytes) -> Page:
    return Page(row["id"], data, row["paragraphs"], row["title"] or "", row["date"] or "")


def nutgraf(page: Page) -> Reading:
    """What is indexed."""
    from index.readers.html import article_of
    from index.readers.reading import Input

    article = article_of(page.data, Input(page.name, page.name))
    return Reading(list(article.paragraphs), article.title, article.date.value or "")


def trafilatura(**settings: bool) -> Read:
    """What trafilatura's own functions give; its lines are its paragraphs."""
    from trafilatura import extract
    from trafilatura.metadata import extract_metadata

    def read(page: Page) -> Reading:
        text = extract(page.data, **settings) or ""
        metadata = extract_metadata(page.data)
        lines = [line for line in text.split("\n") if line.strip()]
        return Reading(lines, metadata.title or "", metadata.date or "")

    return read


def score(read: Read, given: list[Page]) -> Score:
    """Let a reader read all pages."""
    start = time.process_time()
    readings = [read(page) for page in given]
    seconds = time.process_time() - start
    pairs = list(zip(given, readings, strict=True))
    counts = [(len(reading.paragraphs), len(page.paragraphs)) for page, reading in pairs]
    return Score(
        f1=sum(_f1(reading.paragraphs, page.paragraphs) for page, reading in pairs) / len(pairs),
        exact=sum(found == expected for found, expected in counts),
        within_tenth=sum(_within(0.1, *count) for count in counts),
        within_fifth=sum(_within(0.2, *count) for count in counts),
        titles=sum(_folded(reading.title) == _folded(page.title) for page, reading in pairs),
        dates=sum(page.date[:10] == reading.date[:10] != "" for page, reading in pairs),
        further_dates=sum(not page.date and reading.date != "" for page, reading in pairs),
        seconds=seconds,
    )


def _f1(found: list[str], expected: list[str]) -> float:
    """The harmonic mean of precision and recall of the words."""
    ours, theirs = (Counter(_WORD.findall(" ".join(texts).lower())) for texts in (found, expected))
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _within(share: float, found: int, expected: int) -> bool:
    return abs(found - expected) <= max(1, share * expected)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), metavar="FOLDER")
    given = pages(parser.parse_args().data)
    readers: dict[str, Read] = {
        "nutgraf": nutgraf,
        "trafilatura": trafilatura(),
        "trafilatura, no comments": trafilatura(include_comments=False),
        "trafilatura, for recall": trafilatura(include_comments=False, favor_recall=True),
        "trafilatura, for precision": trafilatura(include_comments=False, favor_precision=True),
    }
    print(f"{len(given)} pages, {sum(bool(page.date) for page in given)} with a date\n")
    print("| reader | F1 | paragraphs | ±10 % | ±20 % | titles | dates | further dates | CPU, s |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name, read in readers.items():
        each = score(read, given)
        print(
            f"| {name} | {each.f1:.3f} | {each.exact} | {each.within_tenth} | {each.within_fifth} "
            f"| {each.titles} | {each.dates} | {each.further_dates} | {each.seconds:.1f} |"
        )


if __name__ == "__main__":
    main()
