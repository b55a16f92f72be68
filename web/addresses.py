"""Addresses: any article id in a path, a search in a query string, and which URLs may be links."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from urllib.parse import urlencode

from flask import Flask, request
from werkzeug.routing import BaseConverter

from search.address import address_of
from search.header_contract import article_link
from search.results import HitPlace, Paragraph
from web.operations import NAMED
from web.parameters import ALL, READING, Asked, as_arguments

_REMEMBERED = 200  # query strings
_LINKABLE = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


class ArticleIdConverter(BaseConverter):
    """The rest of the path, slashes and all: an id can be ``https://example.org//a`` or ``/a/``."""

    regex = "(?s:.+)"
    part_isolating = False


class ParagraphConverter(BaseConverter):
    """The number of a paragraph."""

    regex = "[0-9]{1,9}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)


def search_address(asked: Asked, path: str = "/", **changes: object) -> str:
    """The address of a search, with only those options that are not the default."""
    arguments = _arguments(asked, tuple(changes.items()))
    return f"{path}?{arguments}" if arguments else path


@lru_cache(_REMEMBERED)
def _arguments(asked: Asked, changes: tuple[tuple[str, object], ...]) -> str:
    """The options as a query string, which a page has in a hundred links."""
    return urlencode(as_arguments(asked, **dict(changes)))


def api_address(asked: Asked, name: str, **more: object) -> str:
    """The address in the API that tells of a search, with those options that it takes."""
    operation = NAMED[name]
    return _address(asked, operation.path, operation.arguments, more)


def receipt_address(asked: Asked) -> str:
    """The address of the receipt of a search, to be read and printed."""
    return _address(asked, "/receipt", ALL, {})


def feed_address(asked: Asked, form: str) -> str:
    """The address of the feed of a search, which has an order of its own."""
    return _address(asked, f"/feed.{form}", READING, {})


def _address(asked: Asked, path: str, names: Collection[str], more: Mapping[str, object]) -> str:
    given = as_arguments(asked, **more)
    return f"{path}?{urlencode({name: each for name, each in given.items() if name in names})}"


def article_address(article_id: str, asked: Asked, paragraph: int | None = None) -> str:
    """The address of an article, or of a paragraph of it, as found by a search.

    It keeps the search, so that the article shows the marks and knows the way back.
    """
    anchor = f"#p{paragraph}" if paragraph else ""
    return search_address(asked, article_link(article_id)) + anchor


def cite_address(article_id: str, paragraph: Paragraph) -> str:
    """The address of the page with the citations of a paragraph."""
    address = address_of(article_id, paragraph.number, paragraph.text)
    return f"/cite?{urlencode({'address': str(address)})}"


def place_address(asked: Asked, place: HitPlace) -> str:
    """The address of a hit in another article of the results, on whatever page of them."""
    there = Asked(asked.query, asked.options._replace(number=place.page))
    return article_address(place.article_id, there, place.paragraph)


def full_address(asked: Asked | None) -> str:
    """The whole address of the page that is being asked for, to be cited on paper."""
    if asked is None or request.path != "/":
        return request.url
    address = search_address(asked) if asked.query.strip() else "/"
    return request.host_url + address.removeprefix("/")


def kept_options(asked: Asked) -> dict[str, object]:
    """The options that the next query from the box keeps: all but the page."""
    return as_arguments(asked, q="", page=1)


def is_linkable(url: str) -> bool:
    """Whether a URL out of an article may become a link: only the web and mail, never a script.

    >>> is_linkable("https://example.org/a"), is_linkable("javascript:alert(1)")
    (True, False)
    """
    return _LINKABLE.fullmatch(url) is not None


def register(app: Flask) -> None:
    """Teach routes to take article ids, and templates to make addresses."""
    app.url_map.merge_slashes = False
    app.url_map.converters["article_id"] = ArticleIdConverter
    app.url_map.converters["paragraph"] = ParagraphConverter
    for each in (
        search_address,
        api_address,
        receipt_address,
        article_address,
        cite_address,
        place_address,
        full_address,
        kept_options,
        as_arguments,
        feed_address,
    ):
        app.jinja_env.globals[each.__name__] = each
    app.jinja_env.tests["linkable"] = is_linkable
