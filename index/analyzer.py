"""The analyzer as Whoosh calls it; the work is done in ``index.analysis``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import whoosh.analysis

from index.analysis import tokenize


class Analyzer(whoosh.analysis.Analyzer):
    """An ordinary analyzer of Whoosh. It has no state, and pickles as its name."""

    def __call__(
        self, value: str, mode: str = "", **wanted: Any
    ) -> Iterator[whoosh.analysis.Token]:
        """Yield Whoosh's one token object again and again, as Whoosh's own analyzers do."""
        token = whoosh.analysis.Token(
            positions=bool(wanted.get("positions")),
            chars=bool(wanted.get("chars")),
            removestops=False,
            mode=mode,
        )
        token.boost = 1.0
        token.stopped = False
        for each in tokenize(value):
            token.text = each.term
            token.pos = each.position
            token.startchar, token.endchar = each.start, each.end
            yield token

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))
