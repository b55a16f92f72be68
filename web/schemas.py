"""The shapes of what the API takes and answers, as JSON Schema; tests hold answers against them."""

from __future__ import annotations

from typing import Any

from search.citing.writing import STYLES

Schema = dict[str, Any]


def _of(kind: str, meaning: str = "", **more: Any) -> Schema:
    said = {"description": meaning} if meaning else {}
    return {"type": kind, **said, **more}


def _text(meaning: str = "", **more: Any) -> Schema:
    return _of("string", meaning, **more)


def _number(meaning: str = "", least: int = 0) -> Schema:
    return _of("integer", meaning, minimum=least)


def _yes_no(meaning: str) -> Schema:
    return _of("boolean", meaning)


def _one_of(*values: str | None) -> Schema:
    return {"enum": list(values)}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list(items: Schema, meaning: str = "", **more: Any) -> Schema:
    return _of("array", meaning, items=items, **more)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    """An object of these properties and no others."""
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


_SPANS = _list(
    _list(_number(), minItems=3, maxItems=3),
    "What matched: [start, end, clause], half-open, in code points of the text; ascending.",
)
_DATE = _object({
    "value": _or_null(_text("ISO 8601, as precise as it was printed.")),
    "precision": _one_of("year", "month", "day", "minute", "second", "unknown"),
})  # fmt: skip
_HEADER = {
    "id": _text(),
    "title": _text(),
    "author": _text(),
    "source": _text(),
    "url": _text(),
    "language": _text(),
    "date": _DATE,
}
_ADDRESS = _text("The stable address: article, number, and a check of what it says.")
_PARAGRAPH = {
    "paragraph": _number("Its number, from 1.", 1),
    "address": _ADDRESS,
    "text": _text(),
    "spans": _SPANS,
}
_LINK = _text("The path of its page.")
_PARAGRAPHS = _list(_ref("Paragraph"))
_MATCH = _one_of("all", "any")
_CLAUSES = _list(_ref("Clause"), "The parts of the query that match or do not.")
_NOTICES = _list(_text(), "What was mended in the query, or not looked for; one sentence each.")
_PLACE = _or_null(
    _object({"id": _text(), "paragraph": _number(), "page": _number(), "link": _LINK})
)

_COPY_COUNTS = _object({
    "counted": _one_of("all", "first"),
    "every": _number("Paragraphs that match, all copies among them."),
    "first": _number("Those that are left if of copies only the first counts."),
})  # fmt: skip
_DATES = _object({"first": _or_null(_text()), "last": _or_null(_text()), "unknown": _number()})

_RESULTS: Schema = {
    "Page": _object(
        {
            "query": _text(),
            "match": _MATCH,
            "total": _object({
                "paragraphs": _number("Exactly, unless timed_out."),
                "articles": _number("Exactly, unless timed_out."),
                "same_article": _number("Articles that have all clauses, anywhere in them."),
                "folded": _object({"paragraphs": _number(), "articles": _number()}),
            }),
            "took_ms": _of("number", "What the search took when it was first asked for."),
            "notices": _NOTICES,
            "partial": _yes_no("Whether there may be more than is told."),
            "timed_out": _yes_no("Whether the search was stopped after its time."),
            "clauses": _CLAUSES,
            "articles": _list(_ref("Found")),
            "page": _object({
                "number": _number(least=1),
                "size": _number(least=1),
                "next": _or_null(_text("The address of the next page.")),
                "cursor": _or_null(_text("With which the next page is asked for.")),
            }),
        },
        {"advice": _ref("Advice"), "facets": _list(_ref("Facet"))},
    ),
    "Found": _object(
        {
            **_HEADER,
            "title_spans": _SPANS,
            "total": _number("How many of its paragraphs match.", 1),
            "hits": _list(_ref("Hit"), "The best of them, in the order of the text."),
        }
    ),
    "Hit": _object(
        {
            **_PARAGRAPH,
            "of": _number("How many paragraphs the article has.", 1),
            "score": _of("number"),
            "clauses": _list(
                _object(
                    {"id": _number()}, {"distance": _number(), "with": _list(_number(least=1))}
                ),
                "Those that made it match; of near words or paragraphs, how far they are apart, "
                "and with which other paragraphs.",
            ),
            "position": _one_of("top", "middle", "buried"),
            "link": _LINK,
        },
        {
            "copies": _ref("Copies"),
            "before": _PARAGRAPHS,
            "after": _PARAGRAPHS,
            "beside": _PARAGRAPHS,
        },
    ),
    "Copies": _object({
        "family": _text("The paragraph that was first: article#p3."),
        "kind": _one_of("copy", "boilerplate"),
        "paragraphs": _number(
            "Where it stands, this one included; 1 if it is boilerplate by its words only.",
            1,
        ),
        "articles": _number(least=1),
        "sources": _number("0 where none is known."),
        "first": _object({
            "id": _text(), "paragraph": _number(least=1), "address": _ADDRESS, "date": _DATE,
        }),
        "link": _text("The path of the page of all copies."),
    }),
    "Family": _object({
        "id": _text(),
        "paragraph": _number(least=1),
        "copies": _or_null(_ref("Copies")),
        "against": _object({"id": _text(), "paragraph": _number(least=1)}),
        "members": _list(
            _object({
                "place": _number("In the order of time, from 1.", 1),
                **_HEADER,
                "paragraph": _number(least=1),
                "of": _number(least=1),
                "text": _text(),
                "diff": _list(
                    _object({
                        "kind": _one_of("same", "deleted", "inserted"),
                        "start": _number(),
                        "end": _number(),
                        "text": _text(),
                    }),
                    "Its parts and those of the one that it is compared with; places are of "
                    "that one where deleted, else its own, in code points.",
                ),
                "link": _LINK,
            }),
            "In the order of time.",
        ),
        "page": _object({"number": _number(least=1), "of": _number()}),
    }),
    "Paragraph": _object(_PARAGRAPH),
    "Clause": _object(
        {"id": _number(least=1), "query": _text(), "kind": _text()},
        {
            "field": _or_null(_text()),
            "expansion": _object(
                {"words": _list(_text()), "more": _number(), "capped": _of("boolean")}
            ),
            "days": _list(_or_null(_text(format="date")), minItems=2, maxItems=2),
        },
    ),
    "Advice": _object({
        "clauses": _list(
            _object({"query": _text(), "paragraphs": _number(), "articles": _number()})
        ),
        "suggestions": _list(_object({
            "kind": _text(), "query": _text(), "match": _MATCH, "paragraphs": _number(),
            "articles": _number(), "link": _LINK,
            "changed": _list(_list(_text(), minItems=2, maxItems=2)),
        })),
        "complete": _yes_no("Whether there was time for all of it."),
    }),
    "Facet": _object({
        "field": _one_of("source", "author", "year", "language"),
        "values": _list(_object({
            "value": _text(), "articles": _number(), "paragraphs": _number(),
            "selected": _of("boolean"), "excluded": _of("boolean"),
            "include": _or_null(_text()), "exclude": _or_null(_text()),
        })),
        "more": _number("How many other values there are."),
    }),
}  # fmt: skip
_RATE = _or_null(
    _of("number", "Paragraphs that match, per so many of the archive; null where it has none.")
)
_COUNTS = {"paragraphs": _number(), "articles": _number()}
_TIMES: Schema = {
    "Timeline": _object({
        "query": _text(),
        "match": _MATCH,
        "by": _one_of("day", "week", "month", "year"),
        "per": _or_null(_number("Of how many paragraphs of the archive rate tells.", 1)),
        "total": _object(_COUNTS),
        "copies": _COPY_COUNTS,
        "archive": _object({
            "first": _or_null(_text("The first day of the archive.", format="date")),
            "last": _or_null(_text("Its last day.", format="date")),
        }),
        "notices": _NOTICES,
        "partial": _yes_no("Whether there may be more than is told."),
        "periods": _list(_ref("Period"), "From the first to the last day of the archive that the "
                         "query allows, one after the other."),
        "apart": _list(_ref("Apart"), "What is in no period, because its date does not say which."),
        "gaps": _list(
            _list(_text(format="date"), minItems=2, maxItems=2),
            "The first and last days of each gap: of these the archive cannot have anything.",
        ),
    }),
    "Period": _object(
        {
            "period": _text("As date: takes it."),
            "first": _text(format="date"),
            "last": _text(format="date"),
            **_COUNTS,
            "archive": _object(_COUNTS),
            "gap": _yes_no("Whether the archive cannot have anything of it."),
            "query": _or_null(
                _text("The query narrowed to it; it finds as much, if all copies are counted.")
            ),
        },
        {"rate": _RATE},
    ),
    "Apart": _object(
        {
            "known": _one_of("unknown", "year", "month"),
            **_COUNTS,
            "archive": _object(_COUNTS),
            "query": _or_null(_text("What asks for it, where a query can.")),
        },
        {"rate": _RATE},
    ),
}  # fmt: skip
_WORDS: Schema = {
    "Concordance": _object({
        "query": _text(),
        "match": _MATCH,
        "total": _object({"paragraphs": _number(), "articles": _number()}),
        "copies": _COPY_COUNTS,
        "notices": _NOTICES,
        "partial": _yes_no("Whether there may be more than is told."),
        "clauses": _CLAUSES,
        "order": _text("As it was asked for."),
        "sample": _number("As it was asked for."),
        "seed": _number("As it was asked for."),
        "rows": _list(_ref("Row")),
        "page": _object({
            "number": _number(least=1),
            "size": _number(least=1),
            "next": _or_null(_number("The number of the next page.", 1)),
        }),
    }),
    "Row": _object({
        "address": _text("Of the paragraph: ARTICLE#pNUMBER@CHECK."),
        "id": _text("Of the article."),
        "paragraph": _number("Its number, from 1.", 1),
        "start": _number("Where the match begins in the paragraph, in code points."),
        "end": _number("Where it ends."),
        "date": _DATE,
        "source": _text(),
        "title": _text(),
        "left": _text("What stands before the match: whole words."),
        "match": _text(),
        "right": _text("What stands behind it."),
        "link": _LINK,
    }),
    "Collocates": _object({
        "query": _text(),
        "match": _MATCH,
        "rows": _number("How many matches there are."),
        "copies": _COPY_COUNTS,
        "paragraphs": _object({"read": _number(), "matching": _number()}),
        "estimated": _yes_no("Whether not all paragraphs were read, so that rows, count, left and "
                             "right are estimates."),
        "notices": _NOTICES,
        "partial": _yes_no("Whether there may be more than is told."),
        "collocates": _list(_object({
            "word": _text("As printed, its case folded."),
            "count": _number("How often it stands near a match."),
            "left": _number("How often to its left."),
            "right": _number("How often to its right."),
            "frequency": _number("How often it is printed in the whole archive."),
            "log_dice": _of("number", "14 + log2(2 count / (rows + frequency))."),
        }), "The highest log_dice first."),
    }),
}  # fmt: skip
_READING: Schema = {
    "Export": _text("A row for each paragraph; see docs/taking-away.md."),
    "Receipt": _object({
        "receipt": {"const": 1, "description": "The version of the format."},
        "made": _text("When, in UTC.", format="date-time"),
        "version": _text("Of nutgraf."),
        "query": _text("As it was written."),
        "match": _MATCH,
        "sort": _one_of("relevance", "date", "position"),
        "strict": _yes_no("Whether a mistake in the query is an error."),
        "tz": _text("The time zone of today; empty for that of the machine."),
        "today": _text("The day that relative dates were counted from.", format="date"),
        "clauses": _CLAUSES,
        "notices": _NOTICES,
        "index": _object({
            "generation": _number("The number of the commit."),
            "state": _text("What tells it from all others.", pattern="^[0-9a-f]{16}$"),
            "articles": _number("How many were searched."),
            "paragraphs": _number("How many were searched."),
            "dates": _DATES,
            "sources": _number("How many there are."),
        }),
        "found": _object({
            "paragraphs": _number(),
            "articles": _number(),
            "same_article": _number("Articles that have all clauses, anywhere in them."),
            "partial": _yes_no("Whether there may be more than is told; see the notices."),
            "digest": _text(
                "SHA-256 over the sorted addresses of all, joined by line breaks.",
                pattern="^[0-9a-f]{64}$",
            ),
            "addresses": _list(
                _text(pattern="#p[1-9][0-9]*@[0-9a-f]{10}$"),
                "Of the first in the order of the results.", maxItems=10_000,
            ),
            "complete": _yes_no("Whether all are listed."),
        }, {
            "folded": _object({"paragraphs": _number(), "articles": _number()}),
        }),
    }),
    "Completions": _object({"completions": _list(_object({
        "kind": _one_of("title", "word", "field", "value"), "text": _text(),
        "count": _number(), "query": _text("The whole new query."),
    }))}),
    "Neighbours": _object({"previous": _PLACE, "next": _PLACE}),
    "Info": _object({
        "articles": _number(),
        "paragraphs": _number(),
        "dates": _DATES,
        "sources": _list(_object({"source": _text(), "articles": _number()})),
        "segments": _number(),
        "bytes": _number(),
        "version": _text("Of nutgraf."),
        "writable": _yes_no("Whether articles can be written with a token."),
    }),
    "Article": _object({
        **_HEADER,
        "date_evidence": _one_of("", "meta", "url", "text", "file"),
        "title_spans": _SPANS,
        "of": _number("How many paragraphs it has.", 1),
        "notices": _NOTICES,
        "clauses": _CLAUSES,
        "paragraphs": _list(_object({**_PARAGRAPH, "link": _LINK}, {"copies": _ref("Copies")})),
        "link": _LINK,
        "hits": _list(_number(), "The numbers of the paragraphs that match."),
    }, {"cited": _ref("Verdict")}),
    "Context": _object({
        **_HEADER, "of": _number(), **_PARAGRAPH, "before": _PARAGRAPHS, "after": _PARAGRAPHS,
        "more_before": _number(), "more_after": _number(), "link": _LINK,
    }),
    "Description": {"type": "object"},
}  # fmt: skip
_VERDICT: Schema = {
    "address": _text("As it was cited."),
    "verdict": _one_of("ok", "moved", "changed", "gone"),
    "now": _or_null(_text("Where it is, or what stands in its place.")),
    "link": _or_null(_text("The path to that.")),
    "changes": _list(_object({"cited": _text(), "now": _text()}), "Words, as far as known."),
}
_CITING: Schema = {
    "Citation": _object({
        "address": _ADDRESS,
        "link": _text("To the paragraph in the archive; it tells if it has changed."),
        "text": _text(),
        "original": _or_null(_text("The URL of the paragraph in the original.")),
        "citations": _object({}, {style: _text() for style in STYLES}),
    }),
    "Verdict": _object(_VERDICT),
    "Verdicts": _object({
        "counts": _object({fate: _number() for fate in _VERDICT["verdict"]["enum"]}),
        "citations": _list(_object({"line": _number("Of the text.", 1), **_VERDICT})),
    }),
}  # fmt: skip
_ERROR = _object({"code": _text(), "message": _text()}, {"position": _number()})
_STATUS = _one_of("added", "replaced", "unchanged")
_WRITING: Schema = {
    "Record": {
        "type": "object",
        "description": "An article, as in JSON Lines. It has paragraphs, or a text to be divided.",
        "properties": {
            "id": _text("In the address, or else here, or else the URL."),
            "title": _text(), "author": _text(), "source": _text(), "url": _text(),
            "language": _text(), "date": _text("As printed; ISO 8601 is best."),
            "paragraphs": _list(_text()), "text": _text(),
        },
    },
    "Written": _object({"id": _text(), "status": _STATUS, "link": _LINK}),
    "Removed": _object({"id": _text(), "status": _one_of("removed")}),
    "Bulk": _object({
        "added": _number(), "replaced": _number(), "unchanged": _number(), "failed": _number(),
        "lines": _list(
            _object(
                {"line": _number(least=1), "status": _one_of(*_STATUS["enum"], "failed")},
                {"id": _text(), "error": _ERROR},
            ),
            "What became of each line that is not empty.",
        ),
    }),
    "Error": _object({"error": _ERROR}),
}  # fmt: skip

_CHECKING: Schema = {
    "Quotations": _list({"anyOf": [
        _text(maxLength=10_000),
        _object(
            {"quotation": _text(maxLength=10_000)},
            {"source": _text("Where it is said to be from."),
             "date": _text("When it is said to have been printed.")},
        ),
    ]}, minItems=1, maxItems=100),
    "CheckedList": _list(_ref("Checked"), "In the order in which they were sent."),
    "Checked": _object({
        "quotation": _text(),
        "verdict": _one_of("exact", "punctuation", "elided", "altered", "not found"),
        "told": _text("The verdict in words."),
        "pieces": _list(_object({
            "kind": _one_of("equal", "inserted", "deleted", "replaced", "left out", "bracketed"),
            "source": _text(), "quotation": _text(),
        }), "The comparison with the first source."),
        "sources": _list(_object({
            "id": _text(), "title": _text(), "author": _text(), "source": _text(), "date": _DATE,
            "paragraph": _number(least=1), "last": _number(least=1), "text": _text(),
            "start": _number(), "end": _number(), "link": _LINK,
        }), "The earliest first, at most ten."),
        "also": _number("How many other paragraphs have it equally well."),
        "complete": _yes_no("Whether also is exact; else there may be more."),
        "claim": _or_null(_object({
            "source": _text("As it was named; empty: not named."),
            "date": _DATE,
            "agrees": _or_null(_yes_no("Whether the first source is that; null: none was found.")),
            "told": _text("In words that it is from elsewhere; empty where it is not."),
        })),
    }),
}  # fmt: skip

SCHEMAS: Schema = {
    **_RESULTS,
    **_TIMES,
    **_WORDS,
    **_READING,
    **_CITING,
    **_CHECKING,
    **_WRITING,
}
