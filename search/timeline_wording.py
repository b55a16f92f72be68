"""A timeline in words: its periods, its gaps and what it leaves aside, the same in both faces."""

from __future__ import annotations

from datetime import date, timedelta

from search.days import period_name
from search.timeline import Apart, Known, Period, Timeline, height
from search.wording import counted, printed_day

_GAPS = 3  # that are named
_KNOWN: dict[Known, str] = {
    "unknown": "the date is unknown",
    "year": "only the year is known",
    "month": "only the month and the year are known",
}


def printed_period(period: Period) -> str:
    """The days of a period in words."""
    return printed_days(period.first, period.last)


def printed_days(first: date, last: date) -> str:
    """Days in words, without saying a month or a year twice.

    >>> printed_days(date(2016, 9, 5), date(2016, 9, 11))
    '5 to 11 September 2016'
    >>> printed_days(date(2016, 9, 5), date(2017, 1, 3))
    '5 September 2016 to 3 January 2017'
    >>> printed_days(date(2016, 2, 1), date(2016, 3, 31))
    'February to March 2016'
    """
    name = period_name(first.toordinal(), last.toordinal())
    if ".." not in name:
        return printed_day(name)
    start, end = first.isoformat(), last.isoformat()
    following = last + timedelta(1)
    if first.day == following.day == 1:
        cut = 4 if first.month == following.month == 1 else 7
        start, end = start[:cut], end[:cut]
    words, until = printed_day(start).split(), printed_day(end).split()
    common = 0  # words at the end of both; the first word of each is its own
    while common + 1 < min(len(words), len(until)) and words[~common] == until[~common]:
        common += 1
    return f"{' '.join(words[: len(words) - common])} to {' '.join(until)}"


def told_known(apart: Apart) -> str:
    """What is known of the dates that lie in no period."""
    return _KNOWN[apart.known]


def told_gaps(timeline: Timeline) -> str:
    """Where the archive has nothing, in one sentence; "" where it has no gap.

    The longest are named, in their order.
    """
    gaps = list(timeline.gaps)
    if not gaps:
        return ""
    most = _GAPS if len(gaps) > _GAPS + 1 else len(gaps)
    longest = sorted(gaps, key=lambda gap: gap[0].first - gap[1].last)[:most]
    named = [printed_days(first.first, last.last) for first, last in sorted(longest)]
    periods = sum(period.is_gap for period in timeline.periods)
    left = len(gaps) - len(named)
    if left:
        named.append(f"{left:,} other times")
    listed = " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
    of_all = f"{periods:,} of {counted(len(timeline.periods), timeline.by)}"
    return f"The archive has nothing of {listed} ({of_all})."


def told_apart(timeline: Timeline) -> list[str]:
    """What matches and lies in no period, a sentence each."""
    return [
        f"Of {counted(each.matches.paragraphs, 'paragraph')} {told_known(each)}."
        for each in timeline.apart
        if each.matches.paragraphs
    ]


def told_most(timeline: Timeline, unit: int = 0) -> str:
    """Where most was found, of so many of the archive, in one sentence; "" where nothing was."""
    most = timeline.most(unit)
    if most is None:
        return ""
    found = counted(most.matches.paragraphs, "paragraph")
    if unit:
        found = f"{height(most, unit):,.1f} per {unit:,}, {found} of {most.archive.paragraphs:,}"
    return f"Most, {found}: {printed_period(most)}."
