"""A quotation beside a text: the place that is most like it, and how they differ there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from search.alignment import Operation, align
from search.quoted_words import Quotation, Word, plain, words_of

Verdict = Literal["exact", "punctuation", "elided", "altered", "not found"]
Change = Literal["equal", "inserted", "deleted", "replaced", "left out", "bracketed"]

_KINDS: dict[str, Change] = {
    "equal": "equal", "delete": "inserted", "insert": "deleted", "replace": "replaced",
    "gap": "left out",
}  # fmt: skip


class Piece(NamedTuple):
    """A part of the comparison, in order: what the source says and what the quotation says.

    ``inserted``: only the quotation has it; ``deleted``: only the source; ``left out``: where
    the quotation says so; ``bracketed``: what the quotation has in brackets instead.
    """

    kind: Change
    source: str
    quotation: str


class Compared(NamedTuple):
    """A quotation beside a text; ``distance`` counts the words that were changed."""

    verdict: Verdict
    distance: int
    start: int
    end: int
    pieces: tuple[Piece, ...]


def side_by_side(quotation: Quotation, text: str, words: Sequence[Word]) -> Compared | None:
    """The comparison with a text that has all its words side by side; else None."""
    starts = find_words([word.key for word in quotation.words], [word.key for word in words])
    if not starts:
        return None
    count = len(quotation.words)
    inner = quotation.text[quotation.words[0].start : quotation.words[-1].end]
    spans = [(words[at].start, words[at + count - 1].end) for at in starts]
    same = [span for span in spans if plain(text[span[0] : span[1]]) == inner]
    is_exact = bool(same) and _stands_in(quotation.text, plain(text))
    start, end = same[0] if same else spans[0]
    pieces = (Piece("equal", text[start:end], quotation.text),)
    return Compared("exact" if is_exact else "punctuation", 0, start, end, pieces)


def _stands_in(quotation: str, text: str) -> bool:
    """Whether a text has a quotation character for character, and no part of a word."""
    at = text.find(quotation)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(quotation) :][:1]
        cut = (before.isalnum() and quotation[0].isalnum()) or (
            after.isalnum() and quotation[-1].isalnum()
        )
        if not cut:
            return True
        at = text.find(quotation, at + 1)
    return False


def find_words(wanted: Sequence[str], words: Sequence[str]) -> list[int]:
    """Where words follow each other as wanted."""
    count = len(wanted)
    first = wanted[0]
    return [
        at
        for at in range(len(words) - count + 1)
        if words[at] == first and list(words[at : at + count]) == list(wanted)
    ]


def compare(quotation: Quotation, text: str, words: Sequence[Word]) -> Compared:
    """A quotation beside the place of a text that is most like it."""
    keys = [word.key for word in words]
    found = align(quotation.keys, keys, within=True, gaps=quotation.gaps)
    start = words[found.start].start if found.start < found.end else 0
    end = words[found.end - 1].end if found.start < found.end else 0
    pieces = tuple(_pieces(quotation, text, words, found.operations))
    changed = found.distance or any(each.kind == "bracketed" for each in pieces)
    left_out = any(each.kind == "left out" for each in pieces)
    verdict: Verdict = "altered" if changed else "elided" if left_out else "punctuation"
    return Compared(verdict, found.distance, start, end, pieces)


def _pieces(
    quotation: Quotation, text: str, words: Sequence[Word], operations: Iterable[Operation]
) -> Iterable[Piece]:
    """The operations with their words as they are printed; brackets where they stand."""
    waiting = list(quotation.brackets)
    for kind, a_start, a_end, b_start, b_end in operations:
        if kind == "gap":
            source = text[words[b_start].start : words[b_end - 1].end]
            here = [each for each in waiting if each.before == a_start]
            waiting = [each for each in waiting if each.before != a_start]
            inside = " ".join(each.text for each in here)
            if not here:
                yield Piece("left out", source, "…")
            elif _same_words(inside, source):
                yield Piece("equal", source, inside)
            else:
                yield Piece("bracketed", source, inside)
            continue
        within = [each for each in waiting if a_start <= each.before < a_end]
        for bracket in within:
            waiting.remove(bracket)
            skip = bracket.before - a_start if kind in ("equal", "replace") else 0
            if skip:
                yield _piece(
                    quotation,
                    text,
                    words,
                    Operation(kind, a_start, a_start + skip, b_start, b_start + skip),
                )
                a_start, b_start = a_start + skip, b_start + skip
            yield Piece("bracketed", "", bracket.text)  # it stands for nothing, as [sic] does
        yield _piece(quotation, text, words, Operation(kind, a_start, a_end, b_start, b_end))
    for bracket in waiting:
        yield Piece("bracketed", "", bracket.text)


def _piece(quotation: Quotation, text: str, words: Sequence[Word], operation: Operation) -> Piece:
    """An operation with its words as they are printed."""
    kind, a_start, a_end, b_start, b_end = operation
    source = text[words[b_start].start : words[b_end - 1].end] if b_start < b_end else ""
    own = quotation.own[a_start:a_end]
    return Piece(_KINDS[kind], source, quotation.text[own[0].start : own[-1].end] if own else "")


def _same_words(left: str, right: str) -> bool:
    return [word.key for word in words_of(left)] == [word.key for word in words_of(right)]
