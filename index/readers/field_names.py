"""The usual names of an article's fields, in the heads of tables and of Markdown files."""

from __future__ import annotations

import re

FIELDS = ("id", "title", "author", "date", "source", "url", "language", "text")

_NAMES = {
    name: field
    for field, names in (
        ("id", "id guid uuid articleid docid identifier"),
        ("title", "title headline heading head articletitle subject"),
        ("author", "author authors byline by creator writer journalist"),
        ("date", "date published publishdate publisheddate publicationdate pubdate datepublished"),
        ("date", "publishedat publishedon datetime time timestamp posted"),
        ("source", "source publication publisher newspaper outlet site sitename publicationname"),
        ("url", "url link permalink href canonical canonicalurl articleurl weburl"),
        ("language", "language lang locale"),
        ("text", "text body content article fulltext maintext articletext bodytext story"),
        ("text", "articlebody paragraph transcript"),
    )
    for name in names.split()
}
_MARKS = re.compile(r"[\W_]+")


def field_of(name: str) -> str | None:
    """The field that a name usually stands for; None if it is none.

    >>> field_of("Published_At"), field_of("Shoe size")
    ('date', None)
    """
    return _NAMES.get(_MARKS.sub("", name.lower()))
