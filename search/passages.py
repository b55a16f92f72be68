"""Hits and their context -> the paragraphs to show, each once, in the order of the text."""

from __future__ import annotations

from typing import NamedTuple

from search.results import ArticleHits, Paragraph


class Passage(NamedTuple):
    """A paragraph to show: a hit, or the context of one; ``after_gap`` if text is left out."""

    paragraph: Paragraph
    is_hit: bool
    after_gap: bool


def passages(found: ArticleHits) -> list[Passage]:
    """What to show of an article: neighbouring hits share their context."""
    context = [each for hit in found.hits for each in (*hit.before, *hit.after)]
    hits = {hit.paragraph.number: hit.paragraph for hit in found.hits}
    paragraphs = {each.number: each for each in context} | hits
    return [
        Passage(paragraphs[number], number in hits, number - 1 not in paragraphs)
        for number in sorted(paragraphs)
    ]
