"""Cites an archive, edits it, and verifies what was cited: is every verdict right?

``python -m bench.citing DATA`` takes articles of Reuters, cites a paragraph of each in a style
drawn by a seed, and changes them: a paragraph is put in before the cited one, the cited one is
moved, one of its words is changed, or the article is removed; the rest stays. Then
``nutgraf verify`` reads all citations, and every verdict is held against what was done.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from bench.corpus import collected
from index.article import Article
from index.store import Store
from index.writer import open_writer
from search.address import Address, check_of
from search.citing.changes import Change
from search.citing.facts import Cited, cite
from search.citing.reading import references
from search.citing.verdicts import Fate, Verdict, verify
from search.citing.writing import STYLES, written
from search.searcher import Searcher

EDITS: dict[str, Fate] = {
    "unchanged": "ok",
    "inserted": "moved",
    "moved": "moved",
    "changed": "changed",
    "removed": "gone",
}
_ARTICLES = 13_018  # of Reuters
_FEWEST = 3  # paragraphs
_INSERTED = "This paragraph was put in by an editor after the article was cited."
_WORD = "quondam"


class Case(NamedTuple):
    """An article as it was cited and as it is now (None: removed), and the verdict that is right.

    ``number`` is the paragraph that is cited, ``now`` where it is, ``changes`` its new words.
    """

    edit: str
    article: Article
    edited: Article | None
    number: int
    now: int
    changes: tuple[Change, ...] = ()


class Outcome(NamedTuple):
    """How many verdicts were right, which were not, and how long all of them took."""

    right: Counter[str]
    wrong: list[tuple[Case, Verdict]]
    quoted: int
    seconds: float


def cases(articles: Iterable[Article], each: int, seed: int = 7) -> list[Case]:
    """So many articles for each kind of edit, drawn by a seed."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    usable = [article for article in articles if len(article.paragraphs) >= _FEWEST]
    chosen = draw.sample(usable, each * len(EDITS))
    kinds = [kind for kind in EDITS for _ in range(each)]
    return [_edited(kind, article, draw) for kind, article in zip(kinds, chosen, strict=True)]


def _edited(kind: str, article: Article, draw: random.Random) -> Case:
    """An article after one edit; the cited paragraph is one that it has once."""
    counts = Counter(check_of(text) for text in article.paragraphs)
    once = [at for at, text in enumerate(article.paragraphs) if counts[check_of(text)] == 1]
    at = draw.choice(once)
    text, rest = article.paragraphs[at], [*article.paragraphs]
    now, changed = at, ()
    if kind == "inserted":
        now = at + 1
        rest.insert(draw.randint(0, at), _INSERTED)
    elif kind == "moved":
        now = draw.choice([place for place in range(len(rest)) if place != at])
        rest.insert(now, rest.pop(at))
    elif kind == "changed":
        words = text.split()
        place = draw.randrange(len(words))
        changed = (Change(words[place], _WORD),)
        rest[at] = " ".join([*words[:place], _WORD, *words[place + 1 :]])
    edited = None if kind == "removed" else replace(article, paragraphs=tuple(rest))
    return Case(kind, article, edited, at + 1, now + 1, changed)


def run(some: Sequence[Case], folder: Path, seed: int = 7) -> Outcome:
    """Index, cite, edit, verify, and compare."""
    draw = random.Random(seed)  # noqa: S311 - not for secrets
    store = Store(folder)
    with open_writer(store) as writer:
        for case in some:
            writer.add(case.article)
    addresses = [Address(case.article.id, case.number) for case in some]
    styles = [draw.choice(STYLES) for _ in some]
    searcher = Searcher.open(folder)
    items = cite(searcher, addresses)
    searcher.close()
    text = "\n\n".join(written([item], style) for item, style in zip(items, styles, strict=True))
    with open_writer(store) as writer:
        for case in some:
            if case.edited is None:
                writer.remove(case.article.id)
            else:
                writer.add(case.edited)
    searcher = Searcher.open(folder)
    started = time.perf_counter()
    cited = references(text)
    verdicts = list(verify(searcher, cited))
    seconds = time.perf_counter() - started
    searcher.close()
    return _compared(some, items, verdicts, [bool(each.text) for each in cited], seconds)


def _compared(
    some: Sequence[Case],
    items: Sequence[Cited],
    verdicts: Sequence[Verdict],
    quoted: Sequence[bool],
    seconds: float,
) -> Outcome:
    """The verdicts beside what was done."""
    if len(verdicts) != len(some):
        raise AssertionError(f"{len(verdicts):,} of {len(some):,} citations were found again")
    outcome = Outcome(Counter(), [], sum(quoted), seconds)
    for case, item, verdict, has_text in zip(some, items, verdicts, quoted, strict=True):
        expected = case.changes if has_text else ()
        if _is_right(case, item, verdict) and verdict.changes == expected:
            outcome.right[case.edit] += 1
        else:
            outcome.wrong.append((case, verdict))
    return outcome


def _is_right(case: Case, item: Cited, verdict: Verdict) -> bool:
    """Whether a verdict says what was done, and where the paragraph is now."""
    if (verdict.address, verdict.fate) != (item.address, EDITS[case.edit]):
        return False
    if verdict.fate == "gone":
        return verdict.now is None or verdict.now.article_id != case.article.id
    return verdict.now is not None and verdict.now.paragraph == case.now


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.citing", description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of the collections")
    parser.add_argument("--each", type=int, default=1_000, help="articles for each kind of edit")
    given = parser.parse_args(arguments)
    some = cases(islice(collected(given.data), _ARTICLES), given.each)
    with tempfile.TemporaryDirectory() as folder:
        outcome = run(some, Path(folder) / "index")
    for edit in EDITS:
        print(f"{edit:<10} {outcome.right[edit]:>6,} of {given.each:,} right")
    print(f"{outcome.quoted:,} of the citations quote the paragraph")
    print(f"{len(some):,} citations were verified in {outcome.seconds:.2f} s")
    for case, verdict in outcome.wrong[:10]:
        print("wrong:", case.edit, verdict, file=sys.stderr)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
