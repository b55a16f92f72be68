"""Bytes -> text, and text -> repaired text: done once, when an article is read.

Everything behind this module (paragraphs, tokens, spans, citations) refers to the
repaired, NFC-normalised text.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes
from ftfy import TextFixerConfig, fix_text

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
_USUAL = "cp1252"
_SLACK = 0.1  # of the detector's measure of disorder


def decode(data: bytes) -> str:
    """Decode a file: by its byte order mark, as UTF-8, else as detected.

    Raises InputError if the bytes are not text.
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
    if b"\0" in data[:_SAMPLE]:
        raise InputError("it is a binary file, not text")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _detect(data)


def _detect(data: bytes) -> str:
    """Decode bytes that are not UTF-8 by the encoding that fits them best.

    Of encodings that read as well as a language, the usual one of the West is taken.
    """
    fits = from_bytes(data[:_SAMPLE])
    best = fits.best()
    if best is None:
        raise InputError("it is a binary file, or in an encoding that is not known")
    for fit in fits:
        as_likely = fit.coherence >= best.coherence and fit.chaos <= best.chaos + _SLACK
        if as_likely and _USUAL in fit.could_be_from_charset:
            return data.decode(_USUAL, errors="replace")
    return data.decode(best.encoding, errors="replace")


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
    """Tell whether a text is made of what no repair changes; white space is " " and "\\n" then."""
    return _USUAL_TEXT.fullmatch(text) is not None
