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
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = {code: None for code in (*range(32), 127) if chr(code) not in "\t\n\r\f"}
_SAMPLE = 1 << 18


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
    """Decode bytes that are not UTF-8 by the encoding that fits them best."""
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None:
        raise InputError("it is a binary file, or in an encoding that is not known")
    return data.decode(best.encoding, errors="replace")


def repair(text: str) -> str:
    """Repair text that was decoded wrongly and normalise it to NFC.

    Text that is right stays as it is, but for control characters, which are dropped.

    >>> repair("cafÃ© on the SeineÂ ")
    'café on the Seine\\xa0 '
    """
    if text.isascii():
        return text.translate(_CONTROL)
    text = _SURROGATE.sub("\ufffd", text)
    return _STRAY_A.sub("\u00a0", fix_text(text, _CONFIG)).translate(_CONTROL)
