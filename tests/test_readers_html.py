"""Web pages: the article of a page, its paragraphs, and what the page says of itself."""

import io
import tarfile
from datetime import date

import pytest

from bench import extraction
from index.article import Article
from index.errors import InputError
from index.readers import html
from index.readers.reading import Input, Notice, ReadingOptions

TODAY = ReadingOptions(today=date(2024, 5, 1))
FIRST = "The old bridge over the Wend was opened again on Monday, two years after the flood."
SECOND = "Engineers had rebuilt its three arches, stone by stone, from the rubble in the river."
THIRD = "The first to cross it were the children of the village school, with lanterns and a drum."


def page(body, head="", attributes=""):
    return f"<!DOCTYPE html><html{attributes}><head>{head}</head><body>{body}</body></html>"


def paragraphs(*texts):
    return "".join(f"<p>{text}</p>" for text in texts)


STORY = paragraphs(FIRST, SECOND, THIRD)


def read(markup, **known):
    data = markup if isinstance(markup, bytes) else markup.encode()
    known = {"options": TODAY, **known}
    found = list(html.read(io.BytesIO(data), Input("a.html", "news/a.html", **known)))
    return found[0], found[1:]


def article(markup, **known):
    found = read(markup, **known)[0]
    assert isinstance(found, Article)
    return found


# Paragraphs


def test_paragraphs_stay_apart():
    assert article(page(STORY)).paragraphs == (FIRST, SECOND, THIRD)


def test_what_stands_around_the_article_is_left_out():
    around = f"""<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav>
        <article><h1>Bridge opens</h1>{STORY}<div class="share">Share this</div>
        <p>Advertisement</p></article>
        <aside><p>Ten things that you never knew about bridges, number four is odd.</p></aside>
        <footer><p>Copyright 2021 The Wend Courier. All rights are reserved by it.</p></footer>"""
    found = article(page(around, "<title>Bridge opens</title>"))
    assert found.title == "Bridge opens"
    assert found.paragraphs == (FIRST, SECOND, THIRD)


def test_two_line_breaks_end_a_paragraph_and_one_does_not():
    body = f"<div>{FIRST}<br>{SECOND}<br><br>{THIRD}</div>"
    assert article(page(body)).paragraphs == (f"{FIRST} {SECOND}", THIRD)


def test_a_page_of_divisions_has_paragraphs():
    body = f"<div><div>{FIRST}</div><div>{SECOND}</div><div>{THIRD}</div></div>"
    assert article(page(body)).paragraphs == (FIRST, SECOND, THIRD)


def test_headings_items_and_quotations_are_paragraphs():
    body = (
        f"<p>{FIRST}</p><h2>What it cost</h2><ul><li>Stone: two million crowns</li>"
        f"<li>Labour: nine million crowns</li></ul><blockquote>{SECOND}</blockquote><p>{THIRD}</p>"
    )
    assert article(page(f"<article>{body}</article>")).paragraphs == (
        FIRST, "What it cost", "Stone: two million crowns", "Labour: nine million crowns", SECOND,
        THIRD,
    )  # fmt: skip


def test_a_row_of_a_table_is_a_paragraph():
    rows = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in (("1990", "3"), ("1991", "5")))
    body = f"<article>{STORY}<table><tr><th>Year</th><th>Floods</th></tr>{rows}</table></article>"
    assert article(page(body)).paragraphs[3:] == ("Year | Floods", "1990 | 3", "1991 | 5")


def test_a_table_that_lays_out_text_is_none_of_data():
    body = (
        f"<table><tr><td>{paragraphs(FIRST, SECOND)}</td><td>{paragraphs(THIRD)}</td></tr></table>"
    )
    assert article(page(body)).paragraphs == (FIRST, SECOND, THIRD)


def test_a_term_and_its_definition_are_one_paragraph():
    body = (
        f"<article>{STORY}<dl><dt>Arch</dt><dd>What carries a bridge of stone.</dd></dl></article>"
    )
    assert article(page(body)).paragraphs[3] == "Arch: What carries a bridge of stone."


def test_what_cannot_be_seen_is_left_out():
    hidden = '<p style="display: none">Hidden words that no reader of this page has ever seen.</p>'
    assert article(page(STORY + hidden)).paragraphs == (FIRST, SECOND, THIRD)


def test_scripts_and_styles_are_no_text():
    body = f"<script>var text = '{FIRST}';</script><style>p {{ color: red }}</style>{STORY}"
    assert article(page(body)).paragraphs == (FIRST, SECOND, THIRD)


def test_a_page_of_one_sentence_is_an_article():
    assert article("<p>It rained.</p>").paragraphs == ("It rained.",)


@pytest.mark.parametrize(
    "markup", ["", "   ", "<html></html>", "<script>1</script>", "<img src=a>"]
)
def test_a_page_without_text_is_refused(markup):
    with pytest.raises(InputError, match="holds no article"):
        read(markup)


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding):
    markup = page(paragraphs("Émile vécut à Nîmes."), '<meta charset="koi8-r">')
    assert article(markup.encode(encoding)).paragraphs == ("Émile vécut à Nîmes.",)


def test_the_container_knows_the_encoding_better_than_the_page():
    markup = page(paragraphs("Порт был закрыт."), '<meta charset="iso-8859-1">').encode("koi8-r")
    assert article(markup, charset="KOI8-R").paragraphs == ("Порт был закрыт.",)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("windows-1251", "cp1251"), ("koi8-r", "koi8-r"), ("ISO-8859-5", "iso-8859-5")],
)
def test_the_page_declares_its_encoding(declared, encoding):
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    markup = page(paragraphs("Порт был закрыт."), head).encode(encoding)
    assert article(markup).paragraphs == ("Порт был закрыт.",)


def test_what_is_called_latin_1_is_read_as_browsers_read_it():
    markup = page(paragraphs("“Yes” – said Émile"), '<meta charset="iso-8859-1">')
    assert article(markup.encode("cp1252")).paragraphs == ("“Yes” – said Émile",)


def test_utf8_that_declares_single_bytes_is_utf8():
    markup = page(paragraphs("Порт был закрыт."), '<meta charset="iso-8859-1">')
    assert article(markup.encode()).paragraphs == ("Порт был закрыт.",)


def test_an_encoding_that_does_not_exist_is_detected():
    markup = page(paragraphs("Émile vécut à Nîmes, où il écrivit."), '<meta charset="x-none">')
    assert article(markup.encode("cp1252")).paragraphs == ("Émile vécut à Nîmes, où il écrivit.",)


def test_text_that_was_decoded_wrongly_is_repaired():
    assert article(page("<p>cafÃ© on the Seine</p>")).paragraphs == ("café on the Seine",)


# What the page says of itself


def test_metadata_of_open_graph():
    head = """<title>Bridge opens | The Wend Courier</title>
        <meta property="og:title" content="The bridge opens">
        <meta property="og:site_name" content="The Wend Courier">
        <meta property="og:url" content="https://wend.example/news/bridge">
        <meta name="author" content="By Ada Lind">"""
    found = article(page(STORY, head, ' lang="en-GB"'))
    assert (found.title, found.author) == ("The bridge opens", "Ada Lind")
    assert (found.source, found.language) == ("The Wend Courier", "en")
    assert found.id == found.url == "https://wend.example/news/bridge"


def test_metadata_of_linked_data():
    data = """{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Wend"},
        {"@type": ["NewsArticle"], "headline": "The bridge opens", "inLanguage": "en",
         "author": [{"name": "Ada Lind"}, {"name": "Bo Ek"}],
         "publisher": {"name": "The Wend Courier"},
         "datePublished": "2021-05-03T08:40:00+02:00"}]}"""
    found = article(page(STORY, f'<script type="application/ld+json">{data}</script>'))
    assert (found.title, found.author) == ("The bridge opens", "Ada Lind, Bo Ek")
    assert (found.source, found.language) == ("The Wend Courier", "en")
    assert found.date.value == "2021-05-03T08:40:00+02:00"


@pytest.mark.parametrize(
    "data", ["{", "[" * 100_000, '{"@type": "NewsArticle"}', "7", '"a"', "null"]
)
def test_linked_data_that_is_broken_does_no_harm(data):
    found = article(page(STORY, f'<script type="application/ld+json">{data}</script>'))
    assert found.paragraphs == (FIRST, SECOND, THIRD)


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("The bridge opens | Wend", "The bridge opens"),
        ("The bridge opens - Wend Daily", "The bridge opens"),
        ("Stone - a history", "Chapter one"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(title, heading):
    found = article(page(f"<h1>{heading}</h1>{STORY}", f"<title>{title}</title>"))
    assert found.title == (heading if title.startswith(heading) else title)


def test_a_title_and_a_site_that_are_missing_are_taken_from_what_is_there():
    found = article(page(f"<h1>The bridge opens</h1>{STORY}"), url="https://www.wend.example/a")
    assert (found.title, found.source) == ("The bridge opens", "wend.example")
    assert article(page(STORY)).title == "a"


def test_the_source_that_the_user_names_comes_before_the_host():
    options = ReadingOptions(source="Courier", today=TODAY.today)
    assert article(page(STORY), url="https://wend.example/a", options=options).source == ""


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://[", "ftp://a/b", "/", "https://a"]
)
def test_an_address_that_is_none_is_not_taken(address):
    found = article(page(STORY, f'<link rel="canonical" href="{address}">'))
    assert (found.url, found.id) == ("", "news/a.html")


def test_a_relative_address_is_that_of_the_place_where_it_was_found():
    found = article(page(STORY, '<link rel="canonical" href="/b/c">'), url="https://wend.example/a")
    assert found.url == "https://wend.example/b/c"


# Dates


@pytest.mark.parametrize(
    ("head", "value", "precision"),
    [
        ('<meta property="article:published_time" content="2021-05-03T08:40:00Z">', "2021-05-03T08:40:00+00:00", "second"),
        ('<meta name="date" content="2021-05-03">', "2021-05-03", "day"),
        ('<meta itemprop="datePublished" content="2021-05-03 08:40">', "2021-05-03T08:40", "minute"),
        ('<meta name="DC.date.issued" content="2021-05">', "2021-05", "month"),
        ('<meta name="pubdate" content="Mon, 03 May 2021 08:40:00 -0400">', "2021-05-03T08:40:00-04:00", "second"),
        ('<meta name="date" content="Mon May 03 2021 08:40:10 GMT+0200 (CEST)">', "2021-05-03T08:40:10+02:00", "second"),
    ],
)  # fmt: skip
def test_a_declared_date_is_kept_as_precisely_as_it_is_written(head, value, precision):
    found = article(page(STORY, head)).date
    assert (found.value, found.precision, found.evidence) == (value, precision, "meta")


def test_the_day_of_the_last_change_is_not_that_of_publication():
    head = '<meta property="article:modified_time" content="2023-01-01">'
    assert article(page(STORY, head)).date.value is None


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("https://wend.example/2016/09/26/bridge", "2016-09-26"),
        ("https://wend.example/2016/sep/26/bridge", "2016-09-26"),
        ("https://wend.example/news/2016-09-26-bridge", "2016-09-26"),
        ("https://wend.example/news-20160926.html", "2016-09-26"),
        ("https://wend.example/2016/09/bridge", "2016-09"),
        ("https://wend.example/2016/13/26/bridge", None),
        ("https://wend.example/item/201609261200", None),
        ("https://wend.example/1648/10/24/peace", None),
    ],
)
def test_an_address_tells_the_date(url, value):
    found = article(page(STORY), url=url).date
    assert found.value == value
    assert found.evidence == ("url" if value else "")


@pytest.mark.parametrize("line", ["3 May 2021", "Published May 3, 2021", "03/05/2021 by Ada Lind"])
def test_the_line_below_the_headline_tells_the_date(line):
    found = article(page(f"<h1>Bridge</h1><p>{line}</p>{STORY}", "<title>Bridge</title>")).date
    assert found.value in ("2021-05-03", "2021")  # 03/05 is in March for some
    assert found.evidence == "text"


def test_the_day_above_the_headline_is_that_of_the_visit():
    body = f"<div>3 May 2021</div><h1>The bridge opens</h1>{STORY}"
    assert article(page(body, "<title>The bridge opens</title>")).date.value is None


def test_one_time_in_the_markup_is_that_of_the_article_and_of_several_none():
    one = '<time datetime="2021-05-03">Monday</time>'
    assert article(page(one + STORY)).date.value == "2021-05-03"
    assert (
        article(page(one + '<time datetime="2021-05-01">Saturday</time>' + STORY)).date.value
        is None
    )


def test_the_time_of_the_file_is_no_date_of_publication():
    assert article(page(STORY), modified=1_600_000_000.0).date.value is None


@pytest.mark.parametrize(
    "written", ["0001-01-01", "2999-01-01T00:00:00Z", "2024-05-03", "2021-13-40"]
)
def test_a_date_that_cannot_be_one_is_left_out_with_a_notice(written):
    found, notices = read(page(STORY, f'<meta name="date" content="{written}">'))
    assert found.date.value is None
    (notice,) = notices
    assert isinstance(notice, Notice)
    assert written in notice.sentence


def test_tomorrow_can_be_a_date_for_the_world_is_round():
    assert (
        article(page(STORY, '<meta name="date" content="2024-05-02">')).date.value == "2024-05-02"
    )


# Hostile pages


@pytest.mark.parametrize("tag", ["div", "blockquote", "table", "section", "b", "font", "span"])
def test_a_page_that_nests_without_end_is_refused_or_read(tag):
    markup = f"<p>{FIRST}</p>" + f"<{tag}>" * 100_000 + f"<p>{SECOND}</p>"
    try:
        assert article(markup).paragraphs == (FIRST, SECOND)
    except InputError as error:
        assert "nested too deeply" in str(error)


def test_an_element_of_too_many_attributes_is_refused():
    crowded = "<p " + " ".join(f"a{number}='>'" for number in range(100_000)) + ">text</p>"
    with pytest.raises(InputError, match="attributes"):
        read(crowded)


def test_entities_of_the_page_itself_are_not_expanded():
    bomb = '<!DOCTYPE html [<!ENTITY a "secret"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    text = " ".join(article(f"{bomb}<p>{FIRST} &a; &b;</p>").paragraphs)
    assert f"{FIRST} &a; &b;" in text
    assert "root:" not in text


def test_a_page_that_is_longer_than_pages_are_is_refused(monkeypatch):
    monkeypatch.setattr(html, "MAX_PAGE_BYTES", 100)
    with pytest.raises(InputError, match="longer"):
        read(page(STORY))


def test_a_very_long_page_keeps_all_its_paragraphs():
    texts = [f"{SECOND} {THIRD} {number}" for number in range(7_500)]
    found = article(page(f"<article>{paragraphs(*texts)}</article>"))
    assert sum(map(len, found.paragraphs)) > 1_200_000
    assert found.paragraphs == tuple(texts)


def test_text_that_looks_like_markup_stays_text():
    assert article("<p>&lt;script&gt;alert(1)&lt;/script&gt; is how it began.</p>").paragraphs == (
        "<script>alert(1)</script> is how it began.",
    )


def test_an_article_is_made_of_markup_that_others_hold():
    known = Input("feed.xml, entry 1", "entry-1")
    assert html.article_of(STORY, known).paragraphs == (FIRST, SECOND, THIRD)
    assert html.article_of(STORY.encode(), known).id == "entry-1"


# Real data


def test_real_pages_are_read_at_least_so_well(data):
    reached = extraction.score(
        extraction.nutgraf, extraction.pages(data(extraction.ARCHIVE).parent)
    )
    assert reached.f1 >= 0.965
    assert reached.exact >= 62
    assert reached.within_tenth >= 94
    assert reached.within_fifth >= 105  # 104 are 80 %
    assert reached.titles >= 107
    assert reached.dates == 33


def test_hostile_pages_end_in_an_article_or_a_sentence(data):
    outcomes = {"article": 0, "sentence": 0}
    with tarfile.open(data("badinputs.tar.xz")) as archive:
        for member in archive:
            if "/html/" not in member.name or not member.isfile() or member.size > 100_000:
                continue
            markup = archive.extractfile(member).read()
            try:
                read(markup)
                outcomes["article"] += 1
            except InputError as error:
                assert str(error)
                outcomes["sentence"] += 1
    assert outcomes["article"] > 100
    assert outcomes["sentence"] > 10
