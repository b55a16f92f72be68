"""Operations: what the API offers, as one table; routes and their description follow it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from werkzeug.datastructures import MultiDict

from web import parameters

Method = Literal["get", "put", "post", "delete"]


class Operation(NamedTuple):
    """One method of one address.

    Attributes:
        name: of the operation, for programs that are made from the description.
        method: by which it is asked for.
        path: with the names of its parts in braces.
        meaning: one sentence.
        answer: the schema of what it answers with status 200; see web.schemas.
        arguments: the parameters that it takes; see web.parameters.
        required: those of them that must be given.
        errors: the statuses of the errors that it may answer with, beside those that any may.
        body: the types of what is sent; empty where nothing is.
        takes: the schema of what is sent.
        made: whether it may answer with 201, too.
        types: of what it answers with.
        writes: whether it changes the archive, and asks for the token.
    """

    name: str
    method: Method
    path: str
    meaning: str
    answer: str
    arguments: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    errors: tuple[int, ...] = ()
    body: tuple[str, ...] = ()
    takes: str = "Record"
    made: bool = False
    types: tuple[str, ...] = ("application/json",)
    writes: bool = False

    def check(self, arguments: MultiDict[str, str]) -> None:
        """Raise QueryError where a request has other arguments than these."""
        parameters.refuse_unknown(arguments, self.arguments)


_ARTICLE = "/api/articles/{article_id}"
_WRITING = (400, 401, 403, 413, 415, 423)

SEARCH = Operation(
    "search", "get", "/api/search", "A page of results: articles with their best paragraphs.",
    "Page", parameters.NAMES, ("q",), (400, 410),
)  # fmt: skip
SUGGEST = Operation(
    "suggest", "get", "/api/suggest", "What a query may go on with, while it is typed.",
    "Completions", ("q", "most"), errors=(400,),
)  # fmt: skip
NEIGHBOURS = Operation(
    "neighbours", "get", "/api/neighbours",
    "The hits before and after one of a page of results, also on the pages beside it.",
    "Neighbours", (*parameters.ORDERED, "id", "paragraph"), ("q", "id"), (400, 404),
)  # fmt: skip
TIMELINE = Operation(
    "timeline", "get", "/api/timeline",
    "How much of what matches was published when, and how much of the archive.",
    "Timeline", (*parameters.READING, "by", "per", "copies", "format"), ("q",), (400,),
    types=("application/json", "text/csv"),
)  # fmt: skip
KWIC = Operation(
    "kwic", "get", "/api/kwic",
    "The rows of a concordance: every match with what stands around it.", "Concordance",
    (*parameters.READING, "order", "rows", "page", "sample", "seed", "width", "copies", "format"),
    ("q",), (400,), types=("application/json", "text/csv"),
)  # fmt: skip
COLLOCATES = Operation(
    "collocates", "get", "/api/collocates",
    "The words that stand near the matches more than elsewhere.", "Collocates",
    (*parameters.READING, "left", "right", "least", "words", "seed", "copies", "format"),
    ("q",), (400,), types=("application/json", "text/csv"),
)  # fmt: skip
EXPORT = Operation(
    "export", "get", "/api/export",
    "All paragraphs that match, streamed as a file; X-Total-Count says how many they are.",
    "Export", (*parameters.ALL, "type"), ("q",), (400,),
    types=("text/csv", "application/jsonl"),
)  # fmt: skip
RECEIPT = Operation(
    "receipt", "get", "/api/receipt",
    "What was searched, how, in which state of the archive, and what was found, as a file.",
    "Receipt", parameters.ALL, ("q",), (400,),
)  # fmt: skip
INFO = Operation("info", "get", "/api/info", "What is in the archive.", "Info", errors=(400,))
ARTICLE = Operation(
    "article", "get", _ARTICLE, "One article, whole, with what a query matches in it.",
    "Article", (*parameters.READING, "cited"), errors=(400, 404),
)  # fmt: skip
CONTEXT = Operation(
    "context", "get", f"{_ARTICLE}/paragraphs/{{number}}", "A paragraph and those around it.",
    "Context", ("before", "after", *parameters.READING), errors=(400, 404),
)  # fmt: skip
CITE = Operation(
    "cite", "get", "/api/cite", "A paragraph as a citation, in one style or in all.",
    "Citation", ("address", "style"), ("address",), (400, 404),
)  # fmt: skip
VERIFY = Operation(
    "verify", "get", "/api/verify", "What has become of a cited paragraph.",
    "Verdict", ("address",), ("address",), (400,),
)  # fmt: skip
VERIFY_TEXT = Operation(
    "verify_text", "post", "/api/verify",
    "What has become of the paragraphs that a text cites, in any style.", "Verdicts",
    errors=(400, 413, 415), body=("text/plain",),
)  # fmt: skip
COPIES = Operation(
    "copies", "get", f"{_ARTICLE}/paragraphs/{{number}}/copies",
    "The copies of a paragraph in other articles, each compared with one of them, word by word.",
    "Family", ("n", "page", "against"), errors=(400, 404),
)  # fmt: skip
PUT = Operation(
    "put", "put", _ARTICLE, "Add an article, or replace the one of this id.", "Written",
    errors=_WRITING, body=("application/json",), made=True, writes=True,
)  # fmt: skip
DELETE = Operation(
    "delete", "delete", _ARTICLE, "Remove an article.", "Removed",
    errors=(400, 401, 403, 404, 423), writes=True,
)  # fmt: skip
BULK = Operation(
    "bulk", "post", "/api/articles",
    "Add or replace many articles, one JSON object a line; all of them appear at once.",
    "Bulk", errors=_WRITING,
    body=("application/x-ndjson", "application/jsonl", "application/ndjson"), writes=True,
)  # fmt: skip
CHECK = Operation(
    "check", "get", "/api/check", "Whether a quotation is in the archive, and as it is printed.",
    "Checked", ("q", "source", "date"), ("q",), (400,),
)  # fmt: skip
CHECK_MANY = Operation(
    "checkMany", "post", "/api/check", "The same for up to 100 quotations.", "CheckedList",
    errors=(400, 413, 415), body=("application/json",), takes="Quotations",
)  # fmt: skip
DESCRIPTION = Operation(
    "description", "get", "/api/openapi.json", "This description.", "Description", errors=(400,)
)

OPERATIONS = (
    SEARCH,
    SUGGEST,
    NEIGHBOURS,
    EXPORT,
    RECEIPT,
    TIMELINE,
    KWIC,
    COLLOCATES,
    INFO,
    ARTICLE,
    CONTEXT,
    COPIES,
    CHECK,
    CHECK_MANY,
    CITE,
    VERIFY,
    VERIFY_TEXT,
    PUT,
    DELETE,
    BULK,
    DESCRIPTION,
)

NAMED = {each.name: each for each in OPERATIONS}
