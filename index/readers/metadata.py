"""What a page says of itself beside its text: title, author, site, address, language, dates.

It is read from JSON-LD, from the meta elements of Open Graph, Dublin Core and news sites, and
from the markup, in this order. Nothing is guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from index.readers.blocks import is_hidden
from index.repair import repair

_ARTICLE_TYPES = re.compile(r"(?:Article|Posting|Report|Reportage|Review|Analysis|Advertorial)$")
_MAX_JSON = 1_000_000  # characters of a script
_MAX_NODES = 10_000  # values in it that are looked at
_MAX_FIELD = 300

_TITLES = (
    "dc:title", "dcterm:title", "dcterms.title", "og:title", "parsely-title", "twitter:title",
    "weibo:article:title", "title", "headline", "citation_title", "sailthru.title",
)  # fmt: skip
_AUTHORS = (
    "author", "dc:creator", "dcterm:creator", "dcterms.creator", "article:author", "byl",
    "parsely-author", "sailthru.author", "citation_author",
)  # fmt: skip
_SITES = ("og:site_name", "application-name", "dc:publisher", "apple-mobile-web-app-title")
_PUBLISHED = (
    "article:published_time", "datepublished", "og:published_time", "og:article:published_time",
    "parsely-pub-date", "dcterms.issued", "dc:date.issued", "dcterms.created", "dc:date",
    "dcterms.date", "publish-date", "publish_date", "published_at", "published-date",
    "publication_date", "publicationdate", "pubdate", "pub_date", "published_time",
    "article_date_original", "citation_publication_date", "citation_date", "date",
    "article.published", "bt:pubdate", "cxenseparse:recs:publishtime", "ptime",
)  # fmt: skip
# "Bridge opens - The Daily", "Bridge opens_News": what follows the last sign may be the site.
_LAST_PART = re.compile(r"(?P<rest>.*)(?:\s[|\-–—\\/>»·•]+\s|[|_])(?P<last>[^|]{1,80})")
_BY = re.compile(r"^(?:by|von|par|por|di)\s*:?\s+", re.IGNORECASE)
# What follows the name in a byline: a day, a number, an account, a rank.
_NO_NAME = re.compile(
    r"\s*(?:[|•·@—–:]|\s-(?=\s|$)|,?\s*\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
    r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?\s+\d|\d).*$",
    re.IGNORECASE,
)
_LONGEST_NAME = 80
_BYLINE = (
    "//*[@rel='author'] | //*[contains(concat(' ',normalize-space(@itemprop),' '),' author ')]"
    " | //*[contains(@class,'byline') or contains(@class,'author-name') or @class='author']"
)
_TIMES = (
    "//time[@datetime][@pubdate or contains(@itemprop,'datePublished')]"
    " | //*[contains(@itemprop,'datePublished')][@datetime or @content]"
    " | //time[@datetime][contains(@class,'publish') or contains(@class,'entry-date')]"
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says of itself; empty where it says nothing.

    Attributes:
        title: its title, without the name of the site where that can be told apart.
        titles: all that it calls itself.
        author: who wrote it.
        site: the name of the site.
        url: its address, by its own account or by that of its container.
        language: the tag that it declares, such as "en-US".
        dates: when it was published, as it is written, the best first.
    """

    title: str
    titles: tuple[str, ...]
    author: str
    site: str
    url: str
    language: str
    dates: tuple[str, ...]


def metadata_of(root: HtmlElement, url: str = "") -> Metadata:
    """Read what a page says of itself.

    Args:
        root: the page.
        url: where it was found, if that is known.
    """
    meta = _meta(root)
    article = _json_article(root)
    site = _first(meta, _SITES) or _name(article.get("publisher"))
    printed = _line(root.findtext(".//title"))
    headings = [_line(each.text_content()) for each in root.iter("h1", "h2")]
    named = _named_title(article, meta, printed)
    address = _address(root, meta, url)
    title = _without_site(named or printed, site, address, headings)
    if not title:
        title = next(filter(None, (_line(each.text_content()) for each in root.iter("h1"))), "")
    dates = [_line(article.get("datePublished")), *_all(meta, _PUBLISHED), *_times(root)]
    return Metadata(
        title=title,
        titles=tuple(dict.fromkeys(filter(None, (title, named, printed)))),
        author=_author(root, meta, article),
        site=site,
        url=address,
        language=_language(root, meta, article),
        dates=tuple(dict.fromkeys(filter(None, dates))),
    )


def _line(value: object) -> str:
    """A value as repaired text on one line, cut where no title or name is so long."""
    return " ".join(repair(value[:5_000]).split())[:_MAX_FIELD] if isinstance(value, str) else ""


def _meta(root: HtmlElement) -> dict[str, str]:
    """The meta elements: the first that says something, by name, in small letters."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        content = _line(element.get("content"))
        keys = (element.get(key) for key in ("property", "name", "itemprop", "http-equiv"))
        names = " ".join(filter(None, keys)).lower().split() if content else []
        for name in names:
            found.setdefault(re.sub(r"^(dc|dcterm)[.:]", r"\1:", name), content)
    return found


def _first(meta: dict[str, str], names: tuple[str, ...]) -> str:
    return next(iter(_all(meta, names)), "")


def _all(meta: dict[str, str], names: tuple[str, ...]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _json_article(root: HtmlElement) -> dict[str, Any]:
    """The first article that JSON-LD tells of; empty if there is none."""
    for script in root.iter("script"):
        text = script.text or ""
        if "ld+json" not in (script.get("type") or "") or len(text) > _MAX_JSON:
            continue
        try:
            value = json.loads(text.strip().removeprefix("<![CDATA[").removesuffix("]]>"))
        except (ValueError, RecursionError):
            continue  # what the site got wrong is told elsewhere in the page, too
        for node in _nodes(value):
            kinds = node.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds):
                return node
    return {}


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    """The objects in a JSON value, those above first."""
    queue, taken = [value], 0
    while taken < len(queue) and taken < _MAX_NODES:
        each = queue[taken]
        taken += 1
        if isinstance(each, dict):
            yield each
            queue.extend(each.get(key) for key in ("@graph", "mainEntity", "mainEntityOfPage"))
        elif isinstance(each, list):
            queue.extend(each)


def _name(value: object) -> str:
    """The name of a person or of an organisation in JSON-LD; of several, all."""
    if isinstance(value, dict):
        return _line(value.get("name"))
    if isinstance(value, list):
        return ", ".join(dict.fromkeys(filter(None, map(_name, value[:20]))))[:_MAX_FIELD]
    return _line(value)


def _named_title(article: dict[str, Any], meta: dict[str, str], printed: str) -> str:
    """The title in the metadata; of a headline and a name in JSON-LD, what the page prints."""
    given = [name for key in ("headline", "name") if (name := _name(article.get(key)))]
    on_page = [name for name in given if name.casefold() in printed.casefold()]
    on_page.sort(key=len, reverse=True)  # the shorter one may be the name of the site
    return next(iter((*on_page, *given, *_all(meta, _TITLES))), "")


def _without_site(title: str, site: str, url: str, headings: list[str]) -> str:
    """Take the name of the site off a title: what its site or its headings show to be one."""
    match = _LAST_PART.fullmatch(title)
    if not match:
        return title
    rest, last = match["rest"].strip(), _letters(match["last"])
    host = _letters(urlsplit(url).hostname or "")
    if last and (last == _letters(site) or (len(last) > 2 and last in host)):
        return rest
    shown = len(rest) > len(match["last"]) and any(_letters(rest) == _letters(h) for h in headings)
    return rest if shown else title


def _letters(text: str) -> str:
    return "".join(re.findall(r"[^\W_]+", text.casefold()))


def _author(root: HtmlElement, meta: dict[str, str], article: dict[str, Any]) -> str:
    """Who wrote it; an address is no name."""
    for name in (_name(article.get("author")), *_all(meta, _AUTHORS)):
        if name and not _is_address(name):
            return _BY.sub("", name, count=1)
    for element in root.xpath(_BYLINE)[:20]:
        name = "" if is_hidden(element) else _line(element.text_content())
        name = _NO_NAME.sub("", _BY.sub("", name, count=1))
        if name and len(name) <= _LONGEST_NAME and not _is_address(name):
            return name
    return ""


def _is_address(text: str) -> bool:
    return bool(re.match(r"(?:https?:)?//|www\.|@", text, re.IGNORECASE))


def _address(root: HtmlElement, meta: dict[str, str], url: str) -> str:
    """The address: the canonical one, or where it was found. Only http and https are links."""
    links = root.xpath("//link[contains(concat(' ',@rel,' '),' canonical ')]/@href")
    for each in (*links[:1], meta.get("og:url", "")):
        try:
            address = urljoin(url, _line(each)) if each else ""
            parts = urlsplit(address)
        except ValueError:  # of brackets that hold no address
            continue
        # A canonical address without a path is that of the site, which errs.
        if parts.scheme in ("http", "https") and parts.hostname and parts.path.strip("/"):
            return address
    return url


def _language(root: HtmlElement, meta: dict[str, str], article: dict[str, Any]) -> str:
    """The declared language: of the root, of the head, of the text."""
    page = root if root.tag == "html" else root.find(".//html")
    own = page.get("lang") or page.get("xml:lang") if page is not None else ""
    declared = own or meta.get("content-language", "") or _name(article.get("inLanguage"))
    return _line(declared or meta.get("og:locale", "")).split(",")[0]


def _times(root: HtmlElement) -> list[str]:
    """The dates of publication in the markup; where none says what it is, the only one.

    Of several times without a name, none is known to be that of the article.
    """
    named = root.xpath(_TIMES)[:5]
    if not named:
        given = {each.get("datetime") or "": each for each in root.xpath("//time[@datetime]")}
        named = list(given.values()) if len(given) == 1 else []
    return [_line(each.get("datetime") or each.get("content")) for each in named]
