"""Finds citations in any text: addresses, links, and what ``nutgraf cite`` wrote in any style.

A link and an address of a citation say the same in all formats once their escapes are read:
those of TeX, Markdown, JSON and HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from index.article import MAX_ID_LENGTH
from search.address import Address, check_of

_LINK = re.compile(
    r"""/articles/(?P<article>[^\s?#"'<>()\[\]{}|\\^`]+)"""
    r"""\?(?:[^\s?#"'<>()]*&)?cited=(?P<number>[1-9][0-9]{0,8})-(?P<check>[0-9a-f]{10})(?!\w)"""
)
_ADDRESS = re.compile(r"#p(?P<number>[1-9][0-9]{0,8})@(?P<check>[0-9a-f]{10})(?!\w)")
_FRAGILE = re.compile(r"[^\w./:@+=~%-]")
_BORDER = re.compile(r"""(?<=[\s(\[{<>"'“‘«,;|=:])(?=[^\s])""")
_MARKDOWN_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ESCAPES = (
    (re.compile(r"\\u([0-9a-fA-F]{4})"), lambda found: chr(int(found[1], 16))),
    (re.compile(r"(?<=[-',<>`!?])\{\}(?=[-',<>`])"), lambda _: ""),
    (re.compile(r"\\textasciitilde(\{\})?"), lambda _: "~"),
    (_MARKDOWN_ESCAPE, lambda found: found[1]),
    (re.compile(r"&(?:amp|#38|#x26);"), lambda _: "&"),
)
_MOST_READINGS = 40
_ENCODED = 12  # characters, at most, that one of an id becomes in a sturdy address
_QUOTED_LINES = 50


class Reference(NamedTuple):
    """A citation as it stands in a text.

    Attributes:
        readings: the addresses that it can mean, the likeliest first; where ids have spaces,
            only the archive tells where one begins.
        line: where it stands, from 1.
        text: what the paragraph said, where the citation quotes it; else "".
    """

    readings: tuple[Address, ...]
    line: int
    text: str = ""

    @property
    def address(self) -> Address:
        """What it means, as far as one can tell without the archive."""
        return self.readings[0]


def references(text: str) -> list[Reference]:
    """The citations of a text in their order, each once, with what it quotes."""
    found: dict[Address, Reference] = {}
    lines = re.split(r"\r\n|[\r\n]", text)
    last = 0  # the line of the citation before
    for number, line in enumerate(lines, start=1):
        for readings in _of_line(line):
            address = readings[0]
            known = found.setdefault(address, Reference(readings, number))
            if not known.text:
                quoted = _quoted(lines[last:number], address.check)
                found[address] = known._replace(text=quoted)
            last = number
    return list(found.values())


def _of_line(line: str) -> Iterator[tuple[Address, ...]]:
    """What each citation of a line can mean."""
    if "cited=" not in line and "@" not in line:
        return
    plain = _unescaped(line)
    for found in _LINK.finditer(plain):
        yield (_address(unquote(found["article"]), found),)
    left = 0
    as_it_is = list(_ADDRESS.finditer(line))
    all_found = list(_ADDRESS.finditer(plain))
    for place, found in enumerate(all_found):
        ids = _ids(plain[left : found.start()])
        left = found.end()
        if len(as_it_is) == len(all_found):  # an id may have what looks like an escape
            start = as_it_is[place - 1].end() if place else 0
            ids += _ids(line[start : as_it_is[place].start()])
        if ids:
            yield tuple(dict.fromkeys(_address(each, found) for each in ids))


def _address(article_id: str, found: re.Match[str]) -> Address:
    return Address(article_id, int(found["number"]), found["check"])


def _ids(before: str) -> list[str]:
    """What may be the id at the end of a text, the likeliest first: one word, then more."""
    encoded = before[-_ENCODED * MAX_ID_LENGTH :]
    sturdy = encoded[max((found.end() for found in _FRAGILE.finditer(encoded)), default=0) :]
    ids = [unquote(sturdy), sturdy] if sturdy else []
    near = before[-MAX_ID_LENGTH:]
    borders = [found.start() for found in _BORDER.finditer(near)]
    ids += [near[start:] for start in borders[: -_MOST_READINGS - 1 : -1]]
    ids.append(near.lstrip())
    return [each for each in dict.fromkeys(ids) if each.strip()]


def _unescaped(line: str) -> str:
    """A line after the escapes of all formats are read."""
    for pattern, meant in _ESCAPES:
        line = pattern.sub(meant, line)
    return line


def _quoted(lines: Sequence[str], check: str) -> str:
    """The quotation in Markdown before a citation, if it has its check; else ""."""
    said = [line.lstrip()[1:].strip() for line in lines if line.lstrip().startswith(">")]
    parts = [_MARKDOWN_ESCAPE.sub(r"\1", part) for part in said[-_QUOTED_LINES:]]
    for end in (len(parts) - 1, len(parts)):  # the last line tells where it is from, as a rule
        for start in range(end - 1, -1, -1):
            text = " ".join(part for part in parts[start:end] if part)
            if text and check_of(text) == check:
                return text
    return ""
