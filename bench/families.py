r"""Are all paragraphs of the same words in families, and no others? Exhaustively, by a plain way.

::

    python -m bench.families DATA/reuters.jsonl.gz INDEX

INDEX is an index of that file and nothing else. Of every paragraph of 20 words or more, all
shingles of five words go into one dict; every two paragraphs of different articles that share a
shingle are compared. Here a word is a run of letters, digits and underscores (``\w+``), lower
case: neither the words nor the search of the program that is judged. It says how many pairs
that are at least 0.8 the same are not in one family, and how many in one family are less than
0.5 the same, and is 1 if there are any.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from index.commits import open_index
from index.store import Store
from search.snapshot import Snapshot

WORDS, SHINGLE = 20, 5
ALIKE, OTHER = 0.8, 0.5

Place = tuple[str, int]
"""The id of an article, and the number of a paragraph from 1."""


def paragraphs(path: Path) -> Iterator[tuple[Place, frozenset[tuple[str, ...]]]]:
    """The paragraphs that are long enough, and their shingles."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            for number, text in enumerate(article["paragraphs"], start=1):
                words = re.findall(r"\w+", text.lower())
                if len(words) >= WORDS:
                    runs = zip(*(words[at:] for at in range(SHINGLE)), strict=False)
                    yield (article["id"], number), frozenset(runs)


def families(path: Path) -> dict[Place, int]:
    """The family of each paragraph that is in one, by what is in the index."""
    snapshot, table = Snapshot(path), open_index(Store(path)).families
    found = {}
    for number in range(len(table)):
        for doc in table.family(number).tolist():
            article = int(snapshot.article_of[doc])
            place = snapshot.header(article).id, doc - int(snapshot.first_doc[article]) + 1
            found[place] = number
    return found


def main() -> int:
    """Compare, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("index", type=Path)
    options = parser.parse_args()
    every = list(paragraphs(options.data))
    family_of = families(options.index)
    with_shingle = defaultdict(list)
    for at, (_, shingles) in enumerate(every):
        for shingle in shingles:
            with_shingle[shingle].append(at)
    alike = missed = 0
    for at, (place, shingles) in enumerate(every):
        common = Counter(other for each in shingles for other in with_shingle[each] if other > at)
        for other, count in common.items():
            its_place, its_shingles = every[other]
            if place[0] == its_place[0]:
                continue
            if count >= ALIKE * (len(shingles) + len(its_shingles) - count):
                alike += 1
                if place not in family_of or family_of[place] != family_of.get(its_place):
                    missed += 1
                    print(f"missed: {place} and {its_place}")
    together = wrong = 0
    members = defaultdict(list)
    for at, (place, _) in enumerate(every):
        if place in family_of:
            members[family_of[place]].append(at)
    least = 1.0
    for family in members.values():
        for one, other in combinations(family, 2):
            if every[one][0][0] == every[other][0][0]:
                continue
            together += 1
            first, second = every[one][1], every[other][1]
            same = len(first & second) / len(first | second)
            least = min(least, same)
            if same < OTHER:
                wrong += 1
                print(f"wrong ({same:.2f}): {every[one][0]} and {every[other][0]}")
    print(f"{len(every):,} paragraphs of {WORDS} words and more")
    print(f"{alike:,} pairs are at least {ALIKE} the same; {missed} of them are not in one family")
    print(f"{together:,} pairs are in one family; {wrong} of them are below {OTHER}")
    print(f"the least alike of them are {least:.3f} the same")
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
