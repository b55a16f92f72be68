"""What a document says about itself -> title, author, language and date, where that is of use.

Programs fill these fields with the names of files and of accounts, and with the time of a
clock that nobody set. Such a value is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath

from index.article import UNKNOWN_DATE, PublicationDate
from index.dates import parse_date
from index.readers.reading import Input, Notice
from index.repair import repair

_LONGEST = 300  # letters, of a title or a name
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|office|powerpoint|excel|publisher)\b.*"
    r"|untitled.*|ohne titel.*|sans titre.*|(?:new |neues )?(?:word )?"
    r"(?:document|dokument|doc|presentation|slide|layout|title|print)\s*\d*"
    r"|powerpoint[ -]pr[eéä]sentation|(?:https?|file)://.*|about:blank|unknown|none|null|default"
    r"|.*\.(?:docx?|dotx?|pdf|tex|dvi|p?s|eps|indd|qxd|pmd|rtf|odt|pptx?|xlsx?|pages|wpd|txt|html?)"
    r"|(?:table of )?contents|inhalt(?:sverzeichnis)?|sommaire|table des matières|índice|\W*|.)",
    re.I,
)
_NO_AUTHOR = re.compile(
    r"(?:admin\w*|root|\w*user|username|\w*batch\w*|owner|guest|unknown|unbekannt|anonymous"
    r"|author|autor|auteur|(?:microsoft|ms|windows|office|standard|default)[\w ]*|python-docx"
    r"|none|null|test|temp|scan\w*"
    r"|hp|dell|acer|asus|lenovo|toshiba|pc|client|calibre|\W*|.)",
    re.I,
)
_ACCOUNT = re.compile(r"[^A-Z\s]+|\S*[\d_\\@]\S*")  # one word, small or with a figure in it
# The first moments of clocks that nobody set, and of the template of python-docx.
_NO_TIME = re.compile(r"(?:0101|1601|190[04]|1970|1980)-01-01(?!\d)|1899-12-3[01]|2013-12-23T23:15")
_LINES_WITH_DATE = 6


def one_line(value: str | None) -> str:
    """A value as repaired text on one line."""
    return " ".join(repair(value or "").split())


def title_from(value: str | None) -> str:
    """A title, or nothing where a program filled it in.

    >>> title_from("The Bridge  at Dawn"), title_from("Microsoft Word - bridge7.doc")
    ('The Bridge at Dawn', '')
    """
    title = one_line(value)
    if len(title) > _LONGEST or "\ufffd" in title or _NO_TITLE.fullmatch(title):
        return ""
    return title


def author_from(*values: str | None) -> str:
    """The authors, or nothing where there are only names of accounts.

    >>> author_from("Ada Lind", "Bo Ek"), author_from("alind2"), author_from("Windows User")
    ('Ada Lind, Bo Ek', '', '')
    """
    names = [one_line(value).strip(" ;,") for value in values]
    return ", ".join(name for name in names if _is_name(name))


def _is_name(text: str) -> bool:
    """Whether a text can be the name of an author."""
    if len(text) > _LONGEST or "\ufffd" in text:
        return False
    return not (_NO_AUTHOR.fullmatch(text) or _ACCOUNT.fullmatch(text))


def language_from(value: str | None) -> str:
    """The code of a language without that of a country.

    >>> language_from("en-US"), language_from("und"), language_from("English")
    ('en', '', '')
    """
    code = re.split(r"[-_]", one_line(value).lower())[0]
    return code if re.fullmatch(r"[a-z]{2,3}", code) and code not in ("und", "mul", "zxx") else ""


def date_from(value: str | None, source: Input) -> tuple[PublicationDate, list[Notice]]:
    """The date that a document bears, and a Notice where it cannot be true.

    Args:
        value: as ISO 8601, or as it is printed.
        source: names the file, and tells what day it is.
    """
    printed = one_line(value)
    if not printed or _NO_TIME.match(printed):
        return UNKNOWN_DATE, []
    date = parse_date(printed)
    first = date.first_day
    if first is not None and first <= source.options.today + timedelta(days=1):
        return replace(date, evidence="meta"), []
    if first is None and not re.match(r"\d{4}-\d\d-\d\d", printed):
        return UNKNOWN_DATE, []
    sentence = f"It bears a date that cannot be, {printed[:40]}; it was read as if it bore none."
    return UNKNOWN_DATE, [Notice(source.name, sentence)]


def printed_date(paragraphs: Iterable[str], source: Input) -> PublicationDate:
    """The day that stands by itself on one of the first lines, such as below the title."""
    for _, text in zip(range(_LINES_WITH_DATE), paragraphs, strict=False):
        date = parse_date(text) if len(text) <= 60 else UNKNOWN_DATE
        first = date.first_day
        day = date.precision not in ("year", "month", "unknown")
        if first is not None and day and first <= source.options.today + timedelta(days=1):
            return replace(date, evidence="text")
    return UNKNOWN_DATE


def without_title(paragraphs: Sequence[str], title: str) -> list[str]:
    """The paragraphs without the one that says the title again, unless nothing else is there."""
    for number, text in enumerate(paragraphs[:3]):
        if len(paragraphs) > 1 and _letters(text) == _letters(title):
            return [*paragraphs[:number], *paragraphs[number + 1 :]]
    return list(paragraphs)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def name_of(source: Input) -> str:
    """The name of the file without its ending: the title of what has no other."""
    return PurePath(source.article_id or source.name).stem
