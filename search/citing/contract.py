"""The JSON of citations and verdicts, the same for the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from search.address import Address
from search.citing.facts import Cited
from search.citing.verdicts import Verdict
from search.citing.writing import STYLES, Style, written


def cited_as_dict(cited: Cited, style: Style | None = None) -> dict[str, Any]:
    """A paragraph to cite, in one style or in all of them."""
    return {
        "address": str(cited.address),
        "link": cited.link,
        "text": cited.text,
        "original": cited.fragment or None,
        "citations": {each: written([cited], each) for each in STYLES if style in (None, each)},
    }


def verdict_as_dict(verdict: Verdict) -> dict[str, Any]:
    """What has become of one citation."""
    shown: dict[str, Any] = {
        "address": str(verdict.address),
        "verdict": verdict.fate,
        "now": str(verdict.now) if verdict.now else None,
        "link": _link(verdict.now),
        "changes": [each._asdict() for each in verdict.changes],
    }
    return {"line": verdict.line, **shown} if verdict.line else shown


def verdicts_as_dict(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """What has become of all citations of a text, and how many are as they were."""
    fates = [each.fate for each in verdicts]
    counts = {fate: fates.count(fate) for fate in ("ok", "moved", "changed", "gone")}
    return {"counts": counts, "citations": [verdict_as_dict(each) for each in verdicts]}


def _link(now: Address | None) -> str | None:
    return now.link if now else None
