"""Request arguments -> a query and its SearchOptions; what is wrong is said in one sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from werkzeug.datastructures import MultiDict

from search.errors import QueryError
from search.results import MAX_CONTEXT, MAX_RESULTS, MAX_SIZE, Match, SearchOptions, Sort

NAMES = ("q", "n", "page", "sort", "match", "context", "strict", "tz")

_SHOWN = 40  # characters of a wrong value that its message repeats


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    query: str = ""
    options: SearchOptions = SearchOptions()  # noqa: RUF009 - it is frozen


def read_arguments(arguments: MultiDict[str, str]) -> Asked:
    """Read q, n, page, sort, match, context, strict and tz. Raises QueryError."""
    size = _number(arguments, "n", 10, 1, MAX_SIZE)
    number = _number(arguments, "page", 1, 1, MAX_RESULTS)
    context = _number(arguments, "context", 0, 0, MAX_CONTEXT)
    options = SearchOptions(
        size=size,
        number=number,
        sort=cast(Sort, _choice(arguments, "sort", ("relevance", "date"))),
        match=cast(Match, _choice(arguments, "match", ("all", "any"))),
        before=context,
        after=context,
        strict=_choice(arguments, "strict", ("0", "1")) == "1",
        tz=arguments.get("tz", ""),
    )
    return Asked(arguments.get("q", ""), options)


def refuse_unknown(arguments: MultiDict[str, str], names: tuple[str, ...] = NAMES) -> None:
    """Raise QueryError where an argument is misspelt or is given twice."""
    for name, values in arguments.lists():
        if name not in names:
            raise QueryError(
                f"There is no option {_quoted(name)}; the options are {', '.join(names)}",
                "bad_option",
            )
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
    }
    return {name: value for name, value in (given | changes).items() if value != _DEFAULTS[name]}


_DEFAULTS = {
    "q": "", "n": 10, "page": 1, "sort": "relevance", "match": "all", "context": 0, "strict": 0,
    "tz": "",
}  # fmt: skip


def _number(arguments: MultiDict[str, str], name: str, default: int, least: int, most: int) -> int:
    given = arguments.get(name) or str(default)
    if re.fullmatch("[0-9]{1,9}", given) and least <= int(given) <= most:
        return int(given)
    raise QueryError(
        f"{name} must be a whole number from {least} to {most:,}, not {_quoted(given)}",
        "bad_option",
    )


def _choice(arguments: MultiDict[str, str], name: str, choices: tuple[str, str]) -> str:
    given = arguments.get(name) or choices[0]
    if given in choices:
        return given
    raise QueryError(f"{name} must be {' or '.join(choices)}, not {_quoted(given)}", "bad_option")


def _quoted(given: str) -> str:
    return f'"{given[:_SHOWN]}…"' if len(given) > _SHOWN else f'"{given}"'
