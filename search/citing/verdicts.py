"""What has become of a cited paragraph: it is as it was, has moved, has changed, or is gone.

The check decides, not the number. Of a paragraph that no longer reads so, the archive knows only
how it reads now; whether it was changed or taken out, one can tell only if the citation quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from search.address import Address, address_of
from search.citing.changes import Change, changes, most_alike
from search.citing.reading import Reference
from search.errors import ArticleNotFound
from search.results import SearchOptions

if TYPE_CHECKING:
    from search.searcher import Searcher

Fate = Literal["ok", "moved", "changed", "gone"]

_ALIKE = 0.5
"""Half of the words: what has fewer of them is another paragraph."""
_ARTICLES_AT_HAND = 64
_WORDS = 8  # of a paragraph that is looked for in other articles
_LOOKED_AT = 20  # articles


class Verdict(NamedTuple):
    """What has become of a cited paragraph.

    Attributes:
        address: as it was cited.
        fate: what has become of it.
        now: where it is; of a changed one, the paragraph that is most like it, or the one that
            has its number; of one that is gone, where else it is printed word for word. None
            where nothing is known.
        changes: the words that changed, where the citation quotes the paragraph.
        line: of the text in which it is cited; 0 where it is asked for alone.
    """

    address: Address
    fate: Fate
    now: Address | None = None
    changes: tuple[Change, ...] = ()
    line: int = 0

    @property
    def told(self) -> str:
        """The verdict as it is printed."""
        if self.fate == "moved" and self.now:
            return f"MOVED p{self.address.paragraph}→p{self.now.paragraph}"
        return self.fate.upper()


def verify(searcher: Searcher, cited: Iterable[Reference]) -> Iterator[Verdict]:
    """What has become of what is cited, one after the other."""

    @lru_cache(maxsize=_ARTICLES_AT_HAND)
    def read(article_id: str) -> tuple[tuple[str, Address], ...]:
        return _paragraphs(searcher, article_id)

    for each in cited:
        known = [(address, read(address.article_id)) for address in each.readings]
        there = [pair for pair in known if pair[1]]
        holding = [pair for pair in there if _same(*pair)]
        # Of what it may mean: what reads so; else the longest id that there is.
        address, paragraphs = next(iter(holding or there[::-1] or known))
        verdict = _judge(address, paragraphs, each.text)
        if verdict.fate == "gone" and each.text:
            verdict = verdict._replace(now=_elsewhere(searcher, address, each.text))
        yield verdict._replace(line=each.line)


def verify_one(searcher: Searcher, address: Address, text: str = "") -> Verdict:
    """What has become of one paragraph, and of its words if it is told what they were."""
    return next(verify(searcher, [Reference((address,), 0, text)]))


def _paragraphs(searcher: Searcher, article_id: str) -> tuple[tuple[str, Address], ...]:
    """The paragraphs of an article with their addresses; none where there is no such article."""
    try:
        view = searcher.article(article_id)
    except ArticleNotFound:
        return ()
    return tuple(
        (each.text, address_of(article_id, each.number, each.text)) for each in view.paragraphs
    )


def _same(address: Address, paragraphs: Iterable[tuple[str, Address]]) -> list[Address]:
    """Where an article says what was cited, the nearest first."""
    same = [now for _, now in paragraphs if now.check == address.check]
    return sorted(same, key=lambda now: abs(now.paragraph - address.paragraph))


def _judge(address: Address, paragraphs: tuple[tuple[str, Address], ...], text: str) -> Verdict:
    """The verdict by the article alone."""
    if not paragraphs:
        return Verdict(address, "gone")
    same = _same(address, paragraphs)
    if same:
        moved = same[0].paragraph != address.paragraph
        return Verdict(address, "moved" if moved else "ok", same[0])
    if not text:
        there = address.paragraph <= len(paragraphs)
        now = paragraphs[address.paragraph - 1][1] if there else None
        return Verdict(address, "changed", now)
    number, alike = most_alike(text, [each for each, _ in paragraphs])
    if alike < _ALIKE:
        return Verdict(address, "gone")
    now_text, now = paragraphs[number - 1]
    return Verdict(address, "changed", now, changes(text, now_text))


def _elsewhere(searcher: Searcher, address: Address, text: str) -> Address | None:
    """Another article that prints the paragraph word for word, if it is found at once."""
    words = re.findall(r"\w+", text)[:_WORDS]
    if len(words) < _WORDS:
        return None
    options = SearchOptions(size=_LOOKED_AT, advice="never", seconds=1.0)
    for found in searcher.search(f'"{" ".join(words)}"', options).articles:
        for hit in found.hits:
            now = address_of(found.article.id, hit.paragraph.number, hit.paragraph.text)
            if now.check == address.check:
                return now
    return None
