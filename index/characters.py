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

_APOSTROPHES = "'’ʼʻ‘＇ʹ′`´"
_HYPHENS = "-‐‑－"
_INVISIBLE = "\u00ad\u200c\u200d\u2060"
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
    for chars, shape in ((_APOSTROPHES, "'"), (_HYPHENS, "-"), (_INVISIBLE, "z")):
        if char in chars:
            return shape
    category = unicodedata.category(char)[0]
    if category in "LM":
        return "c" if any(low <= ord(char) <= high for low, high in _UNSPACED) else "a"
    return "0" if category == "N" else " "


_SHAPES = _Shapes()
# What NFKD does not take apart, and readers type without the stroke.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "ŧ": "t"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ё": "е"}
    | dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_APOSTROPHES, "'")
)
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

    Accents fall from Latin and Greek letters; marks of other scripts are letters.

    >>> fold("ÉTÉ"), fold("Straße"), fold("Øre"), fold("हिन्दी")
    ('ete', 'strasse', 'ore', 'हिन्दी')
    """
    word = word.casefold()
    if word.isascii():
        return word.replace("`", "'")
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
