"""The JSON contract: results as plain dictionaries, the same for the API and the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from search.address import address_of
from search.errors import NutgrafError
from search.family_contract import copied
from search.header_contract import article_link, header_as_dict
from search.results import (
    Advice,
    ArticleHeader,
    ArticleHits,
    ArticleView,
    Clause,
    ClauseMatch,
    ContextView,
    Facet,
    Hit,
    HitPlace,
    Info,
    Neighbours,
    Page,
    Paragraph,
    SearchOptions,
)

if TYPE_CHECKING:
    from search.completions import Completion


def page_as_dict(page: Page) -> dict[str, Any]:
    """A page of results as ``GET /api/search`` answers it."""
    shown: dict[str, Any] = {
        "query": page.query,
        "match": page.options.match,
        "total": {
            "paragraphs": page.total.paragraphs,
            "articles": page.total.articles,
            "same_article": page.total.same_article,
            "folded": page.total.folded._asdict(),
        },
        "took_ms": page.took_ms,
        "notices": list(page.notices),
        "partial": page.partial,
        "timed_out": page.timed_out,
        "clauses": [clause_as_dict(each) for each in page.clauses],
        "articles": [_article_hits(found, page.options) for found in page.articles],
        "page": {
            "number": page.options.number,
            "size": page.options.size,
            "next": _next_page(page),
            "cursor": page.cursor or None,
        },
    }
    if page.advice is not None:
        shown["advice"] = _advice(page.advice)
    if page.options.facets:
        shown["facets"] = [_facet(each) for each in page.facets]
    return shown


def _advice(advice: Advice) -> dict[str, Any]:
    """What would be found otherwise; each suggestion with the address that asks for it."""
    return {
        "clauses": [each._asdict() for each in advice.clauses],
        "suggestions": [
            {
                "kind": each.kind,
                "query": each.query,
                "match": each.options.match,
                "paragraphs": each.paragraphs,
                "articles": each.articles,
                "changed": [list(pair) for pair in each.changed],
                "link": _address(each.query, each.options._replace(cursor=""), 1),
            }
            for each in advice.suggestions
        ],
        "complete": advice.complete,
    }


def _facet(facet: Facet) -> dict[str, Any]:
    return {
        "field": facet.field,
        "values": [each._asdict() for each in facet.values],
        "more": facet.more,
    }


def completions_as_dict(completions: Sequence[Completion]) -> dict[str, Any]:
    """What a query may go on with."""
    return {
        "completions": [
            {"kind": each.kind, "text": each.text, "count": each.count, "query": each.query}
            for each in completions
        ]
    }


def context_as_dict(view: ContextView) -> dict[str, Any]:
    """A paragraph and those around it."""
    return {
        **header_as_dict(view.article),
        "of": view.article.length,
        **_paragraph(view.paragraph, view.article),
        "before": [_paragraph(each, view.article) for each in view.before],
        "after": [_paragraph(each, view.article) for each in view.after],
        "more_before": view.more_before,
        "more_after": view.more_after,
        "link": article_link(view.article.id, view.paragraph.number),
    }


def neighbours_as_dict(neighbours: Neighbours) -> dict[str, Any]:
    """The hits before and after one; null at the ends of the results."""
    return {"previous": _place(neighbours.previous), "next": _place(neighbours.next)}


def _place(place: HitPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    link = article_link(place.article_id, place.paragraph)
    return {
        "id": place.article_id,
        "paragraph": place.paragraph,
        "page": place.page,
        "link": link,
    }


def article_as_dict(view: ArticleView) -> dict[str, Any]:
    """An article as ``GET /api/articles/<id>`` answers it."""
    return {
        **header_as_dict(view.article),
        "date_evidence": view.article.date.evidence,
        "title_spans": [list(span) for span in view.title_spans],
        "of": view.article.length,
        "notices": list(view.notices),
        "clauses": [clause_as_dict(each) for each in view.clauses],
        "paragraphs": [
            {
                **_paragraph(each, view.article),
                "link": article_link(view.article.id, each.number),
                **copied(view.copies.get(each.number)),
            }
            for each in view.paragraphs
        ],
        "link": article_link(view.article.id),
        "hits": list(view.hits),
    }


def info_as_dict(info: Info) -> dict[str, Any]:
    """What ``nutgraf info --json`` prints."""
    return {
        "path": info.path,
        "articles": info.articles,
        "paragraphs": info.paragraphs,
        "dates": {"first": info.first_day, "last": info.last_day, "unknown": info.undated},
        "sources": [{"source": source, "articles": count} for source, count in info.sources],
        "segments": info.segments,
        "bytes": info.bytes,
    }


def error_as_dict(error: NutgrafError) -> dict[str, Any]:
    """The one shape of errors: ``{"error": {"code", "message"[, "position"]}}``."""
    shown: dict[str, Any] = {"code": error.code, "message": str(error)}
    position = getattr(error, "position", None)
    if position is not None:
        shown["position"] = position
    return {"error": shown}


def clause_as_dict(clause: Clause) -> dict[str, Any]:
    """A clause with its kind; where it stands for many words or for days, with those."""
    shown: dict[str, Any] = {"id": clause.id, "query": clause.query, "kind": clause.kind}
    if clause.field not in (None, "text"):
        shown["field"] = clause.field
    if clause.became:
        became = clause.became
        shown["expansion"] = {
            "words": list(became.words),
            "more": became.more,
            "capped": became.capped,
        }
    if clause.days:
        shown["days"] = [day.isoformat() if day else None for day in clause.days]
    return shown


def clause_match_as_dict(match: ClauseMatch) -> dict[str, Any]:
    """A clause that made a paragraph match."""
    shown: dict[str, Any] = {"id": match.id}
    if match.distance is not None:
        shown["distance"] = match.distance
    if match.partners:
        shown["with"] = list(match.partners)
    return shown


def _article_hits(found: ArticleHits, options: SearchOptions) -> dict[str, Any]:
    return {
        **header_as_dict(found.article),
        "title_spans": [list(span) for span in found.title_spans],
        "total": found.total,
        "hits": [_hit(hit, found.article, options) for hit in found.hits],
    }


def _hit(hit: Hit, article: ArticleHeader, options: SearchOptions) -> dict[str, Any]:
    shown = {
        **_paragraph(hit.paragraph, article),
        "of": article.length,
        "score": round(hit.score, 4),
        "clauses": [clause_match_as_dict(each) for each in hit.clauses],
        "position": hit.position,
        "link": article_link(article.id, hit.paragraph.number),
    }
    if hit.beside:
        shown["beside"] = [_paragraph(each, article) for each in hit.beside]
    shown |= copied(hit.copies)
    if options.before or options.after:
        shown["before"] = [_paragraph(each, article) for each in hit.before]
        shown["after"] = [_paragraph(each, article) for each in hit.after]
    return shown


def _paragraph(paragraph: Paragraph, article: ArticleHeader) -> dict[str, Any]:
    return {
        "paragraph": paragraph.number,
        "address": str(address_of(article.id, paragraph.number, paragraph.text)),
        "text": paragraph.text,
        "spans": [list(span) for span in paragraph.spans],
    }


def _next_page(page: Page) -> str | None:
    """The address of the next page, by its cursor where its number is too high; None at the end."""
    if page.next_page is not None and not page.options.cursor:
        return _address(page.query, page.options, page.next_page)
    if not page.cursor:
        return None
    return _address(page.query, page.options._replace(cursor=page.cursor), 1)


def _address(query: str, options: SearchOptions, number: int) -> str:
    """The address of a page, with every option that is not the default."""
    asked: dict[str, object] = {"q": query, "n": options.size, "page": number}
    if options.sort != "relevance":
        asked["sort"] = options.sort
    if options.match != "all":
        asked["match"] = options.match
    if options.strict:
        asked["strict"] = 1
    if options.tz:
        asked["tz"] = options.tz
    if options.before == options.after != 0:
        asked["context"] = options.before
    if options.facets:
        asked["facets"] = 1
    if not options.fold:
        asked["fold"] = 0
    if options.cursor:
        asked["cursor"] = options.cursor
    return "/api/search?" + urlencode(asked)
