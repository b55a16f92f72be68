"""What of a quotation is compared: its words, what it leaves out, and what stands in brackets.

Words are the same here where only their capitals, apostrophes and points differ (``U.S.`` and
``US``), not where letters do: nothing is stemmed, accents count. Signs that say something, of
money, per cent and the like, are words; all other signs are punctuation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from index.characters import canonical, shape
from search.alignment import ANY
from search.errors import QueryError

MAX_QUOTATION = 10_000
"""Characters of a quotation, at most."""

_WORD = re.compile(
    r"(?<![a0'.])a(?:\.a)+(?![a0])"
    r"|0+(?:[.,]0+)*(?![a0])"
    r"|s|c"
    r"|[a0]+(?:['z]+[a0]+)*"
)
_SIGN = re.compile(r"[$€£¥₹₽¢%‰°&+=<>]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_ELLIPSIS = re.compile(r"[\[(]\s*(?:…|\.(?:\s?\.){2,})\s*[\])]|…|\.(?:\s?\.){2,}")
_BRACKETED = re.compile(r"\[([^\[\]]*)\]")
_PAIRS = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "‘": "’", "'": "'", "”": "”"}
_REPLACED = 8  # words that a bracket may stand for, beside as many as are in it


class Word(NamedTuple):
    """A word as it is compared, and where it stands in its text: ``text[start:end]``."""

    key: str
    start: int
    end: int


_new = tuple.__new__  # makes a Word without another call: there are very many


class Bracket(NamedTuple):
    """A remark of who quotes: before which of the words it stands, and what it says."""

    before: int
    text: str


class Quotation(NamedTuple):
    """A quotation, read.

    Attributes:
        text: as it is compared: NFC, white space as one space, without the marks around it.
        words: all of them, those in brackets, too.
        own: those that are not in brackets.
        gaps: before which of its own words it says that something is left out, or has a bracket,
            and how many words that may stand for; see search.alignment.
        brackets: in their order.
    """

    text: str
    words: tuple[Word, ...]
    own: tuple[Word, ...]
    gaps: Mapping[int, int]
    brackets: tuple[Bracket, ...]

    @property
    def keys(self) -> list[str]:
        """Its own words as they are compared."""
        return [word.key for word in self.own]

    @property
    def own_text(self) -> str:
        """The text with spaces where its own words are not."""
        letters = [" "] * len(self.text)
        for word in self.own:
            letters[word.start : word.end] = self.text[word.start : word.end]
        return "".join(letters)

    @property
    def breaks(self) -> list[int]:
        """Where in the text, before which words, something is left out; ascending."""
        return sorted(self.own[before].start for before in self.gaps)

    @property
    def parts(self) -> list[str]:
        """Its own text, divided where something is left out."""
        text, breaks = self.own_text, self.breaks
        return [text[i:j] for i, j in zip([0, *breaks], [*breaks, len(text)], strict=True)]

    def leaves_out(self, before: int) -> bool:
        """Whether it says that something is left out before one of its own words."""
        return self.gaps.get(before, 0) >= ANY


def read_quotation(given: str) -> Quotation:
    """Read a quotation. Raises QueryError where it is too long, or has no word."""
    if len(given) > MAX_QUOTATION:
        raise QueryError(
            f"The quotation has {len(given):,} characters; at most {MAX_QUOTATION:,} are compared, "
            "so check it in parts",
            "too_long",
        )
    if any("\ud800" <= char <= "\udfff" for char in given):
        raise QueryError("The quotation has half a character in it; send it as UTF-8", "bad_input")
    text = without_marks(plain(given))
    ellipses = [found.span() for found in _ELLIPSIS.finditer(text)]
    bracketed = [
        found
        for found in _BRACKETED.finditer(text)
        if found.span() not in ellipses and not _is_part_of_a_word(text, found.span())
    ]
    words = tuple(words_of(text))
    own = tuple(
        word
        for word in words
        if not any(found.start() <= word.start < found.end() for found in bracketed)
    )
    if not own:
        raise QueryError("The quotation has no word to look for; write what was said", "no_words")
    brackets = tuple(Bracket(_before(own, found.start()), found[0]) for found in bracketed)
    gaps: dict[int, int] = {}
    for bracket in brackets:
        most = _REPLACED + len(words_of(bracket.text))
        gaps[bracket.before] = gaps.get(bracket.before, 0) + most
    for start, _ in ellipses:
        gaps[_before(own, start)] = ANY
    inner = {before: most for before, most in gaps.items() if 0 < before < len(own)}
    return Quotation(text, words, own, inner, brackets)


def plain(text: str) -> str:
    """A text as it is compared letter by letter: NFC, white space as one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def without_marks(text: str) -> str:
    """A text without the quotation marks around the whole of it.

    >>> without_marks("“Yes, we can.”"), without_marks("'no' and 'yes'")
    ('Yes, we can.', "'no' and 'yes'")
    """
    closing = _PAIRS.get(text[:1], "")
    inner = text[1:-1]
    if len(text) < 2 or not closing or text[-1] not in closing:
        return text
    if text[0] in inner or (text[-1] in inner and text[-1] not in "’'"):
        return text
    return inner.strip()


def words_of(text: str) -> list[Word]:
    """The words of a text, in order.

    >>> [word.key for word in words_of("The U.S. – it’s 1,200 or 3.5%")]
    ['the', 'us', "it's", '1200', 'or', '3.5', '%']
    """
    shapes = shape(text)
    if _SIGN.search(text):
        letters = list(shapes)
        for found in _SIGN.finditer(text):
            letters[found.start()] = "s"
        shapes = "".join(letters)
    if "[" in text:
        shapes = _joined(text, shapes)
    spans = [found.span() for found in _WORD.finditer(shapes)]
    return [_new(Word, (_key(text[start:end]), start, end)) for start, end in spans]


def most_of_words(keys: Mapping[str, int], text: str) -> int:
    """How many of some words a text has at most, without its words being cut out.

    Letters are found that may be the word or a part of another. Words of others than ASCII may
    have come together from several characters; they are not looked for but taken to be there.

    Args:
        keys: the words as they are compared, and how many of each are wanted.
        text: as it is printed.

    >>> most_of_words({"us": 1, "1200": 2, "late": 1}, "The U.S. has 1,200 plates")
    3
    """
    letters = _closed(canonical(text).casefold())
    return sum(
        min(count, letters.count(_closed(key))) if key.isascii() else count
        for key, count in keys.items()
    )


def _closed(text: str) -> str:
    """A text without the signs that may stand in a word on paper only."""
    for sign in ".,[]":
        text = text.replace(sign, "")
    return text


def _joined(text: str, shapes: str) -> str:
    """The shapes of a text in which brackets around a part of a word do not divide it."""
    letters = list(shapes)
    for found in _BRACKETED.finditer(text):
        if _is_part_of_a_word(text, found.span()):
            follows = text[found.start() - 1 : found.start()].isalnum()
            letters[found.start()] = "z" if follows else " "
            letters[found.end() - 1] = "z"
    return "".join(letters)


def _is_part_of_a_word(text: str, span: tuple[int, int]) -> bool:
    """Whether brackets stand around letters of a word: ``[T]he``, ``president[s]``."""
    start, end = span
    beside = text[start - 1 : start] if start else ""
    return text[start + 1 : end - 1].isalnum() and (
        beside.isalnum() or text[end : end + 1].isalnum()
    )


@lru_cache(maxsize=100_000)
def _key(printed: str) -> str:
    """A word as it is compared."""
    word = canonical(printed).casefold().replace("[", "").replace("]", "")
    if _THOUSANDS.fullmatch(word):
        return word.replace(",", "")
    return word if word[:1].isdigit() else word.replace(".", "")


def _before(words: tuple[Word, ...], place: int) -> int:
    """The first of some words that stands behind a place of the text."""
    return sum(word.start < place for word in words)
