"""Tables: one article a row, in the columns that the first row names."""

import io
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Notice, ReadingOptions, read


def read_rows(data, name="news.csv", columns=()):
    data = data if isinstance(data, bytes) else data.encode()
    options = ReadingOptions(columns=columns, today=date(2024, 2, 28))
    return list(read(io.BufferedReader(io.BytesIO(data)), Input(name, name, options=options)))


def test_a_row_is_an_article():
    (found,) = read_rows(
        "\ufeffURL,Headline,By,Published_At,Language,Newspaper,Body,Shoe size\r\n"
        'https://x.org/1,"Ferry, late",Ann Lee,2021-03-04,EN,Post,"One.\n\nTwo ""three"".",44\r\n'
    )
    assert found == Article(
        "https://x.org/1", ("One.", 'Two "three".'), "Ferry, late", "Ann Lee", "Post",
        "https://x.org/1", "en", found.date,
    )  # fmt: skip
    assert (found.date.value, found.date.evidence) == ("2021-03-04", "meta")


@pytest.mark.parametrize(
    ("delimiter", "name"), [(";", "a.csv"), ("\t", "a.csv"), ("|", "a.csv"), ("\t", "a.tsv")]
)
def test_the_header_tells_what_divides_the_cells(delimiter, name):
    (found,) = read_rows(f"title{delimiter}text\nA, b{delimiter}C, d\n", name)
    assert (found.title, found.paragraphs) == ("A, b", ("C, d",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_in_its_encoding(encoding):
    line = "Une élection à Besançon, où l’été fut très agréable"
    first, second = read_rows(f"titre;text\nA;plain\nB;{line}\n".encode(encoding))
    assert (first.paragraphs, second.paragraphs) == (("plain",), (line,))


def test_the_user_says_which_column_is_which():
    (found,) = read_rows("a,title\nx,y\n", columns=(("text", "title"), ("title", "a")))
    assert (found.title, found.paragraphs) == ("x", ("y",))


@pytest.mark.parametrize(
    ("data", "columns", "reason"),
    [
        ("a,b\n1,2\n", (), "names no column of text; its columns are 'a', 'b'. Say which"),
        ("text\nx\n", (("title", "Kop"),), "no column 'Kop'; its columns are 'text'"),
        ("text\nx\n", (("shoe", "text"),), "no field 'shoe'"),
        ("\n\n", (), "no article"),
        ('"a', (), "its first row"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused_with_the_way_out(data, columns, reason):
    with pytest.raises(InputError, match=reason):
        read_rows(data, columns=columns)


def test_rows_that_are_none_are_named_and_the_others_are_read():
    found = read_rows('id,text\nx,one\n\ny,a,b\nz,\n7,"two\nlines"\n"u"v,w\n8,end\nw,"open\n')
    articles = [each for each in found if isinstance(each, Article)]
    assert [each.id for each in articles] == ["x", "news.csv:7", "news.csv:8"]
    failures = [(each.name, each.reason) for each in found if isinstance(each, Failure)]
    assert failures[0] == ("news.csv, line 4", "it has 3 cells, but there are 2 columns")
    assert [name for name, _ in failures] == [f"news.csv, line {n}" for n in (4, 5, 8, 10)]
    assert "no text" in failures[1][1]


def test_a_date_that_cannot_be_is_told():
    article, notice = read_rows("date,text\n0001-01-01,x\n")
    assert article.date.value is None
    assert isinstance(notice, Notice)


def test_a_cell_may_be_as_long_as_an_article_and_no_longer():
    (found,) = read_rows("text\n" + "word " * 1_900_000 + "\n")
    assert isinstance(found, Article)
    (found,) = read_rows("text\n" + "word " * 2_100_000 + "\n")
    assert "field larger than field limit" in found.reason
