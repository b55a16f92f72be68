"""Hits and their context -> the paragraphs to show, each once, in the order of the text."""

from __future__ import annotations

from typing import NamedTuple

from search.results import ArticleHits, Paragraph


class Passage(NamedTuple):
    """A paragraph to show: a hit, or the context of one; ``after_gap`` if text is left out.

    ``is_partner``: no hit that is shown, but near to one, as the query asks.
    """

    paragraph: Paragraph
    is_hit: bool
    after_gap: bool
    is_partner: bool = False


def passages(found: ArticleHits) -> list[Passage]:
    """What to show of an article: neighbouring hits share their context."""
    context = [each for hit in found.hits for each in (*hit.before, *hit.after)]
    hits = {hit.paragraph.number: hit.paragraph for hit in found.hits}
    partners = {each.number: each for hit in found.hits for each in hit.beside}
    paragraphs = {each.number: each for each in context} | partners | hits
    return [
        Passage(
            paragraphs[number],
            is_hit=number in hits,
            after_gap=number - 1 not in paragraphs,
            is_partner=number in partners and number not in hits,
        )
        for number in sorted(paragraphs)
    ]
