"""The blocks of a page -> those of its article.

trafilatura says which text belongs to the article; the tree of the page says where its
paragraphs begin and end, and which small blocks between them belong to it, too: captions,
subheadings, short answers. Where trafilatura finds little, the place with the most prose is
taken for the article.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement
from trafilatura import extract

from index.readers.blocks import Block

_WORDS = re.compile(r"\w+")
_SHORT, _PIECE = 12, 20  # characters of a text without its spaces
_LONGEST = 1_000_000  # characters of a text; in a longer one only whole lines are looked for
_SHARE = 0.9  # of the text that was found lies in the element that is taken for the article
_LITTLE = 0.5  # of the prose of one element, found in all, is too little
_SMALL_PART = 0.05  # of the article, in an element that is named like no part of one
_FAR_LENGTH = 80  # of a paragraph that belongs to the article though it lies beside it
_PROSE = frozenset(("p", "pre", "blockquote", "figcaption"))
_LISTS = frozenset(("ul", "ol", "dl", "table"))
_GROUPS = frozenset(
    "aside dd details div dl fieldset footer form header li ol section table tbody td ul".split()
)

# Names of classes and ids, by their words, of what stands between paragraphs and is none.
_JUNK = frozenset(
    "ad ads adv advert advertisement advertising banner breadcrumb breadcrumbs combx comment "
    "comments consent cookie cookies disqus editsection extra footer gdpr menu navbox newsletter "
    "noprint outbrain pager pagination popular popup promo promos promotion recirc recommendations "
    "recommended related relatedposts remark replies rss share sharebar sharedaddy sharetools "
    "sharing shoutbox sidebar signup social sponsor sponsored subscribe supplemental taboola teads "
    "toc toolbar vjs yom".split()
)
# … and such as cast doubt only on a block that trafilatura left out.
_DOUBTFUL = frozenset("author byline dateline header hidden legends meta metadata tag tags".split())
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Whole blocks that are buttons and labels, and links that lead on.
_MORE = re.compile(r"(?:learn|read|see|find out) more\b.{0,60}|continue reading\b.{0,60}", re.I)
_NOISE = re.compile(
    r"(?:advertise?ments?|advertising|ad|story continues below.{0,30}"
    r"|share(?: this)?(?: story| article| page)?|print|e-?mail|tweet|facebook|twitter|whatsapp"
    r"|linkedin|pinterest|copy link|loading|undo|skip (?:to|ad).{0,30}"
    r"|\d{1,7} (?:shares|comments?)|\W+)[.:…]*",
    re.IGNORECASE,
)

# It tells its log what callers are told here.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)


@dataclass(slots=True)
class _Sums:
    """Characters in an element: all, those in links, those that were found."""

    size: int = 0
    linked: int = 0
    found: int = 0


def article_blocks(root: HtmlElement, blocks: list[Block], titles: tuple[str, ...]) -> list[Block]:
    """The blocks of the article; its headline is left out where it is one of the titles.

    Args:
        root: the page. It stays as it is.
        blocks: its blocks.
        titles: what the page says elsewhere that its title is.
    """
    found = _found(blocks, extract(root, favor_recall=True, include_comments=False))
    prose = _densest(blocks)
    if _size(blocks, found) < _LITTLE * _size(blocks, prose):
        found = prose
    if not any(found):
        found = [2 * block.linked <= block.size for block in blocks]
    if not any(found):
        return []
    sums = _sums(blocks, found)
    top = _container(blocks, found, sums)
    return [
        block
        for block, was_found in zip(blocks, found, strict=True)
        if _belongs(block, was_found, top, sums)
        and not (block.tag in ("h1", "h2") and any(is_title(block.text, each) for each in titles))
    ]


def is_title(heading: str, title: str) -> bool:
    """Tell whether a heading says what a title says, give or take the name of the site."""
    words, others = (_WORDS.findall(text.casefold()) for text in (heading, title))
    common = (Counter(words) & Counter(others)).total()
    return bool(words) and common >= 0.75 * len(words) and common >= 0.5 * min(len(others), 12)


def _found(blocks: list[Block], text: str | None) -> list[bool]:
    """Tell which blocks are in the text of the article, however that divides it."""
    lines = {_letters(line) for line in (text or "").split("\n")}
    whole = _letters(text or "")
    if len(whole) > _LONGEST:
        return [_letters(block.text) in lines for block in blocks]
    pieces = {whole[start : start + _PIECE] for start in range(len(whole))}
    return [_is_in(_letters(block.text), lines, whole, pieces) for block in blocks]


def _is_in(letters: str, lines: set[str], whole: str, pieces: set[str]) -> bool:
    """Tell whether a block is in a text: a short one as a line, a long one for the most part."""
    if len(letters) < _SHORT:
        return letters in lines and bool(letters)
    if len(letters) < 3 * _PIECE:
        return letters in whole
    samples = range(0, len(letters) - _PIECE, _PIECE // 2)
    within = sum(letters[start : start + _PIECE] in pieces for start in samples)
    return within >= 0.6 * len(samples)


def _letters(text: str) -> str:
    return "".join(_WORDS.findall(text.casefold()))


def _densest(blocks: list[Block]) -> list[bool]:
    """Tell which blocks lie in the element with the most prose of its own.

    Each block of prose speaks for the element around it and, half as loud, for the next one.
    """
    votes: Counter[HtmlElement] = Counter()
    for block in blocks:
        if block.size < 25 or 3 * block.linked > block.size or _is_junk(block.path, _JUNK):
            continue
        vote = 1 + block.text.count(",") + min(block.size / 100, 3)
        around = block.path[:-1] if block.tag in _PROSE else block.path
        for element, loudness in zip(reversed(around), (1.0, 0.5), strict=False):
            votes[element] += vote * loudness  # type: ignore[assignment]
    if not votes:
        return [False] * len(blocks)
    top = votes.most_common(1)[0][0]
    return [
        top in block.path and 2 * block.linked <= block.size and not _is_junk(block.path, _JUNK)
        for block in blocks
    ]


def _size(blocks: list[Block], chosen: list[bool]) -> int:
    return sum(block.size for block, each in zip(blocks, chosen, strict=True) if each)


def _sums(blocks: list[Block], found: list[bool]) -> dict[HtmlElement, _Sums]:
    """The sums of each element that holds blocks."""
    sums: dict[HtmlElement, _Sums] = {}
    for block, was_found in zip(blocks, found, strict=True):
        for element in block.path:
            of_element = sums.setdefault(element, _Sums())
            of_element.size += block.size
            of_element.linked += block.linked
            of_element.found += block.size * was_found
    return sums


def _container(
    blocks: list[Block], found: list[bool], sums: dict[HtmlElement, _Sums]
) -> HtmlElement:
    """The innermost element that holds nearly all that was found."""
    enough = _SHARE * _size(blocks, found)
    paths = [block.path for block, was_found in zip(blocks, found, strict=True) if was_found]
    holding = [[each for each in path if sums[each].found >= enough] for path in paths]
    return max(holding, key=len)[-1]


def _belongs(
    block: Block, was_found: bool, top: HtmlElement, sums: dict[HtmlElement, _Sums]
) -> bool:
    """Decide on a block by what it is, where it stands, and whether it was found."""
    if _NOISE.fullmatch(block.text):
        return False
    if block.linked == block.size and _MORE.fullmatch(block.text):
        return False
    if top not in block.path:
        around = islice(top.iterancestors(), 2)
        near = any(element in block.path for element in around)
        return was_found and near and len(block.text) >= _FAR_LENGTH
    inside = block.path[block.path.index(top) + 1 :]
    most = _SMALL_PART * sums[top].found
    if _is_junk([each for each in inside if sums[each].found < most], _JUNK):
        return False
    if was_found:
        return True
    if _is_junk(inside, _DOUBTFUL):
        return False
    groups = [each for each in inside if each.tag in _GROUPS]
    if block.tag in _PROSE:
        return not any(2 * sums[each].linked > sums[each].size for each in groups)
    lists = [each for each in groups if each.tag in _LISTS]
    if lists:
        return 2 * sums[lists[0]].linked <= sums[lists[0]].size
    return 2 * block.linked <= block.size


def _is_junk(elements: tuple[HtmlElement, ...] | list[HtmlElement], words: frozenset[str]) -> bool:
    """Tell whether an element is named like something that is no part of an article."""
    return any(not words.isdisjoint(_name_parts(each)) for each in elements)


def _name_parts(element: HtmlElement) -> list[str]:
    """The words in the class and the id of an element: "storyShare-2" has story and share."""
    name = f"{element.get('class') or ''} {element.get('id') or ''}"
    return [part.lower() for part in _NAME_PARTS.findall(name)] if len(name) > 1 else []
