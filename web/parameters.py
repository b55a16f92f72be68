"""Request arguments: one table, by which they are read, refused and described.

``GET /api/openapi.json`` describes the same table, so that it cannot say anything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, cast

from werkzeug.datastructures import MultiDict

from search.citing.writing import STYLES
from search.collocates import LEAST, MAX_WINDOW, MOST, WINDOW
from search.concordance import MAX_WIDTH, WIDTH
from search.concordance_page import MAX_ROWS, ROWS, Wanted
from search.errors import QueryError
from search.query.limits import MAX_CHARACTERS
from search.results import (
    MAX_CONTEXT,
    MAX_READ,
    MAX_RESULTS,
    MAX_SIZE,
    Advise,
    CountedCopies,
    Match,
    SearchOptions,
    Sort,
)
from search.row_order import ORDERS, Order
from search.samples import MAX_SEED
from search.timeline import By

SECONDS = 1.0
"""How long a search may take; see SearchOptions."""
MAX_COMPLETIONS = 20
MAX_NUMBER = 999_999_999
MAX_SAMPLE = 500
"""Rows of a sample, within the time of a search."""
MAX_COLLOCATES = 500
ROWS_READING = 2_000
"""Paragraphs that are read to sort rows by words, or to count collocates; see Wanted."""
MAX_PER = 1_000_000
"""Paragraphs of the archive of which a timeline tells how many match."""

_SHOWN = 40  # characters of a wrong value that its message repeats
_PLACE = re.compile(r"(?P<article>.+)#p(?P<number>[1-9][0-9]{0,8})", re.DOTALL)


class Parameter(NamedTuple):
    """An argument of requests.

    Attributes:
        name: of the argument.
        meaning: what it is for, as the description of the API says it.
        default: what it is where it is not given: a text, or a number.
        least, most: of a number.
        choices: of a text that may only be one of these; the default is the first.
        is_path: whether it is a part of the path.
    """

    name: str
    meaning: str
    default: str | int = ""
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = ()
    is_path: bool = False

    @property
    def kind(self) -> Literal["text", "number", "choice"]:
        """What its values are."""
        if self.choices:
            return "choice"
        return "number" if isinstance(self.default, int) else "text"


PARAMETERS = {
    each.name: each
    for each in (
        Parameter("q", f"What to look for; at most {MAX_CHARACTERS} characters, of a quotation as "
                  "many as an address holds."),
        Parameter("n", "Articles on a page.", 10, 1, MAX_SIZE),
        Parameter("page", "Which page, from 1; page × n is 10,000 at most, and then there is "
                  "cursor.", 1, 1, MAX_RESULTS),
        Parameter("cursor", "page.cursor of the page before, instead of page. It is good for the "
                  "same search until the index changes."),
        Parameter("sort", "The order of articles: the best first, the newest first, or those that "
                  "match nearest their beginning.", "relevance",
                  choices=("relevance", "date", "position")),
        Parameter("match", "How words are joined where the query does not say it.", "all",
                  choices=("all", "any")),
        Parameter("context", "Paragraphs before and after each hit.", 0, 0, MAX_CONTEXT),
        Parameter("strict", "1: a mistake in the query is an error, instead of being mended with "
                  "a notice.", "0", choices=("0", "1")),
        Parameter("tz", "The time zone in which date:today is today, such as Europe/Vilnius; else "
                  "that of the server."),
        Parameter("fold", "0: show all copies of a paragraph; else of those that match only the "
                  "one that was first.", "1", choices=("1", "0")),
        Parameter("copies", "What counts of paragraphs that are copies of each other: all, or of "
                  "those that match only the one that was first.", "all",
                  choices=("all", "first")),
        Parameter("facets", "1: count sources, authors, years and languages of all that matches.",
                  "0", choices=("0", "1")),
        Parameter("advice", "When to tell what would be found otherwise: where few paragraphs "
                  "match, always or never.", "few", choices=("few", "always", "never")),
        Parameter("before", "Paragraphs before it.", 2, 0, MAX_READ),
        Parameter("after", "Paragraphs after it.", 2, 0, MAX_READ),
        Parameter("most", "Completions, at most.", 8, 1, MAX_COMPLETIONS),
        Parameter("view", "How a page shows what matches.", "articles",
                  choices=("articles", "timeline", "kwic")),
        Parameter("by", "How long a period of a timeline is; auto: as short as leaves a hundred of "
                  "them, and as most of the dates are exact.", "auto",
                  choices=("auto", "day", "week", "month", "year")),
        Parameter("per", "Tell also how many paragraphs match of so many of the archive, such as "
                  "10000; 0: do not.", 0, 0, MAX_PER),
        Parameter("format", "The form of the answer.", "json", choices=("json", "csv")),
        Parameter("type", "As a table (CSV), or as a JSON object a line.", "csv",
                  choices=("csv", "jsonl")),
        Parameter("order", "The order of rows: as articles are indexed, the newest first, or by "
                  "one to three words to the left or right of the match.", "article",
                  choices=ORDERS),
        Parameter("rows", "Rows on a page; page × rows is 10,000 at most.", ROWS, 1, MAX_ROWS),
        Parameter("sample", "How many rows to choose of all, alike on every machine; 0: all.",
                  0, 0, MAX_SAMPLE),
        Parameter("seed", "By what a sample is chosen; another seed gives another sample.", 1, 0,
                  MAX_SEED),
        Parameter("width", "Characters before and behind a match, of whole words.", WIDTH, 1,
                  MAX_WIDTH),
        Parameter("left", "Words to the left of a match that are near it.", WINDOW, 0, MAX_WINDOW),
        Parameter("right", "Words to the right of it.", WINDOW, 0, MAX_WINDOW),
        Parameter("least", "How often a collocate stands near matches, at least.", LEAST, 1,
                  1_000_000),
        Parameter("words", "Collocates, at most.", MOST, 1, MAX_COLLOCATES),
        Parameter("against", "With which copy of a paragraph the others are compared, by its place "
                  "in the order of time, from 1.", 1, 1, MAX_NUMBER),
        Parameter("part", "Which page of copies a page shows, from 1.", 1, 1, MAX_NUMBER),
        Parameter("id", "The id of an article of the page."),
        Parameter("paragraph", "The number of a paragraph of that article, from 1.", 1, 1,
                  MAX_NUMBER),
        Parameter("address", "A paragraph, by its stable address or by a link to it, such as "
                  "siege.txt#p3@1f3a9c20b7; percent-encoded."),
        Parameter("style", "How a citation is written.", "all", choices=("all", *STYLES)),
        Parameter("cited", "A paragraph as it was cited, by its number and its check, such as "
                  "3-1f3a9c20b7: then the answer tells what has become of it."),
        Parameter("source", "Where the quotation is said to be from."),
        Parameter("date", "When it is said to have been printed, such as 2016-09-26 or 2016-09."),
        Parameter("article_id", "The id of an article, percent-encoded.", is_path=True),
        Parameter("number", "The number of a paragraph, from 1.", 1, 1, MAX_NUMBER, is_path=True),
    )
}  # fmt: skip

READING = ("q", "match", "strict", "tz")
"""How a query is read, for routes that only mark what it matches."""
ORDERED = ("q", "n", "page", "sort", "match", "strict", "tz", "fold")
"""What decides which articles are on a page."""
ALL = ("q", "sort", "match", "strict", "tz")
"""How a query is read, and the order of what it finds, for who takes all of it."""
NAMES = (
    "q", "n", "page", "cursor", "sort", "match", "context", "strict", "tz", "fold", "facets",
    "advice",
)  # fmt: skip
"""The parameters of a search."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str = ""
    options: SearchOptions = SearchOptions(seconds=SECONDS)  # noqa: RUF009 - it is frozen
    view: str = "articles"
    """How a page shows it; the API has an address for each."""
    by: By = "auto"
    per: int = 0
    """Of a timeline."""
    copies: CountedCopies = "all"
    """Of a timeline and of a concordance."""
    wanted: Wanted = Wanted(reading=ROWS_READING)  # noqa: RUF009 - it is frozen
    """Of a concordance."""


def read_arguments(arguments: MultiDict[str, str]) -> Asked:
    """Read the parameters of a search; see NAMES. Raises QueryError."""
    given: dict[str, Any] = {name: read_one(arguments, name) for name in NAMES}
    options = SearchOptions(
        size=given["n"],
        number=given["page"],
        sort=cast(Sort, given["sort"]),
        match=cast(Match, given["match"]),
        before=given["context"],
        after=given["context"],
        strict=given["strict"] == "1",
        tz=given["tz"],
        fold=given["fold"] == "1",
        facets=given["facets"] == "1",
        advice=cast(Advise, given["advice"]),
        cursor=given["cursor"],
        seconds=SECONDS,
    )
    view, by, per = (read_one(arguments, name) for name in ("view", "by", "per"))
    copies = cast(CountedCopies, read_one(arguments, "copies"))
    asked = Asked(given["q"], options, view, cast(By, by), per, copies)
    return replace(asked, wanted=_read_wanted(arguments, given["page"], copies))


def _read_wanted(arguments: MultiDict[str, str], page: int, copies: CountedCopies) -> Wanted:
    """Read what is asked of a concordance."""
    return Wanted(
        order=cast(Order, read_one(arguments, "order")),
        size=read_one(arguments, "rows"),
        number=page,
        sample=read_one(arguments, "sample"),
        seed=read_one(arguments, "seed"),
        width=read_one(arguments, "width"),
        reading=ROWS_READING,
        copies=copies,
    )


def read_one(arguments: MultiDict[str, str], name: str) -> Any:
    """One argument, or its default: a text, or a number. Raises QueryError."""
    parameter = PARAMETERS[name]
    given = arguments.get(name) if name in arguments else ""  # few are given
    if not given:
        return parameter.default
    if parameter.kind == "number":
        return _number(parameter, given)
    if parameter.choices and given not in parameter.choices:
        one_of = _one_of(parameter.choices)
        raise QueryError(f"{name} must be {one_of}, not {_quoted(given)}", "bad_option")
    return given


def read_place(arguments: MultiDict[str, str], name: str) -> tuple[str, int] | None:
    """The article and the paragraph that an argument of the page names. Raises QueryError."""
    given = arguments.get(name, "")
    found = _PLACE.fullmatch(given)
    if given and not found:
        raise QueryError(
            f'{name} names a paragraph, such as siege.txt#p3, not "{given[:_SHOWN]}"', "bad_option"
        )
    return (found["article"], int(found["number"])) if found else None


def refuse_unknown(arguments: MultiDict[str, str], names: tuple[str, ...] = NAMES) -> None:
    """Raise QueryError where an argument is misspelt or is given twice."""
    for name, values in arguments.lists():
        if name not in names:
            offered = f"the options are {', '.join(names)}" if names else "there are none here"
            raise QueryError(f"There is no option {_quoted(name)}; {offered}", "bad_option")
        if len(values) > 1:
            raise QueryError(f"{name} is given {len(values)} times; give it once", "bad_option")


def as_arguments(asked: Asked, **changes: object) -> dict[str, object]:
    """The arguments that ask for this, with changes, without those that have their default."""
    options = asked.options
    given: dict[str, object] = {
        "q": asked.query,
        "n": options.size,
        "page": options.number,
        "sort": options.sort,
        "match": options.match,
        "context": options.before,
        "strict": int(options.strict),
        "tz": options.tz,
        "fold": int(options.fold),
        "facets": int(options.facets),
        "advice": options.advice,
        "order": asked.wanted.order,
        "rows": asked.wanted.size,
        "sample": asked.wanted.sample,
        "seed": asked.wanted.seed,
        "width": asked.wanted.width,
        "view": asked.view,
        "by": asked.by,
        "per": asked.per,
        "copies": asked.copies,
    }
    return {
        name: value
        for name, value in (given | changes).items()
        if str(value) != str(PARAMETERS[name].default)
    }


def _number(parameter: Parameter, given: str) -> int:
    if re.fullmatch("[0-9]{1,9}", given) and parameter.least <= int(given) <= parameter.most:
        return int(given)
    raise QueryError(
        f"{parameter.name} must be a whole number from {parameter.least} to {parameter.most:,}, "
        f"not {_quoted(given)}",
        "bad_option",
    )


def _one_of(choices: tuple[str, ...]) -> str:
    """Words as a choice: "a, b or c"."""
    return " or ".join((", ".join(choices[:-1]), choices[-1]))


def _quoted(given: str) -> str:
    return f'"{given[:_SHOWN]}…"' if len(given) > _SHOWN else f'"{given}"'
