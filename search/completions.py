"""Completions: what a query may go on with, while it is typed.

Of the last word: titles that have all words so far, words as the archive prints them, names of
fields; behind ``author:``, ``source:`` and ``language:`` the values that the archive has. In an
unfinished quotation nothing is completed but such a value, and nothing behind an equals sign
or in a distance, because there every letter counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from index.analysis import form_of, tokenize
from index.characters import fold
from index.stemming import ENGLISH, stem, tag_of
from search.fields import FieldView, Part
from search.names import NAMED, NameColumn, name_column
from search.query.expand import stems_beside
from search.query.lexer import FIELDS, QUOTES, scan
from search.query.rewriting import name_clause, quoted
from search.sets import DocIds, distinct
from search.snapshot import Snapshot

MIN_LETTERS = 2
"""Letters of a word from which on it is completed."""
_TITLES = 50  # the newest that are looked at
_TERMS = 40  # the most frequent whose words are looked at
_FORMS = 100  # of a term that are looked at
_SHARE = 3  # of so many completions, one may be a title where there are words, too

_QUOTED = f"[{QUOTES}]"
_VALUE = re.compile(
    rf"(?<![^\s(-])(?P<field>author|source|language):=?(?P<open>{_QUOTED}?)"
    rf"(?P<value>(?(open)[^{QUOTES}]*|[^\s(){QUOTES}]*))$",
    re.IGNORECASE,
)
_LAST = re.compile(rf"[^\s(){QUOTES}]+$")


@dataclass(frozen=True, slots=True)
class Completion:
    """What a query may go on with.

    Attributes:
        kind: a title, a word as it is printed, the name of a field, or a value of one.
        text: what is shown.
        count: articles with the title or the value, paragraphs with the word; 0 of a field.
        query: the whole new query.
    """

    kind: Literal["title", "word", "field", "value"]
    text: str
    count: int
    query: str


class _Typed(NamedTuple):
    """A query as far as it was typed: what comes before the last word, and that word."""

    before: str
    word: str


def complete(snapshot: Snapshot, text: str, most: int) -> tuple[Completion, ...]:
    """What a query may go on with, the likeliest first of each kind.

    Args:
        snapshot: of the archive.
        text: the query so far; its end is where the letters go on.
        most: how many completions, at most.
    """
    if value := _VALUE.search(text):
        if _is_quotation_open(text[: value.start()]):
            return ()
        before = text[: value.start()]
        return tuple(_values(snapshot, before, value["field"].lower(), value["value"], most))
    typed = _last_word(text)
    if typed is None:
        return ()
    fields = list(_fields(typed))
    field = _field_of(typed)
    if field and field != "title":
        return ()
    words = list(_words(snapshot.field(field or "text"), typed, most))
    titles = [] if field else list(_titles(snapshot, text, most))
    room = most - len(fields)
    shown = titles[: max(room // _SHARE, room - len(words))]
    return (*fields[:most], *shown, *words[: room - len(shown)])[:most]


def _last_word(text: str) -> _Typed | None:
    """The word that is being typed, if it is one that can be completed."""
    last = _LAST.search(text)
    if not last or _is_quotation_open(text):
        return None
    word, before = last[0], text[: last.start()]
    if text[last.start() - 1 : last.start()] in tuple(QUOTES):
        return None  # what follows a quotation right away
    sign = "-" if word.startswith("-") else ""
    field, colon, rest = word.removeprefix(sign).rpartition(":")
    if colon and field.lower() not in FIELDS:
        return None
    start = sign + field + colon
    if rest != rest.rstrip("*?~") or not rest.replace("'", "").replace("’", "").isalpha():
        return None
    return _Typed(before + start, rest) if len(rest) >= MIN_LETTERS else None


def _is_quotation_open(text: str) -> bool:
    """Whether a quotation mark has no partner yet."""
    return any(lexeme.kind == "stray quote" for lexeme in scan(text))


def _field_of(typed: _Typed) -> str:
    """The field of the last word: "" where it is one of the text."""
    field = re.search(r"(?<![^\s(-])([A-Za-z]+):$", typed.before)
    return field[1].lower() if field else ""


def _fields(typed: _Typed) -> Iterator[Completion]:
    """The fields that begin so."""
    if typed.before.endswith(":"):
        return
    for name in FIELDS:
        if name.startswith(typed.word.lower()):
            yield Completion("field", f"{name}:", 0, f"{typed.before}{name}:")


def _values(
    snapshot: Snapshot, before: str, field: str, written: str, most: int
) -> Iterator[Completion]:
    """The values of a field of names with a word that begins so; the most frequent first."""
    column = name_column(snapshot, field)
    counts = _live_counts(snapshot, column, field)
    wanted = fold(written).strip()
    found = [
        at
        for at in np.flatnonzero(counts).tolist()
        if column.names[at] and _has_word(fold(column.names[at]), wanted)
    ]
    found.sort(
        key=lambda at: (
            not fold(column.names[at]).startswith(wanted),
            -counts[at],
            column.names[at],
        )
    )
    for at in found[:most]:
        name = column.names[at]
        yield Completion("value", name, int(counts[at]), before + name_clause(field, name))


def _has_word(name: str, beginning: str) -> bool:
    """Whether a name has a place, at the beginning of a word, that goes on like this."""
    at = name.find(beginning)
    while at > 0 and name[at - 1].isalnum():
        at = name.find(beginning, at + 1)
    return at >= 0


def _live_counts(
    snapshot: Snapshot, column: NameColumn, field: str
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The live articles of each name, counted once."""
    assert field in NAMED
    key = ("live names", field)
    known: np.ndarray[tuple[int], np.dtype[np.int64]] | None = snapshot.cache.get(key)
    if known is None:
        codes = column.codes[snapshot.live_articles]
        known = np.bincount(codes, minlength=len(column.names))
        known = snapshot.cache.put(key, known, known.nbytes)
    return known


def _words(field: FieldView, typed: _Typed, most: int) -> Iterator[Completion]:
    """The most frequent words, as they are printed, that begin with the last word."""
    tokens = tokenize(typed.word)
    if len(tokens) != 1 or len(tokens[0].form) < MIN_LETTERS:
        return
    prefix = tokens[0].form
    stemmers = field.segments.stemmers
    texts = {
        text
        for part in field.parts
        for stemmer in stemmers
        for text in _frequent_terms(part, tag_of(stemmer) + prefix)
    }
    texts.update(text for text in _beside(prefix, stemmers) if field.term(text).doc_freq)
    counts = {text: field.term(text).doc_freq for text in texts}
    often = sorted((each for each in texts if counts[each]), key=lambda each: (-counts[each], each))
    shown = 0
    for text in often[:_TERMS]:
        word = _printed(field, text, prefix)
        if word and shown < most:
            shown += 1
            yield Completion("word", word, counts[text], typed.before + word)


def _beside(prefix: str, stemmers: Sequence[str]) -> Iterator[str]:
    """Terms that words with a prefix may have and that do not begin with it."""
    for stemmer in stemmers:
        if stemmer == ENGLISH:
            yield from stems_beside(prefix)
        else:
            yield stem(prefix, stemmer)


def _frequent_terms(part: Part, prefix: str) -> list[str]:
    """The terms of one segment that begin so, those in most documents."""
    terms = part.reader.terms
    low, high = terms.prefix(prefix.encode())
    if low >= high:
        return []
    freqs = np.diff(terms.infos(low, high)[:, 1])
    first = max(0, len(freqs) - _TERMS)
    often = np.argpartition(freqs, first)[first:] if first else np.arange(len(freqs))
    return [terms.term(low + at).decode() for at in often.tolist()]


def _printed(field: FieldView, text: str, prefix: str) -> str:
    """The most frequent printed word of a term that begins so; "" if none does."""
    for part, number in field.term(text).places:
        for printed in part.reader.form_texts(number)[:_FORMS]:
            form, width = form_of(printed)
            if width == 1 and printed.isalpha() and form.startswith(prefix):
                return printed
    return ""


def _titles(snapshot: Snapshot, text: str, most: int) -> Iterator[Completion]:
    """The newest titles with all words, the last of them begun; those that begin so first."""
    words = [token.form for token in tokenize(text) if token.width == 1]
    is_plain = all(lexeme.kind == "word" and not lexeme.exact for lexeme in scan(text))
    if not words or not is_plain or len(words[-1]) < MIN_LETTERS:
        return
    containing, beginning = _titled(snapshot, words)
    counts: dict[str, int] = {}
    for articles in (beginning, containing):
        if len(counts) < most:
            for article in _newest(snapshot, articles):
                title = snapshot.header(article).title
                counts[title] = counts.get(title, 0) + (articles is containing)
    start = fold(" ".join(text.split()))
    shown = [title for title in counts if _goes_on(title, words[-1])]
    shown.sort(key=lambda title: not fold(title).startswith(start))
    for title in shown[:most]:
        yield Completion("title", title, max(1, counts[title]), f"title:{quoted(title)}")


def _titled(snapshot: Snapshot, words: list[str]) -> tuple[DocIds, DocIds]:
    """The live articles whose titles have some words, and those that begin with the first.

    The last word is only a beginning. Both ascending.
    """
    containing, beginning = [], []
    for part in snapshot.field("title").parts:
        stemmers = snapshot.stemmers
        found = _beginning_so(part, words[-1], stemmers)
        for word in words[:-1]:
            terms = dict.fromkeys(stem(word, stemmer) for stemmer in stemmers)
            numbers = (part.reader.terms.find(term.encode()) for term in terms)
            lists = [part.reader.docs(number) for number in numbers if number >= 0]
            found = found[np.isin(found, np.concatenate([found[:0], *lists]))]
        if part.live is not None:
            found = found[np.logical_or.reduceat(part.live, part.first_doc[:-1])[found]]
        first = _beginning_with(part, words, stemmers)
        both = found[np.isin(found, first, assume_unique=True)]
        containing.append(found + np.int32(part.first_article))
        beginning.append(both + np.int32(part.first_article))
    none = np.empty(0, np.int32)
    return np.concatenate([none, *containing]), np.concatenate([none, *beginning])


def _beginning_so(part: Part, prefix: str, stemmers: Sequence[str]) -> DocIds:
    """The articles of one segment with a term for words that begin so, ascending."""
    terms = part.reader.terms
    beside = (terms.find(text.encode()) for text in _beside(prefix, stemmers))
    lists = [part.reader.docs(number) for number in beside if number >= 0]
    for stemmer in stemmers:
        low, high = terms.prefix((tag_of(stemmer) + prefix).encode())
        if low < high:
            lists.append(part.reader.docs_of(low, high))
    return distinct(np.concatenate(lists)) if lists else np.empty(0, np.int32)


def _beginning_with(part: Part, words: list[str], stemmers: Sequence[str]) -> DocIds:
    """The articles of one segment whose title begins with the first word, in any order."""
    terms = part.reader.terms
    texts: dict[str, None] = {}
    for stemmer in stemmers:
        if len(words) > 1:
            texts[stem(words[0], stemmer)] = None
        else:
            texts |= dict.fromkeys(_frequent_terms(part, tag_of(stemmer) + words[0]))
    lists = [np.empty(0, np.int32)]
    for text in texts:
        number = terms.find(text.encode())
        if number >= 0:
            docs = np.repeat(part.reader.docs(number), part.reader.freqs(number))
            lists.append(docs[part.reader.positions(number) == 0])
    return distinct(np.concatenate(lists))


def _newest(snapshot: Snapshot, articles: DocIds) -> list[int]:
    """The newest of some articles, from the last on."""
    published = snapshot.published[articles]
    first = max(0, len(articles) - _TITLES)
    newest = np.argpartition(published, first)[first:] if first else np.arange(len(articles))
    found: list[int] = articles[newest[np.argsort(-published[newest], kind="stable")]].tolist()
    return found


def _goes_on(title: str, prefix: str) -> bool:
    """Whether a title has a word that begins so."""
    return any(token.form.startswith(prefix) for token in tokenize(title))
