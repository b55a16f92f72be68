"""Which styles there are, and several citations in one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

from search.citing.facts import Cited
from search.citing.records import bibtex, csl_json, ris
from search.citing.styles import apa, chicago, markdown

Style = Literal["chicago", "apa", "bibtex", "ris", "csl-json", "markdown"]

STYLES: tuple[Style, ...] = get_args(Style)
STYLE_NAMES: dict[Style, str] = {
    "chicago": "Chicago",
    "apa": "APA",
    "bibtex": "BibTeX",
    "ris": "RIS",
    "csl-json": "CSL-JSON",
    "markdown": "Markdown",
}
_ONE: dict[Style, Callable[[Cited], str]] = {
    "chicago": chicago,
    "apa": apa,
    "bibtex": bibtex,
    "ris": ris,
    "markdown": markdown,
}


def written(items: Sequence[Cited], style: Style) -> str:
    """Citations in a style, one after the other, without a line break at the end."""
    if style == "csl-json":
        return csl_json(list(items))
    between = "\n" if style == "ris" else "\n\n"
    return between.join(_ONE[style](each) for each in items)
