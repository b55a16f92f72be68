"""A link to a paragraph in the original page, by what it says: a text fragment.

By https://wicg.github.io/scroll-to-text-fragment: ``#:~:text=prefix-,start,end``. A browser takes
the first place where the start is followed by the end, whole words, case apart; so that they are
lengthened until this place is the first in the article. Start and end are from one paragraph: a
browser finds neither across the borders of blocks. Only the prefix may stand in the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

_WHOLE = 12  # words up to which a paragraph stands in the link as it is
_FIRST = 5  # words to begin with
_MOST = 25
_LONGEST = 1_500  # characters of a start; scripts without spaces have long words
_UNSAFE = re.compile(r"[^\x21-\x7e]")


class _Words(NamedTuple):
    """The words of a paragraph, and its text with one space before each, case apart."""

    words: list[str]
    text: str


def fragment_link(url: str, paragraphs: Sequence[str], number: int) -> str:
    """The URL that leads to a paragraph, by its number from 1.

    Empty without a URL on the web. The URL as it is, where nothing short tells the paragraph from
    the others.

    >>> fragment_link("https://a.org/b", ["So-so, they said."], 1)
    'https://a.org/b#:~:text=So%2Dso%2C%20they%20said.'
    """
    if not url.lower().startswith(("http://", "https://")) or _UNSAFE.search(url):
        return _plain(url)
    found = _directive([_read(each) for each in paragraphs], number - 1)
    if not found:
        return url
    page = url.partition(":~:")[0]  # a directive that is there already
    return f"{page}{'' if '#' in page else '#'}:~:text={found}"


def _plain(url: str) -> str:
    """A URL that has letters of other scripts as browsers send it: they take it so."""
    if not url.lower().startswith(("http://", "https://")):
        return ""
    return _UNSAFE.sub(lambda char: quote(char[0], safe=""), url)


def _directive(paragraphs: Sequence[_Words], at: int) -> str:
    """What tells a paragraph from those before it: the shortest that is tried, or nothing."""
    words = paragraphs[at].words
    if not words:
        return ""
    if len(words) > _WHOLE:
        for count in range(_FIRST, min(_MOST, len(words) // 2) + 1):
            start, end = words[:count], words[-count:]
            if _is_first(paragraphs, at, start, end):
                return f"{_encoded(start)},{_encoded(end)}"
    if len(" ".join(words)) > _LONGEST:
        return ""
    if not _is_before(paragraphs, at, words):
        return _encoded(words)
    prefix = paragraphs[at - 1].words[-_FIRST:] if at else []
    if prefix and not _follows_before(paragraphs, at, prefix):
        return f"{_encoded(prefix)}-,{_encoded(words)}"
    return ""


def _is_first(paragraphs: Sequence[_Words], at: int, start: list[str], end: list[str]) -> bool:
    """Whether the start is met here first, and the end first at the end of the paragraph."""
    if _is_before(paragraphs, at, start):
        return False
    text, last = paragraphs[at].text, _joined(end)
    return text.find(last, len(_joined(start))) == len(text) - len(last)


def _is_before(paragraphs: Sequence[_Words], at: int, words: list[str]) -> bool:
    """Whether a paragraph before one has some words; parts of words count, to be safe."""
    wanted = _joined(words)
    return any(wanted in each.text for each in paragraphs[:at])


def _follows_before(paragraphs: Sequence[_Words], at: int, prefix: list[str]) -> bool:
    """Whether the prefix is followed by the paragraph somewhere before it, too."""
    wanted, text = _joined(prefix), paragraphs[at].text
    return any(
        paragraphs[number].text.endswith(wanted) and paragraphs[number + 1].text.startswith(text)
        for number in range(at - 1)
    ) or any(f"{wanted} {text}" in each.text for each in paragraphs[:at])


def _read(text: str) -> _Words:
    words = text.split()
    return _Words(words, _joined(words))


def _joined(words: list[str]) -> str:
    return " ".join(words).casefold()


def _encoded(words: list[str]) -> str:
    """A text of a directive: what has a meaning there is percent-encoded, too."""
    return quote(" ".join(words), safe="").replace("-", "%2D")
