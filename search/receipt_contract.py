"""The JSON of search receipts: written, and read back as what it is, a file from anybody.

docs/receipt.schema.json is its schema. Reading checks what is relied on: every field has its type
and its limits, or the file is refused in one sentence. Nothing in it is run but the query, and that
within the limits of queries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NoReturn, cast

from search.address import read_address
from search.errors import NutgrafError
from search.query.limits import MAX_CHARACTERS
from search.receipt import LISTED, Found, IndexState, Receipt
from search.results import FoldedTotals, Match, SearchOptions, Sort

FORMAT = 1
"""The version of the format; in the file as ``receipt``."""
MAX_BYTES = 48_000_000
"""Of a file that is read: LISTED addresses with the longest ids that there are."""

_MAX_COUNT = 10**12
_MAX_ITEMS = 2_000  # clauses or notices
_MAX_TEXT = 10_000  # characters of a text that is not a query
_DIGEST, _STATE = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{16}")
_MADE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class ReceiptError(NutgrafError):
    """A file is not a receipt that can be read."""

    code = "bad_receipt"


def receipt_as_dict(receipt: Receipt) -> dict[str, Any]:
    """A receipt as ``GET /api/receipt`` answers it, and as it is written to a file."""
    options, index, found = receipt.options, receipt.searched, receipt.found
    return {
        "receipt": FORMAT,
        "made": receipt.made,
        "version": receipt.version,
        "query": receipt.query,
        "match": options.match,
        "sort": options.sort,
        "strict": options.strict,
        "tz": options.tz,
        "today": receipt.today.isoformat(),
        "clauses": list(receipt.clauses),
        "notices": list(receipt.notices),
        "index": {
            "generation": index.generation,
            "state": index.state,
            "articles": index.articles,
            "paragraphs": index.paragraphs,
            "dates": {"first": index.first_day, "last": index.last_day, "unknown": index.undated},
            "sources": index.sources,
        },
        "found": {
            "paragraphs": found.paragraphs,
            "articles": found.articles,
            "same_article": found.same_article,
            "partial": found.partial,
            "digest": found.digest,
            **({"folded": found.folded._asdict()} if found.folded else {}),
            "addresses": list(found.addresses),
            "complete": found.is_complete,
        },
    }


def receipt_text(receipt: Receipt) -> str:
    """A receipt as the text of a file."""
    return json.dumps(receipt_as_dict(receipt), ensure_ascii=False, indent=2) + "\n"


def read_receipt(data: bytes) -> Receipt:
    """A receipt out of a file. Raises ReceiptError where it is none."""
    if len(data) > MAX_BYTES:
        raise ReceiptError(f"A receipt has at most {MAX_BYTES // 1_000_000} MB; this file is none")
    try:
        read = json.loads(data)
    except (ValueError, RecursionError) as error:  # of letters, too
        raise ReceiptError(
            "This file is no search receipt: it is not JSON; write one with "
            "nutgraf search QUERY --receipt FILE"
        ) from error
    receipt = _Fields("", read)
    if receipt.count("receipt") != FORMAT:
        receipt.refuse("receipt", f"is not {FORMAT}; another version of nutgraf wrote it")
    options = SearchOptions(
        match=cast(Match, receipt.choice("match", ("all", "any"))),
        sort=cast(Sort, receipt.choice("sort", ("relevance", "date", "position"))),
        strict=receipt.yes_no("strict"),
        tz=receipt.text("tz"),
    )
    return Receipt(
        made=receipt.like("made", _MADE),
        version=receipt.text("version"),
        query=receipt.text("query", MAX_CHARACTERS),
        options=options,
        today=receipt.day("today"),
        clauses=tuple(receipt.listed("clauses", _MAX_ITEMS, _is_clause)),
        notices=tuple(receipt.listed("notices", _MAX_ITEMS, _is_notice)),
        searched=_index(receipt.inner("index")),
        found=_found(receipt.inner("found")),
    )


def _index(fields: _Fields) -> IndexState:
    dates = fields.inner("dates")
    days = [None if dates.given[n] is None else str(dates.day(n)) for n in dates.all("first last")]
    return IndexState(
        generation=fields.count("generation"),
        state=fields.like("state", _STATE),
        articles=fields.count("articles"),
        paragraphs=fields.count("paragraphs"),
        first_day=days[0],
        last_day=days[1],
        undated=dates.count("unknown"),
        sources=fields.count("sources"),
    )


def _found(fields: _Fields) -> Found:
    found = Found(
        paragraphs=fields.count("paragraphs"),
        articles=fields.count("articles"),
        same_article=fields.count("same_article"),
        partial=fields.yes_no("partial"),
        digest=fields.like("digest", _DIGEST),
        addresses=tuple(fields.listed("addresses", LISTED, _is_address)),
        folded=_folded(fields),
    )
    if len(found.addresses) != min(found.paragraphs, LISTED):
        fields.refuse("addresses", "are not as many as it says that were found")
    if fields.yes_no("complete") != found.is_complete:
        fields.refuse("complete", "is not so")
    return found


def _folded(fields: _Fields) -> FoldedTotals | None:
    """What is left without copies; older receipts do not tell."""
    if "folded" not in fields.given:
        return None
    folded = fields.inner("folded")
    return FoldedTotals(folded.count("paragraphs"), folded.count("articles"))


def _is_text(value: object) -> bool:
    """Whether it is a text that can be printed: no half characters, nor what moves a cursor."""
    return (
        isinstance(value, str)
        and len(value) <= _MAX_TEXT
        and not any("\ud800" <= char <= "\udfff" or char in _CONTROL for char in value)
    )


def _is_notice(value: object) -> bool:
    """Whether it may be a notice, which repeats what was asked, whatever letters that has."""
    return isinstance(value, str) and len(value) <= _MAX_TEXT


_CONTROL = frozenset(map(chr, [*range(32), *range(127, 160)]))


def _is_address(value: object) -> bool:
    address = read_address(value) if isinstance(value, str) and _is_text(value) else None
    return address is not None and bool(address.check)


def _is_clause(value: object) -> bool:
    """Whether it may be a clause; it is only compared, and its words are shown."""
    return isinstance(value, dict) and isinstance(value.get("query"), str)


class _Fields:
    """The fields of an object of a receipt, each of which is there and has its type."""

    def __init__(self, path: str, given: object) -> None:
        if not isinstance(given, dict):
            raise ReceiptError(f"This file is no search receipt: {path or 'it'} is not an object")
        self.given: Mapping[str, object] = given
        self._path = path

    def refuse(self, name: str, why: str) -> NoReturn:
        """Say which field is wrong, and how."""
        raise ReceiptError(f"This file is no search receipt: {self._path}{name} {why}")

    def all(self, names: str) -> list[str]:
        """Some names, of which all are there."""
        for name in names.split():
            self._value(name)
        return names.split()

    def _value(self, name: str) -> object:
        if name not in self.given:
            self.refuse(name, "is missing")
        return self.given[name]

    def inner(self, name: str) -> _Fields:
        """An object within this one."""
        return _Fields(f"{self._path}{name}.", self._value(name))

    def count(self, name: str) -> int:
        """A number of things."""
        value = self._value(name)
        if type(value) is not int or not 0 <= value <= _MAX_COUNT:
            self.refuse(name, "is not a count")
        return value

    def yes_no(self, name: str) -> bool:
        """Whether something is so."""
        value = self._value(name)
        if not isinstance(value, bool):
            self.refuse(name, "is not true or false")
        return value

    def text(self, name: str, longest: int = 200) -> str:
        """A text; only a query may have any character."""
        value = self._value(name)
        is_fit = isinstance(value, str) and (name == "query" or _is_text(value))
        if not is_fit or len(cast(str, value)) > longest:
            self.refuse(name, f"is not a text of at most {longest} characters")
        return cast(str, value)

    def like(self, name: str, pattern: re.Pattern[str]) -> str:
        """A text of some form."""
        value = self._value(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.refuse(name, "is not written as it should be")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of some words."""
        value = self._value(name)
        if value not in choices:
            self.refuse(name, f"is not one of {', '.join(choices)}")
        return value

    def day(self, name: str) -> date:
        """A day."""
        try:
            return date.fromisoformat(self.like(name, _DAY))
        except ValueError:
            self.refuse(name, "is not a day")

    def listed(self, name: str, most: int, is_fit: Callable[[object], bool]) -> list[Any]:
        """A list of what fits."""
        value = self._value(name)
        if not isinstance(value, list) or len(value) > most or not all(map(is_fit, value)):
            self.refuse(name, "is not a list of what belongs there")
        return value
