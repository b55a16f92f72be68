"""What a character is to the analyzer: the classes that its pattern of tokens is written in.

A text is mapped, character by character, to a *shape* of the same length, in which a
simple pattern finds the tokens:

===== ================================================================================
``a`` a letter or a mark (Unicode classes L and M: Devanagari vowel signs are letters here)
``0`` a digit or another number (class N)
``c`` a letter of a script that is written without spaces between words
``'`` an apostrophe
``-`` a hyphen
``z`` an invisible character inside words: soft hyphen, joiners
``.`` ``,`` themselves
space everything else
===== ================================================================================
"""

from __future__ import annotations

import unicodedata
from typing import Any

_APOSTROPHES = "'’ʼʻ‘＇ʹ′`´׳״"
_HYPHENS = "-‐‑－־"
_INVISIBLE = "\u00ad\u200c\u200d\u2060"
_ARABIC_COMMA = "٬"  # between the thousands of a number
# First and last code points of the scripts without spaces: Thai, Lao, Myanmar, Khmer, Hangul,
# kana, Bopomofo, Han.
_UNSPACED = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1100, 0x11FF), (0x1780, 0x17FF),
    (0x3005, 0x3007), (0x3031, 0x3035), (0x3041, 0x312F), (0x3131, 0x318E),
    (0x31A0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF), (0xFF66, 0xFFDC), (0x20000, 0x323AF),
)  # fmt: skip


class _Shapes(dict[int, str]):
    """Code point -> shape, each worked out once, when it is first met."""

    def __missing__(self, code: int) -> str:
        shape = self[code] = _shape(chr(code))
        return shape


def _shape(char: str) -> str:
    if char in ".,":
        return char
    if char == _ARABIC_COMMA:
        return ","
    for chars, shape in ((_APOSTROPHES, "'"), (_HYPHENS, "-"), (_INVISIBLE, "z")):
        if char in chars:
            return shape
    category = unicodedata.category(char)[0]
    if category in "LM":
        return "c" if any(low <= ord(char) <= high for low, high in _UNSPACED) else "a"
    return "0" if category == "N" else " "


_SHAPES = _Shapes()


class _Letters(dict[int, Any]):
    """Code point -> what is left of it when NFKD has taken apart what it can."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        left = self[code] = str(unicodedata.digit(char)) if char.isdigit() else char
        return left


# Letters of Arabic, Persian and Urdu that are written in several ways, and Hebrew ones that look
# otherwise at the end of a word.
_WAYS = {"ا": "أإآٱ", "و": "ؤ", "ي": "ئىیے", "ه": "ةۀہۃە", "ك": "ک"}
_WAYS |= {"כ": "ך", "מ": "ם", "נ": "ן", "פ": "ף", "צ": "ץ"}
_LETTERS = _Letters(
    str.maketrans(
        # What readers type without the stroke.
        {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t"}
        | {"æ": "ae", "œ": "oe", "þ": "th", "ё": "е", "ँ": "ं", _ARABIC_COMMA: ","}
        | {way: letter for letter, ways in _WAYS.items() for way in ways}
    )
)
# Marks that only some writers set: vowels and doubled letters of Arabic, its long stroke, the
# points of Hebrew, and the Devanagari dot of borrowed sounds.
for _first, _last in (
    (0x064B, 0x065F), (0x0670, 0x0670), (0x0640, 0x0640), (0x06D6, 0x06DC), (0x06DF, 0x06E4),
    (0x06E7, 0x06E8), (0x06EA, 0x06ED), (0x0591, 0x05BD), (0x05BF, 0x05BF), (0x05C1, 0x05C2),
    (0x05C4, 0x05C5), (0x05C7, 0x05C7), (0x093C, 0x093C),
):  # fmt: skip
    _LETTERS |= dict.fromkeys(range(_first, _last + 1))
_CANONICAL = str.maketrans(dict.fromkeys(_INVISIBLE) | dict.fromkeys(_APOSTROPHES, "'"))
_LAST_LATIN_OR_GREEK = "\u03ff"
_ACCENTS = ("\u0300", "\u036f")


def shape(text: str) -> str:
    """The shape of a text: a string of the same length, of the classes above.

    >>> shape("l’été, U.S.-led: 2 中")
    "a'aaa, a.a.-aaa  0 c"
    """
    return text.translate(_SHAPES)


def fold(word: str) -> str:
    """Fold case, accents, and the width and ligature forms of Unicode's compatibility rules.

    Accents fall from Latin and Greek letters, and vowel points from Arabic and Hebrew ones;
    marks of other scripts are letters. Digits of every script are ASCII.

    >>> fold("ÉTÉ"), fold("Straße"), fold("Øre"), fold("हिन्दी"), fold("٢٠١٦")
    ('ete', 'strasse', 'ore', 'हिन्दी', '2016')
    """
    word = word.casefold()
    if word.isascii():
        return word.replace("`", "'")
    word = word.translate(_CANONICAL)
    kept: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFKD", word):
        if not _ACCENTS[0] <= char <= _ACCENTS[1]:
            base = char
        elif base <= _LAST_LATIN_OR_GREEK:
            continue
        kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept)).casefold().translate(_LETTERS)


def canonical(word: str) -> str:
    """One spelling of what looks the same: straight apostrophes, nothing invisible, NFC.

    >>> canonical("l’e\u0301t\u00ade\u0301")
    "l'été"
    """
    if word.isascii():
        return word.replace("`", "'")
    return unicodedata.normalize("NFC", word.translate(_CANONICAL))
