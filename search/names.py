"""Names: the author, the source and the language of articles, each as a whole.

The words of an author are looked up in a field; who asks for all that an author has, and
nothing else, asks a column. Names that differ in quotation marks or blanks only are one name,
because no query can tell them apart.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.nodes import Node
from search.query.lexer import QUOTES
from search.segments import SegmentSet
from search.sets import DocIds, Mask, ranges

NAMED = ("author", "source", "language")
"""The columns of names."""

_BLANKS = str.maketrans(dict.fromkeys(QUOTES, " "))
_WORD_BYTES = 120  # of a name in the cache, roughly


class NameColumn(NamedTuple):
    """The names of a column over all segments.

    Attributes:
        codes: int32[num_articles], the number of each article's name.
        names: as they are printed, by number; of several spellings, the first.
        numbers: the number of each name, by its canonical spelling.
    """

    codes: npt.NDArray[np.int32]
    names: list[str]
    numbers: dict[str, int]


def canonical_name(name: str) -> str:
    """The one spelling of names that a query cannot tell apart.

    >>> canonical_name(' John  "Jack" Smith')
    'John Jack Smith'
    """
    return " ".join(unicodedata.normalize("NFC", name.translate(_BLANKS)).split())


def name_column(segments: SegmentSet, column: str) -> NameColumn:
    """A column of names, put together once."""
    known: NameColumn | None = segments.cache.get(("names", column))
    if known is not None:
        return known
    names: list[str] = []
    numbers: dict[str, int] = {}
    codes = [np.empty(0, np.int32)]
    for segment in segments.segments:
        own, words = segment.codes(column)
        of_words = np.empty(len(words), np.int32)
        for at, word in enumerate(words):
            number = numbers.setdefault(canonical_name(word), len(names))
            if number == len(names):
                names.append(word)
            of_words[at] = number
        codes.append(of_words.take(own))
    found = NameColumn(np.concatenate(codes), names, numbers)
    size = found.codes.nbytes + _WORD_BYTES * len(names)
    kept: NameColumn = segments.cache.put(("names", column), found, size)
    return kept


class NameNode(Node):
    """Documents of the articles with a name, as a whole."""

    constant = 1.0

    def __init__(self, segments: SegmentSet, column: str, name: str) -> None:
        self._segments = segments
        self._codes, _, numbers = name_column(segments, column)
        self._number = numbers.get(canonical_name(name), -1)
        self.size = segments.num_docs if self._number >= 0 else 0

    def docs(self) -> DocIds:
        """Those of the articles that have it, which are runs."""
        segments = self._segments
        articles = np.flatnonzero(self._codes == self._number)
        starts = segments.first_doc[articles]
        found = ranges(starts, segments.first_doc[articles + 1] - starts)
        return found if segments.live is None else found[segments.live[found]]

    def has(self, wanted: DocIds) -> Mask:
        """By the name of the article of each."""
        found: Mask = self._codes.take(self._segments.articles_of(wanted)) == self._number
        return found
