"""Form -> term: the stem of a word, by the language of its article.

Articles in English, and those whose language is unknown, have bare terms. A stem of another
language carries it in front, ``:de:haus``, so that what is one word in one language never
becomes another word in the next: German ``Rates`` is a form of *Rat*, English ``rates`` is
none of *rat*. Two words are the same if they are so in the language of the article.

Words in other letters than those of the language are what they are anywhere: Latin words in
Russian or Chinese text are stemmed as English ones, and numbers have no stem.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache

import Stemmer

ENGLISH = "en"
UNSTEMMED = "-"
"""Stands for the languages in Latin letters that have no stemmer."""

_ALGORITHMS = dict(
    pair.split(":")
    for pair in (
        "ar:arabic ca:catalan cs:czech da:danish de:german el:greek en:english eo:esperanto "
        "es:spanish et:estonian eu:basque fa:persian fi:finnish fr:french ga:irish hi:hindi "
        "hu:hungarian hy:armenian id:indonesian it:italian lt:lithuanian ne:nepali nl:dutch "
        "no:norwegian pl:polish pt:portuguese ro:romanian ru:russian sr:serbian st:sesotho "
        "sv:swedish ta:tamil tr:turkish yi:yiddish"
    ).split()
)
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "mo": "ro"}
_SAME |= {name: language for language, name in _ALGORITHMS.items()}
# Not written in Latin letters, and no stemmer: only the Latin words among them have one.
_OTHER_LETTERS = frozenset(
    "ab am as av ba be bg bn bo ce cv dv dz gu he ja ka kk km kn ko ky lo mk ml mn mr my or os pa "
    "ps sa sd si te tg th ti tt ug uk ur zh".split()
)
_NOT_LATIN = frozenset("ar el fa hi hy ne ru ta yi".split())
_ANY_LETTERS = frozenset(("sr",))
_LAST_LATIN = "\u024f"

KEPT = 3
"""So many letters a stem has in common with its word, or it has no more and the first one."""
# Stemmers that cut or change the beginnings of words, and the letters that stay.
_FEWER_KEPT = {"ar": 0, "de": 1, "ga": 0, "id": 0, "nl": 0, "sr": 0, "st": 0, "ta": 0, "yi": 0}

# Folding has one way for letters that stemmers tell apart.
_TO_PERSIAN = str.maketrans({"ي": "ی", "ك": "ک"})
_WITH_ARTICLE = re.compile(r"([وفبك]?ال.{2,})ه")  # ends in no pronoun, so what was there is ة

_Stem = Callable[[str], str]


class _Stemmers(threading.local):
    """The stemmers of each thread: PyStemmer's are not safe to share."""

    def __init__(self) -> None:
        # Without its cache, which costs more time than the stems it saves.
        self.english = Stemmer.Stemmer("english", 0)
        self._others: dict[str, _Stem] = {UNSTEMMED: str}

    def other(self, language: str) -> _Stem:
        """What stems the words of a language."""
        known = self._others.get(language)
        if known is None:
            known = self._others[language] = Stemmer.Stemmer(_ALGORITHMS[language], 0).stemWord
        return known


_stemmers = _Stemmers()


@lru_cache(maxsize=1024)
def stemmer_of(language: str) -> str:
    """The stemmer for the articles of a language tag: its code, or UNSTEMMED.

    >>> [stemmer_of(language) for language in ("de-AT", "", "vi", "zh-Hant", "Klingon")]
    ['de', 'en', '-', 'en', 'en']
    """
    tag = language.strip().lower()
    tag = _SAME.get(tag, tag)
    if tag == UNSTEMMED:
        return UNSTEMMED
    primary = tag.replace("_", "-").partition("-")[0]
    primary = _SAME.get(primary, primary)
    if primary in _ALGORITHMS:
        return primary
    is_code = len(primary) == 2 and primary.isascii() and primary.isalpha()
    return UNSTEMMED if is_code and primary not in _OTHER_LETTERS else ENGLISH


def stem(form: str, stemmer: str = ENGLISH) -> str:
    """The term of a form: its stem, if it is a word and not a number.

    >>> stem("rates"), stem("rates", "de"), stem("rates", "-"), stem("2016", "de")
    ('rate', ':de:rat', ':-:rates', '2016')
    """
    if stemmer != ENGLISH:
        return _other_stem(form, stemmer)
    stemmed: str = _stemmers.english.stemWord(form) if form.isalpha() else form
    return stemmed


def stems(forms: list[str], stemmer: str = ENGLISH) -> list[str]:
    """The terms of many forms, as ``stem`` gives them."""
    if stemmer != ENGLISH:
        return [_other_stem(form, stemmer) for form in forms]
    stemmed: list[str] = _stemmers.english.stemWords(forms)
    return [term if form.isalpha() else form for term, form in zip(stemmed, forms, strict=True)]


def tag_of(stemmer: str) -> str:
    """What the terms of a stemmer begin with.

    >>> tag_of("de"), tag_of("en")
    (':de:', '')
    """
    return "" if stemmer == ENGLISH else f":{stemmer}:"


def stemmer_of_term(term: str) -> str:
    """The stemmer whose tag a term has.

    >>> stemmer_of_term(":de:haus"), stemmer_of_term("hous")
    ('de', 'en')
    """
    return term[1:].partition(":")[0] if term[:1] == ":" else ENGLISH


def may_have(stemmer: str, term: str) -> bool:
    """Whether texts of a stemmer can have a term.

    >>> may_have("de", ":de:haus"), may_have("de", "hous"), may_have("ru", "hous")
    (True, False, True)
    """
    if stemmer == stemmer_of_term(term):
        return True
    return term[:1] != ":" and stem(term, stemmer)[:1] != ":"


def kept_letters(stemmer: str) -> int:
    """How many letters of a word its stem begins with, if it has more than these; see KEPT."""
    return _FEWER_KEPT.get(stemmer, KEPT)


def _other_stem(form: str, stemmer: str) -> str:
    """The term of a form in another language than English."""
    is_latin = form[:1] <= _LAST_LATIN
    if not form or any(map(str.isnumeric, form)):
        return form
    if stemmer not in _ANY_LETTERS and is_latin == (stemmer in _NOT_LATIN):
        return stem(form)
    written = _respelt(form, stemmer)
    stemmed = _stemmers.other(stemmer)(written)
    if not _begins_alike(stemmed, written, kept_letters(stemmer)):
        stemmed = form  # else prefixes would not find the word
    return f":{stemmer}:{stemmed}"


def _respelt(form: str, stemmer: str) -> str:
    """A form in the letters that its stemmer knows."""
    if stemmer == "fa":
        return form.translate(_TO_PERSIAN)
    if stemmer == "ar" and (found := _WITH_ARTICLE.fullmatch(form)):
        return found[1] + "ة"
    return form


def _begins_alike(stemmed: str, form: str, kept: int) -> bool:
    """Whether a stem has the beginning of its word that searches for beginnings rely on."""
    if stemmed[:kept] == form[:kept]:
        return bool(stemmed)
    return kept == KEPT and 0 < len(stemmed) <= KEPT and stemmed[0] == form[0]
