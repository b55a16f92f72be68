"""A prefix -> the terms of the dictionary under which words with that prefix are found.

The dictionary holds stems, the prefix is of a word as written: ``minister*`` has to look
under ``minist``, and ``ministry*`` under ``ministri``.
"""

from __future__ import annotations

from functools import lru_cache

from index.stemming import stem

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


LETTERS = 3
"""A term of no more letters may have words that begin otherwise than it does."""


@lru_cache(maxsize=4096)
def stems_beside(prefix: str) -> tuple[str, ...]:
    """The stems that words with a prefix can have and that do not begin with it, in order.

    >>> "ministri" in stems_beside("ministry"), "minist" in stems_beside("minist")
    (True, False)
    """
    stems = {stem(prefix + ending) for ending in _ENDINGS}
    return tuple(sorted(each for each in stems if not each.startswith(prefix)))


def is_certain(term: str, prefix: str) -> bool:
    """Whether every word of a term begins with the prefix.

    A stem may end in another letter than its words, or in one more: ``hope`` is the stem of
    ``hoping``, ``ministri`` that of ``ministry``. What is before the last letter stands in
    all of them, but for a few short words such as ``dying``.
    """
    return len(term) > max(len(prefix), LETTERS) and term.startswith(prefix)
