"""Whoosh's query objects -> plans. What has no plan is Foreign: Whoosh answers it itself.

Differences to Whoosh's own answers, all of them where those depend on chance: deleted
paragraphs never match, also of a NOT; prefixes, wildcards, similar words and ranges of terms
score 1 whatever number of terms they have; similar words are counted in edits, and swapping
two letters is two of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any as Anything

from whoosh import query as whoosh_query

from index.fields import FIELDS
from search.plan import (
    All,
    Any,
    Constant,
    Every,
    Foreign,
    Fuzzy,
    Near,
    Nothing,
    Phrase,
    Plan,
    Prefix,
    Range,
    Term,
    TermRange,
    Wildcard,
    Without,
)

Query = whoosh_query.Query

_DAYS = ("first_day", "last_day")
_LONGEST = 100  # words of a phrase
_OPTIONAL = Constant(Every(), 0.0)


def from_whoosh(query: Query) -> Plan:
    """The plan of a Whoosh query."""
    translate = _TRANSLATIONS.get(type(query))
    found = translate(query) if translate and getattr(query, "boost", 1.0) == 1.0 else None
    return Foreign(query) if found is None else found


def _text(query: Anything) -> str | None:
    """The text of a query about terms; None if it is about a field that is not ours."""
    if query.fieldname not in FIELDS:
        return None
    return query.text if isinstance(query.text, str) else str(query.text, "utf-8")


def _term(query: Anything) -> Plan | None:
    text = _text(query)
    return None if text is None else Term(query.fieldname, text)


def _prefix(query: Anything) -> Plan | None:
    text = _text(query)
    return None if text is None else Prefix(query.fieldname, text)


def _wildcard(query: Anything) -> Plan | None:
    text = _text(query)
    if text is None or re.search(r"[\[\]\\]", text):
        return None
    return Wildcard(query.fieldname, text)


def _fuzzy(query: Anything) -> Plan | None:
    text = _text(query)
    if text is None:
        return None
    return Fuzzy(query.fieldname, text, query.maxdist, query.prefixlength)


def _term_range(query: Anything) -> Plan | None:
    if query.fieldname not in FIELDS or query.startexcl or query.endexcl:
        return None
    return TermRange(query.fieldname, query.start, query.end)


def _numeric_range(query: Anything) -> Plan | None:
    if query.fieldname not in _DAYS:
        return None
    plan = Range(query.fieldname)
    low = plan.low if query.start is None else int(query.start) + bool(query.startexcl)
    high = plan.high if query.end is None else int(query.end) - bool(query.endexcl)
    return Range(query.fieldname, low, high)


def _phrase(query: Anything) -> Plan | None:
    field, words = query.fieldname, tuple(query.words)
    tokens = field in FIELDS and FIELDS[field].has_tokens
    if not tokens or not 0 < len(words) <= _LONGEST or not all(isinstance(w, str) for w in words):
        return None
    plan = Phrase(field, words) if query.slop == 1 else Near(field, words, query.slop)
    if len(set(words)) == len(words):
        return plan
    # Whoosh scores a word for each time that it is asked for.
    return All((Constant(plan, 0.0), *(Term(field, word) for word in words)))


def _and(query: Anything) -> Plan | None:
    return All(tuple(map(from_whoosh, query.subqueries)))


def _or(query: Anything) -> Plan | None:
    if query.minmatch or query.scale:
        return None
    return Any(tuple(map(from_whoosh, query.subqueries)))


def _not(query: Anything) -> Plan | None:
    return Without(Every(), from_whoosh(query.query))


def _and_not(query: Anything) -> Plan | None:
    return Without(from_whoosh(query.a), from_whoosh(query.b))


def _and_maybe(query: Anything) -> Plan | None:
    return All((from_whoosh(query.a), Any((from_whoosh(query.b), _OPTIONAL))))


def _require(query: Anything) -> Plan | None:
    return All((from_whoosh(query.a), Constant(from_whoosh(query.b), 0.0)))


def _every(query: Anything) -> Plan | None:
    return Every() if query.fieldname in (None, "*") else None


def _constant(query: Anything) -> Plan | None:
    return Constant(from_whoosh(query.child), query.score)


def _nothing(_: Anything) -> Plan | None:
    return Nothing()


_TRANSLATIONS: dict[type[Query], Callable[[Anything], Plan | None]] = {
    whoosh_query.Term: _term,
    whoosh_query.Prefix: _prefix,
    whoosh_query.Wildcard: _wildcard,
    whoosh_query.FuzzyTerm: _fuzzy,
    whoosh_query.TermRange: _term_range,
    whoosh_query.NumericRange: _numeric_range,
    whoosh_query.Phrase: _phrase,
    whoosh_query.And: _and,
    whoosh_query.Or: _or,
    whoosh_query.Not: _not,
    whoosh_query.AndNot: _and_not,
    whoosh_query.AndMaybe: _and_maybe,
    whoosh_query.Require: _require,
    whoosh_query.Every: _every,
    whoosh_query.ConstantScoreQuery: _constant,
    type(whoosh_query.NullQuery): _nothing,
}
