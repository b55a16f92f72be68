"""A query as text -> other queries as text: its parts, and the same with more or fewer of them.

Whoever narrows or widens a search gets a whole new query to run, and needs to know nothing of
quotation marks and operators. What is mended in a query (see ``repairs``) is first written as
it was understood: behind a quotation mark without a partner nothing can be added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from search.query.lexer import QUOTES, Lexeme, is_of_paragraphs, scan
from search.query.repairs import mend

_PLAIN = re.compile(r"\w+")
_NEARABLE = frozenset(("word", "phrase"))
_WINDOW = re.compile(rf"[{QUOTES}]~")
_BLANKS = re.compile(rf"[\s{QUOTES}]+")


class Part(NamedTuple):
    """One of the clauses and groups that have all to be true of a paragraph.

    Attributes:
        text: as it is written, with its negation and its field.
        field: that it asks for, where it is a field with a value; else "".
        negated: whether it must not be true.
        kinds: of its lexemes.
    """

    text: str
    field: str
    negated: bool
    kinds: frozenset[str]

    @property
    def is_filter(self) -> bool:
        """Whether it narrows the articles and asks for no words of a paragraph or a headline."""
        return self.negated or self.field in ("author", "source", "language", "date")


class Word(NamedTuple):
    """A single word of a query, neither exact nor negated, and the field that it is asked in."""

    text: str
    start: int
    end: int
    field: str


def cleaned(query: str) -> str:
    """The query as it was understood: what was left out is gone, what was mended is written so.

    >>> cleaned('"hit back (russia AND')
    'hit back russia and'

    Raises QueryError ``too_deep`` as ``parse`` does.
    """
    before = None
    while query != before:  # what was left out may have stood between what now is one word
        before, query = query, _cleaned(query)
    return query


def _cleaned(query: str) -> str:
    lexemes = [each for each in scan(query) if each.kind != "unknown field"]
    kinds = {(each.start, each.end): each.kind for each in lexemes}
    kept = [
        each for each in mend(list(scan(query)), lambda *_: None) if each.kind != "unknown field"
    ]
    pieces: list[str] = []
    for number, lexeme in enumerate(kept):
        following = kept[number + 1] if number + 1 < len(kept) else None
        is_mended = kinds[lexeme.start, lexeme.end] != lexeme.kind
        written = lexeme.text.lower() if is_mended else query[lexeme.start : lexeme.end]
        if following is None or lexeme.kind in ("field", "article", "para"):
            gap = ""
        elif lexeme.kind == "not" and lexeme.text == "-":
            is_sign = following.kind == "not" and following.text == "-"
            written, gap = ("NOT", " ") if is_sign else ("-", "")
        else:
            gap = query[lexeme.end : following.start]
            gap = gap if not gap or gap.isspace() else " "
        pieces += [written, gap]
    return "".join(pieces)


def parts_of(query: str) -> list[Part]:
    """The parts of a query without mistakes; the whole of it where OR joins its parts."""
    lexemes = [each for each in scan(query) if each.kind != "unknown field"]
    items = list(_items(lexemes))
    if any(item[0].kind == "or" for item in items):
        kinds = frozenset(str(each.kind) for each in lexemes)
        return [Part(query.strip(), "", False, kinds)]
    found = []
    for item in items:
        if item[0].kind == "and":
            continue
        negations = 0
        while item[negations].kind == "not":
            negations += 1
        first = item[negations]
        field = first.text if first.kind == "field" and not any(_distances(item)) else ""
        text = query[item[0].start : item[-1].end]
        kinds = frozenset(str(each.kind) for each in item)
        found.append(Part(text, field, negations % 2 == 1, kinds))
    return found


def narrowed(query: str, word: str, distance: int) -> str | None:
    """The query for where a word stands near what it asks for; None if that cannot be told.

    That is so where the query has one part that asks for words of a paragraph, and perhaps filters.

    >>> narrowed("ferry date:2022", "strike", 5), narrowed("ferry strike", "toll", 5)
    ('ferry w/5 "strike" date:2022', None)
    """
    parts = parts_of(cleaned(query))
    asking = [each for each in parts if not each.is_filter]
    if len(asking) != 1 or asking[0].field or not asking[0].kinds <= _NEARABLE:
        return None
    if _WINDOW.search(asking[0].text):
        return None
    found = [
        f'{each.text} w/{distance} "{word}"' if each is asking[0] else each.text for each in parts
    ]
    return " ".join(found)


def at_any_distance(part: Part) -> str:
    """A part with paragraphs near each other, as one that asks for both in an article.

    >>> [at_any_distance(part) for part in parts_of("ferry w/2p (toll OR loan) town")]
    ['article(ferry (toll OR loan))', 'town']
    """
    for lexeme in _distances(list(scan(part.text))):
        if is_of_paragraphs(lexeme) and not lexeme.text.startswith("NOT") and not part.negated:
            left, right = part.text[: lexeme.start], part.text[lexeme.end :]
            return f"article({left.strip()} {right.strip()})"
    return part.text


def _distances(lexemes: list[Lexeme]) -> Iterator[Lexeme]:
    """The distances outside of all parentheses."""
    depth = 0
    for lexeme in lexemes:
        depth += (lexeme.kind == "open") - (lexeme.kind == "close")
        if lexeme.kind == "near" and not depth:
            yield lexeme


def _items(lexemes: list[Lexeme]) -> Iterator[list[Lexeme]]:
    """The operators AND and OR outside of parentheses, and what stands between them."""
    item: list[Lexeme] = []
    depth = 0
    for lexeme in lexemes:
        whole = item and not depth and item[-1].kind in ("word", "phrase", "close")
        if whole and lexeme.kind != "near":
            yield item
            item = []
        if lexeme.kind in ("and", "or") and not depth:
            yield [lexeme]
            continue
        depth += (lexeme.kind == "open") - (lexeme.kind == "close")
        item.append(lexeme)
    if item:
        yield item


def joined(parts: list[str]) -> str:
    """One query of parts that have all to be true; in parentheses where OR would reach out."""
    if len(parts) == 1:
        return parts[0]
    return " ".join(
        f"({part})" if any(item[0].kind == "or" for item in _items(list(scan(part)))) else part
        for part in parts
    )


def words_of(query: str) -> list[Word]:
    """The single words of a query without mistakes that are not negated, in their fields."""
    found: list[Word] = []
    fields = ["text"]
    field = ""
    negated = False
    for lexeme in scan(query):
        match lexeme.kind:
            case "field":
                field = lexeme.text
            case "not":
                negated = not negated
            case "open":
                fields.append("" if negated else field or fields[-1])
                field, negated = "", False
            case "close":
                fields.pop()
            case "word":
                where = field or fields[-1]
                if where and not negated and not lexeme.exact:
                    found.append(Word(lexeme.text, lexeme.start, lexeme.end, where))
                field, negated = "", False
            case "phrase":
                field, negated = "", False
            case _:
                pass
    return found


def name_clause(field: str, name: str) -> str:
    """What asks for articles by their author, source or language, as a whole.

    >>> name_clause("source", "Coast Wire"), name_clause("author", "")
    ('source:="Coast Wire"', 'author:=""')
    """
    name = _BLANKS.sub(" ", name).strip()
    return f"{field}:={name}" if _PLAIN.fullmatch(name) else f'{field}:="{name}"'


def quoted(text: str) -> str:
    """A text as a phrase.

    >>> quoted('He said "no"')
    '"He said no"'
    """
    return f'"{_BLANKS.sub(" ", text).strip()}"'
