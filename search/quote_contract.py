"""Checked quotations as plain dictionaries, and their verdicts in words."""

from __future__ import annotations

from typing import Any

from search.header_contract import article_link, date_as_dict
from search.quote_comparison import Verdict
from search.quotes import Checked, Source
from search.wording import counted, printed_date

VERDICTS: dict[Verdict, str] = {
    "exact": "Exact",
    "punctuation": "Only punctuation or capitals differ",
    "elided": "Parts are left out, and it says so",
    "altered": "Altered",
    "not found": "Not found",
}
GOOD: frozenset[Verdict] = frozenset(("exact", "punctuation"))
"""The verdicts of quotations that have the words of their source."""


def checked_as_dict(checked: Checked) -> dict[str, Any]:
    """A checked quotation, as ``GET /api/check`` answers it."""
    return {
        "quotation": checked.quotation,
        "verdict": checked.verdict,
        "told": told(checked),
        "pieces": [each._asdict() for each in checked.pieces],
        "sources": [_source(each) for each in checked.sources],
        "also": checked.also,
        "complete": checked.complete,
        "claim": _claim(checked) if checked.claim else None,
    }


def told(checked: Checked) -> str:
    """The verdict in words, with the words that were changed."""
    sentence, changes = VERDICTS[checked.verdict], told_changes(checked)
    return f"{sentence}: {changes}" if changes else sentence


def told_changes(checked: Checked) -> str:
    """The words that were changed; empty where none was."""
    changes = []
    for kind, source, quotation in checked.pieces:
        if kind == "inserted":
            changes.append(f"“{quotation}” was inserted")
        elif kind == "deleted":
            changes.append(f"“{source}” was left out without a mark")
        elif kind == "replaced":
            changes.append(f"“{source}” became “{quotation}”")
        elif kind == "bracketed":
            changes.append(f"“{source}” became the writer's {quotation}" if source
                           else f"{quotation} is the writer's")  # fmt: skip
    return "; ".join(changes)


def told_others(checked: Checked) -> str:
    """How many other paragraphs say the same; empty where none does."""
    if not checked.also:
        return ""
    least = "" if checked.complete else "at least "
    return f"also in {least}{counted(checked.also, 'other paragraph')}"


def told_claim(checked: Checked) -> str:
    """That it is from elsewhere than it is said to be; empty where it is not."""
    if checked.agrees is not False:
        return ""
    article = checked.sources[0].article
    found = (article.source or "a source that is not named", printed_date(article.date))
    return f"said to be from {_said(checked)}; found in {', '.join(found)}"


def _said(checked: Checked) -> str:
    source, date = checked.claim
    return ", ".join(part for part in (source, printed_date(date) if date.value else "") if part)


def _claim(checked: Checked) -> dict[str, Any]:
    return {
        "source": checked.claim.source,
        "date": date_as_dict(checked.claim.date),
        "agrees": checked.agrees,
        "told": told_claim(checked),
    }


def _source(source: Source) -> dict[str, Any]:
    article = source.article
    return {
        "id": article.id,
        "title": article.title,
        "author": article.author,
        "source": article.source,
        "date": date_as_dict(article.date),
        "paragraph": source.first,
        "last": source.last,
        "text": source.text,
        "start": source.start,
        "end": source.end,
        "link": article_link(article.id, source.first),
    }
