"""The limits of a query: whatever is longer or deeper is refused before it costs anything."""

from __future__ import annotations

from search.errors import QueryError

MAX_CHARACTERS = 512
MAX_WORDS = 32
MAX_CLAUSES = 64
MAX_DEPTH = 10
MAX_EXPANSIONS = 1_000
"""Terms that a prefix or a pattern is looked up by."""
MAX_EXPANDED = 1_024
"""Terms that all prefixes, patterns and similar words of a query are looked up by."""
MAX_SIMILAR = {1: 150, 2: 50}
"""Terms that a word of which one or two letters differ is looked up by."""
MAX_DISTANCE = 100
"""Words or paragraphs that two may be apart, or words that stand between those of a window."""


def check_length(text: str) -> None:
    """Refuse a query of too many characters, before it is read."""
    if len(text) > MAX_CHARACTERS:
        raise QueryError(
            f"The query has {len(text):,} characters; at most {MAX_CHARACTERS} are read",
            "too_long",
            MAX_CHARACTERS,
        )


def check_words(words: int, clauses: int) -> None:
    """Refuse a query of too many words or clauses, before it is looked up."""
    if words > MAX_WORDS:
        raise QueryError(
            f"The query has {words} words; at most {MAX_WORDS} are searched for", "too_many_words"
        )
    if clauses > MAX_CLAUSES:
        raise QueryError(
            f"The query has {clauses} clauses; at most {MAX_CLAUSES} are searched for",
            "too_many_clauses",
        )


def check_distance(written: str, distance: int, least: int, position: int) -> None:
    """Refuse distances that say nothing, or less than the paragraph does."""
    if not least <= distance <= MAX_DISTANCE:
        last = written.split()[-1]
        unit = "p" if last[-1] in "pP" else ""
        sign = last.rstrip("0123456789pP")
        raise QueryError(
            f"{written} is no distance that can be asked for; "
            f"write {sign}{least}{unit} to {sign}{MAX_DISTANCE}{unit}",
            "bad_distance",
            position,
        )


def check_depth(depth: int, position: int) -> None:
    """Refuse parentheses that are nested too deeply."""
    if depth > MAX_DEPTH:
        raise QueryError(
            f"Parentheses are nested deeper than {MAX_DEPTH}; write the query with fewer",
            "too_deep",
            position,
        )
