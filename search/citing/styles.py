"""Citations for people: a note by Chicago, a reference by APA, and a quotation in Markdown."""

from __future__ import annotations

import re

from search.citing.facts import Cited
from search.wording import MONTHS, printed_day

_ALWAYS = re.compile(r"[\\`*_\[\]<>&#|~^$@]")
_FIRST = re.compile(r"^(?=[-+=:!>])|^(\d{1,9})(?=[.)])")
_LINKS = re.compile(r":(?=//)|\.(?<=www\.)", re.IGNORECASE)
_STOPS = (".", "!", "?", "…")


def chicago(cited: Cited) -> str:
    """A note by the Chicago Manual of Style, with the paragraph and its place in the archive."""
    title = f"“{_inner_quotes(cited.title)},”" if cited.title else "untitled,"
    parts = [cited.author, title, cited.source, _american(cited.date) or "n.d.", cited.locator]
    note = " ".join(part if part == title else f"{part}," for part in parts if part)
    return f"{note} {cited.url}. [{cited.place}]" if cited.url else f"{note[:-1]}. [{cited.place}]"


def apa(cited: Cited) -> str:
    """A reference by APA, and on a second line how the text refers to the paragraph."""
    when = f"({_year_first(cited.date) or 'n.d.'})."
    title = _stopped(cited.title or "[Untitled]")
    begins = f"{_stopped(cited.author)} {when} {title}" if cited.author else f"{title} {when}"
    parts = [begins, _stopped(cited.source) if cited.source else "", cited.url, f"[{cited.place}]"]
    year = str(cited.date[0]) if cited.date else "n.d."
    named = cited.author or (f"“{_inner_quotes(cited.title)},”" if cited.title else "[Untitled]")
    after = " " if named.endswith("”") else ", "
    return "\n".join([
        " ".join(part for part in parts if part),
        f"In the text: ({named}{after}{year}, {cited.locator})",
    ])  # fmt: skip


def markdown(cited: Cited) -> str:
    """The paragraph as a quotation that says where it is from, with links; all of it stays text."""
    title = f"“{_inner_quotes(cited.title)}”" if cited.title else ""
    day = printed_day("-".join(f"{part:02}" for part in cited.date)) if cited.date else "n.d."
    told = [escaped(part) for part in (cited.author, title, cited.source, day) if part]
    told.append(f"[paragraph {cited.address.paragraph}]({cited.link})")
    if cited.fragment:
        told.append(f"[original]({_destination(cited.fragment)})")
    return f"> {escaped(cited.text)}\n>\n> — {', '.join(told)}"


def escaped(text: str) -> str:
    r"""A text of one line as Markdown that says nothing but this text, also in GitHub's dialect.

    >>> escaped("1. *R&D* at www.example.org")
    '1\\. \\*R\\&D\\* at www\\.example.org'
    """
    plain = _LINKS.sub(lambda sign: "\\" + sign[0], _ALWAYS.sub(r"\\\g<0>", text))
    return _FIRST.sub(lambda first: f"{first[1] or ''}\\", plain, count=1)


def _destination(url: str) -> str:
    """A URL as the destination of a link in Markdown."""
    safe = url.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E")
    return f"<{safe.replace('&', '&amp;')}>"


def _inner_quotes(text: str) -> str:
    """A text that is put into quotation marks: those in it become single, where they are paired."""
    single = text.replace("“", "‘").replace("”", "’")
    return re.sub(r'"([^"]*)"', r"‘\1’", single) if single.count('"') % 2 == 0 else single


def _stopped(text: str) -> str:
    return text if text.endswith(_STOPS) else text + "."


def _american(date: tuple[int, ...]) -> str:
    """A date as Chicago writes it: October 19, 2022."""
    if not date:
        return ""
    year, month = str(date[0]), MONTHS[date[1] - 1] if len(date) > 1 else ""
    return f"{month} {date[2]}, {year}" if len(date) > 2 else f"{month} {year}".strip()


def _year_first(date: tuple[int, ...]) -> str:
    """A date as APA writes it: 2022, October 19."""
    if not date:
        return ""
    rest = " ".join([MONTHS[date[1] - 1], *map(str, date[2:])]) if len(date) > 1 else ""
    return f"{date[0]}, {rest}" if rest else str(date[0])
