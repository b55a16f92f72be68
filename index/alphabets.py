"""Which Latin encoding is it? The one in which the letters are those of one language.

The Latin encodings of one byte a character give a letter for nearly every byte, so each of them
reads every text. Only one gives the letters that Hungarian has and no others.
"""

from __future__ import annotations

from collections import Counter

_WEST = (
    "àâæçéèêëîïôœùûüÿ",  # French
    "äöüß",  # German
    "áéíñóúüçàèòï·",  # Spanish and Catalan
    "ãáàâçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäöæøéüà",  # Danish, Norwegian, Swedish, Finnish
    "áéíóúýðþæö",  # Icelandic
    "éëïöüáóèêä",  # Dutch
)
_CENTRE = (
    "áéíóöőúüű",  # Hungarian
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "čćđšž",  # Croatian, Slovene
    "ăâîşţ",  # Romanian
)
_TURKISH = ("çğıöşüâîûİ",)
_MARKS = frozenset("“”„‘’‚–—…«»‹›°§€£•·©®™\xa0¿¡ºª´%")
_ALPHABETS = tuple(
    (codec, frozenset(alphabet + alphabet.upper()) | _MARKS)
    for codec, alphabets in (
        ("cp1252", _WEST),
        ("cp1250", _CENTRE),
        ("iso8859_2", _CENTRE),
        ("cp1254", _TURKISH),
        ("mac_roman", _WEST),
    )
    for alphabet in alphabets
)
_LATIN = frozenset(codec for codec, _ in _ALPHABETS) | {
    "latin_1", "iso8859_3", "iso8859_4", "iso8859_9", "iso8859_10", "iso8859_13", "iso8859_14",
    "iso8859_15", "iso8859_16", "cp1257", "cp1258", "cp437", "cp775", "cp850", "cp852", "cp858",
    "cp1140", "hp_roman8", "mac_latin2", "mac_turkish", "mac_iceland", "cp857", "cp865",
}  # fmt: skip
_ENOUGH = 0.97  # of the letters beyond ASCII


def latin_codec(data: bytes, guess: str) -> str:
    """The Latin encoding whose letters are those of one language.

    Args:
        data: the beginning of the text.
        guess: the codec that a detector takes it for; if it is not a Latin one, it stays.

    >>> latin_codec("A komp délben megállt, és többé nem indult, ő sem".encode("cp1250"), "cp1252")
    'cp1250'
    """
    counts = {byte: count for byte, count in Counter(data).items() if byte > 127}
    total = sum(counts.values())
    if guess not in _LATIN or not total:
        return guess
    best, most = guess, _ENOUGH * total
    for codec, letters in _ALPHABETS:
        known = sum(
            count
            for byte, count in counts.items()
            if bytes([byte]).decode(codec, errors="replace") in letters
        )
        if known > most or (known == total and most < total):
            best, most = codec, float(known)
    return best
