"""Citations for programs that keep references: BibTeX, RIS and CSL-JSON.

Each carries the place in the archive, by which ``nutgraf verify`` finds it again: BibTeX in
``note``, RIS in ``AN`` and ``N1``, CSL-JSON in ``id`` and ``note``. The author is one name, as it
is printed. Title, author and source are what they are in the archive, after their marks are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from search.address import check_of
from search.citing.facts import Cited

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "%&#_$"},
}
_LONE_BRACES = _TEX | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
"""BibTeX counts braces that are escaped, too, so that these must not be any."""
_MONTH_MACROS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_LIGATURES = re.compile(r"([-',<>`])(?=\1)|[!?](?=`)")  # TeX draws two as one sign
_NOT_IN_TEX_URLS = re.compile(r"[\\{}]")
_FOR_NOTES = "{locator}, {place}"


def bibtex(cited: Cited) -> str:
    """An entry that BibTeX and biblatex read; the title keeps its capitals, the URL its signs."""
    fields = dict(_bibtex_fields(cited))
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items())
    return f"@{'article' if cited.source else 'misc'}{{{_key(cited)},\n{lines}}}"


def _bibtex_fields(cited: Cited) -> Iterator[tuple[str, str]]:
    """The fields of an entry, in braces."""
    for name, value in (("author", cited.author), ("title", cited.title)):
        if value:
            yield name, f"{{{{{_tex(value)}}}}}"  # the inner braces: this is one name, as it is
    if cited.source:
        yield "journal", f"{{{_tex(cited.source)}}}"
    if cited.date:
        yield "year", f"{{{cited.date[0]}}}"
    if len(cited.date) > 1:
        yield "month", _MONTH_MACROS[cited.date[1] - 1]
        yield "date", f"{{{_iso(cited.date)}}}"
    if cited.url:
        yield "url", f"{{{_NOT_IN_TEX_URLS.sub(lambda sign: quote(sign[0]), cited.url)}}}"
    yield "note", f"{{{_tex(_FOR_NOTES.format(locator=cited.locator, place=cited.place))}}}"


def _key(cited: Cited) -> str:
    """The key of an entry: letters and digits, another one for each paragraph of each article."""
    words = re.findall("[a-z]+", (cited.source or cited.author or cited.title).lower())
    name = "".join(words)[:20] or "article"
    year = cited.date[0] if cited.date else "nd"
    return f"{name}{year}p{cited.address.paragraph}-{check_of(str(cited.address))[:6]}"


def _tex(text: str) -> str:
    """A text with the signs of TeX escaped."""
    signs = _TEX if _has_pairs(text) else _LONE_BRACES
    escaped = "".join(signs.get(char, char) for char in text)
    return _LIGATURES.sub(r"\g<0>{}", escaped)


def _has_pairs(text: str) -> bool:
    """Whether each brace that opens is closed, and no other."""
    depth = 0
    for brace in re.findall("[{}]", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def ris(cited: Cited) -> str:
    """A reference in RIS: a tag and a value a line."""
    fields = [
        ("TY", "NEWS"),
        ("AU", cited.author),
        ("TI", cited.title),
        ("T2", cited.source),
        ("PY", str(cited.date[0]) if cited.date else ""),
        ("DA", "/".join(f"{part:02}" for part in cited.date) + "/" * (4 - len(cited.date))),
        ("UR", cited.url),
        ("LA", cited.language),
        ("AN", cited.address.sturdy),
        ("N1", _FOR_NOTES.format(locator=cited.locator, place=cited.place)),
    ]
    if not cited.date:
        fields = [each for each in fields if each[0] != "DA"]
    lines = [f"{tag}  - {value}\n" for tag, value in fields if value]
    return "".join(lines) + "ER  - "


def csl_item(cited: Cited) -> dict[str, Any]:
    """An item of CSL-JSON."""
    known = {
        "title": cited.title,
        "author": [{"literal": cited.author}] if cited.author else None,
        "container-title": cited.source,
        "issued": {"date-parts": [list(cited.date)]} if cited.date else None,
        "URL": cited.url,
        "language": cited.language,
    }
    return {
        "id": cited.address.sturdy,
        "type": "article-newspaper",
        **{name: value for name, value in known.items() if value},
        "note": _FOR_NOTES.format(locator=cited.locator, place=cited.place),
    }


def csl_json(items: list[Cited]) -> str:
    """A list of items of CSL-JSON."""
    return json.dumps([csl_item(each) for each in items], ensure_ascii=False, indent=2)


def _iso(date: tuple[int, ...]) -> str:
    return "-".join(f"{part:02}" for part in date)
