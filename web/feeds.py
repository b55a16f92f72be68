"""Feeds of the newest matches: Atom (RFC 4287) and JSON Feed 1.1, of the same entries."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from lxml import etree
from werkzeug import Response as AnyResponse

from search.errors import QueryError
from search.feed import Entry, Feed, newest, plainly_marked
from search.wording import counted, printed_date
from web.addresses import article_address, feed_address, is_linkable, search_address
from web.parameters import READING, Asked, read_arguments, refuse_unknown
from web.summary import current_searcher

_ATOM = "http://www.w3.org/2005/Atom"
_TYPES = {"atom": "application/atom+xml", "json": "application/feed+json"}
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0

feeds = Blueprint("feeds", __name__)


@feeds.get("/feed.atom")
def atom_feed() -> AnyResponse:
    """The newest matches, as Atom."""
    return _answer("atom", _as_atom)


@feeds.get("/feed.json")
def json_feed() -> AnyResponse:
    """The newest matches, as JSON Feed."""
    return _answer("json", _as_json)


def _answer(form: str, write: Callable[[Feed, Asked], bytes]) -> AnyResponse:
    """A feed, or that it is still the one that a reader has."""
    refuse_unknown(request.args, READING)
    asked = read_arguments(request.args)
    if not asked.query.strip():
        raise QueryError(f"The query is empty; ask with /feed.{form}?q=words", "empty_query")
    feed = newest(current_searcher(), asked.query, asked.options)
    body = write(feed, asked)
    response = Response(body, content_type=f"{_TYPES[form]}; charset=utf-8")
    response.last_modified = feed.changed
    response.headers["Cache-Control"] = "no-cache"  # ask again, but with the tag
    response.add_etag()
    return response.make_conditional(request)


def allowed(text: str) -> str:
    r"""A text without the characters that XML forbids.

    >>> allowed("a\x00b\ufffe\ud800c\td")
    'abc\td'
    """
    return _FORBIDDEN.sub("", text)


def _title(feed: Feed) -> str:
    return allowed(f"{feed.query} – nutgraf")


def _subtitle(feed: Feed) -> str:
    """What the feed holds, and what not."""
    said = f"The newest of {counted(feed.articles, 'article')} with paragraphs that match"
    if feed.undated:
        have = "has" if feed.undated == 1 else "have"
        said += f"; {counted(feed.undated, 'article')} that {have} no date left out"
    return said


def _headline(entry: Entry) -> str:
    return allowed(entry.article.title or entry.article.id)


def _text(entry: Entry) -> str:
    """An entry in plain text: who, where and when as exactly as is known; what matches."""
    article = entry.article
    facts = (article.author, article.source, printed_date(article.date))
    lines = [" · ".join(fact for fact in facts if fact)]
    lines += [
        f"¶ {each.number}  {plainly_marked(each.text, each.spans)}" for each in entry.paragraphs
    ]
    hidden = entry.total - len(entry.paragraphs)
    if hidden:
        lines.append(f"and {counted(hidden, 'more paragraph')}")
    return allowed("\n\n".join(lines))


def _here(path: str) -> str:
    """The whole address of a path of this server."""
    return request.host_url.rstrip("/") + path


def _page(entry: Entry, asked: Asked) -> str:
    """The address of the first paragraph of an entry, on its page."""
    return _here(article_address(entry.article.id, asked, entry.paragraphs[0].number))


def _as_json(feed: Feed, asked: Asked) -> bytes:
    shown = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _title(feed),
        "description": _subtitle(feed),
        "home_page_url": _here(search_address(asked)),
        "feed_url": _here(feed_address(asked, "json")),
        "items": [_item(each, asked) for each in feed.entries],
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(entry: Entry, asked: Asked) -> dict[str, Any]:
    article = entry.article
    item: dict[str, Any] = {
        "id": entry.id,
        "url": _page(entry, asked),
        "title": _headline(entry),
        "content_text": _text(entry),
        "date_published": f"{entry.published:%Y-%m-%dT%H:%M:%SZ}",
    }
    if is_linkable(article.url):
        item["external_url"] = article.url
    if allowed(article.author):
        item["authors"] = [{"name": allowed(article.author)}]
    if article.language:
        item["language"] = allowed(article.language)
    item["_nutgraf"] = {
        "id": article.id,
        "date": article.date.value,
        "precision": article.date.precision,
        "paragraphs": [each.number for each in entry.paragraphs],
        "total": entry.total,
    }
    return item


def _as_atom(feed: Feed, asked: Asked) -> bytes:
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "id", feed.id)
    _add(root, "title", _title(feed))
    _add(root, "subtitle", _subtitle(feed))
    _add(root, "updated", f"{feed.updated:%Y-%m-%dT%H:%M:%SZ}")
    _add(_add(root, "author"), "name", "nutgraf")
    _add(root, "generator", "nutgraf")
    own = _here(feed_address(asked, "atom"))
    _add(root, "link", rel="self", type=_TYPES["atom"], href=own)
    _add(root, "link", rel="alternate", type="text/html", href=_here(search_address(asked)))
    for entry in feed.entries:
        _add_entry(root, entry, asked)
    xml: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return xml


def _add_entry(root: Any, entry: Entry, asked: Asked) -> None:
    article = entry.article
    element = _add(root, "entry")
    _add(element, "id", entry.id)
    _add(element, "title", _headline(entry))
    _add(element, "updated", f"{entry.published:%Y-%m-%dT%H:%M:%SZ}")
    _add(element, "published", f"{entry.published:%Y-%m-%dT%H:%M:%SZ}")
    if allowed(article.author):
        _add(_add(element, "author"), "name", allowed(article.author))
    _add(element, "link", rel="alternate", type="text/html", href=_page(entry, asked))
    if is_linkable(article.url):
        _add(element, "link", rel="via", href=allowed(article.url))
    _add(element, "content", _text(entry), type="text")


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    """Add an element of Atom."""
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = text or None
    return element


def register(app: Flask) -> None:
    """Add the feeds to the application."""
    app.register_blueprint(feeds)
