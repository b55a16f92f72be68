"""Feeds: each entry is an article, and a feed that was cut says so."""

import io
from datetime import date

import pytest

from index.article import Article
from index.errors import InputError
from index.readers import Failure, Input, Notice, ReadingOptions, Skip, read

WORDS = "The ferry to Tarn Cross stopped at noon on Monday and did not start again before dusk."
RSS = f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Coast Wire</title><link>https://example.org/</link><language>en-GB</language>
<item><title>Ferry &amp; bridge</title><link>https://example.org/1</link>
<guid>https://example.org/?p=1</guid><author>Ann Lee</author>
<pubDate>Thu, 04 Mar 2021 05:06:07 +0200</pubDate><description>In short.</description>
<content:encoded><![CDATA[<p>First. {WORDS}</p><p>Second. {WORDS}</p>]]></content:encoded></item>
<item><title>Only a headline</title><link>https://example.org/2</link></item>
<item><title>Plain</title><guid isPermaLink="false">77</guid><description>{WORDS}</description></item>
</channel></rss>
"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr"><title>Côte</title>
<entry><id>tag:example.org,2021:1</id><title type="html">Le &lt;b&gt;bac&lt;/b&gt;</title>
<link rel="alternate" href="https://example.org/1"/><author><name>Ann Lee</name></author>
<updated>2021-03-04T05:06:07Z</updated><content type="text">Un. {WORDS}

Deux. {WORDS}</content></entry></feed>
"""


def read_feed(text, name="feed.xml"):
    options = ReadingOptions(today=date(2024, 2, 28))
    return list(
        read(io.BufferedReader(io.BytesIO(text.encode())), Input(name, name, options=options))
    )


def test_an_entry_of_rss_is_read_in_full():
    full, headline, plain = read_feed(RSS)
    assert (full.id, full.url) == ("https://example.org/?p=1", "https://example.org/1")
    assert (full.title, full.author, full.source) == ("Ferry & bridge", "Ann Lee", "Coast Wire")
    assert (full.date.value, full.date.evidence) == ("2021-03-04T05:06:07+02:00", "meta")
    assert full.language == "en"
    assert full.paragraphs == (f"First. {WORDS}", f"Second. {WORDS}")
    assert isinstance(headline, Skip)
    assert "Only a headline" in headline.reason
    assert (plain.id, plain.paragraphs) == ("feed.xml:77", (WORDS,))


def test_an_entry_of_atom_is_read():
    (found,) = read_feed(ATOM)
    assert (found.id, found.title, found.source) == ("tag:example.org,2021:1", "Le bac", "Côte")
    assert (found.author, found.url) == ("Ann Lee", "https://example.org/1")
    assert found.date.value == "2021-03-04T05:06:07+00:00"
    assert found.paragraphs == (f"Un. {WORDS}", f"Deux. {WORDS}")


def test_a_feed_cut_anywhere_gives_no_shorter_article():
    whole = {each.content_hash() for each in read_feed(RSS) if isinstance(each, Article)}
    for cut in range(RSS.index("<item>"), len(RSS.rstrip()) - len("</channel></rss>"), 11):
        try:
            found = read_feed(RSS[:cut])
        except InputError:
            continue
        assert {each.content_hash() for each in found if isinstance(each, Article)} <= whole
        assert any(isinstance(each, Failure) for each in found)


def test_entries_with_one_address_are_told_apart_by_their_headlines():
    item = "<item><title>%s</title><link>https://example.org/news</link><description>%s</description></item>"
    items = item % ("One", WORDS) + item % ("Two", WORDS)
    found = read_feed(f"<rss version='2.0'><channel>{items}</channel></rss>")
    assert [each.id for each in found] == [
        "https://example.org/news",
        "https://example.org/news#Two",
    ]


def test_a_date_that_cannot_be_is_told():
    _, notice, *_ = read_feed(RSS.replace("04 Mar 2021", "04 Mar 2031"))
    assert isinstance(notice, Notice)


@pytest.mark.parametrize(
    "text",
    [
        "<rss version='2.0'><channel><title>x</title></channel></rss>",
        "<rss",
        "<feed xmlns='http://www.w3.org/2005/Atom'/>",
    ],
)
def test_a_feed_without_entries_is_a_failure(text):
    with pytest.raises(InputError, match="without entries"):
        read_feed(text)


def test_entities_do_not_grow_and_nothing_is_fetched(monkeypatch):
    def connect(*_):
        raise AssertionError("a connection was made")

    monkeypatch.setattr("socket.socket.connect", connect)
    bomb = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "lol">{bomb}'
        '<!ENTITY x SYSTEM "http://127.0.0.1/x">]>'
    )
    found = read_feed(text + RSS.partition("?>")[2].replace("Second.", "&a12; &x;"))
    assert all(len(str(each)) < 10_000 for each in found)
