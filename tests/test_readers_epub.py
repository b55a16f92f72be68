"""E-books: one article a chapter, named by the table of contents."""

import io
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import epub as reader
from index.readers.reading import Failure, Input, Notice, ReadingOptions
from tests.make_zipped import epub, zipped

META = (
    "<dc:title>On bridges</dc:title><dc:creator>Ada Lind</dc:creator>"
    "<dc:date>2011-09-01</dc:date><dc:language>en-GB</dc:language>"
)
TWO = {"1.xhtml": "<h1>One</h1><p>First.</p>", "2.xhtml": "<p>Second.</p>"}


def found(data):
    source = Input("b.epub", "b.epub", options=ReadingOptions(today=date(2026, 1, 1)))
    return list(reader.read(io.BytesIO(data), source))


def articles(*given, **more):
    return [each for each in found(epub(*given, **more)) if isinstance(each, Article)]


def texts(body):
    return list(articles({"1.xhtml": body})[0].paragraphs)


def refusal(data):
    with pytest.raises(InputError) as caught:
        found(data)
    return str(caught.value)


def test_each_chapter_is_an_article_of_the_book():
    one, two = articles(TWO, META, {"1.xhtml": "One", "2.xhtml": "Two"})
    assert (one.id, one.title, one.source, one.paragraphs) == (
        "b.epub:1",
        "One",
        "On bridges",
        ("First.",),
    )
    assert (two.id, two.title, two.paragraphs) == ("b.epub:2", "Two", ("Second.",))
    assert (two.author, two.language, two.date.value, two.date.evidence) == (
        "Ada Lind",
        "en",
        "2011-09-01",
        "meta",
    )


def test_a_book_of_one_chapter_is_one_article():
    (one,) = articles({"1.xhtml": "<p>All.</p>"}, META)
    assert (one.id, one.title, one.source) == ("b.epub", "On bridges", "")


def test_a_chapter_begins_where_the_table_of_contents_says():
    body = {
        "1.xhtml": '<p>Before.</p><h2 id="a">One</h2><p>First.</p><h2 id="b">Two</h2><p>Second.</p>'
    }
    whole = articles(body, META, {"1.xhtml#a": "One", "1.xhtml#b": "Two"})
    assert [(each.title, each.paragraphs) for each in whole] == [
        ("Part 1", ("Before.",)), ("One", ("First.",)), ("Two", ("Second.",)),
    ]  # fmt: skip


def test_a_file_that_the_table_of_contents_does_not_name_goes_on_with_the_chapter():
    (one,) = articles(TWO, META, {"1.xhtml": "One"})
    assert one.paragraphs == ("One", "First.", "Second.")


def test_without_a_table_of_contents_each_file_is_a_chapter():
    one, two = articles(TWO, META)
    assert (one.title, two.title) == ("One", "Part 2")


def test_blocks_are_paragraphs_and_marks_inside_them_are_not():
    body = "<div>Loose <b>and</b> bold<p>own</p>tail</div><ul><li>item</li></ul>one<br/>two"
    assert texts(body) == ["Loose and bold", "own", "tail", "item", "one two"]


def test_what_is_not_text_is_left_out():
    body = "<style>s</style><script>x</script><p>漢<ruby>字<rt>kanji</rt></ruby></p><nav><p>n</p></nav><p>…</p>"
    assert texts(body) == ["漢字"]


def test_entities_of_html_are_known_and_others_left_out():
    assert texts("<p>caf&eacute;&nbsp;&amp; t&unknown;ea</p>") == ["café & tea"]


def test_markup_that_is_not_well_formed_is_read_all_the_same():
    assert texts("<p>One<p>two & three</p>")[0] == "One"


def test_dates_of_conversion_and_of_no_clock_are_no_publication():
    opf = 'xmlns:opf="http://www.idpf.org/2007/opf"'
    converted = f'<dc:title>B</dc:title><dc:date {opf} opf:event="conversion">2020-01-01</dc:date>'
    never = "<dc:title>B</dc:title><dc:date>0101-01-01T00:00:00+00:00</dc:date>"
    assert [
        articles({"1.xhtml": "<p>a</p>"}, each)[0].date.value for each in (converted, never)
    ] == [None, None]


def test_a_date_to_come_is_unknown_and_told_once():
    notices = [
        each
        for each in found(epub(TWO, "<dc:date>2099-01-01</dc:date>"))
        if isinstance(each, Notice)
    ]
    assert len(notices) == 1


def test_a_chapter_that_is_missing_or_locked_is_told_and_the_others_are_read():
    key = "<e><CipherReference URI='O/2.xhtml'/></e>"
    locked, one = found(epub(TWO, META, parts={"META-INF/encryption.xml": key}))
    assert locked == Failure("b.epub, O/2.xhtml", "it is locked by the one who sold it")
    assert one.paragraphs == ("One", "First.")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"no zip", "it is damaged or cut short: it is not a whole zip archive"),
        (
            zipped({"a.txt": "a"}),
            "it is a zip archive, but not an e-book: it does not say what is in it",
        ),
        (epub({"1.xhtml": "<img/>"}), "it holds no text"),
        (epub({}), "it holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_clause(data, reason):
    assert refusal(data) == reason


def test_names_that_lead_out_of_the_book_lead_nowhere():
    data = epub({"../../../../etc/passwd": "<p>inside</p>"}, META)
    assert refusal(data).startswith("the part etc/passwd is missing")
