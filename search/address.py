"""The stable address of a paragraph: article, number, and a check of what it says.

The number is where the paragraph stood when it was cited; the check tells whether it is still
the same text, and finds it again where paragraphs were put in before it. It is printed as
``ARTICLE#p3@1f3a9c20b7``; in a citation so that no program and no mail breaks it; and as a link
to the page of the article, which looks at the check.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import quote

_DIGITS = 10  # of the check: by chance, one of 10^12 texts has that of another
_ADDRESS = re.compile(
    r"(?P<article>.+)#p(?P<number>[1-9][0-9]{0,8})(?:@(?P<check>[0-9a-f]{10}))?", re.S
)
_CITED = re.compile(r"(?P<number>[1-9][0-9]{0,8})-(?P<check>[0-9a-f]{10})")
_FRAGILE = re.compile(r"""[^\w./:@+=~-]""")  # what a format of citations may take for its own sign


class Address(NamedTuple):
    """Where a paragraph is; ``check`` is empty where what it says was not written down."""

    article_id: str
    paragraph: int
    check: str = ""

    def __str__(self) -> str:
        return self.article_id + self._place

    @property
    def sturdy(self) -> str:
        """The address without a space or a sign that another format gives a meaning to.

        >>> Address("blog/two & 3", 3, "1f3a9c20b7").sturdy
        'blog/two%20%26%203#p3@1f3a9c20b7'
        """
        return _FRAGILE.sub(lambda sign: quote(sign[0], safe=""), self.article_id) + self._place

    @property
    def cited(self) -> str:
        """The paragraph and its check, as a link carries them.

        >>> Address("blog", 3, "1f3a9c20b7").cited
        '3-1f3a9c20b7'
        """
        return f"{self.paragraph}-{self.check}"

    @property
    def link(self) -> str:
        """The path of the article's page that tells whether the paragraph is as it was cited.

        >>> Address("blog/2021 #1", 3, "1f3a9c20b7").link
        '/articles/blog%2F2021%20%231?cited=3-1f3a9c20b7#p3'
        """
        page = "/articles/" + quote(self.article_id, safe="")
        asked = f"?cited={self.cited}" if self.check else ""
        return f"{page}{asked}#p{self.paragraph}"

    @property
    def _place(self) -> str:
        return f"#p{self.paragraph}" + (f"@{self.check}" if self.check else "")


def address_of(article_id: str, paragraph: int, text: str) -> Address:
    """The address of a paragraph that says this."""
    return Address(article_id, paragraph, check_of(text))


def check_of(text: str) -> str:
    """What tells a text apart from others: ten hexadecimal digits.

    It is that of the normalised text (NFC, white space as one space), by SHA-256.

    >>> check_of(" The  siege ") == check_of("The siege"), check_of("The siege!")[:4]
    (True, 'd004')
    """
    import hashlib  # which takes a while to load, and not every search needs it

    plain = unicodedata.normalize("NFC", text)
    # Of white space, only a space is printable; most texts have it between words only.
    if not plain.isprintable() or "  " in plain or plain[:1] == " " or plain[-1:] == " ":
        plain = " ".join(plain.split())
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


def read_cited(article_id: str, cited: str) -> Address | None:
    """The address of a paragraph of an article, as a link carries it; None if it is none."""
    found = _CITED.fullmatch(cited)
    return Address(article_id, int(found["number"]), found["check"]) if found else None
