"""Copies as plain dictionaries: in the hits of a page, and a family with its differences."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from search.header_contract import article_link, date_as_dict, header_as_dict
from search.results import Copies, FamilyMember, FamilyView
from search.word_diff import Part


def family_link(article_id: str, paragraph: int) -> str:
    """The path of the page of the copies of a paragraph.

    >>> family_link("blog/2021 #1", 3)
    '/families/blog%2F2021%20%231/3'
    """
    return f"/families/{quote(article_id, safe='')}/{paragraph}"


def copies_as_dict(copies: Copies) -> dict[str, Any]:
    """What a hit says of its copies."""
    first, date = copies.first, copies.first_date
    return {
        "family": f"{first.article_id}#p{first.paragraph}",
        "kind": copies.kind,
        "paragraphs": copies.paragraphs,
        "articles": copies.articles,
        "sources": copies.sources,
        "first": {
            "id": first.article_id,
            "paragraph": first.paragraph,
            "address": copies.address,
            "date": date_as_dict(date),
        },
        "link": family_link(first.article_id, first.paragraph),
    }


def copied(copies: Copies | None) -> dict[str, Any]:
    """What a paragraph says of its copies, if it has any."""
    return {"copies": copies_as_dict(copies)} if copies else {}


def family_as_dict(view: FamilyView) -> dict[str, Any]:
    """The copies of a paragraph, as ``GET /api/articles/<id>/paragraphs/<n>/copies`` answers."""
    return {
        "id": view.article.id,
        "paragraph": view.number,
        "copies": copies_as_dict(view.copies) if view.copies else None,
        "against": {"id": view.against.article.id, "paragraph": view.against.number},
        "members": [_member(each) for each in view.members],
        "page": {"number": view.page, "of": view.pages},
    }


def _member(member: FamilyMember) -> dict[str, Any]:
    article = member.article
    return {
        "place": member.place,
        **header_as_dict(article),
        "paragraph": member.number,
        "of": article.length,
        "text": member.text,
        "diff": [_part(each) for each in member.parts],
        "link": article_link(article.id, member.number),
    }


def _part(part: Part) -> dict[str, Any]:
    return {"kind": part.kind, "start": part.start, "end": part.end, "text": part.text}
