"""The JSON and the CSV of a timeline, the same for the API and the command line."""

from __future__ import annotations

import csv
import io
from typing import Any

from search.timeline import Apart, Counts, Period, Timeline, per

_DIGITS = 3  # of a rate


def timeline_as_dict(timeline: Timeline, unit: int = 0) -> dict[str, Any]:
    """A timeline as ``GET /api/timeline`` answers it.

    Args:
        timeline: of a query.
        unit: tell also how many paragraphs match of so many of the archive; 0: do not.
    """
    first, last = timeline.archive or (None, None)
    return {
        "query": timeline.query,
        "match": timeline.options.match,
        "by": timeline.by,
        "per": unit or None,
        "total": _counts(timeline.total),
        "copies": timeline.copies._asdict(),
        "archive": {
            "first": first.isoformat() if first else None,
            "last": last.isoformat() if last else None,
        },
        "notices": list(timeline.notices),
        "partial": timeline.partial,
        "periods": [_period(each, unit) for each in timeline.periods],
        "apart": [_apart(each, unit) for each in timeline.apart],
        "gaps": [[start.first.isoformat(), end.last.isoformat()] for start, end in timeline.gaps],
    }


def timeline_as_csv(timeline: Timeline, unit: int = 0) -> str:
    """A timeline as a table in CSV (RFC 4180): a line for each period, then what lies in none."""
    written = io.StringIO()
    rows = csv.writer(written)
    rate = [f"per_{unit}"] if unit else []
    rows.writerow(
        ["period", "first", "last", "paragraphs", "articles", "archive_paragraphs",
         "archive_articles", "gap", *rate]
    )  # fmt: skip
    for each in timeline.periods:
        rows.writerow(
            [each.name, each.first, each.last, *each.matches, *each.archive, int(each.is_gap),
             *_cell(each, unit)]
        )  # fmt: skip
    for apart in timeline.apart:
        name = "unknown" if apart.known == "unknown" else f"only {apart.known} known"
        rows.writerow([name, "", "", *apart.matches, *apart.archive, 0, *_cell(apart, unit)])
    return written.getvalue()


def rate_of(each: Period | Apart, unit: int) -> float | None:
    """How many paragraphs match of so many of the archive, rounded; None where it has none."""
    rate = per(each.matches, each.archive, unit)
    return None if rate is None else round(rate, _DIGITS)


def _cell(each: Period | Apart, unit: int) -> list[object]:
    rate = rate_of(each, unit) if unit else None
    return ["" if rate is None else rate] if unit else []


def _period(period: Period, unit: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "period": period.name,
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        **_counts(period.matches),
        "archive": _counts(period.archive),
        "gap": period.is_gap,
        "query": period.query,
    }
    return shown | ({"rate": rate_of(period, unit)} if unit else {})


def _apart(apart: Apart, unit: int) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "known": apart.known,
        **_counts(apart.matches),
        "archive": _counts(apart.archive),
        "query": apart.query,
    }
    return shown | ({"rate": rate_of(apart, unit)} if unit else {})


def _counts(counts: Counts) -> dict[str, int]:
    return {"paragraphs": counts.paragraphs, "articles": counts.articles}
