"""A prefix -> the terms of the dictionary under which words with that prefix are found.

The dictionary holds stems, the prefix is of a word as written: ``minister*`` has to look
under ``minist``, and ``ministry*`` under ``ministri``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.analysis import stem

TermsFrom = Callable[[str], Iterator[str]]
"""The terms of the dictionary that begin with some letters, in order."""
HasTerm = Callable[[str], bool]

# What can follow a prefix until the end of an English word, as far as it changes the stem.
_ENDINGS = sorted(
    {
        ending[start:]
        for ending in (
            "s es ed er ers ative atives ing ings ion ions ies ied y ly al ally ic ical ically "
            "ate ates ated ating ation ations ational ator ators ity ities ive ively iveness "
            "ize izes ized izing ization izations ise ises ised ising ment ments ness nesses "
            "ful fully fulness ous ously ousness able ably ability ible ibly ibility ance ances "
            "ence ences ency ant ants ent ents ism isms ist ists ish ial ially ian ians less "
            "lessly eed eedly edly ingly ogy ogist ogists ological e"
        ).split()
        for start in range(len(ending))
    }
    | {""}
)


def terms_of_prefix(prefix: str, terms_from: TermsFrom, has_term: HasTerm) -> Iterator[str]:
    """Yield every term that a word beginning with the prefix can have; some have others too.

    Those that only begin so come first, in the order of the dictionary; no term comes twice.
    """
    given = set()
    for term in terms_from(prefix):
        given.add(term)
        yield term
    for term in sorted({stem(prefix + ending) for ending in _ENDINGS} - given):
        if has_term(term):
            yield term


def is_certain(term: str, prefix: str) -> bool:
    """Whether every word of a term begins with the prefix.

    A stem may end in another letter than its words, or in one more: ``hope`` is the stem of
    ``hoping``, ``ministri`` that of ``ministry``. What is before the last letter stands in
    all of them, but for a few short words such as ``dying``.
    """
    return len(term) > max(len(prefix), 3) and term.startswith(prefix)
