"""A record, such as an object of JSON or a row of a table -> an Article."""

from __future__ import annotations

from typing import Any, cast

from index.article import Article, check_article
from index.errors import InputError
from index.paragraphs import MAX_PARAGRAPH_BYTES, clean_paragraphs, split_paragraphs
from index.readers.dating import read_date
from index.readers.reading import Input, Notice
from index.repair import is_usual, repair

Record = dict[str, Any]
_LONGEST_NAME, _MOST_NAMES = 40, 8  # of the fields that a message names
_LONGEST_UNDIVIDED = MAX_PARAGRAPH_BYTES // 4


def build_article(
    record: Record, source: Input, given_id: str = ""
) -> tuple[Article, Notice | None]:
    """Make an article of the fields of a record.

    Args:
        record: id, title, author, date, source, url, language: strings; and paragraphs, a list
            of strings, or text, one that is divided. What else there is is left out.
        source: what is known of it beside.
        given_id: the id, if it brings none.

    Returns:
        the article, and what is to be said of its date.

    Raises:
        InputError: it holds no article.
    """
    url = field_text(record, "url")
    article_id = field_text(record, "id") or url or given_id
    date, notice = read_date(field_text(record, "date"), source)
    article = Article(
        id=article_id,
        paragraphs=tuple(_paragraphs(record)),
        title=field_text(record, "title"),
        author=field_text(record, "author"),
        source=field_text(record, "source"),
        url=url,
        language=field_text(record, "language").lower(),
        date=date,
    )
    check_article(article)
    return article, notice


def field_text(record: Record, field: str) -> str:
    """One field as repaired text on one line; a number counts as its digits."""
    value = record.get(field)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InputError(f'"{field}" must be a string, not {_kind(value)}')
    return " ".join(repair(str(value)).split())


def _paragraphs(record: Record) -> list[str]:
    """The paragraphs as they are given, or those of the text."""
    given = record.get("paragraphs")
    if given is None:
        text = record.get("text")
        if text is None:
            fields = ", ".join(repr(name[:_LONGEST_NAME]) for name in list(record)[:_MOST_NAMES])
            there = f"; its fields are {fields}" if fields else ""
            raise InputError(f'there is neither "paragraphs" nor "text"{there}')
        if not isinstance(text, str):
            raise InputError(f'"text" must be a string, not {_kind(text)}')
        return split_paragraphs(repair(text))
    try:
        whole = "\n".join(given) if isinstance(given, list) else None
    except TypeError:
        whole = None
    if whole is None:
        raise InputError('"paragraphs" must be a list of strings')
    if _is_clean(whole, given):
        return cast(list[str], given)
    return clean_paragraphs(repair(each) for each in given)


def _is_clean(whole: str, given: list[str]) -> bool:
    """Whether nothing is to be done to the paragraphs: told at once, for most articles."""
    return (
        "  " not in whole
        and "\n\n" not in whole
        and whole.count("\n") == len(given) - 1
        and " \n" not in whole
        and "\n " not in whole
        and not whole.startswith((" ", "\n"))
        and not whole.endswith((" ", "\n"))
        and is_usual(whole)
        and max(map(len, given), default=0) <= _LONGEST_UNDIVIDED
    )


def _kind(value: object) -> str:
    """What a JSON value is called in messages."""
    names = {bool: "a boolean", float: "a fraction", list: "a list", dict: "an object"}
    return names.get(type(value), "a number" if isinstance(value, int) else "a string")
