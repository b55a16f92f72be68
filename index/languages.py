"""The language of an article: as it is declared, else as its text shows.

What cannot be told with some certainty stays unknown. Most English, and scripts that only one
language is written in, are told by a look at the words; for all else the model of py3langid is
loaded, once and only when a text needs it.
"""

from __future__ import annotations

import dataclasses
import io
import re
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from index.article import Article

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 500  # characters tell a language; more hardly tell it better
_FEWEST_LETTERS = 20
_CERTAIN = 0.7  # of XQuAD's texts, cut at 60 characters or more, none is mistaken above it
_ENGLISH_WORDS = 10  # are enough to look at how many of them are the usual ones
_ENGLISH_SHARE = 0.15
_WORD = re.compile(r"[^\W\d_]+")

# The usual words of English that are none in another language that is written in its letters.
_ENGLISH = frozenset(
    "the The of and that with his from which they their this This were been have but by to would "
    "there you your our will said about it its".split()
)
# Scripts of one language, and the languages that share the Han characters.
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e01-\u0e3a\u0e40-\u0e4e]")),
    ("el", re.compile("[\u0386-\u03ce\u1f00-\u1fff]")),
)
_LARGEST_SHARE = 0.5  # of the letters, in the script of a language
_KANA_SHARE = 0.1  # of Japanese, at least, is not in Han characters

# Codes of three letters, as libraries write them, and codes that were replaced.
_TWO_LETTERS = dict(
    pair.split(":")
    for pair in (
        "ara:ar bul:bg cat:ca ces:cs chi:zh cmn:zh cze:cs dan:da deu:de dut:nl ell:el eng:en "
        "est:et eus:eu baq:eu fas:fa per:fa fin:fi fra:fr fre:fr ger:de gle:ga gre:el heb:he "
        "hin:hi hrv:hr hun:hu hye:hy arm:hy ind:id isl:is ice:is ita:it jpn:ja kor:ko lav:lv "
        "lit:lt nld:nl nor:no pol:pl por:pt ron:ro rum:ro rus:ru slk:sk slo:sk slv:sl spa:es "
        "srp:sr swe:sv tam:ta tha:th tur:tr ukr:uk urd:ur vie:vi yid:yi zho:zh "
        "iw:he in:id ji:yi mo:ro yue:zh wuu:zh"
    ).split()
)
_NO_LANGUAGE = frozenset(("und", "zxx", "mul", "mis", "x", "xx", "default", "none", "null"))


def normalize(declared: str) -> str:
    """A declared language as a code of two letters; one that is not known, in small letters.

    >>> normalize("en-US"), normalize("ger"), normalize("Klingon"), normalize("und")
    ('en', 'de', 'klingon', '')
    """
    tag = declared.strip().lower()
    primary = re.split(r"[-_@.]", tag, maxsplit=1)[0]
    if primary in _NO_LANGUAGE:
        return ""
    if primary in _TWO_LETTERS:
        return _TWO_LETTERS[primary]
    return primary if len(primary) == 2 and primary.isalpha() else tag


def with_language(article: Article) -> Article:
    """The article with its language: as declared, else as its text shows, else without one."""
    language = normalize(article.language) or language_of(_sample(article))
    if language == article.language:
        return article
    return dataclasses.replace(article, language=language)


def language_of(text: str) -> str:
    """The language of a text as a code of two letters; empty where it is not certain.

    >>> language_of("The mayor said that it was the best of days for the town, and she was right.")
    'en'
    >>> language_of("1987 (17)")
    ''
    """
    text = text[:_SAMPLE]
    words = _WORD.findall(text)
    usual = sum(map(_ENGLISH.__contains__, words))
    if len(words) >= _ENGLISH_WORDS and usual >= _ENGLISH_SHARE * len(words):
        return "en"
    letters = sum(map(len, words))
    if not letters:
        return ""
    if not text.isascii() and (language := _by_script(text, letters)):
        return language
    if letters < _FEWEST_LETTERS:
        return ""
    language, certainty = _identifier().classify(text)
    return language if certainty >= _CERTAIN else ""


def _by_script(text: str, letters: int) -> str:
    """The language whose script most of the letters are in; empty if that tells no language."""
    counts = {language: len(script.findall(text)) for language, script in _SCRIPTS}
    if counts["ja"] >= _KANA_SHARE * letters:
        counts["ja"] += counts.pop("zh")
    language = max(counts, key=lambda each: counts[each])
    return language if counts[language] > _LARGEST_SHARE * letters else ""


def _sample(article: Article) -> str:
    """The beginning of the text; the title only where the text is very short."""
    parts, length = [], 0
    for paragraph in article.paragraphs:
        parts.append(paragraph[:_SAMPLE])
        length += len(parts[-1])
        if length >= _SAMPLE:
            break
    return "\n".join(parts if length >= 4 * _FEWEST_LETTERS else (article.title, *parts))


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """The model, restricted to languages that have a code of two letters.

    The library would unpack it into a temporary file first, and those who read the files of
    others may not write any.
    """
    import lzma
    import zipfile

    import numpy as np
    from numpy.lib.format import read_array
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

    with lzma.open(MODEL_DIR / MODEL_FILE) as packed:
        unpacked = io.BytesIO(packed.read())
    with zipfile.ZipFile(unpacked) as members:

        def stored(name: str) -> npt.NDArray[Any]:
            with members.open(f"{name}.npy") as member:
                return np.asarray(read_array(member))

        identifier = LanguageIdentifier(
            stored("ptc"),
            stored("pc"),
            stored("classes").tolist(),
            _numbers(stored("nextmove")),
            stored("out_feat").tolist(),
            norm_probs=True,
            tk_row=_numbers(stored("nextmove_row")),
        )
    identifier.set_languages([label for label in identifier.labels if len(label) == 2])
    return identifier


def _numbers(values: npt.NDArray[np.unsignedinteger[Any]]) -> array[int]:
    """An array of Python's, whose numbers are looked up faster one by one than NumPy's."""
    return array(values.dtype.char, values.tobytes())
