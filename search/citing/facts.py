"""What a citation of a paragraph says: nothing but what the archive knows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from search.address import Address, address_of
from search.citing.fragment import fragment_link
from search.errors import ArticleNotFound
from search.results import ArticleHeader, ArticleView
from search.wording import counted

if TYPE_CHECKING:
    from search.searcher import Searcher

_WEB = re.compile(r"https?://[^\s\x00-\x1f\x7f]+", re.IGNORECASE)


class Cited(NamedTuple):
    """A paragraph to cite, on one line whatever it says; "" is what is not known.

    Attributes:
        address: of the paragraph, with its check.
        title, author, source: of the article, as they are printed there. Which part of a name is
            the family's, nobody says, and it is not guessed.
        url: of the original, if it is on the web.
        language: of the article.
        date: the day, the month or the year: (2022, 10, 19), (2022, 10), (2022,) or ().
        text: of the paragraph.
        fragment: the URL that leads to the paragraph in the original.
        base_url: where the archive is served, without a slash at its end.
    """

    address: Address
    title: str
    author: str
    source: str
    url: str
    language: str
    date: tuple[int, ...]
    text: str
    fragment: str
    base_url: str = ""

    @property
    def link(self) -> str:
        """The link to the paragraph in the archive, which tells if it has changed."""
        return self.base_url + self.address.link

    @property
    def place(self) -> str:
        """Where it is in the archive, for the note of a citation; it is found there again."""
        return self.link if self.base_url else f"nutgraf {self.address.sturdy}"

    @property
    def locator(self) -> str:
        """Which paragraph, as styles write it."""
        return f"para. {self.address.paragraph}"


def cited(view: ArticleView, number: int, base_url: str = "") -> Cited:
    """A paragraph of an article, by its number from 1, to be cited.

    Raises ArticleNotFound where the article has no such paragraph.
    """
    article = view.article
    if not 1 <= number <= len(view.paragraphs):
        raise ArticleNotFound(
            f"The article {article.id!r} has {counted(len(view.paragraphs), 'paragraph')}; "
            f"there is no paragraph {number}"
        )
    text = view.paragraphs[number - 1].text
    url = article.url.strip()
    if not _WEB.fullmatch(url):
        url = ""
    return Cited(
        address=address_of(article.id, number, text),
        title=one_line(article.title),
        author=one_line(article.author),
        source=one_line(article.source),
        url=url,
        language=one_line(article.language),
        date=date_parts(article),
        text=one_line(text),
        fragment=fragment_link(url, [each.text for each in view.paragraphs], number),
        base_url=base_url.rstrip("/"),
    )


def cite(searcher: Searcher, addresses: Sequence[Address], base_url: str = "") -> list[Cited]:
    """The paragraphs of some addresses, as they are now, each as often as it is asked for.

    Raises ArticleNotFound.
    """
    return [
        cited(searcher.article(each.article_id), each.paragraph, base_url) for each in addresses
    ]


def one_line(text: str) -> str:
    r"""A text without line breaks and characters that are none.

    >>> one_line(" The\n siege\x00 ")
    'The siege'
    """
    if not text.isprintable():
        text = "".join(char for char in text if char.isspace() or not _is_none(char))
    return " ".join(text.split())


def _is_none(char: str) -> bool:
    """Whether it is a control character, or half a character."""
    return unicodedata.category(char) in ("Cc", "Cs")


def date_parts(article: ArticleHeader) -> tuple[int, ...]:
    """Year, month and day of publication, as far as they are known."""
    value = article.date.value
    return tuple(int(part) for part in value[:10].split("-")) if value else ()
