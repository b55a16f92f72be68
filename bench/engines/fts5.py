"""SQLite's FTS5, through apsw: tables of articles and paragraphs, and an index over both.

``porter unicode61``: Porter's first stemmer, accents folded. Titles are indexed with every
paragraph, stored once an article. One transaction, and the index is optimized to one segment.
There are no patterns and no misspelt words; a range of dates is looked up in the paragraphs
that match. The count is a query of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw

from bench.corpus import articles
from bench.engines import TOP, Answer, Build
from bench.queries import Question
from index.article import Article

_SCHEMA = """
CREATE TABLE article (number INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, day INTEGER);
CREATE TABLE paragraph (number INTEGER PRIMARY KEY, article INTEGER, day INTEGER, text TEXT);
CREATE VIEW shown AS
    SELECT paragraph.number, paragraph.text, article.title
    FROM paragraph JOIN article ON article.number = paragraph.article;
CREATE VIRTUAL TABLE found USING fts5(
    text, title, content='shown', content_rowid='number', tokenize='porter unicode61'
);
"""
_TOP = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?"
_COUNT = "SELECT count(*) FROM found WHERE found MATCH ?"
_DATED = (
    "FROM found JOIN paragraph ON number = found.rowid WHERE found MATCH ? AND day BETWEEN ? AND ?"
)
_TOP_DATED = f"SELECT found.rowid {_DATED} ORDER BY rank LIMIT ?"
_COUNT_DATED = f"SELECT count(*) {_DATED}"
_PAGE = """
SELECT article.id, article.title, highlight(found, 0, '<b>', '</b>')
FROM found JOIN paragraph ON paragraph.number = found.rowid
    JOIN article ON article.number = paragraph.article
WHERE found MATCH ? ORDER BY rank LIMIT ?
"""


class Engine:
    """Builds and opens indexes."""

    parallel = False

    def build(self, corpus: Path, folder: Path, options: Build) -> None:
        """Index a corpus in one transaction."""
        connection = _connect(folder)
        connection.pragma("cache_size", -options.memory // 1024)
        connection.execute(_SCHEMA)
        with connection:
            _insert(connection, articles(corpus, repaired=options.repaired))
            connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        connection.pragma("wal_checkpoint", "TRUNCATE")
        connection.close()

    def open(self, folder: Path) -> Fts5Reader:
        """Open an index."""
        return Fts5Reader(_connect(folder))

    def add(self, folder: Path, article: Article) -> None:
        """Add one article."""
        connection = _connect(folder)
        with connection:
            _insert(connection, [article])
        connection.close()


class Fts5Reader:
    """Asks questions of a database."""

    segments = 1

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        connection.pragma("cache_size", -256 * 1024)
        connection.pragma("mmap_size", 1 << 36)

    def prepare(self, question: Question) -> Any | None:
        """The question as the text of a match, and its days."""
        match = _match(question)
        return None if match is None else (match, question.days)

    def top(self, prepared: Any, *, count: bool) -> Answer:
        """The best ten."""
        match, days = prepared
        best, total = (_TOP_DATED, _COUNT_DATED) if days else (_TOP, _COUNT)
        bindings = (match, *days) if days else (match,)
        ids = tuple(row[0] for row in self._connection.execute(best, (*bindings, TOP)))
        number = self._connection.execute(total, bindings).get if count else None
        return Answer(ids, number)

    def page(self, question: Question) -> int | None:
        """Ten paragraphs with what matches marked."""
        match = _match(question)
        if match is None or question.days:
            return None
        return len(self._connection.execute(_PAGE, (match, TOP)).fetchall())


def _connect(folder: Path) -> apsw.Connection:
    """Open or make the database; a commit is on the disk when it returns."""
    connection = apsw.Connection(str(folder / "articles.db"))
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "full")
    return connection


def _insert(connection: apsw.Connection, given: Iterator[Article] | list[Article]) -> None:
    """Insert articles and their paragraphs, numbered on from the last."""
    number = connection.execute("SELECT ifnull(max(number) + 1, 0) FROM paragraph").get
    row = connection.execute("SELECT ifnull(max(number) + 1, 0) FROM article").get
    for article in given:
        first = article.date.first_day
        day = first.toordinal() if first else 0
        values = (row, article.id, article.title, day)
        connection.execute("INSERT INTO article VALUES (?, ?, ?, ?)", values)
        rows = list(enumerate(article.paragraphs, start=number))
        connection.executemany(
            "INSERT INTO paragraph VALUES (?, ?, ?, ?)", ((at, row, day, text) for at, text in rows)
        )
        connection.executemany(
            "INSERT INTO found(rowid, text, title) VALUES (?, ?, ?)",
            ((at, text, article.title) for at, text in rows),
        )
        number += len(rows)
        row += 1


def _match(question: Question) -> str | None:
    """A question in the syntax of FTS5; None for what it has not got."""
    words = [f'"{word}"' for word in question.words]
    forms = {
        "term": words[0],
        "any": " OR ".join(words),
        "all": " AND ".join(words),
        "phrase": " + ".join(words),
        "without": " NOT ".join(words),
        "prefix": f"{words[0]}*",
    }
    form = forms.get(question.kind)
    return None if form is None else f"text : ({form})"
