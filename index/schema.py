"""The Whoosh schema: what of an article is indexed, stored or a column, and where.

Every paragraph is a document; the paragraphs of an article are neighbours in one segment,
in their order. The first of them carries the article's header (its stored fields).

=========== ================================================================================
article     the article's id, indexed: to replace, remove and open articles
text        the paragraph: indexed with positions, stored
title, author, source  of the article, analysed like the text, indexed with every paragraph
language    the article's language tag, indexed
first_day, last_day    the days that the date can mean, as proleptic ordinals; 0 is unknown
compound    the hyphenated words of the paragraph, by their terms (compound_key)
paragraph   column: the paragraph's number, from 1
published   column: seconds since 1970, for sorting; UNDATED where the date is unknown
header      stored, first paragraph only: JSON of everything else that is shown
=========== ================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh import columns, fields

from index.analysis import compounds, tokenize
from index.analyzer import Analyzer, InLanguage
from index.article import Article
from index.header import UNDATED, write_header

TEXT_FIELDS = ("text", "title", "author", "source")

_COMPOUND_MARK = ","


def make_schema() -> fields.Schema:
    """The schema of every nutgraf index."""
    analyzed = {name: fields.TEXT(analyzer=Analyzer(), phrase=True) for name in TEXT_FIELDS[1:]}
    day: dict[str, Any] = {"numtype": int, "bits": 32, "signed": False}
    return fields.Schema(
        article=fields.ID(),
        text=fields.TEXT(analyzer=Analyzer(), phrase=True, stored=True),
        **analyzed,
        language=fields.ID(),
        first_day=fields.NUMERIC(**day),
        last_day=fields.NUMERIC(**day),
        compound=fields.KEYWORD(commas=True),
        paragraph=fields.COLUMN(columns.NumericColumn("I")),
        published=fields.COLUMN(columns.NumericColumn("q", default=UNDATED)),
        header=fields.STORED(),
    )


def documents(article: Article) -> Iterator[dict[str, Any]]:
    """The Whoosh documents of an article, one a paragraph, in their order."""
    first_day, last_day = article.date.first_day, article.date.last_day
    timestamp = article.date.timestamp
    shared: dict[str, Any] = {
        "article": article.id,
        "first_day": first_day.toordinal() if first_day else 0,
        "last_day": last_day.toordinal() if last_day else 0,
        "published": UNDATED if timestamp is None else timestamp,
    }
    named = {"title": article.title, "author": article.author, "source": article.source}
    language = article.language
    shared |= {name: InLanguage(value, language) for name, value in named.items() if value}
    if article.language:
        shared["language"] = article.language
    for number, text in enumerate(article.paragraphs, start=1):
        document = {**shared, "text": InLanguage(text, language), "paragraph": number}
        if keys := compounds(tokenize(text, language)):
            document["compound"] = _COMPOUND_MARK.join(sorted(keys))
        if number == 1:
            document["header"] = write_header(article, article.content_hash())
        yield document
