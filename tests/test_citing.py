"""Citations: each style says what the archive knows, and programs that are not ours read it back."""

import json
import random
import re

import bibtexparser
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import parse_string
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from index.article import UNKNOWN_DATE, Article, PublicationDate
from search.address import Address
from search.citing.facts import cited, one_line
from search.citing.reading import references
from search.citing.styles import escaped
from search.citing.writing import STYLES, written
from search.results import ArticleHeader, ArticleView, Paragraph
from tests.naughty import AWKWARD, naughty_strings

BRIDGE = Article(
    "harbour/bridge",
    ("The bridge was closed.", "Nobody could say for how long."),
    title="Council votes to pay for the bridge",
    author="Ines Harrold",
    source="Coast Wire",
    url="https://example.org/bridge",
    language="en",
    date=PublicationDate("2022-10-19T21:11+02:00", "minute"),
)


def view_of(article):
    """An article as the archive shows it."""
    header = ArticleHeader(
        article.id, article.title, article.author, article.source, article.url, article.language,
        article.date, len(article.paragraphs),
    )  # fmt: skip
    texts = enumerate(article.paragraphs, start=1)
    return ArticleView(header, tuple(Paragraph(number, text) for number, text in texts))


def citation(style, article=BRIDGE, number=1, base_url=""):
    return written([cited(view_of(article), number, base_url)], style)


def dated(value, precision):
    return Article("x", ("Text.",), title="T", date=PublicationDate(value, precision))


# Styles


def test_chicago_is_a_note_with_the_paragraph():
    assert citation("chicago") == (
        "Ines Harrold, “Council votes to pay for the bridge,” Coast Wire, October 19, 2022, "
        "para. 1, https://example.org/bridge. [nutgraf harbour/bridge#p1@a36dca12d8]"
    )


def test_apa_is_a_reference_and_a_mention_in_the_text():
    assert citation("apa").splitlines() == [
        "Ines Harrold. (2022, October 19). Council votes to pay for the bridge. Coast Wire. "
        "https://example.org/bridge [nutgraf harbour/bridge#p1@a36dca12d8]",
        "In the text: (Ines Harrold, 2022, para. 1)",
    ]


def test_what_is_not_known_is_written_as_each_style_says():
    bare = Article("x", ("Text.",))
    assert citation("chicago", bare) == "untitled, n.d., para. 1. [nutgraf x#p1@f06dce27b8]"
    assert citation("apa", bare).splitlines() == [
        "[Untitled]. (n.d.). [nutgraf x#p1@f06dce27b8]",
        "In the text: ([Untitled], n.d., para. 1)",
    ]
    assert "n.d." in citation("markdown", bare)
    assert set(json.loads(citation("csl-json", bare))[0]) == {"id", "type", "note"}
    assert not re.search("author|title|year|date|url", citation("bibtex", bare))
    assert re.findall("^(..)  -", citation("ris", bare), re.MULTILINE) == ["TY", "AN", "N1", "ER"]


@pytest.mark.parametrize(
    ("value", "precision", "chicago", "apa", "ris", "parts"),
    [
        ("2022", "year", "2022", "2022", "2022///", [2022]),
        ("2022-10", "month", "October 2022", "2022, October", "2022/10//", [2022, 10]),
        ("2022-10-09", "day", "October 9, 2022", "2022, October 9", "2022/10/09/", [2022, 10, 9]),
        ("2022-10-09T23:30-05:00", "minute", "October 9, 2022", "2022, October 9", "2022/10/09/",
         [2022, 10, 9]),
    ],
)  # fmt: skip
def test_dates_are_as_precise_as_they_are_known(value, precision, chicago, apa, ris, parts):
    article = dated(value, precision)
    assert f" {chicago}, para." in citation("chicago", article)
    assert f"({apa})." in citation("apa", article)
    assert f"DA  - {ris}\n" in citation("ris", article)
    assert json.loads(citation("csl-json", article))[0]["issued"] == {"date-parts": [parts]}


def test_quotation_marks_in_a_title_become_single():
    article = Article("x", ("Text.",), title='He said “no” and "yes"')
    assert "“He said ‘no’ and ‘yes’,”" in citation("chicago", article)


def test_only_urls_of_the_web_are_given():
    for url in ("javascript:alert(1)", "mailto:a@b.org", "not a url", "http://a b"):
        article = Article("x", ("Text.",), url=url)
        for style in STYLES:
            assert url not in citation(style, article)


@pytest.mark.parametrize("style", STYLES)
def test_with_the_address_of_the_archive_a_citation_has_a_whole_link(style):
    found = citation(style, base_url="https://archive.org/")
    plain = found.replace("\\", "")
    assert "https://archive.org/articles/harbour%2Fbridge?cited=1-a36dca12d8#p1" in plain


# Read back by others


def intact(article):
    """What a reference has to say of an article, whatever characters are in it."""
    date = article.date.value[:10] if article.date.value else ""
    return one_line(article.title), one_line(article.author), date, article.url


def escaped_url(url):
    """A URL as it can stand in BibTeX: the same, with the signs of TeX percent-encoded."""
    return re.sub(r"[\\{}]", lambda sign: f"%{ord(sign[0]):02X}", url)


def assert_bibtex_is_read(articles):
    """By bibtexparser, and by pybtex, which counts braces as BibTeX does."""
    text = written([cited(view_of(each), 1) for each in articles], "bibtex")
    library = bibtexparser.parse_string(text)
    assert library.failed_blocks == []
    assert len(parse_string(text, "bibtex").entries) == len(library.entries) == len(articles)
    for entry, article in zip(library.entries, articles, strict=True):
        fields = entry.fields_dict
        plain = {name: field.value for name, field in fields.items()}
        date = plain.get("date", plain.get("year", ""))
        found = plain_tex(fields, "title"), plain_tex(fields, "author"), date, plain.get("url", "")
        assert found == (*intact(article)[:3], escaped_url(article.url))


def latex_reader():
    """pylatexenc, with three characters of LaTeX that it does not know, or takes for others."""
    context = get_default_latex_context_db()
    signs = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    macros = [MacroTextSpec(name, sign) for name, sign in signs.items()]
    context.add_context_category("signs", macros=macros, prepend=True)
    return LatexNodes2Text(context, keep_comments=True, strict_latex_spaces=True)


LATEX = latex_reader()


def plain_tex(fields, name):
    """The text of a field, without the inner braces around it."""
    return LATEX.latex_to_text(fields[name].value[1:-1]) if name in fields else ""


def assert_ris_is_read(articles):
    text = written([cited(view_of(each), 1) for each in articles], "ris")
    entries = rispy.loads(text)
    assert len(entries) == len(articles)
    for entry, article in zip(entries, articles, strict=True):
        date = entry.get("date", "").strip("/").replace("/", "-")
        author = entry.get("authors", [""])[0]
        assert (entry.get("title", ""), author, date, entry.get("urls", [""])[0]) == intact(article)


def assert_csl_is_read(articles):
    items = json.loads(written([cited(view_of(each), 1) for each in articles], "csl-json"))
    library = CiteProcJSON(items)
    for item, article in zip(items, articles, strict=True):
        entry = library[item["id"].lower()]
        issued = entry.get("issued")
        date = "-".join(f"{issued[part]:02}" for part in ("year", "month", "day") if part in issued) if issued else ""  # fmt: skip
        author = entry["author"][0].literal if "author" in entry else ""
        title = entry.get("title", "")
        assert (str(title), str(author), date, "".join(entry.get("URL", ""))) == intact(article)


READERS = [assert_bibtex_is_read, assert_ris_is_read, assert_csl_is_read]
DATES = [
    UNKNOWN_DATE, PublicationDate("1987", "year"), PublicationDate("1987-03", "month"),
    PublicationDate("1987-03-09", "day"), PublicationDate("1987-03-09T13:27:30", "second"),
]  # fmt: skip


def awkward_articles(count, strings):
    """Articles whose every field is of awkward strings."""
    draw = random.Random(7)

    def text():
        return " ".join(draw.choices(strings, k=draw.randint(1, 3)))

    def url(number):
        end = draw.choice(["a_b", "x%20y", "q?a=1&b=2", "~me", "p#s", "(1)", "{a}", "a,b", "a-b"])
        return draw.choice(["", f"https://example.org/{number}/{end}"])

    return [
        Article(
            f"{number} {text()}", (text(),), title=draw.choice(["", text()]), author=text(),
            source=draw.choice(["", text()]), url=url(number), date=draw.choice(DATES),
        )
        for number in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("read", READERS)
def test_a_thousand_awkward_articles_are_read_back_intact(read):
    read(awkward_articles(1_000, AWKWARD))


@pytest.mark.parametrize("read", READERS)
def test_naughty_strings_are_read_back_intact(read):
    read(awkward_articles(1_000, naughty_strings(400)))


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(title=TEXTS, author=TEXTS, source=TEXTS)
def test_whatever_is_written_in_an_article_is_read_back_intact(title, author, source):
    article = Article("x", ("Text.",), title=title, author=author, source=source)
    for read in READERS:
        read([article])


# Markdown


@pytest.mark.parametrize("dialect", ["commonmark", "gfm-like"])
@given(text=TEXTS | st.sampled_from(AWKWARD))
def test_a_quotation_in_markdown_stays_text(dialect, text):
    parser = MarkdownIt(dialect, {"linkify": False})
    plain = one_line(text)
    tokens = parser.parse(f"> {escaped(plain)}\n")
    if plain:
        kinds = [each.type for each in tokens]
        assert kinds == ["blockquote_open", "paragraph_open", "inline", "paragraph_close", "blockquote_close"]  # fmt: skip
        inline = tokens[2].children
        assert {each.type for each in inline} <= {"text", "text_special"}
        assert "".join(each.content for each in inline) == plain


def test_the_source_line_in_markdown_has_two_links():
    html = MarkdownIt().render(citation("markdown", number=2))
    links = re.findall('href="([^"]*)"', html)
    assert links[0] == "/articles/harbour%2Fbridge?cited=2-7ea4ef30bd#p2"
    assert links[1].startswith("https://example.org/bridge#:~:text=Nobody%20could")


# Found again


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("base_url", ["", "https://archive.org"])
def test_every_style_is_found_again(style, base_url):
    strings = [each for each in AWKWARD if "nutgraf" not in each and one_line(each) == each]
    articles = awkward_articles(200, strings)
    items = [cited(view_of(each), 1, base_url) for each in articles]
    found = references(written(items, style))
    assert [each.address for each in found] == [each.address for each in items]
    if style == "markdown":
        assert [each.text for each in found] == [each.text for each in items]


@example(article_id="0" + "\u0342" * 300, number=1)
@given(article_id=st.text(min_size=1), number=st.integers(1, 999_999_999))
def test_a_sturdy_address_and_a_link_are_found_in_any_text(article_id, number):
    address = Address(article_id, number, "1f3a9c20b7")
    if article_id.strip() and article_id.isprintable():
        for printed in (address.sturdy, address.link):
            for around in ("{}", "see ({}).", "“{}”, he said", '{{"id": "{}"}}', "[x]({})"):
                assert references(around.format(printed))[0].address == address


def test_an_address_with_spaces_has_several_readings():
    (found,) = references("As told in two words#p3@1f3a9c20b7, and so on")
    ids = [each.article_id for each in found.readings]
    assert ids[0] == "words"
    assert {"two words", "in two words"} <= set(ids)


def test_links_and_addresses_without_a_check_are_no_citations():
    assert references("siege.txt#p3 and /articles/siege.txt#p3 and a@b.org") == []
