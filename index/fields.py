"""What of an article is indexed, and how: the fields of every segment that nutgraf writes.

=========== ========= ====== ================================================================
text        paragraph tokens what is searched: with positions and printed forms
compound    paragraph        the hyphenated words of the paragraph, by their terms
title, author, source
            article   tokens analysed like the text
article     article          the article's id: to replace, remove and open articles
language    article          its language tag
=========== ========= ====== ================================================================

Fields of level "article" are posted once an article, and count for each of its paragraphs.
Columns of numbers, one an article: ``first_day`` and ``last_day``, the days that the date can
mean, as proleptic ordinals, 0 where it is unknown; ``published``, seconds since 1970, UNDATED
where it is unknown. Columns of words: ``source``, ``author``, ``language``. Texts: ``text`` of
the paragraphs, ``header`` of the articles.
"""

from __future__ import annotations

from index.codec.field import FieldKind

FIELDS = {
    "text": FieldKind("paragraph", has_tokens=True),
    "compound": FieldKind("paragraph", has_tokens=False),
    "title": FieldKind("article", has_tokens=True),
    "author": FieldKind("article", has_tokens=True),
    "source": FieldKind("article", has_tokens=True),
    "article": FieldKind("article", has_tokens=False),
    "language": FieldKind("article", has_tokens=False),
}
HEADINGS = ("title", "author", "source")
"""The fields of an article that are analysed like its text."""

WORDS = ("source", "author", "language")
"""The columns of words."""
