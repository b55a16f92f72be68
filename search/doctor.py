"""The doctor: why little was found, and what would find more.

Nothing is relaxed: advice is other queries, whole, with what each of them finds. Every count
was taken by asking that query.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice, product

from index.analysis import tokenize
from search.asking import Asking, Counts
from search.names import NAMED
from search.query.lexer import Lexeme, scan
from search.query.rewriting import (
    Part,
    Word,
    at_any_distance,
    cleaned,
    joined,
    parts_of,
    quoted,
    words_of,
)
from search.results import FEW, RARE, Advice, ClauseCount, Match, Relaxed, SearchOptions, Suggestion
from search.spelling import may_be_misspelt, spellings

_PARTS = 12  # of a query that are looked at one by one
_WORDS = 8  # whose spelling is looked at
_TRIED = 3  # spellings of a word
_COMBINED = 6  # spellings of all words together
_SPELT = ("text", "title", "author", "source")

Changed = tuple[tuple[str, str], ...]
Change = tuple[str, Match, Changed]
"""A query to try, how its words are joined, and what is changed in it."""
Way = tuple[Relaxed, Callable[[], Iterator[Change]]]
"""What to relax, and the changes that do so."""


def advise(
    query: str, options: SearchOptions, found: int, asking: Asking, *, in_article: bool = True
) -> Advice | None:
    """What would be found otherwise.

    Args:
        query: as it was asked.
        options: with which it was.
        found: the paragraphs that match.
        asking: of the same commit and options.
        in_article: whether some article may have all parts, in whichever paragraphs.

    Returns:
        None where there is nothing to say: the query finds enough, and all of its words are
        spelt as the archive does.
    """
    few = found < FEW
    if options.advice == "never":
        return None
    doctor = _Doctor(cleaned(query), options, found, asking, in_article=in_article)
    if few or options.advice == "always":
        advice = doctor.advice()
        return advice if advice.suggestions or not found else None
    suggestions = tuple(doctor.of_kind("spelling", doctor.spelling))
    return Advice((), suggestions) if suggestions else None


class _Doctor:
    """One query that finds little."""

    def __init__(
        self, query: str, options: SearchOptions, found: int, asking: Asking, *, in_article: bool
    ) -> None:
        self._query = query
        self._may_be_in_article = in_article
        self._options = options
        self._found = found
        self._asking = asking
        self._parts = parts_of(query)
        self._ends = time.monotonic() + options.patience

    def advice(self) -> Advice:
        """Everything that there is time for, from the smallest change to the largest."""
        elsewhere: list[Way] = [("text", self._in_text), ("title", self._in_title)]
        ways: list[Way] = [
            ("spelling", self.spelling),
            ("article", self._in_article),
            ("words", self._as_words),
            ("date", self._any_date),
            *([] if self._found else elsewhere),
            ("without", self._without_one),
            ("any", self._any_word),
        ]
        clauses = tuple(self._clauses())
        suggestions: list[Suggestion] = []
        asked = {(self._query, self._options.match)}
        for kind, changes in ways:
            for each in self.of_kind(kind, changes):
                if (each.query, each.options.match) not in asked:
                    asked.add((each.query, each.options.match))
                    suggestions.append(each)
        return Advice(clauses, tuple(suggestions), not self._is_late())

    def of_kind(
        self, kind: Relaxed, changes: Callable[[], Iterator[Change]]
    ) -> Iterator[Suggestion]:
        """The best of some changes, if it finds more than the query."""
        best: tuple[Counts, Change] | None = None
        for change in changes():
            if self._is_late():
                break
            counts = self._asking.counts(change[0], change[1])
            if counts.paragraphs > max(self._found, best[0].paragraphs if best else 0):
                best = counts, change
                if kind == "spelling":  # they come in the order of likelihood
                    break
        if best:
            counts, (query, match, changed) = best
            options = self._options._replace(match=match, number=1)
            yield Suggestion(kind, query, options, counts.paragraphs, counts.articles, changed)

    def _is_late(self) -> bool:
        return time.monotonic() > self._ends

    def _clauses(self) -> Iterator[ClauseCount]:
        """What each part finds alone, where there are several."""
        if len(self._parts) < 2:
            return
        for part in self._parts[:_PARTS]:
            if self._is_late():
                return
            yield ClauseCount(part.text, *self._asking.counts(part.text))

    def spelling(self) -> Iterator[Change]:
        """The words that the archive does not have, or rarely, as it has others like them."""
        chosen: list[list[tuple[Word, str]]] = []
        for word in words_of(self._query)[:_WORDS]:
            token = may_be_misspelt(word.text)
            if token is None or word.field not in _SPELT or self._is_late():
                continue
            asked = word.text if word.field == "text" else f"{word.field}:{word.text}"
            have = self._asking.counts(asked).paragraphs
            if have > RARE:
                continue
            field = self._asking.segments.field(word.field)
            near = spellings(field, token, have)[:_TRIED]
            if near:
                chosen.append([(word, each.word) for each in near])
        for each in islice(product(*chosen), _COMBINED) if chosen else ():
            changed = tuple((word.text, other) for word, other in each)
            yield _replaced(self._query, list(each)), self._options.match, changed

    def _in_article(self) -> Iterator[Change]:
        """All in one article, what is negated and narrows the articles as before."""
        inner = [part.text for part in self._parts if not _stays(part)]
        outer = [part.text for part in self._parts if _stays(part)]
        several = len(inner) > 1 and not any("article" in part.kinds for part in self._parts)
        if several and self._may_be_in_article:
            yield joined([f"article({joined(inner)})", *outer]), "all", ()
        if self._lone_phrase:
            yield f"article{self._lone_phrase}", "all", ()
        anywhere = [(part.text, at_any_distance(part)) for part in self._parts]
        changed = tuple((text, other) for text, other in anywhere if text != other)
        if changed:
            yield joined([other for _, other in anywhere]), self._options.match, changed

    def _as_words(self) -> Iterator[Change]:
        """Phrases as their words, wherever these stand; exact words in any form."""
        loose = [_loosened(part) for part in self._parts]
        changed = tuple(
            (part.text, text)
            for part, text in zip(self._parts, loose, strict=True)
            if part.text != text
        )
        if changed:
            yield joined(loose), self._options.match, changed

    def _any_date(self) -> Iterator[Change]:
        """Published at any time."""
        dates = [part.text for part in self._parts if part.field == "date"]
        others = [part.text for part in self._parts if part.field != "date"]
        if dates and others:
            yield joined(others), self._options.match, tuple((date, "") for date in dates)

    def _in_text(self) -> Iterator[Change]:
        """What is asked of headlines, authors and sources, in the text."""
        changed = {
            part.text: part.text.partition(":")[2]
            for part in self._parts
            if part.field in ("title", "author", "source")
            and not part.negated
            and not part.text.startswith(f"{part.field}:=")
        }
        if changed:
            texts = [changed.get(part.text, part.text) for part in self._parts]
            yield joined(texts), self._options.match, tuple(changed.items())

    def _in_title(self) -> Iterator[Change]:
        """All words in the headline."""
        simple = {"word", "phrase", "and", "or", "open", "close"}
        inner = [part for part in self._parts if not part.is_filter]
        if inner and all(not part.field and part.kinds <= simple for part in inner):
            outer = [part.text for part in self._parts if part.is_filter]
            words = joined([part.text for part in inner])
            is_one = len(inner) == 1 and inner[0].kinds <= {"word", "phrase"}
            title = f"title:{words}" if is_one else f"title:({words})"
            changed = ((words, title),)
            yield joined([title, *outer]), self._options.match, changed

    def _without_one(self) -> Iterator[Change]:
        """Without the part that costs most."""
        if 1 < len(self._parts) <= _PARTS:
            for at, part in enumerate(self._parts):
                others = [each for each in self._parts if each is not self._parts[at]]
                if part.field != "date" and not all(each.negated for each in others):
                    rest = joined([each.text for each in others])
                    yield rest, self._options.match, ((part.text, ""),)

    def _any_word(self) -> Iterator[Change]:
        """Any of the words instead of all."""
        if self._lone_phrase:
            yield self._lone_phrase[1:-1], "any", ()
        elif self._options.match == "all":
            yield self._query, "any", ()

    @property
    def _lone_phrase(self) -> str:
        """The words of a query that is one phrase, in parentheses; "" of any other."""
        if len(self._parts) != 1 or self._parts[0].kinds != {"phrase"}:
            return ""
        loose = _loosened(self._parts[0])
        return loose if loose.startswith("(") else ""


def _stays(part: Part) -> bool:
    """Whether a part is no clause of words that an article may have anywhere."""
    return part.is_filter or part.text.lower().startswith(("para:", "words:"))


def _replaced(query: str, words: list[tuple[Word, str]]) -> str:
    """A query with other words in the place of some."""
    pieces: list[str] = []
    at = 0
    for word, other in sorted(words, key=lambda each: each[0].start):
        pieces += [query[at : word.start], other]
        at = word.end
    return "".join([*pieces, query[at:]])


def _loosened(part: Part) -> str:
    """A part with its phrases as words and its exact words in any form."""
    if part.is_filter or "near" in part.kinds or "article" in part.kinds:
        return part.text
    pieces: list[str] = []
    at = 0
    field = ""
    for lexeme in scan(part.text):
        is_name = lexeme.exact and field in NAMED
        field = lexeme.text if lexeme.kind == "field" else ""
        if (lexeme.exact or lexeme.kind == "phrase") and not is_name:
            pieces += [part.text[at : lexeme.start], _loose(lexeme)]
            at = lexeme.end
    return "".join([*pieces, part.text[at:]])


def _loose(lexeme: Lexeme) -> str:
    """The words of a phrase, or of what is asked for exactly as printed."""
    tokens = [token for token in tokenize(lexeme.text) if token.width == 1]
    words = [lexeme.text[token.start : token.end] for token in tokens]
    if len(words) < 2:
        return " ".join(words).lower() if lexeme.exact else quoted(lexeme.text)
    return "(" + " ".join(word.lower() if word.isupper() else word for word in words) + ")"
