"""Which paragraph somebody means who writes an address, or pastes a link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from search.address import Address, read_address, read_cited
from search.errors import QueryError

if TYPE_CHECKING:
    from search.searcher import Searcher

_LINK = re.compile(
    r"(?:https?://[^/\s]+)?(?:/[^?#]*)??/articles/(?P<article>[^?#]+)"
    r"(?:\?(?P<asked>[^#]*))?#p(?P<number>[1-9][0-9]{0,8})",
    re.IGNORECASE,
)
_SHOWN = 100  # characters of what is no address


def named(searcher: Searcher, text: str) -> Address:
    """The address that is meant, with a check or without one; its article need not be there.

    Raises QueryError where no paragraph is named.
    """
    readings = [each for each in _readings(text.strip()) if each is not None]
    if not readings:
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        raise QueryError(
            f"{shown!r} names no paragraph; name one as search and show print it, such as "
            "siege.txt#p3 or siege.txt#p3@1f3a9c20b7, or by its link",
            "bad_address",
        )
    there = [each for each in readings if searcher.has_article(each.article_id)]
    return (there or readings)[0]


def _readings(text: str) -> list[Address | None]:
    """What an address may mean: as it is printed, as a citation has it, as a link."""
    printed = read_address(text)
    readings = [printed]
    if printed:
        readings.append(printed._replace(article_id=unquote(printed.article_id)))
    link = _LINK.fullmatch(text)
    if link:
        article_id = unquote(link["article"])
        asked = dict(
            pair.partition("=")[::2]
            for pair in (link["asked"] or "").replace("&amp;", "&").split("&")
        )
        cited = read_cited(article_id, asked.get("cited", ""))
        readings.insert(0, cited or Address(article_id, int(link["number"])))
    return readings
