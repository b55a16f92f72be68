"""Addresses of paragraphs that commands take: with a check, or a link; moved ones are followed."""

from __future__ import annotations

from cli.output import messages
from search.address import Address
from search.citing.naming import named
from search.citing.verdicts import verify_one
from search.searcher import Searcher


def meant_paragraph(searcher: Searcher, written: str) -> Address:
    """The paragraph that somebody means; where it is now, if it has moved, which is told.

    Raises QueryError where no paragraph is named.
    """
    meant = named(searcher, written)
    if not (meant.check and searcher.has_article(meant.article_id)):
        return meant
    verdict = verify_one(searcher, meant)
    if verdict.fate == "changed":
        messages().print("Note: no paragraph of the article says what was cited any more")
    elif verdict.fate == "moved" and verdict.now:
        messages().print(f"Note: the paragraph has moved, to {verdict.now.paragraph}")
        return meant._replace(paragraph=verdict.now.paragraph)
    return meant
