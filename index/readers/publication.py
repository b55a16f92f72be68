"""When a page was published: by what it says of itself, by its address, by its first lines."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urlsplit

from index.article import UNKNOWN_DATE, Evidence, PublicationDate
from index.dates import parse_date
from index.readers.blocks import Block

_FIRST_PAGE = 1990  # no address tells of an earlier year
_MONTH = r"(?:0?[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_IN_ADDRESS = re.compile(
    rf"/(?P<year>(?:19|20)\d\d)[/-](?P<month>{_MONTH})(?:[/-](?P<day>0?[1-9]|[12]\d|3[01]))?(?=[/-]|$)"
    r"|[/_-](?P<digits>(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?=[/._-]|$)",
    re.IGNORECASE,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# What JavaScript prints: "Thu Sep 16 2021 03:52:10 GMT+0000 (UTC)".
_SCRIPT = re.compile(
    r"[a-z]{3} (?P<month>[a-z]{3}) (?P<day>\d\d) (?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d) "
    r"GMT(?P<zone>[+-]\d{4})(?: \(.*\))?",
    re.IGNORECASE,
)
_ISO_TAIL = re.compile(r"(?<=\d)\[[\w/]+\]$|(?<=\d)\s+(?=[+-]\d\d:?\d\d$)")
_LABEL = re.compile(
    r"(?:(?:first )?published|posted|updated|date|veröffentlicht|publié|publicado|pubblicato)"
    r"(?: on| at| le| el| il| am| em)?\s*:?\s*",
    re.IGNORECASE,
)
_AUTHOR = re.compile(r"\s*(?:[|•·,–—-]\s*|\s)by\s+\S.*$", re.IGNORECASE)
_LONGEST_LINE = 120
_LINES = 4  # below the headline or the beginning of the text say who and when


@dataclass(frozen=True, slots=True)
class Publication:
    """A date of publication, and what was written in its place and cannot be one."""

    date: PublicationDate
    impossible: tuple[str, ...] = ()


def publication_of(
    declared: tuple[str, ...], url: str, lines: list[str], today: date
) -> Publication:
    """Find when a page was published; what no place tells stays unknown.

    Args:
        declared: what the page declares, the best first.
        url: its address.
        lines: the short lines around its headline.
        today: no page was published later than the day after it.
    """
    impossible: list[str] = []
    for written, evidence in _written(declared, url, lines):
        found = _parse(written)
        first = found.first_day
        if first is not None and first <= today + timedelta(days=1):
            return Publication(dataclasses.replace(found, evidence=evidence), tuple(impossible))
        if evidence == "meta" and (first is not None or _is_dated(written)):
            impossible.append(written)
    return Publication(UNKNOWN_DATE, tuple(impossible))


def _written(
    declared: tuple[str, ...], url: str, lines: list[str]
) -> Iterator[tuple[str, Evidence]]:
    """All that may be the date, the best evidence first."""
    for each in declared:
        yield each, "meta"
    if in_address := _date_in(url):
        yield in_address, "url"
    for line in lines:
        yield _AUTHOR.sub("", _LABEL.sub("", line, count=1)), "text"


def _parse(written: str) -> PublicationDate:
    """Read a date as pages declare it, in the forms of programs or as it is printed."""
    if match := _SCRIPT.fullmatch(written):
        month = (
            _MONTHS.index(match["month"].lower()) + 1 if match["month"].lower() in _MONTHS else 0
        )
        return parse_date(
            f"{match['year']}-{month:02}-{match['day']}T{match['time']}{match['zone']}"
        )
    found = parse_date(_ISO_TAIL.sub("", written))
    if found.value is None and re.search(r"\d:\d\d", written):
        try:
            found = parse_date(parsedate_to_datetime(written).isoformat())
        except (ValueError, TypeError, IndexError, OverflowError):
            return UNKNOWN_DATE
    return found


def _is_dated(written: str) -> bool:
    """Tell a date that no calendar has from what is none, such as a word of a template."""
    return bool(re.match(r"\d{3,4}-\d\d?-\d\d?", written))


def _date_in(url: str) -> str:
    """The date in an address such as /2016/09/26/ or /20160926-, as an ISO date; else empty."""
    try:
        path = unquote(urlsplit(url).path)[:1_000]
    except ValueError:
        return ""
    match = _IN_ADDRESS.search(path)
    if not match:
        return ""
    if match["digits"]:
        year, month, day = match["digits"][:4], match["digits"][4:6], match["digits"][6:]
    else:
        year, month, day = match["year"], match["month"].lower(), match["day"] or ""
        month = str(_MONTHS.index(month) + 1) if month in _MONTHS else month
    if int(year) < _FIRST_PAGE:
        return ""
    return "-".join(part.zfill(2) for part in (year, month, day) if part)


def lines_below_headline(blocks: list[Block], first: Block, headline: Block | None) -> list[str]:
    """The short lines below the headline, or above the text if there is no headline.

    What stands above the headline may be the day on which the page was shown.

    Args:
        blocks: those of the page.
        first: the first block of the article.
        headline: the block that is the headline.
    """
    places = {id(block): number for number, block in enumerate(blocks)}
    start = places[id(first)]
    begin = places[id(headline)] if headline else max(start - 2, 0)
    around = blocks[begin : max(begin, start) + _LINES]
    return [block.text for block in around if len(block.text) <= _LONGEST_LINE]
