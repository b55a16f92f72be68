"""The analyzer as Whoosh calls it; the work is done in ``index.analysis``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import whoosh.analysis

from index.analysis import tokenize


class InLanguage(str):
    """A text that says its language to the analyzer; others are read as English."""

    __slots__ = ("language",)

    language: str

    def __new__(cls, text: str, language: str) -> InLanguage:
        """A text in a language, told by its tag."""
        made = super().__new__(cls, text)
        made.language = language
        return made

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Stored, it is a text as any other."""
        return str, (str(self),)


class Analyzer(whoosh.analysis.Analyzer):
    """An ordinary analyzer of Whoosh. It has no state, and pickles as its name."""

    def __call__(
        self, value: str, mode: str = "", **wanted: Any
    ) -> Iterator[whoosh.analysis.Token]:
        """Yield Whoosh's one token object again and again, as Whoosh's own analyzers do.

        The language is that of an InLanguage, or what ``language`` says: a program that asks
        for words of German articles calls ``process_text(text, language="de")`` of a field.
        """
        token = whoosh.analysis.Token(
            positions=bool(wanted.get("positions")),
            chars=bool(wanted.get("chars")),
            removestops=False,
            mode=mode,
        )
        token.boost = 1.0
        token.stopped = False
        language = value.language if isinstance(value, InLanguage) else wanted.get("language", "")
        for each in tokenize(value, language):
            token.text = each.term
            token.pos = each.position
            token.startchar, token.endchar = each.start, each.end
            yield token

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))
