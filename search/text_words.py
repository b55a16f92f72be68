"""The words of a text as the concordance sorts and counts them: printed words, case folded.

A word is a token of the analyzer that takes one position: a run of letters, marks and digits, with
the apostrophes in it (``o'clock``), an acronym (``U.S``), a number (``275,000``); of a word with a
hyphen, each half; of a script without spaces, each character. It is known by what is printed, its
case folded, with straight apostrophes; accents count, and nothing is stemmed. That is the form by
which the index knows how often a word is printed in the whole archive.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from index.analysis import Token, printed, tokenize
from search.fields import Part
from search.segments import SegmentSet

_KEPT = 200_000  # folded words that are remembered
_BYTES = 200  # of a frequency in the cache, roughly

_folded: dict[str, str] = {}


def folded(word: str) -> str:
    """A printed word by which it is sorted and counted.

    >>> folded("Nation’s"), folded("U.S."), folded("CAFÉ")
    ("nation's", 'u.s', 'café')
    """
    known = _folded.get(word)
    if known is None:
        if len(_folded) >= _KEPT:
            _folded.clear()
        known = _folded[word] = printed(word).casefold()
    return known


class TextWords:
    """The words of one text, in its order.

    Attributes:
        starts, ends: where each stands, in code points.
    """

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        """Take the words of a text.

        Args:
            text: that was read.
            tokens: all of them, as ``tokenize`` gives them.
        """
        words = [token for token in tokens if token.width == 1]
        self._text = text
        self.starts = [token.start for token in words]
        self.ends = [token.end for token in words]

    def word(self, number: int) -> str:
        """A word, by its number from 0."""
        return folded(self._text[self.starts[number] : self.ends[number]])

    def before(self, start: int, most: int) -> range:
        """The numbers of the words before a character, the last of them first."""
        end = bisect_right(self.ends, start)
        return range(end - 1, max(-1, end - 1 - most), -1)

    def behind(self, end: int, most: int) -> range:
        """The numbers of the words behind a character."""
        first = bisect_left(self.starts, end)
        return range(first, min(len(self.starts), first + most))


def frequency(segments: SegmentSet, word: str) -> int:
    """How often a word, as ``folded`` gives it, is printed in the live paragraphs."""
    key = ("printed", word)
    known: int | None = segments.cache.get(key)
    if known is None:
        field = segments.field("text")
        terms = {token.term for stemmer in segments.stemmers for token in tokenize(word, stemmer)}
        places = [place for term in sorted(terms) for place in field.term(term).places]
        known = sum(_printed_in(part, number, word) for part, number in places)
        segments.cache.put(key, known, _BYTES)
    return known


def _printed_in(part: Part, number: int, word: str) -> int:
    """How often a term of one segment is printed as a word."""
    forms = [folded(text) == word for text in part.reader.form_texts(number)]
    if not any(forms):
        return 0
    is_word = np.array(forms).take(part.reader.forms(number))
    if part.live is not None:
        is_live = part.live[part.reader.docs(number)]
        is_word &= np.repeat(is_live, part.reader.freqs(number))
    return int(np.count_nonzero(is_word))
