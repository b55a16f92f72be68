"""Bytes -> text, and text -> repaired text: done once, when an article is read.

Everything behind this module (paragraphs, tokens, spans, citations) refers to the
repaired, NFC-normalised text.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from ftfy import TextFixerConfig, fix_text

from index.alphabets import latin_codec
from index.errors import InputError

# Only what was decoded wrongly is repaired; quotes, ligatures and entities stay as printed.
_CONFIG = TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    normalization="NFC",
)
_BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_BOM_ENCODINGS = ("utf-8-sig", "utf-32", "utf-32", "utf-16", "utf-16")
# A no-break space decoded as Latin-1 leaves "Â" behind; where white space follows, ftfy
# cannot tell it from a letter. After a small letter or a stop, it is none.
_STRAY_A = re.compile(r"(?<=[a-zß-öø-ÿ0-9.,;:!?\"'”’)\]])Â(?=\s|$)")
# What most paragraphs are made of, and no repair changes: ftfy need not look at them.
_USUAL_TEXT = re.compile("[ -~\n“”’—–]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters drive terminals; only those that divide lines are kept.
_CONTROL = re.compile("[\0-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SAMPLE = 1 << 18
# What pages and mails name, and what they mean by it.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_NO_TEXT = {"base64", "bz2", "hex", "quopri", "rot13", "uu", "zlib", "idna", "punycode",
            "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}  # fmt: skip
_WIDE = (
    ("utf-32-le", 4, 0), ("utf-32-be", 4, 3), ("utf-16-le", 2, 0), ("utf-16-be", 2, 1),
)  # fmt: skip
_USUAL = "cp1252"
_SLACK = 0.1  # of the detector's measure of disorder


def decode(data: bytes, declared: str = "") -> str:
    """Decode a file: by its byte order mark, as declared, as UTF-8, else as detected.

    Args:
        data: the bytes.
        declared: the encoding that its container names; one that does not fit is not believed.

    Raises:
        InputError: they are not text.
    """
    for bom, encoding in zip(
        (*_BOMS, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), _BOM_ENCODINGS, strict=True
    ):
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise InputError(
                    f"it says that it is {encoding}, but is not: {error.reason} "
                    f"at byte {error.start:,}"
                ) from error
    for encoding in (declared_codec(declared), _shift_codec(data), _wide_codec(data), "utf-8"):
        if not encoding or (encoding == "utf-8" and b"\0" in data[:_SAMPLE]):
            continue
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    if b"\0" in data[:_SAMPLE]:
        raise InputError("it is a binary file, not text")
    damaged = data.decode("utf-8", errors="replace")
    return damaged if _is_damaged_utf8(damaged) else data.decode(detect(data), errors="replace")


def declared_codec(declared: str) -> str:
    """The codec of a name of an encoding, read as browsers read it; empty if there is none.

    >>> declared_codec("ISO-8859-1"), declared_codec("gb2312"), declared_codec("x-unknown")
    ('cp1252', 'gb18030', '')
    """
    try:
        name = codecs.lookup(declared.strip(" \"'")).name if declared else ""
    except (LookupError, ValueError, UnicodeError):
        return ""
    return _READ_AS.get(name, name) if name not in _NO_TEXT else ""


def _shift_codec(data: bytes) -> str:
    """The codec of an encoding that shifts between alphabets by escape sequences."""
    if b"\x1b$)C" in data[:_SAMPLE]:
        return "iso2022_kr"
    return "iso2022_jp_ext" if re.search(rb"\x1b\$[@B(]", data[:_SAMPLE]) else ""


def _wide_codec(data: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark: most of their bytes are zeros, in turn."""
    sample = data[: 1 << 12]
    for encoding, width, letter in _WIDE:
        zeros = sum(sample[place::width].count(0) for place in range(width) if place != letter)
        if zeros * 10 > len(sample) * 9 * (width - 1) // width and 0 not in sample[letter::width]:
            return encoding
    return ""


def _is_damaged_utf8(text: str) -> bool:
    """Whether a text is UTF-8 but for a few bytes, and not of another encoding."""
    lost = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - lost > 4 * lost


def detect(data: bytes) -> str:
    """The codec that fits bytes best that are not UTF-8. Raises InputError if they are no text.

    Of encodings that read as well as a language, the usual one of the West is taken.
    """
    fits = from_bytes(data[:_SAMPLE])
    best = fits.best()
    if best is None:
        raise InputError("it is a binary file, or in an encoding that is not known")
    for fit in fits:
        as_likely = fit.coherence >= best.coherence and fit.chaos <= best.chaos + _SLACK
        if as_likely and _USUAL in fit.could_be_from_charset:
            return latin_codec(data[:_SAMPLE], _USUAL)
    codec = latin_codec(data[:_SAMPLE], best.encoding)
    return "gb18030" if codec == "gb2312" else codec  # of which it is a part


def repair(text: str) -> str:
    r"""Repair text that was decoded wrongly and normalise it to NFC.

    Text that is right stays as it is, but for control characters, which are dropped.

    >>> repair("cafÃ© on the Seine.Â")
    'café on the Seine.\xa0'
    """
    if is_usual(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return _CONTROL.sub("", text)
    text = _SURROGATE.sub("\ufffd", text)
    return _CONTROL.sub("", _STRAY_A.sub("\u00a0", fix_text(text, _CONFIG)))


def is_usual(text: str) -> bool:
    r"""Tell whether a text is made of what no repair changes; white space is " " and "\\n" then."""
    return _USUAL_TEXT.fullmatch(text) is not None
