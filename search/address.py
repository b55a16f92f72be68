"""The stable address of a paragraph: article, number, and a check of what it says.

The number is where the paragraph stood when it was cited; the check tells whether it is still
the same text, and finds it again where paragraphs were put in before it. It is printed as
``ARTICLE#p3@1f3a9c20b7``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import NamedTuple

_DIGITS = 10  # of the check: by chance, one of 10^12 texts has that of another
_ADDRESS = re.compile(
    r"(?P<article>.+)#p(?P<number>[1-9][0-9]{0,8})(?:@(?P<check>[0-9a-f]{10}))?", re.S
)


class Address(NamedTuple):
    """Where a paragraph is; ``check`` is empty where what it says was not written down."""

    article_id: str
    paragraph: int
    check: str = ""

    def __str__(self) -> str:
        return f"{self.article_id}#p{self.paragraph}" + (f"@{self.check}" if self.check else "")


def address_of(article_id: str, paragraph: int, text: str) -> Address:
    """The address of a paragraph that says this."""
    return Address(article_id, paragraph, check_of(text))


def check_of(text: str) -> str:
    """What tells a text apart from others: ten hexadecimal digits.

    It is that of the normalised text (NFC, white space as one space), by SHA-256.

    >>> check_of(" The  siege ") == check_of("The siege"), check_of("The siege!")[:4]
    (True, 'd004')
    """
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def read_address(text: str) -> Address | None:
    """The address that is written so; None if it is none.

    >>> read_address("blog#1#p3@1f3a9c20b7")
    Address(article_id='blog#1', paragraph=3, check='1f3a9c20b7')
    >>> read_address("blog#p0") is None
    True
    """
    found = _ADDRESS.fullmatch(text)
    if found is None:
        return None
    return Address(found["article"], int(found["number"]), found["check"] or "")
